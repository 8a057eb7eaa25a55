#include "judgement.h"
#include "engine.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *cli_class(const finnc_dataset *dataset, int64_t class_number, char room[CLI_CLASS_MAX])
{
    const char *name = finnc_dataset_class(dataset, class_number);
    if (name)
        return name;
    snprintf(room, CLI_CLASS_MAX, "%" PRId64, class_number);
    return room;
}

static double percent(size_t part, size_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

/* ---- the confusion matrix ---- */

/* A wider matrix does not fit a terminal, nor does anybody read it: its largest numbers do. */
enum { MAX_COLUMNS = 20, MAX_CONFUSIONS = 20 };

/* A line per class: how often it was taken for which, how many there are and how many were right.
 */
static finnc_status put_matrix(const cli_judgement *k, int64_t nclasses, FILE *to)
{
    char align[MAX_COLUMNS + 4] = "<", room[CLI_CLASS_MAX];
    cli_table table;
    memset(align + 1, '>', (size_t)nclasses + 2);
    align[nclasses + 3] = 0;
    cli_table_init(&table, align);
    cli_table_add(&table, " ");
    for (int64_t p = 0; p < nclasses; p++)
        cli_table_add(&table, "%.6s", cli_class(k->dataset, p, room));
    cli_table_add(&table, "all");
    cli_table_add(&table, "right");
    for (int64_t t = 0; t < nclasses; t++) {
        size_t all = finnc_evaluation_support(k->evaluation, t);
        cli_table_add(&table, "%s", cli_class(k->dataset, t, room));
        for (int64_t p = 0; p < nclasses; p++) {
            size_t n = finnc_evaluation_confusion(k->evaluation, t, p);
            cli_table_add(&table, n ? "%zu" : ".", n);
        }
        cli_table_add(&table, "%zu", all);
        if (all)
            cli_table_add(&table, "%.1f %%",
                          percent(finnc_evaluation_confusion(k->evaluation, t, t), all));
        else
            cli_table_add(&table, "-");
    }
    fputs("\nrows: what they are; columns: what they were taken for\n", to);
    return cli_table_print(k->c, &table, "", to);
}

typedef struct confusion {
    int64_t truth, predicted;
    size_t count;
} confusion;

static int by_count(const void *a, const void *b)
{
    const confusion *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    if (x->truth != y->truth)
        return x->truth > y->truth ? 1 : -1;
    return (x->predicted > y->predicted) - (x->predicted < y->predicted);
}

/* All pairs that occur, right ones too, in the order of the classes. */
static finnc_status list_pairs(const cli_judgement *k, confusion **pairs, size_t *count)
{
    size_t n = 0, length;
    /* At most one per sample. */
    *pairs = calloc(finnc_evaluation_count(k->evaluation) + 1, sizeof **pairs);
    if (!*pairs)
        return finnc_no_memory(k->c->cx);
    for (int64_t t = 0; t < finnc_evaluation_nclasses(k->evaluation); t++) {
        const size_t *row = finnc_evaluation_row(k->evaluation, t, &length);
        for (size_t p = 0; p < length; p++)
            if (row[p])
                (*pairs)[n++] = (confusion){t, (int64_t)p, row[p]};
    }
    *count = n;
    return FINNC_OK;
}

static finnc_status put_confusions(const cli_judgement *k, FILE *to)
{
    char truth[CLI_CLASS_MAX], predicted[CLI_CLASS_MAX];
    confusion *pairs;
    size_t n, shown = 0;
    cli_table table;
    FINNC_TRY(list_pairs(k, &pairs, &n));
    qsort(pairs, n, sizeof *pairs, by_count);
    cli_table_init(&table, ">< <");
    for (size_t i = 0; i < n && shown < MAX_CONFUSIONS; i++) {
        if (pairs[i].truth == pairs[i].predicted)
            continue;
        shown++;
        cli_table_add(&table, "%zu", pairs[i].count);
        cli_table_add(&table, "%s", cli_class(k->dataset, pairs[i].truth, truth));
        cli_table_add(&table, "taken for");
        cli_table_add(&table, "%s", cli_class(k->dataset, pairs[i].predicted, predicted));
    }
    free(pairs);
    if (shown)
        fputs("\nthe most frequent mistakes\n", to);
    return cli_table_print(k->c, &table, "", to);
}

/* ---- text ---- */

static cli_ran ran_of(const finnc_eval_report *report)
{
    return (cli_ran){report->engine, report->nnodes, report->nfast};
}

static finnc_status put_text(const cli_judgement *k, FILE *to)
{
    const finnc_evaluation *e = k->evaluation;
    char number[CLI_NUMBER_MAX], all[CLI_NUMBER_MAX];
    size_t n = finnc_evaluation_count(e);
    int64_t nclasses = finnc_evaluation_nclasses(e);
    int64_t nnamed = (int64_t)finnc_dataset_nclasses(k->dataset);
    cli_thousands((double)n, all);
    if (k->report->fitting[0] && !k->c->is_quiet)
        fprintf(to, "%s\n", k->report->fitting);
    for (size_t top = 1; top <= finnc_evaluation_top_k(e); top++) {
        size_t hits = finnc_evaluation_hits(e, top);
        fprintf(to, "top-%zu: %.2f %%, %s of %s\n", top, percent(hits, n),
                cli_thousands((double)hits, number), all);
    }
    nclasses = nclasses > nnamed ? nclasses : nnamed;
    FINNC_TRY(nclasses <= MAX_COLUMNS ? put_matrix(k, nclasses, to) : put_confusions(k, to));
    if (!k->c->is_quiet)
        fprintf(to, "\n%s samples in %.3g s: %s/s, %.3g ms each\n", all, k->report->seconds,
                cli_thousands((double)n / k->report->seconds, number),
                1e3 * k->report->seconds / (double)n);
    const cli_ran ran = ran_of(k->report);
    if (!k->c->is_quiet)
        cli_ran_put(k->c, &ran, to);
    return FINNC_OK;
}

/* ---- JSON ---- */

static json_t *classes_as_json(const cli_judgement *k)
{
    json_t *names = json_array();
    for (size_t i = 0; i < finnc_dataset_nclasses(k->dataset); i++)
        json_array_append_new(names, cli_json_text(finnc_dataset_class(k->dataset, (int64_t)i)));
    return names;
}

static json_t *hits_as_json(const finnc_evaluation *e)
{
    json_t *list = json_array();
    size_t n = finnc_evaluation_count(e);
    for (size_t top = 1; top <= finnc_evaluation_top_k(e); top++) {
        size_t hits = finnc_evaluation_hits(e, top);
        json_array_append_new(list,
                              json_pack("{s:I, s:I, s:f}", "k", (json_int_t)top, "hits",
                                        (json_int_t)hits, "accuracy", (double)hits / (double)n));
    }
    return list;
}

static json_t *pairs_as_json(const confusion *pairs, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{s:I, s:I, s:I}", "truth", (json_int_t)pairs[i].truth, "predicted",
                            (json_int_t)pairs[i].predicted, "count", (json_int_t)pairs[i].count));
    return list;
}

