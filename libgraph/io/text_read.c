#include "text_read.h"

#include "../base/field.h"
#include "../base/text.h"
#include "text_fields.h"
#include "text_tensor.h"
#include "text_type.h"

#include <string.h>

/* A text without opset_import means this version of ai.onnx, and version 1 of each other domain. */
enum { DEFAULT_OPSET = 17 };

/* ---- values ---- */

static finnc_status need_value(fnc_text_reader *r, finnc_graph *graph, const char *name,
                               finnc_value **value)
{
    *value = finnc_graph_find_value(graph, name);
    return *value ? FINNC_OK : fnc_graph_add_value(r->scan.cx, graph, name, value);
}

static bool same_type(const finnc_value *value, const fnc_text_type *type)
{
    if (finnc_value_elem(value) != type->elem || finnc_value_rank(value) != type->rank)
        return false;
    if (type->elem == FINNC_ELEM_UNDEFINED)
        return value->type.wire.length == type->wire.length &&
               memcmp(value->type.wire.data, type->wire.data, type->wire.length) == 0;
    for (int i = 0; i < type->rank; i++) {
        finnc_dim dim = finnc_value_dim(value, i);
        if (dim.size != type->dims[i].size || !fnc_same(dim.symbol, type->dims[i].symbol))
            return false;
    }
    return true;
}

/* Does nothing but its constant tell a value's type? */
static bool has_type_of_constant(const finnc_value *value)
{
    return finnc_value_is_constant(value) && !value->info_order &&
           !(value->flags & (FNC_VALUE_INPUT | FNC_VALUE_OUTPUT));
}

static finnc_status set_type(fnc_text_reader *r, finnc_value *value, const char *at,
                             const fnc_text_type *type)
{
    if (finnc_value_has_type(value) && same_type(value, type))
        return FINNC_OK;
    if (finnc_value_has_type(value) && !has_type_of_constant(value))
        return fnc_scan_fail(&r->scan, at, "%s is declared twice, with different types",
                             finnc_value_name(value));
    if (type->elem != FINNC_ELEM_UNDEFINED)
        return finnc_value_set_type(r->scan.cx, value, type->elem, type->rank, type->dims);
    value->type = (fnc_type){.known = true, .rank = -1};
    fnc_touch(value->graph);
    return fnc_wire_copy(r->scan.cx, &r->model->arena, type->wire.data, type->wire.length,
                         &value->type.wire);
}

static finnc_status read_constant(fnc_text_reader *r, const fnc_text_type *type, const char *at,
                                  finnc_value *value)
{
    if (finnc_value_is_constant(value))
        return fnc_scan_fail(&r->scan, at, "%s has an initialiser already",
                             finnc_value_name(value));
    finnc_tensor *tensor;
    const fnc_type declared = value->type;
    FINNC_TRY(fnc_text_read_tensor(&r->scan, type, &tensor));
    finnc_status status = finnc_value_set_tensor(r->scan.cx, value, tensor);
    finnc_tensor_release(tensor);
    if (status == FINNC_OK && declared.known)
        value->type = declared; /* an input takes more than its default may be */
    return status;
}

static finnc_status note_output(fnc_text_reader *r, const finnc_value *value, const char *at)
{
    fnc_text_output *output = FNC_NEW(&r->scratch, fnc_text_output);
    if (!output)
        return finnc_no_memory(r->scan.cx);
    *output = (fnc_text_output){.next = r->outputs, .value = value, .at = at};
    r->outputs = output;
    return FINNC_OK;
}

/* Where a declaration stands. */
typedef enum list_kind { INPUTS, OUTPUTS, VALUES } list_kind;

static finnc_status enter_list(fnc_text_reader *r, finnc_value *value, const char *at,
                               list_kind list)
{
    if (list == INPUTS && finnc_value_is_input(value))
        return fnc_scan_fail(&r->scan, at, "%s is an input twice", finnc_value_name(value));
    /* Said before its type is: inputs and outputs are not listed in value_info. */
    static const unsigned flags[] = {FNC_VALUE_INPUT, FNC_VALUE_OUTPUT, 0};
    value->flags |= flags[list];
    return list == OUTPUTS && finnc_graph_owner(value->graph) ? note_output(r, value, at)
                                                              : FINNC_OK;
}

