/* Asking the context's limits. */
#ifndef FNC_LIMIT_H
#define FNC_LIMIT_H

#include "compiler.h"

/* NO_MEMORY, with words that name the limit and the option that raises it, if `asked` is beyond. */
FINNC_MUST_USE finnc_status fnc_need_within(finnc_ctx *cx, finnc_limit limit, uint64_t asked);
/* Would finnc_ctx_check fail? From any thread. */
bool fnc_ctx_is_stopped(const finnc_ctx *cx);

#endif
