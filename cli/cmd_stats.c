/* finnc stats: what a model's tensors hold while it runs. */
#include "argument.h"
#include "inputs.h"
#include "json.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- as a table ---- */

/* Blank where no number came up. */
static const char *number(const finnc_tensor_stats *s, double x, char text[CLI_NUMBER_MAX])
{
    text[0] = 0;
    if (s->count)
        snprintf(text, CLI_NUMBER_MAX, "%.6g", x);
    return text;
}

static const char *used(const finnc_tensor_stats *s, char text[CLI_NUMBER_MAX])
{
    text[0] = 0;
    if (s->nused)
        snprintf(text, CLI_NUMBER_MAX, "%" PRIu64 " of %.0f", s->nused, s->nallowed);
    return text;
}

static void add_row(cli_table *t, const finnc_tensor_stats *s)
{
    char text[CLI_SHAPE_MAX], numbers[CLI_NUMBER_MAX], type[FINNC_DTYPE_NAME_MAX];
    double total = (double)(s->count + s->nnans);
    cli_table_add(t, "%s", finnc_value_name(s->value));
    cli_table_add(t, "%s", s->rank < 0 ? "?" : cli_dims(s->rank, s->dims, text));
    cli_table_add(t, "%s", cli_type(s->value, type));
    cli_table_add(t, "%s", number(s, s->min, numbers));
    cli_table_add(t, "%s", number(s, s->max, numbers));
    cli_table_add(t, "%s", number(s, s->mean, numbers));
    cli_table_add(t, "%s", number(s, s->stddev, numbers));
    if (s->count)
        cli_table_add(t, "%.1f", 100 * (double)s->nzeros / total);
    else
        cli_table_add(t, "%s", "");
    cli_table_add(t, "%s", used(s, numbers));
    cli_table_add(t, "%s", s->count || s->nnans ? finnc_dtype_name(s->needs, type) : "");
    if (s->noutside)
        cli_table_add(t, "%" PRIu64 " outside of its type", s->noutside);
    else if (s->nnans)
        cli_table_add(t, "%" PRIu64 " NaN", s->nnans);
    else
        cli_table_add(t, "%s", "");
}

/* ---- channels that are stuck, as upstream calls those whose extremes are equal ---- */

/* One that was NaN besides holds more than the one number. */
static bool is_stuck(const finnc_axis_stats *a, int64_t i, bool at_zero)
{
    return a->min[i] == a->max[i] && !a->nnans[i] && (!at_zero || a->min[i] == 0);
}

static bool has_stuck(const finnc_tensor_stats *s, bool at_zero)
{
    for (size_t a = 0; a < s->naxes; a++)
        for (int64_t i = 0; i < s->axes[a].size; i++)
            if (is_stuck(&s->axes[a], i, at_zero))
                return true;
    return false;
}

static void put_stuck(const finnc_tensor_stats *s, bool at_zero, FILE *to)
{
    cli_put(to, finnc_value_name(s->value));
    for (size_t a = 0; a < s->naxes; a++) {
        const char *separator = "";
        fprintf(to, "%s axis %d:", a ? ";" : "", s->axes[a].axis);
        for (int64_t i = 0; i < s->axes[a].size; i++)
            if (is_stuck(&s->axes[a], i, at_zero)) {
                fprintf(to, at_zero ? "%s %" PRId64 : "%s %" PRId64 " at %.6g", separator, i,
                        s->axes[a].min[i]);
                separator = ",";
            }
    }
    putc('\n', to);
}

/* ---- as JSON, with upstream's keys and some more ---- */

