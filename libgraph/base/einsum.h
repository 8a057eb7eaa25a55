/* Einstein's summation notation: "ij,jk->ik" says that the first operand has axes i and j, the
 * second j and k, and that products are summed over what the result does not have. */
#ifndef FNC_EINSUM_H
#define FNC_EINSUM_H

#include "compiler.h"

#include <finnc/tensor.h>

/* Labels of axes: 26 capitals, 26 small letters, and the axes that "..." stands for. */
enum { FNC_EINSUM_LETTERS = 52, FNC_EINSUM_LABELS = FNC_EINSUM_LETTERS + FINNC_MAX_RANK };

/* The labels of an operand's axes; rank -1: not known (there is a "..." of unknown length). */
typedef struct fnc_einsum_term {
    int rank;
    uint8_t labels[FINNC_MAX_RANK];
} fnc_einsum_term;

/* Reads an equation over `count` operands. Their `terms` come with the operands' ranks (-1: not
 * known) and get labels; `result` is what stands, or is understood, behind the arrow. BAD_VALUE
 * if the equation is malformed or does not fit the operands. */
FINNC_MUST_USE finnc_status fnc_einsum_parse(finnc_ctx *cx, const char *equation, size_t count,
                                             fnc_einsum_term *terms, fnc_einsum_term *result);

/* Merges an operand's dimensions (-1: not known) into the `sizes` of all labels, which start as 1:
 * one element broadcasts. BAD_VALUE if they differ. */
FINNC_MUST_USE finnc_status fnc_einsum_merge(finnc_ctx *cx, const fnc_einsum_term *term,
                                             const int64_t *dims, int64_t *sizes);

#endif
