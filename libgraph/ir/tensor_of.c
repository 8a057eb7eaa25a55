/* Sequences, optionals and maps: tensors made of tensors. */
#include "ir.h"

enum { MAX_DEPTH = 16 }; /* of nesting; releasing recurs */
/* Items are shared, so a few bytes can make W of W of W...: whoever walks through them, to print or
 * to compare, meets W^depth. */
enum { MAX_PARTS = 1 << 24 };

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

/* Of a thing made of `items`, how deep it is nested and of how many parts it is. */
static finnc_status measure(finnc_ctx *cx, finnc_kind kind, const finnc_tensor *const *items,
                            size_t count, int *depth, int64_t *nparts)
{
    *depth = 1;
    *nparts = 0;
    for (size_t i = 0; i < count && *nparts <= MAX_PARTS; i++) {
        *nparts += 1 + items[i]->nparts;
        if (items[i]->depth >= *depth)
            *depth = items[i]->depth + 1;
    }
    if (*depth > MAX_DEPTH)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a %s nested more than %d deep",
                          finnc_kind_name(kind), MAX_DEPTH);
    if (*nparts > MAX_PARTS)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "a %s of more than %d items, with the items of its items",
                          finnc_kind_name(kind), MAX_PARTS);
    return FINNC_OK;
}

finnc_status finnc_tensor_create_of(finnc_ctx *cx, finnc_kind kind,
                                    const finnc_tensor *const *items, size_t count,
                                    finnc_tensor **tensor)
{
    int depth;
    int64_t n = (int64_t)count, nparts;
    finnc_tensor *t;
    FINNC_TRY(check_count(cx, kind, items, count));
    FINNC_TRY(measure(cx, kind, items, count, &depth, &nparts));
    FINNC_TRY(fnc_tensor_create_empty(cx, FINNC_ELEM_UNDEFINED, 1, &n, 0, n, &t));
    size_t nbytes;
    t->items = fnc_mul(count + 1, sizeof(void *), &nbytes) ? fnc_alloc(cx, nbytes) : NULL;
    if (!t->items) {
        finnc_tensor_release(t);
        return finnc_no_memory(cx);
    }
    t->kind = kind;
    t->depth = depth;
    t->nparts = nparts;
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
