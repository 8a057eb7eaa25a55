#include "text_type.h"
#include "../base/field.h"
#include "../ir/type_wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Nobody nests types; a file that does wants to exhaust the stack. */
enum { MAX_NESTING = 16 };

/* ---- names ---- */

const char *fnc_text_elem_name(finnc_elem elem, char name[32])
{
    const char *upper = finnc_elem_name(elem);
    snprintf(name, 32, "%s", upper ? upper : "UNDEFINED");
    for (char *c = name; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return name;
}

finnc_elem fnc_text_find_elem(const char *name)
{
    char upper[32];
    size_t i = 0;
    for (; i < sizeof upper - 1 && name[i]; i++) {
        if (name[i] >= 'A' && name[i] <= 'Z')
            return FINNC_ELEM_UNDEFINED;
        upper[i] = (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 'a' + 'A' : name[i]);
    }
    upper[i] = 0;
    return name[i] ? FINNC_ELEM_UNDEFINED : finnc_elem_find(upper);
}

static const char *const compound[] = {"seq", "map", "optional", "sparse_tensor", "opaque"};

bool fnc_text_is_type_word(const char *name)
{
    for (size_t i = 0; i < sizeof compound / sizeof *compound; i++)
        if (strcmp(name, compound[i]) == 0)
            return true;
    return fnc_text_find_elem(name) != FINNC_ELEM_UNDEFINED;
}

bool fnc_text_is_type(fnc_scan *scan)
{
    for (size_t i = 0; i < sizeof compound / sizeof *compound; i++)
        if (fnc_scan_is_word(scan, compound[i]))
            return true;
    for (int elem = FINNC_ELEM_FLOAT; finnc_elem_name((finnc_elem)elem); elem++) {
        char name[32];
        if (fnc_scan_is_word(scan, fnc_text_elem_name((finnc_elem)elem, name)))
            return true;
    }
    return false;
}

/* ---- reading ---- */

static finnc_status read_dim(fnc_scan *scan, finnc_dim *dim)
{
    *dim = (finnc_dim){.size = -1};
    if (fnc_scan_take(scan, "?"))
        return FINNC_OK;
    FINNC_TRY(fnc_scan_find_name(scan, &dim->symbol));
    if (dim->symbol)
        return FINNC_OK;
    const char *at = scan->next;
    FINNC_TRY(fnc_scan_need_int(scan, "a dimension (a number, a name or ?)", &dim->size));
    if (dim->size < 0)
        return fnc_scan_fail(scan, at, "a dimension cannot be %" PRId64, dim->size);
    return FINNC_OK;
}

/* Nothing: a scalar. []: of unknown rank. */
static finnc_status read_shape(fnc_scan *scan, fnc_text_type *type)
{
    type->rank = 0;
    if (!fnc_scan_take(scan, "["))
        return FINNC_OK;
    if (fnc_scan_take(scan, "]")) {
        type->rank = -1;
        return FINNC_OK;
    }
    do {
        if (type->rank == FINNC_MAX_RANK)
            return fnc_scan_fail(scan, NULL, "a tensor has more than %d dimensions",
                                 FINNC_MAX_RANK);
        FINNC_TRY(read_dim(scan, &type->dims[type->rank++]));
    } while (fnc_scan_take(scan, ","));
    return fnc_scan_need(scan, "]");
}

static finnc_status need_elem(fnc_scan *scan, finnc_elem *elem)
{
    const char *at = scan->next;
    const char *id;
    FINNC_TRY(fnc_scan_need_id(scan, "an element type", &id));
    *elem = fnc_text_find_elem(id);
    if (*elem == FINNC_ELEM_UNDEFINED)
        return fnc_scan_fail(scan, at, "'%s' is no element type", id);
    return FINNC_OK;
}

static finnc_status keep(const fnc_scan *scan, const fnc_buf *buf, fnc_wire *wire)
{
    FINNC_TRY(fnc_buf_check(buf));
    wire->data = fnc_arena_copy(scan->scratch, fnc_buf_text(buf), buf->length);
    wire->length = buf->length;
    return wire->data || !buf->length ? FINNC_OK : finnc_no_memory(scan->cx);
}

finnc_status fnc_text_type_wire(const fnc_scan *scan, const fnc_text_type *type, fnc_wire *wire)
{
    *wire = type->wire;
    if (type->elem == FINNC_ELEM_UNDEFINED)
        return FINNC_OK;
    fnc_buf buf;
    fnc_buf_init(&buf, scan->cx);
    fnc_type_put_tensor(&buf, FNC_TYPE_TENSOR, type->elem, type->rank, type->dims);
    finnc_status status = keep(scan, &buf, wire);
    fnc_buf_clear(&buf);
    return status;
}

static finnc_status read_type(fnc_scan *scan, int depth, fnc_text_type *type);

static finnc_status read_inner(fnc_scan *scan, int depth, fnc_wire *wire)
{
    fnc_text_type *inner = FNC_NEW(scan->scratch, fnc_text_type);
    if (!inner)
        return finnc_no_memory(scan->cx);
    FINNC_TRY(read_type(scan, depth + 1, inner));
    return fnc_text_type_wire(scan, inner, wire);
}

/* seq(T), optional(T) */
static finnc_status read_wrapped(fnc_scan *scan, int depth, uint32_t field, fnc_buf *buf)
{
    fnc_wire inner;
    FINNC_TRY(read_inner(scan, depth, &inner));
    fnc_buf wrapped;
    fnc_buf_init(&wrapped, scan->cx);
    fnc_field_put_bytes(&wrapped, FNC_INNER, inner.data, inner.length);
    fnc_field_put_bytes(buf, field, fnc_buf_text(&wrapped), wrapped.length);
    buf->failed = buf->failed || wrapped.failed;
    fnc_buf_clear(&wrapped);
    return FINNC_OK;
}

static finnc_status read_map(fnc_scan *scan, int depth, fnc_buf *buf)
{
    finnc_elem key;
    fnc_wire value;
    FINNC_TRY(need_elem(scan, &key));
    FINNC_TRY(fnc_scan_need(scan, ","));
    FINNC_TRY(read_inner(scan, depth, &value));
    fnc_buf map;
    fnc_buf_init(&map, scan->cx);
    fnc_field_put_varint(&map, FNC_MAP_KEY, (uint64_t)key);
    fnc_field_put_bytes(&map, FNC_MAP_VALUE, value.data, value.length);
    fnc_field_put_bytes(buf, FNC_TYPE_MAP, fnc_buf_text(&map), map.length);
    buf->failed = buf->failed || map.failed;
    fnc_buf_clear(&map);
    return FINNC_OK;
}

static finnc_status read_sparse(fnc_scan *scan, fnc_text_type *scratch, fnc_buf *buf)
{
    FINNC_TRY(need_elem(scan, &scratch->elem));
    FINNC_TRY(read_shape(scan, scratch));
    fnc_type_put_tensor(buf, FNC_TYPE_SPARSE, scratch->elem, scratch->rank, scratch->dims);
    *scratch = (fnc_text_type){.elem = FINNC_ELEM_UNDEFINED, .rank = -1};
    return FINNC_OK;
}

static finnc_status read_rest(fnc_scan *scan, fnc_buf *dotted)
{
    while (fnc_scan_take(scan, ".")) {
        const char *more;
        FINNC_TRY(fnc_scan_need_id(scan, "the rest of a dotted name", &more));
        fnc_buf_printf(dotted, ".%s", more);
    }
    return fnc_buf_check(dotted);
}

/* A name of identifiers with dots between, or one in quotes; *name is NULL if there is none. */
static finnc_status find_dotted(fnc_scan *scan, const char **name)
{
    const bool is_quoted = fnc_scan_peek(scan) == '"';
    FINNC_TRY(fnc_scan_find_name(scan, name));
    if (!*name || is_quoted)
        return FINNC_OK;
    fnc_buf dotted;
    fnc_buf_init(&dotted, scan->cx);
    fnc_buf_puts(&dotted, *name);
    const finnc_status status = read_rest(scan, &dotted);
    *name = fnc_arena_strdup(scan->scratch, fnc_buf_text(&dotted));
    fnc_buf_clear(&dotted);
    FINNC_TRY(status);
    return *name ? FINNC_OK : finnc_no_memory(scan->cx);
}

/* opaque(), opaque(name), opaque(domain, name) */
static finnc_status read_opaque(fnc_scan *scan, fnc_buf *buf)
{
    const char *domain = NULL, *name = NULL;
    FINNC_TRY(find_dotted(scan, &name));
    if (name && fnc_scan_take(scan, ",")) {
        domain = name;
        FINNC_TRY(find_dotted(scan, &name));
        if (!name)
            return fnc_scan_expected(scan, "the name of an opaque type");
    }
    fnc_buf opaque;
    fnc_buf_init(&opaque, scan->cx);
    if (domain)
        fnc_field_put_text(&opaque, FNC_OPAQUE_DOMAIN, domain);
    if (name)
        fnc_field_put_text(&opaque, FNC_OPAQUE_NAME, name);
    fnc_field_put_bytes(buf, FNC_TYPE_OPAQUE, fnc_buf_text(&opaque), opaque.length);
    buf->failed = buf->failed || opaque.failed;
    fnc_buf_clear(&opaque);
    return FINNC_OK;
}

static finnc_status read_compound(fnc_scan *scan, int depth, const char *word, fnc_text_type *type)
{
    if (depth == MAX_NESTING)
        return fnc_scan_fail(scan, NULL, "types are nested more than %d deep", MAX_NESTING);
    FINNC_TRY(fnc_scan_need(scan, "("));
    fnc_buf buf;
    fnc_buf_init(&buf, scan->cx);
    finnc_status status;
    if (strcmp(word, "seq") == 0)
        status = read_wrapped(scan, depth, FNC_TYPE_SEQUENCE, &buf);
    else if (strcmp(word, "optional") == 0)
        status = read_wrapped(scan, depth, FNC_TYPE_OPTIONAL, &buf);
    else if (strcmp(word, "map") == 0)
        status = read_map(scan, depth, &buf);
    else if (strcmp(word, "sparse_tensor") == 0)
        status = read_sparse(scan, type, &buf);
    else
        status = read_opaque(scan, &buf);
    if (status == FINNC_OK)
        status = keep(scan, &buf, &type->wire);
    fnc_buf_clear(&buf);
    FINNC_TRY(status);
    return fnc_scan_need(scan, ")");
}

static finnc_status read_type(fnc_scan *scan, int depth, fnc_text_type *type)
{
    *type = (fnc_text_type){.elem = FINNC_ELEM_UNDEFINED, .rank = -1};
    if (!fnc_text_is_type(scan))
        return fnc_scan_expected(scan, "a type");
    const char *word;
    FINNC_TRY(fnc_scan_need_id(scan, "a type", &word));
    type->elem = fnc_text_find_elem(word);
    if (type->elem != FINNC_ELEM_UNDEFINED)
        return read_shape(scan, type);
    return read_compound(scan, depth, word, type);
}

finnc_status fnc_text_read_type(fnc_scan *scan, fnc_text_type *type)
{
    return read_type(scan, 0, type);
}

/* ---- writing ---- */

void fnc_text_write_quoted(fnc_buf *buf, const char *text, size_t length)
{
    fnc_buf_putc(buf, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            fnc_buf_putc(buf, '\\');
        fnc_buf_putc(buf, text[i]);
    }
    fnc_buf_putc(buf, '"');
}

void fnc_text_write_name_bytes(fnc_buf *buf, const void *name, size_t length)
{
    char word[64]; /* what is longer is no word of ours */
    bool is_short = length < sizeof word;
    if (is_short && length > 0)
        memcpy(word, name, length);
    word[is_short ? length : 0] = 0;
    if (fnc_is_identifier(name, length) && !(is_short && fnc_text_is_type_word(word)))
        fnc_buf_add(buf, name, length);
    else
        fnc_text_write_quoted(buf, name, length);
}

void fnc_text_write_name(fnc_buf *buf, const char *name)
{
    fnc_text_write_name_bytes(buf, name, strlen(name));
}

void fnc_text_write_shape(fnc_buf *buf, int rank, const finnc_dim *dims)
{
    if (rank < 0)
        fnc_buf_puts(buf, "[]");
    for (int i = 0; i < rank; i++) {
        fnc_buf_putc(buf, i == 0 ? '[' : ',');
        if (dims[i].symbol)
            fnc_text_write_name(buf, dims[i].symbol);
        else if (dims[i].size >= 0)
            fnc_buf_printf(buf, "%" PRId64, dims[i].size);
        else
            fnc_buf_putc(buf, '?');
    }
    if (rank > 0)
        fnc_buf_putc(buf, ']');
}

static bool write_elem(fnc_buf *buf, const fnc_field *message, uint32_t number)
{
    fnc_field elem;
    char name[32];
    if (!fnc_field_find(message->data, message->length, number, &elem) || elem.data ||
        elem.value == 0 || elem.value > INT_MAX || !finnc_elem_name((finnc_elem)elem.value))
        return false;
    fnc_buf_puts(buf, fnc_text_elem_name((finnc_elem)elem.value, name));
    return true;
}

static void write_wire_dim(fnc_buf *buf, const fnc_field *dim)
{
    fnc_field part;
    if (fnc_field_find(dim->data, dim->length, FNC_DIM_VALUE, &part)) {
        if (part.value <= INT64_MAX)
            fnc_buf_printf(buf, "%" PRIu64, part.value);
        else
            fnc_buf_putc(buf, '?'); /* -1, which some write for unknown */
    } else if (fnc_field_find(dim->data, dim->length, FNC_DIM_PARAM, &part))
        fnc_text_write_name_bytes(buf, part.data, part.length);
    else
        fnc_buf_putc(buf, '?');
}

static bool write_wire_tensor(fnc_buf *buf, const fnc_field *tensor)
{
    if (!write_elem(buf, tensor, FNC_TENSOR_ELEM))
        return false;
    fnc_field shape, dim;
    if (!fnc_field_find(tensor->data, tensor->length, FNC_TENSOR_SHAPE, &shape)) {
        fnc_buf_puts(buf, "[]");
        return true;
    }
    if (!shape.data)
        return false;
    char before = '[';
    const uint8_t *at = shape.data;
    while (fnc_field_next(&at, shape.data + shape.length, &dim)) {
        if (dim.number != FNC_SHAPE_DIM || !dim.data)
            continue;
        fnc_buf_putc(buf, before);
        write_wire_dim(buf, &dim);
        before = ',';
    }
    if (before == ',')
        fnc_buf_putc(buf, ']');
    return true;
}

static bool write_wire(fnc_buf *buf, const void *data, size_t length, int depth);

static bool write_inner(fnc_buf *buf, const fnc_field *message, uint32_t number, int depth)
{
    fnc_field inner;
    return fnc_field_find(message->data, message->length, number, &inner) && inner.data &&
           write_wire(buf, inner.data, inner.length, depth + 1);
}

/* Can text hold it? Not with a zero within. */
static bool is_text(const fnc_field *name)
{
    return name->data && !memchr(name->data, 0, name->length);
}

/* "d.e" as it is, other names in quotes. */
static void write_dotted(fnc_buf *buf, const fnc_field *name)
{
    const char *text = (const char *)name->data;
    size_t at = 0, length = 0;
    for (; at < name->length; at += length + 1) {
        const char *dot = memchr(text + at, '.', name->length - at);
        length = dot ? (size_t)(dot - text) - at : name->length - at;
        if (!fnc_is_identifier(text + at, length))
            break;
    }
    if (name->length > 0 && at == name->length + 1)
        fnc_buf_add(buf, name->data, name->length);
    else
        fnc_text_write_quoted(buf, text, name->length);
}

/* A domain without a name has an empty one: what stands alone is a name. */
static bool write_opaque(fnc_buf *buf, const fnc_field *opaque)
{
    fnc_field domain, name;
    const bool has_domain =
        fnc_field_find(opaque->data, opaque->length, FNC_OPAQUE_DOMAIN, &domain);
    const bool has_name = fnc_field_find(opaque->data, opaque->length, FNC_OPAQUE_NAME, &name);
    if ((has_domain && !is_text(&domain)) || (has_name && !is_text(&name)))
        return false;
    if (has_domain) {
        write_dotted(buf, &domain);
        fnc_buf_puts(buf, ", ");
    }
    if (has_name)
        write_dotted(buf, &name);
    else if (has_domain)
        fnc_buf_puts(buf, "\"\"");
    return true;
}

static bool write_compound(fnc_buf *buf, const fnc_field *kind, int depth)
{
    switch (kind->number) {
    case FNC_TYPE_SEQUENCE:
        fnc_buf_puts(buf, "seq(");
        return write_inner(buf, kind, FNC_INNER, depth);
    case FNC_TYPE_OPTIONAL:
        fnc_buf_puts(buf, "optional(");
        return write_inner(buf, kind, FNC_INNER, depth);
    case FNC_TYPE_MAP:
        fnc_buf_puts(buf, "map(");
        if (!write_elem(buf, kind, FNC_MAP_KEY))
            return false;
        fnc_buf_puts(buf, ", ");
        return write_inner(buf, kind, FNC_MAP_VALUE, depth);
    case FNC_TYPE_SPARSE:
        fnc_buf_puts(buf, "sparse_tensor(");
        return write_wire_tensor(buf, kind);
    case FNC_TYPE_OPAQUE:
        fnc_buf_puts(buf, "opaque(");
        return write_opaque(buf, kind);
    default:
        return false;
    }
}

static bool write_wire(fnc_buf *buf, const void *data, size_t length, int depth)
{
    const uint8_t *at = data;
    fnc_field kind;
    if (depth > MAX_NESTING || !length)
        return false;
    while (fnc_field_next(&at, (const uint8_t *)data + length, &kind)) {
        if (kind.number == FNC_TYPE_DENOTATION)
            continue;
        if (!kind.data)
            return false;
        if (kind.number == FNC_TYPE_TENSOR)
            return write_wire_tensor(buf, &kind);
        if (!write_compound(buf, &kind, depth))
            return false;
        fnc_buf_putc(buf, ')');
        return true;
    }
    return false;
}

bool fnc_text_write_wire_type(fnc_buf *buf, const void *data, size_t length)
{
    fnc_buf text;
    fnc_buf_init(&text, buf->cx);
    bool known = write_wire(&text, data, length, 0);
    if (known)
        fnc_buf_add(buf, fnc_buf_text(&text), text.length);
    buf->failed = buf->failed || text.failed;
    fnc_buf_clear(&text);
    return known;
}
