/* What the versions of a domain changed about its ops. */
#ifndef FNC_PASS_OPSET_CHANGES_H
#define FNC_PASS_OPSET_CHANGES_H

#include <finnc/op.h>

/* A row of the table: what a version has changed about some ops. */
typedef struct fnc_opset_change {
    const char *ops; /* with blanks between; "*": all of the standard's */
    int since;
    const char *attr; /* that it is about; NULL: several, or none */
    size_t input;     /* what the attribute becomes if it `moves` */
    bool moves;
} fnc_opset_change;
/* Row `i`; false past the end. Those of one op come in the order of versions. */
bool fnc_opset_change_at(size_t i, fnc_opset_change *is);
bool fnc_opset_change_is_about(const fnc_opset_change *is, const finnc_op *op);

/* Writes a node of version `from` of its domain so that it means the same in version `to`, which
 * is newer. UNSUPPORTED where that cannot be said. Shapes are those that inference found. */
FINNC_MUST_USE finnc_status fnc_node_raise(finnc_ctx *cx, finnc_node *node, int64_t from,
                                           int64_t to);

#endif
