/* Tensors: an element type, a shape and the elements, row by row. Immutable once filled, shared by
 * counting references.
 *
 * Elements are stored as ONNX stores raw data: little endian, no gaps, bool and the 8-bit floats a
 * byte each, 6-bit, 4-bit and 2-bit types packed with the first element in the low bits. Strings
 * are arrays of finnc_string. */
#ifndef FINNC_TENSOR_H
#define FINNC_TENSOR_H

#include <finnc/ctx.h>

FINNC_BEGIN_DECLS

/** Element types, numbered as onnx.TensorProto.DataType (IR version 14). A file may hold numbers
 * that are not listed. */
typedef enum finnc_elem {
    FINNC_ELEM_UNDEFINED = 0,
    FINNC_ELEM_FLOAT = 1,
    FINNC_ELEM_UINT8 = 2,
    FINNC_ELEM_INT8 = 3,
    FINNC_ELEM_UINT16 = 4,
    FINNC_ELEM_INT16 = 5,
    FINNC_ELEM_INT32 = 6,
    FINNC_ELEM_INT64 = 7,
    FINNC_ELEM_STRING = 8,
    FINNC_ELEM_BOOL = 9,
    FINNC_ELEM_FLOAT16 = 10,
    FINNC_ELEM_DOUBLE = 11,
    FINNC_ELEM_UINT32 = 12,
    FINNC_ELEM_UINT64 = 13,
    FINNC_ELEM_COMPLEX64 = 14,
    FINNC_ELEM_COMPLEX128 = 15,
    FINNC_ELEM_BFLOAT16 = 16,
    FINNC_ELEM_FLOAT8E4M3FN = 17,
    FINNC_ELEM_FLOAT8E4M3FNUZ = 18,
    FINNC_ELEM_FLOAT8E5M2 = 19,
    FINNC_ELEM_FLOAT8E5M2FNUZ = 20,
    FINNC_ELEM_UINT4 = 21,
    FINNC_ELEM_INT4 = 22,
    FINNC_ELEM_FLOAT4E2M1 = 23,
    FINNC_ELEM_FLOAT8E8M0 = 24,
    FINNC_ELEM_UINT2 = 25,
    FINNC_ELEM_INT2 = 26,
    FINNC_ELEM_FLOAT6E2M3 = 27,
    FINNC_ELEM_FLOAT6E3M2 = 28
} finnc_elem;

/** "FLOAT", "UINT8", ...; "UNDEFINED" for 0 and NULL for a number we do not know. */
FINNC_API const char *finnc_elem_name(finnc_elem elem);
/** The element type of that name; UNDEFINED if there is none. */
FINNC_API finnc_elem finnc_elem_find(const char *name);
/** Bits of one element in a tensor: 4 for INT4, 8 for BOOL; 0 for STRING and numbers we do not
 * know. */
FINNC_API int finnc_elem_bits(finnc_elem elem);
FINNC_API bool finnc_elem_is_float(finnc_elem elem);
FINNC_API bool finnc_elem_is_integer(finnc_elem elem); /**< BOOL is not one */
FINNC_API bool finnc_elem_is_signed(finnc_elem elem);

/** One element of a STRING tensor; not terminated. */
typedef struct finnc_string {
    const char *data;
    size_t length;
} finnc_string;

typedef struct finnc_tensor finnc_tensor;

/** What else travels along the edges of a graph: sequences, optionals and maps, which are held as
 * tensors whose elements are tensors (numpy's object arrays). They are counted and immutable as
 * tensors are; their element type is UNDEFINED, their rank 1, and their elements are asked for by
 * finnc_tensor_item. */
typedef enum finnc_kind {
    FINNC_KIND_TENSOR = 0,
    FINNC_KIND_SEQUENCE, /**< any number of items */
    FINNC_KIND_OPTIONAL, /**< one item, or none */
    FINNC_KIND_MAP       /**< two items: the keys, a vector, and as many values */
} finnc_kind;

#define FINNC_MAX_RANK 64

/** The number of elements of a shape. Fails with BAD_VALUE when a dimension is negative or the
 * product passes 2^63 - 1. */
FINNC_API FINNC_MUST_USE finnc_status finnc_shape_nelems(finnc_ctx *cx, int rank,
                                                         const int64_t *dims, int64_t *nelems);

/** Makes a tensor of zeros (of empty strings), which the maker fills through finnc_tensor_edit
 * before anybody else sees it. `dims`: `rank` of them, in elements; rank 0 is one element. Fails
 * with BAD_VALUE, NO_MEMORY, UNSUPPORTED (element type). */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_create(finnc_ctx *cx, finnc_elem elem, int rank,
                                                          const int64_t *dims,
                                                          finnc_tensor **tensor);
/** The same, with a copy of `data` (as finnc_tensor_nbytes says; not for strings) in it. */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_create_from(finnc_ctx *cx, finnc_elem elem,
                                                               int rank, const int64_t *dims,
                                                               const void *data,
                                                               finnc_tensor **tensor);
/** A tensor over memory that somebody else keeps: `free_data(user)` is called when the last
 * reference goes. `data` need not be aligned. On failure the caller keeps the memory. */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_create_view(finnc_ctx *cx, finnc_elem elem,
                                                               int rank, const int64_t *dims,
                                                               const void *data,
                                                               void (*free_data)(void *user),
                                                               void *user, finnc_tensor **tensor);
/** One number of type `elem` (any numeric one), rank 0. */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_create_scalar(finnc_ctx *cx, finnc_elem elem,
                                                                 double x, finnc_tensor **tensor);
