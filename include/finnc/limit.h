/* Limits: how much of each kind a context will take before it says no. A model is a stranger's, and
 * a few bytes of it can ask for anything. */
#ifndef FINNC_LIMIT_H
#define FINNC_LIMIT_H

#include <finnc/export.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

FINNC_BEGIN_DECLS

/** What a program may set; 0 is the default of that limit (finnc_limit_at), FINNC_NO_LIMIT none.
 * Where finnc_limit_info.most is not 0, what is beyond it counts as that. */
typedef struct finnc_limits {
    uint64_t tensor_bytes; /**< of one tensor that is made; those that lie in a file do not count
                              until somebody needs them in another form */
    uint64_t nodes;        /**< of a model, its subgraphs and functions included */
    uint64_t nesting;      /**< of graphs in graphs; has a most */
    uint64_t string_bytes; /**< of one name or text in a model */
    uint64_t pixels;       /**< of a picture; has a most */
} finnc_limits;

#define FINNC_NO_LIMIT UINT64_MAX

typedef enum finnc_limit {
    FINNC_LIMIT_TENSOR_BYTES,
    FINNC_LIMIT_NODES,
    FINNC_LIMIT_NESTING,
    FINNC_LIMIT_STRING_BYTES,
    FINNC_LIMIT_PIXELS
} finnc_limit;

typedef struct finnc_limit_info {
    const char *name; /**< as programs call it: "tensor-bytes" */
    const char *unit; /**< "bytes", "nodes" */
    const char *what; /**< in a few words, lower case */
    uint64_t usual;   /**< the default */
    uint64_t most;    /**< it cannot be set beyond this; 0: to anything */
} finnc_limit_info;

/** The i-th limit, in the order of finnc_limit; NULL past the end. */
FINNC_API const finnc_limit_info *finnc_limit_at(size_t i);
/** Sets the limit of that name; false: there is none, or `value` is beyond its most and not
 * FINNC_NO_LIMIT. */
FINNC_API bool finnc_limits_set(finnc_limits *limits, const char *name, uint64_t value);

FINNC_END_DECLS
#endif
