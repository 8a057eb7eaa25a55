#include "watch.h"

#include "json.h"
#include "stage.h"
#include "text_diff.h"

#include <stdlib.h>
#include <string.h>

/* ---- options ---- */

static const char *kind_name(finnc_remark_kind kind)
{
    switch (kind) {
    case FINNC_REMARK_APPLIED:
        return "applied";
    case FINNC_REMARK_MISSED:
        return "missed";
    case FINNC_REMARK_ANALYSIS:
        return "analysis";
    }
    return "";
}

/* "missed|applied|analysis|all[:REGEX]", or nothing at all. */
static finnc_status read_filter(watch *w, const char *text)
{
    size_t n = strcspn(text, ":");
    bool is_all = n == 3 && !strncmp(text, "all", n), is_known = is_all || !n;
    for (finnc_remark_kind kind = FINNC_REMARK_APPLIED; kind <= FINNC_REMARK_ANALYSIS; kind++) {
        const char *name = kind_name(kind);
        w->shows[kind] = is_all || (n ? n == strlen(name) && !strncmp(text, name, n)
                                      : kind == FINNC_REMARK_MISSED);
        is_known |= w->shows[kind];
    }
    if (!is_known)
        return cli_wrong(w->c, "--remarks: '%.*s' is none of missed|applied|analysis|all", (int)n,
                         text);
    if (!text[n])
        return FINNC_OK;
    int wrong = regcomp(&w->filter, text + n + 1, REG_EXTENDED | REG_NOSUB);
    if (!wrong) {
        w->has_filter = true;
        return FINNC_OK;
    }
    char words[128];
    regerror(wrong, &w->filter, words, sizeof words);
    return cli_wrong(w->c, "--remarks: '%s': %s", text + n + 1, words);
}

finnc_status watch_init(watch *w, cli *c)
{
    *w = (watch){.c = c, .folder = cli_text(c, "dump-dir", NULL)};
    if (!(w->shown = json_object()))
        return finnc_no_memory(c->cx);
    if (cli_has(c, "remarks"))
        FINNC_TRY(read_filter(w, cli_text(c, "remarks", "")));
    if (cli_has(c, "remarks-file") && !(w->remarks = json_array()))
        return finnc_no_memory(c->cx);
    const char *how = cli_text(c, "print-changed", "diff");
    w->is_diffing = cli_has(c, "print-changed") && !strcmp(how, "diff");
    if (strcmp(how, "diff") != 0 && strcmp(how, "nodes") != 0)
        return cli_wrong(c, "--print-changed: '%s' is none of diff|nodes", how);
    w->wants_remarks = cli_has(c, "remarks") || w->remarks;
    return w->folder ? cli_folder_make(c, w->folder) : FINNC_OK;
}

void watch_clear(watch *w)
{
    if (w->has_filter)
        regfree(&w->filter);
    json_decref(w->remarks);
    json_decref(w->shown);
    free(w->text);
    free(w->reports);
}

/* ---- remarks ---- */

/* The constants that decided, by their names in the picture. */
static json_t *values_as_json(const finnc_remark *r)
{
    json_t *values = json_object();
    for (size_t i = 0; values && i < r->nvalues; i++)
        cli_json_set(values, r->values[i].name,
                     json_pack("{s:o, s:o}", "tensor", cli_json_text(r->values[i].value), "text",
                               cli_json_text(r->values[i].text)));
    return values;
}

/* As docs/debugging-a-flow.md describes them. */
static void keep_remark(watch *w, const finnc_remark *r)
{
    json_t *object = json_pack("{s:s, s:i, s:s, s:o, s:o, s:o}", "kind", kind_name(r->kind), "step",
                               r->step, "pass", r->pass, "node", cli_json_text(r->node), "op",
                               cli_json_text(r->op_type), "text", cli_json_text(r->text));
    if (object && r->rule[0])
        json_object_set_new(object, "rule", json_string(r->rule));
    if (object && r->nvalues)
        json_object_set_new(object, "values", values_as_json(r));
    if (object && r->rewrite)
        json_object_set_new(object, "rewrite", json_integer((json_int_t)r->rewrite));
    if (!object || json_array_append_new(w->remarks, object))
        w->no_memory = true;
}

