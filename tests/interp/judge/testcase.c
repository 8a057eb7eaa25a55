/* Cases as ONNX's: a model and sets of recorded data. */
#include "support/case_folder.h"

#include <finnc/finnc.h>
#include <finnc/testcase.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static char root[64];
static finnc_ctx *cx;

static void begin(void)
{
    make_case_root(root);
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
    remove_case(root);
}

TestSuite(testcase, .init = begin, .fini = end);

/* A case of x + c in two sets: the first says x = 1 and c = 5, the second x = 1, and y as given. */
static finnc_case_result run_sums(const char *defaults, float y)
{
    char text[300], dir[100], set[200];
    finnc_case_result result;
    snprintf(
        text, sizeof text,
        "<ir_version: 8, opset_import: [\"\" : 13]> g (float[1] x, float[1] c) => (float[1] y) "
        "%s { y = Add(x, c) }",
        defaults);
    snprintf(dir, sizeof dir, "%s/sums", root);
    make_case(cx, dir, text);
    put_floats(cx, dir, "input_0.pb", (float[]){1}, 1);
    put_floats(cx, dir, "input_1.pb", (float[]){5}, 1);
    put_floats(cx, dir, "output_0.pb", (float[]){6}, 1);
    snprintf(set, sizeof set, "%s/test_data_set_1", dir);
    mkdir(set, 0777);
    put_floats(cx, dir, "../test_data_set_1/input_0.pb", (float[]){1}, 1);
    put_floats(cx, dir, "../test_data_set_1/output_0.pb", &y, 1);
    cr_assert_eq(finnc_case_run(cx, dir, NULL, NULL, &result), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    return result;
}

Test(testcase, what_a_set_leaves_out_has_its_default)
{
    const finnc_case_result r = run_sums("<float[1] c = {2}>", 3);
    cr_expect(r.passed, "%s", r.words);
    cr_expect_eq(r.nsets, 2);
}

Test(testcase, what_a_set_leaves_out_is_not_what_one_before_it_had)
{
    const finnc_case_result r = run_sums("", 6);
    cr_expect_not(r.passed);
    cr_expect_eq(r.nsets, 1);
    cr_expect(strstr(r.words, "input c has no tensor"), "%s", r.words);
}
