/* docs/schema.json describes every answer, key by key. */
#include "support/schema.h"
#include "support/program.h"

#include "../passes/hw/layers.h"
#include "models.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* 72 products, two copies of what comes out: layers whose widths do not fit one another. */
#define LAYERS                                                                                     \
    "<ir_version: 8, opset_import: [\"\" : 13, \"finn.custom_op.fpgadataflow.hls\" : 1]>\n"        \
    "g (float[1,12] x {UINT2}) => (float[1,6] y {UINT2})"                                          \
    "<float[12,6] w {INT2}, float[6] p {UINT1}> {"                                                 \
    "[m] z = " HLS "MVAU_hls<backend=\"fpgadataflow\", MW=12, MH=6, SIMD=12, PE=2,"                \
    " inputDataType=\"UINT2\", weightDataType=\"INT2\", outputDataType=\"UINT2\","                 \
    " noActivation=1>(x, w) [c] y = " COPY(6, 3, "UINT2", "") "(z, p) }"

/* A weight that fixed-point numbers of three bits do not hold, behind a Conv; a body; an
 * annotation. */
#define THIRD                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "g (float[1,2,3,3] x {UINT8}) => (float[1,1,3,3] y) <float[1,2,1,1] third = {0.3,0.3}, "       \
    "float[1,2,1,1] w = {1,-1}>\n"                                                                 \
    "{\n    same = Identity(x)\n    [scale] s = Mul(same, third)\n    [conv] y = Conv(s, w)\n}\n"
#define FIXING                                                                                     \
    "-p 'RemoveIdentityOps,FixedPointQuantizeParamsFromDict{fixedpt_dict={\"third\":\"FIXED<3,1>\"}}'"
#define FAILING "-p 'FixedPointQuantizeParamsFromDict{fixedpt_dict=[1]}'"
#define CNV     FNC_SOURCE_DIR "/examples/cnv-w1a1"

static const struct {
    const char *line, *kind;
    const char *file; /* where the answer is; NULL: on standard output */
} answers[] = {
    {"bench " CNV "/cnv-w1a1.onnx --threads 1 --seconds 0.01 --batch-size 1 --json", "benchmark",
     NULL},
    {"bisect m.onnxtxt -p RemoveIdentityOps --json", "bisection", NULL},
    {"bisect third.onnxtxt " FIXING " --json", "bisection", NULL},
    {"check m.onnxtxt --json", "findings", NULL},
    {"compare m.onnxtxt m.onnxtxt --json", "comparison", NULL},
    {"compare m.onnxtxt thrice.onnxtxt --json", "comparison", NULL},
    {"cost " CNV "/cnv-w1a1.onnx --json", "cost", NULL},
    {"dump third.onnxtxt --json --weights", "model", NULL},
    {"dump " CNV "/cnv-w1a1.onnx --json", "model", NULL},
    {"estimate h.onnxtxt --part Pynq-Z1 --json", "estimate", NULL},
    {"eval colours.onnxtxt --images d --labels names --json", "evaluation", NULL},
    {"explain third.onnxtxt conv -p RemoveIdentityOps,MoveScalarMulPastConv --json", "explanation",
     NULL},
    {"explain m.onnxtxt same -p RemoveIdentityOps --json", "explanation", NULL},
    {"fifo h.onnxtxt --json", "fifos", NULL},
    {"fold h.onnxtxt --as-is --json", "folding", NULL},
    {"fold h.onnxtxt --part Pynq-Z1 --target-cycles 3 --json", "folding", NULL},
    {"ops --json", "ops", NULL},
    {"passes --json", "passes", NULL},
    {"passes MoveScalarMulPastConv --json", "pass", NULL},
    {"passes Streamline --json", "pass", NULL},
    {"passes InsertTopK --json", "pass", NULL},
    {"passes cnv --json", "recipe", NULL},
    {"ranges " CNV "/cnv-w1a1.onnx --json", "ranges", NULL},
    {"ranges third.onnxtxt --scaled --json", "ranges", NULL},
    {"ranges third.onnxtxt --report-mode stuck_channel --json", "ranges", NULL},
    {"reduce m.onnxtxt -o small.onnx --check 'grep -q Mul' --json", "reduction", NULL},
    {"transform m.onnxtxt -o out.onnx " FAILING " --reproducer kept", "reproducer",
     "kept/repro.json"},
    {"replay kept --json", "replay", NULL},
    {"run colours.onnxtxt d/red/0.ppm --json", "run", NULL},
    {"run " CNV "/cnv-w1a1.onnx " CNV "/images/3-cat.png --labels " CNV
     "/labels.txt --times --json",
     "run", NULL},
    {"run " CNV "/cnv-w1a1.onnx --explain-plan --json", "plan", NULL},
    {"stats m.onnxtxt --axis 1 --weights --json", "statistics", NULL},
    {"stats " CNV "/cnv-w1a1.onnx --samples 1 --json", "statistics", NULL},
    {"stats third.onnxtxt --report-mode zerostuck_channel --json", "statistics", NULL},
    {"test cases --json", "tests", NULL},
    {"transform third.onnxtxt -n -p tidy,MoveScalarMulPastConv --remarks-file r.json", "remarks",
     "r.json"},
};
enum { NANSWERS = sizeof answers / sizeof *answers };

