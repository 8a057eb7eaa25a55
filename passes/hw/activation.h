/* Thresholds that a hardware layer takes in: what a MultiThreshold says, in a layer's words. */
#ifndef FNC_HW_ACTIVATION_H
#define FNC_HW_ACTIVATION_H

#include "hw.h"
#include "stream.h"

/* A layer counts the thresholds that a sum reaches, and adds ActVal; the counts 0 and 1 stand for
 * -1 and +1 if what it gives is BIPOLAR. */
typedef struct fnc_activation {
    finnc_node *node; /* the MultiThreshold; NULL: there is none that a layer could take in */
    finnc_value *thresholds;
    finnc_dtype dtype; /* of what it gives */
    int64_t act_val;
} fnc_activation;

/* Reads scale, bias and data type of a MultiThreshold whose thresholds fit. False if no layer counts
 * so. */
bool fnc_activation_read(fnc_hw_reason *why, finnc_node *quantiser, fnc_activation *a);
/* Are the thresholds of `quantiser` a constant of one row, or of one for each of `channels`, which
 * are axis `axis` of `rank`? */
bool fnc_thresholds_fit(fnc_hw_reason *why, const finnc_node *quantiser, int rank, int axis,
                        int64_t channels);
/* `dtype` becomes one that holds all thresholds, if it does not: those out of reach lie one beyond
 * the type of what is compared with them. They are annotated with what it becomes. */
FINNC_MUST_USE finnc_status fnc_thresholds_widen(finnc_ctx *cx, finnc_value *thresholds,
                                                 finnc_dtype *dtype);
/* The MultiThreshold that alone reads the output of `node`, of `rank` axes, with thresholds along
 * the last one, of `channels` elements. Where there is one that cannot be taken in, a remark says
 * why. */
void fnc_activation_find(finnc_pass_run *run, const finnc_node *node, int rank, int64_t channels,
                         fnc_activation *a);

#endif
