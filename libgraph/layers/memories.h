/* What on-chip memory takes, counted as FINN counts it (FINN-R, Blott et al. 2018, and Xilinx'
 * UG573). Sizes and amounts are doubles: whole numbers that are exact up to 2^53 and do not wrap.
 */
#ifndef FNC_MEMORIES_H
#define FNC_MEMORIES_H

#include <stdbool.h>

/* RAMB18s for `depth` words of `width` bits. `column` is what a block of 2048 words offers in
 * width: 9 with its parity bits, 8 without. */
double fnc_bram18(double depth, double width, double column);
/* UltraRAMs, 4096 words of 72 bits each. */
double fnc_uram(double depth, double width);
/* Used of taken bits: `bits` in `blocks` of `block_bits` each; 1 if there are no blocks. */
double fnc_memory_efficiency(double bits, double blocks, double block_bits);
/* How wide the port of a RAMB18 is that has to be `depth` words deep. */
double fnc_bram18_port(double depth);

enum { FNC_BRAM18_BITS = 36 * 512, FNC_URAM_BITS = 72 * 4096 };

/* One way to build a memory: `width` bits by `depth` words. */
typedef struct fnc_primitive {
    enum { FNC_PRIMITIVE_URAM, FNC_PRIMITIVE_BRAM18, FNC_PRIMITIVE_LUTRAM } kind;
    double width, depth;
} fnc_primitive;

/* The primitive that wastes the fewest bits, the first one of those in the order of FINN's list;
 * and how many of it. `allowed` is a bit per kind, at least one. */
const fnc_primitive *fnc_primitive_choose(double depth, double width, unsigned allowed,
                                          double *count);

#endif
