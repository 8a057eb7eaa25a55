#include "step.h"

#include "run.h"

#include <base/limit.h>

#include <finnc/layer.h>

#include <inttypes.h>
#include <string.h>

/* An output on its way. */
typedef struct slot {
    finnc_tensor *tensor;
    void *wide; /* where the kernel writes what becomes the tensor's smaller type, or strings; NULL:
                   into it */
    finnc_elem wide_elem;
    void *data; /* of the tensor */
    bool is_wanted;
} slot;

/* What the driver knows of a call and the kernel does not see. */
struct fnc_step_state {
    const fnc_runner *runner;
    fnc_pool *pool;
    fnc_body *bodies;
    size_t nbodies;
    fnc_buffer *scratch; /* a chain */
    const finnc_tensor *const *inputs;
    const finnc_node *maker;
    slot *out;
    /* What FLOAT and what (U)INT8 outputs have to become: the type of the first float input and of
     * the first integer one, where they came widened; else UNDEFINED. */
    finnc_elem narrow_float, narrow_int;
};

/* Attributes of a typing mistake run, as if they were not there. */
static void warn_of_attrs(finnc_ctx *cx, const finnc_node *node)
{
    const char *near;
    for (size_t i = 0; i < finnc_node_nattrs(node); i++) {
        const char *name = finnc_attr_name(finnc_node_attr(node, i));
        if (!finnc_node_knows_attr(node, name, &near) && near) {
            FNC_AT_NODE(cx, node);
            finnc_log(cx, FINNC_WARNING, "attribute %s is not known; did you mean %s?", name, near);
        }
    }
}

finnc_status fnc_step_init(finnc_ctx *cx, const finnc_node *node, fnc_step *step)
{
    *step = (fnc_step){.node = node, .origin = node, .kernel = fnc_kernel_find(node)};
    if (!step->kernel) {
        FNC_AT_NODE(cx, node);
        const char *domain = finnc_node_domain(node);
        return finnc_fail(cx, FINNC_UNSUPPORTED, "unsupported op %s of domain %s",
                          finnc_node_op_type(node), *domain ? domain : "ai.onnx");
    }
    step->op = finnc_node_find_op(node);
    step->version = finnc_node_version(node);
    FINNC_TRY(finnc_node_check(cx, node));
    warn_of_attrs(cx, node);
    return FINNC_OK;
}

void fnc_step_look(const fnc_plan *plan, fnc_step *step)
{
    /* Not of those that hand it on, who do not ask: a row of them would be walked along by each. */
    const bool may_ask =
        step->op->traits & FINNC_OP_HARDWARE && !finnc_layer_hands_on(step->node, 0);
    step->maker = may_ask ? fnc_plan_stream_maker(plan, finnc_node_input(step->node, 0)) : NULL;
    for (size_t i = 0; (step->op->traits & FINNC_OP_LINEAR) && i < 2; i++)
        fnc_grid_look(plan, finnc_node_input(step->node, i), &step->grids[i]);
}

/* ---- what a kernel asks for ---- */

void *fnc_scratch(fnc_call *call, size_t nbytes)
{
    return fnc_pool_scratch(call->state->pool, &call->state->scratch, nbytes);
}

void *fnc_scratch_array(fnc_call *call, size_t size, int64_t count)
{
    size_t n, nbytes;
    if (!fnc_to_size(count, &n) || !fnc_mul(n, size, &nbytes))
        return NULL;
    return fnc_scratch(call, nbytes);
}

const finnc_tensor *fnc_in_tensor(const fnc_call *call, size_t i)
{
    return i < call->ninputs ? call->state->inputs[i] : NULL;
}

const finnc_node *fnc_in_maker(const fnc_call *call)
{
    return call->state->maker;
}

bool fnc_out_is_wanted(const fnc_call *call, size_t o)
{
    return o < call->noutputs && call->state->out[o].is_wanted;
}

