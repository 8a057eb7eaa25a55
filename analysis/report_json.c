#include "report_json.h"

#include <base/compiler.h>

#include <stdlib.h>
#include <string.h>

json_t *fnc_report_put(json_t *object, const char *key, json_t *value)
{
    if (object && json_object_set_new_nocheck(object, key, value) == 0)
        return object;
    json_decref(object);
    return NULL;
}

finnc_status fnc_report_write(finnc_ctx *cx, json_t *root, finnc_write_fn write, void *user)
{
    char *text = root ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(root);
    if (!text)
        return finnc_no_memory(cx);
    finnc_status status = write(user, cx, text, strlen(text));
    if (status == FINNC_OK)
        status = write(user, cx, "\n", 1);
    free(text);
    return status;
}
