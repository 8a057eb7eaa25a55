#include "text_write.h"
#include "../base/field.h"

#include "text_fields.h"
#include "text_tensor.h"
#include "text_type.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Elements of a constant that are shown where the weights are not wanted. */
enum { SHOWN = 8 };

enum { STEP = 3 }; /* blanks per level, as ONNX's own printer */

static fnc_buf *out(fnc_text_writer *w)
{
    return &w->sink.buf;
}

static void new_line(fnc_text_writer *w)
{
    fnc_buf_printf(out(w), "\n%*s", w->indent, "");
}

/* Something that the syntax cannot express. */
static finnc_status leave_out(fnc_text_writer *w, const char *what, const char *name)
{
    if (w->weights)
        return finnc_fail(w->sink.buf.cx, FINNC_UNSUPPORTED,
                          "the textual syntax cannot express %s %s", what, name);
    fnc_buf_puts(out(w), "...");
    return FINNC_OK;
}

finnc_status fnc_text_write_string(fnc_text_writer *w, finnc_string string)
{
    if (string.length && memchr(string.data, 0, string.length))
        return leave_out(w, "a zero byte in", "a string");
    fnc_text_write_quoted(out(w), string.data, string.length);
    return FINNC_OK;
}

static finnc_status write_text(fnc_text_writer *w, const char *text)
{
    return fnc_text_write_string(w, (finnc_string){text, strlen(text)});
}

/* ---- values ---- */

static void write_type(fnc_text_writer *w, finnc_elem elem, int rank, const finnc_dim *dims)
{
    char name[32];
    fnc_buf_puts(out(w), fnc_text_elem_name(elem, name));
    fnc_text_write_shape(out(w), rank, dims);
    fnc_buf_putc(out(w), ' ');
}

static void write_tensor_type(fnc_text_writer *w, const finnc_tensor *tensor)
{
    finnc_dim dims[FINNC_MAX_RANK];
    int rank = finnc_tensor_rank(tensor);
    for (int i = 0; i < rank; i++)
        dims[i] = (finnc_dim){.size = finnc_tensor_dim(tensor, i)};
    write_type(w, finnc_tensor_elem(tensor), rank, dims);
}

/* What is declared, which may be wider than a default: float[N,4] of an input, float[3,4] of the
 * constant. */
static finnc_status write_value_type(fnc_text_writer *w, const finnc_value *value)
{
    const fnc_type *type = &value->type;
    if (value->tensor && !type->known)
        write_tensor_type(w, value->tensor);
    if (!type->known)
        return FINNC_OK;
    if (type->elem != FINNC_ELEM_UNDEFINED && finnc_elem_name(type->elem)) {
        write_type(w, type->elem, type->rank, type->dims);
        return FINNC_OK;
    }
    if (!fnc_text_write_wire_type(out(w), type->wire.data, type->wire.length))
        return w->weights ? leave_out(w, "the type of", value->name) : FINNC_OK;
    fnc_buf_putc(out(w), ' ');
    return FINNC_OK;
}

static finnc_status write_declaration(fnc_text_writer *w, const finnc_value *value)
{
    FINNC_TRY(write_value_type(w, value));
    fnc_text_write_name(out(w), value->name);
    return fnc_text_write_annotations(w, value);
}

static finnc_status write_initialiser(fnc_text_writer *w, const finnc_value *value)
{
    FNC_AT_TENSOR(w->sink.buf.cx, value->name);
    write_tensor_type(w, value->tensor);
    fnc_text_write_name(out(w), value->name);
    if (!finnc_value_is_input(value) && !finnc_value_is_output(value))
        FINNC_TRY(fnc_text_write_annotations(w, value));
    fnc_buf_puts(out(w), " = ");
    FINNC_TRY(
        fnc_text_write_elements(w->sink.buf.cx, out(w), value->tensor, w->weights ? 0 : SHOWN));
    return fnc_sink_flow(&w->sink);
}

/* A value and where it stands in one of the file's lists. */
typedef struct place {
    uint64_t order;
    const finnc_value *value;
} place;

static int by_order(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->value->id > y->value->id) - (x->value->id < y->value->id);
}

typedef finnc_status (*write_fn)(fnc_text_writer *w, const finnc_value *value);
typedef bool (*order_fn)(const finnc_value *value, uint64_t *order);

static bool initialiser_order(const finnc_value *value, uint64_t *order)
{
    *order = value->init_order;
    return value->tensor != NULL;
}

static bool info_order(const finnc_value *value, uint64_t *order)
{
    *order = value->info_order;
    return value->info_order && value->type.known;
}

