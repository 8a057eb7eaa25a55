/* AVX-512 with VPOPCNTDQ, VNNI and BITALG, as from Ice Lake and Zen 4 on. */
#include "avx512vpopcntdq_body.h"

const fnc_isa fnc_isa_avx512vpopcntdq = {.name = "avx512vpopcntdq",
                                         .needs =
                                             "AVX-512 F, BW, VL, DQ, VNNI, VPOPCNTDQ and BITALG",
                                         .is_here = has_avx512,
                                         .dot_bytes = dot_bytes,
                                         .spin_bits_macs = 512,
                                         AVX512_ROW};
