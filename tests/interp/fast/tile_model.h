/* AMX's tiles in plain C, as Intel's manual has them (volume 1, chapter 18, and volume 2:
 * LDTILECFG, TILEZERO, TILELOADD, TILESTORED, TDPBUSD), so that what is written for them runs
 * anywhere. What would be a fault is a failure of the test. */
#ifndef TESTS_TILE_MODEL_H
#define TESTS_TILE_MODEL_H

#include <criterion/criterion.h>

#include <stdint.h>
#include <string.h>

typedef struct tile_config {
    uint8_t palette, start_row, zeros[14];
    uint16_t row_nbytes[16];
    uint8_t rows[16];
} tile_config;

/* Palette 1 has eight tiles. */
enum { MODEL_TILES = 8, MODEL_ROWS = 16, MODEL_NBYTES = 64 };

static struct {
    tile_config config; /* palette 0: none */
    uint8_t tiles[MODEL_TILES][MODEL_ROWS][MODEL_NBYTES];
} tile_model;

static void tile_model_configure(const tile_config *config)
{
    tile_config c;
    cr_assert_eq(sizeof c, 64);
    memcpy(&c, config, sizeof c);
    memset(&tile_model, 0, sizeof tile_model);
    if (c.palette == 0)
        return;
    cr_assert_eq(c.palette, 1, "there is no palette %d", c.palette);
    cr_assert_eq(c.start_row, 0, "nothing was interrupted");
    for (int i = 0; i < 14; i++)
        cr_assert_eq(c.zeros[i], 0, "reserved");
    for (int t = 0; t < 16; t++) {
        cr_assert(c.rows[t] <= (t < MODEL_TILES ? MODEL_ROWS : 0), "tile %d has %d rows", t,
                  c.rows[t]);
        cr_assert(c.row_nbytes[t] <= (t < MODEL_TILES ? MODEL_NBYTES : 0),
                  "rows of tile %d have %d bytes", t, c.row_nbytes[t]);
        cr_assert_eq(c.rows[t] == 0, c.row_nbytes[t] == 0, "tile %d has one size", t);
    }
    tile_model.config = c;
}

static void tile_model_need(int tile)
{
    cr_assert_eq(tile_model.config.palette, 1, "there is no configuration");
    cr_assert(tile >= 0 && tile < MODEL_TILES && tile_model.config.rows[tile] > 0,
              "tile %d is not configured", tile);
}

static void tile_model_zero(int tile)
{
    tile_model_need(tile);
    memset(tile_model.tiles[tile], 0, sizeof tile_model.tiles[tile]);
}

static void tile_model_load(int tile, const void *from, int64_t step)
{
    tile_model_zero(tile);
    for (int r = 0; r < tile_model.config.rows[tile]; r++)
        memcpy(tile_model.tiles[tile][r], (const char *)from + r * step,
               tile_model.config.row_nbytes[tile]);
}

static void tile_model_store(int tile, void *to, int64_t step)
{
    tile_model_need(tile);
    for (int r = 0; r < tile_model.config.rows[tile]; r++)
        memcpy((char *)to + r * step, tile_model.tiles[tile][r],
               tile_model.config.row_nbytes[tile]);
}

static void tile_model_dot(int sums, int codes, int weights)
{
    const tile_config *c = &tile_model.config;
    tile_model_need(sums);
    tile_model_need(codes);
    tile_model_need(weights);
    cr_assert(sums != codes && sums != weights && codes != weights, "a tile is named twice");
    cr_assert(c->row_nbytes[sums] % 4 == 0 && c->row_nbytes[codes] % 4 == 0 &&
                  c->row_nbytes[weights] % 4 == 0,
              "rows are no multiples of 4 bytes");
    cr_assert_eq(c->rows[sums], c->rows[codes]);
    cr_assert_eq(c->row_nbytes[codes] / 4, c->rows[weights]);
    cr_assert_eq(c->row_nbytes[sums], c->row_nbytes[weights]);
    for (int m = 0; m < c->rows[sums]; m++)
        for (int n = 0; n < c->row_nbytes[sums] / 4; n++) {
            int32_t sum;
            memcpy(&sum, &tile_model.tiles[sums][m][4 * n], sizeof sum);
            for (int k = 0; k < c->row_nbytes[codes] / 4; k++)
                for (int i = 0; i < 4; i++)
                    sum += tile_model.tiles[codes][m][4 * k + i] *
                           (int8_t)tile_model.tiles[weights][k][4 * n + i];
            memcpy(&tile_model.tiles[sums][m][4 * n], &sum, sizeof sum);
        }
    for (int m = c->rows[sums]; m < MODEL_ROWS; m++)
        memset(tile_model.tiles[sums][m], 0, MODEL_NBYTES);
}

#define TILE_CONFIGURE(config)         tile_model_configure(config)
#define TILE_RELEASE()                 memset(&tile_model, 0, sizeof tile_model)
#define TILE_ZERO(tile)                tile_model_zero(tile)
#define TILE_LOAD(tile, from, step)    tile_model_load(tile, from, step)
#define TILE_STORE(tile, to, step)     tile_model_store(tile, to, step)
#define TILE_DOT(sums, codes, weights) tile_model_dot(sums, codes, weights)

#endif
