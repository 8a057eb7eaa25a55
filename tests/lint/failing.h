/* What static analysers cannot know of functions that they don't see: finnc_fail and its kin never
 * return FINNC_OK. Included before every source where they look (FINNC_LINT). */
#ifndef FNC_LINT_FAILING_H
#define FNC_LINT_FAILING_H

#include <finnc/ctx.h>

static inline finnc_status fnc_lint_failed(finnc_status status)
{
#ifdef __clang__
    __builtin_assume(status != FINNC_OK); /* no branch: then it is looked into however deep it is */
#else
    if (status == FINNC_OK)
        __builtin_unreachable();
#endif
    return status;
}

#ifndef FNC_LINT_DEFINES_THEM
#define finnc_fail(...)     fnc_lint_failed(finnc_fail(__VA_ARGS__))
#define finnc_no_memory(cx) fnc_lint_failed(finnc_no_memory(cx))
#endif

#endif
