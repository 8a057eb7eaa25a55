/* AVX2: bits are counted by looking up their halves of bytes, four channels to a register; products
 * of bytes are added in pairs of 16 bits first. */
#include "kernels.h"

#include <immintrin.h>
#include <string.h>

/* ---- bits ---- */

static inline __m256i count_bits(__m256i x)
{
    const __m256i counts = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                            2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    __m256i a = _mm256_shuffle_epi8(counts, _mm256_and_si256(x, low));
    __m256i b = _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16(x, 4), low));
    return _mm256_add_epi8(a, b);
}

/* Bytes hold the counts of up to 31 units. */
enum { FEW_UNITS = 31 };

static inline void count_block(const fnc_dot *dot, int64_t block, const uint8_t *in,
                               __m256i differ[2])
{
    const uint64_t *w = dot->bits + block * dot->units * FNC_DOT_BITS;
    const __m256i zero = _mm256_setzero_si256();
    differ[0] = differ[1] = zero;
    for (int64_t u = 0; u < dot->units;) {
        __m256i bytes[2] = {zero, zero};
        for (int64_t k = 0; k < FEW_UNITS && u < dot->units; k++, u++, w += FNC_DOT_BITS) {
            long long a;
            memcpy(&a, in + dot->offsets[u], sizeof a);
            const __m256i codes = _mm256_set1_epi64x(a);
            for (int64_t h = 0; h < 2; h++) {
                __m256i x = _mm256_xor_si256(
                    codes, _mm256_loadu_si256((const __m256i *)(const void *)(w + 4 * h)));
                bytes[h] = _mm256_add_epi8(bytes[h], count_bits(x));
            }
        }
        for (int64_t h = 0; h < 2; h++)
            differ[h] = _mm256_add_epi64(differ[h], _mm256_sad_epu8(bytes[h], zero));
    }
}

static inline unsigned reached(const __m256i differ[2], const int64_t *limits)
{
    unsigned mask = 0;
    for (int64_t h = 0; h < 2; h++) {
        __m256i limit = _mm256_loadu_si256((const __m256i *)(const void *)(limits + 4 * h));
        __m256i beyond = _mm256_cmpgt_epi64(differ[h], limit);
        mask |= (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(beyond)) << 4 * h;
    }
    return ~mask & 255;
}

static void put_bits(const fnc_dot *dot, int64_t block, const __m256i differ[2], uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BITS, end = dot->channels - first;
    const int64_t *limits = dot->limits + block * dot->nthresholds * FNC_DOT_BITS;
    if (dot->is_packed) {
        pixel[block] = (uint8_t)reached(differ, limits);
        return;
    }
    end = end < FNC_DOT_BITS ? end : FNC_DOT_BITS;
    if (dot->nthresholds == 0) {
        int64_t counts[FNC_DOT_BITS];
        memcpy(counts, differ, sizeof counts);
        for (int64_t k = 0; k < end; k++)
            ((int32_t *)(void *)pixel)[first + k] = (int32_t)(dot->ones[first + k] - counts[k]);
        return;
    }
    memset(pixel + first, 0, (size_t)end);
    for (int64_t j = 0; j < dot->nthresholds; j++) {
        unsigned mask = reached(differ, limits + j * FNC_DOT_BITS);
        for (int64_t k = 0; k < end; k++)
            pixel[first + k] = (uint8_t)(pixel[first + k] + (mask >> k & 1));
    }
}

static void dot_bits(const fnc_dot_job *job)
{
    const fnc_dot *dot = job->dot;
    for (int64_t row = job->row; row < job->row_end; row++)
        for (int64_t block = job->block; block < job->block_end; block++)
            for (int64_t x = 0; x < job->width; x++) {
                __m256i differ[2];
                count_block(dot, block, job->in + row * dot->step_h + x * dot->step_w, differ);
                put_bits(dot, block, differ, job->out + row * job->out_row + x * job->out_pixel);
            }
}

/* ---- bytes ---- */

/* Sums of 32 bits and, to each, four products. Where two products together might leave 16 bits, one
 * of them is 0: a code and a weight of 8 bits fit. */
static inline __m256i add_products(__m256i sums, __m256i codes, __m256i weights, bool fits)
{
    const __m256i ones = _mm256_set1_epi16(1), low = _mm256_set1_epi16(255);
    if (fits) {
        __m256i pairs = _mm256_maddubs_epi16(codes, weights);
        return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, ones));
    }
    __m256i even = _mm256_maddubs_epi16(_mm256_and_si256(low, codes), weights);
    __m256i odd = _mm256_maddubs_epi16(_mm256_andnot_si256(low, codes), weights);
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(even, ones));
    return _mm256_add_epi32(sums, _mm256_madd_epi16(odd, ones));
}

