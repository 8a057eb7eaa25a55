/* What the fast engine computes with: a set of kernels for each instruction set.
 *
 * All sets compute the same; packed weights have one form for all of them, so that a test can run
 * any two on the same data. */
#ifndef FNC_FAST_KERNELS_H
#define FNC_FAST_KERNELS_H

#include "program.h"

/* Weights and thresholds of a DOT layer in blocks of output channels; the last block is filled up
 * with channels whose thresholds nothing reaches. */
typedef struct fnc_dot {
    int64_t units;          /* of a window: 64 codes of a bit each; or 4 bytes */
    int64_t *offsets;       /* of each, in bytes from the window's first */
    int64_t blocks;         /* of FNC_DOT_BITS or FNC_DOT_BYTES channels */
    int64_t channels;       /* without the filling */
    int64_t nthresholds;    /* 0: sums come out */
    bool is_packed;         /* what comes out: bits; else bytes */
    int64_t step_h, step_w; /* bytes from a window to the next */
    /* Bits: of an output channel, unit u: bits[(block * units + u) * 8 + lane], a
     * bit for each weight that is 1. With d the number of places where codes and these differ, the
     * sum is ones - d, and reaches threshold j if d <= limits[j]. */
    uint64_t *bits;
    int64_t *ones;   /* by block and lane */
    int64_t *limits; /* by block, threshold and lane */
    /* Bytes: bytes[((block * units + u) * 16 + lane) * 4 + i]; thresholds by block, threshold and
     * lane. */
    int8_t *bytes;
    int32_t *thresholds;
    bool pairs_fit; /* bytes: two products that are neighbours, together, fit into 16 bits */
    /* Each channel by itself, from bytes: a unit is a tap, taps[(block * units + u) * 32 + lane];
     * thresholds as above, or of 16 bits if the sums have no more. */
    int16_t *taps, *low_thresholds;
    bool is_each, is_low;
    /* Groups: where in a window a block's channels begin; NULL: at the first. Who calls the kernel
     * of bits or bytes adds it to `in`. */
    int64_t *starts;
} fnc_dot;

/* Floats to codes: a code is how many thresholds a float reaches, at most 255. `steps` has
 * -infinity, `n` thresholds, ascending, and a NaN, which nothing reaches; thresholds may be
 * -infinity and NaN, too. */
typedef struct fnc_stair {
    int64_t n;
    const float *steps;
    bool has_guess; /* (x - first) scale, cut to 0 to n and rounded down, is off by one at most */
    float first, scale;
    bool is_negated; /* floats are negated first */
} fnc_stair;

enum { FNC_STAIR_FEW = 8 }; /* thresholds up to which it is fastest to compare with each */

enum { FNC_DOT_BITS = 8, FNC_DOT_BYTES = 16, FNC_DOT_EACH = 32 };
enum { FNC_DOT_UNIT = FNC_DOT_BYTES * 4 }; /* bytes of weights for a unit of bytes, in a block */

/* An image's share: output rows [row, row_end) and blocks [block, block_end). */
typedef struct fnc_dot_job {
    const fnc_dot *dot;
    const uint8_t *in;
    uint8_t *out;
    int64_t width;              /* pixels of an output row */
    int64_t out_row, out_pixel; /* bytes */
    int64_t row, row_end, block, block_end;
} fnc_dot_job;

/* ---- throughput mode: see slice.h ---- */

enum {
    FNC_SLICE_LISTS = 16, /* of a group, at most */
    FNC_SLICE_BITS = 24,  /* of a number, at most */
    FNC_SLICE_PLANES = 4  /* of a code, at most */
};

/* Codes that are added up: `n` offsets, in bytes from the window's first plane, of their least
 * bits.
 */
typedef struct fnc_slice_list {
    const uint32_t *offsets; /* filled up with valid ones to a multiple of 8 */
    uint32_t n;
    uint32_t start; /* what counting begins with, for the least bits */
    uint8_t bits;   /* of the number */
    uint8_t shift;  /* what it counts for in the sums */
    uint8_t sums;   /* bit q: it is added to sum q */
} fnc_slice_list;

/* Sums that are made together. */
typedef struct fnc_slice_group {
    fnc_slice_list lists[FNC_SLICE_LISTS];
    int nlists, nsums;
    int64_t channel; /* signs: of the first sum; else the one whose sum is sum 0 minus sum 1 */
} fnc_slice_group;

