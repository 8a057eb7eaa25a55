/* How well a model classifies: which classes an output puts first, counted against the truth. */
#ifndef FINNC_EVAL_H
#define FINNC_EVAL_H

#include <finnc/dataset.h>
#include <finnc/io.h>
#include <finnc/model.h>
#include <finnc/run.h>

FINNC_BEGIN_DECLS

/* ---- what an output says ---- */

/** A class, and the score that put it where it is; a list of classes (TopK) has none. */
typedef struct finnc_ranked {
    int64_t class_number;
    double score;
    bool has_score;
} finnc_ranked;

/** Are the `count` elements from `first` on a list of class numbers, best first, as TopK's second
 * output, rather than scores? They are if they are integers from 0 on and not as many as classes,
 * of which there are `nclasses` (0: not known); and a single whole number from 0 on always is,
 * whatever its type. They may be beyond the classes: then these are not the model's. */
FINNC_API bool finnc_is_class_list(const finnc_tensor *tensor, int64_t first, int64_t count,
                                   int64_t nclasses);
/** Writes the best classes, at most `top_k`, to `best`, best first, and answers how many.
 * `is_list`: the elements are class numbers, else scores: of equal ones the first is better, as
 * TopK has it, and NaN is worst. */
FINNC_API size_t finnc_rank_classes(const finnc_tensor *tensor, int64_t first, int64_t count,
                                    bool is_list, finnc_ranked *best, size_t top_k);

/* ---- counting ---- */

/** What became of a sample. */
typedef struct finnc_judged {
    size_t sample;     /**< which */
    int64_t truth;     /**< its class */
    int64_t predicted; /**< the class put first */
    size_t place;      /**< of the truth among the best, from 0; SIZE_MAX: not among them */
} finnc_judged;

typedef struct finnc_evaluation finnc_evaluation;

/** Begins counting, up to the `top_k` best classes (0: 1). */
FINNC_API FINNC_MUST_USE finnc_status finnc_evaluation_create(finnc_ctx *cx, size_t top_k,
                                                              finnc_evaluation **evaluation);
FINNC_API void finnc_evaluation_destroy(finnc_evaluation *evaluation);
/** Adds a sample of class `truth` for which a model answered these classes, at least one, best
 * first. BAD_VALUE: a class below 0 or from 2^20 on. */
FINNC_API FINNC_MUST_USE finnc_status finnc_evaluation_add(finnc_evaluation *evaluation,
                                                           size_t sample, int64_t truth,
                                                           const int64_t *classes, size_t count);
FINNC_API size_t finnc_evaluation_count(const finnc_evaluation *evaluation);
/** How many have the truth among their `k` best, k from 1 to finnc_evaluation_top_k. */
FINNC_API size_t finnc_evaluation_hits(const finnc_evaluation *evaluation, size_t k);
FINNC_API size_t finnc_evaluation_top_k(const finnc_evaluation *evaluation);
/** The largest class number seen, as truth or as prediction, and 1. */
FINNC_API int64_t finnc_evaluation_nclasses(const finnc_evaluation *evaluation);
/** The confusion matrix: how many of class `truth` were put into class `predicted`. */
FINNC_API size_t finnc_evaluation_confusion(const finnc_evaluation *evaluation, int64_t truth,
                                            int64_t predicted);
/** The same as a row: how many of class `truth` were put into class 0, 1, ..., `*length` - 1, and
 * none beyond. Borrowed until a sample is added; NULL if there are none. */
FINNC_API const size_t *finnc_evaluation_row(const finnc_evaluation *evaluation, int64_t truth,
                                             size_t *length);
/** How many are of class `truth`. */
FINNC_API size_t finnc_evaluation_support(const finnc_evaluation *evaluation, int64_t truth);
/** Sample `i` in the order of adding, borrowed until the next is added. */
FINNC_API const finnc_judged *finnc_evaluation_at(const finnc_evaluation *evaluation, size_t i);

/* ---- running ---- */

typedef struct finnc_eval_options {
    size_t top_k;       /**< 0: 1 */
    size_t limit;       /**< only so many samples, the first ones; 0: all */
    size_t batch;       /**< samples at once, for models that leave it open; 0: 1 */
    int threads;        /**< batches that are run side by side; 0: as the context */
    const char *output; /**< the one that is judged; NULL: the first */
    bool has_scores;    /**< the output has scores, although it looks like class numbers */
    /** What the samples are and what their numbers shall become; all zero is fine. The layout
     * counts where the data set does not know it. */
    finnc_fit fit;
    finnc_engine engine;
    const char *isa; /**< as of finnc_session_options, and so is the mode */
    finnc_mode mode;
} finnc_eval_options;

/** What finnc_evaluate did besides judging. */
typedef struct finnc_eval_report {
    double seconds; /**< running, reading of the samples included, without preparations */
    size_t batch;   /**< samples at once */
    bool is_list;   /**< the output has class numbers, not scores */
    char fitting[FINNC_FIT_WORDS_MAX]; /**< what became of the first sample, as finnc_tensor_fit
                                          says it */
    finnc_engine engine;               /**< that it ran on, as finnc_session_engine */
    size_t nnodes, nfast;              /**< nodes of the model, and how many of them were fast */
} finnc_eval_report;

/** Runs a model of one input on the samples of a data set and judges what it answers. Samples are
 * fitted to the input: axes of one element are put in or left out, channels are moved to where the
 * model has them, colours become grey where it has one channel, numbers take its element type;
 * sizes are never changed. Batches are as large as the model has them; the last one is filled up
 * with repetitions that do not count. `options` and `report` may be NULL. Fails with BAD_VALUE
 * (naming the sample) where one does not fit; where scores are not as many as the classes that the
 * data set lists (finnc_dataset_class_list), or fewer than those that its samples are of. The same
 * evaluation whatever the number of threads.
 */
FINNC_API FINNC_MUST_USE finnc_status finnc_evaluate(finnc_ctx *cx, const finnc_model *model,
                                                     const finnc_dataset *dataset,
                                                     const finnc_eval_options *options,
                                                     finnc_evaluation **evaluation,
                                                     finnc_eval_report *report);

FINNC_END_DECLS
#endif
