/* From the steps of a plan to programs. */
#ifndef FNC_FAST_LOWER_H
#define FNC_FAST_LOWER_H

#include "program.h"

#include <nodes/window_attrs.h>

/* Factors: none (0), one, or one for each channel. */
typedef struct fnc_scales {
    const float *x;
    int64_t n;
} fnc_scales;

/* What the sums of a layer are before any node changes them: factor (step sum + all[o]) + offset,
 * times the scales of the data and the weights, and alpha, each of which rounds, and the bias. */
typedef struct fnc_affine {
    double factor, offset, step;
    const double *all;
    fnc_scales scales[2];
    float alpha;
    const float *bias; /* NULL: none */
} fnc_affine;

/* A node that sums went through, and those before it. One that works on windows of h x w pixels
 * gets the sum of each as its first pixel, and zeros. */
typedef struct fnc_link {
    size_t step, data; /* which of its inputs it is */
    int axes;          /* fnc_axes, there */
    int out_axes;      /* and behind it */
    int64_t h, w;      /* others: 1, 1 */
    int length;        /* of the chain up to here */
    const struct fnc_link *before;
} fnc_link;

/* The sums at which what they stand for changes, in one channel, ascending, and what it is from
 * there on. */
typedef struct fnc_steps {
    float first; /* of the least sum */
    int count;
    int32_t *sums;
    float *y;
} fnc_steps;

/* A value of the plan, as digits of a program and what they stand for. Sums that are too many to be
 * listed have no table (y is NULL) but a chain of nodes, none of which both rises and falls. */
typedef struct fnc_lowered {
    fnc_program *program;            /* NULL: it is no such value */
    const struct fnc_floats *floats; /* ...but may become one: what nodes make of these */
    bool numbers_floats;             /* sums number all floats in their order: entry.c */
    size_t digits;
    fnc_table table;
    bool has_two_zeros; /* a code that stands for 0 may be for one of the other sign, which products
                           do not tell apart */
    fnc_axes axes;
    const fnc_affine *affine; /* of sums */
    const fnc_link *chain;
    bool is_patches;   /* the pixels under each window, side by side: for products alone */
    fnc_layer windows; /* which, and what image of them there is */
    fnc_digits image;
} fnc_lowered;

typedef struct fnc_lowering {
    finnc_ctx *cx;
    const fnc_runner *runner;
    fnc_plan *plan;
    fnc_arena *arena;  /* of what stays */
    fnc_arena scratch; /* of the step at hand */
    fnc_arena tables;  /* of what goes when all is lowered */
    fnc_lowered *values;
    const finnc_tensor **constants; /* per value of the plan; retained where they were folded */
    fnc_program **of_step;          /* whose a step is; NULL: it runs by itself */
    bool *is_folded;                /* that program's, only in that it has the constant made here */
    const char **why;               /* ...and why it does */
    fnc_program **programs;
    size_t nprograms;
    size_t *watched; /* values of the plan that are in several programs: see fnc_program */
    size_t nwatched;
    int64_t listed; /* numbers in large lists so far */
} fnc_lowering;

/* Lowers step `s`, whose op has a row: gives its output 0 a place in a program; or sets `*why`. */
typedef finnc_status fnc_lower(fnc_lowering *l, size_t s, const char **why);
/* The row of a node's op in lowerings.def; NULL: it has none. */
fnc_lower *fnc_lower_find(const finnc_node *node);

/* The rows' functions. fnc_lower_table is for whatever treats each element by itself, or each by
 * its channel. */
#define LOWERING(row, lower, shape) fnc_lower lower;
#include "lowerings.def"
#undef LOWERING
/* A step that has not been lowered: does it, with those before it, make codes of floats? Then a
 * program begins before them, and `*why` is NULL again. */
FINNC_MUST_USE finnc_status fnc_lower_entry(fnc_lowering *l, size_t s, const char **why);
/* Values that programs are not run with if they are fed, when it is known which steps they have. */
FINNC_MUST_USE finnc_status fnc_lower_watch(fnc_lowering *l);
/* Everything: programs in l->programs, each with at least one layer that multiplies. */
FINNC_MUST_USE finnc_status fnc_lower_plan(fnc_lowering *l);

/* ---- for the rows ---- */

/* Input `i` of a step as a constant, computed if need be; NULL if it is none, or absent. */
FINNC_MUST_USE finnc_status fnc_lower_constant(fnc_lowering *l, size_t s, size_t i,
                                               const finnc_tensor **tensor);
/* Its elements as floats, in l->scratch; `*x` NULL if it is no constant of floats. */
FINNC_MUST_USE finnc_status fnc_lower_floats(fnc_lowering *l, size_t s, size_t i,
                                             const finnc_tensor **tensor, const float **x);
