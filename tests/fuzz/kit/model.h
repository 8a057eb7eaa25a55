/* Models for targets, in a context that keeps memory and time small. */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include <finnc/finnc.h>

#include "check.h"

/* A context that may hold `max_memory` bytes, works on one thread and cancels after `steps` steps
 * of any work that reports progress (a node run, a pass begun), or after a second where none
 * does; with SIZE_MAX of them it never cancels. What then does not end within the fuzzer's own
 * limit hangs. */
finnc_ctx *fuzz_ctx_create(uint64_t max_memory, size_t steps);
/* The same number of steps from here on. */
void fuzz_ctx_renew(finnc_ctx *cx);
/* Has something been cancelled since the context was made? A target that does several things then
 * leaves out the rest. */
bool fuzz_ctx_is_spent(void);
/* Checks that nothing is left over. */
void fuzz_ctx_destroy(finnc_ctx *cx);

/* The model of a text in ONNX's syntax; NULL: it is none, which was said in words. */
finnc_model *fuzz_model_read(finnc_ctx *cx, const char *text);
/* The same for a text that has to be good. */
finnc_model *fuzz_model_need(finnc_ctx *cx, const char *text);
/* All of it as text; the caller frees it. NULL: the syntax has no words for something in it. */
char *fuzz_model_print(finnc_ctx *cx, const finnc_model *model);

/* Is no tensor that the model declares larger than `nelems` elements? What a mutation makes of a
 * dimension is mostly nothing that somebody would wait for. */
bool fuzz_model_is_small(const finnc_model *model, int64_t nelems);

/* A status that failed has words, one line of them; and only such a one has. */
void fuzz_check_words(finnc_ctx *cx, finnc_status status);

#endif
