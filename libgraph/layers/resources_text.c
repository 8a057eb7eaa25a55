/* Resources as FINN writes them into attributes and metadata: what Python prints of a dict. */
#include "../io/number.h"
#include "layer.h"

#include <math.h>
#include <stdio.h>

/* Whole numbers have no exponent in Python below 10^16, and floats a fraction: "104.0". */
static const char *number(double x, bool is_float, char text[FNC_NUMBER_MAX])
{
    if (fabs(x) >= 1e16 || x != floor(x))
        return fnc_double_text(x, text);
    snprintf(text, FNC_NUMBER_MAX, is_float ? "%.0f.0" : "%.0f", x);
    return text;
}

const char *finnc_resources_text(const finnc_resources *r, bool is_total,
                                 char text[FINNC_RESOURCES_TEXT_MAX])
{
    const struct {
        const char *key;
        double x;
        bool is_float;
    } entries[] = {{"BRAM_18K", r->bram_18k, false},
                   {"BRAM_efficiency", r->bram_efficiency, r->has_efficiency && r->bram_18k > 0},
                   {"LUT", r->lut, r->lut_is_float},
                   {"URAM", r->uram, r->uram_is_float},
                   {"URAM_efficiency", r->uram_efficiency, r->has_efficiency && r->uram > 0},
                   {"DSP", r->dsp, false}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        char x[FNC_NUMBER_MAX];
        n += (size_t)snprintf(text + n, FINNC_RESOURCES_TEXT_MAX - n, "%s'%s': %s", i ? ", " : "{",
                              entries[i].key,
                              number(entries[i].x, is_total || entries[i].is_float, x));
    }
    snprintf(text + n, FINNC_RESOURCES_TEXT_MAX - n, "}");
    return text;
}
