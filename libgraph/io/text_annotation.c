/* FINN's annotations in the textual syntax: `float[1,3,8,8] x {UINT8, NCHW}`, our extension
 * (docs/text.md). */
#include "text_read.h"
#include "text_type.h"
#include "text_write.h"

#include <string.h>

/* Layouts of other letters than these need their key: "INT" is a mistake, not a layout. */
static bool is_plain_layout(const char *text)
{
    size_t length = strspn(text, "NCDHW");
    return length > 0 && text[length] == 0;
}

static bool is_dtype(finnc_ctx *cx, const char *text, finnc_dtype *dtype)
{
    if (finnc_dtype_parse(cx, text, dtype) == FINNC_OK)
        return true;
    finnc_ctx_clear(cx);
    return false;
}

/* ---- reading ---- */

/* `<8,3>`, the parameters of a data type, as they stand. */
static finnc_status read_parameters(fnc_text_reader *r, const char **word)
{
    size_t length = strcspn(r->scan.next, ">{}\n");
    if (r->scan.next[length] != '>')
        return fnc_scan_fail(&r->scan, NULL, "the parameters of %s have no closing '>'", *word);
    *word = fnc_arena_printf(&r->scratch, "%s%.*s>", *word, (int)length, r->scan.next);
    r->scan.next += length + 1;
    return *word ? FINNC_OK : finnc_no_memory(r->scan.cx);
}

static finnc_status read_keyed(fnc_text_reader *r, finnc_value *value, const char *key)
{
    const char *text;
    FINNC_TRY(fnc_scan_need_string(&r->scan, "the text of an annotation in quotes", &text));
    FNC_AT_WORD(&r->scan);
    return finnc_value_annotate(r->scan.cx, value, key, text);
}

/* A data type, a layout, or `key: "text"`. */
static finnc_status read_annotation(fnc_text_reader *r, finnc_value *value)
{
    (void)fnc_scan_peek(&r->scan);
    const char *at = r->scan.next;
    const char *word;
    FINNC_TRY(fnc_scan_need_name(&r->scan, "a data type, a layout or a key", &word));
    if (fnc_scan_take(&r->scan, ":"))
        return read_keyed(r, value, word);
    if (fnc_scan_is(&r->scan, "<"))
        FINNC_TRY(read_parameters(r, &word));
    finnc_dtype dtype;
    if (is_dtype(r->scan.cx, word, &dtype))
        return finnc_value_set_dtype(r->scan.cx, value, dtype);
    if (is_plain_layout(word))
        return finnc_value_set_layout(r->scan.cx, value, word);
    return fnc_scan_fail(&r->scan, at, "%s is neither a data type nor a layout", word);
}

finnc_status fnc_text_read_annotations(fnc_text_reader *r, finnc_value *value)
{
    if (!fnc_scan_take(&r->scan, "{"))
        return FINNC_OK;
    do
        FINNC_TRY(read_annotation(r, value));
    while (fnc_scan_take(&r->scan, ","));
    return fnc_scan_need(&r->scan, "}");
}

/* ---- writing ---- */

/* Is the annotation's text what finnc_value_set_layout writes for `layout`: "['N', 'C']"? */
static bool is_layout_text(const char *text, const char *layout)
{
    const char *before = "[";
    for (; *layout; layout++, before = ", ") {
        size_t length = strlen(before);
        if (strncmp(text, before, length) != 0)
            return false;
        text += length;
        if (text[0] != '\'' || text[1] != *layout || text[2] != '\'')
            return false;
        text += 3;
    }
    return strcmp(text, "]") == 0;
}

/* The shortest form that means the same text: reading it gives this annotation again. */
static finnc_status write_annotation(fnc_text_writer *w, const finnc_value *value, const char *key,
                                     const char *text)
{
    fnc_buf *buf = &w->sink.buf;
    char name[FINNC_DTYPE_NAME_MAX];
    if (strcmp(key, "finn_datatype") == 0 && finnc_value_has_dtype(value) &&
        strcmp(finnc_dtype_name(finnc_value_dtype(value), name), text) == 0) {
        fnc_buf_puts(buf, text);
        return FINNC_OK;
    }
    const char *layout = finnc_value_layout(value);
    finnc_dtype dtype;
    if (strcmp(key, "tensor_layout") == 0 && layout && is_plain_layout(layout) &&
        is_layout_text(text, layout) && !is_dtype(buf->cx, layout, &dtype)) {
        fnc_buf_puts(buf, layout);
        return FINNC_OK;
    }
    fnc_text_write_name(buf, key);
    fnc_buf_puts(buf, ": ");
    return fnc_text_write_string(w, (finnc_string){text, strlen(text)});
}

finnc_status fnc_text_write_annotations(fnc_text_writer *w, const finnc_value *value)
{
    const char *key;
    const char *text = finnc_value_annotation(value, 0, &key);
    for (size_t i = 0; text; text = finnc_value_annotation(value, ++i, &key)) {
        fnc_buf_puts(&w->sink.buf, i == 0 ? " {" : ", ");
        FINNC_TRY(write_annotation(w, value, key, text));
    }
    if (finnc_value_nannotations(value) > 0)
        fnc_buf_putc(&w->sink.buf, '}');
    return FINNC_OK;
}
