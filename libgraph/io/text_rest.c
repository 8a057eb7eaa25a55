/* What a file says beyond the fields of the IR is kept as wire bytes. The textual syntax has words
 * for some of it; documentation and metadata may be left out. Anything else would be lost. */
#include "../base/field.h"
#include "text_write.h"

#include <stdio.h>

/* Numbers that protobuf keeps for implementations: our own notes (onnx_pb.h), in no file. */
enum { FIRST_NOTE = 19000, LAST_NOTE = 19999 };

/* Fields of a message by their numbers, each list up to a 0. What stands in none is newer than we
 * are, and lost. */
typedef struct message {
    uint8_t said[12]; /* in the text, or without meaning */
    struct {
        uint32_t number;
        const struct message *message;
    } inner[8]; /* to be looked into */
    struct {
        uint32_t number;
        const char *words;
    } lost[4];
} message;

/* ---- types ---- */

static const message type; /* types nest */
static const message dimension = {.said = {1, 2}, .lost = {{3, "the denotation of an axis"}}};
static const message shape = {.inner = {{1, &dimension}}};
static const message tensor_type = {.said = {1}, .inner = {{2, &shape}}};
static const message wrapped_type = {.inner = {{1, &type}}};
static const message map_type = {.said = {1}, .inner = {{2, &type}}};
static const message opaque_type = {.said = {1, 2}};
static const message type = {
    .inner = {{1, &tensor_type},
              {4, &wrapped_type},
              {5, &map_type},
              {7, &opaque_type},
              {8, &tensor_type},
              {9, &wrapped_type}},
    .lost = {{6, "the denotation of a type"}},
};

/* ---- lists: entries that no value could take ---- */

static const message left_info = {
    .said = {1, 3, 4},
    .lost = {{2, "a second type of a value, or a type of one of the graph around"}},
};
static const message left_annotation = {
    .said = {1},
    .lost = {{2, "a second annotation of a tensor, or one of a value of the graph around"}},
};

/* ---- rests ---- */

static const message opset = {.said = {1, 2}};
static const message model = {
    .said = {1, 2, 3, 4, 5, 6, 14},
    .lost = {{20, "training_info"}, {26, "configuration"}},
};
static const message graph = {
    .said = {2, 10, 16},
    .inner = {{11, &left_info}, {12, &left_info}, {13, &left_info}, {14, &left_annotation}},
};
static const message node = {
    .said = {3, 4, 6, 7, 8, 9},
    .lost = {{10, "device_configurations"}},
};
static const message info = {.said = {1, 3, 4}};
static const message annotation = {.said = {1}};
static const message tensor = {.said = {2, 8, 12, 13, 14, 16}};
/* The name of a tensor in an attribute means nothing. */
static const message attribute = {
    .said = {1, 13, 20, 21},
    .inner = {{5, &tensor}, {10, &tensor}},
};
static const message type_attribute = {
    .said = {1, 13, 20, 21},
    .inner = {{14, &type}, {15, &type}},
};
/* A function's: all of a default is in the rest. */
static const message default_attribute = {.said = {1, 2, 3, 4, 7, 8, 9, 13, 20}};
static const message function = {
    .said = {1, 6, 8, 10, 13, 14},
    .inner = {{9, &opset}, {11, &default_attribute}, {12, &left_info}},
};

/* ---- the check ---- */

static bool is_said(const message *m, uint32_t number)
{
    for (const uint8_t *said = m->said; *said; said++)
        if (*said == number)
            return true;
    return false;
}

static const message *find_inner(const message *m, uint32_t number)
{
    for (size_t i = 0; m->inner[i].number; i++)
        if (m->inner[i].number == number)
            return m->inner[i].message;
    return NULL;
}

static finnc_status fail_lost(const fnc_text_writer *w, const message *m, uint32_t number)
{
    char text[32];
    const char *words = text;
    snprintf(text, sizeof text, "field number %u", (unsigned)number);
    for (size_t i = 0; m->lost[i].number; i++)
        if (m->lost[i].number == number)
            words = m->lost[i].words;
    return finnc_fail(w->sink.buf.cx, FINNC_UNSUPPORTED, "the textual syntax cannot express %s",
                      words);
}

static finnc_status check(fnc_text_writer *w, const message *m, const uint8_t *data, size_t length)
{
    fnc_field field;
    if (!w->weights || !length)
        return FINNC_OK;
    for (const uint8_t *at = data; fnc_field_next(&at, data + length, &field);) {
        const bool is_note = field.number >= FIRST_NOTE && field.number <= LAST_NOTE;
        const bool is_empty = field.data ? field.length == 0 : field.value == 0;
        if (is_note || is_empty || is_said(m, field.number))
            continue;
        const message *inner = find_inner(m, field.number);
        if (!inner)
            return fail_lost(w, m, field.number);
        FINNC_TRY(check(w, inner, field.data, field.length));
    }
    return FINNC_OK;
}

static finnc_status check_wire(fnc_text_writer *w, const message *m, const fnc_wire *wire)
{
    return check(w, m, wire->data, wire->length);
}

/* Sparse ones are written dense, and of types that nobody knows there is no text at all. */
static finnc_status check_tensor(fnc_text_writer *w, const finnc_tensor *t)
{
    const bool is_whole = t && t->storage != FNC_STORAGE_SPARSE && t->storage != FNC_STORAGE_OPAQUE;
    return is_whole ? check_wire(w, &tensor, &t->extra) : FINNC_OK;
}

finnc_status fnc_text_check_model(fnc_text_writer *w, const finnc_model *m)
{
    for (size_t i = 0; i < m->nopsets; i++)
        FINNC_TRY(check_wire(w, &opset, &m->opsets[i].extra));
    return check_wire(w, &model, &m->extra);
}

finnc_status fnc_text_check_function(fnc_text_writer *w, const fnc_function *f)
{
    FNC_AT(w->sink.buf.cx, "function", f->name, NULL);
    return check_wire(w, &function, &f->extra);
}

static finnc_status check_value(fnc_text_writer *w, const finnc_value *v)
{
    FNC_AT_TENSOR(w->sink.buf.cx, v->name);
    FINNC_TRY(check_wire(w, &info, &v->info_extra));
    FINNC_TRY(check_wire(w, &annotation, &v->annotation_extra));
    FINNC_TRY(check_tensor(w, v->tensor));
    return v->type.known ? check_wire(w, &type, &v->type.wire) : FINNC_OK;
}

static finnc_status check_node(fnc_text_writer *w, const finnc_node *n)
{
    FNC_AT_NODE(w->sink.buf.cx, n);
    return check_wire(w, &node, &n->extra);
}

finnc_status fnc_text_check_graph(fnc_text_writer *w, const finnc_graph *g)
{
    if (!w->weights)
        return FINNC_OK;
    FINNC_TRY(check_wire(w, &graph, &g->extra));
    finnc_foreach_value (v, g)
        FINNC_TRY(check_value(w, v));
    finnc_foreach_node (n, g)
        FINNC_TRY(check_node(w, n));
    return FINNC_OK;
}

finnc_status fnc_text_check_attr(fnc_text_writer *w, const finnc_attr *attr)
{
    FNC_AT(w->sink.buf.cx, "attribute", attr->name, NULL);
    const bool is_type =
        attr->kind == FINNC_ATTR_TYPE_PROTO || attr->kind == FINNC_ATTR_TYPE_PROTOS;
    for (size_t i = 0; i < attr->count && w->weights; i++)
        FINNC_TRY(check_tensor(w, finnc_attr_tensor(attr, i)));
    return check_wire(w, is_type ? &type_attribute : &attribute, &attr->extra);
}
