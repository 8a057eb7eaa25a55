/* Scan: a subgraph run for every slice of its scan inputs, carrying state. In version 8 axis 0 is a
 * batch whose members are scanned along axis 1 each for itself; from version 9 on any axis is. */
#include "../parts.h"

#include <inttypes.h>
#include <string.h>

typedef struct scan {
    fnc_body *body;
    size_t nstates, nin, nout; /* scan inputs, scan outputs */
    int64_t length;            /* rounds */
    const int64_t *in_axes, *in_directions, *out_axes, *out_directions; /* NULL: all 0 */
    const finnc_tensor **inputs;                                        /* of a round */
    finnc_tensor **outputs;
    fnc_refs *gathered; /* nout: an item per round */
} scan;

static int64_t entry(const int64_t *list, size_t i)
{
    return list ? list[i] : 0;
}

/* A list of `want` flags or axes; NULL if the node has none. */
static finnc_status read_list(fnc_call *call, const char *name, size_t want, const int64_t **list)
{
    size_t count;
    *list = finnc_node_ints(call->node, name, &count);
    if (*list && count != want)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute %s has %zu entries, should have %zu", name, count, want);
    return FINNC_OK;
}

/* `first`: the input where states begin. */
static finnc_status scan_init(fnc_call *call, size_t first, scan *s)
{
    int64_t nscan;
    size_t ngiven = call->ninputs > first ? call->ninputs - first : 0;
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "num_scan_inputs", &nscan));
    if (nscan < 1 || (uint64_t)nscan > ngiven)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "num_scan_inputs is %" PRId64 ", of %zu inputs", nscan, ngiven);
    *s = (scan){.nin = (size_t)nscan, .nstates = ngiven - (size_t)nscan};
    FINNC_TRY(fnc_need_body(call, "body", ngiven, SIZE_MAX, &s->body));
    size_t nout = fnc_body_noutputs(s->body);
    if (nout < s->nstates || call->noutputs > nout)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "the body has %zu outputs, for %zu states and %zu outputs in all", nout,
                          s->nstates, call->noutputs);
    s->nout = nout - s->nstates;
    FINNC_TRY(read_list(call, "scan_input_axes", s->nin, &s->in_axes));
    FINNC_TRY(read_list(call, call->version < 9 ? "directions" : "scan_input_directions", s->nin,
                        &s->in_directions));
    FINNC_TRY(read_list(call, "scan_output_axes", s->nout, &s->out_axes));
    FINNC_TRY(read_list(call, "scan_output_directions", s->nout, &s->out_directions));
    s->inputs = FNC_SCRATCH(call, const finnc_tensor *, (int64_t)ngiven);
    s->outputs = FNC_SCRATCH(call, finnc_tensor *, (int64_t)nout);
    s->gathered = FNC_SCRATCH(call, fnc_refs, (int64_t)s->nout);
    if (!s->inputs || !s->outputs || !s->gathered)
        return finnc_no_memory(call->cx);
    for (size_t i = 0; i < ngiven; i++)
        s->inputs[i] = NULL;
    for (size_t o = 0; o < s->nout; o++)
        s->gathered[o] = (fnc_refs){0};
    return FINNC_OK;
}

static void scan_clear(scan *s)
{
    for (size_t i = 0; i < s->nstates + s->nin; i++)
        finnc_tensor_release(s->inputs[i]);
    for (size_t o = 0; o < s->nout; o++)
        fnc_refs_release(&s->gathered[o]);
}

static finnc_status cut(fnc_call *call, const scan *s, const finnc_tensor *const *whole, size_t i,
                        int64_t round)
{
    int axis;
    finnc_tensor *slice;
    FINNC_TRY(fnc_axis(call, entry(s->in_axes, i), finnc_tensor_rank(whole[i]), &axis));
    int64_t at = entry(s->in_directions, i) ? s->length - 1 - round : round;
    FINNC_TRY(fnc_part(call->cx, whole[i], axis, at, 1, true, &slice));
    finnc_tensor_release(s->inputs[s->nstates + i]);
    s->inputs[s->nstates + i] = slice;
    return FINNC_OK;
}

