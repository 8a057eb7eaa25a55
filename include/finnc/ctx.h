/* The context: memory, words for failures, log, progress and cancellation. Everything else is made
 * within one.
 *
 * A context belongs to one thread at a time (finnc_ctx_cancel is the exception) and outlives
 * whatever was made with it. Two contexts share nothing. */
#ifndef FINNC_CTX_H
#define FINNC_CTX_H

#include <finnc/export.h>
#include <finnc/limit.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

FINNC_BEGIN_DECLS

typedef struct finnc_ctx finnc_ctx;
struct finnc_own_op; /* kernel.h */
struct finnc_pass;   /* pass.h */

/** What became of a call. Anything but FINNC_OK leaves words in the context (finnc_ctx_message). */
typedef enum finnc_status {
    FINNC_OK = 0,
    FINNC_BAD_VALUE,   /**< an argument, attribute, shape or parameter is wrong */
    FINNC_BAD_FILE,    /**< a file is not what it should be, or cannot be read or written */
    FINNC_UNSUPPORTED, /**< well formed, but nobody here can do it: an op without a kernel, a newer
                          element type */
    FINNC_NOT_FOUND,   /**< no such pass, tensor, node, file */
    FINNC_NO_MEMORY,   /**< the allocator, the context's cap or one of its limits said no */
    FINNC_CANCELLED    /**< finnc_ctx_cancel was called, or the time is over */
} finnc_status;

typedef enum finnc_severity { FINNC_NOTE, FINNC_WARNING } finnc_severity;

/** What a program may set when it makes a context; all zero is a good default. */
typedef struct finnc_ctx_options {
    /** As realloc(3) with `size` 0 freeing; NULL uses the C library's. Has to be safe to call from
     * several threads. */
    void *(*realloc)(void *user, void *ptr, size_t size);
    /** Receives notes and warnings: one line, no line break. NULL drops them. */
    void (*log)(void *user, finnc_severity severity, const char *line);
    /** Called during long work with `done` of `total` steps (`total` 0: unknown); `what` is a
     * phrase such as "running". */
    void (*progress)(void *user, const char *what, size_t done, size_t total);
    void *user;          /**< handed to the three callbacks */
    uint64_t max_memory; /**< bytes that may be live at once; 0: no cap */
    int threads;         /**< threads that kernels may use; 0: one per core */
    /** Operators of the program's own, up to one with a NULL `op` (kernel.h); NULL: none. Known to
     * every model made or read with the context, and has to outlive all of those and their clones.
     */
    const struct finnc_own_op *ops;
    /** Passes of the program's own, up to a NULL; NULL: none. Pipelines read with the context know
     * them by name (finnc_pipeline_add takes any pass). Have to outlive the context. */
    const struct finnc_pass *const *passes;
    finnc_limits limits; /**< limit.h; all zero: the defaults */
} finnc_ctx_options;

/** Makes a context. `options` may be NULL. Returns NULL when there is no memory: the one call that
 * fails without words. */
FINNC_API finnc_ctx *finnc_ctx_create(const finnc_ctx_options *options);
/** Ends a context; NULL is fine. Everything made with it has to be ended before. */
FINNC_API void finnc_ctx_destroy(finnc_ctx *cx);

/** The last failure in words, with its place: "net.onnx: Concat_7 (Concat): axis 4 is outside a
 * tensor of rank 2".
 *  "" when nothing failed. Valid until the next failure or finnc_ctx_clear. */
FINNC_API const char *finnc_ctx_message(const finnc_ctx *cx);
/** Drops the words of a failure that the caller can live with. */
FINNC_API void finnc_ctx_clear(finnc_ctx *cx);

/** Makes the running call, and each later one, fail with FINNC_CANCELLED at its next step. Safe
 * from any thread and from a signal handler. finnc_ctx_resume takes it back. */
FINNC_API void finnc_ctx_cancel(finnc_ctx *cx);
FINNC_API void finnc_ctx_resume(finnc_ctx *cx);
/** Gives what is called from now on so many seconds, all together; then it fails as if cancelled,
 * and each later call too until the next finnc_ctx_set_timeout. 0, a negative number or NaN: as
 * long as it takes. Beyond 1e9, infinity too, is 1e9: thirty years. */
FINNC_API void finnc_ctx_set_timeout(finnc_ctx *cx, double seconds);
/** FINNC_CANCELLED, with words, once somebody cancelled or the time is over; long loops ask this.
 */
FINNC_API FINNC_MUST_USE finnc_status finnc_ctx_check(finnc_ctx *cx);

FINNC_API uint64_t finnc_ctx_live_bytes(const finnc_ctx *cx);
/** The most bytes that were live at once since the context was made or finnc_ctx_reset_peak was
 * called. */
FINNC_API uint64_t finnc_ctx_peak_bytes(const finnc_ctx *cx);
FINNC_API void finnc_ctx_reset_peak(finnc_ctx *cx);
/** Threads that kernels may use: at least 1. */
FINNC_API int finnc_ctx_threads(const finnc_ctx *cx);

/** What holds: finnc_ctx_options.limits, or the default. */
FINNC_API uint64_t finnc_ctx_limit(const finnc_ctx *cx, finnc_limit limit);

/** finnc_ctx_options.ops. */
FINNC_API const struct finnc_own_op *finnc_ctx_ops(const finnc_ctx *cx);
/** finnc_ctx_options.passes. */
FINNC_API const struct finnc_pass *const *finnc_ctx_passes(const finnc_ctx *cx);

/** Births a failure: words it in printf's manner behind the places declared so far, and returns
 * `status`. One line, lower case, no full stop, both sides of a contradiction. */
FINNC_API FINNC_PRINTF(3, 4) FINNC_COLD finnc_status
    finnc_fail(finnc_ctx *cx, finnc_status status, const char *format, ...);
FINNC_API FINNC_COLD finnc_status finnc_no_memory(finnc_ctx *cx);
/** Sends one line to the log, behind the same places. */
FINNC_API FINNC_PRINTF(3, 4) void finnc_log(finnc_ctx *cx, finnc_severity severity,
                                            const char *format, ...);
/** Reports progress to the callback, and answers like finnc_ctx_check. */
FINNC_API FINNC_MUST_USE finnc_status finnc_progress(finnc_ctx *cx, const char *what, size_t done,
                                                     size_t total);

/** Places: who knows where the work is says so around the calls it makes. `kind` is "" or a word
 * such as "pass". A place prints as "kind name (detail): "; `detail` may be NULL. The strings have
 * to live until the place is left. Leave with the depth that enter returned. */
FINNC_API int finnc_ctx_enter(finnc_ctx *cx, const char *kind, const char *name,
                              const char *detail);
FINNC_API void finnc_ctx_leave(finnc_ctx *cx, int depth);

/** Passes a failure up unchanged. */
#define FINNC_TRY(call)                                                                            \
    do {                                                                                           \
        finnc_status finnc_try_status = (call);                                                    \
        if (finnc_try_status != FINNC_OK)                                                          \
            return finnc_try_status;                                                               \
    } while (0)

FINNC_END_DECLS
#endif
