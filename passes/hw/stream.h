/* What a value has to be so that a layer can take it as a stream, and why a node stays as it is. */
#ifndef FNC_HW_STREAM_H
#define FNC_HW_STREAM_H

#include <base/compiler.h>

#include <finnc/graph.h>

/* A remark in the making. */
typedef struct fnc_hw_reason {
    char text[256];
} fnc_hw_reason;

FINNC_PRINTF(2, 3) void fnc_hw_give_reason(fnc_hw_reason *why, const char *format, ...);
/* Writes the words and is false: `return fnc_hw_decline(why, ...)`. */
#define fnc_hw_decline(why, ...) (fnc_hw_give_reason((why), __VA_ARGS__), false)

/* Are the first `ninputs` inputs of `node` there? A file may leave any out, outputs as well; but
 * while passes run, the first output of every node has a name (engine/unnamed.c). */
bool fnc_hw_has_inputs(fnc_hw_reason *why, const finnc_node *node, size_t ninputs);
/* Layers take integers that are kept in floats. Does `value` hold such? */
bool fnc_hw_is_integer(fnc_hw_reason *why, const finnc_value *value);
/* Layers stream integers that are kept in floats. Is `value` a tensor of such, of known shape and
 * of rank `rank` (-1: any from 1)? `dims` receives the shape. */
bool fnc_hw_is_stream(fnc_hw_reason *why, const finnc_value *value, int rank, int64_t *dims);
/* A picture (1, H, W, C): layers that look through windows take one at a time. */
bool fnc_hw_is_image(fnc_hw_reason *why, const finnc_value *value, int64_t dims[4]);
/* Is axis `first` of `value`, and the next, as large as `size`, which its input makes it? Fine if
 * that is not known; if the model says something else, nobody knows which of the two is meant. */
bool fnc_hw_has_size(fnc_hw_reason *why, const finnc_value *value, int first,
                     const int64_t size[2]);
/* Does the type of `value` hold 0, so that zeros may be put around it? */
bool fnc_hw_may_pad(fnc_hw_reason *why, const finnc_value *value);

#endif