/* A register of weights has those of eight channels for four codes. */
static inline __attribute__((always_inline)) void
sum_block(const fnc_dot *dot, int64_t block, const uint8_t *in, __m256i sums[2], bool fits)
{
    const int8_t *w = dot->bytes + block * dot->units * FNC_DOT_UNIT;
    sums[0] = sums[1] = _mm256_setzero_si256();
    for (int64_t u = 0; u < dot->units; u++, w += FNC_DOT_UNIT) {
        int a;
        memcpy(&a, in + dot->offsets[u], sizeof a);
        const __m256i codes = _mm256_set1_epi32(a);
        for (int64_t h = 0; h < 2; h++)
            sums[h] =
                add_products(sums[h], codes,
                             _mm256_loadu_si256((const __m256i *)(const void *)(w + 32 * h)), fits);
    }
}

static void put_bytes(const fnc_dot *dot, int64_t block, const __m256i sums[2], uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BYTES, end = dot->channels - first;
    const int32_t *thresholds = dot->thresholds + block * dot->nthresholds * FNC_DOT_BYTES;
    int32_t all[FNC_DOT_BYTES];
    end = end < FNC_DOT_BYTES ? end : FNC_DOT_BYTES;
    if (dot->nthresholds > 0 && dot->is_packed) {
        for (int64_t h = 0; h < 2; h++) {
            __m256i t = _mm256_loadu_si256((const __m256i *)(const void *)(thresholds + 8 * h));
            __m256i below = _mm256_cmpgt_epi32(t, sums[h]);
            pixel[first / 8 + h] = (uint8_t)~_mm256_movemask_ps(_mm256_castsi256_ps(below));
        }
        return;
    }
    memcpy(all, sums, sizeof all);
    if (dot->nthresholds == 0) {
        memcpy(pixel + 4 * first, all, (size_t)end * sizeof *all);
        return;
    }
    memset(pixel + first, 0, (size_t)end);
    for (int64_t j = 0; j < dot->nthresholds; j++)
        for (int64_t k = 0; k < end; k++)
            pixel[first + k] =
                (uint8_t)(pixel[first + k] + (all[k] >= thresholds[j * FNC_DOT_BYTES + k]));
}

static inline __attribute__((always_inline)) void bytes_rows(const fnc_dot_job *job, bool fits)
{
    const fnc_dot *dot = job->dot;
    for (int64_t row = job->row; row < job->row_end; row++)
        for (int64_t block = job->block; block < job->block_end; block++)
            for (int64_t x = 0; x < job->width; x++) {
                __m256i sums[2];
                sum_block(dot, block, job->in + row * dot->step_h + x * dot->step_w, sums, fits);
                put_bytes(dot, block, sums, job->out + row * job->out_row + x * job->out_pixel);
            }
}

static void dot_bytes(const fnc_dot_job *job)
{
    if (job->dot->pairs_fit)
        bytes_rows(job, true);
    else
        bytes_rows(job, false);
}

/* ---- reading ---- */

static bool find_codes(const float *x, int64_t n, int64_t stride, float low, float step, float high,
                       uint8_t *codes)
{
    const __m256 lows = _mm256_set1_ps(low), steps = _mm256_set1_ps(step);
    const __m256 scales = _mm256_set1_ps(1 / step), highs = _mm256_set1_ps(high);
    int right = 255;
    for (int64_t i = 0; i < n; i += 8) {
        float eight[8];
        int32_t found[8];
        int64_t count = n - i < 8 ? n - i : 8;
        for (int64_t k = 0; k < 8; k++)
            eight[k] = k < count ? x[(i + k) * stride] : low;
        __m256 v = _mm256_loadu_ps(eight), at = _mm256_mul_ps(_mm256_sub_ps(v, lows), scales);
        __m256i code = _mm256_cvttps_epi32(at);
        __m256 back = _mm256_add_ps(lows, _mm256_mul_ps(steps, _mm256_cvtepi32_ps(code)));
        __m256 is_right = _mm256_and_ps(_mm256_cmp_ps(at, _mm256_setzero_ps(), _CMP_GE_OQ),
                                        _mm256_cmp_ps(at, highs, _CMP_LE_OQ));
        is_right = _mm256_and_ps(is_right, _mm256_cmp_ps(back, v, _CMP_EQ_OQ));
        right &= _mm256_movemask_ps(is_right);
        _mm256_storeu_si256((__m256i *)(void *)found, code);
        for (int64_t k = 0; k < count; k++)
            codes[i + k] = (uint8_t)found[k];
    }
    return right == 255;
}

