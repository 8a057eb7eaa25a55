/* JSON out: the one place where jansson's trees become text.
 *
 * jansson answers with NULL where memory is missing, and takes NULL for nothing to add; its
 * json_dumps even drops a key where its buffer cannot grow within one. Here NULL is a failure, and
 * text is taken piece by piece. */
#ifndef FNC_JSON_H
#define FNC_JSON_H

#include "buf.h"

#include <finnc/io.h>

#include <jansson.h>

/* Numbers always have as many digits as tell them apart. */
typedef enum fnc_json_form {
    FNC_JSON_COMPACT, /* without any space: parameters of passes, and what programs alone read */
    FNC_JSON_LINES,   /* an entry a line, indented by one: what people look into, too */
    FNC_JSON_FINN     /* indented by two, in ASCII, as Python writes the files that FINN knows */
} fnc_json_form;

/* Appends the text of a value of any kind. */
void fnc_json_add(fnc_buf *buf, const json_t *value, fnc_json_form form);
/* Hands it and a line's end to a sink. Fails with NO_MEMORY, and as `write` does. */
FINNC_MUST_USE finnc_status fnc_json_write(finnc_ctx *cx, const json_t *value, fnc_json_form form,
                                           finnc_write_fn write, void *user);

/* A text as JSON: bytes that are no UTF-8 become U+FFFD. NULL: no memory. */
json_t *fnc_json_mended(finnc_ctx *cx, const char *text);

#endif
