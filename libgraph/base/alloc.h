/* Memory from the context's allocator, counted against its cap. alloc.c alone names the C library's
 * allocator. */
#ifndef FNC_ALLOC_H
#define FNC_ALLOC_H

#include "compiler.h"

/* `nbytes` of zeros, aligned to 64 bytes; NULL, without words, when there is none: the caller says
 * finnc_no_memory(cx). 0 bytes is fine. */
void *fnc_alloc(finnc_ctx *cx, size_t nbytes);
/* Grows or shrinks; new bytes are zero. The old block stays if the answer is NULL. `ptr` may be
 * NULL. */
void *fnc_realloc(finnc_ctx *cx, void *ptr, size_t nbytes);
void fnc_free(finnc_ctx *cx, void *ptr);

#define FNC_ALLOC_ARRAY(cx, type, count) ((type *)fnc_alloc_array((cx), sizeof(type), (count)))
void *fnc_alloc_array(finnc_ctx *cx, size_t size, size_t count);

#endif
