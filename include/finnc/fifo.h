/* How deep the FIFOs between hardware layers have to be: a simulation of the words that go through
 * a graph of layers bound to HLS or RTL, exact to the cycle for what finnc_layer_flow says of each
 * layer (docs/folding.md).
 *
 * Layers work as fast as words and room allow. A frame can begin as often as the slowest layer is
 * done with one; the depths found are the smallest with which that is so: none of them can be less
 * while the others stay. The width converters that InsertDWC will put between layers are there. */
#ifndef FINNC_FIFO_H
#define FINNC_FIFO_H

#include <finnc/io.h>
#include <finnc/layer.h>

FINNC_BEGIN_DECLS

typedef struct finnc_fifo_options {
    bool keeps; /**< nothing is chosen: the depths are those of inFIFODepths and outFIFODepths, or
                   of the StreamingFIFOs in the graph */
    size_t frames; /**< to look at before a design counts as never coming to rest; 0: 64 */
} finnc_fifo_options;

typedef struct finnc_fifo_plan finnc_fifo_plan;

/** Where a FIFO is if a width converter comes between two layers. */
typedef enum finnc_fifo_place {
    FINNC_FIFO_BETWEEN, /**< there is no converter */
    FINNC_FIFO_BEFORE,  /**< in front of it */
    FINNC_FIFO_BEHIND
} finnc_fifo_place;

typedef struct finnc_fifo {
    const finnc_node *from, *to; /**< NULL: the graph's input, its output */
    size_t output, input;        /**< of `from`, of `to` */
    const finnc_node *queue;     /**< the StreamingFIFO that is there already, if it is one; NULL */
    finnc_fifo_place place;
    int64_t words, width; /**< of a frame; bits of one */
    int64_t depth;        /**< words; 2: what layers have room for without a FIFO */
    int64_t peak;         /**< most words that waited; without `keeps`: with no end of room */
} finnc_fifo;

typedef struct finnc_fifo_summary {
    size_t nlayers, nfifos;
    const finnc_node *bottleneck; /**< the layer that takes most cycles, NULL: a converter does */
    int64_t least_period;         /**< those cycles */
    double period;                /**< cycles from one frame to the next */
    int64_t latency;              /**< cycles until the first frame is out */
    bool is_deadlock;             /**< with `keeps`: nothing moves any more */
    char words[1024];             /**< who waits for whom; or what a slow design waits for */
    double bits;                  /**< of all FIFOs deeper than 2 */
    size_t tries;                 /**< depths that were tried */
} finnc_fifo_summary;

/** `options` may be NULL. The plan lives no longer than the graph, unedited.
 * BAD_VALUE: a layer is not bound, a stream is read twice, layers do not agree about what they
 * exchange. UNSUPPORTED: a layer's flow is not known, a node is a hardware layer that nobody knows,
 * or with `keeps` frames do not come to rest within `frames`. */
FINNC_API FINNC_MUST_USE finnc_status finnc_fifo_search(finnc_ctx *cx, const finnc_graph *graph,
                                                        const finnc_fifo_options *options,
                                                        finnc_fifo_plan **plan);
FINNC_API void finnc_fifo_plan_destroy(finnc_fifo_plan *plan); /**< NULL is fine */
FINNC_API const finnc_fifo_summary *finnc_fifo_plan_summary(const finnc_fifo_plan *plan);
/** In the graph's order; NULL past the end. */
FINNC_API const finnc_fifo *finnc_fifo_plan_fifo(const finnc_fifo_plan *plan, size_t i);
/** Writes a folding file for ApplyConfig: inFIFODepths and outFIFODepths, the depth of FIFOs that
 * are there already, and the layers' own PE and SIMD, for which all this is right. */
FINNC_API FINNC_MUST_USE finnc_status finnc_fifo_plan_write(finnc_ctx *cx,
                                                            const finnc_fifo_plan *plan,
                                                            finnc_write_fn write, void *user);

FINNC_END_DECLS
#endif
