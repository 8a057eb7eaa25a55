/* Tensors out of attributes. */
#include "../../kernel.h"

#include <base/text.h>

#include <inttypes.h>
#include <string.h>

/* ---- Constant ---- */

static finnc_status constant_tensor(fnc_call *call, const finnc_tensor *tensor)
{
    if (!tensor)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the attribute holds no tensor");
    return fnc_out_share(call, 0, tensor);
}

static finnc_status constant_string(fnc_call *call, int rank, const finnc_attr *attr)
{
    finnc_string *out;
    int64_t n = (int64_t)finnc_attr_count(attr);
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_STRING, rank, &n, &out));
    for (int64_t i = 0; i < n; i++)
        out[i] = finnc_attr_string(attr, (size_t)i);
    return FINNC_OK;
}

static finnc_status constant(fnc_call *call)
{
    for (size_t i = 0; i < finnc_node_nattrs(call->node); i++) {
        const finnc_attr *attr = finnc_node_attr(call->node, i);
        finnc_attr_kind kind = finnc_attr_get_kind(attr);
        if (strncmp(finnc_attr_name(attr), "value", 5) != 0 &&
            !fnc_same(finnc_attr_name(attr), "sparse_value"))
            continue;
        bool is_list =
            kind == FINNC_ATTR_FLOATS || kind == FINNC_ATTR_INTS || kind == FINNC_ATTR_STRINGS;
        int64_t n = (int64_t)finnc_attr_count(attr);
        if (kind == FINNC_ATTR_TENSOR || kind == FINNC_ATTR_SPARSE_TENSOR)
            return constant_tensor(call, finnc_attr_tensor(attr, 0));
        if (kind == FINNC_ATTR_STRING || kind == FINNC_ATTR_STRINGS)
            return constant_string(call, is_list, attr);
        bool is_float = kind == FINNC_ATTR_FLOAT || kind == FINNC_ATTR_FLOATS;
        void *out;
        FINNC_TRY(
            fnc_out(call, 0, is_float ? FINNC_ELEM_FLOAT : FINNC_ELEM_INT64, is_list, &n, &out));
        for (int64_t k = 0; k < n; k++) {
            if (is_float)
                ((float *)out)[k] = finnc_attr_float(attr, (size_t)k);
            else
                ((int64_t *)out)[k] = finnc_attr_int(attr, (size_t)k);
        }
        return FINNC_OK;
    }
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute value is missing");
}

/* ---- ConstantOfShape ---- */

/* Repeats the first of `bits` bits (2 or 4) of a byte over `nelems` of them; what is left of the
 * last byte is zero. */
static void fill_packed(int bits, uint8_t one, int64_t nelems, uint8_t *out)
{
    unsigned pattern = one & ((1u << bits) - 1);
    int64_t per_byte = 8 / bits, rest = nelems % per_byte;
    for (int shift = bits; shift < 8; shift *= 2)
        pattern |= pattern << shift;
    memset(out, (int)(pattern & 0xff), (size_t)(nelems / per_byte));
    if (rest)
        out[nelems / per_byte] = (uint8_t)(pattern & ((1u << (rest * bits)) - 1));
}

static finnc_status constant_of_shape(fnc_call *call)
{
    const int64_t *dims;
    int64_t rank, nelems;
    const finnc_attr *attr = finnc_node_find_attr(call->node, "value");
    const finnc_tensor *value = attr ? finnc_attr_tensor(attr, 0) : NULL;
    const float zero = 0;
    const void *fill = &zero;
    finnc_elem elem = FINNC_ELEM_FLOAT;
    char *out;
    FINNC_TRY(fnc_in_ints(call, 0, &dims, &rank));
    if (rank > FINNC_MAX_RANK)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a shape of %" PRId64 " axes", rank);
    if (value) { /* of one element: the node has been checked */
        elem = finnc_tensor_elem(value);
        FINNC_TRY(finnc_tensor_need_data(call->cx, value, &fill));
    }
    FINNC_TRY(finnc_shape_nelems(call->cx, (int)rank, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, elem, (int)rank, dims, &out));
    size_t size = fnc_elem_size(elem);
    if (size == 0)
        fill_packed(finnc_elem_bits(elem), *(const uint8_t *)fill, nelems, (uint8_t *)out);
    fnc_patience patience = {.cx = call->cx};
    for (int64_t i = 0; size && i < nelems && fnc_patience_lasts(&patience, 4); i++)
        memcpy(out + (size_t)i * size, fill, size);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_constant = {.run = constant, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_constant_of_shape = {.run = constant_of_shape,
                                                      .takes = FNC_TAKES_ALL};
