/* finnc compare: do two models compute the same, and if not, where do they part? */
#include "cli.h"
#include "inputs.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The second model's values of the names that both models have may differ on purpose (a scale that
 * moved); the first one that does is where to begin looking. */
typedef struct parting {
    const char *value; /* NULL: none is known */
    const finnc_node *node;
    finnc_difference difference;
} parting;

typedef struct comparison {
    cli *c;
    const finnc_model *a, *b;
    double rtol;
    size_t sample; /* at which they differ */
    finnc_difference difference;
    parting parting;
} comparison;

/* ---- running both ---- */

static finnc_value *nth_free_input(const finnc_graph *graph, size_t n)
{
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++)
        if (!finnc_value_is_constant(finnc_graph_input(graph, i)) && n-- == 0)
            return finnc_graph_input(graph, i);
    return NULL;
}

/* The input of the second model that an input of the first is: by name, or else by position. */
static const char *counterpart(const comparison *k, const char *name)
{
    const finnc_graph *a = finnc_model_graph(k->a), *b = finnc_model_graph(k->b);
    const finnc_value *value = finnc_graph_find_value(b, name);
    if (value && finnc_value_is_input(value))
        return name;
    for (size_t i = 0; nth_free_input(a, i); i++)
        if (!strcmp(finnc_value_name(nth_free_input(a, i)), name) && nth_free_input(b, i))
            return finnc_value_name(nth_free_input(b, i));
    return name;
}

/* A session in a place of its own: which of the two fails is the first thing to know. */
static finnc_status prepare(const comparison *k, bool is_second,
                            const finnc_session_options *options, finnc_session **session)
{
    finnc_ctx *cx = k->c->cx;
    int depth = finnc_ctx_enter(cx, "", cli_file_name(k->c->operands[is_second]), NULL);
    finnc_status status = finnc_session_create(cx, is_second ? k->b : k->a, options, session);
    finnc_ctx_leave(cx, depth);
    return status;
}

static finnc_status run_one(const comparison *k, bool is_second, finnc_session *session)
{
    finnc_ctx *cx = k->c->cx;
    int depth = finnc_ctx_enter(cx, "", cli_file_name(k->c->operands[is_second]), NULL);
    finnc_status status = finnc_session_run(session);
    finnc_ctx_leave(cx, depth);
    return status;
}

static finnc_status run_both(const comparison *k, finnc_session *a, finnc_session *b,
                             const finnc_bundle *inputs)
{
    for (size_t i = 0; i < finnc_bundle_count(inputs); i++) {
        const char *name;
        const finnc_tensor *tensor = finnc_bundle_at(inputs, i, &name);
        FINNC_TRY(finnc_session_feed(a, name, tensor));
        FINNC_TRY(finnc_session_feed(b, counterpart(k, name), tensor));
    }
    FINNC_TRY(run_one(k, false, a));
    return run_one(k, true, b);
}

static bool is_exact(const finnc_value *value)
{
    return finnc_value_has_dtype(value) && finnc_dtype_is_integer(finnc_value_dtype(value));
}

static void compare_value(const comparison *k, const finnc_session *a, const finnc_session *b,
                          const finnc_value *x, const finnc_value *y, finnc_difference *difference)
{
    const finnc_tensor *s = finnc_session_fetch(a, finnc_value_name(x));
    const finnc_tensor *t = finnc_session_fetch(b, finnc_value_name(y));
    double rtol = is_exact(x) || is_exact(y) ? 0 : k->rtol;
    *difference = (finnc_difference){.index = -1};
    if (s && t)
        finnc_tensor_compare(s, t, rtol, finnc_value_name(x), difference);
}

static finnc_status compare_outputs(comparison *k, const finnc_session *a, const finnc_session *b)
{
    const finnc_graph *g = finnc_model_graph(k->a), *h = finnc_model_graph(k->b);
    if (finnc_graph_noutputs(g) != finnc_graph_noutputs(h))
        return finnc_fail(k->c->cx, FINNC_BAD_VALUE, "%s has %zu outputs, %s has %zu",
                          k->c->operands[0], finnc_graph_noutputs(g), k->c->operands[1],
                          finnc_graph_noutputs(h));
    for (size_t i = 0; i < finnc_graph_noutputs(g) && !k->difference.value; i++)
        compare_value(k, a, b, finnc_graph_output(g, i), finnc_graph_output(h, i), &k->difference);
    return FINNC_OK;
}

/* ---- where they part ---- */

