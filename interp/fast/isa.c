#include "kernels.h"

#include <stdlib.h>
#include <string.h>

#define ISA(symbol) extern const fnc_isa fnc_isa_##symbol;
#include "kernels.def"
#undef ISA

const fnc_isa *const fnc_isas[] = {
#define ISA(symbol) &fnc_isa_##symbol,
#include "kernels.def"
#undef ISA
};
const size_t fnc_nisas = sizeof fnc_isas / sizeof *fnc_isas;

finnc_status fnc_isa_choose(finnc_ctx *cx, const fnc_isa **isa)
{
    const char *wanted = getenv("FINNC_ISA");
    for (size_t i = fnc_nisas; i-- > 0;) {
        *isa = fnc_isas[i];
        if (wanted && *wanted && strcmp((*isa)->name, wanted) != 0)
            continue;
        if ((*isa)->is_here())
            return FINNC_OK;
        if (wanted && *wanted)
            return finnc_fail(cx, FINNC_UNSUPPORTED, "FINNC_ISA is %s, which takes %s", wanted,
                              (*isa)->needs);
    }
    return finnc_fail(cx, FINNC_BAD_VALUE, "FINNC_ISA is %s, which is no set of kernels here",
                      wanted);
}
