/* Numbers all values that have a type: tensor_0, tensor_1, ...; first those inside, in the order in
 * which the model states their types, then the graph inputs, then the outputs. */
#include "pass.h"

#include "listed_values.h"

#include <base/buf.h>

typedef struct numbering {
    finnc_ctx *cx;
    fnc_arena scratch;
    fnc_buf name;
    size_t count;
} numbering;

static finnc_status number(numbering *n, finnc_value *value)
{
    n->name.length = 0;
    fnc_buf_printf(&n->name, "tensor_%zu", n->count++);
    FINNC_TRY(fnc_buf_check(&n->name));
    return finnc_value_claim_name(n->cx, value, fnc_buf_text(&n->name));
}

static finnc_status number_all(numbering *n, finnc_graph *graph)
{
    finnc_value **inside;
    size_t count;
    FINNC_TRY(fnc_list_values(n->cx, graph, &n->scratch, &inside, &count));
    for (size_t i = 0; i < count; i++)
        FINNC_TRY(number(n, inside[i]));
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++)
        if (!finnc_value_is_output(finnc_graph_input(graph, i)))
            FINNC_TRY(number(n, finnc_graph_input(graph, i)));
    for (size_t i = 0; i < finnc_graph_noutputs(graph); i++)
        FINNC_TRY(number(n, finnc_graph_output(graph, i)));
    return FINNC_OK;
}

static finnc_status give_names(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    numbering n = {.cx = cx};
    fnc_buf_init(&n.name, cx);
    fnc_arena_init(&n.scratch, cx);
    finnc_status status = number_all(&n, graph);
    fnc_arena_clear(&n.scratch);
    fnc_buf_clear(&n.name);
    return status;
}

const finnc_pass fnc_pass_give_unique_tensor_names = {
    .name = "GiveUniqueTensorNames",
    .summary = "numbers the tensors: tensor_0, tensor_1, ...",
    .upstream = "qonnx.transformation.general",
    .notes = "Tensors without a type (no value_info) keep their names, as upstream. Upstream stops "
             "with an error when a new name is taken by another tensor.",
    .run = give_names,
};
