#include "dot_label.h"

#include "../base/text.h"
#include "../base/utf8.h"
#include "kind.h"
#include "number.h"

#include <inttypes.h>
#include <string.h>

enum { NAME_LIMIT = 40, TEXT_LIMIT = 80, LIST_LIMIT = 8 };

static const char new_line[] = "\\n";
static const char times[] = "\xc3\x97";
static const char ellipsis[] = "\xe2\x80\xa6";

void fnc_dot_put_text(fnc_buf *buf, const char *text, size_t limit)
{
    size_t left = strlen(text);
    for (size_t shown = 0; left > 0; shown++) {
        if (limit > 0 && shown == limit) {
            fnc_buf_puts(buf, ellipsis);
            return;
        }
        size_t length = fnc_utf8_length(text, left);
        bool is_control = (unsigned char)*text < ' ' || *text == 0x7f;
        if (*text == '\\')
            fnc_buf_puts(buf, "\\\\");
        else if (length == 0 || is_control)
            fnc_buf_putc(buf, '?');
        else
            fnc_buf_add(buf, text, length);
        text += length ? length : 1;
        left -= length ? length : 1;
    }
}

static void put_shape(fnc_buf *buf, const finnc_value *value)
{
    int rank = finnc_value_rank(value);
    if (rank == 0)
        fnc_buf_puts(buf, "scalar");
    for (int i = 0; i < rank; i++) {
        finnc_dim dim = finnc_value_dim(value, i);
        fnc_buf_puts(buf, i > 0 ? times : "");
        if (dim.size >= 0)
            fnc_buf_printf(buf, "%" PRId64, dim.size);
        else
            fnc_dot_put_text(buf, dim.symbol ? dim.symbol : "?", 12);
    }
}

static void put_number(fnc_buf *buf, const finnc_tensor *tensor)
{
    char text[FNC_NUMBER_MAX];
    if (finnc_elem_is_integer(finnc_tensor_elem(tensor)))
        fnc_buf_printf(buf, "%" PRId64, finnc_tensor_get_int(tensor, 0));
    else
        fnc_buf_puts(buf, fnc_float_text((float)finnc_tensor_get(tensor, 0), text));
}

static bool is_number(const finnc_value *value)
{
    const finnc_tensor *tensor = finnc_value_tensor(value);
    return finnc_tensor_nelems(tensor) == 1 && finnc_elem_bits(finnc_tensor_elem(tensor)) > 0;
}

/* What the op calls its input `i`. */
static void put_formal(fnc_buf *buf, const finnc_node *node, size_t i)
{
    const finnc_op *op = finnc_node_find_op(node);
    size_t n = 0;
    while (op && n < FINNC_OP_MAX_FORMALS && op->in[n].name)
        n++;
    if (i < n && !(op->in[i].flags & FINNC_VARIADIC))
        fnc_dot_put_text(buf, op->in[i].name, NAME_LIMIT);
    else
        fnc_buf_printf(buf, "input %zu", i);
}

static bool is_folded(const finnc_value *value)
{
    return value && finnc_value_is_constant(value) && !finnc_value_is_input(value);
}

static void put_constant(fnc_buf *buf, const finnc_value *value)
{
    char type[FINNC_DTYPE_NAME_MAX];
    if (is_number(value)) {
        fnc_buf_puts(buf, " = ");
        put_number(buf, finnc_value_tensor(value));
        return;
    }
    fnc_buf_putc(buf, ' ');
    put_shape(buf, value);
    fnc_buf_putc(buf, ' ');
    fnc_buf_puts(buf, fnc_value_type_name(value, type));
}

/* A line for each constant; neighbours that say the same share one: "scale, B, mean, var 64
 * FLOAT32". `next` is scratch. */
static void put_constants(fnc_buf *buf, const finnc_node *node, fnc_buf *next)
{
    size_t ninputs = finnc_node_ninputs(node);
    for (size_t i = 0; i < ninputs;) {
        const finnc_value *value = finnc_node_input(node, i);
        if (!is_folded(value)) {
            i++;
            continue;
        }
        fnc_buf what;
        fnc_buf_init(&what, buf->cx);
        put_constant(&what, value);
        fnc_buf_puts(buf, new_line);
        put_formal(buf, node, i++);
        for (; i < ninputs && is_folded(finnc_node_input(node, i)); i++) {
            fnc_buf_truncate(next, 0);
            put_constant(next, finnc_node_input(node, i));
            if (!fnc_same(fnc_buf_text(next), fnc_buf_text(&what)))
                break;
            fnc_buf_puts(buf, ", ");
            put_formal(buf, node, i);
        }
        fnc_buf_puts(buf, fnc_buf_text(&what));
        buf->failed = buf->failed || what.failed || next->failed;
        fnc_buf_clear(&what);
    }
}