static json_t *wrong_as_json(const cli_judgement *k)
{
    json_t *list = json_array();
    for (size_t i = 0; i < finnc_evaluation_count(k->evaluation); i++) {
        const finnc_judged *j = finnc_evaluation_at(k->evaluation, i);
        if (j->truth != j->predicted)
            json_array_append_new(
                list, json_pack("{s:I, s:o*, s:I, s:I}", "sample", (json_int_t)j->sample, "name",
                                cli_json_text(finnc_dataset_name(k->dataset, j->sample)), "truth",
                                (json_int_t)j->truth, "predicted", (json_int_t)j->predicted));
    }
    return list;
}

static finnc_status put_json(const cli_judgement *k, FILE *to)
{
    confusion *pairs;
    size_t npairs, n = finnc_evaluation_count(k->evaluation);
    FINNC_TRY(list_pairs(k, &pairs, &npairs));
    json_t *root = json_pack(
        "{s:I, s:f, s:o, s:o, s:o, s:o, s:o, s:I, s:f, s:f}", "samples", (json_int_t)n, "accuracy",
        (double)finnc_evaluation_hits(k->evaluation, 1) / (double)n, "top",
        hits_as_json(k->evaluation), "classes", classes_as_json(k), "confusion",
        pairs_as_json(pairs, npairs), "wrong", wrong_as_json(k), "input",
        cli_json_text(k->report->fitting), "batch", (json_int_t)k->report->batch, "seconds",
        k->report->seconds, "samples_per_second", (double)n / k->report->seconds);
    const cli_ran ran = ran_of(k->report);
    cli_ran_json(&ran, root);
    free(pairs);
    return cli_json_answer(k->c, "evaluation", root, to);
}

finnc_status cli_judgement_show(const cli_judgement *k, FILE *to)
{
    return cli_has(k->c, "json") ? put_json(k, to) : put_text(k, to);
}
