#include "support/program.h"

#include "../passes/hw/layers.h"
#include "models.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A layer that is bound. */
#define LAYER                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 13, \"finn.custom_op.fpgadataflow.hls\" : 1]>\n"        \
    "g (float[1,6] x {UINT2}, float[1,6] z {UINT2}) => (float[1,6] y {UINT3}) { [a] y = " HLS      \
    "AddStreams_hls<backend=\"fpgadataflow\", NumChannels=6, PE=1, inputDataType=\"UINT2\">(x, z)" \
    " }"

/* As docs/json.md lists them. */
static const struct {
    const char *line, *kind, *key;
} answers[] = {
    {"bench m.onnxtxt --threads 1 --seconds 0.01 --batch-size 1 --json", "benchmark", "rows"},
    {"bisect m.onnxtxt -p RemoveIdentityOps --json", "bisection", "equal"},
    {"check m.onnxtxt --json", "findings", "topology"},
    {"compare m.onnxtxt m.onnxtxt --json", "comparison", "equal"},
    {"cost m.onnxtxt --json", "cost", "total_cost"},
    {"dump m.onnxtxt --json", "model", "nodes"},
    {"estimate h.onnxtxt --json", "estimate", "layer_cycles"},
    {"explain m.onnxtxt same -p RemoveIdentityOps --json", "explanation", "events"},
    {"fifo h.onnxtxt --json", "fifos", "fifos"},
    {"fold h.onnxtxt --as-is --json", "folding", "layers"},
    {"ops --json", "ops", "ops"},
    {"ops Relu --json", "ops", "ops"},
    {"passes SortGraph --json", "pass", "name"},
    {"passes cnv --json", "recipe", "name"},
    {"ranges m.onnxtxt --json", "ranges", "tensors"},
    {"reduce m.onnxtxt -o small.onnx --check 'grep -q Mul' --json", "reduction", "finished"},
    {"run m.onnxtxt --explain-plan --json", "plan", "nodes"},
    {"stats m.onnxtxt --json", "statistics", "tensors"},
};

static void write_models(void)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
    test_write("h.onnxtxt", LAYER);
}

Test(json, answers_of_our_own_have_one_head)
{
    write_models();
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        const outcome *o = finnc_run(answers[i].line, NULL);
        json_error_t error;
        /* What does not fit into the outcome has its head nevertheless. */
        json_t *root = json_loads(o->out, 0, &error);
        if (!root && strlen(o->out) == sizeof o->out - 1) {
            cr_expect(strstr(o->out, answers[i].kind), "%s", answers[i].line);
            continue;
        }
        cr_assert(root, "%s: %s%s", answers[i].line, o->err, error.text);
        const json_t *head = json_object_get(root, "finnc");
        const char *kind = json_string_value(json_object_get(head, "kind"));
        cr_expect(kind && !strcmp(kind, answers[i].kind), "%s: %s", answers[i].line, kind);
        cr_expect_eq(json_integer_value(json_object_get(head, "schema")), 1, "%s", answers[i].line);
        cr_expect_str_eq(json_string_value(json_object_get(head, "version")), finnc_version());
        cr_expect(json_object_get(root, answers[i].key), "%s", answers[i].line);
        json_decref(root);
    }
}

Test(json, a_write_that_fails_says_so)
{
    char line[1024];
    if (access("/dev/full", W_OK))
        cr_skip_test("there is no /dev/full");
    snprintf(line, sizeof line, FNC_BINARY_DIR "/finnc ops --json >/dev/full 2>%s/err",
             test_folder());
    cr_expect_neq(system(line), 0);
    cr_expect(strstr(test_read("err"), "cannot write: No space left on device"), "%s",
              test_read("err"));
}

/* Two values that look alike once they are UTF-8, between one that is. */
#define NO_UTF8                                                                                    \
    "<ir_version: 8, opset_import: [\"\" : 17]>\n\"g\xff\" (float[1,3] \"x\xff\")"                 \
    " => (float[1,3] \"y\xe9\", float[1,3] \"y\xe8\", float[1,3] \"y\xef\xbf\xbd\") {"             \
    " [\"m\xe9\"] \"y\xe9\" = Abs(\"x\xff\") [\"m\xe8\"] \"y\xe8\" = Neg(\"x\xff\")"               \
    " [m] \"y\xef\xbf\xbd\" = Relu(\"y\xe8\") }"

/* The object at keys, parted by blanks, of what `line` prints: whole, and no key twice. */
static size_t count_at(const char *line, const char *keys)
{
    char text[64], *rest = NULL;
    json_error_t error;
    const outcome *o = finnc_run(line, NULL);
    json_t *root = json_loads(o->out, JSON_REJECT_DUPLICATES, &error), *at = root;
    cr_assert(root, "%s: %s%s", line, o->err, error.text);
    snprintf(text, sizeof text, "%s", keys);
    for (char *key = strtok_r(text, " ", &rest); key; key = strtok_r(NULL, " ", &rest))
        at = json_is_array(at) ? json_array_get(at, 0) : json_object_get(at, key);
    cr_assert(at, "%s: no %s", line, keys);
    const size_t n = json_is_array(at) ? json_array_size(at) : json_object_size(at);
    json_decref(root);
    return n;
}

Test(json, names_that_are_no_utf8_lose_no_entry)
{
    test_write("u.onnxtxt", NO_UTF8);
    cr_expect_eq(count_at("run u.onnxtxt --samples 1 --json", "samples 0 outputs"), 3);
    cr_expect_eq(count_at("run u.onnxtxt --samples 1 --times --json", "times"), 3);
    cr_expect_eq(count_at("run u.onnxtxt --explain-plan --json", "nodes"), 3);
    cr_expect_eq(count_at("ranges u.onnxtxt --json", "tensors"), 4);
    cr_expect_eq(count_at("stats u.onnxtxt --samples 1 --json", "tensors"), 4);
    cr_expect_eq(count_at("cost u.onnxtxt --json", "finnc"), 3);
    cr_expect_eq(count_at("explain u.onnxtxt m -p GiveReadableTensorNames --json", "finnc"), 3);
    finnc_run("transform u.onnxtxt -n -p GiveReadableTensorNames --remarks-file r.json", NULL);
    json_t *remarks = json_loads(test_read("r.json"), 0, NULL);
    cr_expect(remarks);
    json_decref(remarks);
}

Test(json, labels_that_are_no_utf8_are_ranked)
{
    test_write("u.onnxtxt", NO_UTF8);
    test_write("labels.txt", "caf\xe9\ntea\nwater\n");
    const char *line = "run u.onnxtxt --samples 1 --labels labels.txt --json";
    cr_expect_eq(count_at(line, "samples 0 ranking"), 3);
    cr_expect(strstr(finnc_run(line, NULL)->out, "\"caf\xef\xbf\xbd\""));
}
