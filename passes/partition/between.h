/* What keeps partitions from being cut out. */
#ifndef FNC_PARTITION_BETWEEN_H
#define FNC_PARTITION_BETWEEN_H

#include "ends.h"
#include "partition.h"

/* In a graph where partitions stand as nodes there is a cycle: fails with BAD_VALUE, naming a
 * partition and the nodes by way of which a path comes back to it. */
FINNC_MUST_USE finnc_status fnc_partition_say_between(finnc_pass_run *run, fnc_parting *p,
                                                      const fnc_partition_kind *kind);

#endif
