/* Arguments: what is accepted, what is refused, and in which words. */
#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <finnc/limit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_wrong(const char *arguments, const char *words)
{
    const outcome *o = finnc_run(arguments, NULL);
    cr_assert_eq(o->status, 2, "%s: status %d, %s", arguments, o->status, o->err);
    cr_assert(strstr(o->err, words), "%s: %s", arguments, o->err);
    cr_assert_str_empty(o->out);
}

Test(options, what_is_wrong_is_said)
{
    check_wrong("dump", "finnc: error: dump: MODEL is missing\n");
    check_wrong("dump a.onnx b.onnx", "'b.onnx' is one argument too many");
    check_wrong("dump a.onnx --format", "--format needs an argument");
    check_wrong("dump a.onnx --format=yaml", "--format: 'yaml' is none of text|json|onnx");
    check_wrong("dump a.onnx --format=tex", "'tex' is none of");
    check_wrong("dump a.onnx --weights=3", "--weights takes no argument");
    check_wrong("dump a.onnx --wieghts", "hint: did you mean --weights?");
    check_wrong("dump a.onnx --wordless", "Try 'finnc dump --help'");
    check_wrong("dump a.onnx --format=jsno", "hint: did you mean json?");
    check_wrong("completions bsh", "hint: did you mean bash?");
    check_wrong("dump a.onnx -X", "there is no option -X");
    check_wrong("dump a.onnx --threads many", "--threads: 'many' is not a whole number");
    check_wrong("dump a.onnx --threads -1", "--threads: '-1' is not a whole number");
    check_wrong("dump a.onnx --max-memory 3X", "'3X' is not a size");
    check_wrong("dump a.onnx --max-memory 99999999999G", "is not a size");
    check_wrong("dump ''", "'' is empty");
    check_wrong("compare a.onnx", "B is missing");
    check_wrong("compare a.onnx b.onnx --rtol x", "'x' is not a number");
    check_wrong("completions tcsh", "'tcsh' is none of bash|zsh|fish");
    check_wrong("help frobnicate", "there is no command 'frobnicate'");
}

/* Before any file is looked at, and in the same words whatever the command. */
Test(options, samples_and_batches_are_some)
{
    static const char *const lines[] = {"run m.onnxtxt --samples 0",
                                        "compare m.onnxtxt m.onnxtxt -n0",
                                        "bisect m.onnxtxt -p tidy --samples 0",
                                        "stats m.onnxtxt --samples=0",
                                        "run m.onnxtxt --batch-size 0",
                                        "bench m.onnxtxt --batch-size 0",
                                        "eval m.onnxtxt -i x --batch-size 0"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check_wrong(lines[i], ": '0' is not a whole number above 0");
}

Test(options, axes_are_whole_and_may_count_from_the_end)
{
    check_wrong("stats m.onnxtxt --axis 1.5", "--axis: '1.5' is not a whole number");
    check_wrong("ranges m.onnxtxt --axis 1.5", "--axis: '1.5' is not a whole number");
    check_wrong("ranges m.onnxtxt --axis -", "--axis: '-' is not a whole number");
    check_wrong("ranges m.onnxtxt --axis -99999999999", "is not a whole number");
}

Test(options, what_contradicts_is_refused_and_help_says_so)
{
    check_wrong("dump a.onnx --json -f onnx", "--json and --format=onnx exclude each other");
    check_wrong("dump a.onnx -f text --json", "--json and --format=text exclude each other");
    check_wrong("transform a.onnx -p tidy --pipeline b.yaml -n", "--pipeline and --passes exclude");
    check_wrong("transform a.onnx -p tidy -n -o b.onnx", "--dry-run and --output exclude");
    check_wrong("fold a.onnx --target-cycles 3 --target-fps 4", "--target-cycles and --target-fps");
    check_wrong("run a.onnx --explain-plan --outputs b.npz", "--explain-plan and --outputs");
    check_wrong("run a.onnx --isa avx2 -e reference", "--isa and --engine=reference");
    check_wrong("compare a.onnx b.onnx -n 3 -i c.npz", "--samples and --inputs");
    test_write("m.onnxtxt", TWICE);
    cr_assert_eq(finnc_run("dump m.onnxtxt --json -f json", NULL)->status, 0);
    const outcome *o = finnc_run("help dump", NULL);
    cr_assert(strstr(o->out, "the same as --format=json; not with --format=text, --format=onnx\n"),
              "%s", o->out);
}

Test(options, operands_and_options_may_be_mixed)
{
    test_write("m.onnxtxt", TWICE);
    static const char *const lines[] = {
        "dump m.onnxtxt --format json", "dump --format json m.onnxtxt",
        "dump -f json m.onnxtxt",       "dump -fjson m.onnxtxt",
        "dump --form=json m.onnxtxt",   "dump --format=json -- m.onnxtxt",
    };
    char first[1 << 12];
    strcpy(first, finnc_run(lines[0], NULL)->out);
    cr_assert_eq(first[0], '{');
    setenv("POSIXLY_CORRECT", "1", 1);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const outcome *o = finnc_run(lines[i], NULL);
        cr_assert_eq(o->status, 0, "%s", lines[i]);
        cr_assert_str_eq(o->out, first);
    }
}

