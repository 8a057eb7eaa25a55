#include "ir.h"

#include "../base/bits.h"

#include <math.h>
#include <string.h>

finnc_status finnc_shape_nelems(finnc_ctx *cx, int rank, const int64_t *dims, int64_t *nelems)
{
    if (rank < 0 || rank > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a tensor of rank %d (at most %d)", rank,
                          FINNC_MAX_RANK);
    int64_t n = 1;
    bool empty = false;
    for (int i = 0; i < rank; i++) {
        if (dims[i] < 0)
            return finnc_fail(cx, FINNC_BAD_VALUE, "dimension %d of a tensor is %lld", i,
                              (long long)dims[i]);
        if (dims[i] == 0)
            empty = true;
        else if (!fnc_mul_i64(n, dims[i], &n))
            return finnc_fail(cx, FINNC_BAD_VALUE, "a shape of more than 2^63 elements");
    }
    *nelems = empty ? 0 : n;
    return FINNC_OK;
}

static finnc_status nbytes_of(finnc_ctx *cx, finnc_elem elem, int64_t nelems, size_t *nbytes)
{
    size_t bits =
        elem == FINNC_ELEM_STRING ? 8 * sizeof(finnc_string) : (size_t)finnc_elem_bits(elem);
    if (!bits)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "element type %d is not known", (int)elem);
    size_t n, total;
    if (!fnc_to_size(nelems, &n))
        return finnc_fail(cx, FINNC_BAD_VALUE, "a tensor of %lld elements", (long long)nelems);
    if (bits < 8) {
        *nbytes = fnc_bits_nbytes(n, (unsigned)bits);
        return FINNC_OK;
    }
    if (!fnc_mul(n, bits / 8, &total))
        return finnc_fail(cx, FINNC_BAD_VALUE, "a tensor of %lld elements of %zu bits",
                          (long long)nelems, bits);
    *nbytes = total;
    return FINNC_OK;
}

finnc_status fnc_tensor_create_empty(finnc_ctx *cx, finnc_elem elem, int rank, const int64_t *dims,
                                     size_t nbytes, int64_t nelems, finnc_tensor **tensor)
{
    finnc_tensor *t = fnc_alloc(cx, sizeof *t + (size_t)rank * sizeof *t->dims);
    if (!t)
        return finnc_no_memory(cx);
    atomic_init(&t->refs, 1);
    atomic_init(&t->aligned, NULL);
    t->cx = cx;
    t->elem = elem;
    t->rank = rank;
    t->nelems = nelems;
    t->nbytes = nbytes;
    if (rank)
        memcpy(t->dims, dims, (size_t)rank * sizeof *dims);
    *tensor = t;
    return FINNC_OK;
}

static finnc_status create_bare(finnc_ctx *cx, finnc_elem elem, int rank, const int64_t *dims,
                                finnc_tensor **tensor)
{
    int64_t nelems;
    size_t nbytes = 0;
    FINNC_TRY(finnc_shape_nelems(cx, rank, dims, &nelems));
    FINNC_TRY(nbytes_of(cx, elem, nelems, &nbytes));
    return fnc_tensor_create_empty(cx, elem, rank, dims, nbytes, nelems, tensor);
}

finnc_status fnc_tensor_create_opaque(finnc_ctx *cx, finnc_elem elem, int rank, const int64_t *dims,
                                      finnc_tensor **tensor)
{
    int64_t nelems;
    FINNC_TRY(finnc_shape_nelems(cx, rank, dims, &nelems));
    FINNC_TRY(fnc_tensor_create_empty(cx, elem, rank, dims, 0, nelems, tensor));
    (*tensor)->storage = FNC_STORAGE_OPAQUE;
    return FINNC_OK;
}

finnc_status finnc_tensor_create(finnc_ctx *cx, finnc_elem elem, int rank, const int64_t *dims,
                                 finnc_tensor **tensor)
{
    finnc_tensor *t;
    FINNC_TRY(create_bare(cx, elem, rank, dims, &t));
    const finnc_status within = fnc_need_within(cx, FINNC_LIMIT_TENSOR_BYTES, t->nbytes);
    if (within != FINNC_OK) {
        finnc_tensor_release(t);
        return within;
    }
    t->own = fnc_alloc(cx, t->nbytes);
    if (!t->own) {
        finnc_tensor_release(t);
        return finnc_no_memory(cx);
    }
    t->data = t->own;
    *tensor = t;
    return FINNC_OK;
}

