/* The kernels that AVX-512's sets share: output channels in the lanes of a register, a few pixels
 * at a time, so that a register of weights is used for each of them. Comparing the sums with
 * thresholds gives the output's bits in a mask register, in the order in which they are stored.
 *
 * Whoever includes this is compiled for AVX-512 F, BW, VL and DQ, and has defined
 *   PIXELS, the most at a time, and differing(w, at, offsets, units, n, differ): in how many places
 *     `units` words of `n` pixels differ from those of the weights, by lane;
 *   HAS_BYTE_PRODUCTS and add_products(sums, codes, weights, fits): sums of 32 bits and, to each,
 *     four products of bytes; `fits`: two of them fit into 16 bits, as they always do with these.
 */
#include "kernels.h"

#include <immintrin.h>
#include <string.h>

enum { BLOCKS = 4 };

static __mmask16 first_lanes(int64_t n)
{
    return (__mmask16)(n >= 16 ? 0xffff : (1u << n) - 1);
}

/* ---- bits ---- */

/* Sums, or codes of several thresholds. */
static void put_bits(const fnc_dot *dot, int64_t block, __m512i differ, uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BITS, rest = dot->channels - first;
    __mmask8 mask = (__mmask8)first_lanes(rest < FNC_DOT_BITS ? rest : FNC_DOT_BITS);
    const int64_t *limits = dot->limits + block * dot->nthresholds * FNC_DOT_BITS;
    if (dot->nthresholds == 0) {
        __m512i sums = _mm512_sub_epi64(_mm512_loadu_si512(dot->ones + first), differ);
        _mm256_mask_storeu_epi32(pixel + 4 * first, mask, _mm512_cvtepi64_epi32(sums));
        return;
    }
    __m512i code = _mm512_setzero_si512(), one = _mm512_set1_epi64(1);
    for (int64_t j = 0; j < dot->nthresholds; j++) {
        __mmask8 reached =
            _mm512_cmple_epi64_mask(differ, _mm512_loadu_si512(limits + j * FNC_DOT_BITS));
        code = _mm512_mask_add_epi64(code, reached, code, one);
    }
    _mm_mask_storeu_epi8(pixel + first, mask, _mm512_cvtepi64_epi8(code));
}

/* `n` pixels from `in` on, the same block of channels. */
static inline __attribute__((always_inline)) void
bits_pixels(const fnc_dot_job *job, int64_t block, const uint8_t *in, int n, uint8_t *out)
{
    const fnc_dot *dot = job->dot;
    const uint8_t *at[PIXELS];
    __m512i differ[PIXELS];
    for (int p = 0; p < n; p++)
        at[p] = in + p * dot->step_w;
    differing(dot->bits + block * dot->units * FNC_DOT_BITS, at, dot->offsets, dot->units, n,
              differ);
    if (dot->is_packed) {
        const __m512i limits = _mm512_loadu_si512(dot->limits + block * FNC_DOT_BITS);
        for (int p = 0; p < n; p++)
            out[p * job->out_pixel + block] = _mm512_cmple_epi64_mask(differ[p], limits);
        return;
    }
    for (int p = 0; p < n; p++)
        put_bits(dot, block, differ[p], out + p * job->out_pixel);
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
            switch (job->width - x) {
            case 3:
                bits_pixels(job, block, in + x * step, 3, out + x * job->out_pixel);
                break;
            case 2:
                bits_pixels(job, block, in + x * step, 2, out + x * job->out_pixel);
                break;
            case 1:
                bits_pixels(job, block, in + x * step, 1, out + x * job->out_pixel);
                break;
            }
        }
}

/* ---- bytes ---- */

/* Sums, or codes of several thresholds. */
static void put_bytes(const fnc_dot *dot, int64_t block, __m512i sums, uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BYTES;
    __mmask16 mask = first_lanes(dot->channels - first);
    const int32_t *thresholds = dot->thresholds + block * dot->nthresholds * FNC_DOT_BYTES;
    if (dot->nthresholds == 0) {
        _mm512_mask_storeu_epi32(pixel + 4 * first, mask, sums);
        return;
    }
    __m512i code = _mm512_setzero_si512(), one = _mm512_set1_epi32(1);
    for (int64_t j = 0; j < dot->nthresholds; j++) {
        __mmask16 reached =
            _mm512_cmpge_epi32_mask(sums, _mm512_loadu_si512(thresholds + j * FNC_DOT_BYTES));
        code = _mm512_mask_add_epi32(code, reached, code, one);
    }
    _mm_mask_storeu_epi8(pixel + first, mask, _mm512_cvtepi32_epi8(code));
}

/* `n` pixels from `in` on and `m` blocks of channels: each register of weights is used for all
 * pixels, and each four codes of a pixel, which have to be spread over a register, for all blocks.
 * Channels that fill up the last block reach nothing, so their bits are 0. */
