/* What the records of hardware layers are made of, and see of their node. */
#ifndef FNC_LAYER_H
#define FNC_LAYER_H

#include "../base/compiler.h"

#include <finnc/layer.h>
#include <finnc/op.h>

/* A node as a layer's functions see it. */
typedef struct fnc_layer_node {
    finnc_ctx *cx;
    const finnc_node *node;
    const finnc_op *op;
    finnc_style style;
    const char *attr, *word; /* an attribute that is that word, whatever the node says; or NULL */
} fnc_layer_node;

enum { FNC_FOLDS_HLS = 1u << FINNC_STYLE_HLS, FNC_FOLDS_RTL = 1u << FINNC_STYLE_RTL };

/* What speaks against a way to implement a layer, in words with the values that decided. */
enum { FNC_LAYER_WHY_MAX = 160 };
typedef struct fnc_layer_styles {
    char against_hls[FNC_LAYER_WHY_MAX], against_rtl[FNC_LAYER_WHY_MAX]; /* "": it is possible */
    char unasked_rtl[FNC_LAYER_WHY_MAX]; /* RTL is possible, but nothing to choose by itself */
} fnc_layer_styles;
/* Adds a reason; the first one stays. */
FINNC_PRINTF(2, 3)
void fnc_layer_against(char why[FNC_LAYER_WHY_MAX], const char *format, ...);

/* Windows of an image, as they come out once the layer is built. */
typedef struct fnc_layer_windows {
    int64_t channels, together; /* all, and those that lie together under a tap */
    bool is_grouped;            /* SIMD decides how many do */
} fnc_layer_windows;

/* NULL: the base class's answer, which upstream's layers inherit. */
struct finnc_layer {
    const char *name; /* of the op */
    /* Sets dtype, dims, folded and width; the driver counts the words unless that was done.
     * An input that is there but no stream has width 0. NOT_FOUND (fnc_layer_no_stream) past the
     * last one. */
    finnc_status (*input)(const fnc_layer_node *l, size_t i, finnc_stream *stream);
    finnc_status (*output)(const fnc_layer_node *l, size_t o, finnc_stream *stream);
    finnc_status (*folds)(const fnc_layer_node *l, finnc_fold *folds,
                          size_t *count);      /* NULL: none */
    bool (*has_port)(const fnc_layer_node *l); /* NULL: no */
    bool is_rigid;                             /* no width converter can stand next to it */
    finnc_status (*inner_width)(const fnc_layer_node *l, int64_t *bits); /* NULL: 0 */
    unsigned set_folding; /* implementations that FINN's SetFolding folds: FNC_FOLDS_HLS ... */
    size_t copies; /* so many outputs, the first ones, are input 0 as it came; SIZE_MAX: all */
    finnc_status (*windows)(const fnc_layer_node *l, fnc_layer_windows *w); /* NULL: makes none */
    bool (*follows)(const fnc_layer_node *l);                               /* NULL: no */
    finnc_status (*taps)(const fnc_layer_node *l, int64_t *taps);           /* NULL: 0 */
    finnc_status (*cycles)(const fnc_layer_node *l, int64_t *cycles);       /* NULL: 0 */
    /* Adds phases (fnc_flow_add); `times` and `loop` begin with 1. The driver adds them up. */
    finnc_status (*flow)(const fnc_layer_node *l, finnc_flow *flow);
    /* Amounts begin with 0, efficiencies with 1. NULL: they stay so. */
    finnc_status (*resources)(const fnc_layer_node *l, const finnc_part *part,
                              finnc_resources *resources);
    finnc_layer_choice choice; /* what FINN's report of alternatives tries */
    finnc_status (*counts)(const fnc_layer_node *l, finnc_layer_count *counts,
                           size_t *count); /* NULL: none */
    /* Inputs begin with -1. NULL: they stay so. */
    finnc_status (*constants)(const fnc_layer_node *l, finnc_constants *constants);
    /* Says what forbids styles that the op's traits offer. NULL: nothing does. */
    finnc_status (*styles)(const fnc_layer_node *l, const finnc_part *part,
                           fnc_layer_styles *styles);
};

/* The layer that the node is, and the node as its functions see it; UNSUPPORTED if it is none. */
FINNC_MUST_USE finnc_status fnc_layer_need(finnc_ctx *cx, const finnc_node *node, fnc_layer_node *l,
                                           const finnc_layer **layer);

/* ---- attributes: the node's, or what the op's record says in their absence ---- */

/* BAD_VALUE if there is neither. */
FINNC_MUST_USE finnc_status fnc_layer_int(const fnc_layer_node *l, const char *name, int64_t *x);
/* The same; less than 1 is BAD_VALUE, too. */
FINNC_MUST_USE finnc_status fnc_layer_size(const fnc_layer_node *l, const char *name, int64_t *x);
/* Is the attribute that word? */
bool fnc_layer_is(const fnc_layer_node *l, const char *name, const char *word);
/* Is the attribute there, an integer and not 0? Its default is 0. */
bool fnc_layer_says(const fnc_layer_node *l, const char *name);
/* Weights or thresholds that a processor may write: has_port of what keeps them in a memory. */
bool fnc_layer_is_writeable(const fnc_layer_node *l);
FINNC_MUST_USE finnc_status fnc_layer_dtype(const fnc_layer_node *l, const char *name,
                                            finnc_dtype *dtype);
