/* See identity.h for the pictures. */
#include "pass.h"

#include "identity.h"

#include <string.h>

static finnc_status insert(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const char *name = finnc_pass_string(run, "tensor_name");
    const char *side = finnc_pass_string(run, "producer_or_consumer");
    finnc_value *value = name ? finnc_graph_find_value(graph, name) : NULL;
    if (!value)
        return finnc_fail(cx, FINNC_BAD_VALUE, "there is no tensor '%s'", name ? name : "");
    if (side && strcmp(side, "producer") == 0)
        return fnc_insert_identity_before(cx, value);
    if (side && strcmp(side, "consumer") == 0)
        return fnc_insert_identity_after(cx, value);
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "producer_or_consumer is '%s', not 'producer' or 'consumer'",
                      side ? side : "");
}

const finnc_pass fnc_pass_insert_identity = {
    .name = "InsertIdentity",
    .summary = "puts an Identity before or behind a tensor",
    .upstream = "qonnx.transformation.insert",
    .notes = "On the consumers' side a node that reads the tensor twice reads the new one twice; "
             "upstream changes the first of the two.",
    .flags = FINNC_PASS_CHANGES_IO,
    .params = {{"tensor_name", FINNC_PARAM_STRING, NULL, "which tensor"},
               {"producer_or_consumer", FINNC_PARAM_STRING, NULL,
                "\"producer\": the tensor becomes the Identity's output; \"consumer\": its input"}},
    .run = insert,
};