/* A function lists what it knows of its inputs and outputs in value_info, as any other value. */
static bool is_function(const fnc_text_reader *r, const finnc_graph *graph)
{
    return !finnc_graph_owner(graph) && graph != finnc_model_graph(r->model);
}

/* `float[2] x {INT4} = {1, 2}`: type, annotations and constant may be missing. */
static finnc_status read_declaration(fnc_text_reader *r, finnc_graph *graph, list_kind list,
                                     finnc_value **value)
{
    fnc_text_type *type = FNC_NEW(&r->scratch, fnc_text_type);
    if (!type)
        return finnc_no_memory(r->scan.cx);
    bool typed = fnc_text_is_type(&r->scan);
    if (typed)
        FINNC_TRY(fnc_text_read_type(&r->scan, type));
    (void)fnc_scan_peek(&r->scan);
    const char *at = r->scan.next;
    const char *name;
    FINNC_TRY(fnc_scan_need_name(&r->scan, "the name of a value", &name));
    FINNC_TRY(need_value(r, graph, name, value));
    FINNC_TRY(enter_list(r, *value, at, list));
    if (is_function(r, graph) && (fnc_scan_is(&r->scan, "{") || fnc_scan_is(&r->scan, "=")))
        return fnc_scan_fail(&r->scan, NULL,
                             "a function holds no annotations and no initialisers (a Constant node "
                             "can hold numbers)");
    FINNC_TRY(fnc_text_read_annotations(r, *value));
    if (!fnc_scan_take(&r->scan, "=")) {
        if (typed)
            FINNC_TRY(set_type(r, *value, at, type));
        if (typed && (list == VALUES || is_function(r, graph)) && !(*value)->info_order)
            (*value)->info_order = fnc_next_order(r->model);
        return FINNC_OK;
    }
    if (!typed)
        return fnc_scan_fail(&r->scan, at, "the constant %s needs a type: float[2] %s = {...}",
                             name, name);
    return read_constant(r, type, at, *value);
}

/* Declarations up to `close`; `values` may be NULL. */
static finnc_status read_declarations(fnc_text_reader *r, finnc_graph *graph, list_kind list,
                                      finnc_value ***values, size_t *count)
{
    const char *close = list == VALUES ? ">" : ")";
    size_t n = 0, room = 0;
    finnc_value **made = NULL;
    while (!fnc_scan_take(&r->scan, close)) {
        if (n > 0)
            FINNC_TRY(fnc_scan_need(&r->scan, ","));
        if (n == room) {
            room = room ? 2 * room : 8;
            finnc_value **more = FNC_NEW_ARRAY(&r->scratch, finnc_value *, room);
            if (!more)
                return finnc_no_memory(r->scan.cx);
            if (n > 0)
                memcpy(more, made, n * sizeof *made);
            made = more;
        }
        FINNC_TRY(read_declaration(r, graph, list, &made[n++]));
    }
    *values = made;
    *count = n;
    return FINNC_OK;
}

/* ---- nodes ---- */

/* `domain.Op:overload` */
/* `domain.of.parts.Op`: the parts before the last one into `domain`. */
static finnc_status read_op_domain(fnc_text_reader *r, fnc_buf *domain, const char **op)
{
    FINNC_TRY(fnc_scan_need_name(&r->scan, "an operator", op));
    while (fnc_scan_take(&r->scan, ".")) {
        fnc_buf_printf(domain, "%s%s", domain->length ? "." : "", *op);
        FINNC_TRY(fnc_scan_need_name(&r->scan, "an operator behind its domain", op));
    }
    return fnc_buf_check(domain);
}

