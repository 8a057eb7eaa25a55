/* The kernels that NEON's sets share: bits are counted in bytes, of eight channels in four
 * registers; 16 channels of bytes are added up in four registers of 32 bits.
 *
 * Products are of signed bytes, so codes, which have no sign, go down by 128, and what that takes
 * away is put back: 128 times the sum of the weights, once for a block.
 *
 * Whoever includes this has defined PIXELS, the most at a time, and add_products(w, at, offsets,
 * units, n, sums), which adds, to those of `n` pixels, the products with codes less 128. */
#include "kernels.h"

#include <arm_neon.h>
#include <string.h>

enum { FOURS = FNC_DOT_BYTES / 4, PAIRS = FNC_DOT_BITS / 2 };

/* ---- bits ---- */

/* Bytes hold the counts of up to 31 words. */
enum { FEW_UNITS = 31 };

static inline __attribute__((always_inline)) void count_differing(const fnc_dot *dot, int64_t block,
                                                                  const uint8_t *in, int n,
                                                                  int64x2_t differ[PIXELS][PAIRS])
{
    const uint64_t *w = dot->bits + block * dot->units * FNC_DOT_BITS;
    for (int p = 0; p < n; p++)
        for (int k = 0; k < PAIRS; k++)
            differ[p][k] = vdupq_n_s64(0);
    for (int64_t u = 0; u < dot->units;) {
        uint8x16_t bytes[PIXELS][PAIRS];
        for (int p = 0; p < n; p++)
            for (int k = 0; k < PAIRS; k++)
                bytes[p][k] = vdupq_n_u8(0);
        for (int64_t i = 0; i < FEW_UNITS && u < dot->units; i++, u++, w += FNC_DOT_BITS) {
            uint64x2_t weights[PAIRS];
            for (int k = 0; k < PAIRS; k++)
                weights[k] = vld1q_u64(w + 2 * k);
            for (int p = 0; p < n; p++) {
                uint64_t a;
                memcpy(&a, in + p * dot->step_w + dot->offsets[u], sizeof a);
                const uint64x2_t codes = vdupq_n_u64(a);
                for (int k = 0; k < PAIRS; k++)
                    bytes[p][k] = vaddq_u8(
                        bytes[p][k], vcntq_u8(vreinterpretq_u8_u64(veorq_u64(codes, weights[k]))));
            }
        }
        for (int p = 0; p < n; p++)
            for (int k = 0; k < PAIRS; k++) {
                uint64x2_t sums = vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(bytes[p][k])));
                differ[p][k] = vaddq_s64(differ[p][k], vreinterpretq_s64_u64(sums));
            }
    }
}

/* A bit for each byte that is not 0. */
static inline uint8_t mask_of(uint8x8_t bytes)
{
    static const uint8_t bits[8] = {1, 2, 4, 8, 16, 32, 64, 128};
    return vaddv_u8(vand_u8(bytes, vld1_u8(bits)));
}

static inline uint8x8_t bits_reached(const int64x2_t differ[PAIRS], const int64_t *limits)
{
    uint32x4_t halves[2];
    for (int h = 0; h < 2; h++)
        halves[h] =
            vcombine_u32(vmovn_u64(vcleq_s64(differ[2 * h], vld1q_s64(limits + 4 * h))),
                         vmovn_u64(vcleq_s64(differ[2 * h + 1], vld1q_s64(limits + 4 * h + 2))));
    return vmovn_u16(vcombine_u16(vmovn_u32(halves[0]), vmovn_u32(halves[1])));
}

static void put_bits(const fnc_dot *dot, int64_t block, const int64x2_t differ[PAIRS],
                     uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BITS, end = dot->channels - first;
    const int64_t *limits = dot->limits + block * dot->nthresholds * FNC_DOT_BITS;
    if (dot->is_packed) {
        pixel[block] = mask_of(bits_reached(differ, limits));
        return;
    }
    end = end < FNC_DOT_BITS ? end : FNC_DOT_BITS;
    if (dot->nthresholds == 0) {
        int64_t counts[FNC_DOT_BITS];
        for (int k = 0; k < PAIRS; k++)
            vst1q_s64(counts + 2 * k, differ[k]);
        for (int64_t k = 0; k < end; k++)
            ((int32_t *)(void *)pixel)[first + k] = (int32_t)(dot->ones[first + k] - counts[k]);
        return;
    }
    uint8x8_t codes = vdup_n_u8(0);
    uint8_t all[FNC_DOT_BITS];
    for (int64_t j = 0; j < dot->nthresholds; j++) /* where one is reached there is -1 */
        codes = vsub_u8(codes, bits_reached(differ, limits + j * FNC_DOT_BITS));
    vst1_u8(all, codes);
    memcpy(pixel + first, all, (size_t)end);
}

