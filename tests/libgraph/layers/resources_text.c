/* As Python prints a dict. */
#include <criterion/criterion.h>
#include <finnc/layer.h>

static void check(finnc_resources r, bool is_total, const char *expected)
{
    char text[FINNC_RESOURCES_TEXT_MAX];
    cr_expect_str_eq(finnc_resources_text(&r, is_total, text), expected);
}

Test(resources_text, numbers_are_integers_or_floats_as_upstream_has_them)
{
    check((finnc_resources){.bram_18k = 1,
                            .bram_efficiency = 1280.0 / 18432,
                            .has_efficiency = true,
                            .lut = 316,
                            .uram_efficiency = 1},
          false,
          "{'BRAM_18K': 1, 'BRAM_efficiency': 0.06944444444444445, 'LUT': 316, 'URAM': 0, "
          "'URAM_efficiency': 1, 'DSP': 0}");
    check(
        (finnc_resources){
            .bram_efficiency = 1, .lut = 2000000, .lut_is_float = true, .uram_efficiency = 1},
        false,
        "{'BRAM_18K': 0, 'BRAM_efficiency': 1, 'LUT': 2000000.0, 'URAM': 0, 'URAM_efficiency': 1, "
        "'DSP': 0}");
    /* Full memories, and none that is known of. */
    check((finnc_resources){.bram_18k = 4,
                            .bram_efficiency = 1,
                            .uram = 4,
                            .uram_efficiency = 1,
                            .has_efficiency = true},
          false,
          "{'BRAM_18K': 4, 'BRAM_efficiency': 1.0, 'LUT': 0, 'URAM': 4, 'URAM_efficiency': 1.0, "
          "'DSP': 0}");
    check((finnc_resources){.bram_18k = 7, .bram_efficiency = 1e-5, .lut = 1810, .dsp = 56}, true,
          "{'BRAM_18K': 7.0, 'BRAM_efficiency': 1e-05, 'LUT': 1810.0, 'URAM': 0.0, "
          "'URAM_efficiency': 0.0, 'DSP': 56.0}");
}
