#include "beside.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* Opens the folders of `location` one after the other, so that nobody can exchange one for a link
 * between a check and its use. */
static finnc_status open_inside(finnc_ctx *cx, const char *folder, const char *location,
                                int *opened)
{
    int at = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        return fnc_file_fail(cx, "cannot open the model's folder", errno);
    for (const char *part = location;;) {
        size_t length = strcspn(part, "/");
        bool last = part[length] == '\0';
        char name[256];
        if (length >= sizeof name || (last && length == 0)) {
            close(at);
            return finnc_fail(cx, FINNC_BAD_FILE, "is no name of a file");
        }
        memcpy(name, part, length);
        name[length] = '\0';
        if (strcmp(name, "..") == 0) {
            close(at);
            return finnc_fail(cx, FINNC_BAD_FILE, "leads out of the model's folder");
        }
        /* Not blocking on a pipe that somebody put there, which is refused when it is mapped. */
        int flags = last ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
        int next = openat(at, length ? name : ".", flags | O_NOFOLLOW | O_CLOEXEC);
        int error = errno;
        close(at);
        if (next < 0 && (error == ELOOP || (error == ENOTDIR && !last)))
            return finnc_fail(cx, FINNC_BAD_FILE,
                              "%s is a link or no folder, which is not followed", name);
        if (next < 0)
            return fnc_file_fail(cx, "cannot open it", error);
        at = next;
        if (last)
            break;
        part += length + 1;
    }
    *opened = at;
    return FINNC_OK;
}

finnc_status fnc_beside_map(finnc_ctx *cx, const char *folder, const char *location,
                            fnc_backing **backing)
{
    if (location[0] == '\0' || location[0] == '/')
        return finnc_fail(cx, FINNC_BAD_FILE, "is not relative to the model's folder");
    int fd;
    FINNC_TRY(open_inside(cx, folder, location, &fd));
    finnc_status status = fnc_file_map_regular(cx, fd, backing);
    close(fd);
    return status;
}

/* ---- paths that began elsewhere ---- */

static bool is_part(const char *part, size_t length, const char *name)
{
    return strlen(name) == length && !strncmp(part, name, length);
}

/* The parts of `path` behind its last `..`, with a slash between, without `.`. */
static finnc_status clean(finnc_ctx *cx, const char *path, char to[PATH_MAX])
{
    size_t n = 0;
    for (const char *part = path; *part;) {
        const size_t length = strcspn(part, "/");
        if (is_part(part, length, "..")) {
            n = 0;
        } else if (length && !is_part(part, length, ".")) {
            if (length + 2 > PATH_MAX - n)
                return finnc_fail(cx, FINNC_BAD_VALUE, "a path of more than %d bytes", PATH_MAX);
            if (n)
                to[n++] = '/';
            memcpy(to + n, part, length);
            n += length;
        }
        part += length + (part[length] == '/');
    }
    to[n] = '\0';
    return FINNC_OK;
}

static finnc_status try_open(finnc_ctx *cx, const char *folder, const char *location)
{
    int fd = -1;
    FNC_AT(cx, "file", location, NULL);
    FINNC_TRY(open_inside(cx, folder, location, &fd));
    close(fd);
    return FINNC_OK;
}

static const char *next_tail(const char *tail)
{
    const char *slash = strchr(tail, '/');
    return slash ? slash + 1 : "";
}

finnc_status fnc_beside_find(finnc_ctx *cx, const char *folder, const char *path, char *location,
                             size_t size)
{
    char whole[PATH_MAX];
    const char *tail, *refused = NULL;
    finnc_status status = FINNC_NOT_FOUND;
    FINNC_TRY(clean(cx, path, whole));
    for (tail = whole; *tail; tail = next_tail(tail)) {
        status = try_open(cx, folder, tail);
        if (status != FINNC_NOT_FOUND && status != FINNC_BAD_FILE)
            break;
        if (status == FINNC_BAD_FILE && !refused)
            refused = tail;
        finnc_ctx_clear(cx);
    }
    if (!*tail && refused)
        return try_open(cx, folder, refused); /* for its words */
    if (!*tail)
        return finnc_fail(cx, FINNC_NOT_FOUND, "there is no file %s below the model's folder",
                          path);
    FINNC_TRY(status);
    const size_t length = strlen(tail);
    if (length >= size)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a path of %zu bytes", length);
    memcpy(location, tail, length + 1);
    return FINNC_OK;
}

bool fnc_beside_leads_out(const char *path)
{
    if (*path == '/')
        return true;
    for (const char *part = path; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
        if (!strncmp(part, "..", 2) && (part[2] == '/' || part[2] == '\0'))
            return true;
    return false;
}
