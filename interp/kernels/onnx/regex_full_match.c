/* RegexFullMatch, by PCRE2. */
#include "../re2.h"

#include <inttypes.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Steps and kilobytes that one string may take: RE2 needs neither, but whoever tries one way after
 * the other can be kept busy for ever. */
enum { MAX_STEPS = 10000000, MAX_KILOBYTES = 65536 };

/* PCRE2's memory is scratch, which goes as a whole. */
static void *take_memory(size_t n, void *call)
{
    return fnc_scratch(call, n);
}

static void leave_memory(void *p, void *call)
{
    (void)p;
    (void)call;
}

typedef struct matcher {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
} matcher;

static FINNC_COLD finnc_status fail_pcre(fnc_call *call, int code)
{
    PCRE2_UCHAR words[200];
    if (code == PCRE2_ERROR_NOMEMORY || code == PCRE2_ERROR_HEAP_FAILED) /* matching, compiling */
        return finnc_no_memory(call->cx);
    if (pcre2_get_error_message(code, words, sizeof words) < 0)
        words[0] = '\0';
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute pattern: %s", (const char *)words);
}

static finnc_status compile(fnc_call *call, finnc_string pattern, matcher *m)
{
    int error = PCRE2_ERROR_NOMEMORY;
    size_t where;
    pcre2_general_context *memory = pcre2_general_context_create(take_memory, leave_memory, call);
    pcre2_compile_context *options = memory ? pcre2_compile_context_create(memory) : NULL;
    if (!options)
        return finnc_no_memory(call->cx);
    pcre2_set_newline(options, PCRE2_NEWLINE_LF);
    m->code = pcre2_compile((PCRE2_SPTR)pattern.data, pattern.length,
                            PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX |
                                PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE,
                            &error, &where, options);
    if (!m->code)
        return fail_pcre(call, error);
    m->data = pcre2_match_data_create(1, memory);
    m->limits = pcre2_match_context_create(memory);
    if (!m->data || !m->limits)
        return finnc_no_memory(call->cx);
    pcre2_set_match_limit(m->limits, MAX_STEPS);
    pcre2_set_heap_limit(m->limits, MAX_KILOBYTES);
    return FINNC_OK;
}

static finnc_status match(fnc_call *call, const matcher *m, int64_t i, finnc_string s, uint8_t *y)
{
    int rc = pcre2_match(m->code, (PCRE2_SPTR)(s.length ? s.data : ""), s.length, 0,
                         PCRE2_ANCHORED | PCRE2_ENDANCHORED, m->data, m->limits);
    *y = rc >= 0;
    if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
        return FINNC_OK;
    if (rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT)
        return finnc_fail(call->cx, FINNC_UNSUPPORTED,
                          "string %" PRId64 " takes more than %d steps or %d kilobytes to match", i,
                          MAX_STEPS, MAX_KILOBYTES);
    if (rc <= PCRE2_ERROR_UTF8_ERR1 && rc >= PCRE2_ERROR_UTF8_ERR21)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "string %" PRId64 " is not UTF-8", i);
    return fail_pcre(call, rc);
}

static finnc_status regex_full_match(fnc_call *call)
{
    matcher m = {0};
    uint8_t *out;
    finnc_string pattern;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    const finnc_attr *attr = finnc_node_find_attr(call->node, "pattern");
    if (!attr)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute pattern is missing");
    FINNC_TRY(fnc_re2_translate(call, finnc_attr_string(attr, 0), &pattern));
    FINNC_TRY(compile(call, pattern, &m));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_BOOL, x->rank, x->dims, &out));
    for (int64_t i = 0; i < x->nelems; i++) {
        FINNC_TRY(finnc_ctx_check(call->cx));
        FINNC_TRY(match(call, &m, i, ((const finnc_string *)x->data)[i], &out[i]));
    }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_regex_full_match = {.run = regex_full_match};
