/* If and Loop: subgraphs that run where a condition says so. */
#include "../parts.h"

#include <inttypes.h>
#include <string.h>

static finnc_status read_condition(finnc_ctx *cx, const finnc_tensor *tensor, const char *what,
                                   bool *truth)
{
    if (finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR || finnc_tensor_nelems(tensor) != 1)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s has %" PRId64 " elements, not one truth value",
                          what, finnc_tensor_nelems(tensor));
    *truth = finnc_tensor_get(tensor, 0) != 0;
    return FINNC_OK;
}

/* ---- If ---- */

static finnc_status if_run(fnc_call *call)
{
    bool truth = false;
    fnc_body *body;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(read_condition(call->cx, fnc_in_tensor(call, 0), "the condition", &truth));
    FINNC_TRY(fnc_need_body(call, truth ? "then_branch" : "else_branch", 0, call->noutputs, &body));
    finnc_tensor **outputs = FNC_SCRATCH(call, finnc_tensor *, (int64_t)call->noutputs);
    if (!outputs)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_body_run(call, body, NULL, outputs));
    finnc_status status = FINNC_OK;
    for (size_t o = 0; o < call->noutputs; o++) {
        if (status == FINNC_OK)
            status = fnc_out_share(call, o, outputs[o]);
        finnc_tensor_release(outputs[o]);
    }
    return status;
}

/* ---- Loop ---- */

typedef struct loop {
    fnc_body *body;
    size_t ncarried, nscans;
    int64_t rounds; /* at most; -1: no limit */
    bool goes_on;
    const finnc_tensor **in; /* round, condition, carried values */
    finnc_tensor **out;      /* condition, carried values, what is scanned */
    fnc_refs *scans;         /* nscans: an item per round */
} loop;

static finnc_status loop_init(fnc_call *call, loop *l)
{
    l->rounds = -1;
    l->goes_on = true;
    l->ncarried = call->ninputs > 2 ? call->ninputs - 2 : 0;
    FINNC_TRY(fnc_need_body(call, "body", l->ncarried + 2, SIZE_MAX, &l->body));
    size_t nout = fnc_body_noutputs(l->body);
    if (nout < l->ncarried + 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "the body has %zu outputs, %zu values are carried", nout, l->ncarried);
    l->nscans = nout - l->ncarried - 1;
    if (call->noutputs > l->ncarried + l->nscans)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "has %zu outputs, its body makes %zu",
                          call->noutputs, l->ncarried + l->nscans);
    l->in = FNC_SCRATCH(call, const finnc_tensor *, (int64_t)l->ncarried + 2);
    l->out = FNC_SCRATCH(call, finnc_tensor *, (int64_t)nout);
    l->scans = FNC_SCRATCH(call, fnc_refs, (int64_t)l->nscans);
    if (!l->in || !l->out || !l->scans)
        return finnc_no_memory(call->cx);
    for (size_t i = 0; i < l->ncarried + 2; i++)
        l->in[i] = NULL;
    for (size_t s = 0; s < l->nscans; s++)
        l->scans[s] = (fnc_refs){0};
    if (fnc_has(call, 0)) {
        const int64_t *m;
        int64_t count;
        FINNC_TRY(fnc_in_ints(call, 0, &m, &count));
        if (count != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "M has %" PRId64 " elements", count);
        l->rounds = *m < 0 ? 0 : *m;
    }
    if (fnc_has(call, 1))
        FINNC_TRY(read_condition(call->cx, fnc_in_tensor(call, 1), "the condition", &l->goes_on));
    return FINNC_OK;
}

static finnc_status begin_loop(fnc_call *call, loop *l)
{
    finnc_tensor *truth;
    for (size_t i = 0; i < l->ncarried; i++) {
        const finnc_tensor *initial = fnc_in_tensor(call, i + 2);
        if (!initial)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is missing", i + 2);
        l->in[i + 2] = finnc_tensor_retain(initial);
    }
    FINNC_TRY(finnc_tensor_create_scalar(call->cx, FINNC_ELEM_BOOL, l->goes_on, &truth));
    l->in[1] = truth;
    return FINNC_OK;
}

