/* AMX's tiles: eight registers of up to 16 rows of 64 bytes, whose sizes a configuration tells.
 * Tiles are named by constants. (Intel 64 and IA-32 manual, volume 1, chapter 18.)
 *
 * tests/interp/fast/tile_model.h has the same in plain C. */
#ifndef FNC_FAST_TILES_H
#define FNC_FAST_TILES_H

#include <stdint.h>

/* As LDTILECFG reads it. Where a tile is not used, both sizes are 0. */
typedef struct tile_config {
    uint8_t palette, start_row, zeros[14];
    uint16_t row_nbytes[16];
    uint8_t rows[16];
} tile_config;

/* Not by the compiler's intrinsics: those of gcc 12 do not tell it that memory is read. */

/* Sets the sizes; what was in the tiles is gone. */
#define TILE_CONFIGURE(config) __asm__ volatile("ldtilecfg %0" : : "m"(*(config)))
/* Gives the tiles back: a thread without them is cheaper to interrupt. */
#define TILE_RELEASE()  __asm__ volatile("tilerelease")
#define TILE_ZERO(tile) __asm__ volatile("tilezero %%tmm" #tile : :)
#define TILE_LOAD(tile, from, step)                                                                \
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm" #tile                                            \
                     :                                                                             \
                     : "r"(from), "r"((int64_t)(step))                                             \
                     : "memory")
#define TILE_STORE(tile, to, step)                                                                 \
    __asm__ volatile("tilestored %%tmm" #tile ", (%0,%1,1)"                                        \
                     :                                                                             \
                     : "r"(to), "r"((int64_t)(step))                                               \
                     : "memory")
/* sums[m][n] += four products of codes[m][k] and weights[k][n]: unsigned bytes and signed ones. */
#define TILE_DOT(sums, codes, weights)                                                             \
    __asm__ volatile("tdpbusd %%tmm" #weights ", %%tmm" #codes ", %%tmm" #sums : :)

#endif
