#include "mask.h"

#include <inttypes.h>
#include <string.h>

const fnc_mask_axis *fnc_mask_find(const fnc_mask *mask, int64_t axis)
{
    for (const fnc_mask_axis *a = mask->axes; a; a = a->next)
        if (a->axis == axis)
            return a;
    return NULL;
}

bool fnc_mask_is_empty(const fnc_mask *mask)
{
    for (const fnc_mask_axis *a = mask->axes; a; a = a->next)
        if (a->count > 0)
            return false;
    return true;
}

/* The entry of an axis, made where it is missing; NULL: no memory. */
static fnc_mask_axis *need_axis(fnc_arena *arena, fnc_mask *mask, int64_t axis, bool *grew)
{
    fnc_mask_axis **at = &mask->axes;
    while (*at && (*at)->axis < axis)
        at = &(*at)->next;
    fnc_mask_axis *next = *at;
    if (next && next->axis == axis)
        return next;
    fnc_mask_axis *made = FNC_NEW(arena, fnc_mask_axis);
    if (!made)
        return NULL;
    *made = (fnc_mask_axis){.axis = axis, .next = next};
    *grew = true;
    return *at = made;
}

static size_t count_new(const fnc_mask_axis *entry, const int64_t *channels, size_t count)
{
    size_t n = 0, k = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && channels[i] == channels[i - 1])
            continue;
        while (k < entry->count && entry->channels[k] < channels[i])
            k++;
        n += k == entry->count || entry->channels[k] != channels[i];
    }
    return n;
}

static void merge(const int64_t *a, size_t na, const int64_t *b, size_t nb, int64_t *merged)
{
    size_t i = 0, k = 0, n = 0;
    while (i < na || k < nb) {
        const int64_t next = k == nb || (i < na && a[i] <= b[k]) ? a[i] : b[k];
        while (i < na && a[i] == next)
            i++;
        while (k < nb && b[k] == next)
            k++;
        merged[n++] = next;
    }
}

finnc_status fnc_mask_add(finnc_ctx *cx, fnc_arena *arena, fnc_mask *mask, int64_t axis,
                          const int64_t *channels, size_t count, bool *grew)
{
    fnc_mask_axis *entry = need_axis(arena, mask, axis, grew);
    if (!entry)
        return finnc_no_memory(cx);
    const size_t more = count_new(entry, channels, count);
    if (more == 0)
        return FINNC_OK;
    int64_t *merged = FNC_NEW_ARRAY(arena, int64_t, entry->count + more);
    if (!merged)
        return finnc_no_memory(cx);
    merge(entry->channels, entry->count, channels, count, merged);
    entry->channels = merged;
    entry->count += more;
    *grew = true;
    return FINNC_OK;
}

finnc_status fnc_mask_of(finnc_ctx *cx, fnc_arena *arena, const finnc_value *value, fnc_mask *mask,
                         bool *is_other)
{
    *mask = (fnc_mask){NULL};
    *is_other = false;
    const char *text = finnc_value_sparsity(value);
    if (!text)
        return FINNC_OK;
    const finnc_status status = fnc_mask_read(cx, arena, text, mask);
    /* A constant's axes are those of what is computed with it, so there is no end to count from. */
    if (status == FINNC_OK && mask->axes && mask->axes->axis < 0)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "its mask is on axis %" PRId64 "; axes count from 0 here",
                          mask->axes->axis);
    if (status != FINNC_BAD_VALUE)
        return status;
    finnc_ctx_clear(cx);
    *mask = (fnc_mask){NULL};
    *is_other = true;
    return FINNC_OK;
}

finnc_status fnc_mask_annotate(finnc_ctx *cx, finnc_value *value, const fnc_mask *mask)
{
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    fnc_mask_write(mask, &buf);
    finnc_status status = fnc_buf_check(&buf);
    if (status == FINNC_OK)
        status = finnc_value_set_sparsity(cx, value, fnc_buf_text(&buf));
    fnc_buf_clear(&buf);
    return status;
}