static finnc_status one_round(fnc_call *call, scan *s, const finnc_tensor *const *whole,
                              int64_t round)
{
    finnc_status status = FINNC_OK;
    for (size_t i = 0; i < s->nin; i++)
        FINNC_TRY(cut(call, s, whole, i, round));
    FINNC_TRY(fnc_body_run(call, s->body, s->inputs, s->outputs));
    for (size_t i = 0; i < s->nstates; i++) {
        finnc_tensor_release(s->inputs[i]);
        s->inputs[i] = s->outputs[i];
    }
    for (size_t o = 0; o < s->nout; o++) {
        if (status == FINNC_OK)
            status = fnc_refs_push(call, &s->gathered[o], s->outputs[s->nstates + o]);
        else
            finnc_tensor_release(s->outputs[s->nstates + o]);
    }
    return status;
}

/* Runs all rounds on `states` and `whole`; the states end in s->inputs. */
static finnc_status rounds(fnc_call *call, scan *s, const finnc_tensor *const *states,
                           const finnc_tensor *const *whole)
{
    for (size_t i = 0; i < s->nstates; i++) {
        finnc_tensor_release(s->inputs[i]);
        s->inputs[i] = finnc_tensor_retain(states[i]);
    }
    for (int64_t round = 0; round < s->length; round++)
        FINNC_TRY(one_round(call, s, whole, round));
    return FINNC_OK;
}

/* How long the scan inputs are, which all have to agree on. */
static finnc_status read_length(fnc_call *call, scan *s, const finnc_tensor *const *whole)
{
    for (size_t i = 0; i < s->nin; i++) {
        int axis;
        FINNC_TRY(fnc_axis(call, entry(s->in_axes, i), finnc_tensor_rank(whole[i]), &axis));
        int64_t length = finnc_tensor_dim(whole[i], axis);
        if (i > 0 && length != s->length)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "scan input %zu has %" PRId64 " slices, the first %" PRId64, i,
                              length, s->length);
        s->length = length;
    }
    return FINNC_OK;
}

/* What was gathered for scan output `o` as one tensor; of no rounds: empty, as declared. */
static finnc_status joined(fnc_call *call, const scan *s, size_t o, finnc_tensor **whole)
{
    fnc_refs *g = &s->gathered[o];
    int axis;
    if (g->count == 0) {
        const finnc_value *declared = finnc_graph_output(fnc_body_graph(s->body), s->nstates + o);
        int64_t dims[FINNC_MAX_RANK] = {0};
        int rank = finnc_value_rank(declared) < 0 ? 0 : finnc_value_rank(declared);
        finnc_elem elem = finnc_value_elem(declared);
        FINNC_TRY(fnc_axis(call, entry(s->out_axes, o), rank + 1, &axis));
        for (int i = 0, k = 0; i <= rank && i < FINNC_MAX_RANK; i++)
            if (i != axis) {
                int64_t size = finnc_value_dim(declared, k++).size;
                dims[i] = size < 0 ? 0 : size;
            }
        return finnc_tensor_create(call->cx, elem ? elem : FINNC_ELEM_FLOAT, rank + 1, dims, whole);
    }
    FINNC_TRY(fnc_axis(call, entry(s->out_axes, o), finnc_tensor_rank(g->items[0]) + 1, &axis));
    if (entry(s->out_directions, o))
        for (size_t i = 0; i < g->count / 2; i++) {
            const finnc_tensor *other = g->items[i];
            g->items[i] = g->items[g->count - 1 - i];
            g->items[g->count - 1 - i] = other;
        }
    return fnc_join(call->cx, g->items, g->count, axis, true, whole);
}

