/* Loaded before a program (LD_PRELOAD), makes one call of the system go wrong: the N-th of a kind,
 * once. It reaches all that the program is made of, third-party libraries and what the C library
 * calls by its public names included.
 *
 *   FAULTS_KIND  write (what makes or changes files), read (what looks into them), memory
 *   FAULTS_AT    N, counted from the beginning of main; 0 only counts
 *   FAULTS_HOW   a number: the call fails with that errno; "short": a write takes half, a read
 * gives one byte; "signal=N": the signal comes before the call is made, which then goes on
 *   FAULTS_LOG   the number of a file descriptor: each call is written there as a line
 *                "WHERE NAME PATH" when it fails, and when the program leaves, "calls COUNT"
 *   FAULTS_TRACE 1: each call counted is a line too
 *
 * Memory's later allocations succeed again: what cannot be had once is where errors are handled
 * badly; a program without any memory only dies sooner. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef enum kind { NONE, WRITE, READ, MEMORY } kind;
typedef enum how { FAILS, IS_SHORT, GETS_SIGNAL } how;

static kind wanted;
static how way;
static long at;
static int number; /* an errno or a signal */
static int log_fd = -1;
static bool is_traced;
static atomic_long calls;
static atomic_bool is_on;

static void say(const char *what, const char *name, const char *path, long n)
{
    char line[1024];
    const int kept = errno;
    const int length = snprintf(line, sizeof line, "%s %ld %s %s\n", what, n, name, path);
    if (log_fd >= 0 && length > 0)
        syscall(SYS_write, log_fd, line,
                (size_t)length < sizeof line ? (size_t)length : sizeof line - 1);
    errno = kept;
}

