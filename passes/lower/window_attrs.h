/* What a Conv or MaxPool leaves to defaults and to auto_pad, spelled out for ops that know neither.
 */
#ifndef FNC_LOWER_WINDOW_ATTRS_H
#define FNC_LOWER_WINDOW_ATTRS_H

#include <finnc/graph.h>

enum { FNC_WINDOW_MAX_AXES = 2 };

typedef struct fnc_window_attrs {
    size_t naxes; /* spatial ones */
    int64_t kernel[FNC_WINDOW_MAX_AXES], stride[FNC_WINDOW_MAX_AXES];
    int64_t dilation[FNC_WINDOW_MAX_AXES];
    int64_t pads[2 * FNC_WINDOW_MAX_AXES]; /* begins, then ends */
} fnc_window_attrs;

/* NULL, or why it is not known. The channels are the second axis, as in the standard. */
const char *fnc_window_attrs_read(const finnc_node *node, fnc_window_attrs *window);
/* Sets the attributes that are not there, and pads in place of auto_pad. */
FINNC_MUST_USE finnc_status fnc_window_attrs_spell(finnc_ctx *cx, finnc_node *node,
                                                   const fnc_window_attrs *window);

#endif