/** Makes a sequence, optional or map of `count` items, which are retained. BAD_VALUE: the count
 * does not fit the kind, keys and values of a map differ in number, or they are nested too deep
 * (16) or too many (2^24, the items of items counted as often as they are there). */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_create_of(finnc_ctx *cx, finnc_kind kind,
                                                             const finnc_tensor *const *items,
                                                             size_t count, finnc_tensor **tensor);
FINNC_API finnc_kind finnc_tensor_kind(const finnc_tensor *tensor);
/** "tensor", "sequence", ... */
FINNC_API const char *finnc_kind_name(finnc_kind kind);
/** Item `i` of a sequence, optional or map (of finnc_tensor_nelems), borrowed; NULL beyond, and for
 * tensors. */
FINNC_API const finnc_tensor *finnc_tensor_item(const finnc_tensor *tensor, int64_t i);
FINNC_API finnc_tensor *finnc_tensor_retain(const finnc_tensor *tensor);
/** Gives a reference back; NULL is fine. */
FINNC_API void finnc_tensor_release(const finnc_tensor *tensor);

FINNC_API finnc_elem finnc_tensor_elem(const finnc_tensor *tensor);
FINNC_API int finnc_tensor_rank(const finnc_tensor *tensor);
FINNC_API const int64_t *finnc_tensor_dims(const finnc_tensor *tensor);
FINNC_API int64_t finnc_tensor_dim(const finnc_tensor *tensor, int axis);
FINNC_API int64_t finnc_tensor_nelems(const finnc_tensor *tensor);
/** Bytes of the elements: a packed type rounds up; STRING counts finnc_string. */
FINNC_API size_t finnc_tensor_nbytes(const finnc_tensor *tensor);

/** The elements, aligned for their type. A view of a file is copied the first time that this is
 * asked and its place is not aligned, so it can fail (NO_MEMORY; BAD_FILE when external data cannot
 * be read; UNSUPPORTED for an element type that we do not know). Safe from several threads. */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_need_data(finnc_ctx *cx,
                                                             const finnc_tensor *tensor,
                                                             const void **data);
/** The elements for filling: only before the tensor is shared. NULL if it is a view. */
FINNC_API void *finnc_tensor_edit(finnc_tensor *tensor);
/** Makes element `i` of a STRING tensor a copy of `length` bytes; only before the tensor is shared.
 * NO_MEMORY, too, if all its strings together are beyond FINNC_LIMIT_TENSOR_BYTES. */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_set_string(finnc_ctx *cx, finnc_tensor *tensor,
                                                              int64_t i, const char *data,
                                                              size_t length);

/** Element `i` (row-major) as a number, of any numeric type and alignment; the real part of a
 * complex one; 0 for strings. Integers beyond 2^53 are rounded: finnc_tensor_get_int is exact
 * (floats are truncated, and clamped to the range). */
FINNC_API double finnc_tensor_get(const finnc_tensor *tensor, int64_t i);
FINNC_API int64_t finnc_tensor_get_int(const finnc_tensor *tensor, int64_t i);
/** The same of an unsigned type: exact up to 2^64 - 1; negative numbers are 0. */
FINNC_API uint64_t finnc_tensor_get_uint(const finnc_tensor *tensor, int64_t i);
/** The imaginary part of element `i`; 0 unless the tensor is complex. */
FINNC_API double finnc_tensor_get_imaginary(const finnc_tensor *tensor, int64_t i);
/** Element `i` of a STRING tensor, borrowed; an empty one of any other. */
FINNC_API finnc_string finnc_tensor_get_string(const finnc_tensor *tensor, int64_t i);
/** Stores a number as element `i`, rounded to the type (to nearest, ties to even); only before the
 * tensor is shared. */
FINNC_API void finnc_tensor_set(finnc_tensor *tensor, int64_t i, double x);
FINNC_API void finnc_tensor_set_int(finnc_tensor *tensor, int64_t i, int64_t x);

/** The same elements under another shape of as many elements; shares the memory. */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_reshape(finnc_ctx *cx,
                                                           const finnc_tensor *tensor, int rank,
                                                           const int64_t *dims,
                                                           finnc_tensor **reshaped);
/** The same numbers in another element type, as finnc_tensor_get and _set convert; the tensor
 * itself, retained, if it has that type. */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_cast(finnc_ctx *cx, const finnc_tensor *tensor,
                                                        finnc_elem elem, finnc_tensor **cast);
/** Axes in a new order: axis i of the result is axis perm[i] of `tensor`. Any element type. */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_transpose(finnc_ctx *cx,
                                                             const finnc_tensor *tensor,
                                                             const int *perm,
                                                             finnc_tensor **transposed);
/** Same type, shape and elements, bit for bit (strings by content)? */
FINNC_API bool finnc_tensor_equal(const finnc_tensor *a, const finnc_tensor *b);

/** One element converted to and from a number: the one place that knows the small float formats.
 * `bits` in the low end. */
FINNC_API double finnc_elem_decode(finnc_elem elem, uint64_t bits);
FINNC_API uint64_t finnc_elem_encode(finnc_elem elem, double x);
/** The same for an 8-bit float in the ways that ONNX's Cast offers. What is too large becomes the
 * largest number if `saturate` (as finnc_elem_encode has it), else infinity, or NaN in formats
 * without one. `rounding` is FLOAT8E8M0's, the others round to the nearest, ties to even. */
typedef enum finnc_rounding {
    FINNC_ROUND_NEAREST, /**< ties away from zero */
    FINNC_ROUND_UP,      /**< away from zero */
    FINNC_ROUND_DOWN     /**< towards zero */
} finnc_rounding;
FINNC_API uint64_t finnc_elem_encode_as(finnc_elem elem, double x, bool saturate,
                                        finnc_rounding rounding);

FINNC_END_DECLS
#endif
