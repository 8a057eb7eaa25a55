#include "file.h"

#include <finnc/io.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 1 << 16, MAX_LINKS = 40, MAX_WRITE = 1 << 30 };

finnc_status fnc_file_fail(finnc_ctx *cx, const char *what, int error)
{
    char room[128];
    const char *why = strerror_r(error, room, sizeof room);
    if (error == ENOMEM)
        return finnc_no_memory(cx);
    return finnc_fail(cx, error == ENOENT ? FINNC_NOT_FOUND : FINNC_BAD_FILE, "%s: %s", what, why);
}

/* ---- reading ---- */

struct mapping {
    finnc_ctx *cx;
    void *data;
    size_t nbytes;
};

static void unmap(void *user)
{
    struct mapping *m = user;
    munmap(m->data, m->nbytes);
    fnc_free(m->cx, m);
}

static finnc_status map_regular(finnc_ctx *cx, int fd, size_t nbytes, fnc_backing **backing)
{
    struct mapping *m = fnc_alloc(cx, sizeof *m);
    if (!m)
        return finnc_no_memory(cx);
    void *data = mmap(NULL, nbytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) {
        fnc_free(cx, m);
        return fnc_file_fail(cx, "cannot map it", errno);
    }
    *m = (struct mapping){cx, data, nbytes};
    finnc_status status = fnc_backing_create(cx, data, nbytes, unmap, m, backing);
    if (status != FINNC_OK)
        unmap(m);
    return status;
}

struct content {
    finnc_ctx *cx;
    uint8_t *data;
};

static void free_content(void *user)
{
    struct content *c = user;
    fnc_free(c->cx, c->data);
    fnc_free(c->cx, c);
}

static finnc_status read_all(finnc_ctx *cx, int fd, struct content *content, size_t *nbytes)
{
    size_t room = 0, length = 0;
    for (;;) {
        if (length == room) {
            size_t wanted = room ? room * 2 : BUFFER_BYTES;
            uint8_t *grown = fnc_realloc(cx, content->data, wanted);
            if (!grown)
                return finnc_no_memory(cx);
            content->data = grown;
            room = wanted;
        }
        ssize_t n = read(fd, content->data + length, room - length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fnc_file_fail(cx, "cannot read it", errno);
        if (n == 0)
            break;
        length += (size_t)n;
        FINNC_TRY(finnc_ctx_check(cx));
    }
    *nbytes = length;
    return FINNC_OK;
}

/* Pipes and the like cannot be mapped: their bytes are read into memory. An empty file neither. */
static finnc_status map_stream(finnc_ctx *cx, int fd, fnc_backing **backing)
{
    struct content *content = fnc_alloc(cx, sizeof *content);
    if (!content)
        return finnc_no_memory(cx);
    content->cx = cx;
    size_t nbytes = 0;
    finnc_status status = read_all(cx, fd, content, &nbytes);
    if (status == FINNC_OK)
        status = fnc_backing_create(cx, content->data, nbytes, free_content, content, backing);
    if (status != FINNC_OK)
        free_content(content);
    return status;
}

static finnc_status map_fd(finnc_ctx *cx, int fd, bool regular_only, fnc_backing **backing)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return fnc_file_fail(cx, "cannot examine it", errno);
    if (S_ISDIR(st.st_mode))
        return finnc_fail(cx, FINNC_BAD_FILE, "is a folder");
    if (regular_only && !S_ISREG(st.st_mode))
        return finnc_fail(cx, FINNC_BAD_FILE, "is no regular file");
    size_t nbytes = 0;
    if (!fnc_to_size(st.st_size, &nbytes))
        return finnc_fail(cx, FINNC_BAD_FILE, "is too large for this machine");
    return S_ISREG(st.st_mode) && nbytes > 0 ? map_regular(cx, fd, nbytes, backing)
                                             : map_stream(cx, fd, backing);
}

finnc_status fnc_file_map(finnc_ctx *cx, const char *path, fnc_backing **backing)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fnc_file_fail(cx, "cannot open it", errno);
    finnc_status status = map_fd(cx, fd, false, backing);
    close(fd);
    return status;
}

