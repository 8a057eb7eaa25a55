#include "report_json.h"

#include <base/buf.h>

json_t *fnc_report_put(json_t *object, const char *key, json_t *value)
{
    if (object && json_object_set_new_nocheck(object, key, value) == 0)
        return object;
    json_decref(object);
    return NULL;
}

static int add(const char *text, size_t length, void *buf)
{
    fnc_buf_add(buf, text, length);
    return 0;
}

/* Not json_dumps: where its buffer cannot grow within a key it goes on, and drops the key. */
finnc_status fnc_report_write(finnc_ctx *cx, json_t *root, finnc_write_fn write, void *user)
{
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    const size_t form = JSON_INDENT(2) | JSON_REAL_PRECISION(17);
    const bool is_whole = root && json_dump_callback(root, add, &buf, form) == 0;
    buf.failed |= !is_whole;
    json_decref(root);
    fnc_buf_putc(&buf, '\n');
    finnc_status status = fnc_buf_check(&buf);
    if (status == FINNC_OK)
        status = write(user, cx, fnc_buf_text(&buf), buf.length);
    fnc_buf_clear(&buf);
    return status;
}
