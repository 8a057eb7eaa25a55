#include "memories.h"

#include <math.h>
#include <stddef.h>

double fnc_bram18(double depth, double width, double column)
{
    if (width <= 1)
        return ceil(depth / 16384);
    if (width <= 2)
        return ceil(depth / 8192);
    if (width <= 4)
        return ceil(depth / 4096);
    /* Where the limits are does not depend on the parity bits. */
    if (width <= 9)
        return ceil(depth / 2048) * ceil(width / column);
    if (width <= 18 || depth > 512)
        return ceil(depth / 1024) * ceil(width / (2 * column));
    return ceil(depth / 512) * ceil(width / (4 * column));
}

double fnc_uram(double depth, double width)
{
    return ceil(depth / 4096) * ceil(width / 72);
}

double fnc_memory_efficiency(double bits, double blocks, double block_bits)
{
    return blocks > 0 ? bits / (blocks * block_bits) : 1;
}

double fnc_bram18_port(double depth)
{
    static const struct {
        double depth, width;
    } ports[] = {{512, 36}, {1024, 18}, {2048, 9}, {4096, 4}, {8192, 2}};
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
        if (depth <= ports[i].depth)
            return ports[i].width;
    return 1;
}

const fnc_primitive *fnc_primitive_choose(double depth, double width, unsigned allowed,
                                          double *count)
{
    static const fnc_primitive all[] = {
        {FNC_PRIMITIVE_URAM, 72, 4096},  {FNC_PRIMITIVE_URAM, 36, 8192},
        {FNC_PRIMITIVE_URAM, 18, 16384}, {FNC_PRIMITIVE_URAM, 9, 32768},
        {FNC_PRIMITIVE_BRAM18, 36, 512}, {FNC_PRIMITIVE_BRAM18, 18, 1024},
        {FNC_PRIMITIVE_BRAM18, 9, 2048}, {FNC_PRIMITIVE_LUTRAM, 1, 64},
    };
    const fnc_primitive *best = NULL;
    double least = 0;
    *count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const fnc_primitive *p = &all[i];
        if (!(allowed >> p->kind & 1))
            continue;
        const double n = ceil(width / p->width) * ceil(depth / p->depth);
        const double taken = n * p->width * p->depth;
        if (best && taken >= least)
            continue;
        best = p;
        least = taken;
        *count = n;
    }
    return best;
}
