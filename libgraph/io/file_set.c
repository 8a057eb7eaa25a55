#include "file_set.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct fnc_set_file {
    const char *key; /* the folder without links, and the name in it */
    fnc_file_owner owner;
    bool is_kept; /* as it is: there is no `out` */
    fnc_file_out out;
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

/* Two paths of one file have one key, links or not. */
static finnc_status find_key(fnc_file_set *set, const char *path, const char **key)
{
    char whole[PATH_MAX];
    FINNC_TRY(fnc_file_find_target(set->cx, &set->arena, path, &path));
    const char *slash = strrchr(path, '/');
    const char *folder = fnc_file_folder(&set->arena, path);
    if (!folder)
        return finnc_no_memory(set->cx);
    *key = realpath(folder, whole)
               ? fnc_arena_printf(&set->arena, "%s/%s", whole, slash ? slash + 1 : path)
               : fnc_arena_strdup(&set->arena, path);
    return *key ? FINNC_OK : finnc_no_memory(set->cx);
}

static fnc_set_file *find(const fnc_file_set *set, const char *key)
{
    fnc_set_file *found;
    HASH_FIND(hh, set->by_path, key, strlen(key), found);
    return found;
}

static bool are_same(fnc_file_owner a, fnc_file_owner b)
{
    return (a.who && a.who == b.who) ||
           (a.source && b.source &&
            (!strcmp(a.source, b.source) || fnc_file_same(a.source, b.source)));
}

static finnc_status refuse(const fnc_file_set *set, const fnc_set_file *there, const char *path)
{
    if (there->is_kept)
        return finnc_fail(set->cx, FINNC_BAD_VALUE,
                          "%s would be replaced, and what is written needs it as it is: give one "
                          "of them another name or folder",
                          path);
    return finnc_fail(set->cx, FINNC_BAD_VALUE,
                      "%s would be written twice, with different models: give one of them another "
                      "name or folder",
                      path);
}

static finnc_status add(fnc_file_set *set, fnc_set_file *file)
{
    finnc_ctx *memory = set->cx;
    bool failed = false;
    HASH_ADD_KEYPTR(hh, set->by_path, file->key, strlen(file->key), file);
    return failed ? finnc_no_memory(set->cx) : FINNC_OK;
}

finnc_status fnc_file_set_find(fnc_file_set *set, const char *path, fnc_file_owner owner,
                               bool *found)
{
    const char *key;
    FINNC_TRY(find_key(set, path, &key));
    const fnc_set_file *there = find(set, key);
    *found = there != NULL;
    return !there || are_same(there->owner, owner) ? FINNC_OK : refuse(set, there, path);
}

finnc_status fnc_file_set_keep(fnc_file_set *set, const char *path)
{
    const char *key;
    FINNC_TRY(find_key(set, path, &key));
    const fnc_set_file *there = find(set, key);
    if (there && there->is_kept)
        return FINNC_OK;
    fnc_set_file *file = FNC_NEW(&set->arena, fnc_set_file);
    const char *source = fnc_arena_strdup(&set->arena, path);
    if (!file || !source)
        return finnc_no_memory(set->cx);
    *file = (fnc_set_file){.key = key, .owner = {.source = source}, .is_kept = true};
    return there ? refuse(set, file, path) : add(set, file);
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

finnc_status fnc_file_set_begin(fnc_file_set *set, const char *path, fnc_file_owner owner,
                                fnc_file_out **out)
{
    fnc_set_file *file = FNC_NEW(&set->arena, fnc_set_file);
    if (!file)
        return finnc_no_memory(set->cx);
    FINNC_TRY(find_key(set, path, &file->key));
    const fnc_set_file *there = find(set, file->key);
    if (there)
        return refuse(set, there, path);
    FINNC_TRY(fnc_file_begin(set->cx, path, &file->out));
    file->owner = owner;
    file->before = set->last;
    set->last = file; /* from here on the set ends it */
    *out = &file->out;
    return add(set, file);
}

static void clear(fnc_file_set *set)
{
    finnc_ctx *memory = set->cx;
    HASH_CLEAR(hh, set->by_path);
    fnc_arena_clear(&set->arena);
}

finnc_status fnc_file_set_commit(fnc_file_set *set)
{
    size_t count = 0, i = 0;
    for (const fnc_set_file *f = set->last; f; f = f->before)
        count++;
    fnc_file_out **outs = FNC_NEW_ARRAY(&set->arena, fnc_file_out *, count);
    for (fnc_set_file *f = set->last; f && outs; f = f->before)
        outs[i++] = &f->out;
    finnc_status status = outs ? finnc_ctx_check(set->cx) : finnc_no_memory(set->cx);
    if (status == FINNC_OK)
        status = fnc_files_commit(outs, count);
    if (status == FINNC_OK)
        clear(set);
    else
        fnc_file_set_drop(set);
    return status;
}

void fnc_file_set_drop(fnc_file_set *set)
{
    for (fnc_set_file *f = set->last; f; f = f->before)
        fnc_file_drop(&f->out);
    for (const fnc_set_folder *f = set->folder; f; f = f->before)
        (void)rmdir(f->path); /* one that is not empty stays */
    clear(set);
}
