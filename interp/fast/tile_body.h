/* Sums of bytes by tiles: 16 pixels at a time, whose windows are laid side by side first; 16 units
 * of four codes; up to four blocks of 16 channels. Packed weights are what a tile wants as they
 * are.
 *
 * Whoever includes this has defined what tiles.h defines, and put_tile(dot, block, sums, pixel). */
#include "kernels.h"

#include <string.h>

enum {
    TILE_ROWS = 16,
    TILE_UNITS = 16,
    TILE_BLOCKS = 4,
    TILE_MAX_UNITS = 1152 /* of a window that has room on the stack, with 15 others */
};

/* Tiles 0 to 3 are sums, 4 and 5 codes and weights of 16 units, 6 and 7 those of the units that are
 * left in the end. */
static void configure_tiles(int pixels, int rest)
{
    _Alignas(64) tile_config config = {.palette = 1};
    for (int t = 0; t <= 6; t++) {
        config.rows[t] = (uint8_t)pixels;
        config.row_nbytes[t] = 64;
    }
    config.rows[5] = TILE_UNITS;
    config.rows[6] = (uint8_t)(rest ? pixels : 0);
    config.row_nbytes[6] = (uint16_t)(4 * rest);
    config.rows[7] = (uint8_t)rest;
    config.row_nbytes[7] = rest ? 64 : 0;
    TILE_CONFIGURE(&config);
}

static void copy_window(const fnc_dot *dot, const uint8_t *in, uint8_t *to)
{
    const int64_t *offsets = dot->offsets, last = TILE_UNITS - 1;
    for (int64_t u = 0; u < dot->units;) {
        /* Offsets ascend by 4 at least, so these are neighbours. */
        bool is_run = u + last < dot->units && offsets[u + last] - offsets[u] == 4 * last;
        int64_t n = is_run ? TILE_UNITS : 1;
        if (is_run)
            memcpy(to + 4 * u, in + offsets[u], (size_t)4 * TILE_UNITS);
        else
            memcpy(to + 4 * u, in + offsets[u], 4);
        u += n;
    }
}

#define ADD_BLOCK(b, codes, weights)                                                               \
    do {                                                                                           \
        if ((b) < n) {                                                                             \
            TILE_LOAD(weights, w + ((b)*units + u) * FNC_DOT_UNIT, FNC_DOT_UNIT);                  \
            TILE_DOT(b, codes, weights);                                                           \
        }                                                                                          \
    } while (0)
#define ADD_UNITS(codes, weights)                                                                  \
    do {                                                                                           \
        TILE_LOAD(codes, windows + 4 * u, 4 * units);                                              \
        ADD_BLOCK(0, codes, weights);                                                              \
        ADD_BLOCK(1, codes, weights);                                                              \
        ADD_BLOCK(2, codes, weights);                                                              \
        ADD_BLOCK(3, codes, weights);                                                              \
    } while (0)

/* `n` blocks from `block` on. */
static void sum_tiles(const fnc_dot *dot, int64_t block, int64_t n, const uint8_t *windows,
                      int32_t sums[TILE_BLOCKS][TILE_ROWS][FNC_DOT_BYTES])
{
    const int64_t units = dot->units;
    const int8_t *w = dot->bytes + block * units * FNC_DOT_UNIT;
    int64_t u = 0;
    TILE_ZERO(0);
    TILE_ZERO(1);
    TILE_ZERO(2);
    TILE_ZERO(3);
    for (; u + TILE_UNITS <= units; u += TILE_UNITS)
        ADD_UNITS(4, 5);
    if (u < units)
        ADD_UNITS(6, 7);
    TILE_STORE(0, sums[0], 64);
    TILE_STORE(1, sums[1], 64);
    TILE_STORE(2, sums[2], 64);
    TILE_STORE(3, sums[3], 64);
}

/* Pixels are counted through the rows of the job's share. */
static void dot_tiles(const fnc_dot_job *job)
{
    const fnc_dot *dot = job->dot;
    const int64_t pixels = (job->row_end - job->row) * job->width;
    _Alignas(64) uint8_t windows[TILE_ROWS * TILE_MAX_UNITS * 4];
    _Alignas(64) int32_t sums[TILE_BLOCKS][TILE_ROWS][FNC_DOT_BYTES];
    int configured = 0;
    for (int64_t first = 0; first < pixels; first += TILE_ROWS) {
        int n = pixels - first < TILE_ROWS ? (int)(pixels - first) : TILE_ROWS;
        uint8_t *out[TILE_ROWS];
        if (n != configured)
            configure_tiles(n, (int)(dot->units % TILE_UNITS));
        configured = n;
        for (int p = 0; p < n; p++) {
            int64_t row = job->row + (first + p) / job->width, x = (first + p) % job->width;
            copy_window(dot, job->in + row * dot->step_h + x * dot->step_w,
                        windows + 4 * dot->units * p);
            out[p] = job->out + row * job->out_row + x * job->out_pixel;
        }
        for (int64_t block = job->block; block < job->block_end; block += TILE_BLOCKS) {
            int64_t m = job->block_end - block < TILE_BLOCKS ? job->block_end - block : TILE_BLOCKS;
            sum_tiles(dot, block, m, windows, sums);
            for (int64_t b = 0; b < m; b++)
                for (int p = 0; p < n; p++)
                    put_tile(dot, block + b, sums[b][p], out[p]);
        }
    }
    TILE_RELEASE();
}
