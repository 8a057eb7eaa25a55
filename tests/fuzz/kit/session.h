/* Running a model on inputs of its own kind. */
#ifndef FUZZ_SESSION_H
#define FUZZ_SESSION_H

#include <finnc/run.h>

/* Feeds random inputs and runs: the outputs by name, which the caller ends, or NULL after an error,
 * whose words are checked and left in the context. A success without one of the outputs is a
 * finding. */
finnc_bundle *fuzz_run(finnc_ctx *cx, const finnc_model *model,
                       const finnc_session_options *options, uint64_t seed);
/* Does nothing in it draw random numbers? Bodies and functions, which may hold anything, count as
 * if they did. */
bool fuzz_is_repeatable(const finnc_model *model);
/* The same names with the same elements, bit for bit? */
bool fuzz_same_outputs(const finnc_bundle *a, const finnc_bundle *b);

#endif
