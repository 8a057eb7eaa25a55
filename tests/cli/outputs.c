/* What finnc run says of outputs that are no plain tensors, and of memory. */
#include "support/program.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>

#include <stdio.h>
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

Test(outputs, two_arrays_of_one_name_are_refused)
{
    test_write("two.onnxtxt", HEAD "g (float[1] x = {3}) => (seq(float[1]) s, float[1] \"s[0]\") {"
                                   " s = SequenceConstruct(x, x) \"s[0]\" = Neg(x) }");
    const outcome *o = finnc_run("run two.onnxtxt -o out.npz", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "two arrays would be called 's[0]'"), "%s", o->err);
    cr_expect(!test_exists("out.npz"));
    test_write("one.onnxtxt", HEAD "g (float[1] x = {3}) => (float[1] y, y) { y = Neg(x) }");
    cr_expect_eq(finnc_run("run one.onnxtxt -o out.npz", NULL)->status, 0);
}

/* Names were cut off at 370 bytes, which made these one. */
Test(outputs, long_names_of_items_stay_apart)
{
    char name[401], text[2048];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    snprintf(text, sizeof text,
             HEAD "g (float[1] x = {3}) => (seq(float[1]) %s1, seq(float[1]) %s2) {"
                  " %s1 = SequenceConstruct(x) %s2 = SequenceConstruct(x) }",
             name, name, name, name);
    test_write("long.onnxtxt", text);
    const outcome *o = finnc_run("run long.onnxtxt -o out.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_bundle *bundle;
    snprintf(text, sizeof text, "%s/out.npz", test_folder());
    cr_assert_eq(finnc_npz_read(cx, text, &bundle), FINNC_OK);
    cr_expect_eq(finnc_bundle_count(bundle), 2);
    snprintf(text, sizeof text, "%s2[0]", name);
    cr_expect(finnc_bundle_find(bundle, text));
    finnc_bundle_destroy(bundle);
    finnc_ctx_destroy(cx);
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

/* Not 1.234568e+08; and 2^53 + 1, which double does not have. */
Test(outputs, integers_have_all_their_digits)
{
    test_write("few.onnxtxt", HEAD "g () => (int64[3] y, uint64[1] z) <int64[3] c = {123456789,"
                                   " 9007199254740993, -1}, uint64[1] d = {18446744073709551615}>"
                                   " { y = Identity(c) z = Identity(d) }");
    const outcome *o = finnc_run("run few.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "\n  123456789 9007199254740993 -1\n"), "%s", o->out);
    cr_expect(strstr(o->out, "\n  18446744073709551615\n"), "%s", o->out);
    test_write("many.onnxtxt", HEAD "g () => (int64[13] y) <int64[13] c = {0, 0, 0, 0, 0, 0, 0, 0,"
                                    " 0, 0, 0, 9007199254740992, 9007199254740993}>"
                                    " { y = Identity(c) }");
    o = finnc_run("run many.onnxtxt", NULL);
    cr_expect(strstr(o->out, "\n  from 0 to 9007199254740993, mean 1.385723e+15\n"), "%s", o->out);
}

Test(outputs, what_is_all_nan_has_no_extremes)
{
    test_write("nan.onnxtxt", HEAD "g () => (float[13] y) <int64[1] n = {13}>"
                                   " { y = ConstantOfShape<value = float[1] {nan}>(n) }");
    const outcome *o = finnc_run("run nan.onnxtxt", NULL);
    cr_expect(strstr(o->out, "y  13 float32\n  13 NaN\n  nan nan"), "%s%s", o->out, o->err);
}

Test(outputs, complex_numbers_are_shown_with_both_parts_and_not_summed_up)
{
    test_write("z.onnxtxt", HEAD "g () => (complex64[13] y) <complex64[13] c = {1, 2, 0, -3, 0, 0,"
                                 " 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}>"
                                 " { y = Identity(c) }");
    const outcome *o = finnc_run("run z.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "y  13 complex64\n  1+2j 0-3j 0+0j"), "%s", o->out);
    o = finnc_run("run z.onnxtxt --json", NULL);
    cr_expect(strstr(o->out, "\"type\": \"complex64\"\n"), "no extremes follow: %s", o->out);
}

/* 100 kB for each of 300 samples. */
Test(outputs, are_kept_where_somebody_wants_them)
{
    test_write("wide.onnxtxt", HEAD "g (float[1] x) => (float[25000] y) <int64[1] n = {25000}> {"
                                    " y = Expand(x, n) }");
    const outcome *o = finnc_run("run wide.onnxtxt --samples 300 --max-memory 8M", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "300 runs"), "%s", o->out);
    static const char *const wants[] = {"--json", "-o out.npz", "--top-k 2"};
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
        char line[100];
        snprintf(line, sizeof line, "run wide.onnxtxt --samples 300 --max-memory 8M %s", wants[i]);
        o = finnc_run(line, NULL);
        cr_expect_eq(o->status, 1);
        cr_expect(strstr(o->err, "out of memory"), "%s: %s", wants[i], o->err);
    }
}

/* A SequenceMap that gives what it captures: `depth` times ten of the same, ten of it, ... */
static void write_tower(const char *file, int depth)
{
    char text[4096];
    int n = snprintf(text, sizeof text,
                     HEAD "g () => (s%d) <float a = {1}> {"
                          " s0 = SequenceConstruct(a, a, a, a, a, a, a, a, a, a) ",
                     depth);
    for (int i = 0; i < depth; i++)
        n +=
            snprintf(text + n, sizeof text - (size_t)n,
                     "s%d = SequenceMap<body = m (x) => (w) { w = Identity(s%d) }>(s0) ", i + 1, i);
    snprintf(text + n, sizeof text - (size_t)n, "}");
    test_write(file, text);
}

Test(outputs, sequences_of_shared_items_have_an_end)
{
    write_tower("endless.onnxtxt", 9);
    const outcome *o = finnc_run("run endless.onnxtxt", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "more than 16777216 items"), "%s", o->err);
    write_tower("large.onnxtxt", 5);
    o = finnc_run("run large.onnxtxt --json", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "more than 1048576 items, too many to list"), "%s", o->err);
    cr_expect_str_empty(o->out);
    o = finnc_run("run large.onnxtxt --timeout 0.001", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "the time is over"), "%s", o->err);
}