static json_t *real_or_null(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *axis_json(const finnc_axis_stats *a)
{
    json_t *min = json_array(), *max = json_array();
    for (int64_t i = 0; i < a->size; i++) {
        json_array_append_new(min, real_or_null(a->min[i]));
        json_array_append_new(max, real_or_null(a->max[i]));
    }
    return json_pack("{s:o, s:o}", "min", min, "max", max);
}

static json_t *tensor_json(const finnc_tensor_stats *s)
{
    char name[FINNC_DTYPE_NAME_MAX];
    json_t *shape = json_array();
    for (int i = 0; i < s->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)s->dims[i]));
    json_t *object = json_pack(
        "{s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:s}", "shape", shape, "datatype",
        finnc_dtype_name(finnc_value_dtype(s->value), name), "min", real_or_null(s->min), "max",
        real_or_null(s->max), "mean", real_or_null(s->mean), "std", real_or_null(s->stddev),
        "count", (json_int_t)s->count, "nans", (json_int_t)s->nnans, "zeros", (json_int_t)s->nzeros,
        "fractions", (json_int_t)s->nfractions, "outside", (json_int_t)s->noutside, "needs", "");
    json_object_set_new(object, "needs",
                        s->count || s->nnans ? json_string(finnc_dtype_name(s->needs, name))
                                             : json_null());
    if (s->nused) {
        json_object_set_new(object, "used", json_integer((json_int_t)s->nused));
        json_object_set_new(object, "allowed", json_integer((json_int_t)s->nallowed));
    }
    for (size_t a = 0; a < s->naxes; a++) {
        char key[32];
        snprintf(key, sizeof key, "axis%d", s->axes[a].axis);
        json_object_set_new(object, key, axis_json(&s->axes[a]));
    }
    return object;
}

static json_t *stuck_json(const finnc_tensor_stats *s, bool at_zero)
{
    json_t *list = json_array();
    const finnc_axis_stats *a = &s->axes[s->naxes - 1]; /* the last one, as upstream */
    for (int64_t i = 0; i < a->size; i++)
        if (is_stuck(a, i, at_zero))
            json_array_append_new(
                list, at_zero ? json_integer((json_int_t)i)
                              : json_pack("[I, o]", (json_int_t)i, real_or_null(a->min[i])));
    return list;
}

/* ---- the command ---- */

typedef enum mode { RANGE, STUCK, ZERO_STUCK } mode;

static mode mode_of(const cli *c)
{
    const char *word = cli_text(c, "report-mode", "range");
    return !strcmp(word, "range") ? RANGE : !strcmp(word, "stuck_channel") ? STUCK : ZERO_STUCK;
}

static bool is_wanted(const cli *c, const finnc_tensor_stats *s, mode m)
{
    return strstr(finnc_value_name(s->value), cli_text(c, "key-filter", "")) &&
           (m == RANGE || has_stuck(s, m == ZERO_STUCK));
}

static finnc_status put_text(cli *c, const finnc_stats *stats, FILE *to)
{
    static const char *const heads[] = {"tensor", "shape",   "type", "min",   "max", "mean",
                                        "std",    "% zeros", "used", "needs", ""};
    const finnc_tensor_stats *s;
    mode m = mode_of(c);
    cli_table table;
    cli_table_init(&table, "<<<>>>>>><<");
    for (size_t i = 0; m == RANGE && i < sizeof heads / sizeof *heads; i++)
        cli_table_add(&table, "%s", heads[i]);
    for (size_t i = 0; (s = finnc_stats_at(stats, i)); i++) {
        if (is_wanted(c, s, m) && m == RANGE)
            add_row(&table, s);
        else if (is_wanted(c, s, m))
            put_stuck(s, m == ZERO_STUCK, to);
    }
    return cli_table_print(c, &table, "", to);
}

static finnc_status put_json(cli *c, const finnc_stats *stats, FILE *to)
{
    json_t *root = json_object();
    const finnc_tensor_stats *s;
    mode m = mode_of(c);
    for (size_t i = 0; (s = finnc_stats_at(stats, i)); i++)
        if (is_wanted(c, s, m))
            cli_json_set(root, finnc_value_name(s->value),
                         m == RANGE ? tensor_json(s) : stuck_json(s, m == ZERO_STUCK));
    return cli_json_answer(c, "statistics", json_pack("{s:o}", "tensors", root), to);
}

static finnc_status sample(void *user, finnc_ctx *cx, size_t i, finnc_bundle **tensors)
{
    (void)cx;
    return cli_inputs_take(user, i, 1, tensors);
}

