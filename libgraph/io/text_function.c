/* Functions behind the main graph:
 * `<domain: "d", opset_import: ["": 17]> F <alpha, beta: float = 1.0> (x) => (y) { ... }`.
 * Attributes, imports and documentation stay wire bytes in the IR. */
#include "../base/field.h"
#include "text_read.h"

#include "number.h"
#include "text_fields.h"
#include "text_kind.h"
#include "text_type.h"
#include "text_write.h"

#include <inttypes.h>
#include <string.h>

/* ---- attributes on the wire ---- */

/* The field that holds the elements of a default of that kind; 0 for kinds without a text. */
static uint32_t field_of(finnc_attr_kind kind)
{
    static const uint32_t fields[] = {
        [FINNC_ATTR_FLOAT] = FNC_ATTR_F,  [FINNC_ATTR_FLOATS] = FNC_ATTR_FLOATS,
        [FINNC_ATTR_INT] = FNC_ATTR_I,    [FINNC_ATTR_INTS] = FNC_ATTR_INTS,
        [FINNC_ATTR_STRING] = FNC_ATTR_S, [FINNC_ATTR_STRINGS] = FNC_ATTR_STRINGS,
    };
    return (size_t)kind < sizeof fields / sizeof *fields ? fields[kind] : 0;
}

static finnc_status encode_attr(finnc_ctx *cx, const finnc_attr *attr, fnc_buf *buf)
{
    uint32_t number = field_of(attr->kind);
    if (!number)
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "a function's default of kind %s is not supported in text",
                          fnc_text_kind_name(attr->kind));
    fnc_field_put_text(buf, FNC_ATTR_NAME, attr->name);
    finnc_attr_kind single = fnc_text_kind_single(attr->kind);
    for (size_t i = 0; i < finnc_attr_count(attr); i++) {
        float f = finnc_attr_float(attr, i);
        finnc_string s = finnc_attr_string(attr, i);
        uint32_t bits;
        memcpy(&bits, &f, sizeof bits);
        if (single == FINNC_ATTR_FLOAT)
            fnc_field_put_fixed32(buf, number, bits);
        else if (single == FINNC_ATTR_INT)
            fnc_field_put_varint(buf, number, (uint64_t)finnc_attr_int(attr, i));
        else
            fnc_field_put_bytes(buf, number, s.data, s.length);
    }
    fnc_field_put_varint(buf, FNC_ATTR_TYPE, (uint64_t)attr->kind);
    return fnc_buf_check(buf);
}

/* ---- reading ---- */

static finnc_status put_default(fnc_text_reader *r, const char *name, fnc_buf *extra)
{
    finnc_attr attr;
    const char *at = r->scan.next;
    FINNC_TRY(fnc_text_read_attr(r, NULL, name, &attr));
    if (attr.ref)
        return fnc_scan_fail(&r->scan, at, "a default cannot refer to another attribute");
    fnc_buf wire;
    fnc_buf_init(&wire, r->scan.cx);
    finnc_status status = encode_attr(r->scan.cx, &attr, &wire);
    if (status == FINNC_OK)
        fnc_field_put_bytes(extra, FNC_FUNCTION_ATTR_PROTO, fnc_buf_text(&wire), wire.length);
    fnc_buf_clear(&wire);
    return status;
}

/* `<alpha, beta: float = 1.0>`, if it is there. */
static finnc_status read_parameters(fnc_text_reader *r, fnc_buf *extra)
{
    if (!fnc_scan_take(&r->scan, "<"))
        return FINNC_OK;
    do {
        const char *name;
        FINNC_TRY(fnc_scan_need_name(&r->scan, "the name of an attribute", &name));
        if (fnc_scan_is(&r->scan, ":") || fnc_scan_is(&r->scan, "="))
            FINNC_TRY(put_default(r, name, extra));
        else
            fnc_field_put_text(extra, FNC_FUNCTION_ATTR, name);
    } while (fnc_scan_take(&r->scan, ","));
    return fnc_scan_need(&r->scan, ">");
}

static finnc_status put_opsets(fnc_text_reader *r, fnc_buf *extra)
{
    fnc_opset *opsets;
    size_t count;
    FINNC_TRY(fnc_text_read_opsets(r, &opsets, &count));
    for (size_t i = 0; i < count; i++) {
        fnc_buf opset;
        fnc_buf_init(&opset, r->scan.cx);
        fnc_field_put_text(&opset, FNC_OPSET_DOMAIN, opsets[i].domain);
        fnc_field_put_varint(&opset, FNC_OPSET_VERSION, (uint64_t)opsets[i].version);
        fnc_field_put_bytes(extra, FNC_FUNCTION_OPSET, fnc_buf_text(&opset), opset.length);
        extra->failed = extra->failed || opset.failed;
        fnc_buf_clear(&opset);
    }
    return FINNC_OK;
}

