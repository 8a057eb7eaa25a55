/* What a kernel sees of the run it is part of.
 *
 * A kernel is a record named after its row in ops.def; it reads fnc_call.in, asks for outputs and
 * scratch, and fills them. It keeps nothing: outputs belong to the plan, scratch is taken back when
 * it returns. Failures need no place, the driver has declared the node. */
#ifndef FNC_KERNEL_H
#define FNC_KERNEL_H

#include "elem.h"
#include "patience.h"

#include <finnc/kernel.h>
#include <finnc/run.h>

/* Kernels of a program's own (finnc/kernel.h) are kernels like these, which see less of their call.
 */
typedef finnc_array fnc_array;
typedef finnc_call fnc_call;
typedef finnc_takes fnc_takes;
typedef finnc_kernel fnc_kernel;
#define FNC_TAKES_WIDE                                                                             \
    FINNC_TAKES_WIDE /* the C types of elem.h; smaller ones come and go widened */
#define FNC_TAKES_BYTES FINNC_TAKES_BYTES /* strings as finnc_string */
#define FNC_TAKES_ALL   FINNC_TAKES_ALL

typedef struct fnc_grid fnc_grid;

struct finnc_call {
    finnc_ctx *cx;
    const finnc_node *node; /* for its attributes and annotations */
    int version;            /* of the op: as finnc_node_version */
    int threads;            /* that fnc_parallel may use */
    size_t ninputs, noutputs;
    const fnc_array *in;   /* ninputs; each of a type that the op's record takes there, those of one
                              type variable of one type (but float and double in arithmetic) */
    const fnc_grid *grids; /* of inputs 0 and 1 of a linear op (grid.h); else NULL */
    struct fnc_grid_kept *kept; /* of these inputs, in a plan; else NULL */
    struct fnc_step_state *state;
};

#define OP(row, state) extern const fnc_kernel fnc_kernel_##row;
#include <ops/ops.def>
#undef OP

/* The kernel for a node's op, or NULL. */
const fnc_kernel *fnc_kernel_find(const finnc_node *node);

/* ---- inputs ---- */

static inline bool fnc_has(const fnc_call *call, size_t i)
{
    return i < call->ninputs && call->in[i].elem != FINNC_ELEM_UNDEFINED;
}
/* BAD_VALUE unless inputs 0 to count - 1 are there. */
FINNC_MUST_USE finnc_status fnc_need_inputs(fnc_call *call, size_t count);
/* BAD_VALUE unless input `i`, which is there, has this shape (-1: any number of elements); the
 * words name the input and both shapes. */
FINNC_MUST_USE finnc_status fnc_need_shape(fnc_call *call, size_t i, int rank, const int64_t *dims);
/* The tensor that input `i` is, as it came. */
const finnc_tensor *fnc_in_tensor(const fnc_call *call, size_t i);
/* Input `i`, integers, as int64_t in scratch. */
FINNC_MUST_USE finnc_status fnc_in_ints(fnc_call *call, size_t i, const int64_t **ints,
                                        int64_t *count);
/* Input `i`, one number of any type. */
FINNC_MUST_USE finnc_status fnc_in_scalar(fnc_call *call, size_t i, double *x);
/* Input `i` in another element type: itself, or a copy in scratch. */
FINNC_MUST_USE finnc_status fnc_in_as(fnc_call *call, size_t i, finnc_elem elem, fnc_array *array);
/* UNSUPPORTED: the op has no loop for input `i`'s element type. */
FINNC_MUST_USE FINNC_COLD finnc_status fnc_bad_elem(fnc_call *call, size_t i);
/* An axis from outside as 0 to rank - 1 (`span` = rank) or an insertion point (`span` = rank + 1).
 */
FINNC_MUST_USE finnc_status fnc_axis(fnc_call *call, int64_t axis, int span, int *r);
/* A list that is an attribute in old versions and input `i` in new ones (nodes/versioned_list.h);
 * NULL if absent. */
FINNC_MUST_USE finnc_status fnc_attr_or_input(fnc_call *call, const char *name, size_t i,
                                              const int64_t **ints, int64_t *count);
/* The attribute `name` as `count` integers, each `fallback` if it is absent. BAD_VALUE if they are
 * of another number, or one is below `least`. */
FINNC_MUST_USE finnc_status fnc_attr_ints_or(fnc_call *call, const char *name, int64_t count,
                                             int64_t fallback, int64_t least, int64_t *ints);

