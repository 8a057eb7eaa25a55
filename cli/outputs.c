#include "outputs.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

finnc_status cli_outputs_init(cli_outputs *o, cli *c, const finnc_model *model, size_t nsamples)
{
    const finnc_graph *graph = finnc_model_graph(model);
    const char *labels = cli_text(c, "labels", NULL);
    *o = (cli_outputs){.c = c,
                       .graph = graph,
                       .noutputs = finnc_graph_noutputs(graph),
                       .nsamples = nsamples,
                       .top_k = cli_count(c, "top-k", labels ? 3 : 0)};
    o->keeps = nsamples == 1 || o->top_k || labels || cli_has(c, "outputs") || cli_has(c, "json");
    const size_t nkept = o->keeps ? nsamples : 1;
    if (nkept && o->noutputs > SIZE_MAX / sizeof *o->tensors / nkept)
        return finnc_no_memory(c->cx);
    o->tensors = calloc(o->noutputs * nkept + 1, sizeof *o->tensors);
    o->nrows = calloc(nsamples + 1, sizeof *o->nrows);
    if (!o->tensors || !o->nrows)
        return finnc_no_memory(c->cx);
    return labels ? cli_labels_read(&o->labels, c, labels) : FINNC_OK;
}

static void release_row(const finnc_tensor **row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        finnc_tensor_release(row[i]);
}

void cli_outputs_clear(cli_outputs *o)
{
    if (o->keeps)
        release_row(o->tensors, o->noutputs * o->ntaken);
    free(o->tensors);
    free(o->nrows);
    cli_labels_clear(&o->labels);
}

static const char *output_name(const cli_outputs *o, size_t k)
{
    return finnc_value_name(finnc_graph_output(o->graph, k));
}

static const finnc_tensor *tensor_at(const cli_outputs *o, size_t sample, size_t k)
{
    return o->tensors[sample * o->noutputs + k];
}

/* Does a sample look like what the model as it stands gives? Then the batch went through. */
static bool is_as_declared(const finnc_value *output, const finnc_tensor *whole, int64_t rows)
{
    int rank = finnc_tensor_rank(whole);
    if (finnc_value_rank(output) < 0)
        return true;
    for (int i = 0; rank == finnc_value_rank(output) && i < rank; i++) {
        int64_t size = finnc_value_dim(output, i).size;
        if (size >= 0 && size != (i ? finnc_tensor_dim(whole, i) : rows))
            return false;
    }
    return rank == finnc_value_rank(output);
}

/* Sample `i` of `count` in one output of a run. */
static finnc_status take_piece(const cli_outputs *o, size_t k, const finnc_tensor *whole, size_t i,
                               size_t count, finnc_tensor **piece)
{
    int64_t n = (int64_t)count, dim = finnc_tensor_rank(whole) > 0 ? finnc_tensor_dim(whole, 0) : 0;
    if (count == 1) {
        *piece = finnc_tensor_retain(whole);
        return FINNC_OK;
    }
    if (finnc_tensor_rank(whole) < 1 || dim % n ||
        !is_as_declared(finnc_graph_output(o->graph, k), whole, dim / n)) {
        char shape[CLI_SHAPE_MAX];
        return finnc_fail(
            o->c->cx, FINNC_BAD_VALUE,
            "output %s: it is %s for %zu samples at once: the model does not keep them "
            "apart along the first axis",
            output_name(o, k), cli_dims(finnc_tensor_rank(whole), finnc_tensor_dims(whole), shape),
            count);
    }
    return cli_tensor_rows(o->c, whole, (int64_t)i * (dim / n), dim / n, piece);
}

