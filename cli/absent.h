/* Tensors without data: what is declared with its type and shape, but made by nobody. */
#ifndef CLI_ABSENT_H
#define CLI_ABSENT_H

#include "cli.h"

/* Feeds zeros in their place, with a warning for each if `warns`. A tensor whose shape is not known
 * stays missing, which is the run's error. */
FINNC_MUST_USE finnc_status cli_absent_feed(cli *c, const finnc_model *model, bool warns,
                                            finnc_session *session);

#endif
