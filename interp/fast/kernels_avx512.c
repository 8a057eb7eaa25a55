/* AVX-512 as from Skylake-X on, which counts no bits: of three words a full adder, two
 * ternary-logic instructions, makes ones and twos, and these are counted by looking up their halves
 * of bytes. (Going on to fours and eights, as Harley and Seal do, takes fewer instructions only
 * where there are dozens of words.) Products of bytes are added in pairs of 16 bits first. */
#include "kernels.h"

#include <immintrin.h>
#include <string.h>

enum { PIXELS = 4, HAS_BYTE_PRODUCTS = 0 };

/* Of each byte: how many bits are set, and twice that. */
static inline __m512i count_bytes(__m512i ones, __m512i twos)
{
    const __m512i counts =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    const __m512i doubles = _mm512_add_epi8(counts, counts), low = _mm512_set1_epi8(15);
    __m512i a = _mm512_shuffle_epi8(counts, _mm512_and_si512(ones, low));
    __m512i b = _mm512_shuffle_epi8(counts, _mm512_and_si512(_mm512_srli_epi16(ones, 4), low));
    __m512i c = _mm512_shuffle_epi8(doubles, _mm512_and_si512(twos, low));
    __m512i d = _mm512_shuffle_epi8(doubles, _mm512_and_si512(_mm512_srli_epi16(twos, 4), low));
    return _mm512_add_epi8(_mm512_add_epi8(a, b), _mm512_add_epi8(c, d));
}

static inline __m512i count_three(__m512i x, __m512i y, __m512i z)
{
    return count_bytes(_mm512_ternarylogic_epi64(x, y, z, 0x96),
                       _mm512_ternarylogic_epi64(x, y, z, 0xe8));
}

static inline __m512i differ_at(__m512i weights, const uint8_t *at)
{
    long long a;
    memcpy(&a, at, sizeof a);
    return _mm512_xor_si512(weights, _mm512_set1_epi64(a));
}

/* Up to three words, of all pixels: what they add to each byte, at most 24. */
static inline __attribute__((always_inline)) void add_few(const uint64_t *w,
                                                          const uint8_t *const *at,
                                                          const int64_t *offsets, int words, int n,
                                                          __m512i *bytes)
{
    __m512i weights[3], x[3];
    for (int64_t k = 0; k < words; k++)
        weights[k] = _mm512_loadu_si512(w + k * FNC_DOT_BITS);
    for (int p = 0; p < n; p++) {
        for (int k = 0; k < 3; k++)
            x[k] = k < words ? differ_at(weights[k], at[p] + offsets[k]) : _mm512_setzero_si512();
        bytes[p] = _mm512_add_epi8(bytes[p], count_three(x[0], x[1], x[2]));
    }
}

/* Bytes hold the counts of up to ten times three words. */
enum { FEW_THREES = 10, THREE = 3 * FNC_DOT_BITS };

static inline __attribute__((always_inline)) void differing(const uint64_t *w,
                                                            const uint8_t *const *at,
                                                            const int64_t *offsets, int64_t units,
                                                            int n, __m512i *differ)
{
    const __m512i zero = _mm512_setzero_si512();
    for (int p = 0; p < n; p++)
        differ[p] = zero;
    while (units > 0) {
        __m512i bytes[PIXELS];
        int64_t threes = units / 3 < FEW_THREES ? units / 3 : FEW_THREES, rest = units - 3 * threes;
        for (int p = 0; p < n; p++)
            bytes[p] = zero;
        for (int64_t i = 0; i < threes; i++, w += THREE, offsets += 3)
            add_few(w, at, offsets, 3, n, bytes);
        if (threes < FEW_THREES && rest == 2)
            add_few(w, at, offsets, 2, n, bytes);
        if (threes < FEW_THREES && rest == 1)
            add_few(w, at, offsets, 1, n, bytes);
        for (int p = 0; p < n; p++)
            differ[p] = _mm512_add_epi64(differ[p], _mm512_sad_epu8(bytes[p], zero));
        units = threes < FEW_THREES ? 0 : rest;
    }
}

/* Where two products together might leave 16 bits, one of them is 0: a code and a weight of 8 bits
 * fit. */
static inline __attribute__((always_inline)) __m512i add_products(__m512i sums, __m512i codes,
                                                                  __m512i weights, bool fits)
{
    const __m512i ones = _mm512_set1_epi16(1), low = _mm512_set1_epi16(255);
    if (fits) {
        __m512i pairs = _mm512_maddubs_epi16(codes, weights);
        return _mm512_add_epi32(sums, _mm512_madd_epi16(pairs, ones));
    }
    __m512i even = _mm512_maddubs_epi16(_mm512_and_si512(low, codes), weights);
    __m512i odd = _mm512_maddubs_epi16(_mm512_andnot_si512(low, codes), weights);
    sums = _mm512_add_epi32(sums, _mm512_madd_epi16(even, ones));
    return _mm512_add_epi32(sums, _mm512_madd_epi16(odd, ones));
}

#include "avx512_body.h"

static void spin_bits(int64_t n)
{
    __m512i sums[8], x = _mm512_setzero_si512(), last = x;
    for (int k = 0; k < 8; k++)
        sums[k] = x;
    for (int64_t i = 0; i < n; i += 8)
        for (int k = 0; k < 8; k++) {
            __m512i three[3];
            for (int j = 0; j < 3; j++) {
                __asm__ volatile("" : "+v"(x));
                three[j] = _mm512_xor_si512(x, last);
            }
            sums[k] = _mm512_add_epi8(sums[k], count_three(three[0], three[1], three[2]));
        }
    for (int k = 0; k < 8; k++)
        __asm__ volatile("" : "+v"(sums[k]));
}

static bool is_here(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}

const fnc_isa fnc_isa_avx512 = {.name = "avx512",
                                .needs = "AVX-512 F, BW, VL and DQ",
                                .is_here = is_here,
                                .dot_bytes = dot_bytes,
                                .spin_bits_macs = INT64_C(3) * 512,
                                AVX512_ROW};
