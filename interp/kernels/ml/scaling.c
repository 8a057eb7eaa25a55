/* Numbers brought into shape: Binarizer, Imputer, Normalizer, Scaler. */
#include "lists.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* FLOAT, DOUBLE, INT32 and INT64 are what this domain knows of numbers. */
#define ML_NUMBERS(X, ...)                                                                         \
    X(FLOAT, float, __VA_ARGS__)                                                                   \
    X(DOUBLE, double, __VA_ARGS__)                                                                 \
    X(INT32, int32_t, __VA_ARGS__)                                                                 \
    X(INT64, int64_t, __VA_ARGS__)

/* ---- Binarizer ---- */

#define BINARIZE(NAME, T, ...)                                                                     \
    static void binarize_##NAME(const void *from, void *to, int64_t n, double threshold)           \
    {                                                                                              \
        const T *x = from;                                                                         \
        T *y = to;                                                                                 \
        for (int64_t i = 0; i < n; i++)                                                            \
            y[i] = (double)x[i] > threshold;                                                       \
    }
ML_NUMBERS(BINARIZE, )

static finnc_status binarizer(fnc_call *call)
{
#define ENTRY(NAME, T, ...) [FINNC_ELEM_##NAME] = binarize_##NAME,
    static void (*const loops[FNC_NELEMS])(const void *, void *, int64_t,
                                           double) = {ML_NUMBERS(ENTRY, )};
#undef ENTRY
    void *y;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (!loops[x->elem])
        return fnc_bad_elem(call, 0);
    FINNC_TRY(fnc_out_like(call, 0, x, &y));
    loops[x->elem](x->data, y, x->nelems, finnc_node_attr_float(call->node, "threshold"));
    return FINNC_OK;
}

/* ---- Imputer ---- */

/* `count` is 1, or the size of the last axis: a replacement for each feature. */
static finnc_status check_features(fnc_call *call, const char *name, int64_t count)
{
    const fnc_array *x = &call->in[0];
    int64_t features = x->rank > 0 ? x->dims[x->rank - 1] : 1;
    if (count != 1 && count != features)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute %s has %" PRId64 " entries for %" PRId64 " features", name,
                          count, features);
    return FINNC_OK;
}

#define IMPUTE(NAME, T, V, differs)                                                                \
    static void impute_##NAME(const fnc_array *in, T *y, V old, const V *by, int64_t count)        \
    {                                                                                              \
        const T *x = in->data;                                                                     \
        for (int64_t i = 0; i < in->nelems; i++)                                                   \
            y[i] = differs(x[i], old) ? x[i] : (T)by[i % count];                                   \
    }
#define DIFFERS(a, b)          ((a) != (b))
#define DIFFERS_AS_FLOAT(a, b) ((a) != (b) && !(isnan(a) && isnan(b)))
IMPUTE(FLOAT, float, float, DIFFERS_AS_FLOAT)
IMPUTE(DOUBLE, double, float, DIFFERS_AS_FLOAT)
IMPUTE(INT32, int32_t, int64_t, DIFFERS)
IMPUTE(INT64, int64_t, int64_t, DIFFERS)

static finnc_status impute_integers(fnc_call *call)
{
    static const char name[] = "imputed_value_int64s";
    const fnc_array *x = &call->in[0];
    size_t count;
    const int64_t *by = finnc_node_ints(call->node, name, &count);
    int64_t old = finnc_node_attr_int(call->node, "replaced_value_int64");
    void *y;
    if (count == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute %s is missing", name);
    FINNC_TRY(check_features(call, name, (int64_t)count));
    for (size_t i = 0; x->elem == FINNC_ELEM_INT32 && i < count; i++)
        if (by[i] < INT32_MIN || by[i] > INT32_MAX)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "attribute %s holds %" PRId64 ", which is no INT32", name, by[i]);
    FINNC_TRY(fnc_out_like(call, 0, x, &y));
    if (x->elem == FINNC_ELEM_INT32)
        impute_INT32(x, y, old, by, (int64_t)count);
    else
        impute_INT64(x, y, old, by, (int64_t)count);
    return FINNC_OK;
}

