/* Passes that derive or move thresholds, at the thresholds: before and after have to decide the
 * same for every input on one, and beside it, by one float32 or one integer. */
#include "support/check_pass.h"

#include <finnc/compare.h>
#include <finnc/run.h>

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define GENERAL "qonnx.custom_op.general."
#define MT      GENERAL "MultiThreshold <out_dtype = \"UINT4\">"

enum { MOST = 4096, BESIDE = 3 };

typedef struct points {
    float at[MOST];
    int64_t count;
    bool are_integers;
    finnc_dtype dtype; /* of the input */
} points;

static void add_point(points *p, float x)
{
    if (p->count < MOST && isfinite(x) &&
        (!p->are_integers || finnc_dtype_allows(p->dtype, (double)x)))
        p->at[p->count++] = x;
}

static void add_around(points *p, double threshold)
{
    float x = (float)threshold;
    if (p->are_integers) {
        for (int k = -BESIDE; k <= BESIDE; k++)
            add_point(p, floorf(x) + (float)k);
        return;
    }
    for (int k = 0; k < BESIDE; k++)
        x = nextafterf(x, -INFINITY);
    for (int k = 0; k < 2 * BESIDE + 1; k++, x = nextafterf(x, INFINITY))
        add_point(p, x);
}

/* Around each threshold of the model, and what it comes from; signs may have been taken out. */
static void find_points(const finnc_model *model, points *p)
{
    finnc_foreach_node (node, finnc_model_graph(model)) {
        const finnc_value *t =
            finnc_node_is(node, "MultiThreshold") ? finnc_node_input(node, 1) : NULL;
        if (!t || !finnc_value_tensor(t))
            continue;
        for (int64_t i = 0; i < finnc_tensor_nelems(finnc_value_tensor(t)); i++) {
            add_around(p, finnc_tensor_get(finnc_value_tensor(t), i));
            add_around(p, -finnc_tensor_get(finnc_value_tensor(t), i));
        }
    }
}

static finnc_tensor *tensor_of(finnc_ctx *cx, const points *p, int64_t channels)
{
    finnc_tensor *x;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){p->count, channels}, &x),
                 FINNC_OK);
    for (int64_t i = 0; i < p->count * channels; i++)
        finnc_tensor_set(x, i, (double)p->at[i / channels]);
    return x;
}