/* Has an output that the kernel makes as `elem` to become something smaller? */
static finnc_elem narrowed(const fnc_call *call, finnc_elem elem)
{
    const struct fnc_step_state *state = call->state;
    finnc_elem narrow = finnc_elem_is_float(elem) ? state->narrow_float : state->narrow_int;
    return narrow != FINNC_ELEM_UNDEFINED && fnc_elem_wide(narrow) == elem ? narrow : elem;
}

static finnc_status make_output(fnc_call *call, size_t o, finnc_elem elem, int rank,
                                const int64_t *dims, void **where)
{
    struct fnc_step_state *state = call->state;
    int64_t nelems;
    size_t nbytes, n;
    FINNC_TRY(finnc_shape_nelems(call->cx, rank, dims, &nelems));
    size_t size = fnc_elem_size(elem);
    finnc_elem stored = narrowed(call, elem);
    if (size == 0) { /* packed, asked for by name */
        if (!finnc_elem_bits(elem))
            return finnc_fail(call->cx, FINNC_UNSUPPORTED, "element type %d of output %zu",
                              (int)elem, o);
        size = 1; /* more than enough */
    }
    if (!fnc_to_size(nelems, &n) || !fnc_mul(n, size, &nbytes))
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_need_within(call->cx, FINNC_LIMIT_TENSOR_BYTES, nbytes));
    if (o >= call->noutputs) { /* nobody wants it, but the kernel need not know */
        *where = fnc_scratch(call, nbytes);
        return *where ? FINNC_OK : finnc_no_memory(call->cx);
    }
    slot *out = &state->out[o];
    finnc_tensor_release(out->tensor);
    out->tensor = NULL;
    if (elem == FINNC_ELEM_STRING) {
        FINNC_TRY(finnc_tensor_create(call->cx, elem, rank, dims, &out->tensor));
        *where = out->wide = fnc_scratch(call, nbytes);
        if (!out->wide)
            return finnc_no_memory(call->cx);
        memset(out->wide, 0, nbytes);
        return FINNC_OK;
    }
    fnc_buffer *buffer = fnc_pool_take(state->pool, nbytes);
    if (!buffer)
        return finnc_no_memory(call->cx);
    out->data = fnc_buffer_data(buffer);
    FINNC_TRY(fnc_buffer_to_tensor(call->cx, buffer, stored, rank, dims, &out->tensor));
    out->wide = NULL;
    out->wide_elem = elem;
    *where = out->data;
    if (stored != elem) {
        out->wide = fnc_scratch(call, nbytes);
        if (!out->wide)
            return finnc_no_memory(call->cx);
        *where = out->wide;
    }
    return FINNC_OK;
}

finnc_status fnc_out_at(fnc_call *call, size_t o, finnc_elem elem, int rank, const int64_t *dims,
                        void *place)
{
    void *data = NULL;
    FINNC_TRY(make_output(call, o, elem, rank, dims, &data));
    memcpy(place, &data, sizeof data); /* the pointer there is a float *, or an int64_t * ... */
    return FINNC_OK;
}

finnc_status fnc_out_like_at(fnc_call *call, size_t o, const fnc_array *like, void *place)
{
    return fnc_out_at(call, o, like->elem, like->rank, like->dims, place);
}

finnc_status fnc_out_share(fnc_call *call, size_t o, const finnc_tensor *tensor)
{
    if (o >= call->noutputs)
        return FINNC_OK;
    slot *out = &call->state->out[o];
    finnc_tensor_release(out->tensor);
    out->tensor = finnc_tensor_retain(tensor);
    out->wide = NULL;
    out->data = NULL;
    return FINNC_OK;
}

finnc_status fnc_out_reshape(fnc_call *call, size_t o, size_t i, int rank, const int64_t *dims)
{
    finnc_tensor *reshaped;
    FINNC_TRY(finnc_tensor_reshape(call->cx, fnc_in_tensor(call, i), rank, dims, &reshaped));
    finnc_status status = fnc_out_share(call, o, reshaped);
    finnc_tensor_release(reshaped);
    return status;
}

