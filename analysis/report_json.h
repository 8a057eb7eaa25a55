/* Reports as JSON. */
#ifndef FNC_REPORT_JSON_H
#define FNC_REPORT_JSON_H

#include <finnc/io.h>

#include <jansson.h>

/* Owns what it is given; NULL, as jansson gives it without memory, makes the whole NULL. */
json_t *fnc_report_put(json_t *object, const char *key, json_t *value);
/* Writes `root` and a line's end, and ends it; NULL is NO_MEMORY. */
FINNC_MUST_USE finnc_status fnc_report_write(finnc_ctx *cx, json_t *root, finnc_write_fn write,
                                             void *user);

#endif