/* A list of integers that is an attribute (NULL: never) in old versions and input `i` in new ones,
 * as fnc_attr_or_input has it. `*ints` is NULL if it is absent, or the input is no constant. In
 * l->scratch. */
FINNC_MUST_USE finnc_status fnc_lower_ints(fnc_lowering *l, size_t s, const char *attr, size_t i,
                                           const int64_t **ints, size_t *n);
/* Input `i` as digits, if that is what it is or can begin a program; else NULL, and `*why`. */
FINNC_MUST_USE finnc_status fnc_lower_input(fnc_lowering *l, size_t s, size_t i,
                                            const fnc_lowered **in, const char **why);
/* The same as codes that stand for the same numbers in all channels, ascending: `*levels` has one
 * for each code of program->digits[*digits]. Adds the layer that makes them, if it takes one. */
FINNC_MUST_USE finnc_status fnc_lower_codes(fnc_lowering *l, size_t s, size_t i,
                                            const fnc_lowered **in, size_t *digits,
                                            const float **levels, const char **why);
/* Inputs 0 to n - 1 in the same way, the same codes standing for the same numbers in all of them:
 * `*levels` has `*count`, of which 0 may be for both zeros. */
FINNC_MUST_USE finnc_status fnc_lower_common_codes(fnc_lowering *l, size_t s, size_t n,
                                                   size_t *digits, const float **levels,
                                                   int32_t *count, bool *has_two_zeros,
                                                   const char **why);
/* Gives codes a level more, if need be: `*code` stands for it. */
FINNC_MUST_USE finnc_status fnc_lower_add_level(fnc_lowering *l, size_t s, fnc_program *p,
                                                float level, size_t *digits, const float **levels,
                                                int *code, const char **why);
/* Output 0 of step `s` is this; `*why`: it may have to be an integer, and be none. */
FINNC_MUST_USE finnc_status fnc_lower_output(fnc_lowering *l, size_t s, fnc_lowered lowered,
                                             const char **why);
/* Appends; `*digits` and the layer's `out` get the number. NULL without words: no memory. */
fnc_layer *fnc_lower_layer(fnc_lowering *l, fnc_program *program, fnc_layer_kind kind, size_t s,
                           size_t in, fnc_digits out);
/* Appends a MAP of codes to map[code], at most `high`, alike in all channels; `*digits` become what
 * it makes. */
FINNC_MUST_USE finnc_status fnc_lower_map(fnc_lowering *l, size_t s, fnc_program *p,
                                          const uint8_t *map, int32_t high, size_t *digits);
/* A table of one row of levels for all channels. */
FINNC_MUST_USE finnc_status fnc_lower_uniform(fnc_lowering *l, const float *levels, int64_t n,
                                              int64_t channels, fnc_table *table);
/* Numbers as integers of at most `limit` times 2^*exponent; false if they are not. */
bool fnc_lower_grid(const float *x, int64_t n, int32_t limit, int *exponent, int32_t *q);

/* Weights by output channel, tap and input channel that are 0 where the channels are not of one
 * group: how many groups, at most. Only those within groups are left, in place, and `*depth` is how
 * many channels an output channel sees. */
int64_t fnc_lower_groups(int8_t *weights, int64_t channels, int64_t taps, int64_t *depth);

/* Lays windows over `rank` axes on an image: `w` has two, height and width, of which a row has the
 * second. `kernel` is that of the weights, or NULL. False: they are not of a kind that layers have,
 * or make no sense, for which the plain kernel has the words. */
bool fnc_lower_lay(const fnc_window_attrs *attrs, int rank, const int64_t *kernel,
                   const fnc_digits *image, fnc_windows *w);
/* Axes besides N and C that input 0 of a step has, 1 or 2, if it is of the rank of a row or a
 * picture; else 0. */
int fnc_lower_rank(const fnc_lowering *l, size_t s);
/* Gives `*digits` the border that windows want, of code `zero`, and says how they lie (`shape`) and
 * what image comes out. */
FINNC_MUST_USE finnc_status fnc_lower_windows(fnc_lowering *l, size_t s, const fnc_windows *w,
                                              int zero, fnc_program *program, size_t *digits,
                                              fnc_layer *shape, fnc_digits *out, const char **why);

/* Is there room in the plan for a list of `n` numbers? If so, it is taken; else `*why`. Lists as
 * short as a round are for all. */
bool fnc_lower_may_list(fnc_lowering *l, int64_t n, const char **why);
/* The link to a node that treats each element of images `d` by itself, or each by its channel; or
 * `*why`: it does no such thing, or does not run on these. */
FINNC_MUST_USE finnc_status fnc_lower_link(fnc_lowering *l, size_t s, size_t data,
                                           const fnc_digits *d, fnc_axes axes, fnc_link *link,
                                           const char **why);
