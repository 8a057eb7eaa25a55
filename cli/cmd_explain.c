/* finnc explain: what would become of a node, and why nothing else? */
#include "json.h"

#include <finnc/explain.h>

#include <string.h>

typedef struct telling {
    cli *c;
    json_t *events; /* with --json */
    bool no_memory;
    int step; /* whose heading is printed */
    char now[1024];
} telling;

/* "Mul_3 (Mul), Mul_4 (Mul)" */
static void list_nodes(const finnc_fate *fate, char text[1024])
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < fate->nnow && length < 900; i++) {
        char words[FINNC_NODE_WORDS_MAX];
        const int n = snprintf(text + length, 1024 - length, "%s%s", i ? ", " : "",
                               finnc_node_words(fate->now[i], words));
        length += n > 0 ? (size_t)n : 0;
    }
}

/* ---- for programs ---- */

static const char *kind_name(finnc_fate_kind kind)
{
    switch (kind) {
    case FINNC_FATE_REWRITTEN:
        return "rewritten";
    case FINNC_FATE_DECLINED:
        return "declined";
    case FINNC_FATE_STEP:
        return "step";
    }
    return "";
}

static json_t *nodes_as_json(const finnc_fate *fate)
{
    json_t *nodes = json_array();
    for (size_t i = 0; i < fate->nnow; i++)
        json_array_append_new(nodes, json_pack("{s:o, s:o}", "node",
                                               cli_json_text(finnc_node_name(fate->now[i])), "op",
                                               cli_json_text(finnc_node_op_type(fate->now[i]))));
    return nodes;
}

static json_t *values_as_json(const finnc_fate *fate)
{
    json_t *values = json_object();
    for (size_t i = 0; i < fate->nvalues; i++)
        cli_json_set(values, fate->values[i].name,
                     json_pack("{s:o, s:o}", "tensor", cli_json_text(fate->values[i].value), "text",
                               cli_json_text(fate->values[i].text)));
    return values;
}

static void keep(telling *t, const finnc_fate *fate)
{
    json_t *event = json_pack("{s:s, s:i, s:s, s:o}", "kind", kind_name(fate->kind), "step",
                              fate->step, "pass", fate->pass, "now", nodes_as_json(fate));
    if (event && fate->kind != FINNC_FATE_STEP) {
        json_object_set_new(event, "node", cli_json_text(fate->node));
        json_object_set_new(event, "op", cli_json_text(fate->op_type));
        json_object_set_new(event, "text", cli_json_text(fate->text));
        json_object_set_new(event, "values", values_as_json(fate));
        json_object_set_new(event, "rule", json_string(fate->rule));
    }
    if (event && fate->rewrite)
        json_object_set_new(event, "rewrite", json_integer((json_int_t)fate->rewrite));
    if (!event || json_array_append_new(t->events, event))
        t->no_memory = true;
}

/* ---- for people ---- */

static void head(telling *t, const finnc_fate *fate)
{
    if (t->step != fate->step)
        printf("step %d\n", fate->step);
    t->step = fate->step;
}

static void put_event(telling *t, const finnc_fate *fate)
{
    const bool is_rewritten = fate->kind == FINNC_FATE_REWRITTEN;
    head(t, fate);
    printf("  %s ", is_rewritten ? "+" : "-");
    cli_put(stdout, fate->pass);
    fputs(": ", stdout);
    cli_put(stdout, fate->node);
    printf(fate->node[0] ? " (%s): " : "%s: ", fate->op_type);
    cli_put(stdout, fate->text);
    if (fate->rewrite)
        printf(" (rewrite %llu)", (unsigned long long)fate->rewrite);
    putchar('\n');
}

static void put_now(telling *t, const finnc_fate *fate)
{
    char now[1024];
    list_nodes(fate, now);
    if (!strcmp(now, t->now))
        return;
    memcpy(t->now, now, sizeof now);
    head(t, fate);
    fputs("  = ", stdout);
    cli_put(stdout, now[0] ? now : "gone");
    putchar('\n');
}

static void tell(void *user, const finnc_fate *fate)
{
    telling *t = user;
    if (t->events) {
        keep(t, fate);
        return;
    }
    if (fate->kind != FINNC_FATE_STEP)
        put_event(t, fate);
    if (fate->kind != FINNC_FATE_DECLINED)
        put_now(t, fate);
}

/* ---- the command ---- */

static finnc_status put_json(telling *t)
{
    if (t->no_memory)
        return finnc_no_memory(t->c->cx);
    json_t *root =
        json_pack("{s:o, s:O}", "node", cli_json_text(t->c->operands[1]), "events", t->events);
    return cli_json_answer(t->c, "explanation", root, stdout);
}

static finnc_status explain_node(telling *t, const finnc_model *model,
                                 const finnc_pipeline *pipeline)
{
    cli *c = t->c;
    const finnc_explain_options options = {.wants_far = cli_has(c, "all"),
                                           .stop_after = cli_int(c, "stop-after", 0)};
    if (cli_has(c, "json") && !(t->events = json_array()))
        return finnc_no_memory(c->cx);
    const int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = finnc_explain(c->cx, model, pipeline, c->operands[1], &options, tell, t);
    finnc_ctx_leave(c->cx, depth);
    if (status == FINNC_OK && t->events)
        status = put_json(t);
    else if (status == FINNC_OK && !t->step)
        puts("nothing happens to it, and no picture nearly fits (--all tells of the others)");
    json_decref(t->events);
    return status;
}

static finnc_status explain(cli *c)
{
    finnc_pipeline *pipeline;
    finnc_model *model = NULL;
    telling t = {.c = c, .now = "?"};
    FINNC_TRY(cli_pipeline_read(c, &pipeline));
    finnc_status status = cli_model_read(c, c->operands[0], &model);
    if (status == FINNC_OK)
        status = explain_node(&t, model, pipeline);
    finnc_model_destroy(model);
    finnc_pipeline_destroy(pipeline);
    return status;
}

const cli_command cli_command_explain = {
    .name = "explain",
    .group = CLI_CHANGE,
    .summary = "tell what passes would do with a node, and why not more",
    .about =
        "Runs the passes without writing anything and tells, step by step, which rewrites (+) had "
        "to do with the node and with whatever became of it (=), and which nearly had (-), with "
        "the value that decided. NODE is a node's name, or that of a value that it makes.",
    .examples = "finnc explain net.onnx Mul_3 --passes Streamline # why is it still there?\n"
                "finnc explain net.onnx Mul_3 --passes Streamline --all # by every picture\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}, {"NODE", CLI_TEXT, 0, NULL}},
    .options = {CLI_PIPELINE_OPTIONS,
                {"all", 'a', CLI_FLAG, NULL,
                 "tell also of pictures of which nothing but this node fits", 0},
                {"stop-after", 0, CLI_SOME, "N", "only N steps of the list", 0},
                {"json", 0, CLI_FLAG, NULL, "as JSON", 0}},
    .excludes = CLI_PIPELINE_EXCLUDES,
    .run = explain,
};
