/* ONNX's test cases: a folder with model.onnx and, beside it, test_data_set_0, test_data_set_1, ...
 * that hold input_0.pb, ... and output_0.pb, ... (onnx/backend/test in the standard's project). */
#ifndef FINNC_TESTCASE_H
#define FINNC_TESTCASE_H

#include <finnc/io.h>
#include <finnc/model.h>

FINNC_BEGIN_DECLS

/** Floats may be off by `atol` plus `rtol` times what is recorded, each 0 or more; whatever is no
 * float has to be equal. */
typedef struct finnc_case_options {
    double rtol, atol;
    int threads; /**< 0: as the context */
} finnc_case_options;

typedef struct finnc_case_result {
    size_t nsets; /**< data sets that were run */
    bool passed;
    /** The model draws random numbers, and they are others than the recorded ones: only element
     * types and shapes were compared. */
    bool is_random;
    char words[500]; /**< what is wrong, if it did not pass */
} finnc_case_result;

/** Runs the model of `folder` on all of its data sets and compares every output with the recorded
 * one. `model`, if not NULL, receives the model, which the caller ends; it is NULL if there is
 * none. `options`: NULL for those of ONNX's own runner, 1e-3 and 1e-7. A model or file that does
 * not read, and a run that fails, are a result, too: of the statuses only NO_MEMORY and CANCELLED
 * come back, NOT_FOUND where the folder has no model.onnx, and BAD_VALUE for a tolerance that is
 * none. */
FINNC_API FINNC_MUST_USE finnc_status finnc_case_run(finnc_ctx *cx, const char *folder,
                                                     const finnc_case_options *options,
                                                     finnc_model **model,
                                                     finnc_case_result *result);

FINNC_END_DECLS
#endif
