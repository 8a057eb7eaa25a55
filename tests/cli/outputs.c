/* What finnc run says of outputs that are no plain tensors, and of memory. */
#include "support/program.h"

#include <criterion/criterion.h>

#include <string.h>

#define HEAD "<ir_version: 8, opset_import: [\"\" : 16]>\n"

Test(outputs, sequences_are_shown_item_by_item_and_kept_one_array_each)
{
    test_write("split.onnxtxt",
               HEAD "g (float[3] x = {1, 2, 3}) => (seq(float[N]) y) <int64 two = {2}> {"
                    " y = SplitToSequence(x, two) }");
    const outcome *o = finnc_run("run split.onnxtxt --outputs out.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "y  a sequence of 2\ny[0]  2 float32\n  1 2\ny[1]  1 float32\n  3\n"),
              "%s", o->out);
    const char *npz = test_read("out.npz");
    cr_assert(npz);
    o = finnc_run("run split.onnxtxt --json", NULL);
    cr_expect(strstr(o->out, "\"kind\": \"sequence\""), "%s", o->out);
}

Test(outputs, nothing_is_said_to_be_nothing)
{
    test_write("none.onnxtxt", HEAD "g () => (optional(float[1]) y) { y = Optional() }");
    const outcome *o = finnc_run("run none.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "y  nothing\n"), "%s", o->out);
}

Test(outputs, a_profiled_run_tells_its_peak_of_memory)
{
    test_write("sums.onnxtxt",
               HEAD "g () => (float[1024] y) <int64[1] n = {1024}> { x = ConstantOfShape(n)"
                    " i = Identity(x) a = Add(i, x) b = Add(a, a) y = Add(b, b) }");
    const outcome *o = finnc_run("run sums.onnxtxt --profile profile.json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    /* Of 4 KiB each, two are alive at once: what is read and what is made. */
    cr_expect(strstr(o->out, "at most 8 KiB of intermediate tensors at once"), "%s", o->out);
    cr_expect(test_exists("profile.json"));
}