static finnc_status impute_floats(fnc_call *call)
{
    static const char name[] = "imputed_value_floats";
    const fnc_array *x = &call->in[0];
    size_t count = 0;
    const finnc_attr *attr = finnc_node_find_attr(call->node, name);
    const float *by = attr ? finnc_attr_floats(attr, &count) : NULL;
    float old = (float)finnc_node_attr_float(call->node, "replaced_value_float");
    void *y;
    if (count == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute %s is missing", name);
    FINNC_TRY(check_features(call, name, (int64_t)count));
    FINNC_TRY(fnc_out_like(call, 0, x, &y));
    if (x->elem == FINNC_ELEM_FLOAT)
        impute_FLOAT(x, y, old, by, (int64_t)count);
    else
        impute_DOUBLE(x, y, old, by, (int64_t)count);
    return FINNC_OK;
}

static finnc_status imputer(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    return finnc_elem_is_float(call->in[0].elem) ? impute_floats(call) : impute_integers(call);
}

/* ---- Normalizer ---- */

/* What a row is divided by. The standard's "max" is the greatest element, not the greatest
 * magnitude. */
static double norm_max(const double *x, int64_t n)
{
    double greatest = -INFINITY;
    for (int64_t i = 0; i < n; i++)
        greatest = fmax(greatest, x[i]);
    return greatest;
}

static double norm_l1(const double *x, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += fabs(x[i]);
    return sum;
}

static double norm_l2(const double *x, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

static finnc_status find_norm(fnc_call *call, double (**norm)(const double *x, int64_t n))
{
    const char *name = finnc_node_string(call->node, "norm", "MAX");
    *norm = !strcmp(name, "MAX")  ? norm_max
            : !strcmp(name, "L1") ? norm_l1
            : !strcmp(name, "L2") ? norm_l2
                                  : NULL;
    return *norm ? FINNC_OK
                 : finnc_fail(call->cx, FINNC_BAD_VALUE, "norm is %s, not MAX, L1 or L2", name);
}

static finnc_status normalizer(fnc_call *call)
{
    double (*norm)(const double *x, int64_t n);
    fnc_array x;
    float *y;
    FINNC_TRY(find_norm(call, &norm));
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    if (x.rank != 1 && x.rank != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 has rank %d, it may be 1 or 2",
                          x.rank);
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, x.rank, x.dims, &y));
    int64_t n = x.dims[x.rank - 1];
    const double *row = x.data;
    for (int64_t at = 0; at < x.nelems; at += n) {
        double by = norm(row + at, n);
        for (int64_t i = at; i < at + n; i++)
            y[i] = (float)(by == 0 ? row[i] : row[i] / by);
    }
    return FINNC_OK;
}

/* ---- Scaler ---- */

static finnc_status scaler(fnc_call *call)
{
    const double *offset, *scale;
    int64_t noffsets, nscales;
    fnc_array in;
    float *y;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &in));
    FINNC_TRY(fnc_attr_doubles(call, "offset", &offset, &noffsets));
    FINNC_TRY(fnc_attr_doubles(call, "scale", &scale, &nscales));
    if (noffsets > 0 && nscales > 0 && noffsets != nscales)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute offset has %" PRId64 " entries, scale has %" PRId64, noffsets,
                          nscales);
    FINNC_TRY(check_features(call, "offset", noffsets > 0 ? noffsets : 1));
    FINNC_TRY(check_features(call, "scale", nscales > 0 ? nscales : 1));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, in.rank, in.dims, &y));
    const double *x = in.data;
    for (int64_t i = 0; i < in.nelems; i++)
        y[i] = (float)((x[i] - (noffsets > 0 ? offset[i % noffsets] : 0)) *
                       (nscales > 0 ? scale[i % nscales] : 1));
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_ml_binarizer = {.run = binarizer};
const fnc_kernel fnc_kernel_ml_imputer = {.run = imputer};
const fnc_kernel fnc_kernel_ml_normalizer = {.run = normalizer};
const fnc_kernel fnc_kernel_ml_scaler = {.run = scaler};
