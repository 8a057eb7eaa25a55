/* Attributes: named, immutable, in their model's arena. To change one, set another of the same name
 * on the node. */
#ifndef FINNC_ATTR_H
#define FINNC_ATTR_H

#include <finnc/ctx.h>
#include <finnc/tensor.h>

FINNC_BEGIN_DECLS

/** Numbered as onnx.AttributeProto.AttributeType. */
typedef enum finnc_attr_kind {
    FINNC_ATTR_UNDEFINED = 0, /**< a reference (finnc_attr_ref), or a kind that we do not know:
                                 kept, not looked into */
    FINNC_ATTR_FLOAT = 1,
    FINNC_ATTR_INT = 2,
    FINNC_ATTR_STRING = 3,
    FINNC_ATTR_TENSOR = 4,
    FINNC_ATTR_GRAPH = 5,
    FINNC_ATTR_FLOATS = 6,
    FINNC_ATTR_INTS = 7,
    FINNC_ATTR_STRINGS = 8,
    FINNC_ATTR_TENSORS = 9,
    FINNC_ATTR_GRAPHS = 10,
    FINNC_ATTR_SPARSE_TENSOR = 11,
    FINNC_ATTR_SPARSE_TENSORS = 12,
    FINNC_ATTR_TYPE_PROTO = 13,
    FINNC_ATTR_TYPE_PROTOS = 14
} finnc_attr_kind;

typedef struct finnc_attr finnc_attr;
struct finnc_graph;

FINNC_API const char *finnc_attr_name(const finnc_attr *attr);
FINNC_API finnc_attr_kind finnc_attr_get_kind(const finnc_attr *attr);
FINNC_API const char *finnc_attr_kind_name(finnc_attr_kind kind);
/** In a function's body: the attribute of the function whose value this one takes; NULL elsewhere.
 */
FINNC_API const char *finnc_attr_ref(const finnc_attr *attr);
/** Elements of a list; 1 for a single value. */
FINNC_API size_t finnc_attr_count(const finnc_attr *attr);
/** The value, or the list's element `i`; of another kind: 0, an empty string, NULL. */
FINNC_API int64_t finnc_attr_int(const finnc_attr *attr, size_t i);
FINNC_API float finnc_attr_float(const finnc_attr *attr, size_t i);
FINNC_API finnc_string finnc_attr_string(const finnc_attr *attr,
                                         size_t i); /**< also terminated by a zero byte */
/** A sparse tensor is made dense; of a list of them: NULL. */
FINNC_API const finnc_tensor *finnc_attr_tensor(const finnc_attr *attr, size_t i);
FINNC_API struct finnc_graph *finnc_attr_graph(const finnc_attr *attr, size_t i);
FINNC_API const int64_t *finnc_attr_ints(const finnc_attr *attr, size_t *count);
FINNC_API const float *finnc_attr_floats(const finnc_attr *attr, size_t *count);
/** Same kind and value (names aside)? Subgraphs are equal only to themselves. */
FINNC_API bool finnc_attr_equal(const finnc_attr *a, const finnc_attr *b);

FINNC_END_DECLS
#endif
