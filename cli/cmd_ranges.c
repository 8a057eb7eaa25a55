/* finnc ranges: between which numbers every tensor lies. */
#include "json.h"
#include "pipeline.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- ranges of inputs ---- */

typedef struct given {
    finnc_input_range *list;
    size_t count;
} given;

/* Upstream's way to write it, "(0,1)" or "([0,0],[1,2])", is JSON but for the brackets. */
static json_t *read_pair(const char *text)
{
    char *json = strdup(text);
    for (char *s = json; s && *s; s++)
        *s = *s == '(' ? '[' : *s == ')' ? ']' : *s;
    json_t *pair = json ? json_loads(json, 0, NULL) : NULL;
    free(json);
    return pair;
}

/* One number, or a list of them; NULL if it is neither, or empty. */
static double *read_numbers(const json_t *json, size_t *count)
{
    size_t n = json_is_array(json) ? json_array_size(json) : 1;
    double *list = n ? calloc(n, sizeof *list) : NULL;
    if (!list)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const json_t *x = json_is_array(json) ? json_array_get(json, i) : json;
        if (!json_is_number(x)) {
            free(list);
            return NULL;
        }
        list[i] = json_number_value(x);
    }
    *count = n;
    return list;
}

/* `name`: its first `length` letters; NULL: every input. */
static finnc_status add_given(cli *c, given *g, const char *name, size_t length, const char *text)
{
    json_t *pair = read_pair(text);
    finnc_input_range *more = realloc(g->list, (g->count + 1) * sizeof *more);
    char *own = name ? strndup(name, length) : NULL;
    size_t nmin = 0, nmax = 1;
    if (more)
        g->list = more;
    if (!more || (name && !own)) {
        json_decref(pair);
        free(own);
        return finnc_no_memory(c->cx);
    }
    bool is_pair = json_is_array(pair) && json_array_size(pair) == 2;
    double *min = is_pair ? read_numbers(json_array_get(pair, 0), &nmin) : NULL;
    double *max = is_pair ? read_numbers(json_array_get(pair, 1), &nmax) : NULL;
    json_decref(pair);
    if (!min || !max || nmin != nmax) {
        free(min);
        free(max);
        free(own);
        return cli_wrong(c, "a range is '%s', should be like (0,255) or ([0,0,0],[1,1,1])", text);
    }
    g->list[g->count++] = (finnc_input_range){own, min, max, nmin};
    return FINNC_OK;
}

static void clear_given(given *g)
{
    for (size_t i = 0; i < g->count; i++) {
        free((double *)g->list[i].min);
        free((double *)g->list[i].max);
        free((char *)g->list[i].name);
    }
    free(g->list);
}

static finnc_status read_given(cli *c, given *g)
{
    const char *text;
    for (size_t i = 0; (text = cli_nth(c, "input-range", i)); i++) {
        const char *mark = strchr(text, '=');
        if (!mark)
            return cli_wrong(c, "--input-range is '%s', should be like x=(0,255)", text);
        FINNC_TRY(add_given(c, g, text, (size_t)(mark - text), mark + 1));
    }
    text = cli_text(c, "irange", NULL);
    return text ? add_given(c, g, NULL, 0, text) : FINNC_OK;
}

/* ---- what is asked for ---- */

typedef enum mode { RANGE, STUCK, ZERO_STUCK } mode;

static mode mode_of(const cli *c)
{
    const char *word = cli_text(c, "report-mode", "range");
    return !strcmp(word, "range") ? RANGE : !strcmp(word, "stuck_channel") ? STUCK : ZERO_STUCK;
}

static bool is_stuck(const finnc_range *r, int64_t k, mode m)
{
    return r->channel_min[k] == r->channel_max[k] && (m == STUCK || r->channel_min[k] == 0);
}

static bool is_wanted(const cli *c, const finnc_range *r, mode m)
{
    if (!strstr(r->name, cli_text(c, "key-filter", "")))
        return false;
    bool any = m == RANGE;
    for (int64_t k = 0; k < r->nchannels && !any && !r->is_constant; k++)
        any = is_stuck(r, k, m);
    return any;
}

/* ---- as a table ---- */

static const char *number(double x, char text[CLI_NUMBER_MAX])
{
    x += 0.0; /* -0 is 0 */
    snprintf(text, CLI_NUMBER_MAX, x == nearbyint(x) && fabs(x) < 1e15 ? "%.0f" : "%.6g", x);
    return text;
}

/* Integers of a range that no type of up to 64 bits holds are not called floats. */
static const char *integers(finnc_dtype dtype, char type[FINNC_DTYPE_NAME_MAX])
{
    return finnc_dtype_is_integer(dtype) ? finnc_dtype_name(dtype, type) : "beyond 64 bits";
}

