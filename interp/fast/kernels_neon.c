/* NEON, which every processor of 64 bits has: products of bytes are added in pairs of 16 bits. */
#include "kernels.h"

#include <arm_neon.h>

enum { PIXELS = 2 };

static inline int8x8_t codes_at(const uint8_t *at);

/* Products of a code less 128 and a weight have at most 127 times 128, of which two fit into 16
 * bits: those of two units are added before they are widened. A register of weights has those of
 * four channels; a half, of two, whose sums are in two parts each. */
static inline __attribute__((always_inline)) void
add_products(const int8_t *w, const uint8_t *const *at, const int64_t *offsets, int64_t units,
             int n, int32x4_t (*sums)[4])
{
    int32x4_t parts[PIXELS][8];
    for (int p = 0; p < n; p++)
        for (int k = 0; k < 8; k++)
            parts[p][k] = vdupq_n_s32(0);
    for (int64_t u = 0; u < units; u += 2, w += 128) {
        const bool are_two = u + 1 < units;
        int8x16_t weights[2][4];
        for (int k = 0; k < 4; k++) {
            weights[0][k] = vld1q_s8(w + 16 * k);
            weights[1][k] = are_two ? vld1q_s8(w + 64 + 16 * k) : vdupq_n_s8(0);
        }
        for (int p = 0; p < n; p++) {
            const int8x8_t a = codes_at(at[p] + offsets[u]);
            const int8x8_t b = codes_at(at[p] + offsets[are_two ? u + 1 : u]);
            for (int k = 0; k < 4; k++) {
                int16x8_t low = vmull_s8(vget_low_s8(weights[0][k]), a);
                int16x8_t high = vmull_s8(vget_high_s8(weights[0][k]), a);
                low = vmlal_s8(low, vget_low_s8(weights[1][k]), b);
                high = vmlal_s8(high, vget_high_s8(weights[1][k]), b);
                parts[p][2 * k] = vpadalq_s16(parts[p][2 * k], low);
                parts[p][2 * k + 1] = vpadalq_s16(parts[p][2 * k + 1], high);
            }
        }
    }
    for (int p = 0; p < n; p++)
        for (int k = 0; k < 4; k++)
            sums[p][k] = vaddq_s32(sums[p][k], vpaddq_s32(parts[p][2 * k], parts[p][2 * k + 1]));
}

#include "neon_body.h"

static bool is_here(void)
{
    return true;
}

const fnc_isa fnc_isa_neon = {.name = "neon", .needs = "a 64-bit ARM processor", NEON_ROW};