Test(options, the_last_of_one_given_twice_counts)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("dump -f json -f text m.onnxtxt", NULL);
    cr_assert_eq(o->status, 0);
    cr_assert(strstr(o->out, "2 nodes: 1 Mul, 1 Relu"));
}

/* The help of --max is written by hand: no limit may be missing. */
Test(options, limits_are_all_in_the_help)
{
    const outcome *o = finnc_run("dump --help", NULL);
    for (size_t i = 0; finnc_limit_at(i); i++)
        cr_expect(strstr(o->out, finnc_limit_at(i)->name), "%s", finnc_limit_at(i)->name);
}

Test(options, limits_are_set_by_name_and_unknown_ones_refused)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("dump m.onnxtxt --max nodes=2 --max tensor-bytes=1K", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    o = finnc_run("dump m.onnxtxt --max nodes=1", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "2 nodes are beyond the limit of 1 (--max nodes=N raises it)"), "%s",
              o->err);
    o = finnc_run("dump m.onnxtxt --max node=1", NULL);
    cr_expect_eq(o->status, 2);
    cr_expect(strstr(o->err, "'node=1' sets no limit"), "%s", o->err);
    cr_expect(strstr(o->err, "did you mean nodes=N? there are tensor-bytes=N, nodes=N, nesting=N, "
                             "string-bytes=N, pixels=N\n"),
              "%s", o->err);
    check_wrong("dump m.onnxtxt --max volume=1", "hint: there are tensor-bytes=N, ");
    check_wrong("dump m.onnxtxt --max =1", "hint: there are tensor-bytes=N, ");
    check_wrong("dump m.onnxtxt --max nodes", "'nodes' sets no limit");
    check_wrong("dump m.onnxtxt --max nodes=many", "'many' is no number");
    check_wrong("dump m.onnxtxt --max nesting=65",
                "'nesting=65' is beyond 64 graphs, the most that it can be");
    check_wrong("dump m.onnxtxt --max pixels=1G",
                "'pixels=1G' is beyond 268435456 pixels, the most that it can be");
    cr_expect_eq(finnc_run("dump m.onnxtxt --max nesting=64 --max pixels=256M", NULL)->status, 0);
}

/* One argument may hold many options. */
Test(options, a_row_of_letters)
{
    test_write("m.onnxtxt", TWICE);
    cr_expect_eq(
        finnc_run("dump m.onnxtxt -qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
                  NULL)
            ->status,
        0);
}

Test(options, a_timeout_is_finite_and_above_0)
{
    static const char *const wrong[] = {"0",    "-1",    "-0.0", "nan", "inf",
                                        "-inf", "1e400", "soon", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char line[64], words[96];
        snprintf(line, sizeof line, "dump a.onnx --timeout='%s'", wrong[i]);
        snprintf(words, sizeof words, "--timeout: '%s' is no time in seconds, a number above 0",
                 wrong[i]);
        check_wrong(line, words);
    }
    test_write("m.onnxtxt", TWICE);
    cr_expect_eq(finnc_run("dump m.onnxtxt --timeout 1e300", NULL)->status, 0);
}

Test(options, a_timeout_ends_a_run)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[1] x) => (float[1] y) <bool c = {1}> { y = Loop<body = b"
                            " (int64 i, bool d, float[1] a) => (bool e, float[1] f)"
                            " <bool yes = {1}> { e = Identity(yes) f = Neg(a) }>(, c, x) }");
    const outcome *o = finnc_run("compare m.onnxtxt m.onnxtxt --timeout 0.3", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "the time is over: 0.3 seconds are allowed (--timeout)"), "%s",
              o->err);
}
