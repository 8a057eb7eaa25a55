/* The windows of a node of the standard, by its attributes and what is known of its inputs. */
#ifndef FNC_SUPPORT_WINDOW_H
#define FNC_SUPPORT_WINDOW_H

#include <nodes/window_attrs.h>

/* NULL, or why they are not known, as a remark says it: in `w`, too. The channels are the second
 * axis; weights, if the op has some, are input 1. An axis of unknown size has `in` and `out` -1,
 * which SAME_* does not go with. */
const char *fnc_node_windows(const finnc_node *node, bool has_weights, fnc_windows *w);
/* May a window of a pool lie over padding alone, where the largest number is -infinity? */
bool fnc_pool_may_miss(const finnc_node *pool);

#endif
