/* TfIdfVectorizer. Tokens become numbers once (their places among the pool's), so that n-grams are
 * short lists of numbers, whatever they are made of; those of one length are sorted and looked up
 * by halves. */
#include "../order.h"

#include <base/text.h>

#include <inttypes.h>
#include <string.h>

/* ---- tokens ---- */

typedef struct tokens {
    int64_t n;
    const int64_t *ints; /* one of the two */
    finnc_string *strings;
    int64_t *order; /* the pool's, sorted */
} tokens;

static int compare_tokens(const void *items, int64_t a, int64_t b)
{
    const tokens *t = items;
    if (t->ints)
        return (t->ints[a] > t->ints[b]) - (t->ints[a] < t->ints[b]);
    return fnc_compare_strings(t->strings[a], t->strings[b]);
}

static int compare_with(const tokens *t, int64_t i, const tokens *other, int64_t k)
{
    if (t->ints)
        return (t->ints[i] > other->ints[k]) - (t->ints[i] < other->ints[k]);
    return fnc_compare_strings(t->strings[i], other->strings[k]);
}

/* The number of the token other[k]: where in the pool's order its equals begin. -1: not there. */
static int64_t find_token(const tokens *t, const tokens *other, int64_t k)
{
    int64_t low = 0, high = t->n;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (compare_with(t, t->order[mid], other, k) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < t->n && compare_with(t, t->order[low], other, k) == 0 ? low : -1;
}

static finnc_status number_tokens(fnc_call *call, const tokens *pool, const tokens *of,
                                  const int64_t **numbers)
{
    int64_t *to = FNC_SCRATCH(call, int64_t, of->n);
    if (!to)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < of->n; i++)
        to[i] = find_token(pool, of, i);
    *numbers = to;
    return FINNC_OK;
}

static finnc_status read_pool(fnc_call *call, tokens *pool)
{
    const finnc_attr *strings = finnc_node_find_attr(call->node, "pool_strings");
    const finnc_attr *ints = finnc_node_find_attr(call->node, "pool_int64s");
    const finnc_attr *given = strings ? strings : ints;
    if (!given || (strings && ints))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%s pool_int64s and pool_strings, should have one of them",
                          ints ? "has" : "lacks");
    if (!strings != (call->in[0].elem != FINNC_ELEM_STRING))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 is %s, the pool is of %s",
                          finnc_elem_name(call->in[0].elem), strings ? "strings" : "integers");
    size_t n = finnc_attr_count(given);
    *pool = (tokens){.n = (int64_t)n, .order = FNC_SCRATCH(call, int64_t, (int64_t)n)};
    int64_t *spare = FNC_SCRATCH(call, int64_t, pool->n);
    if (ints)
        pool->ints = finnc_attr_ints(ints, &n);
    else
        pool->strings = FNC_SCRATCH(call, finnc_string, pool->n);
    if (!pool->order || !spare || (strings && !pool->strings))
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < pool->n; i++) {
        pool->order[i] = i;
        if (strings)
            pool->strings[i] = finnc_attr_string(strings, (size_t)i);
    }
    fnc_order(pool->order, spare, pool->n, compare_tokens, pool);
    return FINNC_OK;
}

/* ---- n-grams ---- */

/* Those of one length. */
typedef struct grams {
    int64_t length, n;
    int64_t first;        /* number of the first among all n-grams */
    const int64_t *items; /* n * length token numbers */
    int64_t *order;       /* sorted */
} grams;

/* Tokens `step` apart against the pool's n-gram `i`. */
static int compare_gram(const grams *g, int64_t i, const int64_t *list, int64_t step)
{
    int order = 0;
    for (int64_t k = 0; k < g->length && order == 0; k++) {
        int64_t a = g->items[i * g->length + k], b = list[k * step];
        order = (a > b) - (a < b);
    }
    return order;
}

static int compare_grams(const void *items, int64_t a, int64_t b)
{
    const grams *g = items;
    return compare_gram(g, a, g->items + b * g->length, 1);
}

