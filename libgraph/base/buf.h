/* A growing run of bytes, for building text and files. Always terminated by a zero byte that does
 * not count. */
#ifndef FNC_BUF_H
#define FNC_BUF_H

#include "compiler.h"

typedef struct fnc_buf {
    finnc_ctx *cx;
    char *data; /* NULL while empty */
    size_t length, capacity;
    bool failed; /* an append ran out of memory; later ones do nothing. Ask once, at the end */
} fnc_buf;

void fnc_buf_init(fnc_buf *buf, finnc_ctx *cx);
void fnc_buf_clear(fnc_buf *buf);
/* Makes room for `nbytes` more, where many are going to be added bit by bit. */
void fnc_buf_reserve(fnc_buf *buf, size_t nbytes);
void fnc_buf_add(fnc_buf *buf, const void *data, size_t nbytes);
void fnc_buf_puts(fnc_buf *buf, const char *text);
void fnc_buf_putc(fnc_buf *buf, char c);
FINNC_PRINTF(2, 3) void fnc_buf_printf(fnc_buf *buf, const char *format, ...);
/* Drops what stands behind the first `length` bytes. */
void fnc_buf_truncate(fnc_buf *buf, size_t length);
/* The text, "" when empty. */
const char *fnc_buf_text(const fnc_buf *buf);
/* FINNC_NO_MEMORY, with words, if an append failed. */
FINNC_MUST_USE finnc_status fnc_buf_check(const fnc_buf *buf);

#endif
