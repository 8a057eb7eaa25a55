#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

/* A pass that fails on every model. */
#define FAILING "'FixedPointQuantizeParamsFromDict{fixedpt_dict=[1]}'"

Test(replay, says_whether_it_still_fails)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
    const outcome *o = finnc_run(
        "transform m.onnxtxt -o out.onnx -p SortGraph -p " FAILING " --reproducer kept", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "fixedpt_dict"), "%s", o->err);
    cr_assert(strstr(o->err, "hint: 'finnc replay kept' runs it again"), "%s", o->err);
    cr_assert_str_eq(test_list(), "kept m.onnxtxt");
    o = finnc_run("replay kept", NULL);
    cr_assert_eq(o->status, 1, "%s", o->err);
    cr_assert_eq(strncmp(o->out, "still fails: ", 13), 0, "%s", o->out);
    o = finnc_run("replay kept --json", NULL);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert(json_is_true(json_object_get(root, "same")), "%s", o->out);
    json_decref(root);
    test_write("kept/pipeline.yaml", "passes: [SortGraph]\n");
    o = finnc_run("replay kept", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "does not fail any more"), "%s", o->out);
}

/* A pass that refuses says all there is to say. */
Test(replay, what_a_pass_refuses_is_not_kept_without_being_asked)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
    cr_assert_eq(
        finnc_run("transform m.onnxtxt -o out.onnx --verify-each -p " FAILING, NULL)->status, 1);
    cr_assert_str_eq(test_list(), "m.onnxtxt");
}

Test(replay, wants_a_folder_of_its_own)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("replay .", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "there is no repro.json in it"), "%s", o->err);
}

Test(replay, says_what_is_wrong_with_the_folder)
{
    const outcome *o = finnc_run("replay nowhere", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "nowhere: cannot open the folder: No such file"), "%s", o->err);
    test_write("repro.json", "{}");
    o = finnc_run("replay .", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "./repro.json: is about no failure"), "%s", o->err);
}
