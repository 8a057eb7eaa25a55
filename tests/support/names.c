#include "names.h"

#include "check_pass.h"

#include <criterion/criterion.h>
#include <stdio.h>

void names_after(const char *passes, const char *text, char *names, size_t room)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL);
    finnc_transform_options options = {.check_each = true, .verify_each = true};
    cr_assert_eq(finnc_transform(cx, model, pipeline, &options), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    size_t at = 0;
    names[0] = '\0';
    finnc_foreach_node (node, finnc_model_graph(model)) {
        at += (size_t)snprintf(names + at, room - at, "%s:", finnc_node_name(node));
        for (size_t i = 0; i < finnc_node_ninputs(node); i++)
            at += (size_t)snprintf(names + at, room - at, " %s",
                                   finnc_value_name(finnc_node_input(node, i)));
        at += (size_t)snprintf(names + at, room - at, " ->");
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            at += (size_t)snprintf(names + at, room - at, " %s",
                                   finnc_value_name(finnc_node_output(node, o)));
        at += (size_t)snprintf(names + at, room - at, "\n");
    }
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}
