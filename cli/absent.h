/* Tensors without data: what is declared with its type and shape, but made by nobody. */
#ifndef CLI_ABSENT_H
#define CLI_ABSENT_H

#include "inputs.h"

/* Feeds zeros in place of those that are not `given`, with a warning for each if `warns`. A tensor
 * whose shape is not known stays missing, which is the run's error unless it is optional. */
FINNC_MUST_USE finnc_status cli_absent_feed(cli *c, const finnc_model *model,
                                            const cli_inputs *given, bool warns,
                                            finnc_session *session);

#endif
