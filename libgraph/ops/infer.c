/* What inference functions see of their node, and what they say of it. */
#include "infer.h"

#include "../ir/ir.h"
#include "../nodes/elem_text.h"

#include <inttypes.h>
#include <string.h>

void fnc_infer_init(finnc_infer *in, finnc_ctx *cx, const finnc_node *node)
{
    *in = (finnc_infer){.cx = cx,
                        .node = node,
                        .op = finnc_node_find_op(node),
                        .version = finnc_node_version(node)};
}

finnc_status fnc_infer_end(finnc_infer *in, finnc_status status)
{
    for (size_t i = 0; i < in->made.count; i++)
        finnc_tensor_release(in->made.tensors[i]);
    in->made.count = 0;
    return status != FINNC_OK ? status : in->made.status;
}

finnc_ctx *finnc_infer_ctx(const finnc_infer *in)
{
    return in->cx;
}

const finnc_node *finnc_infer_node(const finnc_infer *in)
{
    return in->node;
}

int finnc_infer_version(const finnc_infer *in)
{
    return in->version;
}

size_t finnc_infer_ninputs(const finnc_infer *in)
{
    return finnc_node_ninputs(in->node);
}

size_t finnc_infer_noutputs(const finnc_infer *in)
{
    return finnc_node_noutputs(in->node);
}

bool finnc_infer_has(const finnc_infer *in, size_t i)
{
    return finnc_node_input(in->node, i) != NULL;
}

finnc_elem finnc_infer_elem(const finnc_infer *in, size_t i)
{
    const finnc_value *v = finnc_node_input(in->node, i);
    return v ? finnc_value_elem(v) : FINNC_ELEM_UNDEFINED;
}

int finnc_infer_rank(const finnc_infer *in, size_t i)
{
    const finnc_value *v = finnc_node_input(in->node, i);
    return v ? finnc_value_rank(v) : -1;
}

finnc_dim finnc_infer_dim(const finnc_infer *in, size_t i, int axis)
{
    const finnc_value *v = finnc_node_input(in->node, i);
    return v ? finnc_value_dim(v, axis) : fnc_unknown_dim();
}

/* The numbers of a Constant's attribute as a tensor: rank 0 for one, rank 1 for a list. NULL if it
 * holds none of these. */
static finnc_status make_constant(finnc_ctx *cx, const finnc_node *node, finnc_tensor **tensor)
{
    static const struct {
        const char *name;
        finnc_elem elem;
        int rank;
    } kinds[] = {{"value_int", FINNC_ELEM_INT64, 0},
                 {"value_ints", FINNC_ELEM_INT64, 1},
                 {"value_float", FINNC_ELEM_FLOAT, 0},
                 {"value_floats", FINNC_ELEM_FLOAT, 1}};
    *tensor = NULL;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const finnc_attr *attr = finnc_node_find_attr(node, kinds[k].name);
        if (!attr)
            continue;
        int64_t n = (int64_t)finnc_attr_count(attr);
        FINNC_TRY(finnc_tensor_create(cx, kinds[k].elem, kinds[k].rank, &n, tensor));
        for (int64_t i = 0; i < finnc_tensor_nelems(*tensor); i++) {
            if (kinds[k].elem == FINNC_ELEM_INT64)
                finnc_tensor_set_int(*tensor, i, finnc_attr_int(attr, (size_t)i));
            else
                finnc_tensor_set(*tensor, i, (double)finnc_attr_float(attr, (size_t)i));
        }
        return FINNC_OK;
    }
    return FINNC_OK;
}

static const finnc_tensor *find_made(finnc_infer *in, const finnc_node *producer)
{
    fnc_made *made = &in->made;
    for (size_t i = 0; i < made->count; i++)
        if (made->from[i] == producer)
            return made->tensors[i];
    finnc_tensor *tensor = NULL;
    if (made->count < FNC_MAX_MADE && made->status == FINNC_OK)
        made->status = make_constant(in->cx, producer, &tensor);
    if (made->status != FINNC_OK || !tensor)
        return NULL;
    made->from[made->count] = producer;
    made->tensors[made->count++] = tensor;
    return tensor;
}

