/* Which implementation a layer gets: what its op's traits offer, less what its record forbids. */
#include "layer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void fnc_layer_against(char why[FNC_LAYER_WHY_MAX], const char *format, ...)
{
    va_list args;
    if (*why)
        return;
    va_start(args, format);
    vsnprintf(why, FNC_LAYER_WHY_MAX, format, args);
    va_end(args);
}

static finnc_status read_preference(const fnc_layer_node *l, finnc_style *preferred)
{
    const char *word = finnc_node_string(l->node, "preferred_impl_style", "");
    *preferred = FINNC_STYLE_ABSTRACT;
    if (!*word)
        return FINNC_OK;
    *preferred = FINNC_STYLE_HLS;
    if (!strcmp(word, "hls"))
        return FINNC_OK;
    *preferred = FINNC_STYLE_RTL;
    if (!strcmp(word, "rtl"))
        return FINNC_OK;
    return finnc_fail(l->cx, FINNC_BAD_VALUE, "preferred_impl_style is %s, neither hls nor rtl",
                      word);
}

/* What speaks against the style that was not chosen. */
static const char *why(const fnc_layer_styles *s, finnc_style chosen, bool is_asked)
{
    if (chosen == FINNC_STYLE_RTL)
        return s->against_hls;
    return *s->against_rtl || is_asked ? s->against_rtl : s->unasked_rtl;
}

finnc_status finnc_layer_bind(finnc_ctx *cx, const finnc_node *node, const finnc_part *part,
                              finnc_binding *binding)
{
    const finnc_layer *layer;
    fnc_layer_node l;
    fnc_layer_styles s = {"", "", ""};
    finnc_style preferred;
    FNC_AT_NODE(cx, node);
    FINNC_TRY(fnc_layer_need(cx, node, &l, &layer));
    *binding = (finnc_binding){.style = l.style, .is_preferred = true};
    if (l.style != FINNC_STYLE_ABSTRACT)
        return FINNC_OK;
    FINNC_TRY(read_preference(&l, &preferred));
    if (!(l.op->traits & FINNC_OP_HLS))
        fnc_layer_against(s.against_hls, "there is no %s_hls", layer->name);
    if (!(l.op->traits & FINNC_OP_RTL))
        fnc_layer_against(s.against_rtl, "there is no %s_rtl", layer->name);
    else if (layer->styles)
        FINNC_TRY(layer->styles(&l, part, &s));
    if (*s.against_hls && *s.against_rtl)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "%s; and %s", s.against_hls, s.against_rtl);
    const bool wants_rtl =
        preferred == FINNC_STYLE_RTL || (preferred == FINNC_STYLE_ABSTRACT && !*s.unasked_rtl);
    binding->style =
        *s.against_hls || (wants_rtl && !*s.against_rtl) ? FINNC_STYLE_RTL : FINNC_STYLE_HLS;
    binding->is_preferred = preferred == FINNC_STYLE_ABSTRACT || preferred == binding->style;
    snprintf(binding->why, sizeof binding->why, "%s",
             why(&s, binding->style, preferred != FINNC_STYLE_ABSTRACT));
    return FINNC_OK;
}
