/* Moving an operation on a MultiThreshold's input into its thresholds. */
#ifndef FNC_STREAMLINE_THRESHOLDS_H
#define FNC_STREAMLINE_THRESHOLDS_H

#include <pass.h>

typedef enum fnc_shift_kind { FNC_SHIFT_ADD, FNC_SHIFT_MUL } fnc_shift_kind;

/** Can `quantiser`, node q of the picture with thresholds $t and input v, take in the constant $c
 * on its input x? `what` names the constant in remarks. */
finnc_verdict fnc_when_absorbable(finnc_match *match, const char *c, const char *what);

/** Binds $t anew: the thresholds that decide for x as the old ones do for x + c or (c >= 0) x * c.
 *
 *  float32 arithmetic rounds x + c before it is compared, so the exact T - c can decide otherwise
 *  than the network did. The new threshold is the smallest float32 x for which the rounded x + c
 *  reaches T: the decision is the same for every x, bit for bit. Where x is annotated with an
 *  integer type only integers have to be told apart, and the plain T - c is taken if it does that.
 */
finnc_status fnc_thresholds_absorb(finnc_match *match, const char *c, fnc_shift_kind kind);

#endif
