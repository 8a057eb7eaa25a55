/* FINN's quantised data types: what a value may hold, as opposed to the element type that it is
 * stored in.
 *
 * Behaviour follows qonnx.core.datatype (qonnx 1.0.0). A finnc_dtype is a small value: copy it,
 * compare it with finnc_dtype_equal. */
#ifndef FINNC_DTYPE_H
#define FINNC_DTYPE_H

#include <finnc/tensor.h>

FINNC_BEGIN_DECLS

typedef enum finnc_dtype_kind {
    FINNC_DTYPE_FLOAT32 = 0, /**< also what an absent annotation means */
    FINNC_DTYPE_FLOAT16,
    FINNC_DTYPE_UINT,    /**< UINT<bits>; one bit is called BINARY */
    FINNC_DTYPE_INT,     /**< INT<bits>, two's complement */
    FINNC_DTYPE_BIPOLAR, /**< -1 or +1 */
    FINNC_DTYPE_TERNARY, /**< -1, 0 or +1 */
    FINNC_DTYPE_FIXED, /**< FIXED<bits,int_bits>: two's complement scaled by 2^(int_bits - bits) */
    FINNC_DTYPE_SCALEDINT, /**< SCALEDINT<bits>: an integer times a factor that nobody knows */
    FINNC_DTYPE_MINIFLOAT  /**< FLOAT<exponent_bits,mantissa_bits,bias>, no codes kept for infinity
                              or NaN */
} finnc_dtype_kind;

typedef struct finnc_dtype {
    finnc_dtype_kind kind;
    int bits;          /**< UINT, INT, FIXED, SCALEDINT: width; the other kinds: 0 */
    int int_bits;      /**< FIXED: integer bits, the sign included; may be 0 or negative */
    int exponent_bits; /**< MINIFLOAT */
    int mantissa_bits; /**< MINIFLOAT */
    int bias;          /**< MINIFLOAT */
} finnc_dtype;

#define FINNC_DTYPE_NAME_MAX 64

/** FLOAT32. */
FINNC_API finnc_dtype finnc_dtype_float32(void);
/** UINT<bits>, `bits` from 1 (BINARY). */
FINNC_API finnc_dtype finnc_dtype_uint(int bits);
/** INT<bits>, `bits` from 1. */
FINNC_API finnc_dtype finnc_dtype_int(int bits);
/** BIPOLAR. */
FINNC_API finnc_dtype finnc_dtype_bipolar(void);

/** Reads a name such as "INT4", "BIPOLAR" or "FIXED<8,3>", with upstream's leniency about blanks
 * and brackets. Fails with BAD_VALUE and leaves `dtype` alone. */
FINNC_API FINNC_MUST_USE finnc_status finnc_dtype_parse(finnc_ctx *cx, const char *name,
                                                        finnc_dtype *dtype);
/** Writes the canonical name into `name` and returns it. */
FINNC_API const char *finnc_dtype_name(finnc_dtype dtype, char name[FINNC_DTYPE_NAME_MAX]);

/** Are they the same kind with the same widths? */
FINNC_API bool finnc_dtype_equal(finnc_dtype a, finnc_dtype b);
/** Width in bits of one value: 1 for BIPOLAR, 2 for TERNARY, 32 for FLOAT32. */
FINNC_API int finnc_dtype_bits(finnc_dtype dtype);
/** Smallest and largest value. SCALEDINT has none: -infinity and +infinity. */
FINNC_API double finnc_dtype_min(finnc_dtype dtype);
FINNC_API double finnc_dtype_max(finnc_dtype dtype);
/** The number of distinct values; infinity for FLOAT32, FLOAT16 and SCALEDINT. */
FINNC_API double finnc_dtype_count(finnc_dtype dtype);
/** Are all its values whole numbers? */
FINNC_API bool finnc_dtype_is_integer(finnc_dtype dtype);
/** Has it negative values? */
FINNC_API bool finnc_dtype_is_signed(finnc_dtype dtype);
/** Can a tensor annotated with `dtype` hold `x`? FLOAT32 and FLOAT16 hold everything; SCALEDINT
 * cannot tell and says yes. */
FINNC_API bool finnc_dtype_allows(finnc_dtype dtype, double x);
/** The first of BINARY, UINT2..UINT64, BIPOLAR, TERNARY, INT1..INT64 whose range holds `x`; FLOAT32
 * if `x` is no integer or fits none. */
FINNC_API finnc_dtype finnc_dtype_smallest(double x);
/** The narrowest of UINT1..UINT64 (`lo` >= 0) or INT2..INT64 that holds all integers from `lo` to
 * `hi`; FLOAT32 if none does. */
FINNC_API finnc_dtype finnc_dtype_holding(double lo, double hi);

/** Where the first element is that `dtype` does not hold: its row-major index, or -1. Integers are
 * compared exactly. Fails as finnc_tensor_need_data. */
FINNC_API FINNC_MUST_USE finnc_status finnc_dtype_find_forbidden(finnc_ctx *cx, finnc_dtype dtype,
                                                                 const finnc_tensor *tensor,
                                                                 int64_t *index);

/** Numbers that something may hold: those of a data type, and what is let through besides
 * (finnc_value_allowed). */
typedef struct finnc_allowed {
    finnc_dtype dtype;
    bool zero;   /**< 0 as well */
    bool beyond; /**< of integers, the one below the smallest and the one above the largest as well
                  */
} finnc_allowed;
FINNC_API bool finnc_allowed_has(finnc_allowed allowed, double x);
/** finnc_dtype_find_forbidden with what is let through; `count` is how many elements are forbidden.
 * Nullable: `count`, which ends the search at the first. */
FINNC_API FINNC_MUST_USE finnc_status finnc_allowed_find_forbidden(finnc_ctx *cx,
                                                                   finnc_allowed allowed,
                                                                   const finnc_tensor *tensor,
                                                                   int64_t *index, int64_t *count);

FINNC_END_DECLS
#endif
