/* The few protobuf fields that are read and written outside of the ONNX reader: types that are no
 * tensors, which the IR keeps as wire bytes, and what the textual syntax shows of such bytes. Just
 * the encoding: tags, varints, runs of bytes. */
#ifndef FNC_FIELD_H
#define FNC_FIELD_H

#include "buf.h"

typedef struct fnc_field {
    uint32_t number;
    uint64_t value;      /* varint or fixed */
    const uint8_t *data; /* a run of bytes; NULL for numbers */
    size_t length;
} fnc_field;

/* Reads one field at *at and steps over it; false at the end, and at bytes that are no field. */
bool fnc_field_next(const uint8_t **at, const uint8_t *end, fnc_field *field);
/* The last field of that number, as protobuf reads a singular one. */
bool fnc_field_find(const void *message, size_t length, uint32_t number, fnc_field *field);

void fnc_field_put_varint(fnc_buf *buf, uint32_t number, uint64_t value);
void fnc_field_put_fixed32(fnc_buf *buf, uint32_t number, uint32_t value);
void fnc_field_put_bytes(fnc_buf *buf, uint32_t number, const void *data, size_t length);
void fnc_field_put_text(fnc_buf *buf, uint32_t number, const char *text);

#endif
