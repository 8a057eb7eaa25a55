/* A pipeline as YAML. JSON is YAML's flow style, so arguments are written as they are kept. */
#include "pipeline.h"

#include <base/json.h>

#include <string.h>

enum { INDENT = 2 };

/* Both were read before: that one cannot be again is for want of memory. */
static bool is_fallback(fnc_buf *buf, const finnc_param *param, const fnc_arg *arg)
{
    json_error_t error;
    json_t *fallback =
        param->fallback ? json_loads(param->fallback, JSON_DECODE_ANY, &error) : NULL;
    json_t *given = json_loads(arg->json, JSON_DECODE_ANY, &error);
    buf->failed |= !given || (param->fallback && !fallback);
    const bool is_same = fallback && given && json_equal(fallback, given);
    json_decref(fallback);
    json_decref(given);
    return is_same;
}

static void put_pass(fnc_buf *buf, const fnc_step *step)
{
    const finnc_pass *pass = step->pass;
    fnc_buf_printf(buf, "- %s", pass->name);
    const char *before = ": {";
    for (size_t i = 0; i < fnc_pass_nparams(pass); i++) {
        if (is_fallback(buf, &pass->params[i], &step->args[i]))
            continue;
        fnc_buf_printf(buf, "%s\"%s\": ", before, pass->params[i].name);
        fnc_buf_puts(buf, step->args[i].json);
        before = ", ";
    }
    fnc_buf_puts(buf, before[0] == ',' ? "}\n" : "\n");
}

/* A label as JSON text, which is YAML, too. */
static void put_label(fnc_buf *buf, const char *label)
{
    json_t *text = json_string(label);
    fnc_json_add(buf, text, FNC_JSON_COMPACT);
    json_decref(text);
}

static bool same_group(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static void put_steps(fnc_buf *buf, const fnc_step *step, size_t count, const char *around,
                      int indent)
{
    const char *group = around;
    for (size_t i = 0; step && i < count; i++, step = step->next) {
        if (!same_group(step->group, group) && !same_group(step->group, around)) {
            fnc_buf_printf(buf, "%*s- group: ", indent, "");
            put_label(buf, step->group);
            fnc_buf_printf(buf, "\n%*ssteps:\n", indent + INDENT, "");
        }
        group = step->group;
        const int inner = same_group(group, around) ? indent : indent + 2 * INDENT;
        fnc_buf_printf(buf, "%*s", inner, "");
        if (step->pass) {
            put_pass(buf, step);
            continue;
        }
        fnc_buf_puts(buf, step->inner ? "- fixpoint:\n" : "- fixpoint: []\n");
        put_steps(buf, step->inner, SIZE_MAX, step->group, inner + 2 * INDENT);
    }
}

finnc_status finnc_pipeline_write(finnc_ctx *cx, const finnc_pipeline *pipeline, size_t first,
                                  size_t count, finnc_write_fn write, void *user)
{
    const fnc_step *step = pipeline->first;
    for (size_t i = 0; step && i < first; i++)
        step = step->next;
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    fnc_buf_puts(&buf, step && count ? "passes:\n" : "passes: []\n");
    put_steps(&buf, step, count, NULL, INDENT);
    finnc_status status = fnc_buf_check(&buf);
    if (status == FINNC_OK) {
        const char *text = fnc_buf_text(&buf);
        status = write(user, cx, text, strlen(text));
    }
    fnc_buf_clear(&buf);
    return status;
}