/* A comparison's lanes are 0 or -1. */
static __m256i count_few(const fnc_stair *stair, __m256 v)
{
    __m256i code = _mm256_setzero_si256();
    for (int64_t k = 1; k <= stair->n; k++)
        code = _mm256_sub_epi32(code, _mm256_castps_si256(_mm256_cmp_ps(
                                          v, _mm256_set1_ps(stair->steps[k]), _CMP_GE_OQ)));
    return code;
}

/* The larger of a NaN and 0 is 0 in this order. */
static __m256i guess_steps(const fnc_stair *stair, __m256 v)
{
    __m256 at =
        _mm256_mul_ps(_mm256_sub_ps(v, _mm256_set1_ps(stair->first)), _mm256_set1_ps(stair->scale));
    at = _mm256_min_ps(_mm256_max_ps(at, _mm256_setzero_ps()), _mm256_set1_ps((float)stair->n));
    __m256i code = _mm256_cvttps_epi32(at);
    __m256 above = _mm256_cmp_ps(v, _mm256_i32gather_ps(stair->steps + 1, code, 4), _CMP_GE_OQ);
    __m256 below = _mm256_cmp_ps(v, _mm256_i32gather_ps(stair->steps, code, 4), _CMP_NGE_UQ);
    code = _mm256_sub_epi32(code, _mm256_castps_si256(above));
    return _mm256_add_epi32(code, _mm256_castps_si256(below));
}

static __m256i search_steps(const fnc_stair *stair, __m256 v)
{
    __m256i low = _mm256_setzero_si256();
    for (int64_t rest = stair->n; rest > 0;) {
        int64_t half = (rest + 1) / 2;
        __m256 step = _mm256_i32gather_ps(stair->steps + half, low, 4);
        __m256i reached = _mm256_castps_si256(_mm256_cmp_ps(v, step, _CMP_GE_OQ));
        low = _mm256_add_epi32(low, _mm256_and_si256(reached, _mm256_set1_epi32((int)half)));
        rest -= half;
    }
    return low;
}

static bool count_steps(const float *x, int64_t n, int64_t stride, const fnc_stair *stair,
                        uint8_t *codes)
{
    const __m256 sign = _mm256_set1_ps(stair->is_negated ? -0.0f : 0.0f);
    int wrong = 0;
    for (int64_t i = 0; i < n; i += 8) {
        float eight[8];
        int32_t found[8];
        int64_t count = n - i < 8 ? n - i : 8;
        for (int64_t k = 0; k < 8; k++)
            eight[k] = k < count ? x[(i + k) * stride] : 0;
        __m256 v = _mm256_xor_ps(_mm256_loadu_ps(eight), sign);
        wrong |= _mm256_movemask_ps(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
        __m256i code = stair->n <= FNC_STAIR_FEW ? count_few(stair, v)
                       : stair->has_guess        ? guess_steps(stair, v)
                                                 : search_steps(stair, v);
        _mm256_storeu_si256((__m256i *)(void *)found, code);
        for (int64_t k = 0; k < count; k++)
            codes[i + k] = (uint8_t)found[k];
    }
    return wrong == 0;
}

/* ---- slices ---- */

typedef uint64_t V __attribute__((vector_size(32), may_alias));
#define ADD3(a, b, c)   ((a) ^ (b) ^ (c))
#define CARRY3(a, b, c) (((a) & (b)) | (((a) ^ (b)) & (c)))
#define BORROW(x, y, b) CARRY3(~(x), y, b)
#include "each_body.h"
#include "slice_body.h"

static bool is_here(void)
{
    return __builtin_cpu_supports("avx2");
}

const fnc_isa fnc_isa_avx2 = {
    .name = "avx2",
    .needs = "AVX2",
    .is_here = is_here,
    .dot_bits = dot_bits,
    .dot_bytes = dot_bytes,
    .dot_each = dot_each,
    .find_codes = find_codes,
    .count_steps = count_steps,
    .spin_slice = spin_slice,
    .slice = sizeof(V),
    .slice_dot = slice_dot,
    .slice_max = slice_max,
    .slice_map = slice_map,
    .slice_add = slice_add,
    .slice_transpose = slice_transpose,
};
