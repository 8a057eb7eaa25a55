#include "replace.h"

#include <finnc/io.h>

void fnc_replacing_clear(fnc_replacing *r)
{
    finnc_model_destroy(r->old);
    r->old = NULL;
}

static bool has_data_in(const finnc_model *model, const char *path)
{
    for (const fnc_data_file *file = model ? model->data_files : NULL; file; file = file->next)
        if (fnc_file_same(file->path, path))
            return true;
    return false;
}

static finnc_status refuse_own(const fnc_replacing *r, const char *path)
{
    return finnc_fail(r->cx, FINNC_BAD_VALUE,
                      "%s holds data that the model was read from, and would be replaced: write to "
                      "another name or folder",
                      path);
}

finnc_status fnc_replacing_check(const fnc_replacing *r)
{
    return has_data_in(r->model, r->path) ? refuse_own(r, r->path) : FINNC_OK;
}

finnc_status fnc_replacing_find_old(fnc_replacing *r, const finnc_model **old)
{
    if (!r->has_looked) {
        const finnc_status status = finnc_model_read(r->cx, r->path, &r->old);
        if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
            return status;
        if (status != FINNC_OK)
            finnc_ctx_clear(r->cx);
        r->has_looked = true;
    }
    *old = r->old;
    return FINNC_OK;
}

finnc_status fnc_replacing_check_data(fnc_replacing *r, const char *target)
{
    const finnc_model *old;
    const bool goes_back = r->model->file && fnc_file_same(r->model->file, r->path);
    if (!goes_back && has_data_in(r->model, target))
        return refuse_own(r, target);
    FINNC_TRY(fnc_replacing_find_old(r, &old));
    return has_data_in(old, target) ? FINNC_OK : fnc_replacing_refuse(r, target);
}

finnc_status fnc_replacing_refuse(const fnc_replacing *r, const char *target)
{
    return finnc_fail(r->cx, FINNC_BAD_FILE,
                      "%s is there already, and may be another model's: remove it, or write to "
                      "another folder",
                      target);
}
