/* What a flow tells while it runs: times, drawings, remarks for programs, and failures that are
 * kept. */
#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#define HEAD "<ir_version: 8, opset_import: [\"\" : 13]>\n"

static void setup(void)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
}

TestSuite(watch, .init = setup);

/* A pass of steps has a line for each of them that did something, below its own. */
Test(watch, times_are_told_of_steps_and_of_what_is_inside_them)
{
    const outcome *o = finnc_run("transform m.onnxtxt -o out.onnxtxt --time-passes "
                                 "--passes 'front(RemoveIdentityOps,Streamline),InferShapes'",
                                 NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    const char *head = strstr(o->err, "pass"), *group = strstr(o->err, "front:");
    const char *first = strstr(o->err, "    RemoveIdentityOps");
    const char *last = strstr(o->err, "\n  InferShapes");
    cr_assert(head && group && first && last, "%s", o->err);
    cr_assert(head < group && group < first && first < last, "%s", o->err);
    cr_assert(strstr(first, "3 -> 2"), "%s", o->err);
}

Test(watch, remarks_for_programs_have_the_constants_that_decided)
{
    test_write("mul.onnxtxt", HEAD "g (float[1,1,4,4] x) => (float[1,1,3,3] y) "
                                   "<float s = {2}, float[1,1,2,2] w = {1,2,3,4}> "
                                   "{ a = Mul(x, s) y = Conv<kernel_shape = [2,2]>(a, w) }\n");
    const outcome *o = finnc_run("transform mul.onnxtxt -o out.onnxtxt --remarks-file r.json "
                                 "--passes MoveScalarMulPastConv",
                                 NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(test_read("r.json"), 0, NULL), *remark = NULL;
    const json_t *applied = NULL;
    size_t i;
    json_array_foreach(json_object_get(root, "remarks"), i, remark)
    {
        if (!strcmp(json_string_value(json_object_get(remark, "kind")), "applied"))
            applied = remark;
    }
    cr_assert(applied, "%s", test_read("r.json"));
    const json_t *s = json_object_get(json_object_get(applied, "values"), "s");
    cr_assert_str_eq(json_string_value(json_object_get(s, "tensor")), "s");
    cr_assert_eq(json_integer_value(json_object_get(applied, "rewrite")), 1);
    json_decref(root);
}

Test(watch, a_remark_on_a_node_without_a_name_says_which)
{
    test_write(
        "b.onnxtxt",
        "<ir_version: 8, opset_import: [\"\" : 6]>\n"
        "g (float[2,1] x) => (float[2,1] y) <float[1] s = {1}, float[1] b = {0}, float[1] m ="
        " {0}, float[1] v = {1}> { y = BatchNormalization(x, s, b, m, v) }\n");
    const outcome *o = finnc_run("transform b.onnxtxt -n -p BatchNormToAffine --remarks", NULL);
    cr_expect(strstr(o->err, "BatchNormToAffine: the maker of y (BatchNormalization): it "), "%s",
              o->err);
}

Test(watch, graphs_are_drawn_after_each_change)
{
    const outcome *o = finnc_run(
        "transform m.onnxtxt -o out.onnxtxt --dump-dir steps --passes RemoveIdentityOps", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    const bool is_rendered = !strstr(o->err, "drawings are left as .dot");
    char name[64];
    snprintf(name, sizeof name, "steps/001-RemoveIdentityOps.%s", is_rendered ? "svg" : "dot");
    cr_assert(test_exists(name), "%s", o->err);
}

/* A pass that refuses a model is no riddle, and is kept only on demand. */
Test(watch, a_refusal_is_kept_where_that_is_asked_for)
{
    const char *refused = "transform m.onnxtxt -o out.onnxtxt "
                          "--passes 'ApplyMasks{prune_spec={\"z\":{\"1\":[0]}}}'";
    char line[256];
    cr_assert_eq(finnc_run(refused, NULL)->status, 1);
    cr_assert_str_eq(test_list(), "m.onnxtxt");
    snprintf(line, sizeof line, "%s --reproducer kept", refused);
    const outcome *o = finnc_run(line, NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "no tensor of that name"), "%s", o->err);
    cr_assert(strstr(o->err, "hint: 'finnc replay kept' runs it again"), "%s", o->err);
    o = finnc_run("replay kept", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->out, "still fails: "), "%s", o->out);
    /* Beside a file of that name nothing is kept, which is told. */
    test_write("file", "");
    snprintf(line, sizeof line, "%s --reproducer file", refused);
    o = finnc_run(line, NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "warning: "), "%s", o->err);
    cr_assert(strstr(o->err, "the failure is not kept"), "%s", o->err);
}

Test(watch, a_folder_that_is_no_folder_is_told)
{
    test_write("file", "");
    const outcome *o = finnc_run(
        "transform m.onnxtxt -o out.onnxtxt --dump-dir file --passes RemoveIdentityOps", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "file"), "%s", o->err);
    cr_assert_not(test_exists("out.onnxtxt"));
}
