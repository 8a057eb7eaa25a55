/* The model that estimates, foldings and searches for FIFOs are made of. */
#ifndef FINNC_DATAFLOW_H
#define FINNC_DATAFLOW_H

#include <finnc/layer.h>
#include <finnc/model.h>

FINNC_BEGIN_DECLS

/** Makes of `model` what finnc_estimate_create, finnc_fold_search and finnc_fifo_search want: a
 * graph of hardware layers that are bound and have names of their own. `*dataflow` is a copy of the
 * model, or of the model of its one dataflow partition. In the copy abstract layers are bound for
 * `part`, as SpecializeLayers does, and nodes that share a name, or have none, are named anew, as
 * GiveUniqueNodeNames does. Notes say what was done.
 * BAD_VALUE: there are no layers, or they are to be bound and `part` is NULL. UNSUPPORTED: there
 * are several partitions. Fails as reading a partition's model, and as SpecializeLayers. */
FINNC_API FINNC_MUST_USE finnc_status finnc_dataflow_open(finnc_ctx *cx, const finnc_model *model,
                                                          const finnc_part *part,
                                                          finnc_model **dataflow);

FINNC_END_DECLS

#endif
