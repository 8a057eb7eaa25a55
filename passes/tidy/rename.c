#include "rename.h"

#include <base/buf.h>

#include <string.h>

/* Numbers only go up within one renamer, so a search over many values stays linear. */
static finnc_status evict(fnc_renamer *renamer, finnc_value *value)
{
    fnc_buf free_name;
    fnc_buf_init(&free_name, renamer->cx);
    do {
        fnc_buf_clear(&free_name);
        fnc_buf_printf(&free_name, "%s_%zu", finnc_value_name(value), ++renamer->evicted);
    } while (!free_name.failed &&
             finnc_graph_find_value(renamer->graph, fnc_buf_text(&free_name)) != NULL);
    finnc_status status = fnc_buf_check(&free_name);
    if (status == FINNC_OK)
        status = finnc_value_rename(renamer->cx, value, fnc_buf_text(&free_name));
    fnc_buf_clear(&free_name);
    return status;
}

finnc_status fnc_rename(fnc_renamer *renamer, finnc_value *value, const char *name)
{
    if (strcmp(finnc_value_name(value), name) == 0)
        return FINNC_OK;
    finnc_value *holder = finnc_graph_find_value(renamer->graph, name);
    if (holder)
        FINNC_TRY(evict(renamer, holder));
    return finnc_value_rename(renamer->cx, value, name);
}