/* Does the name tell the op type anyway, as "Conv_0" does? */
static bool tells_op_type(const finnc_node *node)
{
    size_t length = strlen(finnc_node_op_type(node));
    return strncmp(finnc_node_name(node), finnc_node_op_type(node), length) == 0 &&
           finnc_node_name(node)[length] == '_';
}

void fnc_dot_node_label(fnc_buf *buf, const finnc_node *node)
{
    if (!tells_op_type(node))
        fnc_dot_put_text(buf, finnc_node_op_type(node), NAME_LIMIT);
    if (*finnc_node_name(node)) {
        fnc_buf_puts(buf, tells_op_type(node) ? "" : new_line);
        fnc_dot_put_text(buf, finnc_node_name(node), NAME_LIMIT);
    }
    fnc_buf scratch;
    fnc_buf_init(&scratch, buf->cx);
    put_constants(buf, node, &scratch);
    fnc_buf_clear(&scratch);
}

static void put_attr(fnc_buf *buf, const finnc_attr *attr)
{
    char text[FNC_NUMBER_MAX];
    size_t count = finnc_attr_count(attr);
    finnc_attr_kind kind = finnc_attr_get_kind(attr);
    for (size_t i = 0; i < count && i < LIST_LIMIT; i++) {
        fnc_buf_puts(buf, i > 0 ? ", " : "");
        if (kind == FINNC_ATTR_INT || kind == FINNC_ATTR_INTS)
            fnc_buf_printf(buf, "%" PRId64, finnc_attr_int(attr, i));
        else if (kind == FINNC_ATTR_FLOAT || kind == FINNC_ATTR_FLOATS)
            fnc_buf_puts(buf, fnc_float_text(finnc_attr_float(attr, i), text));
        else if (kind == FINNC_ATTR_STRING || kind == FINNC_ATTR_STRINGS)
            fnc_dot_put_text(buf, finnc_attr_string(attr, i).data, TEXT_LIMIT);
        else
            fnc_buf_puts(buf, ellipsis);
    }
    if (count > LIST_LIMIT)
        fnc_buf_printf(buf, ", %s", ellipsis);
}

void fnc_dot_node_tooltip(fnc_buf *buf, const finnc_node *node)
{
    if (*finnc_node_domain(node)) {
        fnc_dot_put_text(buf, finnc_node_domain(node), 0);
        fnc_buf_putc(buf, '.');
    }
    fnc_dot_put_text(buf, finnc_node_op_type(node), 0);
    fnc_buf_putc(buf, ' ');
    fnc_dot_put_text(buf, finnc_node_name(node), 0);
    for (size_t i = 0; i < finnc_node_nattrs(node); i++) {
        const finnc_attr *attr = finnc_node_attr(node, i);
        fnc_buf_puts(buf, new_line);
        fnc_dot_put_text(buf, finnc_attr_name(attr), NAME_LIMIT);
        fnc_buf_puts(buf, " = ");
        put_attr(buf, attr);
    }
}

void fnc_dot_value_label(fnc_buf *buf, const finnc_value *value)
{
    char type[FINNC_DTYPE_NAME_MAX];
    const char *layout = finnc_value_layout(value);
    fnc_buf_puts(buf, fnc_value_type_name(value, type));
    if (finnc_value_rank(value) < 0)
        return;
    fnc_buf_puts(buf, *type ? "  " : "");
    put_shape(buf, value);
    if (layout && *layout) {
        fnc_buf_puts(buf, "  ");
        fnc_dot_put_text(buf, layout, NAME_LIMIT);
    }
}

void fnc_dot_terminal_label(fnc_buf *buf, const finnc_value *value)
{
    fnc_dot_put_text(buf, finnc_value_name(value), NAME_LIMIT);
    size_t before = buf->length;
    fnc_buf_puts(buf, new_line);
    size_t start = buf->length;
    fnc_dot_value_label(buf, value);
    if (buf->length == start) /* nothing is known: no empty line */
        fnc_buf_truncate(buf, before);
}