const finnc_tensor *finnc_infer_const(const finnc_infer *in, size_t i)
{
    const finnc_value *v = finnc_node_input(in->node, i);
    if (!v)
        return NULL;
    if (finnc_value_is_constant(v))
        return finnc_value_tensor(v);
    const finnc_node *producer = finnc_value_producer(v);
    if (!producer || !finnc_node_is(producer, "Constant"))
        return NULL;
    const finnc_attr *value = finnc_node_find_attr(producer, "value");
    if (!value)
        value = finnc_node_find_attr(producer, "sparse_value");
    if (value)
        return finnc_attr_tensor(value, 0);
    /* Asking does not change what `in` tells: a tensor is kept only to be released. */
    return find_made((finnc_infer *)in, producer);
}

finnc_dtype finnc_infer_dtype(const finnc_infer *in, size_t i)
{
    const finnc_value *v = finnc_node_input(in->node, i);
    return v ? finnc_value_dtype(v) : finnc_dtype_float32();
}

const char *finnc_infer_layout(const finnc_infer *in, size_t i)
{
    const finnc_value *v = finnc_node_input(in->node, i);
    return v ? finnc_value_layout(v) : NULL;
}

int finnc_infer_out_rank(const finnc_infer *in, size_t o)
{
    const finnc_value *v = finnc_node_output(in->node, o);
    return v ? finnc_value_rank(v) : -1;
}

int64_t fnc_infer_int(const finnc_infer *in, const char *name, int64_t absent)
{
    return finnc_node_int(in->node, name, absent);
}

finnc_status fnc_infer_elem_attr(const finnc_infer *in, const char *name, finnc_elem absent,
                                 finnc_elem *elem)
{
    int64_t number = fnc_infer_int(in, name, absent);
    finnc_types types = finnc_op_types(in->op, in->op->out, 0);
    *elem = number > 0 && number < 40 ? (finnc_elem)number : FINNC_ELEM_UNDEFINED;
    if (number == FINNC_ELEM_UNDEFINED && !finnc_node_find_attr(in->node, name))
        return FINNC_OK;
    if (types >> *elem & 1 && finnc_elem_name(*elem))
        return FINNC_OK;
    const char *type = finnc_elem_name(*elem);
    char text[400];
    if (!type || *elem == FINNC_ELEM_UNDEFINED)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute %s is %" PRId64 ", which is no element type", name, number);
    return finnc_fail(in->cx, FINNC_BAD_VALUE, "'%s' cannot be %s, only %s", in->op->out[0].name,
                      type, finnc_types_text(types, text, sizeof text));
}

fnc_shape fnc_shape_of(const finnc_infer *in, size_t i)
{
    fnc_shape s = {.elem = finnc_infer_elem(in, i), .rank = finnc_infer_rank(in, i)};
    for (int axis = 0; axis < s.rank; axis++)
        s.dims[axis] = finnc_infer_dim(in, i, axis);
    return s;
}

finnc_status fnc_infer_set(finnc_infer *in, size_t o, const fnc_shape *shape)
{
    return finnc_infer_set_type(in, o, shape->elem, shape->rank, shape->dims);
}

finnc_status fnc_infer_axis(const finnc_infer *in, int64_t axis, int rank, int *normal)
{
    if (axis < -rank || axis >= rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "axis %" PRId64 " is outside a tensor of rank %d", axis, rank);
    *normal = (int)(axis < 0 ? axis + rank : axis);
    return FINNC_OK;
}

static const char *formal_name(const finnc_infer *in, size_t i)
{
    const finnc_formal *formal = in->op ? finnc_op_formal(in->op->in, i) : NULL;
    return formal ? formal->name : "?";
}