static finnc_status keep_string(fnc_text_reader *r, const char **kept)
{
    const char *text;
    FINNC_TRY(fnc_scan_need_string(&r->scan, "a string", &text));
    *kept = fnc_arena_strdup(&r->model->arena, text);
    return *kept ? FINNC_OK : finnc_no_memory(r->scan.cx);
}

static finnc_status read_entry(fnc_text_reader *r, fnc_function *function, fnc_buf *extra)
{
    const char *key, *text;
    (void)fnc_scan_peek(&r->scan);
    const char *at = r->scan.next;
    FINNC_TRY(fnc_scan_need_id(&r->scan, "domain, overload, opset_import or doc_string", &key));
    FINNC_TRY(fnc_scan_need(&r->scan, ":"));
    if (strcmp(key, "domain") == 0)
        return keep_string(r, &function->domain);
    if (strcmp(key, "overload") == 0)
        return keep_string(r, &function->overload);
    if (strcmp(key, "opset_import") == 0)
        return put_opsets(r, extra);
    if (strcmp(key, "doc_string") != 0)
        return fnc_scan_fail(&r->scan, at, "a function's header has no '%s'", key);
    FINNC_TRY(fnc_scan_need_string(&r->scan, "a string", &text));
    fnc_field_put_text(extra, FNC_FUNCTION_DOC, text);
    return FINNC_OK;
}

static finnc_status read_function(fnc_text_reader *r, fnc_function *function, fnc_buf *extra)
{
    function->domain = function->overload = "";
    if (fnc_scan_take(&r->scan, "<")) {
        do
            FINNC_TRY(read_entry(r, function, extra));
        while (fnc_scan_take(&r->scan, ","));
        FINNC_TRY(fnc_scan_need(&r->scan, ">"));
    }
    const char *name;
    FINNC_TRY(fnc_scan_need_name(&r->scan, "the name of a function", &name));
    function->name = fnc_arena_strdup(&r->model->arena, name);
    if (!function->name)
        return finnc_no_memory(r->scan.cx);
    FINNC_TRY(read_parameters(r, extra));
    FINNC_TRY(fnc_function_create_body(r->scan.cx, r->model, function, name));
    FINNC_TRY(fnc_text_read_body(r, function->body));
    FINNC_TRY(fnc_buf_check(extra));
    return fnc_wire_copy(r->scan.cx, &r->model->arena, fnc_buf_text(extra), extra->length,
                         &function->extra);
}

finnc_status fnc_text_read_functions(fnc_text_reader *r)
{
    finnc_model *model = r->model;
    size_t room = 0;
    while (!fnc_scan_at_end(&r->scan)) {
        fnc_function *more =
            fnc_arena_grow(&model->arena, model->functions, sizeof *more, model->nfunctions, &room);
        if (!more)
            return finnc_no_memory(r->scan.cx);
        model->functions = more;
        fnc_buf extra;
        fnc_buf_init(&extra, r->scan.cx);
        finnc_status status = read_function(r, &model->functions[model->nfunctions], &extra);
        fnc_buf_clear(&extra);
        FINNC_TRY(status);
        model->nfunctions++;
    }
    return fnc_model_check_functions(r->scan.cx, model);
}

/* ---- writing ---- */

static finnc_status write_header(fnc_text_writer *w, const fnc_function *function)
{
    fnc_buf *buf = &w->sink.buf;
    fnc_field field, part;
    fnc_buf_puts(buf, "\n<\n   domain: ");
    fnc_text_write_quoted(buf, function->domain, strlen(function->domain));
    if (function->overload && *function->overload) {
        fnc_buf_puts(buf, ",\n   overload: ");
        fnc_text_write_quoted(buf, function->overload, strlen(function->overload));
    }
    fnc_buf_puts(buf, ",\n   opset_import: [");
    const char *before = "";
    const uint8_t *at = function->extra.data;
    while (at && fnc_field_next(&at, function->extra.data + function->extra.length, &field)) {
        if (field.number != FNC_FUNCTION_OPSET || !field.data)
            continue;
        bool found = fnc_field_find(field.data, field.length, FNC_OPSET_DOMAIN, &part);
        fnc_buf_puts(buf, before);
        fnc_text_write_quoted(buf, found ? (const char *)part.data : "", found ? part.length : 0);
        found = fnc_field_find(field.data, field.length, FNC_OPSET_VERSION, &part);
        fnc_buf_printf(buf, " : %" PRId64, found ? (int64_t)part.value : 0);
        before = ", ";
    }
    fnc_buf_putc(buf, ']');
    if (fnc_field_find(function->extra.data, function->extra.length, FNC_FUNCTION_DOC, &field)) {
        fnc_buf_puts(buf, ",\n   doc_string: ");
        FINNC_TRY(fnc_text_write_string(w, (finnc_string){(const char *)field.data, field.length}));
    }
    fnc_buf_puts(buf, "\n>\n");
    return FINNC_OK;
}

