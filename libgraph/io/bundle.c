#include "../ir/ir.h"

#include <finnc/io.h>

#include <string.h>

typedef struct entry {
    char *name;
    const finnc_tensor *tensor;
    UT_hash_handle hh;
} entry;

struct finnc_bundle {
    finnc_ctx *cx;
    entry **entries; /* in order */
    size_t count, room;
    entry *by_name;
};

finnc_status finnc_bundle_create(finnc_ctx *cx, finnc_bundle **bundle)
{
    finnc_bundle *made = fnc_alloc(cx, sizeof *made);
    if (!made)
        return finnc_no_memory(cx);
    made->cx = cx;
    *bundle = made;
    return FINNC_OK;
}

static void free_entry(finnc_bundle *bundle, entry *e)
{
    if (!e)
        return;
    finnc_tensor_release(e->tensor);
    fnc_free(bundle->cx, e->name);
    fnc_free(bundle->cx, e);
}

void finnc_bundle_destroy(finnc_bundle *bundle)
{
    if (!bundle)
        return;
    finnc_ctx *memory = bundle->cx;
    HASH_CLEAR(hh, bundle->by_name);
    for (size_t i = 0; i < bundle->count; i++)
        free_entry(bundle, bundle->entries[i]);
    fnc_free(bundle->cx, bundle->entries);
    fnc_free(bundle->cx, bundle);
}

size_t finnc_bundle_count(const finnc_bundle *bundle)
{
    return bundle->count;
}

const finnc_tensor *finnc_bundle_at(const finnc_bundle *bundle, size_t i, const char **name)
{
    const entry *e = i < bundle->count ? bundle->entries[i] : NULL;
    if (name)
        *name = e ? e->name : NULL;
    return e ? e->tensor : NULL;
}

static entry *find(const finnc_bundle *bundle, const char *name)
{
    entry *found;
    HASH_FIND(hh, bundle->by_name, name, strlen(name), found);
    return found;
}

const finnc_tensor *finnc_bundle_find(const finnc_bundle *bundle, const char *name)
{
    const entry *e = find(bundle, name);
    return e ? e->tensor : NULL;
}

static finnc_status make_room(finnc_bundle *bundle)
{
    if (bundle->count < bundle->room)
        return FINNC_OK;
    size_t room = bundle->room ? 2 * bundle->room : 8;
    entry **entries = fnc_realloc(bundle->cx, bundle->entries, room * sizeof *entries);
    if (!entries)
        return finnc_no_memory(bundle->cx);
    bundle->entries = entries;
    bundle->room = room;
    return FINNC_OK;
}

static entry *create_entry(finnc_bundle *bundle, const char *name)
{
    size_t length = strlen(name) + 1;
    entry *e = fnc_alloc(bundle->cx, sizeof *e);
    if (e && !(e->name = fnc_alloc(bundle->cx, length))) {
        fnc_free(bundle->cx, e);
        return NULL;
    }
    if (e)
        memcpy(e->name, name, length);
    return e;
}

static finnc_status append(finnc_bundle *bundle, const char *name, const finnc_tensor *tensor)
{
    FINNC_TRY(make_room(bundle));
    entry *e = create_entry(bundle, name);
    finnc_ctx *memory = bundle->cx;
    bool failed = !e;
    if (e)
        HASH_ADD_KEYPTR(hh, bundle->by_name, e->name, strlen(e->name), e);
    if (failed) {
        free_entry(bundle, e);
        return finnc_no_memory(bundle->cx);
    }
    e->tensor = finnc_tensor_retain(tensor);
    bundle->entries[bundle->count++] = e;
    return FINNC_OK;
}

finnc_status finnc_bundle_set(finnc_bundle *bundle, const char *name, const finnc_tensor *tensor)
{
    entry *e = find(bundle, name);
    if (!e)
        return append(bundle, name, tensor);
    const finnc_tensor *before = e->tensor;
    e->tensor = finnc_tensor_retain(tensor);
    finnc_tensor_release(before);
    return FINNC_OK;
}
