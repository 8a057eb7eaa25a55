#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

static void setup(void)
{
    test_write("twice.onnxtxt", TWICE);
    test_write("same.onnxtxt", TWICE_IDENTITY);
    test_write("thrice.onnxtxt", THRICE);
}

TestSuite(compare, .init = setup);

Test(compare, equal_models_are_equal)
{
    const outcome *o = finnc_run("compare twice.onnxtxt same.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_str_eq(o->out, "equal\n");
}

Test(compare, different_models_differ_with_status_1)
{
    const outcome *o = finnc_run("compare twice.onnxtxt thrice.onnxtxt", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(!strncmp(o->out, "sample 0: output y: 2 elements differ", 37), "%s", o->out);
    cr_assert(strstr(o->out, "made by a Mul:\n  doubled: 4 elements differ"), "%s", o->out);
    cr_assert_str_empty(o->err);
    o = finnc_run("compare twice.onnxtxt thrice.onnxtxt --json", NULL);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert(json_is_false(json_object_get(root, "equal")), "%s", o->out);
    json_decref(root);
}

/* On what is drawn, edges among it. */
Test(compare, models_that_take_sequences)
{
    test_write("items.onnxtxt", ITEMS);
    const outcome *o = finnc_run("transform items.onnxtxt -o shorter.onnxtxt -p RemoveIdentityOps"
                                 " --verify-each",
                                 NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->err, "verified 1 of 1"), "%s", o->err);
    o = finnc_run("compare items.onnxtxt shorter.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect_str_eq(o->out, "equal\n");
}

Test(compare, rounding_is_what_rtol_says)
{
    cr_assert_eq(finnc_run("compare twice.onnxtxt thrice.onnxtxt --rtol 0.5", NULL)->status, 0);
    cr_assert_eq(finnc_run("compare twice.onnxtxt thrice.onnxtxt --rtol 0.1", NULL)->status, 1);
}

/* What has compared nothing, or by no tolerance, must not say "equal". */
Test(compare, needs_something_to_compare_by)
{
    const outcome *o = finnc_run("compare twice.onnxtxt thrice.onnxtxt --samples 0", NULL);
    cr_expect(o->status == 2 && strstr(o->err, "--samples: '0' is not"), "%d %s", o->status,
              o->err);
    cr_expect_str_empty(o->out);
    o = finnc_run("compare twice.onnxtxt thrice.onnxtxt --rtol nan", NULL);
    cr_expect(o->status == 2 && strstr(o->err, "--rtol: 0 or more"), "%d %s", o->status, o->err);
    o = finnc_run("compare twice.onnxtxt same.onnxtxt --rtol=-1", NULL);
    cr_expect(o->status == 2 && strstr(o->err, "--rtol: 0 or more"), "%d %s", o->status, o->err);
    o = finnc_run("compare twice.onnxtxt thrice.onnxtxt --rtol inf", NULL);
    cr_expect(o->status == 2 && strstr(o->err, "--rtol: 0 or more"), "%d %s", o->status, o->err);
}