static finnc_status share(fnc_call *call, size_t o, finnc_tensor *tensor)
{
    finnc_status status = fnc_out_share(call, o, tensor);
    finnc_tensor_release(tensor);
    return status;
}

static finnc_status gather_inputs(fnc_call *call, size_t first, const finnc_tensor ***inputs)
{
    *inputs = FNC_SCRATCH(call, const finnc_tensor *, (int64_t)(call->ninputs - first));
    if (!*inputs)
        return finnc_no_memory(call->cx);
    for (size_t i = first; i < call->ninputs; i++) {
        if (!fnc_has(call, i))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is missing", i);
        (*inputs)[i - first] = fnc_in_tensor(call, i);
    }
    return FINNC_OK;
}

/* ---- from version 9 on ---- */

static finnc_status run_scan(fnc_call *call, scan *s)
{
    const finnc_tensor **inputs;
    FINNC_TRY(gather_inputs(call, 0, &inputs));
    FINNC_TRY(read_length(call, s, inputs + s->nstates));
    FINNC_TRY(rounds(call, s, inputs, inputs + s->nstates));
    for (size_t i = 0; i < s->nstates; i++)
        FINNC_TRY(fnc_out_share(call, i, s->inputs[i]));
    for (size_t o = 0; o < s->nout; o++) {
        finnc_tensor *whole;
        if (!fnc_out_is_wanted(call, s->nstates + o))
            continue;
        FINNC_TRY(joined(call, s, o, &whole));
        FINNC_TRY(share(call, s->nstates + o, whole));
    }
    return FINNC_OK;
}

/* ---- version 8: batches ---- */

typedef struct batch {
    int64_t count, longest;
    const int64_t *lengths; /* NULL: all are the longest */
    fnc_refs *results;      /* per output of the body: an item per member */
    const finnc_tensor **member;
} batch;

static finnc_status batch_init(fnc_call *call, const scan *s, const finnc_tensor *const *inputs,
                               batch *b)
{
    size_t n = s->nstates + s->nin;
    int64_t nlengths;
    for (size_t i = 0; i < n; i++) {
        int rank = finnc_tensor_rank(inputs[i]);
        if (rank < (i < s->nstates ? 1 : 2))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu of rank %d has no batch axis",
                              i + 1, rank);
        int64_t count = finnc_tensor_dim(inputs[i], 0);
        int64_t length = i < s->nstates ? b->longest : finnc_tensor_dim(inputs[i], 1);
        if ((i > 0 && count != b->count) || (i > s->nstates && length != b->longest))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "input %zu differs from the others in batch or length", i + 1);
        b->count = count;
        b->longest = length;
    }
    if (fnc_has(call, 0)) {
        FINNC_TRY(fnc_in_ints(call, 0, &b->lengths, &nlengths));
        if (nlengths != b->count)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "sequence_lens has %" PRId64 " entries for a batch of %" PRId64,
                              nlengths, b->count);
        for (int64_t k = 0; k < nlengths; k++)
            if (b->lengths[k] < 0 || b->lengths[k] > b->longest)
                return finnc_fail(call->cx, FINNC_BAD_VALUE,
                                  "sequence_lens has %" PRId64 ", the longest is %" PRId64,
                                  b->lengths[k], b->longest);
    }
    if (b->count == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the batch is empty");
    b->results = FNC_SCRATCH(call, fnc_refs, (int64_t)(s->nstates + s->nout));
    b->member = FNC_SCRATCH(call, const finnc_tensor *, (int64_t)n);
    if (!b->results || !b->member)
        return finnc_no_memory(call->cx);
    for (size_t i = 0; i < s->nstates + s->nout; i++)
        b->results[i] = (fnc_refs){0};
    return FINNC_OK;
}

