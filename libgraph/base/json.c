#include "json.h"

#include "sink.h"
#include "utf8.h"

#include <string.h>

static size_t flags_of(fnc_json_form form)
{
    switch (form) {
    case FNC_JSON_COMPACT:
        return JSON_ENCODE_ANY | JSON_COMPACT;
    case FNC_JSON_LINES:
        return JSON_ENCODE_ANY | JSON_INDENT(1);
    case FNC_JSON_FINN:
        return JSON_ENCODE_ANY | JSON_INDENT(2) | JSON_ENSURE_ASCII;
    }
    return JSON_ENCODE_ANY;
}

static int append(const char *text, size_t length, void *buf)
{
    fnc_buf_add(buf, text, length);
    return ((const fnc_buf *)buf)->failed ? -1 : 0;
}

void fnc_json_add(fnc_buf *buf, const json_t *value, fnc_json_form form)
{
    buf->failed |= !value || json_dump_callback(value, append, buf, flags_of(form)) != 0;
}

typedef struct outlet {
    fnc_sink sink;
    finnc_status status;
} outlet;

static int flow(const char *text, size_t length, void *user)
{
    outlet *out = user;
    fnc_buf_add(&out->sink.buf, text, length);
    out->status = fnc_sink_flow(&out->sink);
    return out->status == FINNC_OK ? 0 : -1;
}

finnc_status fnc_json_write(finnc_ctx *cx, const json_t *value, fnc_json_form form,
                            finnc_write_fn write, void *user)
{
    outlet out = {.status = FINNC_OK};
    if (!value)
        return finnc_no_memory(cx);
    fnc_sink_init(&out.sink, cx, write, user);
    if (json_dump_callback(value, flow, &out, flags_of(form)) != 0 && out.status == FINNC_OK)
        out.status = finnc_no_memory(cx);
    fnc_buf_putc(&out.sink.buf, '\n');
    return fnc_sink_end(&out.sink, out.status);
}

static void add_mended(fnc_buf *buf, const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    for (const char *const end = text + strlen(text); text < end;) {
        const size_t n = fnc_utf8_length(text, (size_t)(end - text));
        fnc_buf_add(buf, n ? text : replacement, n ? n : sizeof replacement - 1);
        text += n ? n : 1;
    }
}

json_t *fnc_json_mended(finnc_ctx *cx, const char *text)
{
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    add_mended(&buf, text);
    json_t *string = buf.failed ? NULL : json_stringn(fnc_buf_text(&buf), buf.length);
    fnc_buf_clear(&buf);
    return string;
}