/* Not declared anywhere else, and either annotated or made by nobody. */
static bool bare_order(const finnc_value *value, uint64_t *order)
{
    /* An annotation may have been there with nothing in it that can be said here. */
    *order = value->annotations ? value->annotation_order : 0;
    bool declared = value->tensor || (value->info_order && value->type.known) ||
                    finnc_value_is_input(value) || finnc_value_is_output(value);
    return !declared && (value->annotations || !value->producer);
}

/* Writes the values that `select` picks, in their order. */
static finnc_status write_selected(fnc_text_writer *w, const finnc_graph *graph, order_fn select,
                                   write_fn write, const char **before)
{
    finnc_ctx *cx = w->sink.buf.cx;
    place *places = FNC_ALLOC_ARRAY(cx, place, graph->nvalues);
    if (!places)
        return finnc_no_memory(cx);
    size_t n = 0;
    finnc_foreach_value (value, graph)
        if (select(value, &places[n].order))
            places[n++].value = value;
    if (n > 0)
        qsort(places, n, sizeof *places, by_order);
    finnc_status status = FINNC_OK;
    for (size_t i = 0; i < n && status == FINNC_OK; i++) {
        fnc_buf_puts(out(w), *before);
        *before = ",";
        new_line(w);
        status = write(w, places[i].value);
    }
    fnc_free(cx, places);
    return status;
}

static finnc_status write_values(fnc_text_writer *w, const finnc_graph *graph)
{
    const char *open = " <";
    const char *before = open;
    w->indent += STEP;
    FINNC_TRY(write_selected(w, graph, initialiser_order, write_initialiser, &before));
    FINNC_TRY(write_selected(w, graph, info_order, write_declaration, &before));
    FINNC_TRY(write_selected(w, graph, bare_order, write_declaration, &before));
    w->indent -= STEP;
    if (before != open) {
        new_line(w);
        fnc_buf_putc(out(w), '>');
    }
    return FINNC_OK;
}

static finnc_status write_list(fnc_text_writer *w, finnc_value *const *values, size_t count,
                               bool brief)
{
    fnc_buf_putc(out(w), '(');
    for (size_t i = 0; i < count; i++) {
        fnc_buf_puts(out(w), i > 0 ? ", " : "");
        if (brief)
            fnc_text_write_name(out(w), values[i]->name);
        else
            FINNC_TRY(write_declaration(w, values[i]));
    }
    fnc_buf_putc(out(w), ')');
    return FINNC_OK;
}

/* ---- nodes ---- */

/* Identifiers with dots between. */
static bool is_dotted(const char *text)
{
    for (;;) {
        size_t length = strcspn(text, ".");
        if (!fnc_is_identifier(text, length))
            return false;
        if (!text[length])
            return true;
        text += length + 1;
    }
}

static void write_op(fnc_text_writer *w, const finnc_node *node)
{
    if (*node->domain) {
        if (is_dotted(node->domain))
            fnc_buf_puts(out(w), node->domain);
        else
            fnc_text_write_quoted(out(w), node->domain, strlen(node->domain));
        fnc_buf_putc(out(w), '.');
    }
    if (fnc_is_identifier(node->op_type, strlen(node->op_type)))
        fnc_buf_puts(out(w), node->op_type);
    else
        fnc_text_write_quoted(out(w), node->op_type, strlen(node->op_type));
    if (node->overload && *node->overload) {
        fnc_buf_putc(out(w), ':');
        fnc_text_write_name(out(w), node->overload);
    }
}

static void write_operand(fnc_text_writer *w, const finnc_value *value, bool first)
{
    fnc_buf_puts(out(w), first ? "" : ", ");
    fnc_text_write_name(out(w), value ? finnc_value_name(value) : "");
}

static bool has_subgraph(const finnc_node *node)
{
    for (size_t i = 0; i < node->nattrs; i++)
        if (node->attrs[i]->kind == FINNC_ATTR_GRAPH || node->attrs[i]->kind == FINNC_ATTR_GRAPHS)
            return true;
    return false;
}

static finnc_status write_node(fnc_text_writer *w, const finnc_node *node)
{
    new_line(w);
    if (*node->name) {
        fnc_buf_putc(out(w), '[');
        fnc_text_write_name(out(w), node->name);
        fnc_buf_puts(out(w), "] ");
    }
    for (size_t i = 0; i < node->noutputs; i++)
        write_operand(w, node->outputs[i], i == 0);
    fnc_buf_puts(out(w), node->noutputs ? " = " : "= ");
    write_op(w, node);
    /* Where bodies make the attributes long, the inputs come first. */
    bool attrs_last = has_subgraph(node);
    if (!attrs_last)
        FINNC_TRY(fnc_text_write_attrs(w, node));
    fnc_buf_puts(out(w), " (");
    for (size_t i = 0; i < node->ninputs; i++)
        write_operand(w, finnc_node_input(node, i), i == 0);
    fnc_buf_putc(out(w), ')');
    if (attrs_last)
        FINNC_TRY(fnc_text_write_attrs(w, node));
    return fnc_sink_flow(&w->sink);
}

