/* Which engine pays: estimated from the plan before anything is compiled, and once more from what
 * was. */
#ifndef FNC_CHOICE_H
#define FNC_CHOICE_H

#include "fast/fast.h"

/* Of options->engine. */
FINNC_MUST_USE finnc_status fnc_choose(fnc_plan *plan, const finnc_session_options *options,
                                       finnc_engine_choice *choice);
/* The same, now that it is known which steps run fast. */
FINNC_MUST_USE finnc_status fnc_choose_again(fnc_plan *plan, const finnc_session_options *options,
                                             const fnc_fast *fast, finnc_engine_choice *choice);

#endif