/* Is this the call? Then errno is set, or the signal has come and gone. */
static bool strikes(kind k, const char *name, const char *path)
{
    if (!atomic_load_explicit(&is_on, memory_order_relaxed) || k != wanted)
        return false;
    const long n = atomic_fetch_add(&calls, 1) + 1;
    if (is_traced && k != MEMORY)
        say("call", name, path, n);
    if (n != at)
        return false;
    say("struck", name, path, n);
    if (way == GETS_SIGNAL) {
        raise(number);
        return false;
    }
    errno = way == IS_SHORT ? 0 : number;
    return true;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* ---- from main on ---- */

static int (*program_main)(int, char **, char **);

static int counted_main(int argc, char **argv, char **envp)
{
    atomic_store(&is_on, wanted != NONE);
    return program_main(argc, argv, envp);
}

static void leave(void)
{
    if (atomic_exchange(&is_on, false))
        say("calls", "in", "all", atomic_load(&calls));
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack)
{
    const char *said = getenv("FAULTS_KIND"), *n = getenv("FAULTS_AT"),
               *manner = getenv("FAULTS_HOW");
    const char *fd = getenv("FAULTS_LOG");
    wanted = !said ? NONE : !strcmp(said, "write") ? WRITE : !strcmp(said, "read") ? READ : MEMORY;
    at = n ? atol(n) : 0;
    log_fd = fd ? atoi(fd) : -1;
    is_traced = getenv("FAULTS_TRACE") != NULL;
    if (manner && !strcmp(manner, "short"))
        way = IS_SHORT;
    else if (manner && !strncmp(manner, "signal=", 7))
        way = GETS_SIGNAL, number = atoi(manner + 7);
    else
        number = manner ? atoi(manner) : EIO;
    unsetenv("LD_PRELOAD"); /* what the program starts is not what is tested */
    program_main = main;
    atexit(leave);
    return REAL(__libc_start_main)(counted_main, argc, argv, init, fini, rtld_fini, stack);
}

/* ---- files by name ---- */

static bool writes(int flags)
{
    return (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;
}

/* A folder that is opened to be synced or to look from is neither read nor written. */
static kind of_open(int flags)
{
    return writes(flags) ? WRITE : READ;
}

#define MODE_OF(flags, mode)                                                                       \
    do {                                                                                           \
        if ((flags) & (O_CREAT | O_TMPFILE)) {                                                     \
            va_list args;                                                                          \
            va_start(args, flags);                                                                 \
            mode = va_arg(args, mode_t);                                                           \
            va_end(args);                                                                          \
        }                                                                                          \
    } while (0)

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return strikes(of_open(flags), "open", path) ? -1 : REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return strikes(of_open(flags), "open", path) ? -1 : REAL(open64)(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return strikes(of_open(flags), "openat", path) ? -1 : REAL(openat)(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...)
{
    mode_t mode = 0;
    MODE_OF(flags, mode);
    return strikes(of_open(flags), "openat", path) ? -1 : REAL(openat64)(folder, path, flags, mode);
}

static kind of_mode(const char *mode)
{
    return strpbrk(mode, "wa+") ? WRITE : READ;
}

FILE *fopen(const char *path, const char *mode)
{
    return strikes(of_mode(mode), "fopen", path) ? NULL : REAL(fopen)(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return strikes(of_mode(mode), "fopen", path) ? NULL : REAL(fopen64)(path, mode);
}

int rename(const char *from, const char *to)
{
    return strikes(WRITE, "rename", to) ? -1 : REAL(rename)(from, to);
}

int renameat(int a, const char *from, int b, const char *to)
{
    return strikes(WRITE, "renameat", to) ? -1 : REAL(renameat)(a, from, b, to);
}

int link(const char *from, const char *to)
{
    return strikes(WRITE, "link", to) ? -1 : REAL(link)(from, to);
}

int unlink(const char *path)
{
    return strikes(way == GETS_SIGNAL ? WRITE : NONE, "unlink", path) ? -1 : REAL(unlink)(path);
}

int mkdir(const char *path, mode_t mode)
{
    return strikes(WRITE, "mkdir", path) ? -1 : REAL(mkdir)(path, mode);
}

char *mkdtemp(char *path)
{
    return strikes(WRITE, "mkdtemp", path) ? NULL : REAL(mkdtemp)(path);
}

ssize_t readlink(const char *restrict path, char *restrict to, size_t size)
{
    return strikes(READ, "readlink", path) ? -1 : REAL(readlink)(path, to, size);
}

DIR *opendir(const char *path)
{
    return strikes(READ, "opendir", path) ? NULL : REAL(opendir)(path);
}

int scandir(const char *restrict path, struct dirent ***restrict list,
            int (*is_wanted)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **))
{
    return strikes(READ, "scandir", path) ? -1 : REAL(scandir)(path, list, is_wanted, compare);
}

/* Nothing of finnc's talks to a network; a line says who does. */
int socket(int domain, int type, int protocol)
{
    if (atomic_load_explicit(&is_on, memory_order_relaxed))
        say("socket", "socket", "", domain);
    return REAL(socket)(domain, type, protocol);
}

/* ---- open files ---- */

ssize_t write(int fd, const void *data, size_t nbytes)
{
    if (fd != 2 && strikes(WRITE, "write", "")) {
        if (way != IS_SHORT || nbytes < 2)
            return way == IS_SHORT ? REAL(write)(fd, data, nbytes) : -1;
        nbytes /= 2;
    }
    return REAL(write)(fd, data, nbytes);
}

ssize_t pwrite(int fd, const void *data, size_t nbytes, off_t offset)
{
    return strikes(WRITE, "pwrite", "") ? -1 : REAL(pwrite)(fd, data, nbytes, offset);
}

ssize_t read(int fd, void *data, size_t nbytes)
{
    if (strikes(READ, "read", "")) {
        if (way != IS_SHORT)
            return -1;
        nbytes = nbytes > 0;
    }
    return REAL(read)(fd, data, nbytes);
}

/* What the two above and below are called as where sizes are checked (_FORTIFY_SOURCE). */
ssize_t __read_chk(int fd, void *data, size_t nbytes, size_t room);
ssize_t __read_chk(int fd, void *data, size_t nbytes, size_t room)
{
    return nbytes <= room ? read(fd, data, nbytes) : -1;
}

ssize_t __readlink_chk(const char *path, char *to, size_t size, size_t room);
ssize_t __readlink_chk(const char *path, char *to, size_t size, size_t room)
{
    return size <= room ? readlink(path, to, size) : -1;
}

size_t __fread_chk(void *data, size_t room, size_t size, size_t count, FILE *stream);
size_t __fread_chk(void *data, size_t room, size_t size, size_t count, FILE *stream)
{
    return size == 0 || count <= room / size ? fread(data, size, count, stream) : 0;
}

int fsync(int fd)
{
    return strikes(WRITE, "fsync", "") ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
    return strikes(WRITE, "fdatasync", "") ? -1 : REAL(fdatasync)(fd);
}

int fchmod(int fd, mode_t mode)
{
    return strikes(WRITE, "fchmod", "") ? -1 : REAL(fchmod)(fd, mode);
}

int ftruncate(int fd, off_t length)
{
    return strikes(WRITE, "ftruncate", "") ? -1 : REAL(ftruncate)(fd, length);
}

/* The file is closed all the same: that is what Linux does. */
int close(int fd)
{
    const int flags = fcntl(fd, F_GETFL);
    const bool is_struck =
        flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && strikes(WRITE, "close", "");
    const int error = errno;
    const int result = REAL(close)(fd);
    if (is_struck && way != IS_SHORT)
        errno = error;
    return is_struck && way != IS_SHORT ? -1 : result;
}

int fstat(int fd, struct stat *info)
{
    return strikes(READ, "fstat", "") ? -1 : REAL(fstat)(fd, info);
}

void *mmap(void *where, size_t length, int protection, int flags, int fd, off_t offset)
{
    return fd >= 0 && strikes(READ, "mmap", "")
               ? MAP_FAILED
               : REAL(mmap)(where, length, protection, flags, fd, offset);
}

ssize_t getrandom(void *data, size_t nbytes, unsigned flags)
{
    return strikes(WRITE, "getrandom", "") ? -1 : REAL(getrandom)(data, nbytes, flags);
}

/* ---- the C library's streams: their own calls of the system do not come past here ---- */

static bool is_written(FILE *stream)
{
    const int fd = fileno(stream), flags = fd >= 0 ? fcntl(fd, F_GETFL) : -1;
    return fd != 2 && flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

/* A memory stream has no file: fileno says -1. A struck flush leaves the stream in error, as a disk
 * would. */
int fflush(FILE *stream)
{
    if (stream && is_written(stream) && strikes(WRITE, "fflush", ""))
        return EOF;
    return REAL(fflush)(stream);
}

int fclose(FILE *stream)
{
    const bool is_struck = is_written(stream) && strikes(WRITE, "fclose", "");
    const int error = errno, result = REAL(fclose)(stream);
    if (is_struck)
        errno = error;
    return is_struck ? EOF : result;
}

size_t fread(void *restrict data, size_t size, size_t count, FILE *restrict stream)
{
    if (fileno(stream) >= 0 && strikes(READ, "fread", "")) {
        if (way == IS_SHORT)
            return REAL(fread)(data, size, count, stream);
        /* Leaves the stream in error as a failed read does: ferror has to say so. */
        const int error = errno, fd = fileno(stream), hole = REAL(open)("/proc/self/mem", O_RDONLY);
        const int kept = fcntl(fd, F_DUPFD_CLOEXEC, 100);
        dup2(hole, fd);
        const size_t n = REAL(fread)(data, size, count, stream);
        dup2(kept, fd);
        REAL(close)(kept);
        REAL(close)(hole);
        errno = error;
        return n;
    }
    return REAL(fread)(data, size, count, stream);
}

/* ---- memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *ptr, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static bool is_out_of_memory(const char *name)
{
    return strikes(MEMORY, name, "");
}

void *malloc(size_t size)
{
    return is_out_of_memory("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_out_of_memory("calloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *ptr, size_t size)
{
    return size > 0 && is_out_of_memory("realloc") ? NULL : __libc_realloc(ptr, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return is_out_of_memory("aligned_alloc") ? NULL : __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
    return is_out_of_memory("memalign") ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **ptr, size_t alignment, size_t size)
{
    void *block = is_out_of_memory("posix_memalign") ? NULL : __libc_memalign(alignment, size);
    if (block)
        *ptr = block;
    return block ? 0 : ENOMEM;
}