static void add_scaled(cli_table *t, const finnc_scaled_range *s)
{
    char text[CLI_NUMBER_MAX], type[FINNC_DTYPE_NAME_MAX];
    for (int column = 0; !s && column < 4; column++)
        cli_table_add(t, "%s", "");
    if (!s)
        return;
    cli_table_add(t, "%s", number(s->min, text));
    cli_table_add(t, "%s", number(s->max, text));
    cli_table_add(t, "%s", integers(s->dtype, type));
    if (s->count > 1)
        cli_table_add(t, "one for each of %" PRId64 " channels", s->count);
    else if (s->bias[0] != 0)
        cli_table_add(t, "%.6g * n + %.6g", s->scale[0], s->bias[0]);
    else
        cli_table_add(t, "%.6g * n", s->scale[0]);
}

static void add_row(cli_table *t, const finnc_range *r, bool scaled)
{
    char text[CLI_NUMBER_MAX], type[FINNC_DTYPE_NAME_MAX];
    cli_table_add(t, "%s", r->name);
    cli_table_add(t, "%s", number(r->min, text));
    cli_table_add(t, "%s", number(r->max, text));
    cli_table_add(t, "%s", r->is_integer ? integers(r->dtype, type) : "");
    if (scaled)
        add_scaled(t, r->scaled);
    cli_table_add(t, "%s%s", r->is_accumulator ? "accumulator: " : "", r->reason);
}

static void put_stuck(const finnc_range *r, mode m, FILE *to)
{
    const char *separator = ":";
    cli_put(to, r->name);
    for (int64_t k = 0; k < r->nchannels; k++)
        if (is_stuck(r, k, m)) {
            fprintf(to, m == ZERO_STUCK ? "%s %" PRId64 : "%s %" PRId64 " at %.6g", separator, k,
                    r->channel_min[k]);
            separator = ",";
        }
    putc('\n', to);
}

static finnc_status put_text(cli *c, const finnc_ranges *ranges, FILE *to)
{
    static const char *const plain[] = {"tensor", "min", "max", "integers", "why"};
    static const char *const scaled[] = {"tensor", "min", "max",      "integers", "n from",
                                         "n to",   "n",   "value is", "why"};
    bool is_scaled = cli_has(c, "scaled");
    const finnc_range *r;
    mode m = mode_of(c);
    cli_table table;
    cli_table_init(&table, is_scaled ? "<>><>><<<" : "<>><<");
    for (size_t i = 0; m == RANGE && i < (is_scaled ? 9 : 5); i++)
        cli_table_add(&table, "%s", is_scaled ? scaled[i] : plain[i]);
    for (size_t i = 0; (r = finnc_ranges_at(ranges, i)); i++) {
        if (is_wanted(c, r, m) && m == RANGE)
            add_row(&table, r, is_scaled);
        else if (is_wanted(c, r, m))
            put_stuck(r, m, to);
    }
    return cli_table_print(c, &table, "", to);
}

/* ---- as JSON ---- */