/* A clean-up that runs again and again says the same again and again: once is enough. */
static bool is_news(watch *w, const char *line)
{
    if (json_object_get(w->shown, line))
        return false;
    json_object_set_new_nocheck(w->shown, line, json_true()); /* never written */
    return true;
}

static void show_remark(watch *w, const finnc_remark *r)
{
    if (!w->shows[r->kind])
        return;
    char line[1536], number[32] = "", node[FINNC_NODE_WORDS_MAX] = "";
    if (r->rewrite)
        snprintf(number, sizeof number, " (rewrite %llu)", (unsigned long long)r->rewrite);
    if (r->at)
        finnc_node_words(r->at, node);
    snprintf(line, sizeof line, "%s: %s%s%s%s", r->pass, node, node[0] ? ": " : "", r->text,
             number);
    bool is_wanted = !w->has_filter || !regexec(&w->filter, line, 0, NULL, 0);
    if (is_wanted && is_news(w, line))
        cli_say(w->c, r->kind == FINNC_REMARK_MISSED ? CLI_YELLOW : CLI_GREEN, kind_name(r->kind),
                line);
}

void watch_remark(void *user, const finnc_remark *remark)
{
    watch *w = user;
    if (w->remarks)
        keep_remark(w, remark);
    show_remark(w, remark);
}

/* ---- passes ---- */

/* Reports come inner passes first; the table wants them below the pass that ran them. What came
 * since the last report of this depth or a lesser one is inside of this. */
static bool keep_report(watch *w, const finnc_pass_report *r)
{
    finnc_pass_report *more = cli_grow(w->reports, sizeof *more, w->nreports, &w->room);
    if (!more)
        return false;
    w->reports = more;
    int depth = r->depth < WATCH_DEPTHS - 1 ? r->depth : WATCH_DEPTHS - 1;
    size_t at = w->ends[depth];
    memmove(w->reports + at + 1, w->reports + at, (w->nreports - at) * sizeof *w->reports);
    w->reports[at] = *r;
    w->nreports++;
    for (int d = depth; d < WATCH_DEPTHS; d++)
        w->ends[d] = w->nreports;
    return true;
}

static void add_row(cli_table *t, int indent, const char *name, size_t nruns, double seconds,
                    uint64_t rewrites)
{
    cli_table_add(t, "%*s%s", 2 * indent, "", name);
    if (nruns > 1)
        cli_table_add(t, "%zu", nruns);
    else
        cli_table_add(t, "%s", "");
    cli_table_add(t, "%.2f", 1e3 * seconds);
    cli_table_add(t, "%llu", (unsigned long long)rewrites);
}

/* The passes inside of the step at `begin`: the runs of one pass are one line, and those that did
 * nothing in no time are left out. */
static void add_inner(cli_table *t, const watch *w, size_t begin, int indent)
{
    size_t end = begin + 1;
    while (end < w->nreports && w->reports[end].depth > 0)
        end++;
    for (size_t i = begin + 1; i < end; i++) {
        const char *name = w->reports[i].pass;
        double seconds = 0;
        uint64_t rewrites = 0;
        size_t nruns = 0, earlier = 0;
        for (size_t k = begin + 1; k < end; k++) {
            const finnc_pass_report *r = &w->reports[k];
            if (r->depth != 1 || strcmp(r->pass, name))
                continue;
            earlier += k < i;
            nruns++;
            seconds += r->seconds;
            rewrites += r->rewrites;
        }
        if (w->reports[i].depth != 1 || earlier || (!rewrites && seconds < 0.01 * w->seconds))
            continue;
        add_row(t, indent, name, nruns, seconds, rewrites);
        cli_table_add(t, "%s", "");
    }
}