static finnc_status read_options(cli *c, finnc_stats_options *options, cli_inputs *inputs)
{
    bool are_given = cli_has(c, "inputs") || cli_has(c, "input") || c->noperands > 1;
    const char *axis;
    *options = (finnc_stats_options){.nsamples = are_given ? inputs->nsamples
                                                           : (size_t)cli_count(c, "samples", 3),
                                     .seed = cli_count(c, "seed", 0),
                                     .axes = {1},
                                     .naxes = 1,
                                     .includes_weights = cli_has(c, "weights"),
                                     .outputs_only = cli_has(c, "outputs-only"),
                                     .inputs = are_given ? sample : NULL,
                                     .user = inputs};
    for (size_t i = 0; (axis = cli_nth(c, "axis", i)); i++) {
        if (i == FINNC_STATS_MAX_AXES)
            return cli_wrong(c, "at most %d axes", FINNC_STATS_MAX_AXES);
        if (cli_read_integer(axis, &options->axes[i]))
            options->naxes = i + 1;
        options->has_axes = true;
    }
    return FINNC_OK;
}

static finnc_status put(cli *c, const finnc_stats *stats)
{
    cli_output output;
    FINNC_TRY(cli_output_open(c, cli_text(c, "output", NULL), &output));
    return cli_output_close(c, &output,
                            (cli_has(c, "json") ? put_json : put_text)(c, stats, output.stream));
}

static finnc_status collect(cli *c, const finnc_model *model, cli_inputs *inputs,
                            finnc_stats **stats)
{
    finnc_stats_options options;
    FINNC_TRY(cli_inputs_init(inputs, c, model, NULL, cli_has(c, "batch"), c->operands + 1,
                              c->noperands - 1));
    FINNC_TRY(cli_inputs_check(c, inputs));
    FINNC_TRY(read_options(c, &options, inputs));
    return finnc_stats_create(c->cx, model, &options, stats);
}

static finnc_status stats(cli *c)
{
    finnc_model *model;
    finnc_stats *found = NULL;
    cli_inputs inputs = {.c = c};
    FINNC_TRY(cli_model_read(c, c->operands[0], &model));
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = finnc_graph_infer_shapes(c->cx, finnc_model_graph(model));
    if (status == FINNC_OK)
        status = collect(c, model, &inputs, &found);
    finnc_ctx_leave(c->cx, depth);
    cli_progress_end(c);
    if (status == FINNC_OK)
        status = put(c, found);
    finnc_stats_destroy(found);
    cli_inputs_clear(&inputs);
    finnc_model_destroy(model);
    return status;
}

const cli_command cli_command_stats = {
    .name = "stats",
    .group = CLI_ANALYSE,
    .summary = "tell what the tensors of a model hold: extremes, means, use of their data types",
    .about =
        "Runs the model on the inputs given, or on random ones of their data types, and looks at "
        "every tensor on the way. 'used' is how many of the numbers of an integer data type came "
        "up, 'needs' the narrowest type that would have done. A channel is stuck if it holds one "
        "number only; channels are along --axis.",
    .examples = "finnc stats net.onnx --inputs data.npz --batch # over a data set\n"
                "finnc stats net.onnx -n 100 --report-mode=zerostuck_channel # channels that "
                "nobody needs\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}, {"FILE", CLI_FILE, CLI_MAY | CLI_MANY, NULL}},
    .options = {CLI_INPUT_OPTIONS(""),
                {"samples", 'n', CLI_SOME, "N", "without inputs: run on N random ones (3)", 0},
                {"seed", 0, CLI_COUNT, "N", "drawn from the seed N (0)", 0},
                {"axis", 0, CLI_INTEGER, "N", "the axis of channels (1); negative: from the end",
                 CLI_MANY},
                {"weights", 'w', CLI_FLAG, NULL, "the initialisers, too", 0},
                {"outputs-only", 0, CLI_FLAG, NULL, "the model's outputs alone, as upstream", 0},
                {"key-filter", 0, CLI_TEXT, "TEXT", "tensors with TEXT in their names", 0},
                {"report-mode", 0, CLI_CHOICE, "range|stuck_channel|zerostuck_channel",
                 "all figures (range), or channels that hold one number, or only zeros", 0},
                {"json", 0, CLI_FLAG, NULL, "the figures as JSON", 0},
                {"output", 'o', CLI_FILE, "FILE", "write there instead of standard output",
                 CLI_WRITES}},
    .excludes = "samples inputs input\n"
                "weights outputs-only",
    .run = stats,
};
