/* What a pass sees of its run: context, arguments, other passes, remarks. */
#include "engine.h"

#include <assert.h>

finnc_ctx *finnc_pass_ctx(const finnc_pass_run *run)
{
    return run->manager->cx;
}

static const fnc_arg *arg_of(const finnc_pass_run *run, const char *param, finnc_param_kind kind)
{
    size_t i = fnc_param_index(run->pass, param);
    assert(run->pass->params[i].kind == kind);
    (void)kind;
    return &run->args[i];
}

int64_t finnc_pass_int(const finnc_pass_run *run, const char *param)
{
    return arg_of(run, param, FINNC_PARAM_INT)->i;
}

double finnc_pass_float(const finnc_pass_run *run, const char *param)
{
    return arg_of(run, param, FINNC_PARAM_FLOAT)->f;
}

bool finnc_pass_bool(const finnc_pass_run *run, const char *param)
{
    return arg_of(run, param, FINNC_PARAM_BOOL)->b;
}

const char *finnc_pass_string(const finnc_pass_run *run, const char *param)
{
    return arg_of(run, param, FINNC_PARAM_STRING)->s;
}

const char *finnc_pass_json(const finnc_pass_run *run, const char *param)
{
    return run->args[fnc_param_index(run->pass, param)].json;
}

finnc_status finnc_pass_call(finnc_pass_run *run, const char *passes)
{
    return fnc_run_text(run->manager, passes, NULL);
}

bool finnc_pass_may_rewrite(const finnc_pass_run *run)
{
    return !fnc_stopped(run->manager);
}

void finnc_pass_applied(finnc_pass_run *run, const finnc_node *node, const char *format, ...)
{
    fnc_rewrite_begin(run->manager);
    va_list args;
    va_start(args, format);
    fnc_remark_v(run->manager, FINNC_REMARK_APPLIED, run->pass->name, node, format, args);
    va_end(args);
}

void finnc_pass_missed(finnc_pass_run *run, const finnc_node *node, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fnc_remark_v(run->manager, FINNC_REMARK_MISSED, run->pass->name, node, format, args);
    va_end(args);
}
