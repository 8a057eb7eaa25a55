#include "support/check_pass.h"
#include "support/random_graph.h"

#include <finnc/reduce.h>

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static finnc_ctx *cx;

static void begin(void)
{
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%llu bytes are left",
                 (unsigned long long)finnc_ctx_live_bytes(cx));
    finnc_ctx_destroy(cx);
}

TestSuite(reduce, .init = begin, .fini = end);

typedef struct asking {
    const char *op; /* what a model has to hold */
    size_t nasked, nbetter, nnodes;
} asking;

/* Is there still such an op, reading what an Add makes? */
static finnc_status has_op(void *user, finnc_ctx *context, const finnc_model *candidate, bool *yes)
{
    asking *a = user;
    a->nasked++;
    *yes = false;
    finnc_foreach_node (node, finnc_model_graph(candidate)) {
        const finnc_value *x = finnc_node_input(node, 0);
        const finnc_node *maker = x ? finnc_value_producer(x) : NULL;
        *yes |= finnc_node_is(node, a->op) && maker && finnc_node_is(maker, "Add");
    }
    FINNC_TRY(finnc_graph_check(context, finnc_model_graph(candidate)));
    return finnc_graph_check_ends(context, finnc_model_graph(candidate));
}

static finnc_status better(void *user, finnc_ctx *context, const finnc_model *model)
{
    (void)context;
    asking *a = user;
    a->nbetter++;
    a->nnodes = finnc_graph_nnodes(finnc_model_graph(model));
    return FINNC_OK;
}

#define NET                                                                                        \
    "g (float[1,4,8,8] x) => (float[1,4,8,8] y, float[1,4,8,8] z) <float s = {2}, float a = {1}> " \
    "{ p = Mul(x, s) q = Relu(p) r = Add(q, a) t = Sign(r) u = Neg(t) y = Abs(u) z = Exp(q) }"

static finnc_model *reduce(const char *text, asking *a, finnc_reduce_options options,
                           finnc_reduction *reduction)
{
    finnc_model *model = test_read_text(cx, text), *reduced = NULL;
    finnc_pipeline *tidy = test_pipeline(cx, "InferShapes", NULL);
    cr_assert_eq(finnc_transform(cx, model, tidy, NULL), FINNC_OK);
    options.better = better;
    options.user = a;
    cr_assert_eq(finnc_reduce(cx, model, has_op, &options, &reduced, reduction), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_pipeline_destroy(tidy);
    finnc_model_destroy(model);
    return reduced;
}

Test(reduce, what_is_left_is_what_matters)
{
    asking a = {.op = "Sign"};
    finnc_reduction r;
    finnc_model *small = reduce(NET, &a, (finnc_reduce_options){.seconds = 0}, &r);
    const finnc_graph *graph = finnc_model_graph(small);
    cr_assert_eq(finnc_graph_nnodes(graph), 2, "%s", test_print(cx, small));
    cr_assert_eq(finnc_graph_noutputs(graph), 1);
    cr_assert_eq(finnc_graph_ninputs(graph), 1);
    cr_assert_eq(finnc_value_nelems(finnc_graph_input(graph, 0)), 1, "sizes shrink, too");
    cr_assert_eq(finnc_value_nelems(finnc_graph_output(graph, 0)), 1);
    cr_assert(r.is_finished);
    cr_assert_eq(r.ncandidates + 1, a.nasked);
    cr_assert_eq(r.nbetter, a.nbetter);
    cr_assert_eq(a.nnodes, 2);
    finnc_model_destroy(small);
}

Test(reduce, the_best_one_so_far_is_never_lost)
{
    asking a = {.op = "Sign"};
    finnc_reduction r;
    finnc_model *small = reduce(NET, &a, (finnc_reduce_options){.ncandidates = 2}, &r);
    cr_assert_not(r.is_finished);
    cr_assert_eq(r.ncandidates, 2);
    bool is_interesting;
    cr_assert_eq(has_op(&a, cx, small, &is_interesting), FINNC_OK);
    cr_assert(is_interesting);
    finnc_model_destroy(small);
}

Test(reduce, the_same_answers_give_the_same_model)
{
    char first[4096];
    for (int i = 0; i < 2; i++) {
        asking a = {.op = "Sign"};
        finnc_reduction r;
        finnc_model *small = reduce(NET, &a, (finnc_reduce_options){.seconds = 0}, &r);
        const char *text = test_print(cx, small);
        if (i == 0)
            strncpy(first, text, sizeof first - 1);
        else
            cr_assert_str_eq(text, first);
        finnc_model_destroy(small);
    }
}

Test(reduce, the_model_itself_has_to_be_interesting)
{
    asking a = {.op = "Sin"};
    finnc_reduction r;
    finnc_model *model = test_read_text(cx, NET), *reduced;
    cr_assert_eq(finnc_reduce(cx, model, has_op, &(finnc_reduce_options){.user = &a}, &reduced, &r),
                 FINNC_BAD_VALUE);
    finnc_model_destroy(model);
}

static finnc_status is_any(void *user, finnc_ctx *context, const finnc_model *candidate, bool *yes)
{
    (void)user;
    *yes = true;
    FINNC_TRY(finnc_graph_check(context, finnc_model_graph(candidate)));
    return finnc_graph_check_ends(context, finnc_model_graph(candidate));
}

/* Whatever is cut, what is left is a model. */
Test(reduce, networks_shrink_to_a_node)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        char *text = random_graph(seed);
        finnc_model *model = test_read_text(cx, text), *reduced;
        finnc_reduction r;
        cr_assert_eq(
            finnc_reduce(cx, model, is_any, &(finnc_reduce_options){.seconds = 0}, &reduced, &r),
            FINNC_OK, "seed %d: %s", (int)seed, finnc_ctx_message(cx));
        cr_assert_eq(finnc_graph_nnodes(finnc_model_graph(reduced)), 1, "seed %d:\n%s", (int)seed,
                     test_print(cx, reduced));
        finnc_model_destroy(reduced);
        finnc_model_destroy(model);
        free(text);
    }
}
