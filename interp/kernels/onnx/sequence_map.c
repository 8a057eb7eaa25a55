/* SequenceMap: a subgraph run for every item of a sequence. */
#include "../parts.h"

#include <inttypes.h>

typedef struct mapping {
    fnc_body *body;
    const finnc_tensor **in;
    finnc_tensor **out;
    fnc_refs *results; /* per output */
} mapping;

/* Sequences give their item `k`, tensors themselves. */
static finnc_status take_items(fnc_call *call, const mapping *m, int64_t k)
{
    int64_t n = finnc_tensor_nelems(fnc_in_tensor(call, 0));
    for (size_t i = 0; i < call->ninputs; i++) {
        const finnc_tensor *x = fnc_in_tensor(call, i);
        if (!x)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is missing", i);
        bool is_sequence = finnc_tensor_kind(x) == FINNC_KIND_SEQUENCE;
        if (is_sequence && finnc_tensor_nelems(x) != n)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "input %zu has %" PRId64 " items, the first %" PRId64, i,
                              finnc_tensor_nelems(x), n);
        m->in[i] = is_sequence ? finnc_tensor_item(x, k) : x;
    }
    return FINNC_OK;
}

static finnc_status map_items(fnc_call *call, const mapping *m)
{
    int64_t n = finnc_tensor_nelems(fnc_in_tensor(call, 0));
    for (int64_t k = 0; k < n; k++) {
        finnc_status status = FINNC_OK;
        FINNC_TRY(take_items(call, m, k));
        FINNC_TRY(fnc_body_run(call, m->body, m->in, m->out));
        for (size_t o = 0; o < call->noutputs; o++)
            if (status == FINNC_OK)
                status = fnc_refs_push(call, &m->results[o], m->out[o]);
            else
                finnc_tensor_release(m->out[o]);
        FINNC_TRY(status);
    }
    for (size_t o = 0; o < call->noutputs; o++) {
        finnc_tensor *sequence;
        FINNC_TRY(finnc_tensor_create_of(call->cx, FINNC_KIND_SEQUENCE, m->results[o].items,
                                         m->results[o].count, &sequence));
        finnc_status status = fnc_out_share(call, o, sequence);
        finnc_tensor_release(sequence);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

static finnc_status sequence_map(fnc_call *call)
{
    mapping m = {0};
    const finnc_tensor *first = fnc_in_tensor(call, 0);
    FINNC_TRY(fnc_need_body(call, "body", call->ninputs, call->noutputs, &m.body));
    if (!first || finnc_tensor_kind(first) != FINNC_KIND_SEQUENCE)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 is not a sequence");
    m.in = FNC_SCRATCH(call, const finnc_tensor *, (int64_t)call->ninputs);
    m.out = FNC_SCRATCH(call, finnc_tensor *, (int64_t)call->noutputs);
    m.results = FNC_SCRATCH(call, fnc_refs, (int64_t)call->noutputs);
    if (!m.in || !m.out || !m.results)
        return finnc_no_memory(call->cx);
    for (size_t o = 0; o < call->noutputs; o++)
        m.results[o] = (fnc_refs){0};
    finnc_status status = map_items(call, &m);
    for (size_t o = 0; o < call->noutputs; o++)
        fnc_refs_release(&m.results[o]);
    return status;
}

const fnc_kernel fnc_kernel_onnx_sequence_map = {.run = sequence_map, .takes = FNC_TAKES_ALL};
