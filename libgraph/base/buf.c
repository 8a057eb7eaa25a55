#include "buf.h"
#include "alloc.h"

#include <stdio.h>
#include <string.h>

void fnc_buf_init(fnc_buf *buf, finnc_ctx *cx)
{
    *buf = (fnc_buf){.cx = cx};
}

void fnc_buf_clear(fnc_buf *buf)
{
    fnc_free(buf->cx, buf->data);
    fnc_buf_init(buf, buf->cx);
}

/* The capacity that `nbytes` more and the zero byte need. */
static bool find_need(fnc_buf *buf, size_t nbytes, size_t *need)
{
    if (buf->failed || !fnc_add(buf->length, nbytes, need) || !fnc_add(*need, 1, need))
        buf->failed = true;
    return !buf->failed;
}

static bool grow(fnc_buf *buf, size_t capacity)
{
    char *data = fnc_realloc(buf->cx, buf->data, capacity);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

static bool make_room(fnc_buf *buf, size_t nbytes)
{
    size_t need;
    if (!find_need(buf, nbytes, &need))
        return false;
    if (need <= buf->capacity)
        return true;
    size_t capacity = buf->capacity ? buf->capacity : 256;
    while (capacity < need)
        if (!fnc_mul(capacity, 2, &capacity)) {
            capacity = need;
            break;
        }
    return grow(buf, capacity);
}

void fnc_buf_reserve(fnc_buf *buf, size_t nbytes)
{
    size_t need;
    if (find_need(buf, nbytes, &need) && need > buf->capacity)
        (void)grow(buf, need);
}

void fnc_buf_add(fnc_buf *buf, const void *data, size_t nbytes)
{
    if (!make_room(buf, nbytes))
        return;
    if (nbytes)
        memcpy(buf->data + buf->length, data, nbytes);
    buf->length += nbytes;
    buf->data[buf->length] = '\0';
}

void fnc_buf_puts(fnc_buf *buf, const char *text)
{
    fnc_buf_add(buf, text, strlen(text));
}

void fnc_buf_putc(fnc_buf *buf, char c)
{
    fnc_buf_add(buf, &c, 1);
}

void fnc_buf_printf(fnc_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        buf->failed = true;
    else if (make_room(buf, (size_t)n)) {
        vsnprintf(buf->data + buf->length, (size_t)n + 1, format, again);
        buf->length += (size_t)n;
    }
    va_end(again);
}

void fnc_buf_truncate(fnc_buf *buf, size_t length)
{
    if (length >= buf->length)
        return;
    buf->length = length;
    buf->data[length] = '\0';
}

const char *fnc_buf_text(const fnc_buf *buf)
{
    return buf->data ? buf->data : "";
}

finnc_status fnc_buf_check(const fnc_buf *buf)
{
    return buf->failed ? finnc_no_memory(buf->cx) : FINNC_OK;
}