finnc_status fnc_infer_need_rank(const finnc_infer *in, size_t i, int rank)
{
    int is = finnc_infer_rank(in, i);
    if (is < 0 || is == rank)
        return FINNC_OK;
    return finnc_fail(in->cx, FINNC_BAD_VALUE, "input %zu (%s) has rank %d, should have %d", i,
                      formal_name(in, i), is, rank);
}

finnc_status fnc_infer_same_dim(const finnc_infer *in, size_t i, int axis, finnc_dim *dim)
{
    if (axis >= finnc_infer_rank(in, i))
        return FINNC_OK;
    finnc_dim found = finnc_infer_dim(in, i, axis);
    if (found.size >= 0 && dim->size >= 0 && found.size != dim->size)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "input %zu (%s) has %" PRId64
                          " elements along axis %d, should have %" PRId64,
                          i, formal_name(in, i), found.size, axis, dim->size);
    if (dim->size < 0 && (found.size >= 0 || !dim->symbol))
        *dim = found;
    return FINNC_OK;
}

/* ---- setting outputs ---- */

/* What the model says of a value: of a sequence or optional, what its items are. */
static fnc_shape said_of(const finnc_value *value)
{
    fnc_shape said = {.elem = finnc_value_elem(value), .rank = finnc_value_rank(value)};
    for (int i = 0; i < said.rank; i++)
        said.dims[i] = finnc_value_dim(value, i);
    if (finnc_value_kind(value) != FINNC_KIND_TENSOR)
        (void)finnc_value_item(value, &said.elem, &said.rank, said.dims);
    return said;
}

static finnc_status contradict(const finnc_infer *in, const finnc_value *value,
                               const fnc_shape *said, const fnc_shape *found)
{
    char a[256], b[256];
    const char *part = finnc_value_kind(value) == FINNC_KIND_TENSOR ? "" : "an item of ";
    if (said->elem && found->elem && said->elem != found->elem)
        return finnc_fail(
            in->cx, FINNC_BAD_VALUE, "%s'%s' is %s in the model, but the inputs make it %s", part,
            finnc_value_name(value), fnc_elem_text(said->elem), fnc_elem_text(found->elem));
    return finnc_fail(in->cx, FINNC_BAD_VALUE,
                      "%s'%s' has the shape %s in the model, but the inputs make it %s", part,
                      finnc_value_name(value), fnc_shape_text(said, a, sizeof a),
                      fnc_shape_text(found, b, sizeof b));
}

static finnc_status contradict_kind(const finnc_infer *in, const finnc_value *value, int depth,
                                    finnc_kind found)
{
    const char *said = finnc_kind_name(finnc_value_kind_at(value, depth));
    const char *is = finnc_kind_name(found);
    if (depth)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "'%s' is made of %ss in the model, but becomes one of %ss",
                          finnc_value_name(value), said, is);
    return finnc_fail(in->cx, FINNC_BAD_VALUE, "'%s' is a %s in the model, but becomes a %s",
                      finnc_value_name(value), said, is);
}

/* Fills what `found` leaves open from what the model says; false if the two contradict each other.
 */
static bool merge(fnc_shape *found, const fnc_shape *said)
{
    if (!found->elem)
        found->elem = said->elem;
    if (said->elem && said->elem != found->elem)
        return false;
    if (said->rank < 0)
        return true;
    if (found->rank >= 0 && found->rank != said->rank)
        return false;
    bool open = found->rank < 0;
    found->rank = said->rank;
    for (int i = 0; i < said->rank; i++) {
        const finnc_dim dim = said->dims[i];
        if (open || found->dims[i].size < 0)
            found->dims[i] = dim.size >= 0 || dim.symbol || open ? dim : found->dims[i];
        else if (dim.size >= 0 && dim.size != found->dims[i].size)
            return false;
    }
    return true;
}

