/* What a Conv or MaxPool leaves to defaults and to auto_pad, spelled out for ops that know neither.
 */
#ifndef FNC_LOWER_SPELL_WINDOW_H
#define FNC_LOWER_SPELL_WINDOW_H

#include <base/window.h>

#include <finnc/graph.h>

/* Sets the attributes that are not there, and pads in place of auto_pad. */
FINNC_MUST_USE finnc_status fnc_spell_window(finnc_ctx *cx, finnc_node *node, const fnc_windows *w);

#endif