typedef struct fnc_slice_dot {
    bool is_signs;
    int planes, out_planes; /* of a code */
    int64_t channels, ngroups;
    const fnc_slice_group *groups;
    fnc_slice_list all;  /* signs: every code of a window */
    int64_t nthresholds; /* 0: sums come out, as planes */
    const int32_t *thresholds;
    int bits; /* of sums that are compared, or come out */
    /* Signs and one threshold t = 2 m + r: T + (bias - m) is compared with half of S + 1 + r +
     * 2 bias, whose bits all channels share; lists begin with bias - m. */
    int32_t bias;
    const uint8_t *odd; /* r, by channel; NULL: it is not so */
} fnc_slice_dot;

/* Positions [begin, end) of the output's image. All in registers; `in` and `out` hold planes by
 * pixel, channel and bit. */
typedef struct fnc_slice_job {
    const fnc_slice_dot *dot;
    const void *in;
    void *out;
    void *scratch; /* FNC_SLICE_SCRATCH registers */
    int64_t width, begin, end, group, group_end;
    int64_t step_h, step_w, out_step; /* planes from a window to the next */
} fnc_slice_job;

enum {
    FNC_SLICE_NUMBERS = FNC_SLICE_LISTS * FNC_SLICE_PLANES,
    FNC_SLICE_SCRATCH = (FNC_SLICE_NUMBERS + 8) * FNC_SLICE_BITS
};

typedef struct fnc_isa {
    const char *name;
    const char *needs; /* what has to be there, in words */
    bool (*is_here)(void);
    bool is_untried; /* nobody has run it on a real processor: only who names it gets it */
    void (*dot_bits)(const fnc_dot_job *job);
    void (*dot_bytes)(const fnc_dot_job *job);
    void (*dot_each)(const fnc_dot_job *job);
    /* Codes k with low + step k = x[i * stride], 0 <= k <= high; false: there is an x that has
     * none, as a NaN. Few enough levels for floats to be exact. */
    bool (*find_codes)(const float *x, int64_t n, int64_t stride, float low, float step, float high,
                       uint8_t *codes);
    /* Codes of x[i * stride]; false: there is a NaN. NULL: as the plainest set has it. */
    bool (*count_steps)(const float *x, int64_t n, int64_t stride, const fnc_stair *stair,
                        uint8_t *codes);
    /* What the loops above do most, `n` times in registers, without memory; NULL: nobody knows.
     * Benchmarks tell how near to that a layer comes. */
    void (*spin_bits)(int64_t n);
    void (*spin_bytes)(int64_t n);
    void (*spin_slice)(int64_t n);           /* a full adder */
    int64_t spin_bits_macs, spin_bytes_macs; /* multiply-accumulates each time */
    size_t slice;                            /* bytes of a register */
    void (*slice_dot)(const fnc_slice_job *job);
    /* to = the larger of two codes each, of `n` channels of `planes` bits. */
    void (*slice_max)(void *to, const void *from, int64_t n, int planes);
    /* Codes of `n` channels: what each becomes by channel (`map`: 256 each), and sums of two. */
    void (*slice_map)(const void *from, int64_t n, int planes, int high, const uint8_t *map,
                      void *to, int to_planes);
    void (*slice_add)(const void *a, int a_planes, const void *b, int b_planes, int64_t n, void *to,
                      int to_planes);
    /* Bit k of the words at from[i * step] of all images i becomes plane to[k * stride], k < n. */
    void (*slice_transpose)(const uint64_t *from, int64_t step, void *to, int64_t n,
                            int64_t stride);
} fnc_isa;

/* The rows of kernels.def that this program was built with, the plainest first. */
extern const fnc_isa *const fnc_isas[];
extern const size_t fnc_nisas;
/* The one that is asked for; else that which FINNC_ISA in the environment names; else the last that
 * this machine has and that has been tried. `asked` may be NULL. BAD_VALUE if there is none of that
 * name, UNSUPPORTED if the machine has not. */
FINNC_MUST_USE finnc_status fnc_isa_choose(finnc_ctx *cx, const char *asked, const fnc_isa **isa);

#endif
