/* Writes a failure into a folder, and runs it again from there. */
#include "../engine/engine.h"

#include <finnc/reproducer.h>
#include <finnc/version.h>

#include <base/json.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCHEMA = 1, PATH_ROOM = 4096 };

static finnc_status path_in(finnc_ctx *cx, const char *folder, const char *name,
                            char path[PATH_ROOM])
{
    const int n = snprintf(path, PATH_ROOM, "%s/%s", folder, name);
    if (n < 0 || n >= PATH_ROOM)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s: the path is too long", folder);
    return FINNC_OK;
}

/* ---- writing ---- */

static finnc_status make_folder(finnc_ctx *cx, const char *folder)
{
    char path[PATH_ROOM];
    FINNC_TRY(path_in(cx, folder, "repro.json", path));
    if (mkdir(folder, 0777) && errno != EEXIST)
        return finnc_fail(cx, FINNC_BAD_FILE, "%s: cannot make the folder: %s", folder,
                          strerror(errno));
    if (access(path, F_OK) == 0)
        return finnc_fail(cx, FINNC_BAD_FILE, "%s: there is a failure in it already", folder);
    return FINNC_OK;
}

static finnc_status add(void *user, finnc_ctx *cx, const char *text, size_t length)
{
    (void)cx;
    fnc_buf_add(user, text, length);
    return FINNC_OK;
}

/* Takes `status` of filling the buffer over. */
static finnc_status write_buf(finnc_ctx *cx, const char *folder, const char *name, fnc_buf *buf,
                              finnc_status status)
{
    char path[PATH_ROOM];
    if (status == FINNC_OK)
        status = fnc_buf_check(buf);
    if (status == FINNC_OK)
        status = path_in(cx, folder, name, path);
    if (status == FINNC_OK)
        status = finnc_file_write(cx, path, fnc_buf_text(buf), strlen(fnc_buf_text(buf)));
    fnc_buf_clear(buf);
    return status;
}

static finnc_status write_step(finnc_ctx *cx, const char *folder, const finnc_pipeline *pipeline,
                               int step)
{
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    return write_buf(cx, folder, "pipeline.yaml", &buf,
                     finnc_pipeline_write(cx, pipeline, (size_t)step - 1, 1, add, &buf));
}

static finnc_status write_facts(finnc_ctx *cx, const char *folder,
                                const finnc_transform_options *options, const char *message)
{
    const finnc_transform_failure *failure = options->failure;
    const uint64_t limit = options->rewrite_limit > failure->earlier_rewrites
                               ? options->rewrite_limit - failure->earlier_rewrites
                               : 0;
    json_t *root = json_pack(
        "{s:{s:s, s:i, s:s}, s:s, s:s, s:o, s:i, s:I, s:{s:b, s:b, s:i, s:I, s:b, s:I}}", "finnc",
        "kind", "reproducer", "schema", SCHEMA, "version", finnc_version(), "cause",
        finnc_failure_cause_name(failure->cause), "pass", failure->pass, "message",
        fnc_json_mended(cx, message), "step", failure->step, "rewrite",
        (json_int_t)(failure->rewrite - failure->earlier_rewrites), "options", "verify_each",
        options->verify_each, "verify_tensors", options->verify_tensors, "verify_inputs",
        options->verify_inputs, "verify_seed", (json_int_t)options->verify_seed, "check_each",
        options->check_each, "rewrite_limit", (json_int_t)limit);
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    finnc_status status = FINNC_OK;
    if (!root)
        status = finnc_no_memory(cx);
    fnc_json_add(&buf, root, FNC_JSON_LINES);
    fnc_buf_putc(&buf, '\n');
    json_decref(root);
    return write_buf(cx, folder, "repro.json", &buf, status);
}

/* Numpy has no sequences, and not all types. What was drawn can be drawn again. */
static finnc_status write_inputs(finnc_ctx *cx, const char *folder,
                                 const finnc_transform_options *options)
{
    char path[PATH_ROOM];
    FINNC_TRY(path_in(cx, folder, "inputs.npz", path));
    const finnc_status status = finnc_npz_write(cx, path, options->failure->inputs);
    if (status != FINNC_UNSUPPORTED || options->verify_given)
        return status;
    finnc_ctx_clear(cx);
    return FINNC_OK;
}

finnc_status finnc_reproducer_write(finnc_ctx *cx, const char *folder, const finnc_model *model,
                                    const finnc_pipeline *pipeline,
                                    const finnc_transform_options *options, const char *message)
{
    const finnc_transform_failure *failure = options->failure;
    char path[PATH_ROOM];
    FINNC_TRY(make_folder(cx, folder));
    FINNC_TRY(path_in(cx, folder, "model.onnx", path));
    FINNC_TRY(finnc_model_write(cx, model, path, FINNC_EXTERNAL_INLINE));
    FINNC_TRY(write_step(cx, folder, pipeline, failure->step));
    if (failure->inputs)
        FINNC_TRY(write_inputs(cx, folder, options));
    return write_facts(cx, folder, options, message); /* last: with it the folder is whole */
}

/* ---- replaying ---- */

typedef struct replay {
    finnc_ctx *cx;
    const char *folder;
    finnc_transform_options options;
    finnc_transform_failure failure;
    finnc_replayed *found;
    finnc_model *model;
    finnc_pipeline *pipeline;
    finnc_bundle *inputs;
} replay;

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

static finnc_failure_cause find_cause(const char *name)
{
    finnc_failure_cause cause = FINNC_FAILED_VERIFICATION;
    while (cause > FINNC_FAILED_NOT && (!name || strcmp(finnc_failure_cause_name(cause), name)))
        cause--;
    return cause;
}

