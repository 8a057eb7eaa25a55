#include "recorder.h"

#include "json.h"

#include <ctype.h>
#include <string.h>

finnc_status cli_recorder_init(cli_recorder *r, cli *c)
{
    *r = (cli_recorder){
        .c = c, .folder = cli_text(c, "trace", NULL), .profile = cli_text(c, "profile", NULL)};
    if (r->folder) {
        FINNC_TRY(cli_folder_make(c, r->folder));
        if (!(r->index = json_array()))
            return finnc_no_memory(c->cx);
    }
    if (r->profile && !(r->events = json_array()))
        return finnc_no_memory(c->cx);
    return cli_has(c, "times") ? cli_times_init(&r->times, c) : FINNC_OK;
}

void cli_recorder_clear(cli_recorder *r)
{
    json_decref(r->index);
    json_decref(r->events);
    cli_times_clear(&r->times);
}

void cli_recorder_next_run(cli_recorder *r, size_t count, double offset_us)
{
    r->sample += count;
    r->offset_us = offset_us;
}

static json_t *json_dims(const finnc_tensor *tensor)
{
    json_t *dims = json_array();
    for (int i = 0; dims && i < finnc_tensor_rank(tensor); i++)
        if (json_array_append_new(dims, json_integer(finnc_tensor_dim(tensor, i)))) {
            json_decref(dims);
            return NULL;
        }
    return dims;
}

static finnc_status append(const cli_recorder *r, json_t *array, json_t *object)
{
    if (!object || json_array_append_new(array, object))
        return finnc_no_memory(r->c->cx);
    return FINNC_OK;
}

/* DIR/0007-Conv_0_out0.npy: a number keeps names apart, and only harmless letters reach the file
 * system. */
static finnc_status save_tensor(cli_recorder *r, const finnc_node *node, size_t output,
                                const finnc_tensor *tensor)
{
    const char *name = finnc_value_name(finnc_node_output(node, output));
    FINNC_TRY(finnc_ctx_check(r->c->cx));
    for (int64_t i = 0; finnc_tensor_item(tensor, i); i++) /* of a sequence: each for itself */
        FINNC_TRY(save_tensor(r, node, output, finnc_tensor_item(tensor, i)));
    if (finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR)
        return FINNC_OK;
    char file[80], path[4096];
    int used = snprintf(file, sizeof file, "%04zu-", r->ntensors);
    for (const char *s = name; *s && used < 70; s++)
        file[used++] = isalnum((unsigned char)*s) || *s == '_' || *s == '-' ? *s : '_';
    snprintf(file + used, sizeof file - (size_t)used, ".npy");
    int n = snprintf(path, sizeof path, "%s/%s", r->folder, file);
    if (n < 0 || (size_t)n >= sizeof path)
        return finnc_fail(r->c->cx, FINNC_BAD_VALUE, "--trace: the name is too long");
    FINNC_TRY(finnc_npy_write(r->c->cx, path, tensor));

    char elem[FINNC_DTYPE_NAME_MAX];
    json_t *object = json_pack("{s:s, s:o*, s:o*, s:o*, s:s, s:o*, s:I}", "file", file, "tensor",
                               cli_json_text(name), "node", cli_json_text(finnc_node_name(node)),
                               "op", cli_json_text(finnc_node_op_type(node)), "type",
                               cli_elem(finnc_tensor_elem(tensor), elem), "shape",
                               json_dims(tensor), "sample", (json_int_t)r->sample);
    r->ntensors++;
    return append(r, r->index, object);
}

static finnc_status add_event(cli_recorder *r, const finnc_trace *t)
{
    const char *name = finnc_node_name(t->node), *op = finnc_node_op_type(t->node);
    const finnc_tensor *out = t->noutputs ? t->outputs[0] : NULL;
    json_t *object =
        json_pack("{s:o*, s:o*, s:s, s:f, s:f, s:i, s:i, s:{s:o*, s:I}}", "name",
                  cli_json_text(name[0] ? name : op), "cat", cli_json_text(op), "ph", "X", "ts",
                  r->offset_us + t->start_us, "dur", t->duration_us, "pid", 1, "tid", 1, "args",
                  "shape", out ? json_dims(out) : NULL, "sample", (json_int_t)r->sample);
    return append(r, r->events, object);
}

static finnc_status record(void *user, finnc_ctx *cx, const finnc_trace *t)
{
    cli_recorder *r = user;
    (void)cx;
    if (r->times.by_name)
        FINNC_TRY(cli_times_add(&r->times, r->c, t));
    if (r->events)
        FINNC_TRY(add_event(r, t));
    for (size_t i = 0; r->index && i < t->noutputs; i++)
        if (t->outputs[i])
            FINNC_TRY(save_tensor(r, t->node, i, t->outputs[i]));
    return FINNC_OK;
}

finnc_status (*cli_recorder_trace(const cli_recorder *r))(void *, finnc_ctx *, const finnc_trace *)
{
    return r->index || r->events || r->times.by_name ? record : NULL;
}

finnc_status cli_recorder_show_times(cli_recorder *r, FILE *to)
{
    return cli_times_show(&r->times, r->c, cli_count(r->c, "times", 20), to);
}

finnc_status cli_recorder_write(cli_recorder *r)
{
    if (r->index) {
        char path[4096];
        int n = snprintf(path, sizeof path, "%s/index.json", r->folder);
        if (n < 0 || (size_t)n >= sizeof path)
            return finnc_fail(r->c->cx, FINNC_BAD_VALUE, "--trace: the name is too long");
        FINNC_TRY(cli_json_write(r->c, json_incref(r->index), path));
    }
    if (!r->events)
        return FINNC_OK;
    return cli_json_write(
        r->c, json_pack("{s:O, s:s}", "traceEvents", r->events, "displayTimeUnit", "ms"),
        r->profile);
}
