#include "spec.h"

#include <jansson.h>

finnc_status fnc_prune_spec_read(const finnc_pass_run *run, fnc_arena *arena, fnc_mask_spec **spec)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const char *text = finnc_pass_json(run, "prune_spec");
    json_error_t error;
    json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
    if (!json)
        return finnc_no_memory(cx);
    if (json_is_string(json))
        text = json_string_value(json);
    const int depth = finnc_ctx_enter(cx, "", "prune_spec", NULL);
    const finnc_status status = fnc_mask_spec_read(cx, arena, text, spec);
    finnc_ctx_leave(cx, depth);
    json_decref(json);
    return status;
}