/* Names of node outputs that both models have, in the first one's order. */
static const char **common_names(const comparison *k, size_t *count)
{
    const finnc_graph *a = finnc_model_graph(k->a), *b = finnc_model_graph(k->b);
    const char **names = calloc(finnc_graph_nvalues(a) + 1, sizeof *names);
    *count = 0;
    finnc_foreach_node (node, a) {
        for (size_t i = 0; names && i < finnc_node_noutputs(node); i++) {
            const finnc_value *x = finnc_node_output(node, i);
            const finnc_value *y = x ? finnc_graph_find_value(b, finnc_value_name(x)) : NULL;
            if (y && finnc_value_producer(y))
                names[(*count)++] = finnc_value_name(x);
        }
    }
    return names;
}

static finnc_status find_parting(comparison *k, const char *const *names, size_t count,
                                 const finnc_bundle *inputs)
{
    finnc_session_options options = {.keep = names, .nkeep = count};
    finnc_session *a = NULL, *b = NULL;
    finnc_status status = prepare(k, false, &options, &a);
    if (status == FINNC_OK)
        status = prepare(k, true, &options, &b);
    if (status == FINNC_OK)
        status = run_both(k, a, b, inputs);
    parting *p = &k->parting;
    for (size_t i = 0; i < count && status == FINNC_OK && !p->value; i++) {
        const finnc_value *x = finnc_graph_find_value(finnc_model_graph(k->a), names[i]);
        const finnc_value *y = finnc_graph_find_value(finnc_model_graph(k->b), names[i]);
        compare_value(k, a, b, x, y, &p->difference);
        p->value = p->difference.value;
        p->node = finnc_value_producer(x);
    }
    finnc_session_destroy(b);
    finnc_session_destroy(a);
    return status;
}

/* ---- samples ---- */

/* Draws inputs for the first model, to be fed to both. */
static finnc_status draw(comparison *k, uint64_t seed, finnc_bundle **inputs)
{
    finnc_ctx *cx = k->c->cx;
    const finnc_graph *graph = finnc_model_graph(k->a);
    FINNC_TRY(finnc_bundle_create(cx, inputs));
    finnc_status status = FINNC_OK;
    const finnc_value *value;
    for (size_t i = 0; (value = nth_free_input(graph, i)) && status == FINNC_OK; i++) {
        finnc_tensor *tensor;
        status = finnc_value_draw(cx, value, seed + i, &tensor);
        if (status != FINNC_OK)
            break;
        status = finnc_bundle_set(*inputs, finnc_value_name(value), tensor);
        finnc_tensor_release(tensor);
    }
    if (status != FINNC_OK)
        finnc_bundle_destroy(*inputs);
    return status;
}

static finnc_status compare_sample(comparison *k, finnc_session *a, finnc_session *b,
                                   const finnc_bundle *inputs)
{
    FINNC_TRY(run_both(k, a, b, inputs));
    FINNC_TRY(compare_outputs(k, a, b));
    if (!k->difference.value)
        return FINNC_OK;
    size_t count;
    const char **names = common_names(k, &count);
    finnc_status status = names ? find_parting(k, names, count, inputs) : finnc_no_memory(k->c->cx);
    free(names);
    return status;
}

static finnc_status compare_samples(comparison *k, const cli_inputs *given)
{
    cli *c = k->c;
    size_t nsamples = given ? given->nsamples : (size_t)cli_int(c, "samples", 3);
    uint64_t seed = cli_count(c, "seed", 0);
    finnc_session *a = NULL, *b = NULL;
    finnc_status status = prepare(k, false, NULL, &a);
    if (status == FINNC_OK)
        status = prepare(k, true, NULL, &b);
    for (size_t i = 0; i < nsamples && status == FINNC_OK && !k->difference.value; i++) {
        finnc_bundle *inputs = NULL;
        status = finnc_progress(c->cx, "comparing", i, nsamples);
        if (status == FINNC_OK)
            status = given ? cli_inputs_sample(given, i, &inputs) : draw(k, seed + i, &inputs);
        if (status != FINNC_OK)
            break;
        k->sample = i;
        status = compare_sample(k, a, b, inputs);
        finnc_bundle_destroy(inputs);
    }
    finnc_session_destroy(b);
    finnc_session_destroy(a);
    return status;
}

/* ---- the answer ---- */

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *difference_as_json(const finnc_difference *d)
{
    return json_pack("{s:s, s:I, s:o, s:o, s:I, s:o}", "value", d->value, "index",
                     (json_int_t)d->index, "a", number(d->a), "b", number(d->b), "count",
                     (json_int_t)d->count, "largest", number(d->largest));
}

