#include "limit.h"
#include "clock.h"
#include "ctx.h"

#include <inttypes.h>
#include <string.h>

/* ---- the table ---- */

static const struct row {
    finnc_limit_info info;
    size_t offset; /* in finnc_limits */
} rows[] = {
    [FINNC_LIMIT_TENSOR_BYTES] = {{"tensor-bytes", "bytes", "one tensor", UINT64_C(16) << 30, 0},
                                  offsetof(finnc_limits, tensor_bytes)},
    [FINNC_LIMIT_NODES] = {{"nodes", "nodes", "a model with its subgraphs and functions", 10000000,
                            0},
                           offsetof(finnc_limits, nodes)},
    [FINNC_LIMIT_NESTING] = {{"nesting", "graphs", "graphs in graphs, one in the other", 64, 64},
                             offsetof(finnc_limits, nesting)},
    [FINNC_LIMIT_STRING_BYTES] = {{"string-bytes", "bytes", "one name or text in a model",
                                   UINT64_C(64) << 20, 0},
                                  offsetof(finnc_limits, string_bytes)},
    [FINNC_LIMIT_PIXELS] = {{"pixels", "pixels", "one picture", UINT64_C(1) << 26,
                             UINT64_C(1) << 28},
                            offsetof(finnc_limits, pixels)},
};

enum { NROWS = sizeof rows / sizeof *rows };

const finnc_limit_info *finnc_limit_at(size_t i)
{
    return i < NROWS ? &rows[i].info : NULL;
}

bool finnc_limits_set(finnc_limits *limits, const char *name, uint64_t value)
{
    for (size_t i = 0; i < NROWS; i++)
        if (!strcmp(rows[i].info.name, name)) {
            if (rows[i].info.most && value > rows[i].info.most && value != FINNC_NO_LIMIT)
                return false;
            memcpy((char *)limits + rows[i].offset, &value, sizeof value);
            return true;
        }
    return false;
}

uint64_t finnc_ctx_limit(const finnc_ctx *cx, finnc_limit limit)
{
    const finnc_limit_info *info = &rows[limit].info;
    uint64_t value;
    memcpy(&value, (const char *)&cx->options.limits + rows[limit].offset, sizeof value);
    if (info->most && value > info->most)
        return info->most;
    return value ? value : info->usual;
}

finnc_status fnc_need_within(finnc_ctx *cx, finnc_limit limit, uint64_t asked)
{
    const uint64_t most = finnc_ctx_limit(cx, limit);
    const finnc_limit_info *info = &rows[limit].info;
    if (asked <= most)
        return FINNC_OK;
    if (most == info->most)
        return finnc_fail(cx, FINNC_NO_MEMORY,
                          "%s: %" PRIu64 " %s are beyond %" PRIu64
                          ", the most that the limit %s can be",
                          info->what, asked, info->unit, most, info->name);
    return finnc_fail(cx, FINNC_NO_MEMORY,
                      "%s: %" PRIu64 " %s are beyond the limit of %" PRIu64
                      " (--max %s=N raises it)",
                      info->what, asked, info->unit, most, info->name);
}

/* ---- time ---- */

void finnc_ctx_set_timeout(finnc_ctx *cx, double seconds)
{
    const double most = 1e9; /* thirty years, which still fit */
    cx->seconds = seconds > 0 ? seconds < most ? seconds : most : 0;
    cx->deadline = cx->seconds > 0 ? fnc_now_ns() + (int64_t)(cx->seconds * 1e9) : 0;
}

static bool is_late(const finnc_ctx *cx)
{
    return cx->deadline && fnc_now_ns() > cx->deadline;
}

bool fnc_ctx_is_stopped(const finnc_ctx *cx)
{
    for (; cx; cx = cx->parent)
        if (atomic_load_explicit(&cx->cancelled, memory_order_relaxed) || is_late(cx))
            return true;
    return false;
}

finnc_status finnc_ctx_check(finnc_ctx *cx)
{
    if (!fnc_ctx_is_stopped(cx))
        return FINNC_OK;
    for (const finnc_ctx *at = cx; at; at = at->parent)
        if (is_late(at) && !atomic_load(&at->cancelled))
            return finnc_fail(cx, FINNC_CANCELLED,
                              "the time is over: %g seconds are allowed (--timeout)", at->seconds);
    return finnc_fail(cx, FINNC_CANCELLED, "cancelled");
}