/* ---- subgraphs ---- */

finnc_status fnc_need_body(fnc_call *call, const char *name, size_t ninputs, size_t noutputs,
                           fnc_body **body)
{
    for (size_t b = 0; b < call->state->nbodies; b++) {
        *body = &call->state->bodies[b];
        if (strcmp((*body)->name, name) != 0)
            continue;
        size_t nin = fnc_body_ninputs(*body), nout = fnc_body_noutputs(*body);
        if (ninputs != SIZE_MAX && nin != ninputs)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s has %zu inputs, %zu are given", name,
                              nin, ninputs);
        if (noutputs != SIZE_MAX && nout != noutputs)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s has %zu outputs, %zu are wanted", name,
                              nout, noutputs);
        return FINNC_OK;
    }
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute %s is missing", name);
}

size_t fnc_body_ninputs(const fnc_body *body)
{
    return finnc_graph_ninputs(body->plan->graph);
}

size_t fnc_body_noutputs(const fnc_body *body)
{
    return finnc_graph_noutputs(body->plan->graph);
}

const finnc_graph *fnc_body_graph(const fnc_body *body)
{
    return body->plan->graph;
}

finnc_status fnc_body_run(fnc_call *call, fnc_body *body, const finnc_tensor *const *inputs,
                          finnc_tensor **outputs)
{
    return fnc_plan_run_body(call->state->runner, body->plan, inputs, outputs);
}

/* ---- before and after the kernel ---- */

static finnc_elem seen_as(fnc_takes takes, finnc_elem elem)
{
    finnc_elem wide = fnc_elem_wide(elem);
    switch (takes) {
    case FNC_TAKES_WIDE:
        return wide;
    case FNC_TAKES_BYTES:
        return fnc_elem_size(elem) ? elem : wide;
    case FNC_TAKES_ALL:
        return elem;
    }
    return elem;
}

