#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <string.h>

Test(cmd_cleanup, names_are_given_and_sizes_changed)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("cleanup m.onnxtxt -o c.onnxtxt --override-inpsize (3,4)", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    const char *text = test_read("c.onnxtxt");
    cr_expect(strstr(text, "float[3,4] global_in"), "%s", text);
    cr_expect(strstr(text, "Mul_0_out0"), "%s", text);
    o = finnc_run("cleanup m.onnxtxt -o c.onnxtxt --override-inpsize 2", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(test_read("c.onnxtxt"), "float[2,4] global_in"));
}

Test(cmd_cleanup, a_size_that_is_none_is_a_wrong_command_line)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("cleanup m.onnxtxt -o c.onnxtxt --override-inpsize 2x3", NULL);
    cr_expect_eq(o->status, 2);
    cr_expect(strstr(o->err, "should be like 1 or (1,3,224,224)"), "%s", o->err);
    cr_expect_not(test_exists("c.onnxtxt"));
}