finnc_status finnc_tensor_create_from(finnc_ctx *cx, finnc_elem elem, int rank, const int64_t *dims,
                                      const void *data, finnc_tensor **tensor)
{
    if (elem == FINNC_ELEM_STRING)
        return finnc_fail(cx, FINNC_BAD_VALUE, "strings are set one by one");
    finnc_tensor *t;
    FINNC_TRY(finnc_tensor_create(cx, elem, rank, dims, &t));
    if (t->nbytes)
        memcpy(t->own, data, t->nbytes);
    *tensor = t;
    return FINNC_OK;
}

finnc_status fnc_tensor_create_backed(finnc_ctx *cx, finnc_elem elem, int rank, const int64_t *dims,
                                      fnc_backing *backing, const uint8_t *data,
                                      finnc_tensor **tensor)
{
    if (elem == FINNC_ELEM_STRING)
        return finnc_fail(cx, FINNC_BAD_VALUE, "strings cannot be a view");
    finnc_tensor *t;
    FINNC_TRY(create_bare(cx, elem, rank, dims, &t));
    t->data = data;
    t->backing = backing;
    fnc_backing_retain(backing);
    *tensor = t;
    return FINNC_OK;
}

finnc_status finnc_tensor_create_view(finnc_ctx *cx, finnc_elem elem, int rank, const int64_t *dims,
                                      const void *data, void (*free_data)(void *user), void *user,
                                      finnc_tensor **tensor)
{
    fnc_backing *backing = NULL;
    FINNC_TRY(fnc_backing_create(cx, data, 0, NULL, NULL, &backing));
    finnc_status status = fnc_tensor_create_backed(cx, elem, rank, dims, backing, data, tensor);
    if (status == FINNC_OK) { /* only now is the memory ours to free */
        backing->free_data = free_data;
        backing->user = user;
    }
    fnc_backing_release(backing);
    return status;
}

finnc_status finnc_tensor_create_scalar(finnc_ctx *cx, finnc_elem elem, double x,
                                        finnc_tensor **tensor)
{
    FINNC_TRY(finnc_tensor_create(cx, elem, 0, NULL, tensor));
    finnc_tensor_set(*tensor, 0, x);
    return FINNC_OK;
}

finnc_status fnc_tensor_set_extra(finnc_ctx *cx, finnc_tensor *tensor, fnc_storage storage,
                                  const void *data, size_t length)
{
    uint8_t *copy = NULL;
    if (length) {
        copy = fnc_alloc(cx, length);
        if (!copy)
            return finnc_no_memory(cx);
        memcpy(copy, data, length);
    }
    fnc_free(tensor->cx, (void *)tensor->extra.data);
    tensor->extra = (fnc_wire){copy, length};
    tensor->storage = storage;
    return FINNC_OK;
}

finnc_tensor *finnc_tensor_retain(const finnc_tensor *tensor)
{
    /* Counting is no change that anybody can see. */
    finnc_tensor *t = (finnc_tensor *)tensor;
    atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    return t;
}

static void free_strings(finnc_tensor *t)
{
    finnc_string *strings = (finnc_string *)(void *)t->own;
    for (int64_t i = 0; strings && i < t->nelems; i++)
        fnc_free(t->cx, (void *)strings[i].data);
}

void finnc_tensor_release(const finnc_tensor *tensor)
{
    finnc_tensor *t = (finnc_tensor *)tensor;
    if (!t || atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) > 1)
        return;
    if (t->elem == FINNC_ELEM_STRING)
        free_strings(t);
    fnc_tensor_release_items(t);
    if (t->backing)
        fnc_backing_release(t->backing);
    finnc_tensor_release(t->base);
    fnc_free(t->cx, t->own);
    fnc_free(t->cx, atomic_load(&t->aligned));
    fnc_free(t->cx, (void *)t->extra.data);
    fnc_free(t->cx, t);
}

finnc_elem finnc_tensor_elem(const finnc_tensor *tensor)
{
    return tensor->elem;
}

int finnc_tensor_rank(const finnc_tensor *tensor)
{
    return tensor->rank;
}

const int64_t *finnc_tensor_dims(const finnc_tensor *tensor)
{
    return tensor->dims;
}