/* Exactly `count` integers, each at least `least`. */
FINNC_MUST_USE finnc_status fnc_layer_ints(const fnc_layer_node *l, const char *name, size_t count,
                                           int64_t least, int64_t *x);

/* ---- streams ---- */

/* The vectors of attribute numInputVectors (a list), and then `last`: the tensor's shape. */
FINNC_MUST_USE finnc_status fnc_layer_vectors(const fnc_layer_node *l, int64_t last,
                                              finnc_stream *stream);
/* The `n` dimensions of the attribute `name`, and then `last`. */
FINNC_MUST_USE finnc_status fnc_layer_shape(const fnc_layer_node *l, const char *name,
                                            const int64_t *dims, size_t n, int64_t last,
                                            finnc_stream *stream);
/* Not folded: the last axis is a word. */
FINNC_MUST_USE finnc_status fnc_layer_unfolded(const fnc_layer_node *l, finnc_stream *stream);
/* Folds: the last axis, of `n` elements, becomes n / by words of `by`; BAD_VALUE, naming the
 * attribute `attr`, if it does not divide. Width becomes by * bits of dtype. */
FINNC_MUST_USE finnc_status fnc_layer_fold(const fnc_layer_node *l, finnc_stream *stream,
                                           const char *attr, int64_t by);
/* The same for words of `width` bits, which the attribute `attr` says. */
FINNC_MUST_USE finnc_status fnc_layer_fold_bits(const fnc_layer_node *l, finnc_stream *stream,
                                                const char *attr, int64_t width);
/* BAD_VALUE unless `by`, the attribute `attr`, divides `n`, which is called `of`. */
FINNC_MUST_USE finnc_status fnc_layer_divides(const fnc_layer_node *l, const char *attr, int64_t by,
                                              const char *of, int64_t n);
/* The words of a folded stream: all axes but the last. */
FINNC_MUST_USE finnc_status fnc_layer_words(const fnc_layer_node *l, const finnc_stream *stream,
                                            int64_t *words);
/* "has no input 3". */
finnc_status fnc_layer_no_stream(const fnc_layer_node *l, const char *what, size_t i);

/* ---- folding ---- */

/* One more attribute that can be chosen: it has to divide `of`. */
FINNC_MUST_USE finnc_status fnc_layer_add_fold(const fnc_layer_node *l, const char *attr,
                                               int64_t of, finnc_fold *folds, size_t *count);

/* ---- flow ---- */

/* One more phase, unless it takes no cycles. */
void fnc_flow_add(finnc_flow *flow, finnc_phase phase);
/* `flow` of a layer that takes a word of each input, and gives one to each output, per cycle. */
FINNC_MUST_USE finnc_status fnc_flow_elementwise(const fnc_layer_node *l, finnc_flow *flow);
/* The same with as many words in and out as there are: rounds of their smallest ratio. */
FINNC_MUST_USE finnc_status fnc_flow_ratio(const fnc_layer_node *l, finnc_flow *flow);
/* Places in a picture at which something is seen: each gives `word` words once the last `word`
 * words of it have come in. */
typedef struct fnc_slide {
    int64_t ahead;         /* words before the first place's last ones */
    int64_t lines, places; /* places in a line */
    int64_t word;
    int64_t step;    /* words from one place to the next */
    int64_t between; /* words between the last place of a line and the next line's first */
    int64_t behind;  /* words behind the last place */
} fnc_slide;
void fnc_flow_slide(finnc_flow *flow, const fnc_slide *slide);
/* Phases that are repeated from here on; and up to here, `times` times. */
static inline void fnc_flow_begin_loop(finnc_flow *flow)
{
    flow->loop_begin = flow->nphases;
}
static inline void fnc_flow_end_loop(finnc_flow *flow, int64_t times)
{
    flow->loop_end = flow->nphases;
    flow->loop = times;
}

/* ---- arithmetic ---- */

/* x rounded up to a multiple's count: ceil(a / b) for a >= 0, b > 0. */
static inline int64_t fnc_ceil_div(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}
/* The product of `count` factors; BAD_VALUE "is too large" beyond an int64_t. */
FINNC_MUST_USE finnc_status fnc_layer_product(const fnc_layer_node *l, const int64_t *factors,
                                              size_t count, int64_t *product);
/* `x`, a whole number that a formula in doubles gave; BAD_VALUE "is too large" beyond 2^53, where
 * doubles are not exact. */
FINNC_MUST_USE finnc_status fnc_layer_whole(const fnc_layer_node *l, double x, int64_t *whole);

#define LAYER(name) extern const finnc_layer fnc_layer_##name;
#include "layers.def"
#undef LAYER

#endif
