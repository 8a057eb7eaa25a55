/* The parameter prune_spec. */
#ifndef FNC_PRUNE_SPEC_H
#define FNC_PRUNE_SPEC_H

#include "mask.h"

#include <finnc/pass.h>

/* Reads it, an object or a text of Python's, into `arena`. BAD_VALUE: it is neither. */
FINNC_MUST_USE finnc_status fnc_prune_spec_read(const finnc_pass_run *run, fnc_arena *arena,
                                                fnc_mask_spec **spec);

#endif
