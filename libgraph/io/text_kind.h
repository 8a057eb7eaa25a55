/* The kinds of attributes as the textual syntax names them: "int", "ints", "type_proto". */
#ifndef FNC_TEXT_KIND_H
#define FNC_TEXT_KIND_H

#include <finnc/attr.h>

const char *fnc_text_kind_name(finnc_attr_kind kind); /* "undefined" if it is none */
finnc_attr_kind fnc_text_find_kind(const char *name); /* UNDEFINED if there is none */
bool fnc_text_kind_is_list(finnc_attr_kind kind);
/* FLOATS for FLOAT and for FLOATS; and the other way. UNDEFINED stays. */
finnc_attr_kind fnc_text_kind_list(finnc_attr_kind kind);
finnc_attr_kind fnc_text_kind_single(finnc_attr_kind kind);

#endif