static finnc_status read_op(fnc_text_reader *r, const char **domain, const char **op,
                            const char **overload)
{
    fnc_buf buf;
    *overload = "";
    fnc_buf_init(&buf, r->scan.cx);
    const finnc_status status = read_op_domain(r, &buf, op);
    *domain = fnc_arena_strdup(&r->scratch, fnc_buf_text(&buf));
    fnc_buf_clear(&buf);
    FINNC_TRY(status);
    if (!*domain)
        return finnc_no_memory(r->scan.cx);
    return fnc_scan_take(&r->scan, ":")
               ? fnc_scan_need_name(&r->scan, "the name of an overload", overload)
               : FINNC_OK;
}

/* A name in a list of a node's inputs or outputs. */
typedef struct operand {
    struct operand *next;
    const char *name; /* "": absent */
    const char *at;
} operand;

/* Names up to what is neither a name nor a comma. "x,,y" has an absent one in the middle, as has
 * `x,"",y`; a comma at the end adds nothing. */
static finnc_status read_operands(fnc_text_reader *r, operand **first, size_t *count)
{
    operand **end = first;
    *first = NULL;
    *count = 0;
    do {
        (void)fnc_scan_peek(&r->scan);
        const char *at = r->scan.next;
        const char *name;
        FINNC_TRY(fnc_scan_find_name(&r->scan, &name));
        if (!name && !fnc_scan_is(&r->scan, ","))
            break;
        operand *next = FNC_NEW(&r->scratch, operand);
        if (!next)
            return finnc_no_memory(r->scan.cx);
        *next = (operand){.name = name ? name : "", .at = at};
        *end = next;
        end = &next->next;
        ++*count;
    } while (fnc_scan_take(&r->scan, ","));
    return FINNC_OK;
}

static finnc_status read_outputs(fnc_text_reader *r, finnc_graph *graph, finnc_value ***outputs,
                                 size_t *count)
{
    operand *first;
    FINNC_TRY(read_operands(r, &first, count));
    *outputs = FNC_NEW_ARRAY(&r->scratch, finnc_value *, *count);
    if (!*outputs && *count)
        return finnc_no_memory(r->scan.cx);
    size_t n = 0;
    for (operand *o = first; n < *count; o = o->next, n++) {
        if (!*o->name)
            continue;
        FINNC_TRY(need_value(r, graph, o->name, &(*outputs)[n]));
        finnc_value *value = (*outputs)[n];
        if (finnc_value_producer(value) || value->flags & FNC_VALUE_SEEN)
            return fnc_scan_fail(&r->scan, o->at, "%s is made by two nodes or twice by one",
                                 o->name);
        if (finnc_value_is_input(value))
            return fnc_scan_fail(&r->scan, o->at,
                                 "%s is a graph input already, no node can make it", o->name);
        value->flags |= FNC_VALUE_SEEN;
    }
    for (n = 0; n < *count; n++)
        if ((*outputs)[n])
            (*outputs)[n]->flags &= ~(unsigned)FNC_VALUE_SEEN;
    return FINNC_OK;
}

static finnc_status read_inputs(fnc_text_reader *r, finnc_node *node)
{
    operand *first;
    size_t count;
    FINNC_TRY(fnc_scan_need(&r->scan, "("));
    FINNC_TRY(read_operands(r, &first, &count));
    FINNC_TRY(fnc_scan_need(&r->scan, ")"));
    size_t n = 0;
    for (operand *o = first; o; o = o->next, n++) {
        fnc_text_input *input = FNC_NEW(&r->scratch, fnc_text_input);
        if (!input)
            return finnc_no_memory(r->scan.cx);
        *input = (fnc_text_input){.node = node, .index = n, .name = o->name, .at = o->at};
        *r->inputs_end = input;
        r->inputs_end = &input->next;
    }
    return FINNC_OK;
}

