/* What tensors hold while a model runs: extremes, means, how much of its data type each one uses.
 */
#ifndef FINNC_STATS_H
#define FINNC_STATS_H

#include <finnc/io.h>
#include <finnc/model.h>

FINNC_BEGIN_DECLS

/** Extremes along one axis: one pair for each index, such as a channel's. */
typedef struct finnc_axis_stats {
    int axis;
    int64_t size;
    /** `size` of each. Infinite, max below min, where no number was seen; NaNs are left out. */
    const double *min, *max;
    const uint64_t *nnans;
} finnc_axis_stats;

/** What was seen of one value. NaNs are counted and left out of the rest. */
typedef struct finnc_tensor_stats {
    const finnc_value *value;
    int rank; /**< of all its tensors; -1: their shapes differ */
    const int64_t *dims;
    size_t ntensors; /**< how many tensors were seen: as many as samples; one of an initialiser */
    uint64_t count;  /**< numbers */
    uint64_t nnans, nzeros;
    uint64_t nfractions;           /**< numbers that are no integers */
    uint64_t noutside;             /**< numbers that it may not hold (finnc_value_allowed) */
    double min, max, mean, stddev; /**< NaN if `count` is 0 */
    finnc_dtype needs;             /**< holds all that was seen: FLOAT32 for fractions and NaNs */
    uint64_t nused;                /**< different numbers; 0: not counted */
    double nallowed;               /**< of so many that its data type has */
    const finnc_axis_stats *axes;  /**< in the order asked for */
    size_t naxes;                  /**< those that it has */
} finnc_tensor_stats;

typedef struct finnc_stats finnc_stats;

enum { FINNC_STATS_MAX_AXES = 8 };

typedef struct finnc_stats_options {
    size_t nsamples;                /**< inputs to run on */
    uint64_t seed;                  /**< of inputs that are drawn (finnc_graph_draw_inputs) */
    int axes[FINNC_STATS_MAX_AXES]; /**< whose extremes are kept apart; negative: from the end */
    size_t naxes;
    bool has_axes;         /**< are these said? Then some tensor has to have each of them */
    bool includes_weights; /**< look at initialisers, too */
    bool outputs_only;     /**< look at the graph's outputs alone */
    /** The tensors of a sample, by name; ended after use. NULL: they are drawn. */
    finnc_status (*inputs)(void *user, finnc_ctx *cx, size_t sample, finnc_bundle **inputs);
    void *user;
} finnc_stats_options;

/** Runs a model and looks at all tensors on the way; what happens inside If and Loop excepted. A
 * value whose shape changes from sample to sample keeps no axes. The statistics live no longer than
 * the model. BAD_VALUE: an axis is said that no tensor has. */
FINNC_API FINNC_MUST_USE finnc_status finnc_stats_create(finnc_ctx *cx, const finnc_model *model,
                                                         const finnc_stats_options *options,
                                                         finnc_stats **stats);
/** NULL is fine. */
FINNC_API void finnc_stats_destroy(finnc_stats *stats);
/** Inputs, then what nodes make in their order, then initialisers; NULL past the end. Values that
 * hold no numbers, or complex ones, are left out. */
FINNC_API const finnc_tensor_stats *finnc_stats_at(const finnc_stats *stats, size_t i);

FINNC_END_DECLS
#endif
