/* AMX-INT8, as from Sapphire Rapids on: products of bytes by tiles, where there are pixels enough
 * to fill them; all else as with AVX-512. 16,384 products take 16 cycles, against 128 a cycle by
 * VNNI.
 *
 * This has never been run on such a processor. What is tested is tile_body.h, on tiles in plain C.
 */
#include "avx512vpopcntdq_body.h"

#include "tiles.h"

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

static void put_tile(const fnc_dot *dot, int64_t block, const int32_t *sums, uint8_t *pixel)
{
    const __m512i all = _mm512_loadu_si512(sums);
    if (!dot->is_packed) {
        put_bytes(dot, block, all, pixel);
        return;
    }
    uint16_t bits =
        _mm512_cmpge_epi32_mask(all, _mm512_loadu_si512(dot->thresholds + block * FNC_DOT_BYTES));
    memcpy(pixel + block * 2, &bits, sizeof bits);
}

#include "tile_body.h"

/* A tile of so few rows is as fast as the other kernel. */
enum { FEW_PIXELS = 2 };

static void dot_bytes_or_tiles(const fnc_dot_job *job)
{
    int64_t pixels = (job->row_end - job->row) * job->width;
    if (pixels > FEW_PIXELS && job->dot->units <= TILE_MAX_UNITS)
        dot_tiles(job);
    else
        dot_bytes(job);
}

/* Tiles take 8 KiB of each thread's state, so Linux wants to be asked, once for the process. */
static bool may_use_tiles(void)
{
    enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
#ifdef SYS_arch_prctl
    return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
#else
    return false;
#endif
}

static bool is_here(void)
{
    enum { HAS_TILES = 1 << 24, HAS_INT8 = 1 << 25 }; /* leaf 7, EDX */
    unsigned a, b, c, d;
    return has_avx512() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && d & HAS_TILES &&
           d & HAS_INT8 && may_use_tiles();
}

const fnc_isa fnc_isa_amx = {.name = "amx",
                             .needs =
                                 "AMX-INT8 and what avx512vpopcntdq takes, and Linux from 5.16 on",
                             .is_here = is_here,
                             .is_untried = true,
                             .dot_bytes = dot_bytes_or_tiles,
                             .spin_bits_macs = 512,
                             AVX512_ROW};