static inline __attribute__((always_inline)) void bytes_tile(const fnc_dot_job *job, int64_t block,
                                                             int m, const uint8_t *in, int n,
                                                             uint8_t *out, bool fits)
{
    const fnc_dot *dot = job->dot;
    const int64_t units = dot->units, each = FNC_DOT_UNIT, *offsets = dot->offsets;
    const int8_t *w = dot->bytes + block * units * each;
    const uint8_t *at[PIXELS];
    __m512i sums[PIXELS][BLOCKS];
    for (int p = 0; p < n; p++) {
        at[p] = in + p * dot->step_w;
        for (int b = 0; b < m; b++)
            sums[p][b] = _mm512_setzero_si512();
    }
    for (int64_t u = 0; u < units; u++) {
        __m512i weights[BLOCKS];
        for (int b = 0; b < m; b++)
            weights[b] = _mm512_loadu_si512(w + (b * units + u) * each);
        for (int p = 0; p < n; p++) {
            int a;
            memcpy(&a, at[p] + offsets[u], sizeof a);
            const __m512i codes = _mm512_set1_epi32(a);
            for (int b = 0; b < m; b++)
                sums[p][b] = add_products(sums[p][b], codes, weights[b], fits);
        }
    }
    for (int b = 0; b < m; b++) {
        if (!dot->is_packed) {
            for (int p = 0; p < n; p++)
                put_bytes(dot, block + b, sums[p][b], out + p * job->out_pixel);
            continue;
        }
        const __m512i thresholds =
            _mm512_loadu_si512(dot->thresholds + (block + b) * FNC_DOT_BYTES);
        for (int p = 0; p < n; p++) {
            uint16_t bits = _mm512_cmpge_epi32_mask(sums[p][b], thresholds);
            memcpy(out + p * job->out_pixel + (block + b) * 2, &bits, sizeof bits);
        }
    }
}

static inline __attribute__((always_inline)) void bytes_row(const fnc_dot_job *job, int64_t row,
                                                            int64_t block, int m, bool fits)
{
    const uint8_t *in = job->in + row * job->dot->step_h;
    uint8_t *out = job->out + row * job->out_row;
    const int64_t step = job->dot->step_w;
    int64_t x = 0;
    for (; x + PIXELS <= job->width; x += PIXELS)
        bytes_tile(job, block, m, in + x * step, PIXELS, out + x * job->out_pixel, fits);
    if (x + 2 <= job->width) {
        bytes_tile(job, block, m, in + x * step, 2, out + x * job->out_pixel, fits);
        x += 2;
    }
    if (x < job->width)
        bytes_tile(job, block, m, in + x * step, 1, out + x * job->out_pixel, fits);
}

static inline __attribute__((always_inline)) void bytes_rows(const fnc_dot_job *job, bool fits)
{
    for (int64_t row = job->row; row < job->row_end; row++) {
        int64_t block = job->block;
        for (; block + BLOCKS <= job->block_end; block += BLOCKS)
            bytes_row(job, row, block, BLOCKS, fits);
        for (; block < job->block_end; block++)
            bytes_row(job, row, block, 1, fits);
    }
}

static void dot_bytes(const fnc_dot_job *job)
{
    if (HAS_BYTE_PRODUCTS || job->dot->pairs_fit)
        bytes_rows(job, true);
    else
        bytes_rows(job, false);
}

/* ---- a bound ---- */

static void spin_bytes(int64_t n)
{
    __m512i sums[8], x = _mm512_setzero_si512();
    __asm__ volatile("" : "+v"(x));
    for (int k = 0; k < 8; k++)
        sums[k] = _mm512_set1_epi64(k);
    for (int64_t i = 0; i < n; i += 8)
        for (int k = 0; k < 8; k++)
            sums[k] = add_products(sums[k], x, x, true);
    for (int k = 0; k < 8; k++)
        __asm__ volatile("" : "+v"(sums[k]));
}

/* ---- reading ---- */

static bool find_codes(const float *x, int64_t n, int64_t stride, float low, float step, float high,
                       uint8_t *codes)
{
    const __m512 lows = _mm512_set1_ps(low), steps = _mm512_set1_ps(step);
    const __m512 scales = _mm512_set1_ps(1 / step), highs = _mm512_set1_ps(high);
    const __m512i places =
        _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                           _mm512_set1_epi32((int)stride));
    __mmask16 wrong = 0;
    for (int64_t i = 0; i < n; i += 16) {
        __mmask16 here = first_lanes(n - i);
        __m512 v = stride == 1 ? _mm512_maskz_loadu_ps(here, x + i)
                               : _mm512_mask_i32gather_ps(_mm512_setzero_ps(), here, places,
                                                          x + i * stride, 4);
        __m512 at = _mm512_mul_ps(_mm512_sub_ps(v, lows), scales);
        __m512i code = _mm512_cvttps_epi32(at);
        __m512 back = _mm512_add_ps(lows, _mm512_mul_ps(steps, _mm512_cvtepi32_ps(code)));
        __mmask16 right = _mm512_cmp_ps_mask(at, _mm512_setzero_ps(), _CMP_GE_OQ);
        right &= _mm512_cmp_ps_mask(at, highs, _CMP_LE_OQ);
        right &= _mm512_cmp_ps_mask(back, v, _CMP_EQ_OQ);
        wrong |= (__mmask16)(here & ~right);
        _mm_mask_storeu_epi8(codes + i, here, _mm512_cvtepi32_epi8(code));
    }
    return !wrong;
}

