#include "versioned_list.h"

#include <string.h>

/* Has only another version of the node's op the attribute? */
static bool is_of_another_version(const finnc_node *node, const char *attr)
{
    const finnc_op *op = finnc_node_find_op(node);
    const finnc_attr_spec *spec;
    bool is_known = false;
    for (size_t i = 0; op && (spec = finnc_op_attr(op, i)); i++) {
        if (strcmp(spec->name, attr) != 0)
            continue;
        if (finnc_node_version_has(node, spec->flags))
            return false;
        is_known = true;
    }
    return is_known;
}

fnc_versioned_list fnc_versioned_list_of(const finnc_node *node, const char *attr, size_t input)
{
    const finnc_op *op = finnc_node_find_op(node);
    const finnc_formal *formal = op ? finnc_op_formal(op->in, input) : NULL;
    fnc_versioned_list list = {0};
    const int64_t *x = attr ? finnc_node_ints(node, attr, &list.count) : NULL;
    const finnc_value *value = finnc_node_input(node, input);
    list.is_there = x || value;
    if ((x && is_of_another_version(node, attr)) ||
        (value && formal && !finnc_node_version_has(node, formal->flags))) {
        list.count = 0;
        return list;
    }
    list.input = value;
    list.x = value ? NULL : x;
    list.is_known = !value || finnc_value_is_constant(value);
    if (value && list.is_known) {
        list.tensor = finnc_value_tensor(value);
        list.count = (size_t)finnc_tensor_nelems(list.tensor);
    }
    return list;
}

int64_t fnc_versioned_entry(const fnc_versioned_list *list, size_t i)
{
    return list->x ? list->x[i] : finnc_tensor_get_int(list->tensor, (int64_t)i);
}