static finnc_status put_times(watch *w)
{
    static const char *const heads[] = {"pass", "runs", "ms", "rewrites", "nodes"};
    cli_table t;
    cli_table_init(&t, "<>>>>");
    for (size_t i = 0; i < 5; i++)
        cli_table_add(&t, "%s", heads[i]);
    const char *group = NULL;
    for (size_t i = 0; i < w->nreports; i++) {
        const finnc_pass_report *r = &w->reports[i];
        if (r->depth)
            continue;
        if (r->group && r->group != group) {
            cli_table_add(&t, "%s:", r->group);
            for (int column = 1; column < 5; column++)
                cli_table_add(&t, "%s", "");
        }
        group = r->group;
        add_row(&t, group != NULL, r->pass, 1, r->seconds, r->rewrites);
        if (r->nodes_after == r->nodes_before)
            cli_table_add(&t, "%zu", r->nodes_after);
        else
            cli_table_add(&t, "%zu -> %zu", r->nodes_before, r->nodes_after);
        add_inner(&t, w, i, 1 + (group != NULL));
    }
    return cli_table_print(w->c, &t, "  ", stderr);
}

/* ---- changed graphs ---- */

typedef finnc_status draw_fn(finnc_ctx *cx, const finnc_model *model, FILE *to);

static finnc_status draw_svg(finnc_ctx *cx, const finnc_model *model, FILE *to)
{
    return finnc_dot_render(cx, model, "svg", cli_write, to);
}

static finnc_status draw_dot(finnc_ctx *cx, const finnc_model *model, FILE *to)
{
    return finnc_dot_write(cx, model, cli_write, to);
}

static finnc_status draw_file(cli *c, const finnc_model *model, const char *path, draw_fn *draw)
{
    cli_output output;
    FINNC_TRY(cli_output_open(c, path, &output));
    return cli_output_close(c, &output, draw(c->cx, model, output.stream));
}

/* A picture where Graphviz can make one, else its text. */
static finnc_status draw_model(watch *w, const char *stem, const finnc_model *model)
{
    char path[4096 + 8];
    if (!w->cannot_render) {
        snprintf(path, sizeof path, "%s.svg", stem);
        const finnc_status status = draw_file(w->c, model, path, draw_svg);
        if (status != FINNC_UNSUPPORTED)
            return status;
        w->cannot_render = true;
        finnc_log(w->c->cx, FINNC_NOTE, "%s; drawings are left as .dot",
                  finnc_ctx_message(w->c->cx));
        finnc_ctx_clear(w->c->cx);
    }
    snprintf(path, sizeof path, "%s.dot", stem);
    return draw_file(w->c, model, path, draw_dot);
}

/* Graphviz takes a minute for a thousand nodes. */
enum { MOST_DRAWN = 500 };

static finnc_status dump_model(watch *w, const char *name, const finnc_model *model)
{
    char stage[1024], stem[4096], path[4096 + 8];
    int n = snprintf(stage, sizeof stage, "%03zu-%s", w->ndumped++, name);
    if (n > 0 && (size_t)n < sizeof stage)
        n = snprintf(stem, sizeof stem, "%s/%s", w->folder, stage);
    if (n < 0 || (size_t)n >= sizeof stem)
        return finnc_fail(w->c->cx, FINNC_BAD_VALUE, "--dump-dir: the name is too long");
    FINNC_TRY(cli_stage_write(w->c, model, w->folder, stage));
    if (finnc_graph_nnodes(finnc_model_graph(model)) <= MOST_DRAWN)
        return draw_model(w, stem, model);
    snprintf(path, sizeof path, "%s.dot", stem);
    return draw_file(w->c, model, path, draw_dot);
}

