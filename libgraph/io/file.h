/* Files as the readers and writers need them: looked into without being read, and replaced wholly
 * or not at all. fnc_file_map is declared in ir/ir.h. */
#ifndef FNC_FILE_H
#define FNC_FILE_H

#include "../ir/ir.h"

#include <sys/types.h>

/* Fails with what the system said of `what` ("cannot open it"): NOT_FOUND if there is no such file,
 * NO_MEMORY, else BAD_FILE. `error` is an errno. */
FINNC_COLD finnc_status fnc_file_fail(finnc_ctx *cx, const char *what, int error);

/* Maps what `fd` was opened on, which it may outlive; BAD_FILE if that is no regular file. */
FINNC_MUST_USE finnc_status fnc_file_map_regular(finnc_ctx *cx, int fd, fnc_backing **backing);
/* Are the two the same file or folder? */
bool fnc_file_same(const char *a, const char *b);
/* The folder part of `path` ("." if there is none) in `arena`; NULL: no memory. */
char *fnc_file_folder(fnc_arena *arena, const char *path);
/* Where links lead to from `path` in the end, whether there is something or not. */
FINNC_MUST_USE finnc_status fnc_file_find_target(finnc_ctx *cx, fnc_arena *arena, const char *path,
                                                 const char **target);
/* The folder that this lies in. */
FINNC_MUST_USE finnc_status fnc_file_find_folder(finnc_ctx *cx, fnc_arena *arena, const char *path,
                                                 const char **folder);

/* A file in the making: a temporary one in the target's folder that takes the target's place when
 * it is complete. A link is followed and what it names is replaced; a pipe, a device or a file
 * that the process has open (/dev/stdout, /dev/fd/3) is written to directly. */
typedef struct fnc_file_out {
    finnc_ctx *cx;
    int fd; /* -1: none */
    bool direct;
    fnc_arena arena;
    const char *path;      /* as the caller named it, for words */
    const char *target;    /* what is replaced: links followed */
    const char *folder;    /* the target's */
    const char *temporary; /* NULL: none to remove */
    const char *aside;     /* the old file, while several are being replaced; NULL: none */
    bool is_moved;         /* by renaming: the target is empty until something is put there */
    uint8_t *buffer;
    size_t pending;  /* bytes in the buffer */
    uint64_t length; /* bytes given so far */
    finnc_status failed;
} fnc_file_out;

/* On failure there is nothing to undo. Otherwise end it with commit or drop. */
FINNC_MUST_USE finnc_status fnc_file_begin(finnc_ctx *cx, const char *path, fnc_file_out *out);
/* A failure stays in `out`, later calls do nothing, and commit reports it. */
void fnc_file_add(fnc_file_out *out, const void *data, size_t nbytes);
/* Zeros up to a multiple of `alignment`. */
void fnc_file_align(fnc_file_out *out, size_t alignment);
/* Writes out and syncs, so that only the renaming can fail after it. May be left to commit. */
FINNC_MUST_USE finnc_status fnc_file_finish(fnc_file_out *out);
/* Puts it in the target's place. Whatever happens, `out` is ended. */
FINNC_MUST_USE finnc_status fnc_file_commit(fnc_file_out *out);
/* Puts several in their places, in this order: all, or none and each target is as it was. A power
 * cut between two renamings is what it cannot help. Whatever happens, all are ended. */
FINNC_MUST_USE finnc_status fnc_files_commit(fnc_file_out *const *outs, size_t count);
/* Ends it and leaves the target as it was. */
void fnc_file_drop(fnc_file_out *out);

#endif
