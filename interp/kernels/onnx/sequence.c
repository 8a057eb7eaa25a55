/* Sequences: made, measured, taken apart. Items are shared, never copied. */
#include "../parts.h"

#include <inttypes.h>

static finnc_status need_sequence(fnc_call *call, size_t i, const finnc_tensor **sequence)
{
    *sequence = fnc_in_tensor(call, i);
    if (!*sequence)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is missing", i);
    if (finnc_tensor_kind(*sequence) != FINNC_KIND_SEQUENCE)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is a %s, not a sequence", i,
                          finnc_kind_name(finnc_tensor_kind(*sequence)));
    return FINNC_OK;
}

/* Input `i` as a place among `span`; negative ones count from the end. `fallback` if absent. */
static finnc_status read_position(fnc_call *call, size_t i, int64_t span, int64_t fallback,
                                  int64_t *position)
{
    const int64_t *given;
    int64_t count, x = fallback;
    if (fnc_has(call, i)) {
        FINNC_TRY(fnc_in_ints(call, i, &given, &count));
        if (count != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "a position of %" PRId64 " numbers",
                              count);
        x = *given;
    }
    if (x < -span || x >= span)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "position %" PRId64 " is outside %" PRId64 " to %" PRId64, x, -span,
                          span - 1);
    *position = x < 0 ? x + span : x;
    return FINNC_OK;
}

/* Output 0: a sequence of these. */
static finnc_status out_sequence(fnc_call *call, const finnc_tensor *const *items, size_t count)
{
    finnc_tensor *sequence;
    FINNC_TRY(finnc_tensor_create_of(call->cx, FINNC_KIND_SEQUENCE, items, count, &sequence));
    finnc_status status = fnc_out_share(call, 0, sequence);
    finnc_tensor_release(sequence);
    return status;
}

static finnc_status empty(fnc_call *call)
{
    return out_sequence(call, NULL, 0);
}

static finnc_status construct(fnc_call *call)
{
    const finnc_tensor **items = FNC_SCRATCH(call, const finnc_tensor *, (int64_t)call->ninputs);
    if (!items)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_need_inputs(call, call->ninputs));
    for (size_t i = 0; i < call->ninputs; i++) {
        items[i] = fnc_in_tensor(call, i);
        if (finnc_tensor_elem(items[i]) != finnc_tensor_elem(items[0]))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "input %zu is %s, input 0 %s", i,
                              finnc_elem_name(finnc_tensor_elem(items[i])),
                              finnc_elem_name(finnc_tensor_elem(items[0])));
    }
    return out_sequence(call, items, call->ninputs);
}

static finnc_status length(fnc_call *call)
{
    const finnc_tensor *sequence;
    int64_t *n;
    FINNC_TRY(need_sequence(call, 0, &sequence));
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_INT64, 0, NULL, &n));
    *n = finnc_tensor_nelems(sequence);
    return FINNC_OK;
}

static finnc_status at(fnc_call *call)
{
    const finnc_tensor *sequence;
    int64_t i = 0;
    FINNC_TRY(need_sequence(call, 0, &sequence));
    FINNC_TRY(read_position(call, 1, finnc_tensor_nelems(sequence), 0, &i));
    return fnc_out_share(call, 0, finnc_tensor_item(sequence, i));
}

/* The items of a sequence but number `without` (-1: all), with `item` (or NULL) put in at `where`.
 */
static finnc_status edited(fnc_call *call, const finnc_tensor *sequence, int64_t without,
                           const finnc_tensor *item, int64_t where)
{
    int64_t n = finnc_tensor_nelems(sequence);
    const finnc_tensor **items = FNC_SCRATCH(call, const finnc_tensor *, n + 1);
    size_t count = 0;
    if (!items)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i <= n; i++) {
        if (item && i == where)
            items[count++] = item;
        if (i < n && i != without)
            items[count++] = finnc_tensor_item(sequence, i);
    }
    return out_sequence(call, items, count);
}

static finnc_status insert(fnc_call *call)
{
    const finnc_tensor *sequence, *item = fnc_in_tensor(call, 1);
    int64_t where;
    FINNC_TRY(need_sequence(call, 0, &sequence));
    int64_t n = finnc_tensor_nelems(sequence);
    if (!item)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 1 is missing");
    if (n > 0 && finnc_tensor_elem(item) != finnc_tensor_elem(finnc_tensor_item(sequence, 0)))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a tensor of %s for a sequence of %s",
                          finnc_elem_name(finnc_tensor_elem(item)),
                          finnc_elem_name(finnc_tensor_elem(finnc_tensor_item(sequence, 0))));
    /* The standard lets positions run from -n to n: behind the last, too. */
    if (fnc_has(call, 2)) {
        const int64_t *given;
        int64_t count;
        FINNC_TRY(fnc_in_ints(call, 2, &given, &count));
        if (count == 1 && *given == n)
            return edited(call, sequence, -1, item, n);
        FINNC_TRY(read_position(call, 2, n, 0, &where));
        return edited(call, sequence, -1, item, where);
    }
    return edited(call, sequence, -1, item, n);
}

