/* StringConcat and StringSplit. */
#include "../broadcast.h"

#include <base/limit.h>

#include <inttypes.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

/* ---- StringConcat ---- */

/* The lengths first: then it is known how much memory all of them need. */
static void add_lengths(const void *const *in, const int64_t *step, void *out, int64_t n,
                        const void *user)
{
    const finnc_string *x = in[0], *y = in[1];
    finnc_string *z = out;
    (void)user;
    for (int64_t i = 0; i < n; i++)
        if (!fnc_add(x[i * step[0]].length, y[i * step[1]].length, &z[i].length))
            z[i].length = SIZE_MAX;
}

static char *copy_string(char *to, finnc_string s)
{
    if (s.length)
        memcpy(to, s.data, s.length);
    return to + s.length;
}

/* `out` points to lengths and to places in one block of memory, whose beginning is `user`. */
static void join(const void *const *in, const int64_t *step, void *out, int64_t n, const void *user)
{
    const finnc_string *x = in[0], *y = in[1], *z = out;
    (void)user;
    for (int64_t i = 0; i < n; i++) {
        char *to = (char *)z[i].data;
        copy_string(copy_string(to, x[i * step[0]]), y[i * step[1]]);
    }
}

static finnc_status string_concat(fnc_call *call)
{
    fnc_broadcast shape;
    finnc_string *out;
    size_t total = 0;
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *operands[] = {&call->in[0], &call->in[1]};
    FINNC_TRY(fnc_broadcast_init(call, &shape, 2, operands));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_STRING, shape.out_rank, shape.out_dims, &out));
    fnc_broadcast_run(call, &shape, operands, out, sizeof *out, add_lengths, NULL);
    FINNC_TRY(finnc_ctx_check(call->cx)); /* else some have no length yet */
    for (int64_t i = 0; i < shape.nelems; i++)
        if (!fnc_add(total, out[i].length, &total))
            return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_need_within(call->cx, FINNC_LIMIT_TENSOR_BYTES, total));
    char *text = fnc_scratch(call, total);
    if (!text)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < shape.nelems; i++) {
        out[i].data = text;
        text += out[i].length;
    }
    fnc_broadcast_run(call, &shape, operands, out, sizeof *out, join, NULL);
    return FINNC_OK;
}

/* ---- StringSplit ---- */

/* What is left of a string that is being cut. */
typedef struct cutter {
    finnc_string rest, delimiter; /* an empty delimiter: runs of white space */
    int64_t cuts;                 /* that may still be made; negative: any number */
    bool is_done;
} cutter;

/* Bytes of the character that `s` begins with, if it is white space; else 0. */
static size_t leading_space(finnc_string s)
{
    ucs4_t ch;
    int n = u8_mbtouc(&ch, (const uint8_t *)s.data, s.length);
    return uc_is_property_white_space(ch) ? (size_t)n : 0;
}

static size_t trailing_space(finnc_string s)
{
    size_t n = 1;
    while (n < s.length && n < 4 && ((uint8_t)s.data[s.length - n] & 0xc0) == 0x80)
        n++;
    return leading_space((finnc_string){s.data + s.length - n, n}) == n ? n : 0;
}

static finnc_string behind(finnc_string s, size_t n)
{
    return (finnc_string){s.data + n, s.length - n};
}

static finnc_string trim_begin(finnc_string s)
{
    for (size_t n; s.length && (n = leading_space(s)) > 0;)
        s = behind(s, n);
    return s;
}

static finnc_string trim_end(finnc_string s)
{
    for (size_t n; s.length && (n = trailing_space(s)) > 0;)
        s.length -= n;
    return s;
}

/* Where the next cut is, and how long; false: nowhere. */
static bool find_cut(const cutter *c, size_t *at, size_t *length)
{
    finnc_string rest = c->rest, delimiter = c->delimiter;
    *length = delimiter.length;
    if (*length) { /* memmem looks at a character a few times, however long the delimiter is */
        const char *found =
            rest.length ? memmem(rest.data, rest.length, delimiter.data, delimiter.length) : NULL;
        *at = found ? (size_t)(found - rest.data) : 0;
        return found;
    }
    for (*at = 0; *at < rest.length; ++*at)
        if ((*length = leading_space(behind(rest, *at))) > 0)
            return true;
    return false;
}

static cutter start_cutting(finnc_string s, finnc_string delimiter, int64_t cuts)
{
    bool by_space = delimiter.length == 0;
    if (by_space)
        s = trim_end(trim_begin(s));
    return (cutter){s, delimiter, cuts, by_space && s.length == 0};
}

/* The next part; false: that was all. */
static bool next_part(cutter *c, finnc_string *part)
{
    size_t at, length;
    if (c->is_done)
        return false;
    *part = c->rest;
    c->is_done = c->cuts == 0 || !find_cut(c, &at, &length);
    if (c->is_done)
        return true;
    part->length = at;
    c->cuts -= c->cuts > 0;
    c->rest = behind(c->rest, at + length);
    if (!c->delimiter.length)
        c->rest = trim_begin(c->rest);
    return true;
}

static finnc_status string_split(fnc_call *call)
{
    int64_t *counts, most = 0, dims[FINNC_MAX_RANK + 1];
    finnc_string *parts, part;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    const finnc_string *strings = x->data;
    const finnc_attr *attr = finnc_node_find_attr(call->node, "delimiter");
    finnc_string delimiter = attr ? finnc_attr_string(attr, 0) : (finnc_string){"", 0};
    int64_t cuts = finnc_node_int(call->node, "maxsplit", -1);
    FINNC_TRY(fnc_out(call, 1, FINNC_ELEM_INT64, x->rank, x->dims, &counts));
    fnc_patience patience = {.cx = call->cx};
    for (int64_t i = 0; i < x->nelems && fnc_patience_lasts(&patience, 8); i++) {
        cutter c = start_cutting(strings[i], delimiter, cuts);
        for (counts[i] = 0; next_part(&c, &part); counts[i]++)
            if (!fnc_patience_lasts(&patience, 16 * ((int64_t)part.length + 1)))
                break;
        most = counts[i] > most ? counts[i] : most;
    }
    FINNC_TRY(finnc_ctx_check(call->cx)); /* else there may be more parts than were counted */
    memcpy(dims, x->dims, (size_t)x->rank * sizeof *dims);
    dims[x->rank] = most;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_STRING, x->rank + 1, dims, &parts));
    for (int64_t i = 0; i < x->nelems && fnc_patience_lasts(&patience, 8); i++) {
        cutter c = start_cutting(strings[i], delimiter, cuts);
        for (int64_t k = 0; next_part(&c, &part); k++) {
            if (!fnc_patience_lasts(&patience, 16 * ((int64_t)part.length + 1)))
                break;
            parts[i * most + k] = part;
        }
    }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_string_concat = {.run = string_concat};
const fnc_kernel fnc_kernel_onnx_string_split = {.run = string_split};
