#include "spell_window.h"

static finnc_status spell(finnc_ctx *cx, finnc_node *node, const char *name, const int64_t *x,
                          size_t count)
{
    return finnc_node_find_attr(node, name) ? FINNC_OK
                                            : finnc_node_set_ints(cx, node, name, x, count);
}

finnc_status fnc_spell_window(finnc_ctx *cx, finnc_node *node, const fnc_windows *w)
{
    const size_t n = (size_t)w->rank;
    int64_t pads[2 * FINNC_MAX_RANK];
    fnc_windows_list_pads(w, pads);
    if (finnc_node_find_attr(node, "auto_pad")) {
        finnc_node_erase_attr(node, "auto_pad");
        FINNC_TRY(finnc_node_set_ints(cx, node, "pads", pads, 2 * n));
    }
    if (finnc_node_find_attr(node, "ceil_mode")) /* any number but 0, or no windows by auto_pad */
        FINNC_TRY(finnc_node_set_int(cx, node, "ceil_mode", w->ceil));
    FINNC_TRY(spell(cx, node, "kernel_shape", w->kernel, n));
    FINNC_TRY(spell(cx, node, "strides", w->stride, n));
    FINNC_TRY(spell(cx, node, "pads", pads, 2 * n));
    if (!finnc_node_is_any(node, "Conv"))
        return FINNC_OK; /* dilated pooling came with opset 10 */
    FINNC_TRY(spell(cx, node, "dilations", w->dilation, n));
    return finnc_node_find_attr(node, "group") ? FINNC_OK
                                               : finnc_node_set_int(cx, node, "group", 1);
}
