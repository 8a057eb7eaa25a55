#include "../base/field.h"
#include "text_write.h"

#include "number.h"
#include "text_fields.h"
#include "text_kind.h"
#include "text_scan.h"
#include "text_tensor.h"
#include "text_type.h"

#include <inttypes.h>
#include <string.h>

/* Elements of a tensor in an attribute that are shown where the weights are not wanted. */
enum { SHOWN = 8 };

static fnc_buf *out(fnc_text_writer *w)
{
    return &w->sink.buf;
}

/* With a point or an exponent: that is what tells it from an integer. */
static void write_float(fnc_text_writer *w, float x)
{
    char text[FNC_NUMBER_MAX];
    fnc_buf_puts(out(w), fnc_float_text(x, text));
    if (!strpbrk(text, ".en"))
        fnc_buf_puts(out(w), ".0");
}

static finnc_status write_tensor(fnc_text_writer *w, const finnc_tensor *tensor)
{
    char name[32];
    finnc_dim dims[FINNC_MAX_RANK];
    int rank = finnc_tensor_rank(tensor);
    for (int i = 0; i < rank; i++)
        dims[i] = (finnc_dim){.size = finnc_tensor_dim(tensor, i)};
    fnc_buf_puts(out(w), fnc_text_elem_name(finnc_tensor_elem(tensor), name));
    fnc_text_write_shape(out(w), rank, dims);
    fnc_buf_putc(out(w), ' ');
    return fnc_text_write_elements(w->sink.buf.cx, out(w), tensor, w->weights ? 0 : SHOWN);
}

static finnc_status write_graph(fnc_text_writer *w, const finnc_graph *graph)
{
    w->indent += 3;
    finnc_status status = fnc_text_write_graph(w, graph);
    w->indent -= 3;
    return status;
}

/* What the IR holds as wire bytes only: types, and kinds that the syntax lacks. */
static finnc_status write_wire(fnc_text_writer *w, const finnc_attr *attr, size_t i)
{
    const uint8_t *at = attr->extra.data;
    uint32_t number = attr->kind == FINNC_ATTR_TYPE_PROTO ? FNC_ATTR_TP : FNC_ATTR_TYPE_PROTOS;
    bool is_type = attr->kind == FINNC_ATTR_TYPE_PROTO || attr->kind == FINNC_ATTR_TYPE_PROTOS;
    for (fnc_field field;
         is_type && at && fnc_field_next(&at, attr->extra.data + attr->extra.length, &field);)
        if (field.number == number && i-- == 0 &&
            fnc_text_write_wire_type(out(w), field.data, field.length))
            return FINNC_OK;
    if (w->weights)
        return finnc_fail(w->sink.buf.cx, FINNC_UNSUPPORTED,
                          "the textual syntax cannot express attribute %s, of kind %s", attr->name,
                          fnc_text_kind_name(attr->kind));
    fnc_buf_puts(out(w), "...");
    return FINNC_OK;
}

static finnc_status write_item(fnc_text_writer *w, const finnc_attr *attr, size_t i)
{
    switch (attr->kind) {
    case FINNC_ATTR_FLOAT:
    case FINNC_ATTR_FLOATS:
        write_float(w, finnc_attr_float(attr, i));
        return FINNC_OK;
    case FINNC_ATTR_INT:
    case FINNC_ATTR_INTS:
        fnc_buf_printf(out(w), "%" PRId64, finnc_attr_int(attr, i));
        return FINNC_OK;
    case FINNC_ATTR_STRING:
    case FINNC_ATTR_STRINGS:
        return fnc_text_write_string(w, finnc_attr_string(attr, i));
    case FINNC_ATTR_TENSOR:
    case FINNC_ATTR_TENSORS:
        return write_tensor(w, finnc_attr_tensor(attr, i));
    case FINNC_ATTR_GRAPH:
    case FINNC_ATTR_GRAPHS:
        return write_graph(w, finnc_attr_graph(attr, i));
    case FINNC_ATTR_UNDEFINED:
    case FINNC_ATTR_SPARSE_TENSOR:
    case FINNC_ATTR_SPARSE_TENSORS:
    case FINNC_ATTR_TYPE_PROTO:
    case FINNC_ATTR_TYPE_PROTOS:
        break;
    }
    return write_wire(w, attr, i);
}

/* How many elements there are: those in wire bytes count there. */
static size_t count_items(const finnc_attr *attr)
{
    if (attr->kind != FINNC_ATTR_TYPE_PROTOS)
        return finnc_attr_count(attr);
    size_t n = 0;
    const uint8_t *at = attr->extra.data;
    for (fnc_field field; at && fnc_field_next(&at, attr->extra.data + attr->extra.length, &field);)
        n += field.number == FNC_ATTR_TYPE_PROTOS;
    return n;
}

/* Of a reference the IR leaves the kind in the rest, if the file said one. */
static finnc_attr_kind kind_of_reference(const finnc_attr *attr)
{
    fnc_field field;
    if (!attr->kind &&
        fnc_field_find(attr->extra.data, attr->extra.length, FNC_ATTR_TYPE, &field) &&
        field.value <= FINNC_ATTR_TYPE_PROTOS)
        return (finnc_attr_kind)field.value;
    return attr->kind;
}

static finnc_status write_reference(fnc_text_writer *w, const finnc_attr *attr)
{
    const finnc_attr_kind kind = kind_of_reference(attr);
    if (kind)
        fnc_buf_printf(out(w), ": %s", fnc_text_kind_name(kind));
    fnc_buf_puts(out(w), " = @");
    fnc_text_write_name(out(w), attr->ref);
    return FINNC_OK;
}

static finnc_status write_items(fnc_text_writer *w, const finnc_attr *attr)
{
    size_t count = count_items(attr);
    bool list = fnc_text_kind_is_list(attr->kind);
    if (list && count == 0)
        fnc_buf_printf(out(w), ": %s", fnc_text_kind_name(attr->kind));
    fnc_buf_puts(out(w), " = ");
    if (!list || attr->kind == FINNC_ATTR_SPARSE_TENSORS)
        return write_item(w, attr, 0);
    fnc_buf_putc(out(w), '[');
    for (size_t i = 0; i < count; i++) {
        fnc_buf_puts(out(w), i > 0 ? ", " : "");
        FINNC_TRY(write_item(w, attr, i));
    }
    fnc_buf_putc(out(w), ']');
    return FINNC_OK;
}

finnc_status fnc_text_write_attr(fnc_text_writer *w, const finnc_attr *attr)
{
    if (w->weights && !*attr->name)
        return finnc_fail(w->sink.buf.cx, FINNC_UNSUPPORTED,
                          "the textual syntax cannot express an attribute without a name");
    if (fnc_is_identifier(attr->name, strlen(attr->name))) /* a type's name is fine here */
        fnc_buf_puts(out(w), attr->name);
    else
        fnc_text_write_quoted(out(w), attr->name, strlen(attr->name));
    FINNC_TRY(attr->ref ? write_reference(w, attr) : write_items(w, attr));
    return fnc_text_check_attr(w, attr);
}

finnc_status fnc_text_write_attrs(fnc_text_writer *w, const finnc_node *node)
{
    FNC_AT_NODE(w->sink.buf.cx, node);
    for (size_t i = 0; i < node->nattrs; i++) {
        fnc_buf_puts(out(w), i == 0 ? " <" : ", ");
        FINNC_TRY(fnc_text_write_attr(w, node->attrs[i]));
    }
    if (node->nattrs > 0)
        fnc_buf_putc(out(w), '>');
    return FINNC_OK;
}
