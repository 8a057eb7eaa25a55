#include "report_json.h"

#include <base/json.h>

json_t *fnc_report_put(json_t *object, const char *key, json_t *value)
{
    if (object && json_object_set_new_nocheck(object, key, value) == 0)
        return object;
    json_decref(object);
    return NULL;
}

finnc_status fnc_report_write(finnc_ctx *cx, json_t *root, finnc_write_fn write, void *user)
{
    const finnc_status status = fnc_json_write(cx, root, FNC_JSON_FINN, write, user);
    json_decref(root);
    return status;
}