static finnc_status take_sample(const cli_outputs *o, const finnc_session *session, size_t i,
                                size_t count, const finnc_tensor **row)
{
    for (size_t k = 0; k < o->noutputs; k++) {
        const finnc_tensor *whole = finnc_session_fetch(session, output_name(o, k));
        finnc_tensor *piece;
        finnc_status status =
            whole ? take_piece(o, k, whole, i, count, &piece)
                  : finnc_fail(o->c->cx, FINNC_NOT_FOUND,
                               "output %s: the run gave no tensor for it", output_name(o, k));
        if (status != FINNC_OK) {
            release_row(row, k);
            return status;
        }
        row[k] = piece;
    }
    return FINNC_OK;
}

/* ---- what is ranked ---- */

/* Row `i` of an output. A batch goes through along the first axis: the output has as many rows as
 * the input had, each with an axis of scores, or a class each where the model leaves open how many.
 * Where it does not say so, a short list of classes may be as long as an input of any shape. */
static cli_row row_at(const cli_outputs *o, size_t sample, size_t k, int64_t i)
{
    const finnc_tensor *t = tensor_at(o, sample, k);
    const finnc_value *declared = finnc_graph_output(o->graph, k);
    const int rank = finnc_tensor_kind(t) == FINNC_KIND_TENSOR ? finnc_tensor_rank(t) : 0;
    const int64_t n = o->nrows[sample];
    bool is_kept = rank > 0 && finnc_tensor_dim(t, 0) == n;
    if (rank == 1)
        is_kept =
            is_kept && finnc_value_rank(declared) == 1 && finnc_value_dim(declared, 0).size < 0;
    return (cli_row){t, i, is_kept ? n : 1};
}

/* The output that the ranking is read from: a number per label, or a list of classes. */
static size_t ranking_output(const cli_outputs *o)
{
    for (size_t k = 0; k < o->noutputs; k++)
        if (o->labels.count && cli_row_length(row_at(o, 0, k, 0)) == (int64_t)o->labels.count)
            return k;
    for (size_t k = 0; k < o->noutputs; k++)
        if (cli_is_class_list(&o->labels, row_at(o, 0, k, 0)))
            return k;
    return 0;
}

/* With another list of classes, scores would get the names of others. */
static finnc_status check_labels(const cli_outputs *o)
{
    if (!o->labels.count || !o->noutputs || !o->ntaken)
        return FINNC_OK;
    const cli_row row = row_at(o, 0, ranking_output(o), 0);
    const int64_t n = cli_row_length(row);
    if (n == (int64_t)o->labels.count || cli_is_class_list(&o->labels, row))
        return FINNC_OK;
    return finnc_fail(o->c->cx, FINNC_BAD_VALUE,
                      "the model has %" PRId64 " score%s a sample, %s names %zu class%s", n,
                      n == 1 ? "" : "s", cli_text(o->c, "labels", ""), o->labels.count,
                      o->labels.count == 1 ? "" : "es");
}

finnc_status cli_outputs_take(cli_outputs *o, const finnc_session *session, size_t count,
                              int64_t nrows)
{
    for (size_t i = 0; i < count; i++) {
        const finnc_tensor **row = o->tensors + (o->keeps ? o->ntaken * o->noutputs : 0);
        FINNC_TRY(take_sample(o, session, i, count, row));
        if (!o->keeps)
            release_row(row, o->noutputs);
        o->nrows[o->ntaken++] = nrows;
    }
    if (o->nruns++ == 0) {
        o->ran = cli_ran_of(session);
        FINNC_TRY(check_labels(o));
    }
    uint64_t peak = finnc_session_peak_bytes(session);
    o->peak_bytes = peak > o->peak_bytes ? peak : o->peak_bytes;
    return FINNC_OK;
}

/* ---- one tensor of all samples ---- */

static finnc_status join(const cli_outputs *o, size_t k, finnc_tensor **joined)
{
    const finnc_tensor **all = calloc(o->ntaken, sizeof *all);
    if (!all)
        return finnc_no_memory(o->c->cx);
    for (size_t s = 0; s < o->ntaken; s++)
        all[s] = tensor_at(o, s, k);
    int depth = finnc_ctx_enter(o->c->cx, "output", output_name(o, k), NULL);
    finnc_status status = cli_tensors_join(o->c, all, o->ntaken, joined);
    finnc_ctx_leave(o->c->cx, depth);
    free(all);
    return status;
}