/* The model in ONNX's textual syntax, without weights. */
static finnc_status text_of(cli *c, const finnc_model *model, char **text)
{
    size_t size;
    *text = NULL;
    FILE *to = cli_collect(text, &size);
    if (!to)
        return finnc_no_memory(c->cx);
    finnc_status status = finnc_text_write(c->cx, model, 0, cli_write, to);
    if (fclose(to) && status == FINNC_OK)
        status = finnc_no_memory(c->cx);
    return status;
}

static void put_heading(const cli *c, const finnc_pass_report *r)
{
    cli_progress_end(c);
    fprintf(stderr, "\n%s%s%s: %zu nodes, before %zu\n", cli_colour_code(c, CLI_BOLD), r->pass,
            cli_colour_code(c, CLI_PLAIN), r->nodes_after, r->nodes_before);
}

/* What a pass did by those inside of it has been shown. */
static finnc_status print_difference(watch *w, const finnc_pass_report *r, const finnc_model *model)
{
    char *text;
    finnc_status status = text_of(w->c, model, &text);
    if (status == FINNC_OK && strcmp(w->text, text) != 0) {
        put_heading(w->c, r);
        status = cli_text_diff(w->c, w->text, text, stderr);
    }
    free(w->text);
    w->text = text;
    return status;
}

static finnc_status print_changed(watch *w, const finnc_pass_report *r, const finnc_model *model)
{
    if (w->is_diffing)
        return print_difference(w, r, model);
    put_heading(w->c, r);
    return cli_describe_nodes(w->c, model, stderr);
}

finnc_status watch_after(void *user, finnc_ctx *cx, const finnc_pass_report *r,
                         const finnc_model *model)
{
    watch *w = user;
    if (r->depth == 0) {
        w->seconds += r->seconds;
        w->nrewrites += r->rewrites;
        w->nsteps++;
        FINNC_TRY(finnc_progress(cx, r->pass, w->nsteps, 0));
    }
    if (!keep_report(w, r))
        return finnc_no_memory(cx);
    if (!r->changed)
        return FINNC_OK;
    if (cli_has(w->c, "print-changed"))
        FINNC_TRY(print_changed(w, r, model));
    return w->folder ? dump_model(w, r->pass, model) : FINNC_OK;
}

finnc_status watch_begin(watch *w, const finnc_model *model)
{
    w->nodes_before = finnc_graph_nnodes(finnc_model_graph(model));
    if (w->is_diffing)
        FINNC_TRY(text_of(w->c, model, &w->text));
    return w->folder ? dump_model(w, "input", model) : FINNC_OK;
}

static finnc_status write_remarks(watch *w)
{
    cli *c = w->c;
    cli_output output;
    if (w->no_memory)
        return finnc_no_memory(c->cx);
    FINNC_TRY(cli_output_open(c, cli_text(c, "remarks-file", NULL), &output));
    return cli_output_close(
        c, &output, cli_json_answer_list(c, "remarks", json_incref(w->remarks), output.stream));
}

finnc_status watch_end(watch *w, const finnc_model *model, finnc_status status)
{
    cli *c = w->c;
    cli_progress_end(c);
    bool is_timed = cli_has(c, "time-passes");
    if (is_timed && w->nreports && put_times(w) != FINNC_OK && status == FINNC_OK)
        status = finnc_no_memory(c->cx);
    /* A run that failed is the one whose remarks are wanted most. */
    if (status != FINNC_OK && w->remarks) {
        char words[1024];
        snprintf(words, sizeof words, "%s", finnc_ctx_message(c->cx));
        if (write_remarks(w) == FINNC_OK)
            return status;
        return finnc_fail(c->cx, status, "%s", words);
    }
    FINNC_TRY(status);
    if (w->remarks)
        FINNC_TRY(write_remarks(w));
    if (c->has_progress || is_timed)
        fprintf(stderr, "%zu steps, %llu rewrites, %zu -> %zu nodes, %.1f ms\n", w->nsteps,
                (unsigned long long)w->nrewrites, w->nodes_before,
                finnc_graph_nnodes(finnc_model_graph(model)), 1e3 * w->seconds);
    return FINNC_OK;
}
