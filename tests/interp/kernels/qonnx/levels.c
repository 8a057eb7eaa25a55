/* Quantisers and thresholds exactly on a level and one step beside it, for every data type. What
 * is expected is computed in integers, or in double, where nothing rounds. */
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define GENERAL "qonnx.custom_op.general"

enum { MOST = 64 };

/* ---- levels of a type ---- */

/* Every type by name whose values a float holds, in steps of `step`. */
typedef void on_type(const char *name, double low, double high, double step);

static void each_type(on_type *check)
{
    char name[32];
    for (int bits = 1; bits <= 24; bits++) {
        snprintf(name, sizeof name, "UINT%d", bits);
        check(name, 0, exp2(bits) - 1, 1);
        if (bits == 24) /* signed, the step below the lowest is in no float */
            continue;
        snprintf(name, sizeof name, "INT%d", bits + 1);
        check(name, -exp2(bits), exp2(bits) - 1, 1);
        snprintf(name, sizeof name, "FIXED<%d,%d>", bits + 1, bits / 2);
        double step = exp2(bits / 2 - bits - 1);
        check(name, -exp2(bits) * step, (exp2(bits) - 1) * step, step);
    }
    check("BINARY", 0, 1, 1);
    check("BIPOLAR", -1, 1, 2);
    check("TERNARY", -1, 1, 1);
}

/* Some levels: the ends and their neighbours, the middle, and zero. */
static size_t pick_levels(double low, double high, double step, double *levels)
{
    const double wish[] = {low,
                           low + step,
                           low + step * floor((high - low) / step / 2),
                           low + step * floor((high - low) / step / 3),
                           0,
                           high - step,
                           high};
    size_t n = 0;
    for (size_t i = 0; i < sizeof wish / sizeof *wish; i++) {
        bool is_level = wish[i] >= low && wish[i] <= high && fmod(wish[i] - low, step) == 0;
        for (size_t k = 0; k < n; k++)
            is_level &= levels[k] != wish[i];
        if (is_level)
            levels[n++] = wish[i];
    }
    return n;
}

static finnc_tensor *numbers(finnc_ctx *cx, int rank, const int64_t *dims, const double *x)
{
    float f[MOST];
    int64_t n = 1;
    for (int i = 0; i < rank; i++)
        n *= dims[i];
    for (int64_t i = 0; i < n; i++)
        f[i] = (float)x[i];
    return floats(cx, rank, dims, f);
}

/* ---- thresholds: MultiThreshold, and Thresholding and MVAU that do the same ---- */

static void expect(const char *op, const char *type, const finnc_tensor *y, const double *x,
                   const double *t, size_t n, size_t nlevels, double scale, double bias)
{
    for (size_t i = 0; i < n; i++) {
        int count = 0;
        for (size_t k = 0; k < nlevels; k++)
            count += x[i] >= t[k];
        cr_expect_eq(finnc_tensor_get(y, (int64_t)i), scale * count + bias,
                     "%s of %s: %.9g gives %g", op, type, x[i], finnc_tensor_get(y, (int64_t)i));
    }
}

static void sort(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && x[k - 1] > x[k]; k--) {
            double swap = x[k];
            x[k] = x[k - 1];
            x[k - 1] = swap;
        }
}