/* `[name] y = domain.Op <attributes> (x, w)`; attributes may stand behind as well. */
static finnc_status read_node(fnc_text_reader *r, finnc_graph *graph)
{
    const char *name = "", *op, *domain, *overload;
    if (fnc_scan_take(&r->scan, "[")) {
        FINNC_TRY(fnc_scan_find_name(&r->scan, &name));
        FINNC_TRY(fnc_scan_need(&r->scan, "]"));
    }
    finnc_value **outputs;
    size_t noutputs;
    const char *at = r->scan.next;
    FINNC_TRY(read_outputs(r, graph, &outputs, &noutputs));
    FINNC_TRY(fnc_scan_need(&r->scan, "="));
    FINNC_TRY(read_op(r, &domain, &op, &overload));
    finnc_node_spec spec = {.op_type = op,
                            .domain = domain,
                            .name = name ? name : "",
                            .outputs = outputs,
                            .noutputs = noutputs};
    finnc_node *node;
    FINNC_TRY(finnc_graph_insert_node(r->scan.cx, graph, &spec, NULL, &node));
    for (size_t i = 0; i < noutputs; i++)
        if (outputs[i] && finnc_value_is_constant(outputs[i]) &&
            !finnc_node_has_trait(node, FINNC_OP_MEMORY))
            return fnc_scan_fail(&r->scan, at, "%s is an initialiser already, no node can make it",
                                 finnc_value_name(outputs[i]));
    if (*overload && !(node->overload = fnc_arena_strdup(&r->model->arena, overload)))
        return finnc_no_memory(r->scan.cx);
    FINNC_TRY(fnc_text_read_attrs(r, node));
    FINNC_TRY(read_inputs(r, node));
    return finnc_node_nattrs(node) == 0 ? fnc_text_read_attrs(r, node) : FINNC_OK;
}

static finnc_status not_found(fnc_text_reader *r, const fnc_text_input *input)
{
    fnc_nearest nearest = {.wanted = input->name};
    const finnc_graph *graph = finnc_node_graph(input->node);
    finnc_foreach_value (value, graph)
        fnc_nearest_offer(&nearest, finnc_value_name(value));
    return fnc_scan_fail(&r->scan, input->at,
                         "no input, initialiser or node output is named '%s'%s%s%s", input->name,
                         nearest.best ? ", did you mean '" : "", nearest.best ? nearest.best : "",
                         nearest.best ? "'?" : "");
}

/* As files mean it: what a body declares and nothing in it makes is a value of a graph around. */
static finnc_value *resolve(const finnc_graph *graph, const char *name)
{
    finnc_value *first = fnc_graph_resolve(graph, name), *value = first;
    for (; value && !fnc_value_has_source(value); value = fnc_graph_resolve(graph, name)) {
        const finnc_node *owner = value->graph->owner;
        if (!owner)
            return first;
        graph = owner->graph;
    }
    return value ? value : first;
}

/* Such a declaration has then said what it has to say; the value itself is declared elsewhere. */
static finnc_status drop_declarations(fnc_text_reader *r)
{
    for (finnc_graph *graph = r->model->graphs; graph; graph = graph->next_graph) {
        for (finnc_value *v = graph->first_value; v && graph->owner; v = v->next) {
            if (fnc_value_has_source(v) || v->uses || finnc_value_is_output(v) ||
                resolve(graph, v->name) == v)
                continue;
            if (finnc_value_nannotations(v) > 0)
                return finnc_fail(
                    r->scan.cx, FINNC_BAD_FILE,
                    "a body annotates '%s', which is a value of the graph around: the "
                    "annotation belongs there",
                    v->name);
            finnc_graph_erase_value(v);
        }
    }
    return FINNC_OK;
}

static finnc_status connect(fnc_text_reader *r)
{
    for (const fnc_text_input *i = r->inputs; i; i = i->next) {
        finnc_value *value = NULL;
        if (*i->name) {
            value = resolve(finnc_node_graph(i->node), i->name);
            if (!value)
                return not_found(r, i);
        }
        FINNC_TRY(finnc_node_set_input(r->scan.cx, i->node, i->index, value));
    }
    return drop_declarations(r);
}

