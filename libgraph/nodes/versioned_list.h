/* A list of whole numbers that is an attribute in old versions of an op and an input in new ones:
 * the op's record says where the node's version has it (FINNC_UNTIL, FINNC_SINCE), and nobody looks
 * elsewhere. */
#ifndef FNC_VERSIONED_LIST_H
#define FNC_VERSIONED_LIST_H

#include <finnc/op.h>

typedef struct fnc_versioned_list {
    bool is_there; /* the node says it, if only where another version has it */
    bool is_known; /* there are `count` entries; an absent list has none */
    size_t count;
    const finnc_value *input;   /* that holds it, constant or not; NULL: none does */
    const int64_t *x;           /* entries: the attribute's, */
    const finnc_tensor *tensor; /* or a constant's */
} fnc_versioned_list;

/* `attr` NULL: no version has it as an attribute. */
fnc_versioned_list fnc_versioned_list_of(const finnc_node *node, const char *attr, size_t input);
int64_t fnc_versioned_entry(const fnc_versioned_list *list, size_t i);

#endif
