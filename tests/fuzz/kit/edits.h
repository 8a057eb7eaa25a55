/* Edits of a model as bytes say, through the public functions. */
#ifndef FUZZ_EDITS_H
#define FUZZ_EDITS_H

#include <finnc/model.h>

/* Each edit takes a byte that says which and as many as it needs; where they end, zeros follow. A
 * failing edit has to have words, and after each the graph has to be sound. False: they closed a
 * circle of nodes, which no function checks, and the model is of no use any more. */
bool make_edits(finnc_ctx *cx, finnc_model *model, const uint8_t *bytes, size_t nbytes);

#endif