static finnc_status one_round(fnc_call *call, loop *l, int64_t round)
{
    finnc_tensor *number;
    finnc_status status;
    FINNC_TRY(finnc_tensor_create(call->cx, FINNC_ELEM_INT64, 0, NULL, &number));
    finnc_tensor_set_int(number, 0, round);
    l->in[0] = number;
    status = fnc_body_run(call, l->body, l->in, l->out);
    finnc_tensor_release(number);
    l->in[0] = NULL;
    FINNC_TRY(status);
    for (size_t i = 0; i < l->ncarried + 1; i++) { /* what it leaves is what the next one gets */
        finnc_tensor_release(l->in[i + 1]);
        l->in[i + 1] = l->out[i];
    }
    for (size_t s = 0; s < l->nscans; s++) {
        finnc_tensor *scanned = l->out[l->ncarried + 1 + s];
        if (status == FINNC_OK)
            status = fnc_refs_push(call, &l->scans[s], scanned);
        else
            finnc_tensor_release(scanned);
    }
    return status == FINNC_OK
               ? read_condition(call->cx, l->in[1], "the body's condition", &l->goes_on)
               : status;
}

/* What a scan without rounds is: no elements of what the body declares. */
static finnc_status empty_scan(fnc_call *call, size_t o, const finnc_value *declared)
{
    int64_t dims[FINNC_MAX_RANK] = {0};
    void *data;
    finnc_elem elem = finnc_value_elem(declared);
    int rank = finnc_value_rank(declared);
    for (int i = 0; i < rank && i + 1 < FINNC_MAX_RANK; i++) {
        int64_t size = finnc_value_dim(declared, i).size;
        dims[i + 1] = size < 0 ? 0 : size;
    }
    return fnc_out(call, o, elem ? elem : FINNC_ELEM_FLOAT,
                   rank < 0                    ? 1
                   : rank + 1 < FINNC_MAX_RANK ? rank + 1
                                               : FINNC_MAX_RANK,
                   dims, &data);
}

static finnc_status end_loop(fnc_call *call, const loop *l)
{
    for (size_t i = 0; i < l->ncarried; i++)
        FINNC_TRY(fnc_out_share(call, i, l->in[i + 2]));
    for (size_t s = 0; s < l->nscans; s++) {
        finnc_tensor *whole;
        size_t o = l->ncarried + s;
        if (!fnc_out_is_wanted(call, o))
            continue;
        if (l->scans[s].count == 0) {
            FINNC_TRY(empty_scan(call, o,
                                 finnc_graph_output(fnc_body_graph(l->body), l->ncarried + 1 + s)));
            continue;
        }
        FINNC_TRY(fnc_join(call->cx, l->scans[s].items, l->scans[s].count, 0, true, &whole));
        finnc_status status = fnc_out_share(call, o, whole);
        finnc_tensor_release(whole);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

static finnc_status run_rounds(fnc_call *call, loop *l)
{
    FINNC_TRY(begin_loop(call, l));
    for (int64_t round = 0; l->goes_on && (l->rounds < 0 || round < l->rounds); round++)
        FINNC_TRY(one_round(call, l, round));
    return end_loop(call, l);
}

static finnc_status loop_run(fnc_call *call)
{
    loop l = {0};
    FINNC_TRY(loop_init(call, &l));
    finnc_status status = run_rounds(call, &l);
    for (size_t i = 0; i < l.ncarried + 2; i++)
        finnc_tensor_release(l.in[i]);
    for (size_t s = 0; s < l.nscans; s++)
        fnc_refs_release(&l.scans[s]);
    return status;
}

const fnc_kernel fnc_kernel_onnx_if = {.run = if_run, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_loop = {.run = loop_run, .takes = FNC_TAKES_ALL};