static finnc_status put_json(const comparison *k)
{
    bool is_equal = !k->difference.value;
    json_t *root = json_pack("{s:b}", "equal", is_equal);
    if (!is_equal) {
        json_object_set_new(root, "sample", json_integer((json_int_t)k->sample));
        json_object_set_new(root, "output", difference_as_json(&k->difference));
    }
    if (k->parting.value)
        json_object_set_new(root, "parting", difference_as_json(&k->parting.difference));
    bool is_written = root && !json_dumpf(root, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(root);
    return is_written ? FINNC_OK : finnc_no_memory(k->c->cx);
}

static void put_difference(const finnc_difference *d)
{
    cli_put(stdout, d->value);
    if (d->index < 0)
        puts(": the shapes or element types differ");
    else
        printf(": %" PRId64 " element%s, the first at %" PRId64
               ": %.9g and %.9g; by at most %.3g\n",
               d->count, d->count == 1 ? " differs" : "s differ", d->index, d->a, d->b, d->largest);
}

static void put_text(const comparison *k)
{
    if (!k->difference.value) {
        if (!k->c->is_quiet)
            puts("equal");
        return;
    }
    printf("sample %zu: output ", k->sample);
    put_difference(&k->difference);
    const parting *p = &k->parting;
    if (!p->value || !strcmp(p->value, k->difference.value))
        return;
    fputs("the first tensor of the same name that differs, made by ", stdout);
    const char *name = finnc_node_name(p->node);
    cli_put(stdout, name[0] ? name : "a");
    fputs(name[0] ? " (" : " ", stdout);
    cli_put(stdout, finnc_node_op_type(p->node));
    fputs(name[0] ? "):\n  " : ":\n  ", stdout);
    put_difference(&p->difference);
}

/* ---- the command ---- */

static finnc_status compare_models(comparison *k)
{
    cli *c = k->c;
    cli_inputs inputs;
    if (!cli_has(c, "inputs") && !cli_has(c, "input"))
        return compare_samples(k, NULL);
    finnc_status status = cli_inputs_init(&inputs, c, k->a, NULL, 0);
    if (status == FINNC_OK)
        status = compare_samples(k, &inputs);
    cli_inputs_clear(&inputs);
    return status;
}

static finnc_status compare(cli *c)
{
    finnc_model *a = NULL, *b = NULL;
    finnc_status status = cli_model_read(c, c->operands[0], &a);
    if (status == FINNC_OK)
        status = cli_model_read(c, c->operands[1], &b);
    comparison k = {.c = c, .a = a, .b = b, .rtol = cli_number(c, "rtol", 1e-4)};
    if (status == FINNC_OK)
        status = compare_models(&k);
    if (status == FINNC_OK && cli_has(c, "json"))
        status = put_json(&k);
    else if (status == FINNC_OK)
        put_text(&k);
    c->exit_status = status == FINNC_OK && k.difference.value;
    finnc_model_destroy(b);
    finnc_model_destroy(a);
    return status;
}

const cli_command cli_command_compare = {
    .name = "compare",
    .group = CLI_RUN,
    .summary = "tell whether two models compute the same, and if not, where they part",
    .about =
        "Runs both on the same inputs and compares the outputs by position: integers, and "
        "numbers annotated as integers, have to be equal; other floats may differ by rounding. On "
        "a difference it names the first tensor that differs among those of the same name in both "
        "models. The exit status is 1 if they differ.",
    .examples = "finnc compare net.onnx streamlined.onnx # on random inputs\n"
                "finnc compare net.onnx streamlined.onnx --inputs data.npz --batch # on these\n",
    .operands = {{"A", CLI_FILE, 0, NULL}, {"B", CLI_FILE, 0, NULL}},
    .options = {{"inputs", 'i', CLI_FILE, "I.npz", "the inputs of A, by name", 0},
                {"input", 0, CLI_FILE, "[NAME=]FILE",
                 "one input of A, from .npy .npz .pb .png .jpg", CLI_MANY},
                {"batch", 'b', CLI_FLAG, NULL,
                 "cut inputs longer than A's along the first axis and compare piece by piece", 0},
                {"samples", 'n', CLI_COUNT, "N", "without inputs: on N random ones (3)", 0},
                {"seed", 0, CLI_COUNT, "N", "drawn from the seed N (0)", 0},
                {"rtol", 0, CLI_NUMBER, "X",
                 "let floats differ by X times the tensor's largest magnitude (1e-4)", 0},
                {"json", 0, CLI_FLAG, NULL, "the answer as JSON", 0}},
    .run = compare,
};
