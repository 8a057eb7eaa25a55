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
                const int8_t *w = dot->bytes + block * dot->units * FNC_DOT_BYTES * 4;
                const uint8_t *in = job->in + row * dot->step_h + x * dot->step_w;
                int32_t sums[FNC_DOT_BYTES] = {0};
                for (int64_t u = 0; u < dot->units; u++, w += FNC_DOT_BYTES * 4)
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

/* Two words: what SSE2 and NEON have registers for. */
typedef uint64_t V __attribute__((vector_size(16), may_alias));
#define ADD3(a, b, c)   ((a) ^ (b) ^ (c))
#define CARRY3(a, b, c) (((a) & (b)) | (((a) ^ (b)) & (c)))
#define BORROW(x, y, b) CARRY3(~(x), y, b)
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
                                  .find_codes = find_codes,
                                  .spin_slice = spin_slice,
                                  .slice = sizeof(V),
                                  .slice_dot = slice_dot,
                                  .slice_max = slice_max,
                                  .slice_map = slice_map,
                                  .slice_add = slice_add,
                                  .slice_transpose = slice_transpose};