/* Counts the n-gram: as often as the pool has it. */
static void count_gram(const grams *g, const int64_t *list, int64_t step, int64_t *counts)
{
    int64_t low = 0, high = g->n;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (compare_gram(g, g->order[mid], list, step) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < g->n && compare_gram(g, g->order[low], list, step) == 0; low++)
        counts[g->first + g->order[low]]++;
}

/* One sequence of `n` tokens. */
static void count_all(const grams *g, int64_t max_skip, const int64_t *list, int64_t n,
                      int64_t *counts, fnc_patience *patience)
{
    if (g->n == 0 || g->length > n)
        return;
    int64_t gaps = g->length - 1; /* skips make no difference to single tokens */
    int64_t most = gaps == 0 ? 1 : (n - 1) / gaps;
    if (max_skip < most - 1)
        most = max_skip + 1;
    for (int64_t step = 1; step <= most; step++)
        for (int64_t i = 0; i + gaps * step < n; i++) {
            if (!fnc_patience_lasts(patience, 32))
                return;
            count_gram(g, list + i, step, counts);
        }
}

/* ---- the op ---- */

typedef struct vectorizer {
    int64_t min_length, max_length, max_skip;
    const int64_t *starts, *indexes;
    size_t nstarts, ngrams, nweights;
    const float *weights; /* NULL: all 1 */
    bool once;            /* counts beyond 1 are 1 */
    int64_t width;        /* of a row of output */
} vectorizer;

static finnc_status check_lengths(fnc_call *call, const vectorizer *v)
{
    if (v->min_length < 1 || v->max_length < v->min_length || v->max_skip < 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "n-grams of %" PRId64 " to %" PRId64 " tokens with %" PRId64 " skipped",
                          v->min_length, v->max_length, v->max_skip);
    if (v->nweights && v->nweights != v->ngrams)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%zu weights for %zu n-grams", v->nweights,
                          v->ngrams);
    return FINNC_OK;
}

static finnc_status init(fnc_call *call, vectorizer *v)
{
    const char *mode = finnc_node_string(call->node, "mode", "");
    const finnc_attr *weights = finnc_node_find_attr(call->node, "weights");
    *v = (vectorizer){.min_length = finnc_node_int(call->node, "min_gram_length", 0),
                      .max_length = finnc_node_int(call->node, "max_gram_length", 0),
                      .max_skip = finnc_node_int(call->node, "max_skip_count", 0),
                      .once = fnc_same(mode, "IDF")};
    v->starts = finnc_node_ints(call->node, "ngram_counts", &v->nstarts);
    v->indexes = finnc_node_ints(call->node, "ngram_indexes", &v->ngrams);
    if (weights)
        v->weights = finnc_attr_floats(weights, &v->nweights);
    if (!v->once && !fnc_same(mode, "TF") && !fnc_same(mode, "TFIDF"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute mode is '%s', should be TF, IDF or TFIDF", mode);
    FINNC_TRY(check_lengths(call, v));
    if (fnc_same(mode, "TF") || !v->nweights)
        v->weights = NULL;
    for (size_t i = 0; i < v->ngrams; i++) {
        if (v->indexes[i] < 0 || v->indexes[i] == INT64_MAX)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute ngram_indexes holds %" PRId64,
                              v->indexes[i]);
        v->width = v->indexes[i] + 1 > v->width ? v->indexes[i] + 1 : v->width;
    }
    return FINNC_OK;
}

/* The n-grams of length i + 1. */
static finnc_status find_grams(fnc_call *call, const vectorizer *v, const tokens *pool, size_t i,
                               grams *g)
{
    int64_t start = v->starts[i], end = i + 1 < v->nstarts ? v->starts[i + 1] : pool->n;
    *g = (grams){.length = (int64_t)i + 1};
    if (start < 0 || end < start || end > pool->n || (end - start) % g->length != 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 "-grams from %" PRId64 " to %" PRId64 " in a pool of %" PRId64
                          " tokens",
                          g->length, start, end, pool->n);
    g->n = (end - start) / g->length;
    return FINNC_OK;
}

/* The n-grams of each length in order, those that do not count left empty. */
static finnc_status read_grams(fnc_call *call, const vectorizer *v, const tokens *pool,
                               const int64_t *numbers, grams *all)
{
    int64_t first = 0, *order = FNC_SCRATCH(call, int64_t, pool->n);
    int64_t *spare = FNC_SCRATCH(call, int64_t, pool->n);
    if (!order || !spare)
        return finnc_no_memory(call->cx);
    for (size_t i = 0; i < v->nstarts; i++) {
        grams *g = &all[i];
        FINNC_TRY(find_grams(call, v, pool, i, g));
        g->first = first;
        g->items = numbers + v->starts[i];
        g->order = order + first; /* there are no more n-grams than tokens */
        first += g->n;
        if (g->length < v->min_length || g->length > v->max_length)
            g->n = 0;
        for (int64_t k = 0; k < g->n; k++)
            g->order[k] = k;
        fnc_order(g->order, spare, g->n, compare_grams, g);
    }
    if (first != (int64_t)v->ngrams)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "ngram_indexes has %zu entries, the pool %" PRId64 " n-grams", v->ngrams,
                          first);
    return FINNC_OK;
}

