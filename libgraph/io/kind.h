/* What sort of node a reader of a dump or a drawing sees, and what a value's type is called there.
 */
#ifndef FNC_KIND_H
#define FNC_KIND_H

#include <finnc/op.h>

typedef enum fnc_kind {
    FNC_KIND_STANDARD,  /* ONNX's own */
    FNC_KIND_QUANTISER, /* brings values onto a grid */
    FNC_KIND_CUSTOM,    /* of QONNX or FINN */
    FNC_KIND_HARDWARE,  /* a FINN hardware layer */
    FNC_KIND_CONTROL,   /* runs subgraphs */
    FNC_KIND_UNKNOWN    /* an op that we have no record of */
} fnc_kind;
enum { FNC_NKINDS = FNC_KIND_UNKNOWN + 1 };

fnc_kind fnc_node_kind(const finnc_node *node);
/* "standard", "quantiser", ... */
const char *fnc_kind_name(fnc_kind kind);

/* "UINT8", "BIPOLAR": the annotation if there is one; for floats FLOAT32 and FLOAT16 as FINN calls
 * them; for other elements the element type ("INT64"). "" if nothing is known. */
const char *fnc_value_type_name(const finnc_value *value, char name[FINNC_DTYPE_NAME_MAX]);
/* Bits of one element by that name. */
int fnc_value_type_bits(const finnc_value *value);

#endif
