/* Do two tensors hold, do two models compute the same? */
#ifndef FINNC_COMPARE_H
#define FINNC_COMPARE_H

#include <finnc/io.h>
#include <finnc/model.h>

FINNC_BEGIN_DECLS

/** How two tensors differ. */
typedef struct finnc_difference {
    const char *value; /**< what they are called; NULL: they do not differ */
    int64_t index;     /**< first differing element, row-major; -1: shapes or types differ */
    double a, b;       /**< its two values; of complex numbers the two parts that differ; NaN for
                          strings */
    int64_t count;     /**< elements that differ */
    double largest;    /**< largest absolute difference */
} finnc_difference;

/** Compares two tensors, which `name` is for in the answer (borrowed). Floats, and the two parts of
 * complex numbers, may differ by `rtol` times the largest magnitude in either; NaN equals NaN.
 * Integers and bools have to be equal, exactly, and strings by content. */
FINNC_API void finnc_tensor_compare(const finnc_tensor *a, const finnc_tensor *b, double rtol,
                                    const char *name, finnc_difference *difference);

/** What to compare two models on, and how. */
typedef struct finnc_compare_options {
    size_t nsamples; /**< how many inputs to try, until one makes a difference; of those that are
                        drawn, the random ones (finnc_graph_draw_sample). At least 1 */
    uint64_t seed;   /**< of inputs that are drawn */
    double rtol; /**< as in finnc_tensor_compare, 0 or more; values that either model annotates with
                    an integer type have to be equal */
    /** The tensors of a sample, by the names that the first model has for its inputs; ended after
     * use. NULL: they are drawn, some of them at the edges of quantisers. */
    finnc_status (*inputs)(void *user, finnc_ctx *cx, size_t sample, finnc_bundle **inputs);
    void *user;
    /** Tensors that shall be equal besides the outputs: `tensors_a[i]`, which a node of the first
     * model makes, and `tensors_b[i]` of the second. Their differences count only where the outputs
     * have none. */
    const finnc_value *const *tensors_a, *const *tensors_b;
    size_t ntensors;
    /** Axes stand where they stood: what layouts and shapes tell of another order is not believed.
     */
    bool keeps_axes;
    /** Places for failures of making or running the one or the other; NULL: none. */
    const char *name_a, *name_b;
    /** On a difference, look for where it begins, which takes another run of both. */
    bool wants_parting;
    /** Inputs belong together by their order, whatever they are called, if both models have as many
     * and of the same types: for what a pass made, which may exchange names and keeps the order. */
    bool by_order;
} finnc_compare_options;

/** Names live as long as the first model. */
typedef struct finnc_comparison {
    finnc_difference difference; /**< of the first graph output (or tensor of
                                    finnc_compare_options) that differs, if one does */
    size_t sample;               /**< which it was that made it */
    /** Outputs that hold the same elements with their axes in another order, channels first against
     * channels last: told from annotated layouts, or else from shapes. They are compared as the
     * first model has them. */
    size_t nmoved;
    /** Where the models part: the first tensor, in the first one's order of nodes, that differs
     * from its counterpart. That is the tensor of the same name; or, in models that are alike node
     * by node, the one in the same place; or what a node of the same op makes of counterparts,
     * whichever way their axes are turned. Tensors that differ on purpose (a scale that moved), so
     * that all that is made of them agrees again, are passed over as long as there is another. */
    finnc_difference parting;
    const finnc_node *parting_node;   /**< which makes it */
    const finnc_value *parting_value; /**< its counterpart, which lives as long as the second */
    const finnc_model *failed;        /**< after a failure: which model's it was; NULL: neither's */
} finnc_comparison;

/** BAD_VALUE unless there are samples, SIZE_MAX / 2 at most, and the tolerance is one. */
FINNC_API FINNC_MUST_USE finnc_status finnc_compare_check(finnc_ctx *cx,
                                                          const finnc_compare_options *options);
/** Runs both models on the same inputs and compares the graph outputs by position. Inputs belong
 * together by name if the second model has all names of the first one (and the options do not say
 * `by_order`), else by position; an input
 * of the second with its channels elsewhere gets them moved, one of another shape but as many
 * elements gets them reshaped. */
FINNC_API FINNC_MUST_USE finnc_status finnc_compare(finnc_ctx *cx, const finnc_model *a,
                                                    const finnc_model *b,
                                                    const finnc_compare_options *options,
                                                    finnc_comparison *comparison);

FINNC_END_DECLS
#endif
