#include "kernels.h"

#include <base/buf.h>

#include <finnc/run.h>

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

static finnc_status is_none(finnc_ctx *cx, const char *wanted, const char *whose)
{
    fnc_buf list;
    fnc_buf_init(&list, cx);
    for (size_t i = 0; i < fnc_nisas; i++)
        fnc_buf_printf(&list, "%s%s (takes %s)", i ? ", " : "", fnc_isas[i]->name,
                       fnc_isas[i]->needs);
    finnc_status status = fnc_buf_check(&list);
    if (status == FINNC_OK)
        status = finnc_fail(cx, FINNC_BAD_VALUE,
                            "%s is %s, which is no set of kernels here; there are %s", whose,
                            wanted, fnc_buf_text(&list));
    fnc_buf_clear(&list);
    return status;
}

finnc_status fnc_isa_choose(finnc_ctx *cx, const char *asked, const fnc_isa **isa)
{
    const char *wanted = asked ? asked : getenv("FINNC_ISA");
    const char *whose = asked ? "the instruction set" : "FINNC_ISA";
    if (!asked && wanted && !*wanted)
        wanted = NULL;
    for (size_t i = fnc_nisas; i-- > 0;) {
        *isa = fnc_isas[i];
        if (wanted ? strcmp((*isa)->name, wanted) != 0 : (*isa)->is_untried)
            continue;
        if ((*isa)->is_here())
            return FINNC_OK;
        if (wanted)
            return finnc_fail(cx, FINNC_UNSUPPORTED, "%s is %s, which takes %s", whose, wanted,
                              (*isa)->needs);
    }
    return is_none(cx, wanted, whose);
}

bool finnc_isa_at(size_t i, finnc_isa *isa)
{
    if (i >= fnc_nisas)
        return false;
    *isa = (finnc_isa){.name = fnc_isas[i]->name,
                       .needs = fnc_isas[i]->needs,
                       .is_here = fnc_isas[i]->is_here(),
                       .is_untried = fnc_isas[i]->is_untried};
    return true;
}