/* ---- outputs and scratch ---- */

/* fnc_out(call, o, elem, rank, dims, &data) makes output `o`, with undefined elements; `data`, a
 * pointer to any type, gets their place, which may be written until the kernel returns. Made in
 * vain if nobody wants that output. fnc_out_like(call, o, like, &data) does so like another array.
 * Strings are empty finnc_string at first; whatever they point to in the end is copied, and may be
 * an input's or lie in scratch. */
#define fnc_out(call, o, elem, rank, dims, data)                                                   \
    fnc_out_at((call), (o), (elem), (rank), (dims), FNC_PLACE_OF(data))
#define fnc_out_like(call, o, like, data) fnc_out_like_at((call), (o), (like), FNC_PLACE_OF(data))
/* The address of a pointer, whatever that points to; anything else does not compile. */
#define FNC_PLACE_OF(data) ((void)sizeof(&**(data)), (void *)(data))
FINNC_MUST_USE finnc_status fnc_out_at(fnc_call *call, size_t o, finnc_elem elem, int rank,
                                       const int64_t *dims, void *place);
FINNC_MUST_USE finnc_status fnc_out_like_at(fnc_call *call, size_t o, const fnc_array *like,
                                            void *place);
/* Makes output `o` a tensor that exists: nothing is copied. Retains it. */
FINNC_MUST_USE finnc_status fnc_out_share(fnc_call *call, size_t o, const finnc_tensor *tensor);
/* Input `i` under another shape. */
FINNC_MUST_USE finnc_status fnc_out_reshape(fnc_call *call, size_t o, size_t i, int rank,
                                            const int64_t *dims);
bool fnc_out_is_wanted(const fnc_call *call, size_t o);

/* Memory until the kernel returns: undefined, aligned to 64 bytes; NULL without words. */
void *fnc_scratch(fnc_call *call, size_t nbytes);
void *fnc_scratch_array(fnc_call *call, size_t size, int64_t count);
#define FNC_SCRATCH(call, type, count) ((type *)fnc_scratch_array((call), sizeof(type), (count)))

/* ---- subgraphs ---- */

typedef struct fnc_body fnc_body;
/* Those of the node, in the order of its attributes: the one of that name and (in a list of
 * graphs) number. BAD_VALUE if it has none, or if the body's inputs or outputs are not as many
 * (SIZE_MAX: any number). */
FINNC_MUST_USE finnc_status fnc_need_body(fnc_call *call, const char *name, size_t ninputs,
                                          size_t noutputs, fnc_body **body);
size_t fnc_body_ninputs(const fnc_body *body);
size_t fnc_body_noutputs(const fnc_body *body);
/* The body's graph, for what its inputs and outputs are declared to be. */
const finnc_graph *fnc_body_graph(const fnc_body *body);
/* Runs it on `inputs`, one per input of its graph. `outputs` receives references that the caller
 * releases, one per output; on failure it is untouched. Never inside itself. */
FINNC_MUST_USE finnc_status fnc_body_run(fnc_call *call, fnc_body *body,
                                         const finnc_tensor *const *inputs, finnc_tensor **outputs);

/* ---- threads ---- */

/* Calls body(user, begin, end) for ranges that make up [0, count), side by side if the whole is
 * worth it; `cost`: of one item, in additions. Bodies write to places of their own, so results do
 * not depend on the number of threads. */
void fnc_parallel(const fnc_call *call, int64_t count, int64_t cost,
                  void (*body)(void *user, int64_t begin, int64_t end), void *user);
/* The same for work that may take minutes: once somebody cancels, or the time is over, it leaves
 * the rest undone, and whoever drives the kernel fails. Until then outputs are anything: only for
 * results that nothing is looked up by. */
void fnc_parallel_long(const fnc_call *call, int64_t count, int64_t cost,
                       void (*body)(void *user, int64_t begin, int64_t end), void *user);
/* Did somebody cancel, or is the time over? For long work within one item, or outside of these two;
 * where asking each time would take longer than the work, see patience.h. */
bool fnc_is_stopped(const fnc_call *call);
/* So many additions as a cost: products of sizes that might not fit are taken in double. */
static inline int64_t fnc_cost(double additions)
{
    return additions < 1e15 ? (int64_t)additions : INT64_C(1000000000000000);
}
/* Which of fnc_call.threads the body runs on: for scratch of its own. */
int fnc_parallel_thread(void);

#endif
