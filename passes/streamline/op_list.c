#include "op_list.h"

finnc_status fnc_op_list_read(const finnc_pass_run *run, const char *param, json_t **list)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const char *text = finnc_pass_json(run, param);
    json_t *read = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
    bool strings = json_is_array(read);
    size_t i;
    json_t *entry;
    json_array_foreach(read, i, entry) strings = strings && json_is_string(entry);
    if (!strings) {
        json_decref(read);
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s is %s, not a list of op types", param,
                          text ? text : "absent");
    }
    *list = read;
    return FINNC_OK;
}

bool fnc_op_list_has(const json_t *list, const finnc_node *node)
{
    size_t i;
    const json_t *entry;
    json_array_foreach(list, i,
                       entry) if (finnc_node_is_any(node, json_string_value(entry))) return true;
    return false;
}
