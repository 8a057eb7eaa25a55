/* finnc convert: from one way to say "quantised" to another. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* The words of --to, as upstream's output_style has them, what they stand for, and the ops that
 * are to become others by it. */
typedef struct style {
    const char *name, *passes;
    const char *ops[6]; /* ends with NULL */
} style;

static const style styles[] = {
    {"qcdq", "QuantToQCDQ", {"Quant", "IntQuant", "BipolarQuant", "FloatQuant", "Trunc"}},
    {"quant",
     "FoldConstants{exclude_op_types=[\"Quant\", \"BipolarQuant\", \"QuantizeLinear\", "
     "\"DequantizeLinear\"]}, QCDQToQuant", /* whose parameters have to be constants */
     {"DequantizeLinear"}},
    {"finn",
     "Cleanup, ConvertQONNXtoFINN",
     {"Quant", "IntQuant", "BipolarQuant", "FloatQuant", "Trunc"}},
};

static const style *find_style(const char *name)
{
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (!strcmp(styles[i].name, name))
            return &styles[i];
    return NULL;
}

static bool is_source(const style *s, const char *op_type)
{
    for (size_t i = 0; s->ops[i]; i++)
        if (!strcmp(s->ops[i], op_type))
            return true;
    return false;
}

/* ---- what stays ---- */

/* Why a pass left a node as it was. */
typedef struct reason {
    const finnc_node *node;
    char *text; /* NULL: there was no memory for it */
} reason;

typedef struct listening {
    const style *style;
    reason *reasons; /* the latest of a node comes last */
    size_t nreasons, room;
    size_t napplied;
    size_t nstaying;
    bool no_memory;
} listening;

static void listen(void *user, const finnc_remark *remark)
{
    listening *l = user;
    if (!remark->op_type || !is_source(l->style, remark->op_type))
        return;
    if (remark->kind == FINNC_REMARK_APPLIED)
        l->napplied++;
    if (remark->kind != FINNC_REMARK_MISSED || !remark->at)
        return;
    reason *grown = cli_grow(l->reasons, sizeof *grown, l->nreasons, &l->room);
    if (!grown) {
        l->no_memory = true;
        return;
    }
    l->reasons = grown;
    l->reasons[l->nreasons++] = (reason){.node = remark->at, .text = strdup(remark->text)};
}

static const char *reason_of(const listening *l, const finnc_node *node)
{
    for (size_t i = l->nreasons; i-- > 0;)
        if (l->reasons[i].node == node && l->reasons[i].text)
            return l->reasons[i].text;
    return "it has no counterpart there";
}

enum { SHOWN = 5 }; /* nodes that are named; of a network's hundreds one cause is the same */

static void warn_of_staying(const cli *c, listening *l, const finnc_graph *graph)
{
    char words[FINNC_NODE_WORDS_MAX];
    finnc_foreach_node (node, graph) {
        const finnc_graph *body;
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            warn_of_staying(c, l, body);
        if (is_source(l->style, finnc_node_op_type(node)) && l->nstaying++ < SHOWN)
            finnc_log(c->cx, FINNC_WARNING, "%s stays: %s", finnc_node_words(node, words),
                      reason_of(l, node));
    }
}

static void warn_of_nothing(const cli *c, const style *s)
{
    char names[128] = "";
    for (size_t i = 0; s->ops[i]; i++) {
        const size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s%s",
                 !i              ? ""
                 : s->ops[i + 1] ? ", "
                                 : " or ",
                 s->ops[i]);
    }
    finnc_log(c->cx, FINNC_WARNING, "nothing was converted: there is no %s", names);
}

static void warn(const cli *c, listening *l, const finnc_model *model)
{
    warn_of_staying(c, l, finnc_model_graph(model));
    if (l->nstaying > SHOWN)
        finnc_log(c->cx, FINNC_WARNING, "%zu more nodes stay", l->nstaying - SHOWN);
    if (!l->nstaying && !l->napplied)
        warn_of_nothing(c, l->style);
}

/* ---- the command ---- */

static finnc_status convert_model(cli *c, const style *s, finnc_model *model)
{
    listening l = {.style = s};
    const finnc_transform_options options = {.remark = listen, .user = &l};
    finnc_pipeline *pipeline;
    FINNC_TRY(finnc_pipeline_parse(c->cx, s->passes, &pipeline));
    finnc_status status = finnc_transform(c->cx, model, pipeline, &options);
    finnc_pipeline_destroy(pipeline);
    if (status == FINNC_OK && l.no_memory)
        status = finnc_no_memory(c->cx);
    if (status == FINNC_OK)
        warn(c, &l, model);
    for (size_t i = 0; i < l.nreasons; i++)
        free(l.reasons[i].text);
    free(l.reasons);
    return status;
}

static finnc_status convert(cli *c)
{
    finnc_model *model;
    const char *to = cli_text(c, "to", NULL);
    const style *way = to ? find_style(to) : NULL;
    if (!way)
        return cli_wrong(c, "say what to convert to with --to: qcdq, quant or finn");
    FINNC_TRY(cli_model_read(c, c->operands[0], &model));
    const int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = convert_model(c, way, model);
    finnc_ctx_leave(c->cx, depth);
    if (status == FINNC_OK)
        status = cli_model_write(c, model, cli_text(c, "output", "-"), FINNC_EXTERNAL_KEEP);
    finnc_model_destroy(model);
    return status;
}

const cli_command cli_command_convert = {
    .name = "convert",
    .group = CLI_CHANGE,
    .summary = "convert quantisers: QONNX's Quant, ONNX's QuantizeLinear, FINN's thresholds",
    .about =
        "qcdq turns each Quant into QuantizeLinear, Clip and DequantizeLinear (QuantToQCDQ), "
        "which any ONNX runtime executes; quant goes the other way (QCDQToQuant). finn makes "
        "integer weights and MultiThresholds of them (Cleanup, ConvertQONNXtoFINN), where "
        "FINN's flow begins. What cannot be said in the other way stays, with a warning that tells why.",
    .examples = "finnc convert net.onnx -o qcdq.onnx --to qcdq # for another runtime\n"
                "finnc convert net.onnx -o finn.onnx --to finn # for FINN\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"output", 'o', CLI_FILE, "FILE", "the converted model (standard output)",
                 CLI_WRITES | CLI_REPLACES},
                {"to", 0, CLI_CHOICE, "qcdq|quant|finn", "the kind of quantisers wanted", 0}},
    .run = convert,
};
