/* Buffers for intermediate tensors, given back when the last reference goes and used again.
 *
 * The pool is the buffer plan at work: the plan says after which node a tensor is dead, and the
 * next tensor of about that size takes its memory. A tensor that somebody retained keeps its
 * buffer, and the pool's memory, beyond the session. */
#ifndef FNC_POOL_H
#define FNC_POOL_H

#include <base/compiler.h>
#include <finnc/tensor.h>

typedef struct fnc_pool fnc_pool;
typedef struct fnc_buffer fnc_buffer;

FINNC_MUST_USE finnc_status fnc_pool_create(finnc_ctx *cx, fnc_pool **pool);
/* Buffers in use stay until their tensors go. */
void fnc_pool_destroy(fnc_pool *pool);

/* At least `nbytes`, undefined, aligned to 64 bytes; NULL without words. */
fnc_buffer *fnc_pool_take(fnc_pool *pool, size_t nbytes);
void *fnc_buffer_data(fnc_buffer *buffer);
void fnc_buffer_give_back(fnc_buffer *buffer);
/* The same, kept on a chain (which starts as NULL) that is given back as a whole. */
void *fnc_pool_scratch(fnc_pool *pool, fnc_buffer **chain, size_t nbytes);
void fnc_buffer_give_back_all(fnc_buffer **chain);
/* A tensor over a buffer, which goes back with the tensor's last reference. Takes the buffer, also
 * on failure. */
FINNC_MUST_USE finnc_status fnc_buffer_to_tensor(finnc_ctx *cx, fnc_buffer *buffer, finnc_elem elem,
                                                 int rank, const int64_t *dims,
                                                 finnc_tensor **tensor);

/* Bytes of the tensors that are over buffers; the most since the last reset. */
uint64_t fnc_pool_peak(const fnc_pool *pool);
void fnc_pool_reset_peak(fnc_pool *pool);

#endif