static json_t *real_json(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *list_json(const double *list, int64_t count)
{
    json_t *array = json_array();
    for (int64_t i = 0; i < count; i++)
        json_array_append_new(array, real_json(list[i]));
    return array;
}

static bool are_equal(const double *list, int64_t count)
{
    for (int64_t i = 1; i < count; i++)
        if (list[i] != list[0])
            return false;
    return true;
}

/* As upstream: two numbers, or two lists if channels differ. */
static json_t *pair_json(double min, double max, int64_t n, const double *mins, const double *maxs)
{
    if (!n || (are_equal(mins, n) && are_equal(maxs, n)))
        return json_pack("[o, o]", real_json(min), real_json(max));
    return json_pack("[o, o]", list_json(mins, n), list_json(maxs, n));
}

static json_t *type_json(finnc_dtype dtype, bool is_integer)
{
    char type[FINNC_DTYPE_NAME_MAX];
    return is_integer && !finnc_dtype_is_integer(dtype)
               ? json_null()
               : json_string(finnc_dtype_name(dtype, type));
}

static json_t *scaled_json(const finnc_range *r)
{
    const finnc_scaled_range *s = r->scaled;
    return json_pack("{s:o, s:o, s:o, s:o}", "int_range",
                     pair_json(s->min, s->max, r->nchannels, s->channel_min, s->channel_max),
                     "datatype", type_json(s->dtype, true), "scale", list_json(s->scale, s->count),
                     "bias", list_json(s->bias, s->count));
}

static json_t *range_json(const finnc_range *r)
{
    json_t *object = json_pack(
        "{s:o, s:b, s:b, s:b, s:o, s:o}", "range",
        pair_json(r->min, r->max, r->nchannels, r->channel_min, r->channel_max), "constant",
        r->is_constant, "integer", r->is_integer, "accumulator", r->is_accumulator, "datatype",
        type_json(r->dtype, r->is_integer), "reason", cli_json_text(r->reason));
    if (r->scaled)
        json_object_set_new(object, "scaled", scaled_json(r));
    return object;
}

static json_t *stuck_json(const finnc_range *r, mode m)
{
    json_t *list = json_array();
    for (int64_t k = 0; k < r->nchannels; k++)
        if (is_stuck(r, k, m))
            json_array_append_new(list, m == ZERO_STUCK ? json_integer((json_int_t)k)
                                                        : json_pack("[I, o]", (json_int_t)k,
                                                                    real_json(r->channel_min[k])));
    return list;
}

static finnc_status put_json(cli *c, const finnc_ranges *ranges, FILE *to)
{
    json_t *root = json_object();
    const finnc_range *r;
    mode m = mode_of(c);
    for (size_t i = 0; (r = finnc_ranges_at(ranges, i)); i++)
        if (is_wanted(c, r, m))
            cli_json_set(root, r->name, m == RANGE ? range_json(r) : stuck_json(r, m));
    return cli_json_answer(c, "ranges", json_pack("{s:o}", "tensors", root), to);
}

/* ---- the command ---- */

static finnc_status put(cli *c, const finnc_ranges *ranges)
{
    cli_output output;
    if (finnc_ranges_assume_ones(ranges))
        cli_say(c, CLI_YELLOW, "warning",
                "sizes that the model leaves open are taken as 1; ChangeBatchSize sets a batch's");
    FINNC_TRY(cli_output_open(c, cli_text(c, "output", NULL), &output));
    return cli_output_close(c, &output,
                            (cli_has(c, "json") ? put_json : put_text)(c, ranges, output.stream));
}

static finnc_status analyse(cli *c, finnc_model *model, const given *g, finnc_ranges **ranges)
{
    finnc_ranges_options options = {.inputs = g->list,
                                    .ninputs = g->count,
                                    .has_axis = cli_has(c, "axis"),
                                    .axis = cli_integer(c, "axis", 1),
                                    .has_scaled = cli_has(c, "scaled")};
    FINNC_TRY(cli_passes_run(c, model, cli_has(c, "do-cleanup") ? "Cleanup" : "InferShapes"));
    return finnc_ranges_create(c->cx, model, &options, ranges);
}

static finnc_status ranges(cli *c)
{
    finnc_model *model = NULL;
    finnc_ranges *found = NULL;
    given g = {0};
    finnc_status status = read_given(c, &g);
    if (status == FINNC_OK)
        status = cli_model_read(c, c->operands[0], &model);
    int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    if (status == FINNC_OK)
        status = analyse(c, model, &g, &found);
    finnc_ctx_leave(c->cx, depth);
    cli_progress_end(c);
    if (status == FINNC_OK)
        status = put(c, found);
    finnc_ranges_destroy(found);
    finnc_model_destroy(model);
    clear_given(&g);
    return status;
}

const cli_command cli_command_ranges = {
    .name = "ranges",
    .group = CLI_ANALYSE,
    .summary = "tell between which numbers every tensor lies, and the integers that it takes",
    .about =
        "Follows intervals from the inputs through the nodes: no input can take a tensor out of "
        "its range. 'integers' is the narrowest type for a tensor of integers, for sums of "
        "products the width of the accumulator. An input's range is that of its data type, or "
        "given. Where nothing is known, the range is from -inf to inf, and 'why' says what for.\n\n"
        "--scaled looks for integers behind scales, too: value = scale * n + bias. Channels that "
        "can only hold one number are stuck; --report-mode lists them as qonnx-range-analysis "
        "does.",
    .examples = "finnc ranges net.onnx # of inputs with integer data types\n"
                "finnc ranges net.onnx --irange '(0,1)' --scaled # accumulator widths of a QONNX "
                "model\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"irange", 0, CLI_TEXT, "RANGE",
                 "of all inputs: (0,255), or ([0,0,0],[1,1,1]) by channels", 0},
                {"input-range", 0, CLI_TEXT, "NAME=RANGE", "of one input", CLI_MANY},
                {"scaled", 's', CLI_FLAG, NULL, "integers, scales and biases, too", 0},
                {"axis", 0, CLI_INTEGER, "N", "the axis of channels (1); negative: from the end",
                 0},
                {"key-filter", 0, CLI_TEXT, "TEXT", "tensors with TEXT in their names", 0},
                {"report-mode", 0, CLI_CHOICE, "range|stuck_channel|zerostuck_channel",
                 "ranges, or channels that can only hold one number, or only zero", 0},
                {"do-cleanup", 0, CLI_FLAG, NULL, "run Cleanup before, as upstream's option", 0},
                {"json", 0, CLI_FLAG, NULL, "the figures as JSON", 0},
                {"output", 'o', CLI_FILE, "FILE", "write there instead of standard output",
                 CLI_WRITES}},
    .run = ranges,
};