static finnc_status prepare_input(fnc_call *call, const finnc_tensor *tensor, finnc_elem as,
                                  fnc_array *array)
{
    const void *data;
    FINNC_TRY(finnc_tensor_need_data(call->cx, tensor, &data));
    *array = (fnc_array){.elem = finnc_tensor_elem(tensor),
                         .rank = finnc_tensor_rank(tensor),
                         .nelems = finnc_tensor_nelems(tensor),
                         .dims = finnc_tensor_dims(tensor),
                         .data = data};
    if (array->elem == as)
        return FINNC_OK;
    void *wide = fnc_scratch_array(call, fnc_elem_size(as), array->nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    fnc_convert(array->elem, data, as, wide, array->nelems);
    array->elem = as;
    array->data = wide;
    return FINNC_OK;
}

/* Each is what the op takes, and they agree. */
static finnc_status check_inputs(const fnc_call *call, const fnc_step *step)
{
    const finnc_tensor *const *inputs = call->state->inputs;
    for (size_t i = 0; i < call->ninputs; i++)
        if (inputs[i])
            FINNC_TRY(finnc_op_check_input(call->cx, step->op, i, inputs[i]));
    return finnc_node_check_agreement(call->cx, call->node, inputs, call->ninputs, true);
}

static finnc_status prepare_inputs(fnc_call *call, const fnc_step *step, fnc_array *in)
{
    fnc_takes takes = step->kernel->takes;
    struct fnc_step_state *state = call->state;
    bool seen_float = false, seen_int = false;
    FINNC_TRY(check_inputs(call, step));
    for (size_t i = 0; i < call->ninputs; i++) {
        const finnc_tensor *tensor = state->inputs[i];
        /* fnc_in_tensor is what sees anything else */
        if (!tensor || finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR)
            continue;
        finnc_elem elem = finnc_tensor_elem(tensor), as = seen_as(takes, elem);
        FINNC_TRY(prepare_input(call, tensor, as, &in[i]));
        if (finnc_elem_is_float(elem) && !seen_float) {
            seen_float = true;
            state->narrow_float = as != elem ? elem : FINNC_ELEM_UNDEFINED;
        } else if (finnc_elem_is_integer(elem) && !seen_int) {
            seen_int = true;
            state->narrow_int = as != elem ? elem : FINNC_ELEM_UNDEFINED;
        }
    }
    return FINNC_OK;
}

/* Kernels move strings as they move numbers; what they left in scratch becomes copies here. */
static finnc_status copy_strings(fnc_call *call, const slot *out)
{
    const finnc_string *strings = out->wide;
    for (int64_t i = 0; i < finnc_tensor_nelems(out->tensor); i++)
        FINNC_TRY(
            finnc_tensor_set_string(call->cx, out->tensor, i, strings[i].data, strings[i].length));
    return FINNC_OK;
}

static finnc_status finish_outputs(fnc_call *call)
{
    for (size_t o = 0; o < call->noutputs; o++) {
        slot *out = &call->state->out[o];
        if (!out->tensor) {
            if (out->is_wanted)
                return finnc_fail(call->cx, FINNC_UNSUPPORTED, "output %zu is not computed", o);
            continue;
        }
        if (out->wide && finnc_tensor_elem(out->tensor) == FINNC_ELEM_STRING)
            FINNC_TRY(copy_strings(call, out));
        else if (out->wide)
            fnc_convert(out->wide_elem, out->wide, finnc_tensor_elem(out->tensor), out->data,
                        finnc_tensor_nelems(out->tensor));
    }
    return FINNC_OK;
}

static finnc_status run(fnc_call *call, const fnc_step *step, fnc_array *in)
{
    FINNC_TRY(prepare_inputs(call, step, in));
    FINNC_TRY(step->kernel->run(call));
    FINNC_TRY(finnc_ctx_check(call->cx)); /* what was stopped half way (parallel.c) is not read */
    return finish_outputs(call);
}

finnc_status fnc_step_run(const fnc_runner *runner, const fnc_step *step,
                          const finnc_tensor *const *inputs, size_t ninputs, fnc_body *bodies,
                          size_t nbodies, const bool *wanted, finnc_tensor **outputs,
                          size_t noutputs)
{
    finnc_ctx *cx = runner->cx;
    struct fnc_step_state state = {.runner = runner,
                                   .pool = runner->pool,
                                   .bodies = bodies,
                                   .nbodies = nbodies,
                                   .inputs = inputs,
                                   .maker = step->maker};
    fnc_call call = {.cx = cx,
                     .node = step->node,
                     .version = step->version,
                     .threads = runner->threads,
                     .ninputs = ninputs,
                     .noutputs = noutputs,
                     .grids = step->op->traits & FINNC_OP_LINEAR ? step->grids : NULL,
                     .kept = step->kept,
                     .state = &state};
    fnc_array *in = FNC_SCRATCH(&call, fnc_array, (int64_t)ninputs);
    state.out = FNC_SCRATCH(&call, slot, (int64_t)noutputs);
    finnc_status status = in && state.out ? FINNC_OK : finnc_no_memory(cx);
    if (status == FINNC_OK) {
        for (size_t i = 0; i < ninputs; i++)
            in[i] = (fnc_array){0};
        for (size_t o = 0; o < noutputs; o++)
            state.out[o] = (slot){.is_wanted = !wanted || wanted[o]};
        call.in = in;
        status = run(&call, step, in);
        for (size_t o = 0; o < noutputs; o++) {
            slot *out = &state.out[o];
            if (status == FINNC_OK)
                outputs[o] = out->is_wanted ? out->tensor : NULL;
            if (status != FINNC_OK || !out->is_wanted)
                finnc_tensor_release(out->tensor);
        }
    }
    fnc_buffer_give_back_all(&state.scratch);
    return status;
}
