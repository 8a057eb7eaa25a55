/* Channels first (N, C, ...) and channels last (N, ..., C): the Transposes between the two, and
 * what is known of a value on one side of them, said of the other. */
#ifndef FNC_LOWER_CHANNELS_H
#define FNC_LOWER_CHANNELS_H

#include <finnc/graph.h>

typedef enum fnc_channels { FNC_CHANNELS_FIRST, FNC_CHANNELS_LAST } fnc_channels;

/* How a Transpose brings `rank` axes into that order, coming from the other one. */
void fnc_channels_perm(fnc_channels order, int rank, int64_t perm[FINNC_MAX_RANK]);
/* Is it a Transpose into that order? Of three axes it goes either way; of two it would do nothing,
 * and is none. */
bool fnc_brings_channels(const finnc_node *node, fnc_channels order);
/* The axis of the channels of a BatchNormalization, in data of `rank` axes: the last one for
 * qonnx's channels-last variant. */
int fnc_batch_norm_axis(const finnc_node *node, int rank);
/* The axes of a Transpose; NULL unless it has them spelled out. */
const int64_t *fnc_transpose_perm(const finnc_node *node, int *rank);

/* Inserts `y` = Transpose(x) before `before` (NULL: at the end). `node` may be NULL. */
FINNC_MUST_USE finnc_status fnc_insert_transpose(finnc_ctx *cx, finnc_graph *graph, finnc_value *x,
                                                 int rank, const int64_t *perm, finnc_value *y,
                                                 finnc_node *before, finnc_node **node);
/* Inserts a value for what `like` is once a Transpose into that order has turned it: type, data
 * type and layout say so. */
FINNC_MUST_USE finnc_status fnc_insert_turned(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                              const finnc_value *like, fnc_channels order,
                                              finnc_value **value);
/* Makes the annotations of `value` say what those of `like` do, of data whose axes a Transpose into
 * that order has turned: the data type, and the layout if it is a usual one of images or sequences.
 * What `like` does not know is taken back where `value` said something else. */
FINNC_MUST_USE finnc_status fnc_annotate_turned(finnc_ctx *cx, finnc_value *value,
                                                const finnc_value *like, fnc_channels order);

#endif