int64_t finnc_tensor_dim(const finnc_tensor *tensor, int axis)
{
    return tensor->dims[axis];
}

int64_t finnc_tensor_nelems(const finnc_tensor *tensor)
{
    return tensor->nelems;
}

size_t finnc_tensor_nbytes(const finnc_tensor *tensor)
{
    return tensor->nbytes;
}

static size_t alignment_of(finnc_elem elem)
{
    if (elem == FINNC_ELEM_STRING)
        return _Alignof(finnc_string);
    size_t nbytes = (size_t)finnc_elem_bits(elem) / 8;
    return nbytes > 8 ? 8 : nbytes ? nbytes : 1;
}

finnc_status finnc_tensor_need_data(finnc_ctx *cx, const finnc_tensor *tensor, const void **data)
{
    if (tensor->base)
        return finnc_tensor_need_data(cx, tensor->base, data);
    if (tensor->kind != FINNC_KIND_TENSOR)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "a %s stands where a tensor belongs",
                          finnc_kind_name(tensor->kind));
    if (tensor->storage == FNC_STORAGE_OPAQUE)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "element type %d is not known", (int)tensor->elem);
    if ((uintptr_t)tensor->data % alignment_of(tensor->elem) == 0) {
        *data = tensor->data;
        return FINNC_OK;
    }
    finnc_tensor *t = (finnc_tensor *)tensor; /* the copy shows nobody anything new */
    void *aligned = atomic_load(&t->aligned);
    if (!aligned) {
        void *copy = fnc_alloc(t->cx, t->nbytes);
        if (!copy)
            return finnc_no_memory(cx);
        memcpy(copy, t->data, t->nbytes);
        if (atomic_compare_exchange_strong(&t->aligned, &aligned, copy))
            aligned = copy;
        else
            fnc_free(t->cx, copy); /* another thread was first; `aligned` is its copy */
    }
    *data = aligned;
    return FINNC_OK;
}

void *finnc_tensor_edit(finnc_tensor *tensor)
{
    return tensor->own;
}

finnc_status finnc_tensor_set_string(finnc_ctx *cx, finnc_tensor *tensor, int64_t i,
                                     const char *data, size_t length)
{
    finnc_string *s = (finnc_string *)(void *)tensor->own + i;
    size_t held, total, room;
    if (!fnc_add(tensor->string_bytes - s->length, length, &held) ||
        !fnc_add(tensor->nbytes, held, &total) || !fnc_add(length, 1, &room))
        return finnc_no_memory(cx);
    FINNC_TRY(fnc_need_within(cx, FINNC_LIMIT_TENSOR_BYTES, total));
    char *copy = fnc_alloc(tensor->cx, room);
    if (!copy)
        return finnc_no_memory(cx);
    if (length)
        memcpy(copy, data, length);
    fnc_free(tensor->cx, (void *)s->data);
    *s = (finnc_string){copy, length};
    tensor->string_bytes = held;
    return FINNC_OK;
}

/* ---- single elements ---- */

/* The code of element `i`: its bits in the low end; of a complex number the real part's. */
static uint64_t load_code(const finnc_tensor *t, int64_t i)
{
    size_t bits = (size_t)finnc_elem_bits(t->elem), at = (size_t)i;
    if (!bits || !t->data)
        return 0;
    if (bits < 8)
        return fnc_bits_load(t->data, at, (unsigned)bits);
    const uint8_t *p = t->data + at * (bits / 8);
    uint64_t code = 0;
    memcpy(&code, p, t->elem == FINNC_ELEM_COMPLEX64 ? 4 : bits / 8 > 8 ? 8 : bits / 8);
    return code;
}

static void store_code(finnc_tensor *t, int64_t i, uint64_t code)
{
    size_t bits = (size_t)finnc_elem_bits(t->elem), at = (size_t)i;
    if (!bits || !t->own)
        return;
    if (bits < 8) {
        fnc_bits_store(t->own, at, (unsigned)bits, (unsigned)code);
        return;
    }
    memcpy(t->own + at * (bits / 8), &code,
           t->elem == FINNC_ELEM_COMPLEX64 ? 4
           : bits / 8 > 8                  ? 8
                                           : bits / 8);
}

double finnc_tensor_get(const finnc_tensor *tensor, int64_t i)
{
    if (tensor->elem == FINNC_ELEM_FLOAT && tensor->data) { /* nearly all that passes read */
        float x;
        memcpy(&x, tensor->data + (size_t)i * sizeof x, sizeof x);
        return x;
    }
    return finnc_elem_decode(tensor->elem, load_code(tensor, i));
}