finnc_status finnc_infer_set_type(finnc_infer *in, size_t o, finnc_elem elem, int rank,
                                  const finnc_dim *dims)
{
    finnc_value *value = finnc_node_output(in->node, o);
    if (!value || (!elem && rank < 0 && !in->replace))
        return FINNC_OK;
    const fnc_shape said = said_of(value);
    const finnc_kind kind = finnc_value_kind(value);
    fnc_shape found = {.elem = elem, .rank = rank};
    if (rank > 0)
        memcpy(found.dims, dims, (size_t)rank * sizeof *dims);
    if (in->replace) {
        if (!found.elem && kind == FINNC_KIND_TENSOR)
            found.elem = said.elem;
    } else if (kind != FINNC_KIND_TENSOR) {
        return contradict_kind(in, value, 0, FINNC_KIND_TENSOR);
    } else {
        const fnc_shape is = found;
        if (!merge(&found, &said))
            return contradict(in, value, &said, &is);
    }
    if (!found.elem && found.rank < 0)
        return FINNC_OK;
    return finnc_value_set_type(in->cx, value, found.elem, found.rank, found.dims);
}

/* ---- sequences and optionals ---- */

fnc_shape fnc_infer_item(const finnc_infer *in, size_t i)
{
    const finnc_value *v = finnc_node_input(in->node, i);
    return v ? said_of(v) : (fnc_shape){.rank = -1};
}

/* The depth at which a value is of another kind; -1: it is of these. */
static int find_other_kind(const finnc_value *value, const finnc_kind *kinds, int count)
{
    for (int depth = 0; depth < count; depth++)
        if (finnc_value_kind_at(value, depth) != kinds[depth])
            return depth;
    const bool is_known = !count || kinds[count - 1] != FINNC_KIND_MAP;
    return is_known && finnc_value_kind_at(value, count) != FINNC_KIND_TENSOR ? count : -1;
}

/* Do both say the same, symbols aside? */
static bool are_alike(const fnc_shape *a, const fnc_shape *b)
{
    bool alike = a->elem == b->elem && a->rank == b->rank;
    for (int i = 0; alike && i < a->rank; i++)
        alike = a->dims[i].size == b->dims[i].size;
    return alike;
}

/* Output `o` is made of such kinds, from the outside in, and then of such tensors. A declared type
 * is not made more precise: to write one anew would be to lose what it says besides. */
static finnc_status set_kinds(finnc_infer *in, size_t o, const finnc_kind *kinds, int count,
                              const fnc_shape *item)
{
    finnc_value *value = finnc_node_output(in->node, o);
    fnc_shape found = *item;
    if (!value)
        return FINNC_OK;
    if (finnc_value_has_type(value)) {
        const fnc_shape said = said_of(value);
        const int other = find_other_kind(value, kinds, count);
        if (!in->replace && other >= 0)
            return contradict_kind(in, value, other,
                                   other < count ? kinds[other] : FINNC_KIND_TENSOR);
        if (!in->replace)
            return merge(&found, &said) ? FINNC_OK : contradict(in, value, &said, item);
        if (other < 0 && !found.elem)
            found.elem = said.elem;
        if (other < 0 && are_alike(&found, &said))
            return FINNC_OK;
    }
    if (!found.elem)
        return FINNC_OK;
    return fnc_value_set_kind(in->cx, value, kinds, (size_t)count, found.elem, found.rank,
                              found.dims);
}

finnc_status fnc_infer_set_of(finnc_infer *in, size_t o, finnc_kind kind, const fnc_shape *item)
{
    return set_kinds(in, o, &kind, 1, item);
}

