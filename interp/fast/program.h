/* A piece of a graph, compiled to integers.
 *
 * A program begins at one value whose elements are known to be of a small set (its source), and
 * goes on as far as everything is exact in integers. Its values are *codes* 0, 1, 2... or *sums* of
 * weights times codes; what a code or sum stands for in floats is a table, made by running the
 * model's own nodes on it. So scales, biases, batch normalisations and thresholds need no kernels
 * of ours: they vanish into tables, and these into integer thresholds on sums.
 *
 * Values are kept channels last, whatever the model's layout. */
#ifndef FNC_FAST_PROGRAM_H
#define FNC_FAST_PROGRAM_H

#include "../plan.h"

struct fnc_stair;

/* What programs are made of: see below. */
typedef struct fnc_program fnc_program;

/* Of one image: h x w pixels of c channels. */
typedef struct fnc_digits {
    int64_t h, w, c;
    bool is_sum;        /* sums, of one layer and not further looked at */
    int32_t low, high;  /* the least and the greatest; codes: low = 0, high <= 255 */
    bool is_packed;     /* codes 0 and 1, a bit each; else bytes (sums: int32_t) */
    size_t pixel;       /* bytes of a pixel, a multiple of 8 */
    size_t maker;       /* the layer, while programs are made; SIZE_MAX: none */
    bool is_multiplied; /* a layer before it multiplies */
} fnc_digits;

typedef enum fnc_layer_kind {
    FNC_LAYER_DOT,  /* sums of weights times codes over windows, compared with thresholds */
    FNC_LAYER_MAX,  /* the greatest code in a window */
    FNC_LAYER_MAP,  /* another code, by channel and code */
    FNC_LAYER_PAD,  /* a border around the image */
    FNC_LAYER_ADD,  /* the sum of two codes */
    FNC_LAYER_JOIN, /* the channels of two images, one behind the other */
    FNC_LAYER_MOVE  /* elements of an image, wherever they go */
} fnc_layer_kind;

/* Channels [first, first + count) of a pixel, which become those from `to` on of another one. */
typedef struct fnc_run {
    int32_t pixel, first, to, count;
} fnc_run;

typedef struct fnc_layer {
    fnc_layer_kind kind;
    size_t in, out; /* digits of the program */
    size_t in2;     /* ADD, JOIN: the other ones; else `in` again */
    size_t step;    /* of the plan, that it began with */
    int64_t macs;   /* multiply-accumulates for an image; 0: it multiplies nothing */
    int64_t kh, kw, sh, sw, dh, dw; /* DOT, MAX */
    /* DOT: the channels of either side are cut into as many groups, one of which sees one. */
    int64_t groups;      /* 1: every channel sees all */
    int8_t *weights;     /* by output channel, tap and channel that it sees */
    bool is_bipolar;     /* all of them are 1 or -1 */
    int32_t *thresholds; /* by output channel, ascending: the code is how many the sum reaches */
    int64_t nthresholds; /* 0: the sum itself is what comes out */
    /* MAP, PAD */
    uint8_t *map; /* by channel and code: 256 each */
    int64_t top, left;
    uint8_t border; /* the code there */
    /* MOVE: what pixel i of the output has are the runs from starts[i] to starts[i + 1]. */
    const fnc_run *runs;
    const int32_t *starts;
    void *packed, *sliced; /* as the kernels of either mode want it */
} fnc_layer;

/* A float for every code and channel. */
typedef struct fnc_table {
    int64_t n, channels; /* codes; `low` is the first */
    int32_t low;
    float *y; /* by code, then channel */
} fnc_table;

/* How the model sees digits. */
typedef enum fnc_axes {
    FNC_AXES_VECTOR,     /* N, C: a pixel */
    FNC_AXES_ROW,        /* N, C, W: h is 1 */
    FNC_AXES_FIRST,      /* N, C, H, W */
    FNC_AXES_LAST,       /* N, H, W, C */
    FNC_AXES_FLAT_FIRST, /* N, CHW: all pixels in one axis, channel by channel */
    FNC_AXES_FLAT_LAST   /* N, HWC */
} fnc_axes;

/* Digits that become a tensor of the plan again. */
typedef struct fnc_program_output {
    size_t value; /* of the plan */
    size_t digits;
    fnc_table table;
    fnc_axes axes;
} fnc_program_output;

struct fnc_program {
    size_t source; /* the value of the plan that it begins at */
    fnc_axes source_axes;
    float *levels; /* what the codes of the source stand for, ascending: digits[0].high + 1 */
    const struct fnc_stair *stairs; /* or how floats become codes: for each channel, or one for all;
                                       NULL: they are levels */
    size_t nstairs;
    size_t flat;        /* digits: the source again, its pixels being channels; SIZE_MAX: none */
    int64_t batch;      /* the one batch size that it is right for; -1: any */
    fnc_digits *digits; /* [0]: the source */
    size_t ndigits, digits_room;
    fnc_layer *layers;
    size_t nlayers, layers_room;
    fnc_program_output *outputs;
    size_t noutputs, outputs_room;
    size_t *watched; /* values of the plan that are in it alone, and that nobody may have fed */
    size_t nwatched;
    size_t *folded; /* steps that make constants, which it alone needs: it has them */
    size_t nfolded;
    size_t first_step;            /* where it runs */
    bool is_off;                  /* something watched was fed, or nobody wants what it makes */
    int misses;                   /* runs in a row in which it met what was not foreseen */
    bool is_done, has_missed;     /* in the run at hand */
    struct fnc_image_plan *image; /* latency mode: NULL until it is used */
    struct fnc_slice_plan *slice; /* throughput mode: NULL until it is used */
    bool has_no_slice;            /* nothing would be gained by it */
    struct fnc_times *image_times, *slice_times; /* NULL: nobody asks */
};

/* Channels that an output channel of a DOT sees, and weights that it has. */
int64_t fnc_layer_depth(const fnc_program *p, const fnc_layer *layer);
int64_t fnc_layer_terms(const fnc_program *p, const fnc_layer *layer);
/* Does each channel of a DOT see itself alone? */
bool fnc_layer_is_each(const fnc_program *p, const fnc_layer *layer);

/* Where the model has channel c of pixel i of an image. */
typedef struct fnc_strides {
    int64_t pixel, channel; /* steps, in elements */
} fnc_strides;
fnc_strides fnc_strides_of(fnc_axes axes, const fnc_digits *d);

/* The shape that the model gives digits, of `n` images: how many axes. */
int fnc_digits_shape(const fnc_digits *d, fnc_axes axes, int64_t n, int64_t dims[4]);

#endif
