/* finnc compare: do two models compute the same, and if not, where do they part? */
#include "cli.h"
#include "difference.h"
#include "engine.h"
#include "inputs.h"
#include "json.h"

/* ---- the answer ---- */

static finnc_status put_json(cli *c, const finnc_comparison *k)
{
    bool is_equal = !k->difference.value;
    json_t *root = json_pack("{s:b, s:s}", "equal", is_equal, "engine",
                             cli_engine_name(FINNC_ENGINE_REFERENCE)); /* compares are made on it */
    if (!is_equal) {
        json_object_set_new(root, "sample", json_integer((json_int_t)k->sample));
        json_object_set_new(root, "output", cli_difference_json(&k->difference));
    }
    json_object_set_new(root, "outputs_moved", json_integer((json_int_t)k->nmoved));
    cli_parting_json(k, root);
    return cli_json_answer(c, "comparison", root, stdout);
}

static void put_text(const finnc_comparison *k)
{
    if (!k->difference.value) {
        if (k->nmoved)
            printf("equal, %zu output%s with the axes in another order\n", k->nmoved,
                   k->nmoved == 1 ? "" : "s");
        else
            puts("equal");
        return;
    }
    printf("sample %zu: output ", k->sample);
    cli_difference_put(&k->difference);
    cli_parting_put(k);
}

/* ---- the command ---- */

static finnc_status sample_of(void *user, finnc_ctx *cx, size_t sample, finnc_bundle **inputs)
{
    (void)cx;
    return cli_inputs_take(user, sample, 1, inputs);
}

static finnc_status compare_models(cli *c, const finnc_model *a, const finnc_model *b,
                                   finnc_compare_options options, finnc_comparison *comparison)
{
    cli_inputs inputs;
    options.name_a = cli_file_name(c->operands[0]);
    options.name_b = cli_file_name(c->operands[1]);
    options.wants_parting = true;
    if (!cli_has(c, "inputs") && !cli_has(c, "input")) {
        FINNC_TRY(cli_inputs_check(c, NULL));
        return finnc_compare(c->cx, a, b, &options, comparison);
    }
    finnc_status status = cli_inputs_init(&inputs, c, a, NULL, cli_has(c, "batch"), NULL, 0);
    if (status == FINNC_OK)
        status = cli_inputs_check(c, &inputs);
    if (status == FINNC_OK) {
        options.nsamples = inputs.nsamples;
        options.inputs = sample_of;
        options.user = &inputs;
        status = finnc_compare(c->cx, a, b, &options, comparison);
    }
    cli_inputs_clear(&inputs);
    return status;
}

static finnc_status compare(cli *c)
{
    finnc_model *a = NULL, *b = NULL;
    finnc_comparison comparison = {0};
    finnc_compare_options options;
    FINNC_TRY(cli_comparison_read(c, &options));
    finnc_status status = cli_model_read(c, c->operands[0], &a);
    if (status == FINNC_OK)
        status = cli_model_read(c, c->operands[1], &b);
    if (status == FINNC_OK)
        status = compare_models(c, a, b, options, &comparison);
    if (status == FINNC_OK && cli_has(c, "json"))
        status = put_json(c, &comparison);
    else if (status == FINNC_OK)
        put_text(&comparison);
    if (status == FINNC_OK)
        c->exit_status = comparison.difference.value != NULL;
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
        "a difference it names the first tensor that differs from its counterpart: the one of the "
        "same name, in the same place, or made alike of counterparts. Channels may be first in one "
        "model and last in the other, as annotated layouts or shapes tell. The exit status is 1 if "
        "they differ.",
    .examples = "finnc compare net.onnx streamlined.onnx # on random inputs\n"
                "finnc compare net.onnx streamlined.onnx --inputs data.npz --batch # on these\n",
    .operands = {{"A", CLI_FILE, 0, NULL}, {"B", CLI_FILE, 0, NULL}},
    .options = {CLI_INPUT_OPTIONS(" of A"),
                CLI_COMPARISON_OPTIONS,
                {"json", 0, CLI_FLAG, NULL, "the answer as JSON", 0}},
    .excludes = "samples inputs input",
    .run = compare,
};