static finnc_status check_outputs(fnc_text_reader *r)
{
    for (const fnc_text_output *o = r->outputs; o; o = o->next)
        if (fnc_output_find_outer(o->value))
            return fnc_scan_fail(&r->scan, o->at, FNC_OUTER_OUTPUT, o->value->name);
    return FINNC_OK;
}

/* ---- graphs ---- */

finnc_status fnc_text_read_body(fnc_text_reader *r, finnc_graph *graph)
{
    finnc_value **values;
    size_t count;
    if (fnc_scan_take(&r->scan, "(")) {
        FINNC_TRY(read_declarations(r, graph, INPUTS, &values, &count));
        FINNC_TRY(finnc_graph_set_inputs(r->scan.cx, graph, values, count));
    }
    FINNC_TRY(fnc_scan_need(&r->scan, "=>"));
    FINNC_TRY(fnc_scan_need(&r->scan, "("));
    FINNC_TRY(read_declarations(r, graph, OUTPUTS, &values, &count));
    FINNC_TRY(finnc_graph_set_outputs(r->scan.cx, graph, values, count));
    if (fnc_scan_take(&r->scan, "<"))
        FINNC_TRY(read_declarations(r, graph, VALUES, &values, &count));
    FINNC_TRY(fnc_scan_need(&r->scan, "{"));
    while (!fnc_scan_take(&r->scan, "}"))
        FINNC_TRY(read_node(r, graph));
    return FINNC_OK;
}

finnc_status fnc_text_read_graph(fnc_text_reader *r, finnc_graph *graph)
{
    const char *name;
    FINNC_TRY(fnc_scan_need_name(&r->scan, "the name of a graph", &name));
    graph->name = fnc_arena_strdup(&r->model->arena, name);
    if (!graph->name)
        return finnc_no_memory(r->scan.cx);
    return fnc_text_read_body(r, graph);
}

/* ---- the model ---- */

finnc_status fnc_text_read_opsets(fnc_text_reader *r, fnc_opset **opsets, size_t *count)
{
    struct entry {
        struct entry *next;
        fnc_opset opset;
    } *first = NULL, **end = &first;
    *count = 0;
    FINNC_TRY(fnc_scan_need(&r->scan, "["));
    while (!fnc_scan_take(&r->scan, "]")) {
        if (*count > 0)
            FINNC_TRY(fnc_scan_need(&r->scan, ","));
        *end = FNC_NEW(&r->scratch, struct entry);
        if (!*end)
            return finnc_no_memory(r->scan.cx);
        FINNC_TRY(fnc_scan_need_string(&r->scan, "a domain in quotes", &(*end)->opset.domain));
        FINNC_TRY(fnc_scan_need(&r->scan, ":"));
        FINNC_TRY(fnc_scan_need_int(&r->scan, "a version", &(*end)->opset.version));
        end = &(*end)->next;
        FINNC_TRY(fnc_check_few(r->scan.cx, ++*count, "opset imports"));
    }
    *opsets = FNC_NEW_ARRAY(&r->scratch, fnc_opset, *count);
    if (!*opsets && *count)
        return finnc_no_memory(r->scan.cx);
    size_t n = 0;
    for (const struct entry *e = first; e; e = e->next)
        (*opsets)[n++] = e->opset;
    return FINNC_OK;
}

/* What the header says, until it is all read. */
typedef struct header {
    bool has_opsets;
    unsigned seen; /* bit i: header_keys[i] */
    fnc_buf extra; /* fields of ModelProto that the IR does not look into */
} header;

static finnc_status read_ir_version(fnc_text_reader *r, header *h)
{
    (void)h;
    int64_t version;
    FINNC_TRY(fnc_scan_need_int(&r->scan, "a version", &version));
    finnc_model_set_ir_version(r->model, version);
    return FINNC_OK;
}

/* As they stand: of a domain that is there twice the first counts, as in files. */
static finnc_status append_opsets(fnc_text_reader *r, const fnc_opset *opsets, size_t count)
{
    finnc_model *model = r->model;
    for (size_t i = 0; i < count; i++) {
        const char *domain = fnc_arena_strdup(&model->arena, opsets[i].domain);
        fnc_opset *opset = domain ? fnc_model_add_opset(model) : NULL;
        if (!opset)
            return finnc_no_memory(r->scan.cx);
        *opset = (fnc_opset){.domain = domain, .version = opsets[i].version};
    }
    return FINNC_OK;
}

