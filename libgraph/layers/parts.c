/* FPGAs and boards. */
#include "layer.h"

#include <string.h>

const finnc_board *finnc_board_at(size_t i)
{
    static const finnc_board boards[] = {
        {"Pynq-Z1", "xc7z020clg400-1", true, 64},
    };
    return i < sizeof boards / sizeof *boards ? &boards[i] : NULL;
}

finnc_status finnc_part_find(finnc_ctx *cx, const char *name, finnc_part *part)
{
    (void)part;
    return finnc_fail(cx, FINNC_NOT_FOUND, "unknown part %s", name);
}