static void make_folder(const char *name)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    mkdir(path, 0777);
}

static void write_all(void)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
    test_write("thrice.onnxtxt", THRICE);
    test_write("third.onnxtxt", THIRD);
    test_write("h.onnxtxt", LAYERS);
    test_write("colours.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                                  "c (float[1,3,1,1] x) => (float[1,3,1,1] y) { y = Identity(x) }");
    test_write("names", "red\ngreen\nblue\n");
    make_folder("d");
    make_folder("d/red");
    make_folder("d/green");
    test_write("d/red/0.ppm", "P3 1 1 255 9 1 1\n");
    test_write("d/green/0.ppm", "P3 1 1 255 8 1 1\n"); /* is red */
    make_folder("cases");
    make_folder("cases/one");
    cr_assert_eq(
        finnc_run("dump m.onnxtxt --format onnx --weights -o cases/one/model.onnx", NULL)->status,
        0);
}

/* What the line answers, read from a file: some are longer than an outcome. */
static json_t *answer_of(size_t i)
{
    char line[2048], path[1024];
    const char *file = answers[i].file ? answers[i].file : "answer.json";
    snprintf(line, sizeof line, "cd %s && " FNC_BINARY_DIR "/finnc %s >%s 2>err", test_folder(),
             answers[i].line, answers[i].file ? "out" : file);
    const int status = system(line);
    (void)status; /* 1 where things differ, which is not asked here */
    snprintf(path, sizeof path, "%s/%s", test_folder(), file);
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);
    cr_assert(root, "%s: %s; %s", answers[i].line, error.text, test_read("err"));
    return root;
}

Test(schema, describes_every_answer)
{
    json_t *root = test_schema_read();
    const json_t *defs = json_object_get(root, "$defs");
    write_all();
    for (size_t i = 0; i < NANSWERS; i++) {
        json_t *answer = answer_of(i);
        const json_t *schema = json_object_get(defs, answers[i].kind);
        cr_assert(schema, "%s has no schema", answers[i].kind);
        const char *fault = test_schema_fault(root, schema, answer);
        cr_expect(!fault, "%s: %s", answers[i].line, fault);
        json_decref(answer);
    }
    json_decref(root);
}

Test(schema, has_no_kind_that_nobody_answers)
{
    json_t *root = test_schema_read(), *kinds = json_object_get(root, "oneOf"), *kind;
    size_t i;
    json_array_foreach(kinds, i, kind)
    {
        const char *name = strrchr(json_string_value(json_object_get(kind, "$ref")), '/') + 1;
        size_t n = 0;
        while (n < NANSWERS && strcmp(answers[n].kind, name) != 0)
            n++;
        cr_expect_lt(n, (size_t)NANSWERS, "%s", name);
    }
    cr_expect_gt(json_array_size(kinds), 20);
    json_decref(root);
}

Test(schema, finds_what_does_not_fit)
{
    static const char *const wrong[][2] = {
        {"{\"kind\": \"pass\", \"schema\": 1}", "lacks version"},
        {"{\"kind\": 1, \"schema\": 1, \"version\": \"\"}", "/kind: is integer, not string"},
        {"{\"kind\": \"\", \"schema\": 2, \"version\": \"\"}", "/schema: is another constant"},
        {"{\"kind\": \"\", \"schema\": 1, \"version\": \"\", \"more\": 1}", "has no more"},
        {"[]", "is array, not object"},
    };
    json_t *root = test_schema_read();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *head = json_loads(wrong[i][0], 0, NULL);
        const char *fault =
            test_schema_fault(root, json_object_get(json_object_get(root, "$defs"), "head"), head);
        cr_expect(fault && strstr(fault, wrong[i][1]), "%s: %s", wrong[i][0], fault);
        json_decref(head);
    }
    json_decref(root);
}
