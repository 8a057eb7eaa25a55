/* Operators of a program's own: what they are (finnc_op, in op.h) and what they do (a kernel).
 *
 * A program fills a record of each, and names them when it makes its context:
 *
 *     static const finnc_own_op ops[] = {{&clip_op, &clip_kernel}, {NULL, NULL}};
 *     finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.ops = ops});
 *
 * Every model made or read with that context knows them, in checks, inference, passes, drawings and
 * runs, as it knows finnc's own; so do its clones and parts. Nothing is registered anywhere:
 * another context does not see them. docs/embedding.md has a whole one. */
#ifndef FINNC_KERNEL_H
#define FINNC_KERNEL_H

#include <finnc/op.h>

FINNC_BEGIN_DECLS

/** One run of one node, seen by its kernel. Lives until the kernel returns, as does everything that
 * is borrowed from it. */
typedef struct finnc_call finnc_call;

/** Which element types a kernel takes as they are. */
typedef enum finnc_takes {
    /** float, double, int8_t to int64_t, uint8_t to uint64_t, BOOL as uint8_t, complex numbers,
     * strings. Smaller ones come widened: floats of 16 bits and fewer as FLOAT, packed integers as
     * INT8 and UINT8. An output of the widened type goes back to the type that the first such input
     * had. */
    FINNC_TAKES_WIDE = 0,
    FINNC_TAKES_BYTES, /**< anything of whole bytes: elements are moved, not looked at */
    FINNC_TAKES_ALL    /**< packed ones too */
} finnc_takes;

/** What an op does. */
typedef struct finnc_kernel {
    /** Reads the call's inputs, makes its outputs and fills them. They have passed the op's record:
     * inputs are there unless it says OPTIONAL, of the types that it names. May be called on
     * several threads at once, for different calls: keeps nothing. A failure needs no place, the
     * node's is declared. */
    finnc_status (*run)(finnc_call *call);
    finnc_takes takes;
} finnc_kernel;

/** An operator of a program's own. It lives in a domain of its own: an op that finnc knows already,
 * or that a function of the model defines, is not replaced. */
typedef struct finnc_own_op {
    const finnc_op *op;         /**< NULL: the end of the list */
    const finnc_kernel *kernel; /**< NULL: it cannot be run */
} finnc_own_op;

/** Is the record well made? BAD_VALUE says what is not: a type that it does not define, a default
 * of another kind, versions out of order, the name of an op that finnc has. What finnc does with
 * such a record is not defined: a program asks once for each, in its tests. */
FINNC_API FINNC_MUST_USE finnc_status finnc_op_check(finnc_ctx *cx, const finnc_op *op);

/** The kernel that the program gave for the node's op; NULL: none, or it is an op of finnc's. */
FINNC_API const finnc_kernel *finnc_node_own_kernel(const finnc_node *node);

/** A tensor as kernels like it: aligned elements, row by row. */
typedef struct finnc_array {
    finnc_elem elem; /**< UNDEFINED: the optional input is absent */
    int rank;
    int64_t nelems;
    const int64_t *dims; /**< rank */
    const void *data;
} finnc_array;

/* ---- what a kernel is given ---- */

FINNC_API finnc_ctx *finnc_call_ctx(const finnc_call *call);
/** For its attributes (finnc_node_int, ...) and the annotations of its values. */
FINNC_API const finnc_node *finnc_call_node(const finnc_call *call);
FINNC_API int finnc_call_version(const finnc_call *call); /**< as finnc_node_version */
FINNC_API size_t finnc_call_ninputs(const finnc_call *call);
FINNC_API size_t finnc_call_noutputs(const finnc_call *call);
FINNC_API bool finnc_call_has(const finnc_call *call, size_t i); /**< is input `i` there? */
/** Input `i`; one of element type UNDEFINED if it is absent. */
FINNC_API finnc_array finnc_call_input(const finnc_call *call, size_t i);
/** The tensor that input `i` is, as it came; NULL if it is absent. */
FINNC_API const finnc_tensor *finnc_call_tensor(const finnc_call *call, size_t i);
/** Input `i`, integers of any type, as `count` int64_t. */
FINNC_API FINNC_MUST_USE finnc_status finnc_call_ints(finnc_call *call, size_t i,
                                                      const int64_t **ints, int64_t *count);
/** Input `i`, one number of any type. BAD_VALUE: it has more elements, or none. */
FINNC_API FINNC_MUST_USE finnc_status finnc_call_scalar(finnc_call *call, size_t i, double *x);

/* ---- what it makes ---- */

/** Makes output `o`; `data` receives the place of its elements, undefined as yet, to be written
 * until the kernel returns. Made in vain if nobody wants that output. Strings are finnc_string,
 * empty at first; what they point to is copied when the kernel returns. BAD_VALUE: no tensor has
 * such a shape; NO_MEMORY. */
FINNC_API FINNC_MUST_USE finnc_status finnc_call_output(finnc_call *call, size_t o, finnc_elem elem,
                                                        int rank, const int64_t *dims, void **data);
/** The same, of element type and shape of `like`. */
FINNC_API FINNC_MUST_USE finnc_status finnc_call_output_like(finnc_call *call, size_t o,
                                                             const finnc_array *like, void **data);
/** Makes output `o` a tensor that exists: retained, nothing is copied. */
FINNC_API FINNC_MUST_USE finnc_status finnc_call_share(finnc_call *call, size_t o,
                                                       const finnc_tensor *tensor);
FINNC_API bool finnc_call_wants(const finnc_call *call, size_t o);
/** `count` times `size` bytes until the kernel returns: undefined, aligned to 64 bytes. NULL,
 * without words: there is no memory (finnc_no_memory has words). */
FINNC_API void *finnc_call_scratch(finnc_call *call, size_t size, int64_t count);

/* ---- threads ---- */

/** Calls body(user, begin, end) for ranges that make up [0, count), side by side if the whole is
 * worth it; `cost`: of one item, in additions. Bodies write to places of their own, so that results
 * do not depend on the number of threads. */
FINNC_API void finnc_call_parallel(const finnc_call *call, int64_t count, int64_t cost,
                                   void (*body)(void *user, int64_t begin, int64_t end),
                                   void *user);

FINNC_END_DECLS
#endif
