#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <string.h>

static void setup(void)
{
    test_write("m.onnxtxt", TWICE);
}

TestSuite(dot, .init = setup);

Test(dot, prints_graphviz_text)
{
    const outcome *o = finnc_run("dot m.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "digraph"));
    cr_assert(strstr(o->out, "Mul") && strstr(o->out, "Relu"));
}

Test(dot, the_name_says_the_format)
{
    const outcome *o = finnc_run("dot m.onnxtxt -o m.svg", NULL);
    if (o->status == 1 && strstr(o->err, "apt install graphviz"))
        cr_skip_test("Graphviz' renderer is not installed");
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(test_read("m.svg"), "<svg"));
    cr_assert_eq(finnc_run("dot m.onnxtxt -o m.png", NULL)->status, 0);
    cr_assert(!strncmp(test_read("m.png"), "\x89PNG", 4));
    cr_assert_eq(finnc_run("dot m.onnxtxt -T dot -o m.pdf", NULL)->status, 0);
    cr_assert(strstr(test_read("m.pdf"), "digraph"));
}