int64_t finnc_tensor_get_int(const finnc_tensor *tensor, int64_t i)
{
    uint64_t code = load_code(tensor, i);
    if (tensor->elem == FINNC_ELEM_INT64)
        return (int64_t)code;
    if (tensor->elem == FINNC_ELEM_UINT64)
        return code > INT64_MAX ? INT64_MAX : (int64_t)code;
    double x = trunc(finnc_elem_decode(tensor->elem, code));
    if (isnan(x))
        return 0;
    return x >= 0x1p63 ? INT64_MAX : x < -0x1p63 ? INT64_MIN : (int64_t)x;
}

uint64_t finnc_tensor_get_uint(const finnc_tensor *tensor, int64_t i)
{
    if (tensor->elem == FINNC_ELEM_UINT64)
        return load_code(tensor, i);
    int64_t x = finnc_tensor_get_int(tensor, i);
    return x < 0 ? 0 : (uint64_t)x;
}

double finnc_tensor_get_imaginary(const finnc_tensor *tensor, int64_t i)
{
    const uint8_t *part = tensor->data;
    float narrow;
    double wide;
    if (tensor->elem == FINNC_ELEM_COMPLEX64) {
        memcpy(&narrow, part + (size_t)i * 8 + 4, sizeof narrow);
        return (double)narrow;
    }
    if (tensor->elem != FINNC_ELEM_COMPLEX128)
        return 0;
    memcpy(&wide, part + (size_t)i * 16 + 8, sizeof wide);
    return wide;
}

finnc_string finnc_tensor_get_string(const finnc_tensor *tensor, int64_t i)
{
    if (tensor->elem != FINNC_ELEM_STRING)
        return (finnc_string){NULL, 0};
    return ((const finnc_string *)(const void *)tensor->data)[i];
}

void finnc_tensor_set(finnc_tensor *tensor, int64_t i, double x)
{
    store_code(tensor, i, finnc_elem_encode(tensor->elem, x));
}

void finnc_tensor_set_int(finnc_tensor *tensor, int64_t i, int64_t x)
{
    if (tensor->elem == FINNC_ELEM_INT64)
        store_code(tensor, i, (uint64_t)x);
    else if (tensor->elem == FINNC_ELEM_UINT64)
        store_code(tensor, i, x < 0 ? 0 : (uint64_t)x);
    else
        finnc_tensor_set(tensor, i, (double)x);
}

/* ---- whole tensors ---- */

finnc_status finnc_tensor_reshape(finnc_ctx *cx, const finnc_tensor *tensor, int rank,
                                  const int64_t *dims, finnc_tensor **reshaped)
{
    int64_t nelems;
    FINNC_TRY(finnc_shape_nelems(cx, rank, dims, &nelems));
    if (nelems != tensor->nelems)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "a tensor of %lld elements cannot get a shape of %lld",
                          (long long)tensor->nelems, (long long)nelems);
    finnc_tensor *t;
    FINNC_TRY(create_bare(cx, tensor->elem, rank, dims, &t));
    t->data = tensor->data;
    t->base = finnc_tensor_retain(tensor->base ? tensor->base : tensor);
    *reshaped = t;
    return FINNC_OK;
}

finnc_status finnc_tensor_cast(finnc_ctx *cx, const finnc_tensor *tensor, finnc_elem elem,
                               finnc_tensor **cast)
{
    if (elem == tensor->elem) {
        *cast = finnc_tensor_retain(tensor);
        return FINNC_OK;
    }
    if (elem == FINNC_ELEM_STRING || tensor->elem == FINNC_ELEM_STRING)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "strings and numbers are not converted here");
    finnc_tensor *t;
    FINNC_TRY(finnc_tensor_create(cx, elem, tensor->rank, tensor->dims, &t));
    bool exact = finnc_elem_is_integer(elem) && finnc_elem_is_integer(tensor->elem);
    for (int64_t i = 0; i < t->nelems; i++)
        if (exact)
            finnc_tensor_set_int(t, i, finnc_tensor_get_int(tensor, i));
        else
            finnc_tensor_set(t, i, finnc_tensor_get(tensor, i));
    *cast = t;
    return FINNC_OK;
}

