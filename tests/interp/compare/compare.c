#include "support/run_text.h"
#include "support/suite.h"

#include <criterion/criterion.h>
#include <finnc/compare.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

FNC_SUITE(compare);

static finnc_difference compare(const char *a, const char *b, double rtol)
{
    finnc_difference d;
    finnc_comparison c;
    const finnc_compare_options options = {.nsamples = 3, .seed = 42, .rtol = rtol};
    finnc_model *x = read_text(cx, a), *y = read_text(cx, b);
    cr_assert_eq(finnc_compare(cx, x, y, &options, &c), FINNC_OK, "%s", finnc_ctx_message(cx));
    d = c.difference;
    if (d.value) { /* the name dies with the model */
        static char name[32];
        snprintf(name, sizeof name, "%s", d.value);
        d.value = name;
    }
    finnc_model_destroy(x);
    finnc_model_destroy(y);
    return d;
}

Test(compare, models_that_compute_the_same_do_not_differ)
{
    finnc_difference d =
        compare("g (float[4] x) => (float[4] y) <float s = {3}> { y = Mul(x, s) }",
                "g (float[4] in) => (float[4] out) <float s = {3}> { out = Mul(s, in) }", 0);
    cr_assert_null(d.value);
}

Test(compare, rounding_is_forgiven_where_floats_are)
{
    const char *a = "g (float[4] x) => (float[4] y) <float s = {3.0}> { y = Mul(x, s) }";
    const char *b = "g (float[4] x) => (float[4] y) <float s = {3.000001}> { y = Mul(x, s) }";
    cr_assert_null(compare(a, b, 1e-5).value);
    finnc_difference d = compare(a, b, 0);
    cr_assert_str_eq(d.value, "y");
    cr_assert_gt(d.count, 0);
    cr_assert_gt(d.largest, 0);
    cr_assert_lt(d.largest, 1e-4);
}

Test(compare, integers_have_to_be_equal)
{
    finnc_difference d = compare(
        "g (float[4] x {UINT8}) => (float[4] y {INT32}) <float s = {100}> { y = Mul(x, s) }",
        "g (float[4] x {UINT8}) => (float[4] y {INT32}) <float s = {101}> { y = Mul(x, s) }", 0.5);
    cr_assert_str_eq(d.value, "y");
    cr_assert_eq(d.b / d.a, 1.01);
}

Test(compare, other_shapes_are_a_difference_without_a_place)
{
    finnc_difference d = compare("g (float[4] x) => (float[4] y) { y = Neg(x) }",
                                 "g (float[4] x) => (float[1,4] y) <int64[1] a = {0}> {"
                                 " n = Neg(x) y = Unsqueeze(n, a) }",
                                 0);
    cr_assert_str_eq(d.value, "y");
    cr_assert_eq(d.index, -1);
}

/* ---- which inputs ---- */

Test(compare, inputs_belong_together_by_name_before_position)
{
    const char *a = "g (float[4] p, float[4] q) => (float[4] y) { y = Sub(p, q) }";
    cr_assert_null(
        compare(a, "g (float[4] q, float[4] p) => (float[4] y) { y = Sub(p, q) }", 0).value);
    cr_assert_null(
        compare(a, "g (float[4] r, float[4] s) => (float[4] y) { y = Sub(r, s) }", 0).value);
    cr_assert_not_null(
        compare(a, "g (float[4] r, float[4] s) => (float[4] y) { y = Sub(s, r) }", 0).value);
}