static bool is_kept(const json_t *options, const char *name)
{
    return json_is_true(json_object_get(options, name));
}

static json_int_t number(const json_t *object, const char *name)
{
    const json_int_t x = json_integer_value(json_object_get(object, name));
    return x > 0 ? x : 0;
}

static finnc_status take_facts(replay *r, const json_t *root)
{
    const json_t *head = json_object_get(root, "finnc");
    const char *kind = json_string_value(json_object_get(head, "kind"));
    const json_int_t schema = number(head, "schema");
    if (!kind || strcmp(kind, "reproducer") != 0)
        return finnc_fail(r->cx, FINNC_BAD_FILE, "is about no failure");
    if (schema != SCHEMA)
        return finnc_fail(r->cx, FINNC_BAD_FILE, "has schema %d, this finnc reads %d", (int)schema,
                          SCHEMA);
    finnc_replayed *found = r->found;
    found->recorded_cause = find_cause(json_string_value(json_object_get(root, "cause")));
    found->recorded_rewrite = (uint64_t)number(root, "rewrite");
    copy(found->recorded_version, sizeof found->recorded_version,
         json_string_value(json_object_get(head, "version")));
    copy(found->recorded_pass, sizeof found->recorded_pass,
         json_string_value(json_object_get(root, "pass")));
    copy(found->recorded_message, sizeof found->recorded_message,
         json_string_value(json_object_get(root, "message")));
    const json_t *options = json_object_get(root, "options");
    r->options.verify_each = is_kept(options, "verify_each");
    r->options.verify_tensors = is_kept(options, "verify_tensors");
    r->options.check_each = is_kept(options, "check_each");
    /* JSON's integers have a sign: seeds from 2^63 on are written as negative ones. */
    r->options.verify_seed = (uint64_t)json_integer_value(json_object_get(options, "verify_seed"));
    r->options.rewrite_limit = (uint64_t)number(options, "rewrite_limit");
    const json_int_t inputs = number(options, "verify_inputs");
    r->options.verify_inputs = inputs < 1000000 ? (int)inputs : 1000000;
    return FINNC_OK;
}

static finnc_status read_facts(replay *r)
{
    char path[PATH_ROOM];
    FINNC_TRY(path_in(r->cx, r->folder, "repro.json", path));
    if (access(r->folder, F_OK) != 0)
        return finnc_fail(r->cx, FINNC_NOT_FOUND, "%s: cannot open the folder: %s", r->folder,
                          strerror(errno));
    if (access(path, F_OK) != 0)
        return finnc_fail(r->cx, FINNC_NOT_FOUND, "%s: there is no repro.json in it", r->folder);
    FNC_AT_FILE(r->cx, path);
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);
    if (!root)
        return finnc_fail(r->cx, FINNC_BAD_FILE, "line %d: %s", error.line, error.text);
    const finnc_status status = take_facts(r, root);
    json_decref(root);
    return status;
}

static finnc_status read_all(replay *r)
{
    char path[PATH_ROOM];
    FINNC_TRY(read_facts(r));
    FINNC_TRY(path_in(r->cx, r->folder, "model.onnx", path));
    FINNC_TRY(finnc_model_read(r->cx, path, &r->model));
    FINNC_TRY(path_in(r->cx, r->folder, "pipeline.yaml", path));
    FINNC_TRY(finnc_pipeline_read(r->cx, path, &r->pipeline));
    FINNC_TRY(path_in(r->cx, r->folder, "inputs.npz", path));
    if (access(path, F_OK) == 0)
        FINNC_TRY(finnc_npz_read(r->cx, path, &r->inputs));
    return FINNC_OK;
}

static finnc_status run(replay *r)
{
    finnc_replayed *found = r->found;
    finnc_verification seen = {0};
    r->options.failure = &r->failure;
    r->options.verification = &seen;
    r->options.verify_given = r->inputs;
    const finnc_status status = finnc_transform(r->cx, r->model, r->pipeline, &r->options);
    finnc_bundle_destroy(r->failure.inputs);
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    found->fails = status != FINNC_OK;
    if (!found->fails && found->recorded_cause == FINNC_FAILED_VERIFICATION &&
        seen.unverified > 0 && seen.verified == 0)
        return finnc_fail(r->cx, FINNC_UNSUPPORTED,
                          "%s: it changed what is computed, and now nothing could be verified: "
                          "whether that is mended is not known",
                          r->folder);
    if (!found->fails)
        return FINNC_OK;
    found->cause = r->failure.cause;
    found->rewrite = r->failure.rewrite;
    copy(found->pass, sizeof found->pass, r->failure.pass);
    copy(found->message, sizeof found->message, finnc_ctx_message(r->cx));
    found->is_same =
        found->cause == found->recorded_cause && !strcmp(found->pass, found->recorded_pass);
    finnc_ctx_clear(r->cx);
    return FINNC_OK;
}

finnc_status finnc_replay(finnc_ctx *cx, const char *folder,
                          void (*hear)(void *user, const finnc_remark *remark), void *user,
                          finnc_replayed *replayed)
{
    *replayed = (finnc_replayed){.fails = false};
    replay r = {
        .cx = cx, .folder = folder, .options = {.remark = hear, .user = user}, .found = replayed};
    finnc_status status = read_all(&r);
    if (status == FINNC_OK)
        status = run(&r);
    finnc_bundle_destroy(r.inputs);
    finnc_pipeline_destroy(r.pipeline);
    finnc_model_destroy(r.model);
    return status;
}
