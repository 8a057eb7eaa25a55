#include "allowed.h"

#include "element_text.h"

#include <base/compiler.h>

#include <finnc/layer.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* ---- words ---- */

enum { WORDS = 160 };

/* "[0,3,12]", of element `i`. */
static const char *print_index(const finnc_tensor *t, int64_t i, char text[WORDS])
{
    int64_t at[FINNC_MAX_RANK] = {0};
    int rank = finnc_tensor_rank(t), used = 0;
    for (int axis = rank - 1; axis >= 0; axis--) {
        at[axis] = i % finnc_tensor_dim(t, axis);
        i /= finnc_tensor_dim(t, axis);
    }
    text[used++] = '[';
    for (int axis = 0; axis < rank && used < WORDS - 24; axis++)
        used +=
            snprintf(text + used, WORDS - (size_t)used, "%s%" PRId64, axis ? "," : "", at[axis]);
    snprintf(text + used, WORDS - (size_t)used, "]");
    return text;
}

/* What a data type holds. */
static const char *print_holds(finnc_dtype t, char text[WORDS])
{
    double min = finnc_dtype_min(t), max = finnc_dtype_max(t);
    switch (t.kind) {
    case FINNC_DTYPE_BIPOLAR:
        snprintf(text, WORDS, "-1 and 1");
        break;
    case FINNC_DTYPE_TERNARY:
        snprintf(text, WORDS, "-1, 0 and 1");
        break;
    case FINNC_DTYPE_INT:
    case FINNC_DTYPE_UINT:
        snprintf(text, WORDS, "whole numbers from %.20g to %.20g", min, max);
        break;
    case FINNC_DTYPE_FIXED:
        snprintf(text, WORDS, "multiples of %.9g from %.9g to %.9g", ldexp(1, t.int_bits - t.bits),
                 min, max);
        break;
    case FINNC_DTYPE_MINIFLOAT:
        snprintf(text, WORDS, "floats of %d mantissa bits up to %.9g", t.mantissa_bits, max);
        break;
    case FINNC_DTYPE_FLOAT32:
    case FINNC_DTYPE_FLOAT16:
    case FINNC_DTYPE_SCALEDINT: /* which hold everything */
        text[0] = 0;
        break;
    }
    return text;
}

finnc_status fnc_check_dtype(finnc_ctx *cx, const char *role, const finnc_value *value,
                             const finnc_tensor *tensor)
{
    int64_t i;
    FNC_AT(cx, role, finnc_value_name(value), NULL);
    FINNC_TRY(finnc_value_find_forbidden(cx, value, tensor, &i, NULL));
    if (i < 0)
        return FINNC_OK;
    finnc_dtype dtype = finnc_value_dtype(value);
    char index[WORDS], element[FNC_ELEMENT_TEXT], holds[WORDS], name[FINNC_DTYPE_NAME_MAX];
    return finnc_fail(cx, FINNC_BAD_VALUE, "element %s is %s, but %s holds %s",
                      print_index(tensor, i, index), fnc_element_text(tensor, i, element),
                      finnc_dtype_name(dtype, name), print_holds(dtype, holds));
}
