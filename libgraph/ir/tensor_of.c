/* Sequences, optionals and maps: tensors made of tensors. */
#include "ir.h"

enum { MAX_DEPTH = 16 }; /* of nesting; releasing recurs */

finnc_kind finnc_tensor_kind(const finnc_tensor *tensor)
{
    return tensor->kind;
}

const char *finnc_kind_name(finnc_kind kind)
{
    switch (kind) {
    case FINNC_KIND_TENSOR:
        return "tensor";
    case FINNC_KIND_SEQUENCE:
        return "sequence";
    case FINNC_KIND_OPTIONAL:
        return "optional";
    case FINNC_KIND_MAP:
        return "map";
    }
    return "thing";
}

const finnc_tensor *finnc_tensor_item(const finnc_tensor *tensor, int64_t i)
{
    return tensor->items && i >= 0 && i < tensor->nelems ? tensor->items[i] : NULL;
}

static finnc_status check_count(finnc_ctx *cx, finnc_kind kind, const finnc_tensor *const *items,
                                size_t count)
{
    if (kind == FINNC_KIND_TENSOR)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a tensor is not made of tensors");
    if (kind == FINNC_KIND_OPTIONAL && count > 1)
        return finnc_fail(cx, FINNC_BAD_VALUE, "an optional of %zu items", count);
    if (kind == FINNC_KIND_MAP && count != 2)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a map is keys and values, not %zu items", count);
    if (kind == FINNC_KIND_MAP && finnc_tensor_nelems(items[0]) != finnc_tensor_nelems(items[1]))
        return finnc_fail(cx, FINNC_BAD_VALUE, "a map of %lld keys and %lld values",
                          (long long)finnc_tensor_nelems(items[0]),
                          (long long)finnc_tensor_nelems(items[1]));
    return FINNC_OK;
}

finnc_status finnc_tensor_create_of(finnc_ctx *cx, finnc_kind kind,
                                    const finnc_tensor *const *items, size_t count,
                                    finnc_tensor **tensor)
{
    int depth = 0;
    int64_t n = (int64_t)count;
    finnc_tensor *t;
    FINNC_TRY(check_count(cx, kind, items, count));
    for (size_t i = 0; i < count; i++)
        depth = items[i]->depth > depth ? items[i]->depth : depth;
    if (depth + 1 > MAX_DEPTH)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a %s nested more than %d deep",
                          finnc_kind_name(kind), MAX_DEPTH);
    FINNC_TRY(fnc_tensor_create_empty(cx, FINNC_ELEM_UNDEFINED, 1, &n, 0, n, &t));
    size_t nbytes;
    t->items = fnc_mul(count + 1, sizeof(void *), &nbytes) ? fnc_alloc(cx, nbytes) : NULL;
    if (!t->items) {
        finnc_tensor_release(t);
        return finnc_no_memory(cx);
    }
    t->kind = kind;
    t->depth = depth + 1;
    for (size_t i = 0; i < count; i++)
        t->items[i] = finnc_tensor_retain(items[i]);
    *tensor = t;
    return FINNC_OK;
}

void fnc_tensor_release_items(finnc_tensor *tensor)
{
    for (int64_t i = 0; tensor->items && i < tensor->nelems; i++)
        finnc_tensor_release(tensor->items[i]);
    fnc_free(tensor->cx, tensor->items);
}
