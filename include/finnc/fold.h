/* Choosing how parallel each hardware layer is: the exact optimum over all legal PE, SIMD and
 * parallel_window of a graph of layers bound to HLS or RTL (docs/folding.md).
 *
 * A frame can begin as often as the slowest layer is done. Asked for a speed, the search gives the
 * cheapest design in which no layer takes more cycles; asked for nothing but budgets, the fastest
 * design within them, and of those the cheapest. Cheaper is what takes fewer LUTs; of equals fewer
 * BRAMs, DSP blocks, UltraRAMs, and then less parallelism. The width converters that InsertDWC
 * will put between layers count. */
#ifndef FINNC_FOLD_H
#define FINNC_FOLD_H

#include <finnc/io.h>
#include <finnc/layer.h>

FINNC_BEGIN_DECLS

/** In the order in which they make a design cheaper. */
typedef enum finnc_resource {
    FINNC_LUT,
    FINNC_BRAM_18K,
    FINNC_DSP,
    FINNC_URAM,
    FINNC_NRESOURCES
} finnc_resource;
/** "LUTs". */
FINNC_API const char *finnc_resource_name(finnc_resource resource);

typedef struct finnc_fold_goal {
    int64_t max_cycles; /**< of one layer; 0: as few as the budgets allow */
    bool has_budget[FINNC_NRESOURCES];
    double budget[FINNC_NRESOURCES];
    bool keeps; /**< nothing is chosen: the model's own folding is looked at */
} finnc_fold_goal;

typedef struct finnc_fold_plan finnc_fold_plan;

/** What became of one layer. */
typedef struct finnc_folded {
    const finnc_node *node;
    finnc_fold folds[FINNC_LAYER_MAX_FOLDS]; /**< `now` is what was chosen */
    int64_t before[FINNC_LAYER_MAX_FOLDS];   /**< what the model has */
    size_t nfolds;
    size_t nchoices; /**< 1: there was nothing to choose */
    int64_t cycles;
    double resources[FINNC_NRESOURCES];
} finnc_folded;

/** A width converter that the design needs. */
typedef struct finnc_fold_converter {
    const finnc_node *from, *to;
    size_t output, input;         /**< of `from`, of `to` */
    int64_t from_width, to_width; /**< bits of a word */
    double luts;
} finnc_fold_converter;

/** What keeps the design from being better. */
typedef enum finnc_fold_limit {
    FINNC_FOLD_KEPT,    /**< nothing was chosen */
    FINNC_FOLD_LAYER,   /**< a layer is as parallel as it can be */
    FINNC_FOLD_WIDTHS,  /**< faster layers have words that no converter can bring together */
    FINNC_FOLD_BUDGET,  /**< the next faster design does not fit */
    FINNC_FOLD_TARGET,  /**< a slower design would be cheaper */
    FINNC_FOLD_NOTHING, /**< no slower design is cheaper */
} finnc_fold_limit;

typedef struct finnc_fold_proof {
    finnc_fold_limit limit;
    const finnc_node *layer; /**< the bottleneck, or NULL */
    int64_t cycles;          /**< LAYER: its least; BUDGET: of the next faster design; TARGET: of
                                the next cheaper one */
    finnc_resource resource; /**< BUDGET, TARGET */
    double needed, budget; /**< of `resource`: what that design takes at the least, what there is */
    char words[640];       /**< all of it in a sentence */
} finnc_fold_proof;

typedef struct finnc_fold_summary {
    size_t nlayers, nconverters;
    int64_t max_cycles;             /**< of the slowest layer: a frame can begin that often */
    const finnc_node *bottleneck;   /**< the first that takes them; NULL if none takes any */
    double total[FINNC_NRESOURCES]; /**< converters included */
    double ndesigns;                /**< legal ones that there are */
} finnc_fold_summary;

/** Searches. `part` says which DSP blocks there are. The plan lives no longer than the graph,
 * unedited.
 * BAD_VALUE: a layer is not bound (SpecializeLayers), nodes have no names of their own
 * (GiveUniqueNodeNames), a stream is read twice, or the goal cannot be reached; the words tell what
 * could be. UNSUPPORTED: a node is a hardware layer that nobody knows; there are more foldings than
 * can be looked at (docs/limits.md); or the graph's branches, or several budgets at once, make more
 * partial designs, none of which is better than another, than can be kept. */
FINNC_API FINNC_MUST_USE finnc_status finnc_fold_search(finnc_ctx *cx, const finnc_graph *graph,
                                                        const finnc_part *part,
                                                        const finnc_fold_goal *goal,
                                                        finnc_fold_plan **plan);
FINNC_API void finnc_fold_plan_destroy(finnc_fold_plan *plan); /**< NULL is fine */
FINNC_API const finnc_fold_summary *finnc_fold_plan_summary(const finnc_fold_plan *plan);
/** In the graph's order; NULL past the end. */
FINNC_API const finnc_folded *finnc_fold_plan_layer(const finnc_fold_plan *plan, size_t i);
FINNC_API const finnc_fold_converter *finnc_fold_plan_converter(const finnc_fold_plan *plan,
                                                                size_t i);
FINNC_API const finnc_fold_proof *finnc_fold_plan_proof(const finnc_fold_plan *plan);
/** Writes FINN's folding file, which ApplyConfig takes: {"Defaults": {}, "MVAU_hls_0": {"PE": 4,
 * "SIMD": 8}}. */
FINNC_API FINNC_MUST_USE finnc_status finnc_fold_plan_write(finnc_ctx *cx,
                                                            const finnc_fold_plan *plan,
                                                            finnc_write_fn write, void *user);
/** Sets the attributes of the graph's layers of these names. NOT_FOUND: there is no such layer. */
FINNC_API FINNC_MUST_USE finnc_status finnc_fold_plan_apply(finnc_ctx *cx,
                                                            const finnc_fold_plan *plan,
                                                            finnc_graph *graph);

FINNC_END_DECLS
#endif
