#include "support/case_folder.h"
#include "support/program.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TWICE_X                                                                                    \
    "<ir_version: 8, opset_import: [\"\" : 13]> g (float[N] x) => (float[N] y) { y = Add(x, x) }"

static char root[64];
static finnc_ctx *cx;

static void begin(void)
{
    make_case_root(root);
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    finnc_ctx_destroy(cx);
    remove_case(root);
}

static const char *below(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static const outcome *run_test(const char *options)
{
    char line[300];
    snprintf(line, sizeof line, "test %s %s", root, options);
    return finnc_run(line, NULL);
}

static void make_twice(const char *name, float y1)
{
    char dir[200];
    strcpy(dir, below(name));
    make_case(cx, dir, TWICE_X);
    put_floats(cx, dir, "input_0.pb", (float[]){1, 2}, 2);
    put_floats(cx, dir, "output_0.pb", (float[]){2, y1}, 2);
}

Test(test, cases_at_any_depth_are_counted_per_operator, .init = begin, .fini = end)
{
    make_twice("good", 4);
    mkdir(below("more"), 0777);
    make_twice("more/bad", 5);
    const outcome *o = run_test("");
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->out, "bad: element 1 of y is 4, should be 5"), "%s", o->out);
    cr_expect(strstr(o->out, "Add            1       1"), "%s", o->out);
    cr_expect(strstr(o->out, "1 passed, 1 failed"), "%s", o->out);
    cr_expect_not(strstr(o->out, "good"), "%s", o->out);
    cr_expect(strstr(run_test("--all")->out, "passed  "));
}

Test(test, a_case_counts_once_for_an_operator, .init = begin, .fini = end)
{
    for (int i = 0; i < 2; i++) {
        char dir[200];
        strcpy(dir, below(i ? "a" : "b"));
        make_case(cx, dir,
                  "<ir_version: 8, opset_import: [\"\" : 13]> g (float[N] x) => (float[N] y) {"
                  " a = Neg(x) b = Abs(a) c = Neg(b) y = Neg(c) }");
        put_floats(cx, dir, "input_0.pb", (float[]){1, -2}, 2);
        put_floats(cx, dir, "output_0.pb", (float[]){1, 2}, 2);
    }
    const outcome *o = run_test("");
    cr_expect_eq(o->status, 0, "%s", o->out);
    cr_expect(strstr(o->out, "Abs            2"), "%s", o->out);
    cr_expect(strstr(o->out, "Neg            2"), "%s", o->out);
}

/* {0, 1j}, as a TensorProto of complex64: dims, data_type and raw_data. */
Test(test, complex_numbers_are_shown_with_both_parts, .init = begin, .fini = end)
{
    static const unsigned char file[] = {0x08, 2, 0x10, 14, 0x4a, 16, 0, 0, 0, 0,    0,
                                         0,    0, 0,    0,  0,    0,  0, 0, 0, 0x80, 0x3f};
    char dir[200];
    strcpy(dir, below("case"));
    make_case(cx, dir,
              "<ir_version: 8, opset_import: [\"\" : 13]> g () => (complex64[2] y)"
              " <complex64[2] c = {0, 0, 0, 0.5}> { y = Identity(c) }");
    FILE *to = fopen(below("case/test_data_set_0/output_0.pb"), "wb");
    cr_assert(to);
    cr_assert_eq(fwrite(file, sizeof file, 1, to), 1);
    cr_assert_eq(fclose(to), 0);
    const outcome *o = run_test("");
    cr_expect(strstr(o->out, "element 1 of y is 0+0.5j, should be 0+1j"), "%s%s", o->out, o->err);
}

Test(test, floats_may_be_off_by_so_much_and_no_more, .init = begin, .fini = end)
{
    make_twice("near", 4.002F);
    cr_expect_eq(run_test("")->status, 0);
    cr_expect_eq(run_test("--rtol 1e-5")->status, 1);
    make_twice("near", 4.000001F);
    cr_expect_eq(run_test("--rtol=0 --atol=1e-4")->status, 0);
    cr_expect_eq(run_test("--rtol=0 --atol=0")->status, 1, "nothing means equal");
    cr_expect_eq(run_test("--atol=-1")->status, 2);
    make_twice("near", INFINITY);
    cr_expect_eq(run_test("")->status, 1, "nothing is near an infinity");
}

Test(test, json_has_cases_and_operators, .init = begin, .fini = end)
{
    make_twice("bad", 5);
    json_t *root_json = json_loads(run_test("--json")->out, 0, NULL);
    cr_assert(root_json);
    const json_t *one = json_array_get(json_object_get(root_json, "cases"), 0);
    cr_expect_eq(json_integer_value(json_object_get(root_json, "failed")), 1);
    cr_expect(strstr(json_string_value(json_object_get(one, "error")), "should be 5"));
    const json_t *add = json_object_get(json_object_get(root_json, "operators"), "Add");
    cr_expect_eq(json_integer_value(json_object_get(add, "failed")), 1);
    json_decref(root_json);
}

