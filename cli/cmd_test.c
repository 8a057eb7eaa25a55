/* finnc test: ONNX's test cases, folders that hold a model and recorded inputs and outputs. */
#include "json.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PATH = 4000, MAX_DEPTH = 32, MAX_OPS = 2048 };

/* What became of the cases that an op occurs in. */
typedef struct tally {
    const char *op; /* in `names` */
    size_t passed, failed;
    size_t last; /* case that it was counted for, from 1 on */
} tally;

typedef struct testing {
    cli *c;
    finnc_case_options options;
    json_t *list, *names; /* results for --json (or NULL); ops, as places in `ops` */
    tally ops[MAX_OPS];
    size_t nops, npassed, nfailed, nrandom;
} testing;

/* ---- counting ---- */

static tally *tally_of(testing *t, const char *op)
{
    const json_t *at = json_object_get(t->names, op);
    if (at)
        return &t->ops[json_integer_value(at)];
    if (t->nops == MAX_OPS ||
        json_object_set_new_nocheck(t->names, op, json_integer((json_int_t)t->nops)))
        return NULL; /* more than there are */
    t->ops[t->nops] = (tally){.op = json_object_iter_key(json_object_iter_at(t->names, op))};
    return &t->ops[t->nops++];
}

static void count(testing *t, const finnc_model *model, bool passed)
{
    *(passed ? &t->npassed : &t->nfailed) += 1;
    const size_t ncases = t->npassed + t->nfailed;
    const finnc_graph *graph = model ? finnc_model_graph(model) : NULL;
    if (!graph)
        return;
    finnc_foreach_node (node, graph) {
        tally *ops = tally_of(t, finnc_node_op_type(node));
        if (!ops || ops->last == ncases)
            continue;
        ops->last = ncases;
        *(passed ? &ops->passed : &ops->failed) += 1;
    }
}

static finnc_status note(testing *t, const char *folder, const finnc_case_result *r)
{
    t->nrandom += r->passed && r->is_random;
    if (!t->list) {
        if (!r->passed || cli_has(t->c, "all")) {
            fputs(r->passed ? "passed  " : "FAILED  ", stdout);
            cli_put(stdout, folder);
            if (!r->passed) {
                fputs(": ", stdout);
                cli_put(stdout, r->words);
            } else if (r->is_random) {
                fputs(" (random: types and shapes)", stdout);
            }
            putchar('\n');
        }
        return FINNC_OK;
    }
    json_t *object = json_pack("{s:o, s:b, s:b, s:I}", "case", cli_json_text(folder), "passed",
                               r->passed, "random", r->is_random, "sets", (json_int_t)r->nsets);
    if (object && !r->passed)
        json_object_set_new(object, "error", cli_json_text(r->words));
    return object && !json_array_append_new(t->list, object) ? FINNC_OK : finnc_no_memory(t->c->cx);
}

/* ---- folders ---- */

static finnc_status run_case(testing *t, const char *folder)
{
    finnc_case_result result;
    finnc_model *model;
    FINNC_TRY(finnc_case_run(t->c->cx, folder, &t->options, &model, &result));
    count(t, model, result.passed);
    finnc_model_destroy(model);
    FINNC_TRY(finnc_progress(t->c->cx, "testing", t->npassed + t->nfailed, 0));
    return note(t, folder, &result);
}

