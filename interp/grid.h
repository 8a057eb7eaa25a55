/* Products of quantised numbers, formed over the integers.
 *
 * What a quantiser makes are integers times a scale, each rounded to float32. Sums of products of
 * them are rounded at every step, in an order that nobody promises, so that one which falls where
 * the next quantiser changes its mind is decided by chance. Therefore, where an operand is known to
 * be quantised, its integers are multiplied, and its scale is applied once, to the sum: that of the
 * data first, then that of the weights. If both are quantised the sum is exact and the result a
 * function of the integers alone; if one is, sums are formed in double. Streamlining, which moves
 * scales behind products in this order, then changes no bit (docs/exactness.md). */
#ifndef FNC_GRID_H
#define FNC_GRID_H

#include "kernel.h"

enum { FNC_NO_AXIS = -1 };

/* What the graph says of a value. */
struct fnc_grid {
    bool is_known;             /* is it made of integers times a scale? */
    const finnc_tensor *scale; /* float32; NULL: 1 */
    int axis;                  /* along which it varies; FNC_NO_AXIS */
    bool is_constant;          /* weights */
};

/* What was found of an operand that is the same in every run, such as weights. */
typedef struct fnc_grid_kept {
    bool is_constant;       /* it is one in the run at hand: says who runs the step */
    const finnc_tensor *of; /* what was looked at; retained. NULL: nothing yet */
    bool is_found;          /* it is integers times its scale: */
    float *steps;           /* these; NULL: its elements are the integers */
    float most;             /* the largest magnitude among them */
} fnc_grid_kept;
void fnc_grid_forget(finnc_ctx *cx, fnc_grid_kept *kept);

/* Looks up the graph from `value` (NULL: nothing is known), as far as the next quantisers, which
 * may lie in other partitions. `plan`: of the graph that reads it; NULL: it stands alone. */
struct fnc_plan;
void fnc_grid_look(const struct fnc_plan *plan, const finnc_value *value, fnc_grid *grid);
/* The node that makes the stream which a hardware layer reads as input 0: behind layers that hand
 * it on, in whichever partition; NULL: none does. */
const finnc_node *fnc_in_maker(const fnc_call *call);

/* The scales of one operand, as they apply to the elements of a product. */
typedef struct fnc_grid_steps {
    const float *steps; /* NULL: 1 */
    int64_t count;      /* 1, or one per channel of the result */
} fnc_grid_steps;

typedef struct fnc_grid_product {
    finnc_elem elem;   /* of the operands here: FLOAT, or DOUBLE where sums need it */
    const void *in[2]; /* the operands as integers, or as they are if they are not quantised */
    fnc_grid_steps steps[2];
    int first; /* whose scale comes first: 0 or 1 */
} fnc_grid_product;

/* Is one of inputs 0 and 1 of a linear op made of integers times scales? A scale is
 * one number, or varies along axes[i] (-1: none), which is one of the result; `terms` products make
 * a sum. `*found` false: no, or both are plain integers, which need nothing. That the graph says so
 * is not believed: each element is held against its grid. */
FINNC_MUST_USE finnc_status fnc_grid_find(fnc_call *call, const int axes[2], int64_t terms,
                                          fnc_grid_product *product, bool *found);
/* Numbers as integers times a scale; false: they are not. What fnc_grid_find tries. */
bool fnc_grid_count(const float *x, int64_t n, float scale, float *steps);
/* `n` sums times their steps, into float32 (in place, if the sums are); step i / inner[k] % count
 * of operand k belongs to sum i. */
void fnc_grid_scale(const fnc_grid_product *product, const void *sums, int64_t n,
                    const int64_t inner[2], float *out);

#endif
