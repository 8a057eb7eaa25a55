/* StringNormalizer: stop words, and upper and lower case by Unicode's rules, which depend on the
 * language: a Turkish i has a dot in upper case, too. */
#include "../order.h"

#include <base/text.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>

typedef uint8_t *change_case(const uint8_t *s, size_t n, const char *language, uninorm_t form,
                             uint8_t *buffer, size_t *length);

/* Two letters of language in front of a locale's name ("tr_TR.UTF-8"); "" if it has none. */
static void language_of(const char *locale, char language[4])
{
    size_t n = strcspn(locale, "_-.@");
    *language = '\0';
    if (n >= 2 && n <= 3) {
        memcpy(language, locale, n);
        language[n] = '\0';
    }
}

/* Strings by `change`, in scratch. No character becomes more than three times as long: in the room
 * that each gets libunistring does not ask for memory of its own. */
static finnc_status change_all(fnc_call *call, const finnc_string *strings, int64_t n,
                               change_case *change, const char *language, finnc_string *to)
{
    size_t room, total = 0;
    for (int64_t i = 0; i < n; i++)
        if (!fnc_mul(strings[i].length, 6, &room) || !fnc_add(room, 16, &room) ||
            !fnc_add(total, room, &total))
            return finnc_no_memory(call->cx);
    uint8_t *text = fnc_scratch(call, total);
    if (!text)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < n; i++) {
        const char *data = strings[i].length ? strings[i].data : "";
        size_t length = room = strings[i].length * 6 + 16; /* fits, see above */
        uint8_t *changed =
            change((const uint8_t *)data, strings[i].length, language, NULL, text, &length);
        if (!changed)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "string %" PRId64 " is not UTF-8", i);
        if (changed != text) { /* it did all the same */
            free(changed);
            return finnc_no_memory(call->cx);
        }
        to[i] = (finnc_string){(const char *)text, length};
        text += room;
    }
    return FINNC_OK;
}

/* ---- stop words ---- */

typedef struct words {
    int64_t n;
    finnc_string *words;
    int64_t *order;
} words;

static int compare_words(const void *items, int64_t a, int64_t b)
{
    const finnc_string *list = items;
    return fnc_compare_strings(list[a], list[b]);
}

static finnc_status read_words(fnc_call *call, change_case *fold, const char *language, words *w)
{
    const finnc_attr *attr = finnc_node_find_attr(call->node, "stopwords");
    *w = (words){.n = attr ? (int64_t)finnc_attr_count(attr) : 0};
    int64_t *spare = FNC_SCRATCH(call, int64_t, w->n);
    w->words = FNC_SCRATCH(call, finnc_string, w->n);
    w->order = FNC_SCRATCH(call, int64_t, w->n);
    if (!spare || !w->words || !w->order)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < w->n; i++) {
        w->words[i] = finnc_attr_string(attr, (size_t)i);
        w->order[i] = i;
    }
    if (fold)
        FINNC_TRY(change_all(call, w->words, w->n, fold, language, w->words));
    fnc_order(w->order, spare, w->n, compare_words, w->words);
    return FINNC_OK;
}

static bool is_among(const words *w, finnc_string s)
{
    int64_t low = 0, high = w->n;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        int order = fnc_compare_strings(w->words[w->order[mid]], s);
        if (order == 0)
            return true;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

/* `kept`: input 0 without the stop words. */
static finnc_status drop_words(fnc_call *call, const char *language, finnc_string *kept,
                               int64_t *nkept)
{
    const fnc_array *x = &call->in[0];
    const finnc_string *strings = x->data, *folded = strings;
    bool exact = finnc_node_attr_int(call->node, "is_case_sensitive") != 0;
    words stop;
    FINNC_TRY(read_words(call, exact ? NULL : u8_casefold, language, &stop));
    if (!exact && stop.n > 0) {
        finnc_string *copy = FNC_SCRATCH(call, finnc_string, x->nelems);
        if (!copy)
            return finnc_no_memory(call->cx);
        FINNC_TRY(change_all(call, strings, x->nelems, u8_casefold, language, copy));
        folded = copy;
    }
    *nkept = 0;
    for (int64_t i = 0; i < x->nelems; i++)
        if (!is_among(&stop, folded[i]))
            kept[(*nkept)++] = strings[i];
    return FINNC_OK;
}

/* ---- the op ---- */

static finnc_status find_change(fnc_call *call, change_case **change)
{
    const char *action = finnc_node_string(call->node, "case_change_action", "NONE");
    *change = fnc_same(action, "LOWER")   ? u8_tolower
              : fnc_same(action, "UPPER") ? u8_toupper
                                          : NULL;
    if (!*change && !fnc_same(action, "NONE"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute case_change_action is '%s', should be LOWER, UPPER or NONE",
                          action);
    return FINNC_OK;
}

static finnc_status string_normalizer(fnc_call *call)
{
    char language[4];
    change_case *change;
    int64_t nkept = 0, dims[2] = {1, 1};
    finnc_string *out;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (x->rank != 1)
        FINNC_TRY(fnc_need_shape(call, 0, 2, (const int64_t[]){1, -1}));
    FINNC_TRY(find_change(call, &change));
    language_of(finnc_node_string(call->node, "locale", ""), language);
    finnc_string *kept = FNC_SCRATCH(call, finnc_string, x->nelems);
    if (!kept)
        return finnc_no_memory(call->cx);
    FINNC_TRY(drop_words(call, language, kept, &nkept));
    dims[x->rank - 1] = nkept > 0 ? nkept : 1; /* one empty string instead of none */
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_STRING, x->rank, dims, &out));
    if (change)
        return change_all(call, kept, nkept, change, language, out);
    if (nkept > 0)
        memcpy(out, kept, (size_t)nkept * sizeof *out);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_string_normalizer = {.run = string_normalizer};
