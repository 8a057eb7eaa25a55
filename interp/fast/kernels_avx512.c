/* AVX-512 with VPOPCNTDQ and VNNI: output channels in the lanes of a register, a few pixels at a
 * time, so that a register of weights is used for each of them. Comparing the sums with thresholds
 * gives the output's bits in a mask register, in the order in which they are stored. */
#include "kernels.h"

#include <immintrin.h>
#include <string.h>

enum { PIXELS = 4 };

static __mmask16 first_lanes(int64_t n)
{
    return (__mmask16)(n >= 16 ? 0xffff : (1u << n) - 1);
}

/* ---- bits ---- */

static inline void put_bits(const fnc_dot *dot, int64_t block, __m512i differ, uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BITS, rest = dot->channels - first;
    __mmask8 mask = (__mmask8)first_lanes(rest < FNC_DOT_BITS ? rest : FNC_DOT_BITS);
    const int64_t *limits = dot->limits + block * dot->nthresholds * FNC_DOT_BITS;
    if (dot->nthresholds == 0) {
        __m512i sums = _mm512_sub_epi64(_mm512_loadu_si512(dot->ones + first), differ);
        _mm256_mask_storeu_epi32(pixel + 4 * first, mask, _mm512_cvtepi64_epi32(sums));
        return;
    }
    if (dot->is_packed) {
        pixel[block] = (uint8_t)_mm512_cmple_epi64_mask(differ, _mm512_loadu_si512(limits));
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
static inline __attribute__((always_inline)) void bits_pixels(const fnc_dot *dot, int64_t block,
                                                              const uint8_t *in, int n,
                                                              uint8_t *out, int64_t out_pixel)
{
    const uint64_t *w = dot->bits + block * dot->nruns * dot->run * FNC_DOT_BITS;
    __m512i differ[PIXELS];
    for (int p = 0; p < n; p++)
        differ[p] = _mm512_setzero_si512();
    for (int64_t r = 0; r < dot->nruns; r++) {
        const uint8_t *at = in + dot->offsets[r];
        for (int64_t u = 0; u < dot->run; u++, w += FNC_DOT_BITS) {
            const __m512i weights = _mm512_loadu_si512(w);
            for (int p = 0; p < n; p++) {
                long long a;
                memcpy(&a, at + p * dot->step_w + 8 * u, sizeof a);
                differ[p] = _mm512_add_epi64(differ[p], _mm512_popcnt_epi64(_mm512_xor_si512(
                                                            weights, _mm512_set1_epi64(a))));
            }
        }
    }
    for (int p = 0; p < n; p++)
        put_bits(dot, block, differ[p], out + p * out_pixel);
}

static void dot_bits(const fnc_dot_job *job)
{
    const fnc_dot *dot = job->dot;
    for (int64_t row = job->row; row < job->row_end; row++)
        for (int64_t block = job->block; block < job->block_end; block++) {
            const uint8_t *in = job->in + row * dot->step_h;
            uint8_t *out = job->out + row * job->out_row;
            int64_t x = 0;
            for (; x + PIXELS <= job->width; x += PIXELS)
                bits_pixels(dot, block, in + x * dot->step_w, PIXELS, out + x * job->out_pixel,
                            job->out_pixel);
            for (; x + 2 <= job->width; x += 2)
                bits_pixels(dot, block, in + x * dot->step_w, 2, out + x * job->out_pixel,
                            job->out_pixel);
            if (x < job->width)
                bits_pixels(dot, block, in + x * dot->step_w, 1, out + x * job->out_pixel,
                            job->out_pixel);
        }
}

/* ---- bytes ---- */

static inline void put_bytes(const fnc_dot *dot, int64_t block, __m512i sums, uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BYTES;
    __mmask16 mask = first_lanes(dot->channels - first);
    const int32_t *thresholds = dot->thresholds + block * dot->nthresholds * FNC_DOT_BYTES;
    if (dot->nthresholds == 0) {
        _mm512_mask_storeu_epi32(pixel + 4 * first, mask, sums);
        return;
    }
    if (dot->is_packed) {
        __mmask16 bits = _mm512_cmpge_epi32_mask(sums, _mm512_loadu_si512(thresholds));
        uint16_t two = (uint16_t)(bits & mask);
        memcpy(pixel + first / 8, &two, sizeof two);
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

static inline __attribute__((always_inline)) void bytes_pixels(const fnc_dot *dot, int64_t block,
                                                               const uint8_t *in, int n,
                                                               uint8_t *out, int64_t out_pixel)
{
    const int8_t *w = dot->bytes + block * dot->nruns * dot->run * FNC_DOT_BYTES * 4;
    __m512i sums[PIXELS];
    for (int p = 0; p < n; p++)
        sums[p] = _mm512_setzero_si512();
    for (int64_t r = 0; r < dot->nruns; r++) {
        const uint8_t *at = in + dot->offsets[r];
        for (int64_t u = 0; u < dot->run; u++, w += FNC_DOT_BYTES * 4) {
            const __m512i weights = _mm512_loadu_si512(w);
            for (int p = 0; p < n; p++) {
                int a;
                memcpy(&a, at + p * dot->step_w + 4 * u, sizeof a);
                sums[p] = _mm512_dpbusd_epi32(sums[p], _mm512_set1_epi32(a), weights);
            }
        }
    }
    for (int p = 0; p < n; p++)
        put_bytes(dot, block, sums[p], out + p * out_pixel);
}

static void dot_bytes(const fnc_dot_job *job)
{
    const fnc_dot *dot = job->dot;
    for (int64_t row = job->row; row < job->row_end; row++)
        for (int64_t block = job->block; block < job->block_end; block++) {
            const uint8_t *in = job->in + row * dot->step_h;
            uint8_t *out = job->out + row * job->out_row;
            int64_t x = 0;
            for (; x + PIXELS <= job->width; x += PIXELS)
                bytes_pixels(dot, block, in + x * dot->step_w, PIXELS, out + x * job->out_pixel,
                             job->out_pixel);
            for (; x < job->width; x++)
                bytes_pixels(dot, block, in + x * dot->step_w, 1, out + x * job->out_pixel,
                             job->out_pixel);
        }
}

/* ---- slices ---- */

typedef uint64_t V __attribute__((vector_size(64), may_alias));
#define TERNARY(a, b, c, table)                                                                    \
    ((V)_mm512_ternarylogic_epi64((__m512i)(a), (__m512i)(b), (__m512i)(c), table))
#define ADD3(a, b, c)   TERNARY(a, b, c, 0x96)
#define CARRY3(a, b, c) TERNARY(a, b, c, 0xe8)
#define BORROW(x, y, b) TERNARY(x, y, b, 0x8e)
#include "slice_body.h"

static bool is_here(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vpopcntdq") &&
           __builtin_cpu_supports("avx512bitalg");
}

const fnc_isa fnc_isa_avx512 = {
    .name = "avx512",
    .needs = "AVX-512 F, BW, VL, DQ, VNNI, VPOPCNTDQ and BITALG",
    .is_here = is_here,
    .dot_bits = dot_bits,
    .dot_bytes = dot_bytes,
    .slice = sizeof(V),
    .slice_dot = slice_dot,
    .slice_max = slice_max,
    .slice_transpose = slice_transpose,
};