static finnc_status erase(fnc_call *call)
{
    const finnc_tensor *sequence;
    int64_t i = 0;
    FINNC_TRY(need_sequence(call, 0, &sequence));
    FINNC_TRY(read_position(call, 1, finnc_tensor_nelems(sequence), -1, &i));
    return edited(call, sequence, i, NULL, 0);
}

static finnc_status concat(fnc_call *call)
{
    const finnc_tensor *sequence;
    finnc_tensor *whole;
    int axis;
    FINNC_TRY(need_sequence(call, 0, &sequence));
    int64_t n = finnc_tensor_nelems(sequence), given;
    bool is_new = finnc_node_attr_int(call->node, "new_axis") != 0;
    FINNC_TRY(finnc_node_need_int(call->cx, call->node, "axis", &given));
    if (n == 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the sequence is empty");
    FINNC_TRY(
        fnc_axis(call, given, finnc_tensor_rank(finnc_tensor_item(sequence, 0)) + is_new, &axis));
    const finnc_tensor **items = FNC_SCRATCH(call, const finnc_tensor *, n);
    if (!items)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < n; i++)
        items[i] = finnc_tensor_item(sequence, i);
    FINNC_TRY(fnc_join(call->cx, items, (size_t)n, axis, is_new, &whole));
    finnc_status status = fnc_out_share(call, 0, whole);
    finnc_tensor_release(whole);
    return status;
}

/* ---- SplitToSequence ---- */

/* Part `p` of `along` elements: the sizes given, or (`count` 1, a scalar) chunks of one size. */
static finnc_status read_sizes(fnc_call *call, int64_t along, const int64_t **sizes, int64_t *chunk)
{
    int64_t count = 0, sum = 0;
    *sizes = NULL;
    *chunk = 1;
    if (!fnc_has(call, 1))
        return FINNC_OK;
    FINNC_TRY(fnc_in_ints(call, 1, sizes, &count));
    for (int64_t i = 0; i < count; i++)
        if ((*sizes)[i] < 0 || !fnc_add_i64(sum, (*sizes)[i], &sum))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "split has a part of %" PRId64 " elements",
                              (*sizes)[i]);
    if (call->in[1].rank == 0) {
        *chunk = **sizes;
        *sizes = NULL;
        if (*chunk <= 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "split is %" PRId64, *chunk);
        return FINNC_OK;
    }
    if (sum != along)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "split makes %" PRId64 " of %" PRId64 " elements", sum, along);
    return FINNC_OK;
}

static finnc_status split_into(fnc_call *call, const finnc_tensor *whole, int axis, fnc_refs *parts)
{
    const int64_t *sizes;
    int64_t chunk, along = finnc_tensor_dim(whole, axis), count;
    FINNC_TRY(read_sizes(call, along, &sizes, &chunk));
    bool drop = !fnc_has(call, 1) && !finnc_node_attr_int(call->node, "keepdims");
    count = sizes ? call->in[1].nelems : along / chunk + (along % chunk > 0);
    for (int64_t p = 0, begin = 0; p < count; p++) {
        finnc_tensor *part;
        int64_t n = sizes ? sizes[p] : along - begin < chunk ? along - begin : chunk;
        if (p % 1024 == 0)
            FINNC_TRY(finnc_ctx_check(call->cx));
        FINNC_TRY(fnc_part(call->cx, whole, axis, begin, n, drop, &part));
        FINNC_TRY(fnc_refs_push(call, parts, part));
        begin += n;
    }
    return out_sequence(call, parts->items, parts->count);
}

static finnc_status split(fnc_call *call)
{
    int axis;
    fnc_refs parts = {0};
    FINNC_TRY(fnc_need_inputs(call, 1));
    const finnc_tensor *whole = fnc_in_tensor(call, 0);
    FINNC_TRY(
        fnc_axis(call, finnc_node_int(call->node, "axis", 0), finnc_tensor_rank(whole), &axis));
    finnc_status status = split_into(call, whole, axis, &parts);
    fnc_refs_release(&parts);
    return status;
}

const fnc_kernel fnc_kernel_onnx_sequence_empty = {.run = empty};
const fnc_kernel fnc_kernel_onnx_sequence_construct = {.run = construct, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_sequence_length = {.run = length};
const fnc_kernel fnc_kernel_onnx_sequence_at = {.run = at};
const fnc_kernel fnc_kernel_onnx_sequence_insert = {.run = insert, .takes = FNC_TAKES_ALL};
const fnc_kernel fnc_kernel_onnx_sequence_erase = {.run = erase};
const fnc_kernel fnc_kernel_onnx_concat_from_sequence = {.run = concat};
const fnc_kernel fnc_kernel_onnx_split_to_sequence = {.run = split, .takes = FNC_TAKES_ALL};