/* Not where their types say that they do not belong together. */
Test(compare, inputs_belong_together_by_order_if_that_is_asked_for)
{
    static const struct {
        const char *a, *b;
        bool is_same;
    } cases[] = {
        {"g (float[4] p, float[4] q) => (float[4] y) { y = Sub(p, q) }",
         "g (float[4] q, float[4] p) => (float[4] y) { y = Sub(q, p) }", true},
        {"g (float[4] p, float[4] q) => (float[4] y) { y = Sub(p, q) }",
         "g (float[4] q, float[4] p) => (float[4] y) { y = Sub(p, q) }", false},
        {"g (float[4] p, float[2] q) => (float[6] y) { y = Concat<axis = 0>(p, q) }",
         "g (float[2] q, float[4] p) => (float[6] y) { y = Concat<axis = 0>(p, q) }", true},
        {"g (float[4] p, float[4] q) => (float[4] y) { y = Sub(p, q) }",
         "g (float[4] q, float[4] p, float[4] r) => (float[4] y) { y = Sub(p, q) z = Neg(r) }",
         true},
    };
    finnc_compare_options options = {.nsamples = 2, .by_order = true};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        finnc_model *a = read_text(cx, cases[i].a), *b = read_text(cx, cases[i].b);
        finnc_comparison c;
        cr_assert_eq(finnc_compare(cx, a, b, &options, &c), FINNC_OK, "%zu: %s", i,
                     finnc_ctx_message(cx));
        cr_expect(!c.difference.value == cases[i].is_same, "%zu", i);
        finnc_model_destroy(a);
        finnc_model_destroy(b);
    }
}

Test(compare, samples_and_inputs_are_drawn_independently)
{
    finnc_model *model =
        read_text(cx, "g (float[4] p, float[4] q) => (float[4] y) { y = Sub(p, q) }");
    finnc_tensor *seen[8];
    size_t n = 0;
    for (uint64_t seed = 0; seed < 2; seed++)
        for (uint64_t sample = 0; sample < 2; sample++) {
            finnc_bundle *inputs;
            cr_assert_eq(
                finnc_graph_draw_inputs(cx, finnc_model_graph(model), seed, sample, &inputs),
                FINNC_OK);
            cr_assert_eq(finnc_bundle_count(inputs), 2);
            seen[n++] = finnc_tensor_retain(finnc_bundle_find(inputs, "p"));
            seen[n++] = finnc_tensor_retain(finnc_bundle_find(inputs, "q"));
            finnc_bundle_destroy(inputs);
        }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            cr_expect_not(finnc_tensor_equal(seen[i], seen[k]), "draws %zu and %zu", k, i);
    for (size_t i = 0; i < n; i++)
        finnc_tensor_release(seen[i]);
    finnc_model_destroy(model);
}

/* Thresholds one float32 apart: random numbers do not fall between them. */
Test(compare, inputs_at_the_edges_of_quantisers_are_tried_too)
{
#define REACHES(t)                                                                                 \
    "<opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]> g (float[1,4] x) => "            \
    "(float[1,4] y) <float[1,1] t = {" t "}> { y = qonnx.custom_op.general.MultiThreshold(x, t) }"
    cr_assert_null(compare(REACHES("0.3"), REACHES("0.3"), 0).value);
    finnc_difference d = compare(REACHES("0.3"), REACHES("0.30000004"), 0);
    cr_assert_not_null(d.value);
    cr_assert_str_eq(d.value, "y");
}

/* Neither is "equal" the answer to nothing, nor to everything. */
Test(compare, nothing_is_equal_by_no_sample_or_no_tolerance)
{
    static const struct {
        size_t nsamples;
        double rtol;
    } wrong[] = {{0, 0}, {SIZE_MAX, 0}, {1, -1}, {1, NAN}, {1, INFINITY}};
    finnc_comparison c;
    finnc_model *model = read_text(cx, "g (float[4] x) => (float[4] y) { y = Neg(x) }");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const finnc_compare_options options = {.nsamples = wrong[i].nsamples,
                                               .rtol = wrong[i].rtol};
        cr_expect_eq(finnc_compare(cx, model, model, &options, &c), FINNC_BAD_VALUE, "%zu", i);
    }
    finnc_model_destroy(model);
}

/* ---- where they part, and whose failure it is ---- */