finnc_status fnc_file_map_regular(finnc_ctx *cx, int fd, fnc_backing **backing)
{
    return map_fd(cx, fd, true, backing);
}

char *fnc_file_folder(fnc_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return fnc_arena_strdup(arena, ".");
    return fnc_arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

bool fnc_file_same(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* ---- links ---- */

static bool is_folder_of_descriptors(const char *folder)
{
    return fnc_file_same(folder, "/proc/self/fd") || fnc_file_same(folder, "/proc/thread-self/fd");
}

/* /dev/stdout and /dev/fd/3 lead to a link in /proc that names a file, but stands for one that is
 * open: it is to be written on where it stands, and has a mode and a place of its own. */
static bool find_descriptor(const char *path, const char *folder, int *fd)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (!*name || strspn(name, "0123456789") != strlen(name) || !is_folder_of_descriptors(folder))
        return false;
    errno = 0;
    const long number = strtol(name, NULL, 10);
    *fd = (int)number;
    return errno == 0 && number <= INT_MAX;
}

/* Where a link leads in the end, whether there is something or not; `*fd` is -1, unless that is a
 * file that the process has open. */
static finnc_status follow(finnc_ctx *cx, fnc_arena *arena, const char *path, const char **target,
                           int *fd)
{
    for (int i = 0; i < MAX_LINKS; i++) {
        struct stat st;
        if (lstat(path, &st) != 0 || !S_ISLNK(st.st_mode)) {
            *target = path;
            return FINNC_OK;
        }
        const char *folder = fnc_file_folder(arena, path);
        if (!folder)
            return finnc_no_memory(cx);
        if (find_descriptor(path, folder, fd)) {
            *target = path;
            return FINNC_OK;
        }
        char to[4096];
        ssize_t n = readlink(path, to, sizeof to - 1);
        if (n < 0 || (size_t)n == sizeof to - 1)
            return fnc_file_fail(cx, "cannot follow the link", n < 0 ? errno : ENAMETOOLONG);
        to[n] = '\0';
        path = to[0] == '/' ? fnc_arena_strdup(arena, to)
                            : fnc_arena_printf(arena, "%s/%s", folder, to);
        if (!path)
            return finnc_no_memory(cx);
    }
    return fnc_file_fail(cx, "cannot follow the link", ELOOP);
}

finnc_status fnc_file_find_target(finnc_ctx *cx, fnc_arena *arena, const char *path,
                                  const char **target)
{
    int fd;
    return follow(cx, arena, path, target, &fd);
}

finnc_status fnc_file_find_folder(finnc_ctx *cx, fnc_arena *arena, const char *path,
                                  const char **folder)
{
    FINNC_TRY(fnc_file_find_target(cx, arena, path, &path));
    *folder = fnc_file_folder(arena, path);
    return *folder ? FINNC_OK : finnc_no_memory(cx);
}

/* ---- writing ---- */

/* A name in its folder that nobody could foresee, so that nobody can have put something there. */
static finnc_status choose_name(finnc_ctx *cx, fnc_file_out *out, const char **name)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        return fnc_file_fail(cx, "cannot choose a temporary name", errno);
    *name = fnc_arena_printf(&out->arena, "%s/.finnc-%016" PRIx64, out->folder, number);
    return *name ? FINNC_OK : finnc_no_memory(cx);
}

enum { MAX_TRIES = 16 }; /* of names that are taken */

static finnc_status create_temporary(finnc_ctx *cx, fnc_file_out *out, mode_t mode, bool has_mode)
{
    for (int tries = 0; tries < MAX_TRIES; tries++) {
        const char *name = "";
        FINNC_TRY(choose_name(cx, out, &name));
        out->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (out->fd >= 0) {
            out->temporary = name; /* from here on it is ours to remove */
            break;
        }
        if (errno != EEXIST)
            return fnc_file_fail(cx, "cannot create a file in its folder", errno);
    }
    if (out->fd < 0)
        return fnc_file_fail(cx, "cannot create a file in its folder", EEXIST);
    if (has_mode && fchmod(out->fd, mode & 07777) != 0)
        return fnc_file_fail(cx, "cannot give it the old file's mode", errno);
    return FINNC_OK;
}