/* Shorter sequences end in zeros. */
static finnc_status pad_to(fnc_call *call, const batch *b, finnc_tensor **whole)
{
    int64_t dims[FINNC_MAX_RANK], have = finnc_tensor_dim(*whole, 0);
    finnc_tensor *zeros, *padded;
    if (have == b->longest)
        return FINNC_OK;
    memcpy(dims, finnc_tensor_dims(*whole), (size_t)finnc_tensor_rank(*whole) * sizeof *dims);
    dims[0] = b->longest - have;
    FINNC_TRY(finnc_tensor_create(call->cx, finnc_tensor_elem(*whole), finnc_tensor_rank(*whole),
                                  dims, &zeros));
    const finnc_tensor *both[] = {*whole, zeros};
    finnc_status status = fnc_join(call->cx, both, 2, 0, false, &padded);
    finnc_tensor_release(zeros);
    FINNC_TRY(status);
    finnc_tensor_release(*whole);
    *whole = padded;
    return FINNC_OK;
}

static finnc_status scan_member(fnc_call *call, scan *s, batch *b)
{
    FINNC_TRY(rounds(call, s, b->member, b->member + s->nstates));
    for (size_t i = 0; i < s->nstates; i++)
        FINNC_TRY(fnc_refs_push(call, &b->results[i], finnc_tensor_retain(s->inputs[i])));
    for (size_t o = 0; o < s->nout; o++) {
        finnc_tensor *whole;
        FINNC_TRY(joined(call, s, o, &whole));
        fnc_refs_release(&s->gathered[o]);
        finnc_status status = pad_to(call, b, &whole);
        if (status != FINNC_OK) {
            finnc_tensor_release(whole);
            return status;
        }
        FINNC_TRY(fnc_refs_push(call, &b->results[s->nstates + o], whole));
    }
    return FINNC_OK;
}

static finnc_status run_member(fnc_call *call, scan *s, batch *b, const finnc_tensor *const *inputs,
                               int64_t k)
{
    size_t n = s->nstates + s->nin, cut = 0;
    finnc_status status = FINNC_OK;
    for (; cut < n && status == FINNC_OK; cut++) {
        finnc_tensor *part;
        status = fnc_part(call->cx, inputs[cut], 0, k, 1, true, &part);
        if (status == FINNC_OK)
            b->member[cut] = part;
        else
            break;
    }
    s->length = b->lengths ? b->lengths[k] : b->longest;
    if (status == FINNC_OK)
        status = scan_member(call, s, b);
    for (size_t i = 0; i < cut; i++)
        finnc_tensor_release(b->member[i]);
    return status;
}

static finnc_status run_members(fnc_call *call, scan *s, batch *b,
                                const finnc_tensor *const *inputs)
{
    for (int64_t k = 0; k < b->count; k++)
        FINNC_TRY(run_member(call, s, b, inputs, k));
    for (size_t o = 0; o < s->nstates + s->nout; o++) {
        finnc_tensor *whole;
        if (!fnc_out_is_wanted(call, o))
            continue;
        FINNC_TRY(fnc_join(call->cx, b->results[o].items, b->results[o].count, 0, true, &whole));
        FINNC_TRY(share(call, o, whole));
    }
    return FINNC_OK;
}

static finnc_status run_batch(fnc_call *call, scan *s)
{
    const finnc_tensor **inputs;
    batch b = {0};
    FINNC_TRY(gather_inputs(call, 1, &inputs));
    FINNC_TRY(batch_init(call, s, inputs, &b));
    finnc_status status = run_members(call, s, &b, inputs);
    for (size_t o = 0; o < s->nstates + s->nout; o++)
        fnc_refs_release(&b.results[o]);
    return status;
}

static finnc_status scan_run(fnc_call *call)
{
    scan s;
    FINNC_TRY(scan_init(call, call->version < 9 ? 1 : 0, &s));
    finnc_status status = call->version < 9 ? run_batch(call, &s) : run_scan(call, &s);
    scan_clear(&s);
    return status;
}

const fnc_kernel fnc_kernel_onnx_scan = {.run = scan_run, .takes = FNC_TAKES_ALL};
