/* What a model can be written as, for people and for other programs. */
#ifndef FUZZ_DUMPS_H
#define FUZZ_DUMPS_H

#include <finnc/model.h>

/* JSON, with and without weights, is JSON; text reads back and gives the same text; a drawing is
 * one that Graphviz reads. Without memory there is none of it; weights of an element type that
 * nobody knows may be refused. */
void check_dumps(finnc_ctx *cx, const finnc_model *model);

#endif