static finnc_status write_element(fnc_text_writer *w, finnc_attr_kind kind, const fnc_field *field)
{
    char text[FNC_NUMBER_MAX];
    uint32_t bits = (uint32_t)field->value;
    float f;
    memcpy(&f, &bits, sizeof f);
    if (kind == FINNC_ATTR_STRING)
        return fnc_text_write_string(w, (finnc_string){(const char *)field->data, field->length});
    if (kind == FINNC_ATTR_INT)
        fnc_buf_printf(&w->sink.buf, "%" PRId64, (int64_t)field->value);
    else
        fnc_buf_puts(&w->sink.buf, fnc_float_text(f, text));
    return FINNC_OK;
}

static finnc_status write_attr_name(fnc_text_writer *w, const fnc_field *name)
{
    fnc_buf *buf = &w->sink.buf;
    if (w->weights && !(name && name->data && name->length))
        return finnc_fail(buf->cx, FINNC_UNSUPPORTED,
                          "the textual syntax cannot express an attribute without a name");
    if (name && name->data)
        fnc_text_write_name_bytes(buf, name->data, name->length);
    return FINNC_OK;
}

/* `beta: float = 1`: the kind tells the number's. */
static finnc_status write_default(fnc_text_writer *w, const fnc_field *attr)
{
    fnc_buf *buf = &w->sink.buf;
    fnc_field field;
    const bool is_named = fnc_field_find(attr->data, attr->length, FNC_ATTR_NAME, &field);
    FINNC_TRY(write_attr_name(w, is_named ? &field : NULL));
    finnc_attr_kind kind = FINNC_ATTR_UNDEFINED;
    if (fnc_field_find(attr->data, attr->length, FNC_ATTR_TYPE, &field) && field.value < 15)
        kind = (finnc_attr_kind)field.value;
    fnc_buf_printf(buf, ": %s = ", fnc_text_kind_name(kind));
    uint32_t number = field_of(kind);
    if (!number && w->weights)
        return finnc_fail(buf->cx, FINNC_UNSUPPORTED,
                          "the textual syntax cannot express a default of kind %s",
                          fnc_text_kind_name(kind));
    bool list = fnc_text_kind_is_list(kind);
    fnc_buf_puts(buf, !number ? "..." : list ? "[" : "");
    const char *before = "";
    const uint8_t *at = attr->data;
    while (number && fnc_field_next(&at, attr->data + attr->length, &field)) {
        if (field.number != number)
            continue;
        fnc_buf_puts(buf, before);
        before = ", ";
        FINNC_TRY(write_element(w, fnc_text_kind_single(kind), &field));
    }
    if (w->weights && !list && !*before)
        return finnc_fail(buf->cx, FINNC_UNSUPPORTED,
                          "the textual syntax cannot express a default without a value");
    fnc_buf_puts(buf, list ? "]" : "");
    return FINNC_OK;
}

static finnc_status write_parameters(fnc_text_writer *w, const fnc_function *function)
{
    fnc_buf *buf = &w->sink.buf;
    const char *open = " <", *before = open;
    const uint8_t *at = function->extra.data;
    for (fnc_field field;
         at && fnc_field_next(&at, function->extra.data + function->extra.length, &field);) {
        if (!field.data ||
            (field.number != FNC_FUNCTION_ATTR && field.number != FNC_FUNCTION_ATTR_PROTO))
            continue;
        fnc_buf_puts(buf, before);
        before = ", ";
        if (field.number == FNC_FUNCTION_ATTR)
            FINNC_TRY(write_attr_name(w, &field));
        else
            FINNC_TRY(write_default(w, &field));
    }
    fnc_buf_puts(buf, before == open ? " " : "> ");
    return FINNC_OK;
}

finnc_status fnc_text_write_functions(fnc_text_writer *w, const finnc_model *model)
{
    for (size_t i = 0; i < model->nfunctions; i++) {
        const fnc_function *function = &model->functions[i];
        FINNC_TRY(fnc_text_check_function(w, function));
        FINNC_TRY(write_header(w, function));
        fnc_text_write_name(&w->sink.buf, function->name);
        FINNC_TRY(write_parameters(w, function));
        FINNC_TRY(fnc_text_write_body(w, function->body, true));
    }
    return FINNC_OK;
}
