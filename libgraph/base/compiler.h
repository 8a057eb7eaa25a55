/* The one place (besides interp/fast) that knows what compilers offer beyond C17. */
#ifndef FNC_COMPILER_H
#define FNC_COMPILER_H

#include <finnc/ctx.h>

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FNC_UNUSED __attribute__((unused))

/* Checked arithmetic on sizes from outside: true, and `*r` set, if the result is what mathematics
 * says. */
static inline bool fnc_mul(size_t a, size_t b, size_t *r)
{
    return !__builtin_mul_overflow(a, b, r);
}

static inline bool fnc_add(size_t a, size_t b, size_t *r)
{
    return !__builtin_add_overflow(a, b, r);
}

static inline bool fnc_mul_i64(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_mul_overflow(a, b, r);
}

static inline bool fnc_add_i64(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_add_overflow(a, b, r);
}

/* Rounds up to a multiple of `to`, a power of two. */
static inline bool fnc_align_up(size_t a, size_t to, size_t *r)
{
    if (!fnc_add(a, to - 1, r))
        return false;
    *r &= ~(to - 1);
    return true;
}

static inline bool fnc_to_int(int64_t x, int *r)
{
    if (x < INT_MIN || x > INT_MAX)
        return false;
    *r = (int)x;
    return true;
}

/* x >= 0 as a size. */
static inline bool fnc_to_size(int64_t x, size_t *r)
{
    if (x < 0 || (uint64_t)x > SIZE_MAX)
        return false;
    *r = (size_t)x;
    return true;
}

/* A place, left by itself when the block ends: FNC_AT(cx, "pass", name, NULL); */
typedef struct fnc_place {
    finnc_ctx *cx;
    int depth;
} fnc_place;

static inline void fnc_place_leave(fnc_place *place)
{
    finnc_ctx_leave(place->cx, place->depth);
}

#define FNC_JOIN_(a, b) a##b
#define FNC_JOIN(a, b)  FNC_JOIN_(a, b)
#define FNC_AT(cx, kind, name, detail)                                                             \
    FNC_UNUSED __attribute__((cleanup(fnc_place_leave))) fnc_place FNC_JOIN(                       \
        fnc_place_, __LINE__) = {(cx), finnc_ctx_enter((cx), (kind), (name), (detail))}
/* The last failure's words without the places that are entered now, to be said again behind them.
 */
const char *fnc_ctx_words(const finnc_ctx *cx);
/* A context for another thread that works for this one's user: the same allocator, `threads`
 * threads for its kernels, one of `shares` equal parts of the memory that the cap leaves; silent,
 * cancelled with it and late with it. Ended with finnc_ctx_destroy. NULL: no memory. */
finnc_ctx *fnc_ctx_fork(const finnc_ctx *cx, int threads, int shares);

#define FNC_AT_FILE(cx, path)   FNC_AT(cx, "", path, NULL)
#define FNC_AT_PASS(cx, pass)   FNC_AT(cx, "pass", pass, NULL)
#define FNC_AT_TENSOR(cx, name) FNC_AT(cx, "tensor", name, NULL)
#define FNC_AT_NODE(cx, node)   FNC_AT(cx, "", finnc_node_name(node), finnc_node_op_type(node))

#endif