static finnc_status read_opset_import(fnc_text_reader *r, header *h)
{
    fnc_opset *opsets;
    size_t count;
    FINNC_TRY(fnc_text_read_opsets(r, &opsets, &count));
    h->has_opsets = true;
    return count > 0 ? append_opsets(r, opsets, count) : FINNC_OK;
}

static finnc_status read_kept_string(fnc_text_reader *r, const char **kept)
{
    const char *text;
    FINNC_TRY(fnc_scan_need_string(&r->scan, "a string", &text));
    *kept = fnc_arena_strdup(&r->model->arena, text);
    return *kept ? FINNC_OK : finnc_no_memory(r->scan.cx);
}

static finnc_status read_producer_name(fnc_text_reader *r, header *h)
{
    (void)h;
    return read_kept_string(r, &r->model->producer_name);
}

static finnc_status read_producer_version(fnc_text_reader *r, header *h)
{
    (void)h;
    return read_kept_string(r, &r->model->producer_version);
}

static finnc_status read_text_field(fnc_text_reader *r, header *h, uint32_t number)
{
    const char *text;
    FINNC_TRY(fnc_scan_need_string(&r->scan, "a string", &text));
    fnc_field_put_text(&h->extra, number, text);
    return FINNC_OK;
}

static finnc_status read_domain(fnc_text_reader *r, header *h)
{
    return read_text_field(r, h, FNC_MODEL_DOMAIN);
}

static finnc_status read_doc_string(fnc_text_reader *r, header *h)
{
    return read_text_field(r, h, FNC_MODEL_DOC);
}

static finnc_status read_model_version(fnc_text_reader *r, header *h)
{
    int64_t version;
    FINNC_TRY(fnc_scan_need_int(&r->scan, "a version", &version));
    fnc_field_put_varint(&h->extra, FNC_MODEL_VERSION, (uint64_t)version);
    return FINNC_OK;
}

static finnc_status append_metadata(fnc_text_reader *r, const char *key, const char *text)
{
    finnc_model *model = r->model;
    const fnc_metadata entry = {.key = fnc_arena_strdup(&model->arena, key),
                                .text = fnc_arena_strdup(&model->arena, text)};
    fnc_metadata *last = entry.key && entry.text ? fnc_model_add_metadata(model) : NULL;
    if (!last)
        return finnc_no_memory(r->scan.cx);
    *last = entry;
    return FINNC_OK;
}

static finnc_status read_metadata(fnc_text_reader *r, header *h)
{
    (void)h;
    FINNC_TRY(fnc_scan_need(&r->scan, "["));
    for (bool first = true; !fnc_scan_take(&r->scan, "]"); first = false) {
        const char *key, *text;
        if (!first)
            FINNC_TRY(fnc_scan_need(&r->scan, ","));
        FINNC_TRY(fnc_scan_need_string(&r->scan, "a key in quotes", &key));
        FINNC_TRY(fnc_scan_need(&r->scan, ":"));
        FINNC_TRY(fnc_scan_need_string(&r->scan, "a text in quotes", &text));
        FINNC_TRY(append_metadata(r, key, text));
    }
    return FINNC_OK;
}

static const struct {
    const char *key;
    finnc_status (*read)(fnc_text_reader *r, header *h);
    bool is_list; /* may go on in a second one */
} header_keys[] = {
    {"ir_version", read_ir_version, false},
    {"opset_import", read_opset_import, true},
    {"producer_name", read_producer_name, false},
    {"producer_version", read_producer_version, false},
    {"domain", read_domain, false},
    {"model_version", read_model_version, false},
    {"doc_string", read_doc_string, false},
    {"metadata_props", read_metadata, true},
};