/* x: every level, and the step below and above it; one row of thresholds. */
static void check_thresholds(const char *type, double low, double high, double step)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    double t[8], x[MOST];
    size_t nlevels = pick_levels(low, high, step, t), n = 0;
    sort(t, nlevels);
    for (size_t k = 0; k < nlevels; k++)
        for (int side = -1; side <= 1; side++)
            x[n++] = t[k] + side * step;
    char text[600];
    snprintf(text, sizeof text,
             "<ir_version: 8, opset_import: [\"" GENERAL "\" : 1,"
             " \"finn.custom_op.fpgadataflow\" : 1]>"
             " g (float[%zu,1] x, float[1,%zu] t) => (float[%zu,1] y, float[%zu,1] z) {"
             " y = " GENERAL ".MultiThreshold <out_dtype = \"INT8\", out_scale = 2.0,"
             " out_bias = -3.0> (x, t)"
             " z = finn.custom_op.fpgadataflow.Thresholding <NumChannels = 1, PE = 1,"
             " numSteps = %zu, inputDataType = \"%s\", weightDataType = \"%s\","
             " outputDataType = \"INT8\", ActVal = -2, numInputVectors = [%zu]> (x, t) }",
             n, nlevels, n, n, nlevels, type, type, n);
    finnc_model *model = read_text(cx, text);
    finnc_session *session;
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_tensor *tx = numbers(cx, 2, (int64_t[]){(int64_t)n, 1}, x);
    finnc_tensor *tt = numbers(cx, 2, (int64_t[]){1, (int64_t)nlevels}, t);
    cr_assert_eq(finnc_session_feed(session, "x", tx), FINNC_OK);
    cr_assert_eq(finnc_session_feed(session, "t", tt), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    expect("MultiThreshold", type, finnc_session_fetch(session, "y"), x, t, n, nlevels, 2, -3);
    expect("Thresholding", type, finnc_session_fetch(session, "z"), x, t, n, nlevels, 1, -2);
    finnc_tensor_release(tx);
    finnc_tensor_release(tt);
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(levels, thresholds_are_reached_by_equal_numbers_and_not_by_the_step_below)
{
    each_type(check_thresholds);
}

/* ---- Quant ---- */

static double rounded(const char *mode, double x)
{
    double below = floor(x), part = x - below;
    if (part == 0)
        return x;
    if (!strcmp(mode, "CEIL") || (!strcmp(mode, "UP") && x > 0) || (!strcmp(mode, "DOWN") && x < 0))
        return below + 1;
    if (!strcmp(mode, "FLOOR") || !strcmp(mode, "UP") || !strcmp(mode, "DOWN"))
        return below;
    if (part != 0.5)
        return part > 0.5 ? below + 1 : below;
    if (!strcmp(mode, "HALF_UP"))
        return x > 0 ? below + 1 : below;
    if (!strcmp(mode, "HALF_DOWN"))
        return x > 0 ? below : below + 1;
    return fmod(below, 2) == 0 ? below : below + 1;
}

/* Quarters around every level, times a scale that is a power of two: no step of the way rounds. */
static void check_quant(const char *mode, int bits, bool is_signed, bool is_narrow, double scale,
                        double zero)
{
    double low = is_signed ? -exp2(bits - 1) + is_narrow : 0;
    double high = is_signed ? exp2(bits - 1) - 1 : exp2(bits) - 1 - is_narrow;
    double levels[8], x[MOST];
    size_t nlevels = pick_levels(low, high, 1, levels), n = 0;
    for (size_t k = 0; k < nlevels; k++)
        for (int quarter = -4; quarter <= 4; quarter++)
            x[n++] = (levels[k] + quarter / 4.0 - zero) * scale;
    char text[600];
    snprintf(text, sizeof text,
             "<ir_version: 8, opset_import: [\"" GENERAL "\" : 1]> g (float[%zu] x) =>"
             " (float[%zu] y) <float s = {%g}, float z = {%g}, float b = {%d}> {"
             " y = " GENERAL ".Quant <signed = %d, narrow = %d, rounding_mode = \"%s\">"
             " (x, s, z, b) }",
             n, n, scale, zero, bits, is_signed, is_narrow, mode);
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, text);
    finnc_session *session;
    finnc_tensor *tx = numbers(cx, 1, (int64_t[]){(int64_t)n}, x);
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_feed(session, "x", tx), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    for (size_t i = 0; i < n; i++) {
        double q = x[i] / scale + zero;
        if (bits == 1 && is_signed)
            q = q >= 0 ? 1 : -1;
        else
            q = rounded(mode, q > high ? high : q < low ? low : q);
        double y = finnc_tensor_get(finnc_session_fetch(session, "y"), (int64_t)i);
        cr_expect_eq(y, (q - zero) * scale, "%s, %d bits, %s%s, scale %g: %.9g becomes %.9g", mode,
                     bits, is_signed ? "signed" : "unsigned", is_narrow ? ", narrow" : "", scale,
                     x[i], y);
    }
    finnc_tensor_release(tx);
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(levels, quant_rounds_between_levels_and_keeps_them)
{
    static const char *const modes[] = {"ROUND", "HALF_EVEN", "CEIL",    "FLOOR",
                                        "UP",    "DOWN",      "HALF_UP", "HALF_DOWN"};
    static const double scales[] = {1, 0.25, -0.5};
    for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
        for (int bits = 1; bits <= 20; bits++)
            for (int kind = 0; kind < 4; kind++) {
                double scale = scales[(size_t)bits % 3];
                if (bits == 1 && kind == 3) /* narrow and signed: -0 to 0 */
                    continue;
                check_quant(modes[m], bits, kind & 1, kind & 2, scale, 0);
                check_quant(modes[m], bits, kind & 1, kind & 2, scale, bits > 2 ? 3 : 0);
            }
}