finnc_status fnc_infer_set_within(finnc_infer *in, size_t o, size_t i, int depth)
{
    enum { MAX_DEPTH = 8 };
    finnc_kind kinds[MAX_DEPTH];
    int count = 0;
    const finnc_value *from = finnc_node_input(in->node, i);
    const fnc_shape item = fnc_infer_item(in, i);
    for (finnc_kind kind; from && count < MAX_DEPTH; kinds[count++] = kind) {
        kind = finnc_value_kind_at(from, depth + count);
        if (kind == FINNC_KIND_TENSOR)
            return count ? set_kinds(in, o, kinds, count, &item) : fnc_infer_set(in, o, &item);
    }
    return FINNC_OK; /* nothing, or nested deeper than anybody does */
}

finnc_status fnc_infer_set_as(finnc_infer *in, size_t o, size_t i)
{
    return fnc_infer_set_within(in, o, i, 0);
}

finnc_status finnc_infer_set_dtype(finnc_infer *in, size_t o, finnc_dtype dtype)
{
    finnc_value *value = finnc_node_output(in->node, o);
    if (!value)
        return FINNC_OK;
    if (dtype.kind == FINNC_DTYPE_SCALEDINT && !in->allow_scaledint)
        dtype = finnc_dtype_float32();
    /* FLOAT32 is what no annotation means: none is made only to say so. */
    if (dtype.kind == FINNC_DTYPE_FLOAT32 && !finnc_value_has_dtype(value) &&
        finnc_value_elem(value) != FINNC_ELEM_FLOAT16)
        return FINNC_OK;
    return finnc_value_set_dtype(in->cx, value, dtype);
}

finnc_status finnc_infer_set_layout(finnc_infer *in, size_t o, const char *layout)
{
    finnc_value *value = finnc_node_output(in->node, o);
    return value ? finnc_value_set_layout(in->cx, value, layout) : FINNC_OK;
}

/* ---- attributes ---- */

fnc_versioned_list fnc_infer_versioned_list(const finnc_infer *in, const char *attr, size_t input)
{
    fnc_versioned_list list = fnc_versioned_list_of(in->node, attr, input);
    const finnc_tensor *made = list.input && !list.is_known ? finnc_infer_const(in, input) : NULL;
    if (made) {
        list.is_known = true;
        list.tensor = made;
        list.count = (size_t)finnc_tensor_nelems(made);
    }
    return list;
}

finnc_status fnc_infer_list(const finnc_infer *in, const char *attr, size_t input, fnc_list *list)
{
    const fnc_versioned_list said = fnc_infer_versioned_list(in, attr, input);
    *list = (fnc_list){.known = said.is_known, .present = said.is_there};
    if (said.count > FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%s has %zu entries (at most %d)",
                          attr ? attr : "an input", said.count, FINNC_MAX_RANK);
    list->count = said.count;
    for (size_t i = 0; i < said.count; i++)
        list->x[i] = fnc_versioned_entry(&said, i);
    return FINNC_OK;
}

finnc_status fnc_infer_dtype_attr(const finnc_infer *in, const char *name, finnc_dtype *dtype)
{
    const char *text;
    FINNC_TRY(finnc_node_need_string(in->cx, in->node, name, &text));
    return finnc_dtype_parse(in->cx, text, dtype);
}

static finnc_status follow(finnc_infer *in, finnc_dtype dtype, const char *name)
{
    char is[FINNC_DTYPE_NAME_MAX];
    finnc_dtype_name(dtype, is);
    const char *said = finnc_node_string(in->node, name, "");
    if (!in->editable || !strcmp(said, is))
        return FINNC_OK;
    finnc_log(in->cx, FINNC_WARNING, "attribute %s is %s, the input is %s: changed", name, said,
              is);
    return finnc_node_set_string(in->cx, in->editable, name, is);
}

finnc_status fnc_infer_follow_dtype(finnc_infer *in, size_t i, const char *name)
{
    return follow(in, finnc_infer_dtype(in, i), name);
}

finnc_status fnc_infer_follow_dtypes(finnc_infer *in, const char *name)
{
    return follow(in, fnc_infer_joined_dtype(in), name);
}