static finnc_status read_entry(fnc_text_reader *r, header *h)
{
    (void)fnc_scan_peek(&r->scan);
    const char *at = r->scan.next;
    const char *key;
    FINNC_TRY(fnc_scan_need_id(&r->scan, "ir_version, opset_import or the like", &key));
    FINNC_TRY(fnc_scan_need(&r->scan, ":"));
    fnc_nearest nearest = {.wanted = key};
    for (size_t i = 0; i < sizeof header_keys / sizeof *header_keys; i++) {
        if (strcmp(key, header_keys[i].key) == 0) {
            if (h->seen >> i & 1 && !header_keys[i].is_list)
                return fnc_scan_fail(&r->scan, at, "%s is there already", key);
            h->seen |= 1u << i;
            return header_keys[i].read(r, h);
        }
        fnc_nearest_offer(&nearest, header_keys[i].key);
    }
    return fnc_scan_fail(&r->scan, at, "a model's header has no '%s'%s%s%s", key,
                         nearest.best ? ", did you mean " : "", nearest.best ? nearest.best : "",
                         nearest.best ? "?" : "");
}

static finnc_status read_header(fnc_text_reader *r, header *h)
{
    if (fnc_scan_take(&r->scan, "<")) {
        do
            FINNC_TRY(read_entry(r, h));
        while (fnc_scan_take(&r->scan, ","));
        FINNC_TRY(fnc_scan_need(&r->scan, ">"));
    }
    FINNC_TRY(fnc_buf_check(&h->extra));
    return fnc_wire_copy(r->scan.cx, &r->model->arena, fnc_buf_text(&h->extra), h->extra.length,
                         &r->model->extra);
}

/* Version 1 of each domain that the nodes name, in all graphs. */
static finnc_status import_defaults(fnc_text_reader *r)
{
    FINNC_TRY(finnc_model_set_opset(r->scan.cx, r->model, "", DEFAULT_OPSET));
    for (const finnc_graph *graph = r->model->graphs; graph; graph = graph->next_graph)
        finnc_foreach_node (node, graph)
            if (finnc_model_find_opset(r->model, finnc_node_domain(node)) == 0)
                FINNC_TRY(finnc_model_set_opset(r->scan.cx, r->model, finnc_node_domain(node), 1));
    return FINNC_OK;
}

/* Nodes may stand in any order, as long as there is one for them. */
static finnc_status check_cycles(fnc_text_reader *r)
{
    FINNC_TRY(fnc_graph_check_cycles(r->scan.cx, finnc_model_graph(r->model)));
    for (size_t i = 0; i < r->model->nfunctions; i++) {
        const fnc_function *function = &r->model->functions[i];
        FNC_AT(r->scan.cx, "function", function->name, NULL);
        FINNC_TRY(fnc_graph_check_cycles(r->scan.cx, function->body));
    }
    return FINNC_OK;
}

static finnc_status read_model(fnc_text_reader *r, header *h)
{
    FINNC_TRY(read_header(r, h));
    FINNC_TRY(fnc_text_read_graph(r, finnc_model_graph(r->model)));
    FINNC_TRY(fnc_text_read_functions(r));
    FINNC_TRY(connect(r));
    FINNC_TRY(check_outputs(r));
    FINNC_TRY(check_cycles(r));
    return h->has_opsets ? FINNC_OK : import_defaults(r);
}

finnc_status finnc_model_read_text(finnc_ctx *cx, const char *text, finnc_model **model)
{
    fnc_text_reader reader = {.inputs_end = &reader.inputs};
    FINNC_TRY(finnc_model_create(cx, &reader.model));
    fnc_arena_init(&reader.scratch, cx);
    fnc_scan_init(&reader.scan, cx, &reader.scratch, text);
    header h = {0};
    fnc_buf_init(&h.extra, cx);
    finnc_status status = read_model(&reader, &h);
    fnc_buf_clear(&h.extra);
    fnc_arena_clear(&reader.scratch);
    if (status == FINNC_OK)
        *model = reader.model;
    else
        finnc_model_destroy(reader.model);
    return status;
}
