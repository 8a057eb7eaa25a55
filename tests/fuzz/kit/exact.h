/* Models on which rewrites may be judged by what comes out. */
#ifndef FUZZ_EXACT_H
#define FUZZ_EXACT_H

#include <finnc/model.h>

/* Does `finnc check` find no error in it? Warnings are fine. */
bool model_is_sound(finnc_ctx *cx, const finnc_model *model);

/* Are all constants and attributes small multiples of a small power of two, and all ops such that
 * nothing is rounded on the way, or only where nothing jumps? Then a difference is a wrong rewrite
 * and never a rounding. Where something quantises, or is called an integer and so compared bit for
 * bit, inputs have to be annotated as small integers. */
bool model_is_exact(const finnc_model *model);

#endif