static finnc_status begin(finnc_ctx *cx, const char *path, fnc_file_out *out)
{
    int descriptor = -1;
    FINNC_TRY(follow(cx, &out->arena, path, &out->target, &descriptor));
    out->folder = fnc_file_folder(&out->arena, out->target);
    out->buffer = fnc_alloc(cx, BUFFER_BYTES);
    if (!out->folder || !out->buffer)
        return finnc_no_memory(cx);
    struct stat st;
    bool exists = stat(out->target, &st) == 0;
    if (exists && S_ISDIR(st.st_mode))
        return finnc_fail(cx, FINNC_BAD_FILE, "is a folder");
    if (descriptor < 0 && (!exists || S_ISREG(st.st_mode)))
        return create_temporary(cx, out, exists ? st.st_mode : 0, exists);
    out->direct = true;
    out->fd = descriptor >= 0 ? fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
                              : open(out->target, O_WRONLY | O_CLOEXEC);
    return out->fd < 0 ? fnc_file_fail(cx, "cannot open it", errno) : FINNC_OK;
}

finnc_status fnc_file_begin(finnc_ctx *cx, const char *path, fnc_file_out *out)
{
    FNC_AT_FILE(cx, path);
    *out = (fnc_file_out){.cx = cx, .fd = -1};
    fnc_arena_init(&out->arena, cx);
    char *copy = fnc_arena_strdup(&out->arena, path);
    out->path = copy;
    finnc_status status = copy ? begin(cx, copy, out) : finnc_no_memory(cx);
    if (status != FINNC_OK)
        fnc_file_drop(out);
    return status;
}

static void write_out(fnc_file_out *out, const uint8_t *data, size_t nbytes)
{
    while (nbytes > 0 && out->failed == FINNC_OK) {
        ssize_t n = write(out->fd, data, nbytes < MAX_WRITE ? nbytes : MAX_WRITE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            out->failed = fnc_file_fail(out->cx, "cannot write it", errno);
            return;
        }
        data += n;
        nbytes -= (size_t)n;
        if (nbytes > 0)
            out->failed = finnc_ctx_check(out->cx);
    }
}

static void flush(fnc_file_out *out)
{
    write_out(out, out->buffer, out->pending);
    out->pending = 0;
}

void fnc_file_add(fnc_file_out *out, const void *data, size_t nbytes)
{
    if (out->failed != FINNC_OK || nbytes == 0)
        return;
    FNC_AT_FILE(out->cx, out->path);
    out->length += nbytes;
    if (nbytes > BUFFER_BYTES - out->pending)
        flush(out);
    if (nbytes >= BUFFER_BYTES) {
        write_out(out, data, nbytes);
        return;
    }
    memcpy(out->buffer + out->pending, data, nbytes);
    out->pending += nbytes;
}

void fnc_file_align(fnc_file_out *out, size_t alignment)
{
    static const uint8_t zeros[64];
    while (out->failed == FINNC_OK && out->length % alignment != 0) {
        size_t missing = alignment - (size_t)(out->length % alignment);
        fnc_file_add(out, zeros, missing < sizeof zeros ? missing : sizeof zeros);
    }
}

finnc_status fnc_file_finish(fnc_file_out *out)
{
    FNC_AT_FILE(out->cx, out->path);
    if (out->failed == FINNC_OK)
        flush(out);
    if (out->failed == FINNC_OK && !out->direct && fsync(out->fd) != 0)
        out->failed = fnc_file_fail(out->cx, "cannot write it", errno);
    if (out->fd >= 0 && close(out->fd) != 0 && out->failed == FINNC_OK)
        out->failed = fnc_file_fail(out->cx, "cannot write it", errno);
    out->fd = -1;
    fnc_free(out->cx, out->buffer); /* there may be many that wait to be put in place */
    out->buffer = NULL;
    return out->failed;
}

/* Makes the new name durable. The file is whole either way, so a failure says nothing. */
static void sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

static finnc_status put_in_place(fnc_file_out *out)
{
    if (out->direct)
        return FINNC_OK;
    if (rename(out->temporary, out->target) != 0)
        return fnc_file_fail(out->cx, "cannot put it in place", errno);
    out->temporary = NULL;
    return FINNC_OK;
}

