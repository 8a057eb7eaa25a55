/* What tests of both engines share: constants drawn by a text, sessions, and that they agree. */
#ifndef TEST_ENGINES_H
#define TEST_ENGINES_H

#include "support/run_text.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static finnc_ctx *cx;

static inline void setup(void)
{
    cx = finnc_ctx_create(NULL);
}

static inline void teardown(void)
{
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

static inline unsigned draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33);
}

/* The i-th of `count` numbers of a kind; `before`: the one before. */
static inline double draw_number(const char *kind, int i, int count, double before, unsigned r)
{
    if (!strcmp(kind, "signs"))
        return r & 1 ? 1 : -1;
    if (!strcmp(kind, "bits"))
        return r & 1;
    if (!strcmp(kind, "ints"))
        return (int)(r % 7) - 3;
    if (!strcmp(kind, "reals"))
        return r % 4001 / 1000.0 - 2;
    if (!strcmp(kind, "positive"))
        return 0.5 + r % 1501 / 1000.0;
    cr_assert_str_eq(kind, "rising");
    return (i ? before : -count / 8.0) + (r % 8 ? 0.25 : 0);
}

/* Constants in a text: "@signs(8)" is eight numbers -1 or 1, @bits(8) 0 or 1, @ints(8) -3 to 3,
 * @reals(8) between -2 and 2, @positive(8) between 1/2 and 2, @rising(8) eight ascending quarters,
 * about 0 in the middle, some of them twice. To be freed. */
static inline char *expand(const char *text, uint64_t seed)
{
    size_t room = 1 << 22, n = 0;
    char *to = malloc(room);
    while (*text) {
        char kind[16];
        int count, length;
        if (sscanf(text, "@%15[a-z](%d)%n", kind, &count, &length) != 2) {
            to[n++] = *text++;
            continue;
        }
        text += length;
        double x = 0;
        for (int i = 0; i < count; i++) {
            x = draw_number(kind, i, count, x, draw(&seed));
            n += (size_t)snprintf(to + n, room - n, i ? ", %.9g" : "{%.9g", x);
        }
        n += (size_t)snprintf(to + n, room - n, "}");
    }
    to[n] = 0;
    return to;
}

/* With times on one thread, without on more, so that both ways are run. */
static inline finnc_session *open(const finnc_model *model, finnc_engine engine, int threads)
{
    const finnc_session_options options = {
        .engine = engine, .threads = threads, .profile = threads == 1};
    finnc_session *session = NULL;
    cr_assert_eq(finnc_session_create(cx, model, &options, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    return session;
}

static inline size_t count_fast(const finnc_session *session)
{
    size_t n = 0;
    for (size_t i = 0; i < finnc_session_nnodes(session); i++)
        n += finnc_session_how(session, i).is_fast;
    return n;
}

static inline void run_on(finnc_session *session, const finnc_value *input, const finnc_tensor *x)
{
    cr_assert_eq(finnc_session_feed(session, finnc_value_name(input), x), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
}

static inline void compare(const finnc_model *model, const finnc_session *a, const finnc_session *b)
{
    const finnc_graph *graph = finnc_model_graph(model);
    for (size_t o = 0; o < finnc_graph_noutputs(graph); o++) {
        const char *name = finnc_value_name(finnc_graph_output(graph, o));
        cr_assert(finnc_tensor_equal(finnc_session_fetch(a, name), finnc_session_fetch(b, name)),
                  "%s differs", name);
    }
}

/* A model on both engines, on one thread each. */
typedef struct pair {
    finnc_model *model;
    finnc_session *plain, *fast;
    const finnc_value *input;
} pair;

static inline pair open_pair(const char *text)
{
    pair p = {.model = read_text(cx, text)};
    p.plain = open(p.model, FINNC_ENGINE_REFERENCE, 1);
    p.fast = open(p.model, FINNC_ENGINE_FAST, 1);
    p.input = finnc_graph_input(finnc_model_graph(p.model), 0);
    return p;
}

/* With `x` as first input both give the same. */
static inline void run_pair(const pair *p, const finnc_tensor *x)
{
    run_on(p->plain, p->input, x);
    run_on(p->fast, p->input, x);
    compare(p->model, p->plain, p->fast);
}

static inline void close_pair(const pair *p)
{
    finnc_session_destroy(p->plain);
    finnc_session_destroy(p->fast);
    finnc_model_destroy(p->model);
}

/* `nfast` nodes are fast, and the model's one input with these elements gives the same on both. */
static inline void check_elements(const char *text, size_t nfast, int rank, const int64_t *dims,
                                  const float *elements)
{
    const pair p = open_pair(text);
    finnc_tensor *x = floats(cx, rank, dims, elements);
    cr_assert_eq(count_fast(p.fast), nfast, "%zu nodes are fast of %s", count_fast(p.fast), text);
    run_pair(&p, x);
    finnc_tensor_release(x);
    close_pair(&p);
}

/* `n` images of what the model's input holds. */
static inline finnc_tensor *draw_input(const finnc_value *input, int64_t n, uint64_t seed)
{
    int64_t dims[4];
    int rank = finnc_value_rank(input);
    finnc_tensor *x = NULL;
    for (int i = 0; i < rank; i++)
        dims[i] = i ? finnc_value_dim(input, i).size : n;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, rank, dims, &x), FINNC_OK);
    finnc_dtype dtype = finnc_value_dtype(input);
    double low = finnc_dtype_min(dtype), span = finnc_dtype_max(dtype) - low + 1;
    for (int64_t i = 0; i < finnc_tensor_nelems(x); i++) {
        double v = low + draw(&seed) % (unsigned)span;
        finnc_tensor_set(x, i, finnc_dtype_allows(dtype, v) ? v : low);
    }
    return x;
}

#endif
