/* What the streamlining rules ask of the constants in their pictures, each question with the words
 * for a no; and how annotations stay true. `what` is how the remark calls the constant: "the
 * factor". */
#ifndef FNC_STREAMLINE_CONSTANTS_H
#define FNC_STREAMLINE_CONSTANTS_H

#include <pass.h>
#include <support/spread.h>

enum { FNC_AXIS_NONE = -1, FNC_AXIS_SEVERAL = -2 };

/** Is $c one number that leaves the rank of value `x` alone? A constant of shape [1,1,1] is one
 *  number, but makes three axes of a vector. `least`: the rank that x has at least if it is not
 *  known, because an op that reads it asks for that. */
finnc_verdict fnc_when_number(finnc_match *match, const char *c, const char *x, int least,
                              const char *what);
/** Does broadcasting $c onto value `x` leave its rank alone? */
finnc_verdict fnc_when_no_new_axes(finnc_match *match, const char *c, const char *x, int least,
                                   const char *what);
/** Is $c one number, or a vector along `axis` of a tensor of `rank` axes with `nchannels` elements
 *  (-1: not known)? */
finnc_verdict fnc_when_along(finnc_match *match, const char *c, int rank, int axis,
                             int64_t nchannels, const char *what);
/** Is $c one number, or has it an element for each one that x has along `axis`? Fewer, one, would
 * be repeated: then x has fewer channels than what the constant makes of it. */
finnc_verdict fnc_when_as_many(finnc_match *match, const char *c, const char *x, int axis,
                               const char *what);

/** Do sums and products of the type of $c, and so of all operands beside it, keep their order?
 * Those of float32 and float64 do, apart from rounding. Integers wrap around, and narrow floats are
 *  rounded to so few bits that it shows. */
finnc_verdict fnc_when_real(finnc_match *match, const char *c, const char *what);
/** Is each element of $c at least 0? (A NaN is not.) */
finnc_verdict fnc_when_not_negative(finnc_match *match, const char *c, const char *what);

/** The axis, in a tensor of `rank` axes that `tensor` is broadcast to, along which it varies;
 *  FNC_AXIS_NONE for one number, FNC_AXIS_SEVERAL otherwise. */
int fnc_tensor_axis(const finnc_tensor *tensor, int rank);

/** After a rewrite that made value v between anew, out of x: an integer type that v was annotated
 *  with becomes that of the result, or FLOAT32 where x is no integer. */
finnc_status fnc_between_retype(finnc_match *match, const char *v, const char *x,
                                const char *result);

/** After a rewrite that made of these two values something whose type is not known, whatever they
 * were annotated with: both are FLOAT32. */
finnc_status fnc_not_quantised(finnc_match *match, const char *v, const char *result);

/** Binds $a anew: what the linear node n makes of `x` (of element type DOUBLE, which the function
 *  releases) with its weights $w, computed in double, in a's element type. */
finnc_status fnc_bind_image(finnc_match *match, const char *n, finnc_tensor *x, const char *w,
                            const char *a);

#endif
