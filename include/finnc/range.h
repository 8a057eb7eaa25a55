/* Range analysis: between which numbers every tensor of a model lies, whatever its inputs; the
 * narrowest integer types that follow; and, where values are integers times a scale, the integers.
 *
 * Intervals are kept per element and reported per tensor and channel. They hold for what the
 * kernels compute, rounding included, as long as nothing is NaN or infinite on the way; what nobody
 * knows is from minus to plus infinity. What a session rounds because it is annotated with integers
 * is rounded here, too: see finnc_session_options.unsanitised, which does without. */
#ifndef FINNC_RANGE_H
#define FINNC_RANGE_H

#include <finnc/dtype.h>
#include <finnc/model.h>

FINNC_BEGIN_DECLS

typedef struct finnc_ranges finnc_ranges;

/** Between which numbers an input lies: one pair, or one for each channel. */
typedef struct finnc_input_range {
    const char *name; /**< NULL: all inputs */
    const double *min, *max;
    size_t count;
} finnc_input_range;

typedef struct finnc_ranges_options {
    /** Inputs without one lie in the range of their annotated data type, or of their element type
     * if that is an integer; others are unbounded. */
    const finnc_input_range *inputs;
    size_t ninputs;
    bool has_axis;   /**< is `axis` said? Otherwise channels are along axis 1, as upstream */
    int axis;        /**< of channels; negative: from the end; some tensor has to have it */
    bool has_scaled; /**< look for integers and scales, too */
} finnc_ranges_options;

/** Integers in the scaled form: value = scale * integer + bias. */
typedef struct finnc_scaled_range {
    double min, max;                         /**< of the integers */
    const double *channel_min, *channel_max; /**< as in finnc_range */
    finnc_dtype dtype;                       /**< holds the integers */
    const double *scale, *bias;              /**< `count` of them: 1, or one for each channel */
    int64_t count;
} finnc_scaled_range;

/** What is known of one value. */
typedef struct finnc_range {
    const finnc_value *value;
    const char *name;  /**< the value's; in a partition's model the names of the nodes that it is in
                          come before, each with a slash behind: "Part_0/mul_out" */
    bool is_constant;  /**< it does not depend on the inputs */
    bool is_integer;   /**< all its elements are */
    double min, max;   /**< infinite where unbounded */
    finnc_dtype dtype; /**< the narrowest that holds it; FLOAT32 if it is no integers, or of a range
                          that no type of up to 64 bits holds */
    int64_t nchannels; /**< 0: it has no such axis */
    const double *channel_min, *channel_max; /**< `nchannels` of them */
    const char *reason;  /**< "its data type", "sums of products", "no rule for the op" */
    bool is_accumulator; /**< sums of products: `dtype` (of `scaled`, if it is there) is the width
                            that an accumulator needs */
    const finnc_scaled_range *scaled; /**< NULL: no such form was found, or none was asked for */
} finnc_range;

/** Analyses the main graph and, with what arrives there, the models of partitions; what a partition
 * makes that cannot be looked into is unknown, and the reason says why. Inputs that have a default
 * are taken as constant. BAD_VALUE: an input's range is upside down, has another number of
 * channels, or is that of an input with a default; an axis is said that no tensor has. NOT_FOUND:
 * there is no such input. */
FINNC_API FINNC_MUST_USE finnc_status finnc_ranges_create(finnc_ctx *cx, const finnc_model *model,
                                                          const finnc_ranges_options *options,
                                                          finnc_ranges **ranges);
/** NULL is fine. */
FINNC_API void finnc_ranges_destroy(finnc_ranges *ranges);
/** Were sizes of inputs that are not known, such as a batch's, taken as 1? Then ranges hold for
 * those only: sums along such an axis, or of neighbours along it, may leave them. */
FINNC_API bool finnc_ranges_assume_ones(const finnc_ranges *ranges);
/** Inputs, then what nodes make, in their order, and before what a partition makes the same of its
 * model; NULL past the end. */
FINNC_API const finnc_range *finnc_ranges_at(const finnc_ranges *ranges, size_t i);
/** NULL: not in the main graph, an initialiser, or no tensor of numbers. */
FINNC_API const finnc_range *finnc_ranges_find(const finnc_ranges *ranges,
                                               const finnc_value *value);

FINNC_END_DECLS
#endif
