/* finnc replay: does it still fail? */
#include "json.h"

#include <finnc/reproducer.h>

static json_t *as_json(const char *cause, const char *pass, uint64_t rewrite, const char *message)
{
    return json_pack("{s:s, s:o, s:I, s:o}", "cause", cause, "pass", cli_json_text(pass), "rewrite",
                     (json_int_t)rewrite, "message", cli_json_text(message));
}

static finnc_status put_json(cli *c, const finnc_replayed *r)
{
    json_t *root = json_pack("{s:b, s:b, s:o, s:o}", "fails", r->fails, "same", r->is_same,
                             "recorded_version", cli_json_text(r->recorded_version), "recorded",
                             as_json(finnc_failure_cause_name(r->recorded_cause), r->recorded_pass,
                                     r->recorded_rewrite, r->recorded_message));
    if (root && r->fails)
        json_object_set_new(
            root, "now",
            as_json(finnc_failure_cause_name(r->cause), r->pass, r->rewrite, r->message));
    return cli_json_answer(c, "replay", root, stdout);
}

static void put_text(const finnc_replayed *r)
{
    if (!r->fails)
        fputs("does not fail any more; it was, with finnc ", stdout);
    else if (r->is_same)
        fputs("still fails: ", stdout);
    else
        fputs("fails, but in another way: ", stdout);
    if (r->fails)
        cli_put(stdout, r->message);
    if (r->is_same) {
        putchar('\n');
        return;
    }
    if (r->fails)
        fputs("\nit was, with finnc ", stdout);
    cli_put(stdout, r->recorded_version);
    fputs(": ", stdout);
    cli_put(stdout, r->recorded_message);
    putchar('\n');
}

static finnc_status replay(cli *c)
{
    finnc_replayed replayed;
    FINNC_TRY(finnc_replay(c->cx, c->operands[0], NULL, NULL, &replayed));
    c->exit_status = replayed.fails;
    if (cli_has(c, "json"))
        return put_json(c, &replayed);
    put_text(&replayed);
    return FINNC_OK;
}

const cli_command cli_command_replay = {
    .name = "replay",
    .group = CLI_CHANGE,
    .summary = "run a failure again that transform has kept in a folder",
    .about = "The folder holds the model before the step that failed (model.onnx), the step "
             "(pipeline.yaml), the inputs that showed a difference (inputs.npz) and what was said "
             "(repro.json). The exit status is 1 if it still fails.",
    .examples = "finnc replay finnc-reproducer-Streamline # is it mended?\n",
    .operands = {{"DIR", CLI_FOLDER, 0, NULL}},
    .options = {{"json", 0, CLI_FLAG, NULL, "the answer as JSON", 0}},
    .run = replay,
};