finnc_status fnc_file_commit(fnc_file_out *out)
{
    FNC_AT_FILE(out->cx, out->path);
    finnc_status status = out->fd >= 0 ? fnc_file_finish(out) : out->failed;
    if (status == FINNC_OK)
        status = put_in_place(out);
    if (status == FINNC_OK && !out->direct)
        sync_folder(out->folder);
    fnc_file_drop(out);
    return status;
}

/* ---- several files, all or none ---- */

static bool has_no_links(int error)
{
    return error == EPERM || error == EOPNOTSUPP || error == ENOSYS || error == EMLINK;
}

/* Gives what stands at the target a second name, for the case that one of the others cannot be put
 * in place. File systems without links have it moved there: for a moment nothing is at the target.
 */
static finnc_status set_aside(fnc_file_out *out)
{
    struct stat st;
    FNC_AT_FILE(out->cx, out->path);
    if (out->direct || lstat(out->target, &st) != 0)
        return FINNC_OK;
    for (int tries = 0; tries < MAX_TRIES; tries++) {
        const char *name = "";
        FINNC_TRY(choose_name(out->cx, out, &name));
        bool is_done = link(out->target, name) == 0;
        if (!is_done && S_ISREG(st.st_mode) && has_no_links(errno)) {
            is_done = rename(out->target, name) == 0;
            out->is_moved = is_done;
        }
        if (is_done) {
            out->aside = name;
            return FINNC_OK;
        }
        if (errno != EEXIST)
            break;
    }
    return fnc_file_fail(out->cx, "cannot set the old file aside", errno);
}

/* As it was before set_aside. Nothing can be said where that fails, too: the failure that led here
 * is the one to hear of. */
static void put_back(fnc_file_out *out, bool was_put)
{
    if (out->aside && (was_put || out->is_moved))
        (void)rename(out->aside, out->target);
    else if (out->aside)
        (void)unlink(out->aside);
    else if (was_put && !out->direct)
        (void)unlink(out->target);
    out->aside = NULL;
}

static finnc_status replace_all(fnc_file_out *const *outs, size_t count)
{
    finnc_status status = FINNC_OK;
    size_t naside = 0, nput = 0;
    while (status == FINNC_OK && naside + 1 < count) /* the last one's renaming settles it */
        status = set_aside(outs[naside++]);
    while (status == FINNC_OK && nput < count) {
        FNC_AT_FILE(outs[nput]->cx, outs[nput]->path);
        status = put_in_place(outs[nput]);
        nput += status == FINNC_OK;
    }
    if (status == FINNC_OK)
        return FINNC_OK;
    for (size_t i = naside; i-- > 0;)
        put_back(outs[i], i < nput);
    return status;
}

finnc_status fnc_files_commit(fnc_file_out *const *outs, size_t count)
{
    finnc_status status = FINNC_OK;
    for (size_t i = 0; i < count && status == FINNC_OK; i++)
        status = outs[i]->fd >= 0 ? fnc_file_finish(outs[i]) : outs[i]->failed;
    if (status == FINNC_OK)
        status = replace_all(outs, count);
    for (size_t i = 0; i < count; i++) {
        if (outs[i]->aside)
            (void)unlink(outs[i]->aside);
        if (status == FINNC_OK && !outs[i]->direct)
            sync_folder(outs[i]->folder);
        fnc_file_drop(outs[i]);
    }
    return status;
}

void fnc_file_drop(fnc_file_out *out)
{
    if (out->fd >= 0)
        close(out->fd);
    if (out->temporary)
        (void)unlink(out->temporary);
    fnc_free(out->cx, out->buffer);
    fnc_arena_clear(&out->arena);
    *out = (fnc_file_out){.cx = out->cx, .fd = -1};
}

finnc_status finnc_file_write(finnc_ctx *cx, const char *path, const void *data, size_t nbytes)
{
    fnc_file_out out;
    FINNC_TRY(fnc_file_begin(cx, path, &out));
    fnc_file_add(&out, data, nbytes);
    return fnc_file_commit(&out);
}