static inline __attribute__((always_inline)) void
bits_pixels(const fnc_dot_job *job, int64_t block, const uint8_t *in, int n, uint8_t *out)
{
    int64x2_t differ[PIXELS][PAIRS];
    count_differing(job->dot, block, in, n, differ);
    for (int p = 0; p < n; p++)
        put_bits(job->dot, block, differ[p], out + p * job->out_pixel);
}

static void dot_bits(const fnc_dot_job *job)
{
    const int64_t step = job->dot->step_w;
    for (int64_t row = job->row; row < job->row_end; row++)
        for (int64_t block = job->block; block < job->block_end; block++) {
            const uint8_t *in = job->in + row * job->dot->step_h;
            uint8_t *out = job->out + row * job->out_row;
            int64_t x = 0;
            for (; x + PIXELS <= job->width; x += PIXELS)
                bits_pixels(job, block, in + x * step, PIXELS, out + x * job->out_pixel);
            for (; x < job->width; x++)
                bits_pixels(job, block, in + x * step, 1, out + x * job->out_pixel);
        }
}

/* ---- bytes ---- */

static void sum_weights(const int8_t *w, int64_t units, int32x4_t sums[FOURS])
{
    for (int k = 0; k < FOURS; k++)
        sums[k] = vdupq_n_s32(0);
    for (int64_t u = 0; u < units; u++)
        for (int k = 0; k < FOURS; k++, w += 16)
            sums[k] = vaddq_s32(sums[k], vpaddlq_s16(vpaddlq_s8(vld1q_s8(w))));
}

static inline uint8x16_t bytes_reached(const int32x4_t sums[FOURS], const int32_t *thresholds)
{
    uint16x8_t halves[2];
    for (int h = 0; h < 2; h++)
        halves[h] =
            vcombine_u16(vmovn_u32(vcgeq_s32(sums[2 * h], vld1q_s32(thresholds + 8 * h))),
                         vmovn_u32(vcgeq_s32(sums[2 * h + 1], vld1q_s32(thresholds + 8 * h + 4))));
    return vcombine_u8(vmovn_u16(halves[0]), vmovn_u16(halves[1]));
}

static void put_bytes(const fnc_dot *dot, int64_t block, const int32x4_t sums[FOURS],
                      uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BYTES, end = dot->channels - first;
    const int32_t *thresholds = dot->thresholds + block * dot->nthresholds * FNC_DOT_BYTES;
    end = end < FNC_DOT_BYTES ? end : FNC_DOT_BYTES;
    if (dot->nthresholds == 0) {
        int32_t all[FNC_DOT_BYTES];
        for (int k = 0; k < FOURS; k++)
            vst1q_s32(all + 4 * k, sums[k]);
        memcpy(pixel + 4 * first, all, (size_t)end * sizeof *all);
        return;
    }
    if (dot->is_packed) {
        uint8x16_t reached = bytes_reached(sums, thresholds);
        pixel[first / 8] = mask_of(vget_low_u8(reached));
        pixel[first / 8 + 1] = mask_of(vget_high_u8(reached));
        return;
    }
    uint8x16_t codes = vdupq_n_u8(0);
    uint8_t all[FNC_DOT_BYTES];
    for (int64_t j = 0; j < dot->nthresholds; j++)
        codes = vsubq_u8(codes, bytes_reached(sums, thresholds + j * FNC_DOT_BYTES));
    vst1q_u8(all, codes);
    memcpy(pixel + first, all, (size_t)end);
}