static const finnc_tensor *run(finnc_ctx *cx, finnc_model *model, const finnc_tensor *x,
                               finnc_session **session)
{
    cr_assert_eq(finnc_session_create(cx, model, NULL, session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    /* Auto names them anew. */
    const finnc_graph *graph = finnc_model_graph(model);
    const char *in = finnc_value_name(finnc_graph_input(graph, 0));
    cr_assert_eq(finnc_session_feed(*session, in, x), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_run(*session), FINNC_OK, "%s", finnc_ctx_message(cx));
    return finnc_session_fetch(*session, finnc_value_name(finnc_graph_output(graph, 0)));
}

/* `body` makes y of x, of shape (N, channels). */
static void check_decisions(const char *passes, int64_t channels, const char *annotation,
                            const char *constants, const char *body)
{
    char text[1024];
    snprintf(text, sizeof text, "g (float[N,%d] x %s) => (float[N,%d] y) <%s> { %s }",
             (int)channels, annotation, (int)channels, constants, body);
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *before = test_read_text(cx, text), *after = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL);
    cr_assert_eq(finnc_transform(cx, after, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    points *p = calloc(1, sizeof *p);
    p->are_integers = annotation[0] != 0;
    p->dtype = finnc_value_dtype(finnc_graph_input(finnc_model_graph(before), 0));
    find_points(before, p);
    find_points(after, p);
    cr_assert_gt(p->count, 0, "%s: no thresholds", passes);
    finnc_tensor *x = tensor_of(cx, p, channels);
    finnc_session *a, *b;
    finnc_difference d;
    finnc_tensor_compare(run(cx, before, x, &a), run(cx, after, x, &b), 0, "y", &d);
    cr_expect_null(d.value, "%s: %s: at %.9g it was %g and is %g", passes, body,
                   finnc_tensor_get(x, d.index < 0 ? 0 : d.index), d.a, d.b);
    finnc_session_destroy(a);
    finnc_session_destroy(b);
    finnc_tensor_release(x);
    free(p);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(before);
    finnc_model_destroy(after);
    finnc_ctx_destroy(cx);
}

#define THREE "float[1,3] t = {-0.7, 0.1, 2.3}"

/* Every handler: what stands before the quantiser, and each kind of quantiser. */
Test(exactness, quantisers_become_thresholds)
{
    static const char *const before[] = {"Identity(x)", "Relu(x)", "Selu(x)", "Tanh(x)"};
    static const char *const quantisers[] = {
        "Quant <signed = 1, narrow = 0> (a, s, z, n)",
        "Quant <signed = 1, narrow = 1> (a, s, z, n)", "BipolarQuant(a, s)",
        "Quant <signed = 1, narrow = 0> (a, s, z, o)",
        "Quant <signed = 1, narrow = 0, rounding_mode = \"FLOOR\"> (a, s, z, n)"};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        for (size_t k = 0; k < sizeof quantisers / sizeof *quantisers; k++) {
            char body[256];
            snprintf(body, sizeof body, "a = %s y = " GENERAL "%s", before[i], quantisers[k]);
            check_decisions("ConvertQuantActToMultiThreshold", 1, "",
                            "float s = {0.1}, float z = {0}, float n = {3}, float o = {1}", body);
        }
    check_decisions("ConvertQuantActToMultiThreshold", 2, "",
                    "float[1,2] s = {0.1, 0.37}, float z = {0}, float n = {4}",
                    "a = Relu(x) y = " GENERAL "Quant <signed = 0, narrow = 0> (a, s, z, n)");
    check_decisions("ConvertQuantActToMultiThreshold, RoundAndClipThresholds", 1, "{INT8}",
                    "float s = {3}, float z = {0}, float n = {4}",
                    "y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n)");
}

/* One op before thresholds, by each pass that takes it in, on floats and on integers. */
Test(exactness, what_stands_before_thresholds_goes_into_them)
{
    static const struct {
        const char *passes, *constants, *op;
    } cases[] = {
        {"AbsorbAddIntoMultiThreshold", "float[2] c = {0.1, -3.7}", "Add(x, c)"},
        {"AbsorbMulIntoMultiThreshold", "float[2] c = {0.1, 3.7}", "Mul(x, c)"},
        {"AbsorbMulIntoMultiThreshold", "float c = {0.003921569}", "Mul(x, c)"},
        {"FactorOutMulSignMagnitude, AbsorbMulIntoMultiThreshold", "float[2] c = {-0.1, 3.7}",
         "Mul(x, c)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float[2] c = {0.1, -3.7}", "Add(c, x)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float[2] c = {-0.1, 3.7}", "Mul(x, c)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float[2] c = {-0.1, 3.7}", "Div(x, c)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float c = {255}", "Div(x, c)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float c = {0.1}", "Sub(x, c)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float[2] c = {0.1, 0.7}", "Sub(c, x)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float c = {0}", "Relu(x)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float c = {0}", "LeakyRelu <alpha = 0.3> (x)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float c = {0}", "Neg(x)"},
        {"AbsorbMonotoneIntoMultiThreshold", "float lo = {-0.7}, float hi = {1.5}",
         "Clip(x, lo, hi)"},
        {"AbsorbMonotoneIntoMultiThreshold",
         "float[2] s = {0.7, -0.3}, float[2] b = {0.1, 0.2}, float[2] m = {0.3, -0.4}, "
         "float[2] v = {0.9, 1.7}",
         "BatchNormalization(x, s, b, m, v)"},
        {"ConvertSubToAdd, AbsorbAddIntoMultiThreshold", "float c = {0.1}", "Sub(x, c)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char constants[256], body[256], rounded[256];
        snprintf(constants, sizeof constants, "%s, " THREE, cases[i].constants);
        snprintf(body, sizeof body, "a = %s y = " MT "(a, t)", cases[i].op);
        snprintf(rounded, sizeof rounded, "%s, RoundAndClipThresholds", cases[i].passes);
        check_decisions(cases[i].passes, 2, "", constants, body);
        check_decisions(cases[i].passes, 2, "{INT16}", constants, body);
        check_decisions(rounded, 2, "{INT16}", constants, body);
        check_decisions(rounded, 2, "{UINT4}", constants, body);
    }
}

/* A chain as it stands behind a sum: scale, bias, batch normalisation, some of them falling. */
Test(exactness, chains_go_into_thresholds_whole)
{
    static const char constants[] =
        "float[2] c = {0.013, 0.007}, float[2] d = {0.4, -0.9}, float[2] s = {-0.7, 0.3}, "
        "float[2] b = {0.1, 0.2}, float[2] m = {0.3, -0.4}, float[2] v = {0.9, 1.7}, "
        "float q = {0.11}, float z = {0}, float n = {4}";
    static const char body[] =
        "a = Mul(x, c) e = Add(a, d) f = BatchNormalization(e, s, b, m, v) r = Relu(f) "
        "y = " GENERAL "Quant <signed = 0, narrow = 0> (r, q, z, n)";
    check_decisions("ConvertQuantActToMultiThreshold, AbsorbMonotoneIntoMultiThreshold", 2, "",
                    constants, body);
    check_decisions("Auto", 2, "{INT16}", constants, body);
}

Test(exactness, an_offset_goes_into_the_output)
{
    check_decisions("AbsorbSignBiasIntoMultiThreshold", 1, "", THREE ", float b = {-2}",
                    "a = " MT "(x, t) y = Add(a, b)");
}