static void write_row(const vectorizer *v, const int64_t *counts, float *y)
{
    for (int64_t i = 0; i < v->width; i++)
        y[i] = 0;
    for (size_t i = 0; i < v->ngrams; i++)
        if (counts[i])
            y[v->indexes[i]] += (v->once ? 1 : (float)counts[i]) * (v->weights ? v->weights[i] : 1);
}

static finnc_status find_tokens(fnc_call *call, tokens *pool, const int64_t **pool_numbers,
                                const int64_t **numbers)
{
    const fnc_array *x = &call->in[0];
    tokens of = {.n = x->nelems};
    FINNC_TRY(read_pool(call, pool));
    FINNC_TRY(number_tokens(call, pool, pool, pool_numbers));
    if (x->elem == FINNC_ELEM_STRING)
        of.strings = (finnc_string *)x->data;
    else
        FINNC_TRY(fnc_in_ints(call, 0, &of.ints, &of.n));
    return number_tokens(call, pool, &of, numbers);
}

static finnc_status tf_idf_vectorizer(fnc_call *call)
{
    vectorizer v;
    tokens pool;
    const int64_t *pool_numbers, *numbers;
    float *y;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (x->rank > 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 (X) has rank %d, should have 1 or 2",
                          x->rank);
    FINNC_TRY(init(call, &v));
    FINNC_TRY(find_tokens(call, &pool, &pool_numbers, &numbers));
    grams *all = FNC_SCRATCH(call, grams, (int64_t)v.nstarts);
    int64_t *counts = FNC_SCRATCH(call, int64_t, (int64_t)v.ngrams);
    if (!all || !counts)
        return finnc_no_memory(call->cx);
    FINNC_TRY(read_grams(call, &v, &pool, pool_numbers, all));
    int64_t nrows = x->rank == 2 ? x->dims[0] : 1, dims[2] = {nrows, v.width};
    int64_t ntokens = x->rank == 0 ? 1 : x->dims[x->rank - 1];
    FINNC_TRY(x->rank == 2 ? fnc_out(call, 0, FINNC_ELEM_FLOAT, 2, dims, &y)
                           : fnc_out(call, 0, FINNC_ELEM_FLOAT, 1, &v.width, &y));
    fnc_patience patience = {.cx = call->cx};
    for (int64_t row = 0; row < nrows && fnc_patience_lasts(&patience, v.width); row++) {
        memset(counts, 0, v.ngrams * sizeof *counts);
        for (size_t i = 0; i < v.nstarts; i++)
            count_all(&all[i], v.max_skip, numbers + row * ntokens, ntokens, counts, &patience);
        write_row(&v, counts, y + row * v.width);
    }
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_tf_idf_vectorizer = {.run = tf_idf_vectorizer};
