#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Folders in folders; deeper is no data set. */
enum { MAX_DEPTH = 64 };

void cli_files_clear(cli_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
    *files = (cli_files){0};
}

/* Takes `path` over, which may be NULL: then there was no memory for it. */
static finnc_status append(cli *c, cli_files *files, char *path)
{
    char **grown = cli_grow(files->paths, sizeof *grown, files->count, &files->room);
    if (!grown) {
        free(path);
        return finnc_no_memory(c->cx);
    }
    files->paths = grown;
    if (!path)
        return finnc_no_memory(c->cx);
    files->paths[files->count++] = path;
    return FINNC_OK;
}

static finnc_status add_folder(cli *c, cli_files *files, const char *path, bool takes_all,
                               int depth);

static finnc_status add_entry(cli *c, cli_files *files, const char *folder, const char *name,
                              bool takes_all, int depth)
{
    struct stat info, link;
    char *path;
    size_t length = strlen(folder);
    if (asprintf(&path, "%s%s%s", folder, folder[length - 1] == '/' ? "" : "/", name) < 0)
        return finnc_no_memory(c->cx);
    bool is_there = !stat(path, &info) && !lstat(path, &link);
    if (is_there && S_ISREG(info.st_mode) &&
        (takes_all || finnc_format_guess(name) != FINNC_FORMAT_UNKNOWN))
        return append(c, files, path);
    finnc_status status = FINNC_OK;
    if (is_there && S_ISDIR(info.st_mode) && !S_ISLNK(link.st_mode))
        status = add_folder(c, files, path, takes_all, depth + 1);
    free(path);
    return status;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Not alphasort: the order must not hang on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static finnc_status add_folder(cli *c, cli_files *files, const char *path, bool takes_all,
                               int depth)
{
    struct dirent **entries;
    finnc_status status = FINNC_OK;
    FINNC_TRY(finnc_ctx_check(c->cx));
    if (depth > MAX_DEPTH)
        return finnc_fail(c->cx, FINNC_BAD_VALUE, "%s: folders are nested too deep", path);
    int count = scandir(path, &entries, is_visible, by_name);
    if (count < 0)
        return finnc_fail(c->cx, FINNC_BAD_FILE, "%s: cannot look into the folder: %s", path,
                          strerror(errno));
    for (int i = 0; i < count; i++) {
        if (status == FINNC_OK)
            status = add_entry(c, files, path, entries[i]->d_name, takes_all, depth);
        free(entries[i]);
    }
    free(entries);
    return status;
}

finnc_status cli_files_add(cli *c, cli_files *files, const char *path, bool takes_all)
{
    struct stat info;
    size_t before = files->count;
    if (stat(path, &info) || !S_ISDIR(info.st_mode))
        return append(c, files, strdup(path));
    FINNC_TRY(add_folder(c, files, path, takes_all, 0));
    if (files->count == before)
        return finnc_fail(c->cx, FINNC_NOT_FOUND, "%s: the folder holds no file of a known format",
                          path);
    return FINNC_OK;
}