/* `*why`: it is of an op that looks at the whole batch, or draws numbers, when it trains, and it
 * trains. */
FINNC_MUST_USE finnc_status fnc_lower_check_training(fnc_lowering *l, size_t s, const char **why);
/* Has a value a table? If not, gives it one; or sets `*why`. */
FINNC_MUST_USE finnc_status fnc_lower_list(fnc_lowering *l, fnc_lowered *lowered, const char **why);
/* What sums stand for: `rows` for each channel, by row and channel. In l->tables. */
FINNC_MUST_USE finnc_status fnc_lower_try(fnc_lowering *l, const fnc_lowered *in,
                                          const int32_t *sums, int64_t rows, float **y,
                                          const char **why);
/* Does a node of a chain make a number of 0? If not, `*why`. */
FINNC_MUST_USE finnc_status fnc_lower_check_zero(fnc_lowering *l, const fnc_link *link,
                                                 const fnc_lowered *in, const char **why);
/* What a node makes of a value: `lowered` becomes that, and the output of link.step. */
FINNC_MUST_USE finnc_status fnc_lower_through(fnc_lowering *l, fnc_link link, bool is_monotone,
                                              fnc_lowered *lowered, const char **why);
/* What step `s` makes of a table, if it only rises or falls with its one input that is no constant.
 */
FINNC_MUST_USE finnc_status fnc_lower_producer(fnc_lowering *l, size_t s, const fnc_lowered *in,
                                               fnc_table *out, bool *is_known);
/* The steps of all channels of sums: at most 256 each, or `*why`. In l->scratch. */
FINNC_MUST_USE finnc_status fnc_lower_steps(fnc_lowering *l, const fnc_lowered *in,
                                            fnc_steps **steps, const char **why);
/* Does a node only rise or only fall with input `data`, the others being constants? */
bool fnc_lower_is_monotone(const finnc_node *node, size_t data);
/* Has a node's record, or row, few results for many numbers; and may input `i` be as long as it
 * likes without telling channels apart? */
bool fnc_lower_has_steps(const finnc_node *node);
bool fnc_lower_is_for_all(const finnc_node *node, size_t i, const finnc_tensor *constant);
/* The float of that number: 0 has 0, the next larger one 1, and so on up to infinity. */
float fnc_lower_float(int32_t number);
/* The one input of a step that is no constant, or `*why`. */
FINNC_MUST_USE finnc_status fnc_lower_data(fnc_lowering *l, size_t s, size_t *data,
                                           const char **why);

/* Codes for what channels make of sums: code k is for those that reach `thresholds[k - 1]`. */
typedef struct fnc_codes {
    int count; /* of codes; what they stand for, ascending and evenly spaced if possible: */
    const float *levels;
    bool has_two_zeros;
    int32_t *thresholds; /* by channel, ascending: count - 1; INT32_MIN: all reach it, MAX: none */
    bool *falls;         /* by channel: negated sums reach them */
} fnc_codes;
/* In l->arena; or `*why`. */
FINNC_MUST_USE finnc_status fnc_lower_compare(fnc_lowering *l, const fnc_lowered *in,
                                              const fnc_steps *steps, fnc_codes *codes,
                                              const char **why);
/* A program that begins at value `v`; its codes have no table yet. */
FINNC_MUST_USE finnc_status fnc_lower_begin(fnc_lowering *l, size_t v, const fnc_digits *digits,
                                            fnc_axes axes, fnc_program **program);
/* Shape and axes of a value that a program may begin at; false: it is not of the kind. */
bool fnc_lower_source_shape(const finnc_value *value, fnc_digits *d, fnc_axes *axes);
/* Does step `s` make a vector of each image of `d`? `*batch`: the one batch size that it is right
 * for; -1: any. (lower_view.c) */
FINNC_MUST_USE finnc_status fnc_lower_flattens(fnc_lowering *l, size_t s, const fnc_digits *d,
                                               int64_t *batch, const char **why);
/* Adds p->flat, if it is not there: one channel's pixels as channels. */
FINNC_MUST_USE finnc_status fnc_lower_add_flat(fnc_lowering *l, fnc_program *p);
/* The source's codes with pixels as channels, where it has one channel, so that they lie close.
 * Changes nothing if `lowered` is something else. */
FINNC_MUST_USE finnc_status fnc_lower_flat(fnc_lowering *l, fnc_lowered *lowered);

enum {
    FNC_MAX_CODES = 256,
    FNC_FEW_SUMS = 1 << 14,   /* by channels: as many are listed at once */
    FNC_MAX_TABLE = 1 << 24,  /* and so many if need be */
    FNC_MAX_LISTED = 1 << 27, /* and in all of a plan */
    FNC_MAX_ROUND = 1 << 15   /* floats that are tried at once: there are 32 rounds */
};

#endif