static inline __attribute__((always_inline)) void
bytes_pixels(const fnc_dot_job *job, int64_t block, const int32x4_t start[FOURS], const uint8_t *in,
             int n, uint8_t *out)
{
    const fnc_dot *dot = job->dot;
    const uint8_t *at[PIXELS];
    int32x4_t sums[PIXELS][FOURS];
    for (int p = 0; p < n; p++) {
        at[p] = in + p * dot->step_w;
        memcpy(sums[p], start, sizeof sums[p]);
    }
    add_products(dot->bytes + block * dot->units * FNC_DOT_UNIT, at, dot->offsets, dot->units, n,
                 sums);
    for (int p = 0; p < n; p++)
        put_bytes(dot, block, sums[p], out + p * job->out_pixel);
}

static void dot_bytes(const fnc_dot_job *job)
{
    const fnc_dot *dot = job->dot;
    for (int64_t block = job->block; block < job->block_end; block++) {
        int32x4_t start[FOURS];
        sum_weights(dot->bytes + block * dot->units * FNC_DOT_UNIT, dot->units, start);
        for (int k = 0; k < FOURS; k++)
            start[k] = vshlq_n_s32(start[k], 7);
        for (int64_t row = job->row; row < job->row_end; row++) {
            const uint8_t *in = job->in + row * dot->step_h;
            uint8_t *out = job->out + row * job->out_row;
            int64_t x = 0;
            for (; x + PIXELS <= job->width; x += PIXELS)
                bytes_pixels(job, block, start, in + x * dot->step_w, PIXELS,
                             out + x * job->out_pixel);
            for (; x < job->width; x++)
                bytes_pixels(job, block, start, in + x * dot->step_w, 1, out + x * job->out_pixel);
        }
    }
}

/* Four codes, less 128, twice. */
static inline int8x8_t codes_at(const uint8_t *at)
{
    uint32_t a;
    memcpy(&a, at, sizeof a);
    return vreinterpret_s8_u32(vdup_n_u32(a ^ UINT32_C(0x80808080)));
}

/* ---- reading ---- */

static bool find_codes(const float *x, int64_t n, int64_t stride, float low, float step, float high,
                       uint8_t *codes)
{
    const float32x4_t lows = vdupq_n_f32(low), steps = vdupq_n_f32(step);
    const float32x4_t scales = vdupq_n_f32(1 / step), highs = vdupq_n_f32(high);
    uint32x4_t right = vdupq_n_u32(UINT32_MAX);
    for (int64_t i = 0; i < n; i += 4) {
        float four[4];
        int32_t found[4];
        int64_t count = n - i < 4 ? n - i : 4;
        for (int64_t k = 0; k < 4; k++)
            four[k] = k < count ? x[(i + k) * stride] : low;
        float32x4_t v = vld1q_f32(four), at = vmulq_f32(vsubq_f32(v, lows), scales);
        int32x4_t code = vcvtq_s32_f32(at);
        float32x4_t back = vaddq_f32(lows, vmulq_f32(steps, vcvtq_f32_s32(code)));
        right = vandq_u32(right, vandq_u32(vcgeq_f32(at, vdupq_n_f32(0)), vcleq_f32(at, highs)));
        right = vandq_u32(right, vceqq_f32(back, v));
        vst1q_s32(found, code);
        for (int64_t k = 0; k < count; k++)
            codes[i + k] = (uint8_t)found[k];
    }
    return vminvq_u32(right) == UINT32_MAX;
}

/* ---- slices ---- */

/* A majority is one of two where they agree, and else the third. */
typedef uint64_t V __attribute__((vector_size(16), may_alias));
#define ADD3(a, b, c)   ((a) ^ (b) ^ (c))
#define CARRY3(a, b, c) ((V)vbslq_u64((uint64x2_t)((a) ^ (b)), (uint64x2_t)(c), (uint64x2_t)(a)))
#define BORROW(x, y, b) ((V)vbslq_u64((uint64x2_t)((x) ^ (y)), (uint64x2_t)(y), (uint64x2_t)(b)))
#include "each_body.h"
#include "slice_body.h"

/* The row, but for its name and what it takes. */
#define NEON_ROW                                                                                   \
    .is_here = is_here, .dot_bits = dot_bits, .dot_bytes = dot_bytes, .dot_each = dot_each,        \
    .find_codes = find_codes, .spin_slice = spin_slice, .slice = sizeof(V),                        \
    .slice_dot = slice_dot, .slice_max = slice_max, .slice_map = slice_map,                        \
    .slice_add = slice_add, .slice_transpose = slice_transpose
