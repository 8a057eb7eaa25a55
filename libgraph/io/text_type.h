/* Types in the textual syntax: `float[N,3]`, `seq(int64)`, `map(string, float[2])`. A tensor is
 * elem, rank and dims; whatever else there is stays a TypeProto in wire bytes, as in the IR. */
#ifndef FNC_TEXT_TYPE_H
#define FNC_TEXT_TYPE_H

#include "../base/buf.h"
#include "../ir/ir.h"
#include "text_scan.h"

typedef struct fnc_text_type {
    finnc_elem elem; /* UNDEFINED: no tensor */
    int rank;        /* -1: not known */
    finnc_dim dims[FINNC_MAX_RANK];
    fnc_wire wire; /* no tensor: the whole TypeProto, in the scanner's scratch */
} fnc_text_type;

/* Does a type come next? */
bool fnc_text_is_type(fnc_scan *scan);
FINNC_MUST_USE finnc_status fnc_text_read_type(fnc_scan *scan, fnc_text_type *type);
/* The TypeProto of any type, for where only wire bytes will do; in scratch. */
FINNC_MUST_USE finnc_status fnc_text_type_wire(const fnc_scan *scan, const fnc_text_type *type,
                                               fnc_wire *wire);

/* Names of element types as the syntax has them ("float", "uint8"); "undefined" for those that we
 * do not know. */
const char *fnc_text_elem_name(finnc_elem elem, char name[32]);
finnc_elem fnc_text_find_elem(const char *name);
/* Would `name`, unquoted, be taken for a type? */
bool fnc_text_is_type_word(const char *name);

void fnc_text_write_shape(fnc_buf *buf, int rank, const finnc_dim *dims);
/* Writes a TypeProto; false (and nothing) if it holds something that the syntax lacks. */
bool fnc_text_write_wire_type(fnc_buf *buf, const void *data, size_t length);
/* An identifier as it is, anything else in quotes. */
void fnc_text_write_name(fnc_buf *buf, const char *name);
void fnc_text_write_name_bytes(fnc_buf *buf, const void *name, size_t length);
void fnc_text_write_quoted(fnc_buf *buf, const char *text, size_t length);

#endif