static __m512i count_few(const fnc_stair *stair, __m512 v)
{
    __m512i code = _mm512_setzero_si512(), one = _mm512_set1_epi32(1);
    for (int64_t k = 1; k <= stair->n; k++)
        code = _mm512_mask_add_epi32(
            code, _mm512_cmp_ps_mask(v, _mm512_set1_ps(stair->steps[k]), _CMP_GE_OQ), code, one);
    return code;
}

/* The larger of a NaN and 0 is 0 in this order. */
static __m512i guess_steps(const fnc_stair *stair, __m512 v)
{
    const __m512i one = _mm512_set1_epi32(1);
    __m512 at =
        _mm512_mul_ps(_mm512_sub_ps(v, _mm512_set1_ps(stair->first)), _mm512_set1_ps(stair->scale));
    at = _mm512_min_ps(_mm512_max_ps(at, _mm512_setzero_ps()), _mm512_set1_ps((float)stair->n));
    __m512i code = _mm512_cvttps_epi32(at);
    __mmask16 above =
        _mm512_cmp_ps_mask(v, _mm512_i32gather_ps(code, stair->steps + 1, 4), _CMP_GE_OQ);
    __mmask16 below =
        _mm512_cmp_ps_mask(v, _mm512_i32gather_ps(code, stair->steps, 4), _CMP_NGE_UQ);
    code = _mm512_mask_add_epi32(code, above, code, one);
    return _mm512_mask_sub_epi32(code, below, code, one);
}

static __m512i search_steps(const fnc_stair *stair, __m512 v)
{
    __m512i low = _mm512_setzero_si512();
    for (int64_t rest = stair->n; rest > 0;) {
        int64_t half = (rest + 1) / 2;
        __m512 step = _mm512_i32gather_ps(low, stair->steps + half, 4);
        low = _mm512_mask_add_epi32(low, _mm512_cmp_ps_mask(v, step, _CMP_GE_OQ), low,
                                    _mm512_set1_epi32((int)half));
        rest -= half;
    }
    return low;
}

static bool count_steps(const float *x, int64_t n, int64_t stride, const fnc_stair *stair,
                        uint8_t *codes)
{
    const __m512i sign = _mm512_set1_epi32(stair->is_negated ? INT32_MIN : 0);
    const __m512i places =
        _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                           _mm512_set1_epi32((int)stride));
    __mmask16 wrong = 0;
    for (int64_t i = 0; i < n; i += 16) {
        __mmask16 here = first_lanes(n - i);
        __m512 v = stride == 1 ? _mm512_maskz_loadu_ps(here, x + i)
                               : _mm512_mask_i32gather_ps(_mm512_setzero_ps(), here, places,
                                                          x + i * stride, 4);
        v = _mm512_castsi512_ps(_mm512_xor_si512(_mm512_castps_si512(v), sign));
        wrong |= _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q);
        __m512i code = stair->n <= FNC_STAIR_FEW ? count_few(stair, v)
                       : stair->has_guess        ? guess_steps(stair, v)
                                                 : search_steps(stair, v);
        _mm_mask_storeu_epi8(codes + i, here, _mm512_cvtepi32_epi8(code));
    }
    return !wrong;
}

/* ---- slices ---- */

typedef uint64_t V __attribute__((vector_size(64), may_alias));
#define TERNARY(a, b, c, table)                                                                    \
    ((V)_mm512_ternarylogic_epi64((__m512i)(a), (__m512i)(b), (__m512i)(c), table))
#define ADD3(a, b, c)   TERNARY(a, b, c, 0x96)
#define CARRY3(a, b, c) TERNARY(a, b, c, 0xe8)
#define BORROW(x, y, b) TERNARY(x, y, b, 0x8e)
#include "each_body.h"
#include "slice_body.h"

/* A row, but for what differs. */
#define AVX512_ROW                                                                                 \
    .dot_bits = dot_bits, .dot_each = dot_each, .find_codes = find_codes,                          \
    .count_steps = count_steps, .spin_bits = spin_bits, .spin_bytes = spin_bytes,                  \
    .spin_slice = spin_slice, .spin_bytes_macs = 64, .slice = sizeof(V), .slice_dot = slice_dot,   \
    .slice_max = slice_max, .slice_map = slice_map, .slice_add = slice_add,                        \
    .slice_transpose = slice_transpose