Test(test, sequences_optionals_and_maps_are_read_as_the_model_declares_them, .init = begin,
     .fini = end)
{
    char dir[200];
    strcpy(dir, below("sequence"));
    make_case(
        cx, dir,
        "<ir_version: 8, opset_import: [\"\" : 16]> g (seq(float[2]) x) => (seq(float[2]) y) {"
        " y = SequenceErase(x) }");
    put_sequence(cx, dir, "input_0.pb", (float[]){1, 2, 3, 4}, 2, 2);
    put_sequence(cx, dir, "output_0.pb", (float[]){1, 2}, 2, 1);
    strcpy(dir, below("optional"));
    make_case(
        cx, dir,
        "<ir_version: 8, opset_import: [\"\" : 16]> g (optional(float[2]) x) => (optional(float[2]) y) {"
        " y = Identity(x) }");
    put_optional(cx, dir, "input_0.pb", (float[]){1, 2}, 2);
    put_optional(cx, dir, "output_0.pb", (float[]){1, 2}, 2);
    strcpy(dir, below("wrong"));
    make_case(
        cx, dir,
        "<ir_version: 8, opset_import: [\"\" : 16]> g (seq(float[2]) x) => (seq(float[2]) y) {"
        " y = Identity(x) }");
    put_sequence(cx, dir, "input_0.pb", (float[]){1, 2, 3, 4}, 2, 2);
    put_sequence(cx, dir, "output_0.pb", (float[]){1, 2, 3, 5}, 2, 2);
    const outcome *o = run_test("--all");
    cr_expect(strstr(o->out, "2 passed, 1 failed"), "%s", o->out);
    cr_expect(strstr(o->out, "wrong: element 1 of y is 4, should be 5"), "%s", o->out);
}

Test(test, what_does_not_read_or_run_is_a_failure_of_the_case, .init = begin, .fini = end)
{
    char dir[200];
    make_twice("broken", 4);
    strcpy(dir, below("broken/model.onnx"));
    cr_assert_eq(finnc_file_write(cx, dir, "nonsense", 8), FINNC_OK);
    make_twice("missing", 4);
    cr_assert_eq(remove(below("missing/test_data_set_0/output_0.pb")), 0);
    const outcome *o = run_test("");
    cr_expect(strstr(o->out, "0 passed, 2 failed"), "%s", o->out);
    cr_expect(strstr(o->out, "there is no output_0.pb"), "%s", o->out);
}

Test(test, nothing_that_is_recorded_is_left_out, .init = begin, .fini = end)
{
    char dir[200];
    make_twice("more", 4);
    strcpy(dir, below("more"));
    put_floats(cx, dir, "output_1.pb", (float[]){1}, 1);
    make_twice("gap", 4);
    cr_assert_eq(mkdir(below("gap/test_data_set_2"), 0777), 0);
    const outcome *o = run_test("");
    cr_expect(strstr(o->out, "there is output_1.pb, the model has 1 outputs"), "%s", o->out);
    cr_expect(strstr(o->out, "there is no test_data_set_1"), "%s", o->out);
    cr_expect(strstr(o->out, "0 passed, 2 failed"), "%s", o->out);
    rmdir(below("gap/test_data_set_2"));
}

Test(test, random_models_are_judged_by_types_and_shapes, .init = begin, .fini = end)
{
    char dir[200];
    strcpy(dir, below("random"));
    make_case(cx, dir,
              "<ir_version: 8, opset_import: [\"\" : 13]> g () => (float[2] y) {"
              " y = RandomNormal<shape = [2]>() }");
    put_floats(cx, dir, "output_0.pb", (float[]){1, 2}, 2);
    const outcome *o = run_test("");
    cr_expect_eq(o->status, 0, "%s", o->out);
    cr_expect(strstr(o->out, "1 draw random numbers"), "%s", o->out);
    put_floats(cx, dir, "output_0.pb", (float[]){1, 2, 3}, 3);
    cr_expect_eq(run_test("")->status, 1);
}

Test(test, a_folder_without_cases_is_an_error, .init = begin, .fini = end)
{
    const outcome *o = run_test("");
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "no folder with a model.onnx"), "%s", o->err);
    cr_expect(strstr(finnc_run("test /nowhere/at/all", NULL)->err, "no such folder"));
    cr_expect_eq(finnc_run("test", NULL)->status, 2);
}
