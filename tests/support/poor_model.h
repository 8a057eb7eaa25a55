/* A call on a model, while its allocations fail. */
#ifndef TEST_POOR_MODEL_H
#define TEST_POOR_MODEL_H

#include "poor.h"
#include "run_text.h"

#include <criterion/criterion.h>

/* check_poor_sample on the model that `text` is, which the call gets as its `user`. */
static inline void check_poor_model(const char *text, poor_fn call, const char *where)
{
    poor_purse purse = {false};
    finnc_ctx *poor = purse_open(&purse);
    finnc_model *model = read_text(poor, text);
    check_poor_sample(&purse, poor, 1, call, model, where);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(poor), 0, "a leak");
    finnc_ctx_destroy(poor);
}

#endif
