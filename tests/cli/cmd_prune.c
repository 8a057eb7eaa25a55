#include "support/program.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#define NET                                                                                        \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "g (float[1,2] x) => (float[1,2] y) <float[2,3] v = {1,2,3,4,5,6}, float[1,3] r,"              \
    "    float[3,2] w = {1,2,3,4,5,6}> { a = MatMul(x, v) r = Relu(a) y = MatMul(r, w) }"

static void check_pruned(const char *spec)
{
    test_write("m.onnxtxt", NET);
    test_write("spec", spec);
    const outcome *o = finnc_run("prune m.onnxtxt --spec spec -o out.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    o = finnc_run("dump out.onnxtxt -f onnx -w", NULL);
    cr_assert(strstr(o->out, "float[2,2] v {tensor_sparsity: \"{}\"} = {1, 3, 4, 6}"), "%s",
              o->out);
    unlink("out.onnxtxt");
}

Test(prune, reads_json_and_what_upstream_reads)
{
    check_pruned("{\"r\": {\"1\": [1]}}\n");
    check_pruned("{'r': {1: {1}}}\n");
}

static void check_fails(const char *spec, const char *words)
{
    test_write("m.onnxtxt", NET);
    test_write("spec", spec);
    const outcome *o = finnc_run("prune m.onnxtxt --spec spec -o out.onnx", NULL);
    cr_assert_eq(o->status, 1, "%s", o->err);
    cr_assert(strstr(o->err, words), "%s", o->err);
    cr_assert_neq(access("out.onnx", F_OK), 0);
}

Test(prune, a_failure_leaves_no_file)
{
    check_fails("{'nobody': {1: {1}}}", "tensor nobody");
    check_fails("{'r': {1: {7}}}", "channel 7 is to go");
    check_fails("r 1 1", "expected at character 1");
    check_fails("", "spec: has no text");
    unlink("spec");
    test_write("m.onnxtxt", NET);
    const outcome *o = finnc_run("prune m.onnxtxt --spec nowhere -o out.onnx", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "nowhere: cannot be read"), "%s", o->err);
    cr_assert_eq(finnc_run("prune m.onnxtxt -o out.onnx", NULL)->status, 2);
}