/* Copies element `from` of `tensor` to element `to` of `t`, of the same type. */
static finnc_status copy_element(finnc_ctx *cx, finnc_tensor *t, int64_t to,
                                 const finnc_tensor *tensor, int64_t from)
{
    if (t->elem == FINNC_ELEM_STRING) {
        const finnc_string *s = (const finnc_string *)(const void *)tensor->data + from;
        return finnc_tensor_set_string(cx, t, to, s->data, s->length);
    }
    size_t bits = (size_t)finnc_elem_bits(t->elem);
    if (bits < 8)
        store_code(t, to, load_code(tensor, from));
    else
        memcpy(t->own + (size_t)to * (bits / 8), tensor->data + (size_t)from * (bits / 8),
               bits / 8);
    return FINNC_OK;
}

finnc_status finnc_tensor_transpose(finnc_ctx *cx, const finnc_tensor *tensor, const int *perm,
                                    finnc_tensor **transposed)
{
    int rank = tensor->rank;
    int64_t dims[FINNC_MAX_RANK], strides[FINNC_MAX_RANK], index[FINNC_MAX_RANK] = {0};
    uint64_t seen = 0;
    for (int i = 0; i < rank; i++) {
        if (perm[i] < 0 || perm[i] >= rank || seen >> perm[i] & 1)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "entry %d of the permutation is %d, for a tensor of rank %d", i,
                              perm[i], rank);
        seen |= UINT64_C(1) << perm[i];
        dims[i] = tensor->dims[perm[i]];
        strides[i] = 1;
        for (int j = perm[i] + 1; j < rank; j++)
            strides[i] *= tensor->dims[j];
    }
    finnc_tensor *t;
    FINNC_TRY(finnc_tensor_create(cx, tensor->elem, rank, dims, &t));
    int64_t from = 0;
    for (int64_t to = 0; to < t->nelems; to++) {
        finnc_status status = copy_element(cx, t, to, tensor, from);
        if (status != FINNC_OK) {
            finnc_tensor_release(t);
            return status;
        }
        for (int axis = rank - 1; axis >= 0; axis--) { /* count up */
            from += strides[axis];
            if (++index[axis] < dims[axis])
                break;
            from -= strides[axis] * dims[axis];
            index[axis] = 0;
        }
    }
    *transposed = t;
    return FINNC_OK;
}

bool finnc_tensor_equal(const finnc_tensor *a, const finnc_tensor *b)
{
    if (a == b)
        return true;
    if (a->elem != b->elem || a->rank != b->rank || a->storage == FNC_STORAGE_OPAQUE ||
        a->kind != b->kind ||
        (a->rank && memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims)))
        return false;
    for (int64_t i = 0; a->items && i < a->nelems; i++)
        if (!finnc_tensor_equal(a->items[i], b->items[i]))
            return false;
    if (a->elem == FINNC_ELEM_STRING) {
        const finnc_string *x = (const finnc_string *)(const void *)a->data;
        const finnc_string *y = (const finnc_string *)(const void *)b->data;
        for (int64_t i = 0; i < a->nelems; i++)
            if (x[i].length != y[i].length ||
                (x[i].length && memcmp(x[i].data, y[i].data, x[i].length)))
                return false;
        return true;
    }
    return !a->nbytes || !memcmp(a->data, b->data, a->nbytes);
}

/* ---- backings ---- */

finnc_status fnc_backing_create(finnc_ctx *cx, const void *data, size_t nbytes,
                                void (*free_data)(void *), void *user, fnc_backing **backing)
{
    fnc_backing *b = fnc_alloc(cx, sizeof *b);
    if (!b)
        return finnc_no_memory(cx);
    atomic_init(&b->refs, 1);
    b->cx = cx;
    b->data = data;
    b->nbytes = nbytes;
    b->free_data = free_data;
    b->user = user;
    *backing = b;
    return FINNC_OK;
}

void fnc_backing_retain(fnc_backing *backing)
{
    atomic_fetch_add_explicit(&backing->refs, 1, memory_order_relaxed);
}

void fnc_backing_release(fnc_backing *backing)
{
    if (!backing || atomic_fetch_sub_explicit(&backing->refs, 1, memory_order_acq_rel) > 1)
        return;
    if (backing->free_data)
        backing->free_data(backing->user);
    fnc_free(backing->cx, backing);
}
