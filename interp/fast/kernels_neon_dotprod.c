/* NEON with dot products of four bytes: most processors since ARMv8.2. */
#include "kernels.h"

#include <arm_neon.h>
#include <sys/auxv.h>

enum { PIXELS = 4 };

static inline int8x8_t codes_at(const uint8_t *at);

static inline __attribute__((always_inline)) void
add_products(const int8_t *w, const uint8_t *const *at, const int64_t *offsets, int64_t units,
             int n, int32x4_t (*sums)[4])
{
    for (int64_t u = 0; u < units; u++, w += 64) {
        int8x16_t weights[4];
        for (int k = 0; k < 4; k++)
            weights[k] = vld1q_s8(w + 16 * k);
        for (int p = 0; p < n; p++) {
            const int8x8_t codes = codes_at(at[p] + offsets[u]);
            for (int k = 0; k < 4; k++)
                sums[p][k] = vdotq_lane_s32(sums[p][k], weights[k], codes, 0);
        }
    }
}

#include "neon_body.h"

#ifndef HWCAP_ASIMDDP
#define HWCAP_ASIMDDP (1 << 20)
#endif

static bool is_here(void)
{
    return getauxval(AT_HWCAP) & HWCAP_ASIMDDP;
}

const fnc_isa fnc_isa_neon_dotprod = {
    .name = "neon_dotprod", .needs = "a 64-bit ARM processor with dot products", NEON_ROW};
