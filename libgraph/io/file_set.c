#include "file_set.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* uthash's own allocations come from `memory`, a context in scope; a failed one sets `failed`. */
#undef uthash_malloc
#undef uthash_free
#undef uthash_nonfatal_oom
#define uthash_malloc(size)          fnc_alloc(memory, (size))
#define uthash_free(ptr, size)       fnc_free(memory, (ptr))
#define uthash_nonfatal_oom(element) ((void)(failed = true))

typedef struct fnc_set_file {
    const char *path;
    fnc_file_out out;
    const char *target; /* once it is in place */
    const char *backup; /* the old file under another name; NULL: there was none */
    struct fnc_set_file *before;
    UT_hash_handle hh;
} fnc_set_file;

typedef struct fnc_set_folder {
    const char *path;
    struct fnc_set_folder *before;
} fnc_set_folder;

void fnc_file_set_init(fnc_file_set *set, finnc_ctx *cx)
{
    *set = (fnc_file_set){.cx = cx};
    fnc_arena_init(&set->arena, cx);
}

bool fnc_file_set_has(const fnc_file_set *set, const char *path)
{
    const fnc_set_file *found;
    HASH_FIND(hh, set->by_path, path, strlen(path), found);
    return found != NULL;
}

/* ---- folders ---- */

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static finnc_status make_folder(fnc_file_set *set, const char *path, size_t length)
{
    fnc_set_folder *made = FNC_NEW(&set->arena, fnc_set_folder);
    const char *copy = fnc_arena_strndup(&set->arena, path, length);
    if (!made || !copy)
        return finnc_no_memory(set->cx);
    if (mkdir(copy, 0777) != 0) {
        const int error = errno;
        if (is_folder(copy))
            return FINNC_OK;
        return finnc_fail(set->cx, FINNC_BAD_FILE, "%s: cannot make the folder: %s", path,
                          strerror(error));
    }
    *made = (fnc_set_folder){.path = copy, .before = set->folder};
    set->folder = made;
    return FINNC_OK;
}

finnc_status fnc_file_set_folder(fnc_file_set *set, const char *path)
{
    if (is_folder(path))
        return FINNC_OK;
    for (size_t i = 1; path[i - 1]; i++) /* "a/b/c": a, a/b, a/b/c */
        if (path[i] == '/' || path[i] == '\0')
            FINNC_TRY(make_folder(set, path, i));
    return FINNC_OK;
}

/* ---- files ---- */

finnc_status fnc_file_set_begin(fnc_file_set *set, const char *path, fnc_file_out **out)
{
    finnc_ctx *memory = set->cx;
    bool failed = false;
    fnc_set_file *file = FNC_NEW(&set->arena, fnc_set_file);
    if (!file || !(file->path = fnc_arena_strdup(&set->arena, path)))
        return finnc_no_memory(set->cx);
    FINNC_TRY(fnc_file_begin(set->cx, path, &file->out));
    file->before = set->last;
    set->last = file; /* from here on the set ends it */
    HASH_ADD_KEYPTR(hh, set->by_path, file->path, strlen(file->path), file);
    *out = &file->out;
    return failed ? finnc_no_memory(set->cx) : FINNC_OK;
}

/* The old file under a second name, if there is one and the file system can do that. */
static finnc_status keep_old(fnc_file_set *set, fnc_set_file *file)
{
    const char *backup = fnc_arena_printf(&set->arena, "%s-old", file->out.temporary);
    file->target = fnc_arena_strdup(&set->arena, file->out.target);
    if (!backup || !file->target)
        return finnc_no_memory(set->cx);
    if (link(file->target, backup) == 0)
        file->backup = backup;
    return FINNC_OK;
}

static finnc_status put_in_place(fnc_file_set *set, fnc_set_file *file)
{
    if (file->out.direct || !file->before) /* which nothing can fail after */
        return fnc_file_commit(&file->out);
    FINNC_TRY(keep_old(set, file));
    const finnc_status status = fnc_file_commit(&file->out);
    if (status != FINNC_OK && file->backup) {
        unlink(file->backup);
        file->backup = NULL;
    }
    return status;
}

static void put_back(fnc_set_file *from, const fnc_set_file *end)
{
    for (fnc_set_file *f = from; f != end; f = f->before)
        if (f->backup)
            (void)rename(f->backup, f->target);
        else if (f->target)
            (void)unlink(f->target);
}

static void clear(fnc_file_set *set)
{
    finnc_ctx *memory = set->cx;
    HASH_CLEAR(hh, set->by_path);
    fnc_arena_clear(&set->arena);
}

finnc_status fnc_file_set_commit(fnc_file_set *set)
{
    finnc_status status = FINNC_OK;
    for (fnc_set_file *f = set->last; f && status == FINNC_OK; f = f->before)
        if (f->out.fd >= 0)
            status = fnc_file_finish(&f->out);
    for (fnc_set_file *f = set->last; f && status == FINNC_OK; f = f->before) {
        status = put_in_place(set, f);
        if (status != FINNC_OK)
            put_back(set->last, f);
    }
    if (status != FINNC_OK) {
        fnc_file_set_drop(set);
        return status;
    }
    for (fnc_set_file *f = set->last; f; f = f->before)
        if (f->backup)
            (void)unlink(f->backup);
    clear(set);
    return FINNC_OK;
}

void fnc_file_set_drop(fnc_file_set *set)
{
    for (fnc_set_file *f = set->last; f; f = f->before)
        fnc_file_drop(&f->out);
    for (const fnc_set_folder *f = set->folder; f; f = f->before)
        (void)rmdir(f->path); /* one that is not empty stays */
    clear(set);
}
