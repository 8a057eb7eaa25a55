/* The kernels in plain C: what the others are tested against. */
#include "put_bytes.h"

#include <string.h>

static void put_bits(const fnc_dot *dot, int64_t block, const int64_t *differ, uint8_t *pixel)
{
    int64_t first = block * FNC_DOT_BITS, end = dot->channels - first;
    const int64_t *limits = dot->limits + block * dot->nthresholds * FNC_DOT_BITS;
    uint8_t code[FNC_DOT_BITS] = {0};
    if (end > FNC_DOT_BITS)
        end = FNC_DOT_BITS;
    if (dot->nthresholds == 0) {
        for (int64_t k = 0; k < end; k++)
            ((int32_t *)(void *)pixel)[first + k] = (int32_t)(dot->ones[first + k] - differ[k]);
        return;
    }
    for (int64_t j = 0; j < dot->nthresholds; j++)
        for (int64_t k = 0; k < FNC_DOT_BITS; k++)
            code[k] = (uint8_t)(code[k] + (differ[k] <= limits[j * FNC_DOT_BITS + k]));
    if (!dot->is_packed) {
        memcpy(pixel + first, code, (size_t)end);
        return;
    }
    pixel[block] = 0;
    for (int k = 0; k < FNC_DOT_BITS; k++)
        pixel[block] = (uint8_t)(pixel[block] | code[k] << k);
}

static void dot_bits(const fnc_dot_job *job)
{
    const fnc_dot *dot = job->dot;
    for (int64_t row = job->row; row < job->row_end; row++)
        for (int64_t x = 0; x < job->width; x++)
            for (int64_t block = job->block; block < job->block_end; block++) {
                const uint64_t *w = dot->bits + block * dot->units * FNC_DOT_BITS;
                const uint8_t *in = job->in + row * dot->step_h + x * dot->step_w;
                int64_t differ[FNC_DOT_BITS] = {0};
                for (int64_t u = 0; u < dot->units; u++, w += FNC_DOT_BITS) {
                    uint64_t a;
                    memcpy(&a, in + dot->offsets[u], sizeof a);
                    for (int k = 0; k < FNC_DOT_BITS; k++)
                        differ[k] += __builtin_popcountll(a ^ w[k]);
                }
                put_bits(dot, block, differ, job->out + row * job->out_row + x * job->out_pixel);
            }
}

static void dot_bytes(const fnc_dot_job *job)
{
    const fnc_dot *dot = job->dot;
    for (int64_t row = job->row; row < job->row_end; row++)
        for (int64_t x = 0; x < job->width; x++)
            for (int64_t block = job->block; block < job->block_end; block++) {
                const int8_t *w = dot->bytes + block * dot->units * FNC_DOT_UNIT;
                const uint8_t *in = job->in + row * dot->step_h + x * dot->step_w;
                int32_t sums[FNC_DOT_BYTES] = {0};
                for (int64_t u = 0; u < dot->units; u++, w += FNC_DOT_UNIT)
                    for (int k = 0; k < FNC_DOT_BYTES; k++)
                        for (int i = 0; i < 4; i++)
                            sums[k] += in[dot->offsets[u] + i] * w[4 * k + i];
                put_bytes(dot, block, sums, job->out + row * job->out_row + x * job->out_pixel);
            }
}

static bool find_codes(const float *x, int64_t n, int64_t stride, float low, float step, float high,
                       uint8_t *codes)
{
    const float scale = 1 / step;
    int wrong = 0;
    for (int64_t i = 0; i < n; i++) {
        float v = x[i * stride], at = (v - low) * scale;
        int is_foreseen = (at >= 0) & (at <= high);
        int code = (int)(is_foreseen ? at : 0);
        wrong |= !is_foreseen | (low + step * (float)code != v);
        codes[i] = (uint8_t)code;
    }
    return !wrong;
}

static uint8_t count_few(const fnc_stair *stair, float v)
{
    uint8_t code = 0;
    for (int64_t k = 1; k <= stair->n; k++)
        code = (uint8_t)(code + (v >= stair->steps[k]));
    return code;
}

/* A float that is no number: guessed 0. */
static uint8_t guess_steps(const fnc_stair *stair, float v)
{
    float at = (v - stair->first) * stair->scale, top = (float)stair->n;
    at = at > 0 ? at : 0;
    int code = (int)(at < top ? at : top);
    return (uint8_t)(code + (v >= stair->steps[code + 1]) - !(v >= stair->steps[code]));
}

static uint8_t search_steps(const fnc_stair *stair, float v)
{
    int64_t low = 0;
    for (int64_t rest = stair->n; rest > 0;) {
        int64_t half = (rest + 1) / 2;
        low += v >= stair->steps[low + half] ? half : 0;
        rest -= half;
    }
    return (uint8_t)low;
}

static bool count_steps(const float *x, int64_t n, int64_t stride, const fnc_stair *stair,
                        uint8_t *codes)
{
    int wrong = 0;
    for (int64_t i = 0; i < n; i++) {
        float v = stair->is_negated ? -x[i * stride] : x[i * stride];
        wrong |= v != v;
        codes[i] = stair->n <= FNC_STAIR_FEW ? count_few(stair, v)
                   : stair->has_guess        ? guess_steps(stair, v)
                                             : search_steps(stair, v);
    }
    return !wrong;
}

/* Two words: what SSE2 and NEON have registers for. */
typedef uint64_t V __attribute__((vector_size(16), may_alias));
#define ADD3(a, b, c)   ((a) ^ (b) ^ (c))
#define CARRY3(a, b, c) (((a) & (b)) | (((a) ^ (b)) & (c)))
#define BORROW(x, y, b) CARRY3(~(x), y, b)
#include "each_body.h"
#include "slice_body.h"

static bool is_here(void)
{
    return true;
}

const fnc_isa fnc_isa_portable = {.name = "portable",
                                  .needs = "nothing",
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
                                  .slice_transpose = slice_transpose};
