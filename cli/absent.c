/* A session refuses to run where a node reads what nobody makes and what has no data. The Python
 * tools run such models, with zeros, and graphs are often built that way, constants following
 * later: so `run`, and no other command, does the same and says so. */
#include "absent.h"

#include <stdio.h>

static bool is_absent(const finnc_value *value)
{
    return finnc_value_first_use(value) && !finnc_value_is_input(value) &&
           !finnc_value_producer(value) && !finnc_value_tensor(value);
}

static finnc_status feed_zeros(cli *c, const finnc_value *value, bool warns, finnc_session *session)
{
    const char *name = finnc_value_name(value);
    int64_t dims[FINNC_MAX_RANK];
    finnc_tensor *zeros;
    char text[512];
    if (finnc_value_kind(value) != FINNC_KIND_TENSOR || !finnc_value_elem(value) ||
        !finnc_value_dims(value, -1, dims))
        return FINNC_OK;
    FINNC_TRY(
        finnc_tensor_create(c->cx, finnc_value_elem(value), finnc_value_rank(value), dims, &zeros));
    finnc_status status = finnc_session_feed(session, name, zeros);
    finnc_tensor_release(zeros);
    snprintf(text, sizeof text, "%s is taken as zeros: nothing makes it and it has no initialiser",
             name);
    if (warns)
        cli_say(c, CLI_YELLOW, "warning", text);
    return status;
}

finnc_status cli_absent_feed(cli *c, const finnc_model *model, const cli_inputs *given, bool warns,
                             finnc_session *session)
{
    const finnc_graph *graph = finnc_model_graph(model);
    finnc_foreach_value (value, graph)
        if (is_absent(value) && !cli_inputs_has(given, finnc_value_name(value)))
            FINNC_TRY(feed_zeros(c, value, warns, session));
    return FINNC_OK;
}
