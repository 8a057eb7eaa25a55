/* What FINN's hardware layers have in common. Their tensors hold integers in floats; the type is in
 * attributes, which follow the annotations when data types are inferred. */
#ifndef FNC_OPS_FINN_HARDWARE_H
#define FNC_OPS_FINN_HARDWARE_H

#include "../infer.h"

#define FNC_HW_DOMAIN "finn.custom_op.fpgadataflow"

/* Attributes that a node has to have ... */
#define FNC_HW_INT(name, doc)                                                                      \
    {                                                                                              \
        name, FINNC_ATTR_INT, NULL, doc, FINNC_REQUIRED                                            \
    }
#define FNC_HW_INTS(name, doc)                                                                     \
    {                                                                                              \
        name, FINNC_ATTR_INTS, NULL, doc, FINNC_REQUIRED                                           \
    }
#define FNC_HW_TYPE(name, doc)                                                                     \
    {                                                                                              \
        name, FINNC_ATTR_STRING, NULL, doc, FINNC_REQUIRED                                         \
    }
#define FNC_HW_PE   FNC_HW_INT("PE", "channels of the output at once")
#define FNC_HW_SIMD FNC_HW_INT("SIMD", "elements of the input at once")
/* ... and some that it may have. */
#define FNC_HW_MAY(name, kind, fallback, doc)                                                      \
    {                                                                                              \
        name, FINNC_ATTR_##kind, fallback, doc, 0                                                  \
    }
/* The same, of one implementation alone. */
#define FNC_HW_HLS(name, kind, fallback, doc)                                                      \
    {                                                                                              \
        name, FINNC_ATTR_##kind, fallback, "HLS: " doc, FINNC_FOR_HLS                              \
    }
#define FNC_HW_RTL(name, kind, fallback, doc)                                                      \
    {                                                                                              \
        name, FINNC_ATTR_##kind, fallback, "RTL: " doc, FINNC_FOR_RTL                              \
    }
#define FNC_HW_VECTORS FNC_HW_MAY("numInputVectors", INTS, "[1]", "axes before the channels")
#define FNC_HW_IMAGES  FNC_HW_MAY("numInputVectors", INT, "1", "N")
/* Depths of the FIFOs before and behind the layer, `inputs` being their default. */
#define FNC_HW_FIFOS(inputs)                                                                       \
    FNC_HW_MAY("inFIFODepths", INTS, inputs, "words in the FIFO before each input"),               \
        FNC_HW_MAY("outFIFODepths", INTS, "[2]", "words in the FIFO behind each output")

/* What FINN's flow hangs on every layer: where it is placed, what tools found out about it. */
extern const finnc_attr_spec fnc_hw_common[];
/* The choices among those; rows with choices of their own repeat them. */
#define FNC_HW_CHOICES                                                                             \
    {"preferred_impl_style", "hls rtl"},                                                           \
    {                                                                                              \
        "exec_mode", "rtlsim cppsim"                                                               \
    }
extern const finnc_choice fnc_hw_choices[];

/* Output 0: numInputVectors, or if that is absent the dimensions of input 0 before its last, and
 * then the attribute `name`. The attribute `width` has the length of the vectors of input 0; NULL:
 * the layer knows no numInputVectors. A layer may drop axes of one element, and takes as many
 * images as come: only the number of vectors that make one has to agree. */
FINNC_MUST_USE finnc_status fnc_hw_set_shape(finnc_infer *in, const char *width, const char *name);
/* Output 0 has the data type that an attribute names. */
FINNC_MUST_USE finnc_status fnc_hw_set_dtype(finnc_infer *in, const char *name);
/* inputDataType follows input 0, output 0 follows outputDataType. */
finnc_status fnc_hw_dtypes(finnc_infer *in);
/* inputDataType follows input 0, and so does output 0. */
finnc_status fnc_hw_dtypes_as_first(finnc_infer *in);
/* An attribute of `length` integers, which has to be there. */
FINNC_MUST_USE finnc_status fnc_hw_list(const finnc_infer *in, const char *name, size_t length,
                                        const int64_t **x);
/* BAD_VALUE unless it is an image (N, H, W, C), or unknown. */
FINNC_MUST_USE finnc_status fnc_hw_image(const finnc_infer *in, const fnc_shape *x);
/* BAD_VALUE unless axis `axis` (from the end if negative) of input `i` has `size` elements, which
 * attribute `name` says; fine if that is not known. */
FINNC_MUST_USE finnc_status fnc_hw_need_dim(const finnc_infer *in, size_t i, int axis,
                                            const char *name, int64_t size);
/* BAD_VALUE unless input 0 is (N, H, W, channels of a whole window each): attribute Channels, and
 * the `n` sizes of the window that attribute `name` has. */
FINNC_MUST_USE finnc_status fnc_hw_need_windows(const finnc_infer *in, const char *name,
                                                const int64_t *sizes, size_t n);
/* What counting the thresholds of input `i` and adding `least` may give; BIPOLAR outputs are signs.
 */
finnc_status fnc_hw_range_of_count(finnc_infer *in, size_t i, double least, finnc_range_rule *rule);
/* BAD_VALUE unless outputDataType, which is what hardware has, holds whole numbers from `low` to
 * `high`, the results of the layer. */
FINNC_MUST_USE finnc_status fnc_hw_need_results(const finnc_infer *in, double low, double high);
/* Does its outputDataType, `t`, hold what a layer gives that counts the thresholds of input `i` and
 * adds `first`? Outputs that are BIPOLAR are signs, twice the sum less one. True if their number is
 * not known; else `low` and `high` become what it gives. */
bool fnc_hw_holds_counts(const finnc_infer *in, size_t i, double first, finnc_dtype t, double *low,
                         double *high);
/* BAD_VALUE unless it does. */
FINNC_MUST_USE finnc_status fnc_hw_need_counts(const finnc_infer *in, size_t i, double first);
/* The narrowest type of integers from `low` to `high`, bounds of sums of whole types; BAD_VALUE
 * beyond 64 bits. */
FINNC_MUST_USE finnc_status fnc_hw_sums_dtype(finnc_ctx *cx, double low, double high,
                                              finnc_dtype *dtype);
/* What StreamingEltwise makes of two types: `op` is its attribute eltwiseOp. FLOAT32 unless both
 * are of integers; fails as fnc_hw_sums_dtype. */
FINNC_MUST_USE finnc_status fnc_hw_eltwise_dtype(finnc_ctx *cx, const char *op, finnc_dtype a,
                                                 finnc_dtype b, finnc_dtype *dtype);
/* LabelSelect: whole bytes that hold the largest label, unless the node says otherwise. */
finnc_dtype fnc_hw_label_dtype(int64_t labels);

#endif