/* ---- graphs ---- */

finnc_status fnc_text_write_body(fnc_text_writer *w, const finnc_graph *graph, bool brief)
{
    FINNC_TRY(fnc_text_check_graph(w, graph));
    FINNC_TRY(write_list(w, graph->inputs, graph->ninputs, brief));
    fnc_buf_puts(out(w), " => ");
    FINNC_TRY(write_list(w, graph->outputs, graph->noutputs, brief));
    FINNC_TRY(write_values(w, graph));
    fnc_buf_puts(out(w), " {");
    w->indent += STEP;
    finnc_foreach_node (node, graph)
        FINNC_TRY(write_node(w, node));
    w->indent -= STEP;
    new_line(w);
    fnc_buf_putc(out(w), '}');
    return FINNC_OK;
}

finnc_status fnc_text_write_graph(fnc_text_writer *w, const finnc_graph *graph)
{
    /* As an attribute a bare inf would be a number. */
    if (graph->owner && fnc_is_number_word(graph->name))
        fnc_text_write_quoted(out(w), graph->name, strlen(graph->name));
    else
        fnc_text_write_name(out(w), graph->name);
    fnc_buf_putc(out(w), ' ');
    return fnc_text_write_body(w, graph, false);
}

/* ---- the model ---- */

static finnc_status write_key(fnc_text_writer *w, const char *key, const char *text)
{
    fnc_buf_printf(out(w), ",\n   %s: ", key);
    return write_text(w, text);
}

/* A string among the wire bytes. */
static finnc_status write_wire_key(fnc_text_writer *w, const char *key, const fnc_wire *wire,
                                   uint32_t number)
{
    fnc_field field;
    if (!fnc_field_find(wire->data, wire->length, number, &field))
        return FINNC_OK;
    fnc_buf_printf(out(w), ",\n   %s: ", key);
    return fnc_text_write_string(w, (finnc_string){(const char *)field.data, field.length});
}

static finnc_status write_header(fnc_text_writer *w, const finnc_model *model)
{
    fnc_buf_printf(out(w), "<\n   ir_version: %" PRId64 ",\n   opset_import: [",
                   finnc_model_ir_version(model));
    for (size_t i = 0; i < model->nopsets; i++) {
        fnc_buf_puts(out(w), i > 0 ? ", " : "");
        FINNC_TRY(write_text(w, model->opsets[i].domain));
        fnc_buf_printf(out(w), " : %" PRId64, model->opsets[i].version);
    }
    fnc_buf_putc(out(w), ']');
    if (model->producer_name)
        FINNC_TRY(write_key(w, "producer_name", model->producer_name));
    if (model->producer_version)
        FINNC_TRY(write_key(w, "producer_version", model->producer_version));
    FINNC_TRY(write_wire_key(w, "domain", &model->extra, FNC_MODEL_DOMAIN));
    fnc_field version;
    if (fnc_field_find(model->extra.data, model->extra.length, FNC_MODEL_VERSION, &version))
        fnc_buf_printf(out(w), ",\n   model_version: %" PRId64, (int64_t)version.value);
    FINNC_TRY(write_wire_key(w, "doc_string", &model->extra, FNC_MODEL_DOC));
    for (size_t i = 0; i < model->nmetadata; i++) {
        fnc_buf_puts(out(w), i > 0 ? ", " : ",\n   metadata_props: [");
        FINNC_TRY(write_text(w, model->metadata[i].key));
        fnc_buf_puts(out(w), ": ");
        FINNC_TRY(write_text(w, model->metadata[i].text));
    }
    fnc_buf_puts(out(w), model->nmetadata ? "]\n>\n" : "\n>\n");
    return FINNC_OK;
}

static finnc_status write_model(fnc_text_writer *w, const finnc_model *model)
{
    FINNC_TRY(fnc_text_check_model(w, model));
    FINNC_TRY(write_header(w, model));
    FINNC_TRY(fnc_text_write_graph(w, finnc_model_graph(model)));
    FINNC_TRY(fnc_text_write_functions(w, model));
    fnc_buf_putc(out(w), '\n');
    return FINNC_OK;
}

finnc_status finnc_text_write(finnc_ctx *cx, const finnc_model *model, unsigned flags,
                              finnc_write_fn write, void *user)
{
    fnc_text_writer writer = {.weights = flags & FINNC_TEXT_WEIGHTS};
    fnc_sink_init(&writer.sink, cx, write, user);
    return fnc_sink_end(&writer.sink, write_model(&writer, model));
}