static void check_parting(const char *a, const char *b, const char *value, const char *op)
{
    finnc_comparison c;
    finnc_model *x = read_text(cx, a), *y = read_text(cx, b);
    const finnc_compare_options options = {.nsamples = 2, .wants_parting = true};
    cr_assert_eq(finnc_compare(cx, x, y, &options, &c), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_not_null(c.difference.value);
    cr_assert_eq(c.sample, 0);
    cr_assert_str_eq(c.parting.value, value);
    cr_assert_str_eq(finnc_node_op_type(c.parting_node), op);
    finnc_model_destroy(x);
    finnc_model_destroy(y);
}

static const char *const chain =
    "g (float[4] x) => (float[4] y) <float s = {3}> { n = Neg(x) m = Mul(n, s) y = Tanh(m) }";

Test(compare, models_part_at_the_first_tensor_of_a_name_that_differs)
{
    check_parting(chain,
                  "g (float[4] x) => (float[4] y) <float s = {2}> {"
                  " n = Neg(x) i = Identity(n) m = Mul(i, s) y = Tanh(m) }",
                  "m", "Mul");
}

Test(compare, models_of_other_names_part_where_nodes_pair)
{
    check_parting(chain,
                  "g (float[4] x) => (float[4] out) <float s = {2}> {"
                  " one = Neg(x) two = Mul(one, s) out = Tanh(two) }",
                  "m", "Mul");
}

Test(compare, models_of_other_lengths_part_at_what_alike_nodes_make)
{
    check_parting(chain,
                  "g (float[4] x) => (float[4] out) <float s = {2}> {"
                  " one = Neg(x) i = Identity(one) two = Mul(i, s) a = Abs(two) out = Tanh(two) }",
                  "m", "Mul");
}

Test(compare, what_differs_on_purpose_is_passed_over)
{
    /* d is doubled and halved again in the second: the mistake is behind it. */
    const char *a = "g (float[4] x) => (float[4] y) <float one = {1}, float s = {3}> {"
                    " d = Mul(x, one) n = Neg(d) y = Mul(n, s) }";
    const char *b = "g (float[4] x) => (float[4] y) <float two = {2}, float h = {0.5},"
                    " float s = {4}> { d = Mul(x, two) e = Mul(d, h) n = Neg(e) y = Mul(n, s) }";
    check_parting(a, b, "y", "Mul");
}

Test(compare, names_that_were_given_to_the_next_node_are_seen_through)
{
    check_parting(chain,
                  "g (float[4] x) => (float[4] y) <float s = {3}> {"
                  " n_1 = Neg(x) n = Mul(n_1, s) y = Neg(n) }",
                  "y", "Tanh");
    /* a name stays what the two have in common where ops were replaced */
    check_parting(chain,
                  "g (float[4] x) => (float[4] y) <float z = {0}, float s = {2}> {"
                  " n = Sub(z, x) m = Mul(n, s) y = Tanh(m) }",
                  "m", "Mul");
}

/* ---- layouts ---- */

static finnc_comparison compare_all(const char *a, const char *b, finnc_model **x, finnc_model **y)
{
    finnc_comparison c;
    const finnc_compare_options options = {.nsamples = 2, .seed = 1, .wants_parting = true};
    *x = read_text(cx, a);
    *y = read_text(cx, b);
    cr_assert_eq(finnc_compare(cx, *x, *y, &options, &c), FINNC_OK, "%s", finnc_ctx_message(cx));
    return c;
}

static void check_moved(const char *a, const char *b, size_t nmoved)
{
    finnc_model *x, *y;
    finnc_comparison c = compare_all(a, b, &x, &y);
    cr_assert_null(c.difference.value);
    cr_assert_eq(c.nmoved, nmoved);
    finnc_model_destroy(x);
    finnc_model_destroy(y);
}

static const char *const first = "g (float[1,2,3,4] x) => (float[1,2,3,4] y) { y = Neg(x) }";

Test(compare, channels_may_be_last_in_the_other_model)
{
    check_moved(first, first, 0);
    check_moved(first, "g (float[1,3,4,2] x) => (float[1,3,4,2] y) { y = Neg(x) }", 1);
    check_moved("g (float[1,3,4,2] x) => (float[1,3,4,2] y) { y = Neg(x) }", first, 1);
    check_moved(first,
                "g (float[1,3,4,2] x) => (float[1,2,3,4] y) {"
                " n = Neg(x) y = Transpose <perm = [0, 3, 1, 2]> (n) }",
                0);
    check_moved("g (float[1,5,3] x) => (float[1,5,3] y) { y = Neg(x) }",
                "g (float[1,3,5] x) => (float[1,3,5] y) { y = Neg(x) }", 1);
}

Test(compare, layouts_tell_where_shapes_do_not)
{
    const char *plain = "g (float[1,3,3,3] x {NCHW}) => (float[1,3,3,3] y {NCHW})"
                        " { y = Neg(x) }";
    check_moved(plain,
                "g (float[1,3,3,3] x {NHWC}) => (float[1,3,3,3] y {NHWC})"
                " { y = Neg(x) }",
                1);
    check_moved(plain, "g (float[1,3,3,3] x) => (float[1,3,3,3] y) { y = Neg(x) }", 0);
}

Test(compare, models_with_channels_elsewhere_part_where_they_do)
{
    finnc_model *x, *y;
    finnc_comparison c =
        compare_all("g (float[1,2,3,4] x) => (float[1,2,3,4] y) <float s = {2}> {"
                    " a = Abs(x) b = Mul(a, s) y = Neg(b) }",
                    "g (float[1,2,3,4] x) => (float[1,2,3,4] out) <float s = {3}> {"
                    " t = Transpose <perm = [0, 2, 3, 1]> (x) p = Abs(t) q = Mul(p, s)"
                    " u = Transpose <perm = [0, 3, 1, 2]> (q) out = Neg(u) }",
                    &x, &y);
    cr_assert_str_eq(c.parting.value, "b");
    cr_assert_str_eq(finnc_value_name(c.parting_value), "q");
    cr_assert_eq(c.parting.count, 24);
    finnc_model_destroy(x);
    finnc_model_destroy(y);
}

Test(compare, sequences_are_compared_item_by_item)
{
    const char *a = "<opset_import: [\"\" : 13]> g (float[2] x) => (seq(float[2]) y) {"
                    " n = Neg(x) y = SequenceConstruct(x, n) }";
    const char *b = "<opset_import: [\"\" : 13]> g (float[2] x) => (seq(float[2]) y) {"
                    " n = Exp(x) y = SequenceConstruct(x, n) }";
    finnc_model *x, *y;
    cr_assert_null(compare(a, a, 0).value);
    finnc_comparison c = compare_all(a, b, &x, &y);
    cr_assert_str_eq(c.difference.value, "y");
    cr_assert_str_eq(c.parting.value, "n");
    finnc_model_destroy(x);
    finnc_model_destroy(y);
}

Test(compare, tells_which_model_failed)
{
    finnc_comparison c;
    finnc_model *good = read_text(cx, chain);
    finnc_model *bad = read_text(cx, "g (float[4] x) => (float[4] y) { y = NoSuchOp(x) }");
    const finnc_compare_options options = {.nsamples = 1, .name_a = "left", .name_b = "right"};
    cr_assert_eq(finnc_compare(cx, good, bad, &options, &c), FINNC_UNSUPPORTED);
    cr_assert_eq(c.failed, bad);
    cr_assert(strstr(finnc_ctx_message(cx), "right: "), "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_compare(cx, bad, good, &options, &c), FINNC_UNSUPPORTED);
    cr_assert_eq(c.failed, bad);
    finnc_model_destroy(good);
    finnc_model_destroy(bad);
}