/* What item `i` of something called `name` is called: name[2], and name.keys and name.values of a
 * map. To be freed; NULL: no memory. */
static char *item_name(const char *name, const finnc_tensor *t, int64_t i)
{
    char *text = NULL;
    int length;
    if (finnc_tensor_kind(t) == FINNC_KIND_MAP)
        length = asprintf(&text, "%s.%s", name, i ? "values" : "keys");
    else if (finnc_tensor_kind(t) == FINNC_KIND_OPTIONAL)
        length = asprintf(&text, "%s", name);
    else
        length = asprintf(&text, "%s[%" PRId64 "]", name, i);
    return length < 0 ? NULL : text;
}

/* Parts of outputs that are listed or written. Neither jansson's memory nor libzip's is counted,
 * and each takes some hundreds of bytes of it. */
enum { MAX_ITEMS = 1 << 20 };

static finnc_status add_array(finnc_ctx *cx, finnc_bundle *bundle, const char *name,
                              const finnc_tensor *tensor)
{
    if (finnc_bundle_find(bundle, name))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "two arrays would be called '%s': an output has the name that a part of "
                          "another one gets in the file; rename it",
                          name);
    if (finnc_bundle_count(bundle) == MAX_ITEMS)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "the outputs are of more than %d arrays, too many for a file", MAX_ITEMS);
    return finnc_bundle_set(bundle, name, tensor);
}

