#include "files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What was made, for taking it away again. */
typedef struct made {
    char *folder;
    bool *folders; /* was the folder made that the path's first i characters name? */
    bool *files;   /* was path i made? */
} made;

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* "a/b/c": a, a/b, a/b/c. */
static finnc_status make_folders(finnc_ctx *cx, made *m)
{
    const size_t length = strlen(m->folder);
    for (size_t i = 1; i <= length; i++) {
        if (m->folder[i] != '/' && m->folder[i] != '\0')
            continue;
        const char end = m->folder[i];
        m->folder[i] = '\0';
        m->folders[i] = mkdir(m->folder, 0777) == 0;
        const int error = m->folders[i] || is_folder(m->folder) ? 0 : errno;
        m->folder[i] = end;
        if (error != 0)
            return finnc_fail(cx, FINNC_BAD_FILE, "%s: cannot make the folder: %s", m->folder,
                              strerror(error));
    }
    return FINNC_OK;
}

static void take_away(made *m, const char *const *paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (m->files[i])
            unlink(paths[i]);
    /* From the inside out; one that is not empty stays. */
    for (size_t i = strlen(m->folder); i > 0; i--) {
        if (!m->folders[i])
            continue;
        m->folder[i] = '\0';
        rmdir(m->folder);
    }
}

static finnc_status write_files(finnc_ctx *cx, made *m, finnc_model *const *models,
                                const char *const *paths, size_t count)
{
    FINNC_TRY(make_folders(cx, m));
    for (size_t i = 0; i < count; i++) {
        const bool was_there = access(paths[i], F_OK) == 0;
        FINNC_TRY(finnc_model_write(cx, models[i], paths[i], FINNC_EXTERNAL_INLINE));
        m->files[i] = !was_there;
    }
    return FINNC_OK;
}

finnc_status fnc_partition_files_write(finnc_ctx *cx, fnc_arena *scratch, const char *folder,
                                       finnc_model *const *models, const char *const *paths,
                                       size_t count)
{
    made m = {.folder = fnc_arena_strdup(scratch, folder),
              .folders = FNC_NEW_ARRAY(scratch, bool, strlen(folder) + 1),
              .files = FNC_NEW_ARRAY(scratch, bool, count)};
    if (!m.folder || !m.folders || !m.files)
        return finnc_no_memory(cx);
    const finnc_status status = write_files(cx, &m, models, paths, count);
    if (status != FINNC_OK)
        take_away(&m, paths, count);
    return status;
}
