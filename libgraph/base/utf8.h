#ifndef FNC_UTF8_H
#define FNC_UTF8_H

#include <stddef.h>

/* Bytes of the well-formed UTF-8 character at `text`, of which `left` bytes are there; 0 if there
 * is none. */
size_t fnc_utf8_length(const char *text, size_t left);

#endif