static bool has_model(const char *folder)
{
    char path[MAX_PATH + 20];
    snprintf(path, sizeof path, "%s/model.onnx", folder);
    return access(path, F_OK) == 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static finnc_status run_folder(testing *t, const char *folder, int depth);

/* Everything below, in the order of the names. */
static finnc_status run_below(testing *t, const char *folder, int depth)
{
    struct dirent **entries;
    finnc_status status = FINNC_OK;
    int n = scandir(folder, &entries, is_visible, alphasort);
    if (n < 0)
        return depth ? FINNC_OK /* a file */
                     : finnc_fail(t->c->cx, FINNC_NOT_FOUND, "%s: there is no such folder", folder);
    for (int i = 0; i < n; i++) {
        char path[MAX_PATH];
        int length = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (status == FINNC_OK && length > 0 && (size_t)length < sizeof path)
            status = run_folder(t, path, depth + 1);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static finnc_status run_folder(testing *t, const char *folder, int depth)
{
    if (has_model(folder))
        return run_case(t, folder);
    if (depth > MAX_DEPTH)
        return finnc_fail(t->c->cx, FINNC_BAD_FILE, "%s: folders are nested more than %d deep",
                          folder, MAX_DEPTH);
    return run_below(t, folder, depth);
}

/* ---- the summary ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const tally *)a)->op, ((const tally *)b)->op);
}

static finnc_status put_json(testing *t)
{
    json_t *ops = json_object();
    for (size_t i = 0; i < t->nops; i++)
        cli_json_set(ops, t->ops[i].op,
                     json_pack("{s:I, s:I}", "passed", (json_int_t)t->ops[i].passed, "failed",
                               (json_int_t)t->ops[i].failed));
    json_t *root = json_pack("{s:I, s:I, s:I, s:o, s:O}", "passed", (json_int_t)t->npassed,
                             "failed", (json_int_t)t->nfailed, "random", (json_int_t)t->nrandom,
                             "operators", ops, "cases", t->list);
    return cli_json_answer(t->c, "tests", root, stdout);
}

static finnc_status put_operators(const testing *t)
{
    cli_table table;
    cli_table_init(&table, " >>");
    cli_table_add(&table, "operator");
    cli_table_add(&table, "passed");
    cli_table_add(&table, "failed");
    for (size_t i = 0; i < t->nops; i++) {
        cli_table_add(&table, "%s", t->ops[i].op);
        cli_table_add(&table, "%zu", t->ops[i].passed);
        cli_table_add(&table, "%zu", t->ops[i].failed);
    }
    return cli_table_print(t->c, &table, "", stdout);
}

static finnc_status put_summary(const testing *t)
{
    FINNC_TRY(put_operators(t));
    printf("%zu passed, %zu failed", t->npassed, t->nfailed);
    if (t->nrandom)
        printf(" (%zu draw random numbers: element types and shapes)", t->nrandom);
    putchar('\n');
    return FINNC_OK;
}

static finnc_status run_all(testing *t)
{
    for (size_t i = 0; i < t->c->noperands; i++)
        FINNC_TRY(run_folder(t, t->c->operands[i], 0));
    if (t->npassed + t->nfailed == 0)
        return finnc_fail(t->c->cx, FINNC_NOT_FOUND, "%s: no folder with a model.onnx",
                          t->c->operands[0]);
    qsort(t->ops, t->nops, sizeof *t->ops, by_name);
    return t->list ? put_json(t) : put_summary(t);
}

static finnc_status test(cli *c)
{
    testing *t = calloc(1, sizeof *t);
    if (!t)
        return finnc_no_memory(c->cx);
    t->c = c;
    t->options = (finnc_case_options){.rtol = cli_number(c, "rtol", 1e-3),
                                      .atol = cli_number(c, "atol", 1e-7),
                                      .threads = cli_int(c, "threads", 0)};
    if (!(t->options.rtol >= 0 && t->options.atol >= 0)) {
        free(t);
        return cli_wrong(c, "--rtol, --atol: 0 or more");
    }
    t->names = json_object();
    t->list = cli_has(c, "json") ? json_array() : NULL;
    finnc_status status = t->names ? run_all(t) : finnc_no_memory(c->cx);
    c->exit_status = t->nfailed > 0;
    json_decref(t->list);
    json_decref(t->names);
    free(t);
    return status;
}

const cli_command cli_command_test = {
    .name = "test",
    .group = CLI_RUN,
    .summary = "run ONNX test cases: folders of a model, inputs and the outputs they have to give",
    .about =
        "A case is a folder with model.onnx and test_data_set_0, test_data_set_1, ..., each with "
        "input_0.pb, output_0.pb, ...: tensors, sequences, optionals or maps. A DIR is a case or "
        "holds cases, at any depth. Floats may differ as ONNX's own runner lets them; where a "
        "model draws random numbers, element types and shapes have to be right. The exit status is "
        "1 if a case fails.",
    .examples = "finnc test onnx/backend/test/data/node/test_add # one\n"
                "finnc test onnx/backend/test/data --all # all, each with its verdict\n",
    .operands = {{"DIR", CLI_FOLDER, CLI_MANY, NULL}},
    .options = {{"all", 'a', CLI_FLAG, NULL, "name the cases that pass, too", 0},
                {"rtol", 0, CLI_NUMBER, "X",
                 "let each float differ by X times the one that is recorded (1e-3), where 'finnc "
                 "compare' takes the largest in the tensor",
                 0},
                {"atol", 0, CLI_NUMBER, "X", "and by X besides (1e-7)", 0},
                {"threads", 't', CLI_COUNT, "N", "threads to use; 0: one per core (0)", 0},
                {"json", 0, CLI_FLAG, NULL, "results as JSON", 0}},
    .run = test,
};