/* A file of arrays holds arrays: whatever is made of tensors is taken apart. */
static finnc_status add_to_bundle(finnc_ctx *cx, finnc_bundle *bundle, const char *name,
                                  const finnc_tensor *tensor)
{
    FINNC_TRY(finnc_ctx_check(cx));
    if (finnc_tensor_kind(tensor) == FINNC_KIND_TENSOR)
        return add_array(cx, bundle, name, tensor);
    for (int64_t i = 0; finnc_tensor_item(tensor, i); i++) {
        char *text = item_name(name, tensor, i);
        if (!text)
            return finnc_no_memory(cx);
        const finnc_status status = add_to_bundle(cx, bundle, text, finnc_tensor_item(tensor, i));
        free(text);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

typedef struct listed {
    const finnc_value *value;
    size_t k;
} listed;

static int by_value(const void *a, const void *b)
{
    const listed *x = a, *y = b;
    if (x->value != y->value)
        return (uintptr_t)x->value < (uintptr_t)y->value ? -1 : 1;
    return x->k < y->k ? -1 : 1;
}

/* A value may be an output twice. To be freed; NULL: no memory. */
static bool *find_repeated(const cli_outputs *o)
{
    listed *all = calloc(o->noutputs + 1, sizeof *all);
    bool *is_repeated = calloc(o->noutputs + 1, sizeof *is_repeated);
    for (size_t k = 0; all && k < o->noutputs; k++)
        all[k] = (listed){finnc_graph_output(o->graph, k), k};
    if (all && is_repeated) {
        qsort(all, o->noutputs, sizeof *all, by_value);
        for (size_t i = 1; i < o->noutputs; i++)
            is_repeated[all[i].k] = all[i].value == all[i - 1].value;
    } else {
        free(is_repeated);
        is_repeated = NULL;
    }
    free(all);
    return is_repeated;
}

static finnc_status add_output(const cli_outputs *o, size_t k, finnc_bundle *bundle)
{
    finnc_tensor *tensor;
    FINNC_TRY(join(o, k, &tensor));
    const finnc_status status = add_to_bundle(o->c->cx, bundle, output_name(o, k), tensor);
    finnc_tensor_release(tensor);
    return status;
}

static finnc_status fill_bundle(const cli_outputs *o, finnc_bundle *bundle)
{
    bool *is_repeated = find_repeated(o);
    if (!is_repeated)
        return finnc_no_memory(o->c->cx);
    finnc_status status = FINNC_OK;
    for (size_t k = 0; k < o->noutputs && status == FINNC_OK; k++)
        if (!is_repeated[k])
            status = add_output(o, k, bundle);
    free(is_repeated);
    return status;
}

finnc_status cli_outputs_write(const cli_outputs *o, const char *npz)
{
    finnc_bundle *bundle;
    if (!o->ntaken)
        return finnc_fail(o->c->cx, FINNC_BAD_VALUE, "there is no sample to write outputs of");
    FINNC_TRY(finnc_bundle_create(o->c->cx, &bundle));
    finnc_status status = fill_bundle(o, bundle);
    if (status == FINNC_OK)
        status = finnc_npz_write(o->c->cx, npz, bundle);
    finnc_bundle_destroy(bundle);
    return status;
}

/* ---- summing up ---- */

enum { SHOWN = 12 }; /* elements of a tensor, or items of a sequence, that are printed */

typedef struct summary {
    int64_t least, greatest; /* elements; -1: all are NaN */
    double mean;
    int64_t nnan;
} summary;

/* Not as doubles, which skip integers beyond 2^53. */
static bool is_less(const finnc_tensor *t, int64_t i, int64_t k)
{
    const finnc_elem elem = finnc_tensor_elem(t);
    if (elem == FINNC_ELEM_UINT64)
        return finnc_tensor_get_uint(t, i) < finnc_tensor_get_uint(t, k);
    if (finnc_elem_is_integer(elem))
        return finnc_tensor_get_int(t, i) < finnc_tensor_get_int(t, k);
    return finnc_tensor_get(t, i) < finnc_tensor_get(t, k);
}

/* Have the elements an order, and a mean to speak of? Neither strings nor complex numbers do. */
static bool can_be_summed_up(const finnc_tensor *t)
{
    const finnc_elem elem = finnc_tensor_elem(t);
    return elem != FINNC_ELEM_STRING && !cli_is_complex(elem);
}

static summary sum_up(const finnc_tensor *t)
{
    summary s = {.least = -1, .greatest = -1};
    double sum = 0;
    int64_t n = finnc_tensor_nelems(t);
    for (int64_t i = 0; i < n; i++) {
        double x = finnc_tensor_get(t, i);
        if (isnan(x)) {
            s.nnan++;
            continue;
        }
        sum += x;
        if (s.least < 0 || is_less(t, i, s.least))
            s.least = i;
        if (s.greatest < 0 || is_less(t, s.greatest, i))
            s.greatest = i;
    }
    s.mean = sum / (double)(n - s.nnan);
    return s;
}

static void put_summary(const finnc_tensor *t, FILE *to)
{
    const summary s = sum_up(t);
    fputs("  ", to);
    if (s.least >= 0) {
        fputs("from ", to);
        cli_put_element(to, t, s.least);
        fputs(" to ", to);
        cli_put_element(to, t, s.greatest);
        fprintf(to, ", mean %.7g%s", s.mean, s.nnan ? ", " : "");
    }
    if (s.nnan)
        fprintf(to, "%" PRId64 " NaN", s.nnan);
    putc('\n', to);
}

static void put_elements(const finnc_tensor *t, FILE *to)
{
    int64_t n = finnc_tensor_nelems(t);
    fputs(" ", to);
    for (int64_t i = 0; i < n && i < SHOWN; i++) {
        putc(' ', to);
        cli_put_element(to, t, i);
    }
    fputs(n > SHOWN ? " ...\n" : "\n", to);
}

static finnc_status put_tensor(const cli_outputs *o, const char *name, const finnc_tensor *t,
                               FILE *to);

static finnc_status put_items(const cli_outputs *o, const char *name, const finnc_tensor *t,
                              FILE *to)
{
    int64_t n = finnc_tensor_nelems(t);
    cli_put(to, name);
    if (finnc_tensor_kind(t) == FINNC_KIND_OPTIONAL && n == 0)
        fputs("  nothing\n", to);
    else if (finnc_tensor_kind(t) == FINNC_KIND_SEQUENCE)
        fprintf(to, "  a sequence of %" PRId64 "\n", n);
    else
        fprintf(to, "  a%s %s\n", finnc_tensor_kind(t) == FINNC_KIND_OPTIONAL ? "n" : "",
                finnc_kind_name(finnc_tensor_kind(t)));
    for (int64_t i = 0; i < n && i < SHOWN; i++) {
        char *text = item_name(name, t, i);
        if (!text)
            return finnc_no_memory(o->c->cx);
        const finnc_status status = put_tensor(o, text, finnc_tensor_item(t, i), to);
        free(text);
        FINNC_TRY(status);
    }
    if (n > SHOWN)
        fputs("...\n", to);
    return FINNC_OK;
}

static finnc_status put_tensor(const cli_outputs *o, const char *name, const finnc_tensor *t,
                               FILE *to)
{
    char shape[CLI_SHAPE_MAX], elem[FINNC_DTYPE_NAME_MAX];
    const void *data;
    FINNC_TRY(finnc_ctx_check(o->c->cx));
    if (finnc_tensor_kind(t) != FINNC_KIND_TENSOR)
        return put_items(o, name, t, to);
    FINNC_TRY(finnc_tensor_need_data(o->c->cx, t, &data));
    cli_put(to, name);
    fprintf(to, "  %s %s\n", cli_dims(finnc_tensor_rank(t), finnc_tensor_dims(t), shape),
            cli_elem(finnc_tensor_elem(t), elem));
    if (finnc_tensor_nelems(t) > SHOWN && can_be_summed_up(t))
        put_summary(t, to);
    put_elements(t, to);
    return FINNC_OK;
}

/* ---- ranking ---- */

/* One line: what the row is called, and its best classes. */
static finnc_status add_ranking(const cli_outputs *o, cli_table *table, const char *name,
                                cli_row row, size_t columns)
{
    size_t n = 0;
    finnc_ranked *best = cli_rank(&o->labels, row, o->top_k, &n);
    if (!best)
        return finnc_no_memory(o->c->cx);
    cli_table_add(table, "%s", name);
    for (size_t i = 0; i < columns; i++) {
        const char *label = i < n ? cli_label(&o->labels, best[i].class_number) : "";
        char number[32], score[32] = "";
        snprintf(number, sizeof number, "%" PRId64, i < n ? best[i].class_number : 0);
        if (i < n && best[i].has_score)
            snprintf(score, sizeof score, " %.4g", best[i].score);
        cli_table_add(table, "%s%s", label ? label : number, score);
    }
    free(best);
    return FINNC_OK;
}

/* What no file is has a number, counted over all rows of all samples. */
static finnc_status put_ranking(const cli_outputs *o, const cli_inputs *inputs, FILE *to)
{
    cli_table table;
    char align[66] = "<";
    size_t columns = o->top_k < 64 ? o->top_k : 64, line = 0;
    memset(align + 1, '<', columns);
    align[columns + 1] = 0;
    cli_table_init(&table, align);
    finnc_status status = FINNC_OK;
    size_t k = ranking_output(o);
    for (size_t s = 0; s < o->ntaken && status == FINNC_OK; s++) {
        cli_row row = row_at(o, s, k, 0);
        for (; row.index < row.nrows && status == FINNC_OK; row.index++, line++) {
            char text[CLI_SAMPLE_NAME_MAX], number[32];
            const char *name = cli_inputs_row_name(inputs, s, row.index, row.nrows, text);
            snprintf(number, sizeof number, "%zu", line);
            status = add_ranking(o, &table, name ? name : number, row, columns);
        }
    }
    if (status == FINNC_OK)
        return cli_table_print(o->c, &table, "", to);
    cli_table_clear(&table);
    return status;
}

/* ---- JSON ---- */

/* JSON has no infinities and no NaN: they become null. */
static json_t *json_number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

typedef struct listing {
    finnc_ctx *cx;
    size_t nitems; /* of sequences, optionals and maps, so far */
    finnc_status status;
} listing;

static bool may_go_on(listing *l)
{
    if (l->status == FINNC_OK)
        l->status = finnc_ctx_check(l->cx);
    if (l->status == FINNC_OK && ++l->nitems > MAX_ITEMS)
        l->status = finnc_fail(l->cx, FINNC_BAD_VALUE,
                               "the outputs are sequences of more than %d items, too many to list",
                               MAX_ITEMS);
    return l->status == FINNC_OK;
}

static json_t *output_as_json(listing *l, const finnc_tensor *t);

static json_t *items_as_json(listing *l, const finnc_tensor *t)
{
    json_t *items = json_array();
    for (int64_t i = 0; finnc_tensor_item(t, i) && may_go_on(l); i++)
        json_array_append_new(items, output_as_json(l, finnc_tensor_item(t, i)));
    return json_pack("{s:s, s:o}", "kind", finnc_kind_name(finnc_tensor_kind(t)), "items", items);
}

static json_t *output_as_json(listing *l, const finnc_tensor *t)
{
    char elem[FINNC_DTYPE_NAME_MAX];
    if (finnc_tensor_kind(t) != FINNC_KIND_TENSOR)
        return items_as_json(l, t);
    json_t *dims = json_array();
    for (int i = 0; i < finnc_tensor_rank(t); i++)
        json_array_append_new(dims, json_integer(finnc_tensor_dim(t, i)));
    json_t *object =
        json_pack("{s:o, s:s}", "shape", dims, "type", cli_elem(finnc_tensor_elem(t), elem));
    if (!object || !finnc_tensor_nelems(t) || !can_be_summed_up(t))
        return object;
    const summary s = sum_up(t);
    const bool has_numbers = s.least >= 0;
    json_object_set_new(object, "min",
                        json_number(has_numbers ? finnc_tensor_get(t, s.least) : NAN));
    json_object_set_new(object, "max",
                        json_number(has_numbers ? finnc_tensor_get(t, s.greatest) : NAN));
    json_object_set_new(object, "mean", json_number(s.mean));
    return object;
}

static json_t *ranking_as_json(const cli_outputs *o, cli_row row)
{
    size_t n = 0;
    finnc_ranked *best = cli_rank(&o->labels, row, o->top_k, &n);
    json_t *list = best ? json_array() : NULL;
    for (size_t i = 0; list && i < n; i++) {
        const char *label = cli_label(&o->labels, best[i].class_number);
        json_t *entry = json_pack("{s:I, s:o*}", "class", (json_int_t)best[i].class_number, "label",
                                  cli_json_text(label));
        if (entry && best[i].has_score)
            json_object_set_new(entry, "score", json_number(best[i].score));
        json_array_append_new(list, entry);
    }
    free(best);
    return list;
}

/* A batch has a ranking for each of its rows. */
static void add_rankings(const cli_outputs *o, size_t sample, json_t *object)
{
    cli_row row = row_at(o, sample, ranking_output(o), 0);
    if (row.nrows == 1) {
        json_object_set_new(object, "ranking", ranking_as_json(o, row));
        return;
    }
    json_t *list = json_array();
    for (; row.index < row.nrows; row.index++)
        json_array_append_new(list, ranking_as_json(o, row));
    json_object_set_new(object, "rankings", list);
}

static json_t *sample_as_json(const cli_outputs *o, const cli_inputs *inputs, size_t sample,
                              listing *l)
{
    json_t *outputs = json_object();
    for (size_t k = 0; k < o->noutputs; k++)
        cli_json_set(outputs, output_name(o, k), output_as_json(l, tensor_at(o, sample, k)));
    char text[CLI_SAMPLE_NAME_MAX];
    const char *name = cli_inputs_name(inputs, sample, text);
    json_t *object = json_pack("{s:o*, s:o}", "file", cli_json_text(name), "outputs", outputs);
    if (object && o->top_k && o->noutputs)
        add_rankings(o, sample, object);
    return object;
}

/* What was made of the inputs' data, by name; NULL if they came as they are. */
static json_t *conversions_as_json(const cli_inputs *inputs)
{
    json_t *object = NULL;
    for (size_t i = 0; i < inputs->nsources; i++) {
        if (!inputs->sources[i].words[0])
            continue;
        object = object ? object : json_object();
        cli_json_set(object, inputs->sources[i].name, cli_json_text(inputs->sources[i].words));
    }
    return object;
}

static finnc_status put_json(const cli_outputs *o, const cli_inputs *inputs, cli_recorder *recorder,
                             double seconds, FILE *to)
{
    json_t *samples = json_array();
    listing l = {.cx = o->c->cx};
    for (size_t s = 0; s < o->ntaken && l.status == FINNC_OK; s++)
        json_array_append_new(samples, sample_as_json(o, inputs, s, &l));
    if (l.status != FINNC_OK) {
        json_decref(samples);
        return l.status;
    }
    bool is_whole = json_array_size(samples) == o->ntaken;
    json_t *times = recorder->times.by_name ? cli_times_as_json(&recorder->times) : NULL;
    json_t *root = json_pack("{s:f, s:I, s:I, s:o*, s:o, s:o*}", "seconds", seconds,
                             "peak_tensor_bytes", (json_int_t)o->peak_bytes, "peak_bytes",
                             (json_int_t)finnc_ctx_peak_bytes(o->c->cx), "conversions",
                             conversions_as_json(inputs), "samples", samples, "times", times);
    cli_ran_json(&o->ran, root);
    if (!is_whole) {
        json_decref(root);
        root = NULL;
    }
    return cli_json_answer(o->c, "run", root, to);
}

finnc_status cli_outputs_show(const cli_outputs *o, const cli_inputs *inputs,
                              cli_recorder *recorder, double seconds, FILE *to)
{
    if (cli_has(o->c, "json"))
        return put_json(o, inputs, recorder, seconds, to);
    if (!o->noutputs || !o->ntaken)
        return FINNC_OK;
    if (o->top_k)
        FINNC_TRY(put_ranking(o, inputs, to));
    else if (o->ntaken == 1)
        for (size_t k = 0; k < o->noutputs; k++)
            FINNC_TRY(put_tensor(o, output_name(o, k), tensor_at(o, 0, k), to));
    if (recorder->times.by_name)
        FINNC_TRY(cli_recorder_show_times(recorder, to));
    double ms = 1e3 * seconds / (double)o->ntaken;
    if (o->nruns == o->ntaken)
        fprintf(to, "%zu run%s, %.3g ms each\n", o->nruns, o->nruns == 1 ? "" : "s", ms);
    else
        fprintf(to, "%zu samples in %zu run%s, %.3g ms a sample\n", o->ntaken, o->nruns,
                o->nruns == 1 ? "" : "s", ms);
    cli_ran_put(o->c, &o->ran, to);
    if (cli_has(o->c, "profile")) {
        char planned[CLI_NUMBER_MAX], all[CLI_NUMBER_MAX];
        fprintf(to, "at most %s of intermediate tensors at once, %s in all\n",
                cli_bytes((double)o->peak_bytes, planned),
                cli_bytes((double)finnc_ctx_peak_bytes(o->c->cx), all));
    }
    return FINNC_OK;
}
