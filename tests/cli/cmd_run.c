#include "support/program.h"

#include "models.h"

#include <finnc/io.h>

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static finnc_ctx *cx;

/* Writes a float array as NAME.npy into the test's folder. */
static void write_npy(const char *name, int rank, const int64_t *dims, const float *elements)
{
    char path[512];
    finnc_tensor *tensor;
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    cr_assert_eq(finnc_tensor_create_from(cx, FINNC_ELEM_FLOAT, rank, dims, elements, &tensor), 0);
    cr_assert_eq(finnc_npy_write(cx, path, tensor), 0);
    finnc_tensor_release(tensor);
}

/* Is the array `name` of the file `npz` these elements? */
static void check_npz(const char *npz, const char *name, int64_t nrows, const float *elements)
{
    char path[512];
    finnc_bundle *bundle;
    snprintf(path, sizeof path, "%s/%s", test_folder(), npz);
    cr_assert_eq(finnc_npz_read(cx, path, &bundle), 0, "%s", finnc_ctx_message(cx));
    const finnc_tensor *tensor = finnc_bundle_find(bundle, name);
    cr_assert(tensor, "%s is not in %s", name, npz);
    cr_assert_eq(finnc_tensor_dim(tensor, 0), nrows);
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++)
        cr_assert_eq(finnc_tensor_get(tensor, i), elements[i], "element %d", (int)i);
    finnc_bundle_destroy(bundle);
}

static const float three_rows[] = {1, -2, 3, -4, 5, 6, 7, 8, -1, -1, -1, 2};

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
    test_write("m.onnxtxt", TWICE);
    write_npy("x.npy", 2, (int64_t[]){1, 4}, three_rows);
    write_npy("rows.npy", 2, (int64_t[]){3, 4}, three_rows);
}

static void teardown(void)
{
    finnc_ctx_destroy(cx);
}

TestSuite(run, .init = setup, .fini = teardown);

Test(run, shows_and_writes_the_outputs)
{
    const outcome *o = finnc_run("run m.onnxtxt --input x=x.npy --outputs o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(!strncmp(o->out, "y  1x4 float32\n  2 0 6 0\n1 run, ", 31), "%s", o->out);
    check_npz("o.npz", "y", 1, (const float[]){2, 0, 6, 0});
    o = finnc_run("run m.onnxtxt --input z=x.npy", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(!strncmp(o->err, "finnc: error: m.onnxtxt: ", 25), "%s", o->err);
    cr_assert(strstr(o->err, "z"), "%s", o->err);
}

Test(run, a_declared_tensor_without_data_is_zeros_with_a_warning)
{
    write_npy("two.npy", 1, (int64_t[]){2}, three_rows);
    test_write("bare.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                               "g (float[2] x) => (float[2] y) <float[2] w, float c = {3}>"
                               " { p = Mul(x, w) y = Add(p, c) }");
    const outcome *o = finnc_run("run bare.onnxtxt two.npy -q -o out.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->err, "warning: w is taken as zeros"), "%s", o->err);
    check_npz("out.npz", "y", 2, (const float[]){3, 3});
    test_write("open.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                               "g (float[2] x) => (float[2] y) <float[n] w> { y = Mul(x, w) }");
    o = finnc_run("run open.onnxtxt two.npy", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "input w: nothing makes it and it has no initialiser"), "%s", o->err);
    o = finnc_run("compare bare.onnxtxt bare.onnxtxt --input two.npy", NULL);
    cr_expect_eq(o->status, 1, "nobody else makes zeros up");
    cr_expect(strstr(o->err, "input w: nothing makes it and it has no initialiser"), "%s", o->err);
}

Test(run, an_optional_input_that_nothing_makes_is_zeros_or_what_it_is_given)
{
    write_npy("two.npy", 1, (int64_t[]){2}, (const float[]){-1, 5});
    write_npy("low.npy", 0, NULL, (const float[]){3});
    test_write("low.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                              "g (float[2] x) => (float[2] y) <float lo> { y = Clip(x, lo) }");
    const outcome *o = finnc_run("run low.onnxtxt two.npy -q -o out.npz", NULL);
    cr_expect(strstr(o->err, "warning: lo is taken as zeros"), "%s", o->err);
    check_npz("out.npz", "y", 2, (const float[]){0, 5});
    o = finnc_run("run low.onnxtxt --input x=two.npy --input lo=low.npy -q -o out.npz", NULL);
    cr_expect_eq(o->status, 0);
    cr_expect_str_empty(o->err, "%s", o->err);
    check_npz("out.npz", "y", 2, (const float[]){3, 5});
    /* Of an unknown shape it is absent. */
    test_write("low.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                              "g (float[2] x) => (float[2] y) <float[] lo> { y = Clip(x, lo) }");
    cr_expect_eq(finnc_run("run low.onnxtxt two.npy -q -o out.npz", NULL)->status, 0);
    check_npz("out.npz", "y", 2, (const float[]){-1, 5});
}

/* A body and the graph around it leave out the same input. */
Test(run, an_optional_input_that_nothing_makes_in_a_body)
{
    write_npy("two.npy", 1, (int64_t[]){2}, (const float[]){-1, 5});
    write_npy("low.npy", 0, NULL, (const float[]){3});
    test_write("low.onnxtxt",
               "<ir_version: 8, opset_import: [\"\" : 13]>\n"
               "g (float[2] x) => (float[2] y) <bool c = {1}, float[] lo> { z = Clip(x, lo)"
               " w = If (c) <then_branch = a () => (float[2] u) { u = Clip(x, lo) },"
               " else_branch = b () => (float[2] v) { v = Neg(x) }> y = Add(z, w) }");
    cr_expect_eq(finnc_run("run low.onnxtxt two.npy -q -o out.npz", NULL)->status, 0);
    check_npz("out.npz", "y", 2, (const float[]){-2, 10});
    const outcome *o =
        finnc_run("run low.onnxtxt --input x=two.npy --input lo=low.npy -q -o out.npz", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    check_npz("out.npz", "y", 2, (const float[]){6, 10});
}

Test(run, the_name_of_the_only_input_may_be_left_out)
{
    cr_assert_eq(finnc_run("run m.onnxtxt --input x.npy -q --outputs o.npz", NULL)->status, 0);
    check_npz("o.npz", "y", 1, (const float[]){2, 0, 6, 0});
}

Test(run, files_behind_the_model_are_samples)
{
    const outcome *o = finnc_run("run m.onnxtxt x.npy x.npy --outputs o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "2 runs, "));
    check_npz("o.npz", "y", 2, (const float[]){2, 0, 6, 0, 2, 0, 6, 0});
}

Test(run, a_batch_is_cut_into_samples)
{
    const outcome *o = finnc_run("run m.onnxtxt --input rows.npy --outputs o.npz --batch", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 3, (const float[]){2, 0, 6, 0, 10, 12, 14, 16, 0, 0, 0, 4});
    o = finnc_run("run m.onnxtxt --input rows.npy", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "hint: --batch"), "%s", o->err);
}

Test(run, classes_are_ranked_and_named)
{
    test_write("labels.txt", "bird\ncat\r\ndog\nfish\n");
    const outcome *o = finnc_run("run m.onnxtxt x.npy --labels labels.txt --top-k 2", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(!strncmp(o->out, "x.npy  dog 6  bird 2\n", 21), "%s", o->out);
    o = finnc_run("run m.onnxtxt x.npy --labels labels.txt --json", NULL);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert(root, "%s", o->out);
    const json_t *sample = json_array_get(json_object_get(root, "samples"), 0);
    const json_t *best = json_array_get(json_object_get(sample, "ranking"), 0);
    cr_assert_str_eq(json_string_value(json_object_get(best, "label")), "dog");
    cr_assert_eq(json_integer_value(json_object_get(best, "class")), 2);
    json_decref(root);
}

/* A score's name would be that of another class. */
Test(run, labels_fit_the_scores)
{
    test_write("labels.txt", "bird\ncat\ndog\n");
    const outcome *o = finnc_run("run m.onnxtxt x.npy --labels labels.txt --outputs o.npz", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(
        strstr(o->err, "m.onnxtxt: the model has 4 scores a sample, labels.txt names 3 classes"),
        "%s", o->err);
    cr_assert_str_empty(o->out);
    cr_assert_not(test_exists("o.npz"));
    test_write("labels.txt", "bird\ncat\ndog\nfish\n\n\n");
    o = finnc_run("run m.onnxtxt x.npy --labels labels.txt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    test_write("list.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                               "g (float[1,4] x) => (int64[1,2] i) <int64[1] k = {2}>"
                               " { v, i = TopK(x, k) }");
    o = finnc_run("run list.onnxtxt x.npy --labels labels.txt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(!strncmp(o->out, "x.npy  dog  bird", 16), "%s", o->out);
}

#define RANKED(SIZE)                                                                               \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "g (float[" SIZE ",4] x) => (float[" SIZE ",4] y, float[1,4] z)"                               \
    " { y = Relu(x) z = ReduceMax<axes = [0]>(x) }"

/* Three rows of four were one sample of twelve classes. */
Test(run, rows_of_a_batch_are_ranked_one_by_one)
{
    static const char *const models[] = {RANKED("N"), RANKED("3")};
    test_write("labels.txt", "bird\ncat\ndog\nfish\n");
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        test_write("r.onnxtxt", models[i]);
        const outcome *o = finnc_run("run r.onnxtxt rows.npy --labels labels.txt -k 1", NULL);
        cr_assert_eq(o->status, 0, "%s", o->err);
        cr_assert(strstr(o->out, "rows.npy[0]  dog 3\nrows.npy[1]  fish 8\nrows.npy[2]  fish 2\n"
                                 "1 run, "),
                  "%s", o->out);
        o = finnc_run("run r.onnxtxt --input rows.npy -k 1", NULL);
        cr_assert(strstr(o->out, "0  2 3\n1  3 8\n2  3 2\n"), "%s", o->out);
        o = finnc_run("run r.onnxtxt rows.npy -k 1 --json", NULL);
        json_t *root = json_loads(o->out, 0, NULL);
        const json_t *sample = json_array_get(json_object_get(root, "samples"), 0);
        cr_assert_null(json_object_get(sample, "ranking"));
        const json_t *rows = json_object_get(sample, "rankings");
        cr_assert_eq(json_array_size(rows), 3, "%s", o->out);
        const json_t *best = json_array_get(json_array_get(rows, 1), 0);
        cr_assert_eq(json_integer_value(json_object_get(best, "class")), 3);
        cr_assert_eq(json_number_value(json_object_get(best, "score")), 8);
        json_decref(root);
    }
    write_npy("six.npy", 2, (int64_t[]){6, 4},
              (float[]){1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0});
    const outcome *o = finnc_run("run r.onnxtxt six.npy --batch -k 1", NULL);
    cr_assert(strstr(o->out, "six.npy[2]  2 1\nsix.npy[3]  3 1\nsix.npy[4]  2 1\n"), "%s", o->out);
}

/* An input of three channels, and a list of the three best classes. */
Test(run, a_list_of_classes_is_no_batch)
{
    test_write("c.onnxtxt",
               "<ir_version: 8, opset_import: [\"\" : 13]>\n"
               "g (float[3,4] x) => (int64[3] i) <int64[1] k = {3}, int64[1] all = {-1}>"
               " { f = Reshape(x, all) v, i = TopK(f, k) }");
    const outcome *o = finnc_run("run c.onnxtxt rows.npy -k 2", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(!strncmp(o->out, "rows.npy  7  6\n", 15), "%s", o->out);
    test_write("c.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[N,4] x) => (int64[N] i)"
                            " { i = ArgMax<axis = 1, keepdims = 0>(x) }");
    o = finnc_run("run c.onnxtxt rows.npy -k 1", NULL);
    cr_assert(strstr(o->out, "rows.npy[0]  2\nrows.npy[1]  3\nrows.npy[2]  3\n"), "%s", o->out);
}

Test(run, every_tensor_is_kept_on_demand)
{
    const outcome *o = finnc_run("run m.onnxtxt x.npy -q --trace steps --profile p.json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_str_empty(o->out);
    json_t *index = json_loads(test_read("steps/index.json"), 0, NULL);
    cr_assert_eq(json_array_size(index), 2);
    const json_t *first = json_array_get(index, 0);
    cr_assert_str_eq(json_string_value(json_object_get(first, "tensor")), "doubled");
    char file[256];
    snprintf(file, sizeof file, "steps/%s", json_string_value(json_object_get(first, "file")));
    cr_assert(test_exists(file));
    json_decref(index);
    json_t *profile = json_loads(test_read("p.json"), 0, NULL);
    cr_assert_eq(json_array_size(json_object_get(profile, "traceEvents")), 2);
    json_decref(profile);
}

Test(run, an_op_without_a_kernel_is_unsupported)
{
    test_write("u.onnxtxt", UNHEARD_OF);
    const outcome *o = finnc_run("run u.onnxtxt x.npy", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "unsupported op"), "%s", o->err);
    cr_assert(strstr(o->err, "Frobnicate"), "%s", o->err);
}

Test(run, a_missing_input_is_named_and_nothing_written)
{
    const outcome *o = finnc_run("run m.onnxtxt --outputs o.npz", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "input x has no tensor"), "%s", o->err);
    cr_assert(strstr(o->err, "--samples 1 draws"), "%s", o->err);
    cr_assert_not(test_exists("o.npz"));
}

Test(run, a_wrong_shape_is_told_with_both)
{
    write_npy("z.npy", 2, (int64_t[]){2, 3}, three_rows);
    const outcome *o = finnc_run("run m.onnxtxt z.npy", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "z.npy"), "%s", o->err);
    cr_assert_eq(finnc_run("run m.onnxtxt labels.doc", NULL)->status, 1);
}

/* ---- where samples come from ---- */

static void write_bytes(const char *name, const void *bytes, size_t nbytes)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    FILE *f = fopen(path, "wb");
    cr_assert(f, "%s", path);
    cr_assert_eq(fwrite(bytes, 1, nbytes, f), nbytes);
    fclose(f);
}

static void make_folder(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    cr_assert_eq(mkdir(path, 0777), 0);
}

Test(run, a_folder_is_all_below_it_in_the_order_of_names)
{
    make_folder("d");
    make_folder("d/b");
    write_npy("d/c.npy", 2, (int64_t[]){1, 4}, (float[]){1, 0, 0, 0});
    write_npy("d/b/2.npy", 2, (int64_t[]){1, 4}, (float[]){2, 0, 0, 0});
    write_npy("d/b/10.npy", 2, (int64_t[]){1, 4}, (float[]){3, 0, 0, 0});
    write_npy("d/.hidden.npy", 1, (int64_t[]){1}, (float[]){9});
    test_write("d/a.txt", "no array");
    const outcome *o = finnc_run("run m.onnxtxt d --outputs o.npz -k 1", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 3, (float[]){6, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0});
    cr_assert(!strncmp(o->out, "d/b/10.npy  0 6\nd/b/2.npy   0 4\nd/c.npy     0 2\n", 48), "%s",
              o->out);
    make_folder("empty");
    o = finnc_run("run m.onnxtxt empty", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "empty: the folder holds no file"), "%s", o->err);
}

#define SUM                                                                                        \
    "<ir_version: 8, opset_import: [\"\" : 11]>\n"                                                 \
    "sum (float[1,4] a, float[1,4] b) => (float[1,4] y)\n"                                         \
    "{\n"                                                                                          \
    "    y = Add(a, b)\n"                                                                          \
    "}\n"

Test(run, several_inputs_walk_in_step_and_a_single_one_stays)
{
    test_write("s.onnxtxt", SUM);
    const outcome *o = finnc_run(
        "run s.onnxtxt --input a=x.npy --input a=x.npy --input b=x.npy -q -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 2, (float[]){2, -4, 6, -8, 2, -4, 6, -8});
    o = finnc_run("run s.onnxtxt --input a=rows.npy --input b=x.npy --batch -q -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 3, (float[]){2, -4, 6, -8, 6, 4, 10, 4, 0, -3, 2, -2});
    o = finnc_run("run s.onnxtxt --input a=rows.npy --input b=x.npy --batch-size 2 -q -o o.npz",
                  NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 3, (float[]){2, -4, 6, -8, 6, 4, 10, 4, 0, -3, 2, -2});
    write_npy("two.npy", 2, (int64_t[]){2, 4}, three_rows);
    o = finnc_run("run s.onnxtxt --input a=rows.npy --input b=two.npy --batch", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "input b has 2 samples, a has 3"), "%s", o->err);
}

/* What is given stays; what is not is drawn, another one for each sample, the same for each seed.
 */
Test(run, inputs_that_are_not_given_may_be_drawn)
{
    test_write("s.onnxtxt", SUM);
    const float zeros[4] = {0};
    write_npy("zero.npy", 2, (int64_t[]){1, 4}, zeros);
    const char *const commands[] = {"run s.onnxtxt --input b=zero.npy -n 3 --seed 5 -q -o 0.npz",
                                    "run s.onnxtxt --input b=zero.npy -n 3 --seed 5 -q -o 1.npz",
                                    "run s.onnxtxt --input b=zero.npy -n 3 --seed 6 -q -o 2.npz"};
    float y[3][12];
    for (int i = 0; i < 3; i++) {
        char name[600];
        finnc_bundle *bundle;
        const outcome *o = finnc_run(commands[i], NULL);
        cr_assert_eq(o->status, 0, "%s", o->err);
        snprintf(name, sizeof name, "%s/%d.npz", test_folder(), i);
        cr_assert_eq(finnc_npz_read(cx, name, &bundle), 0);
        const finnc_tensor *tensor = finnc_bundle_find(bundle, "y");
        cr_assert_eq(finnc_tensor_nelems(tensor), 12);
        for (int k = 0; k < 12; k++)
            y[i][k] = (float)finnc_tensor_get(tensor, k);
        finnc_bundle_destroy(bundle);
    }
    cr_expect_arr_eq(y[0], y[1], sizeof y[0]);
    cr_expect_arr_neq(y[0], y[2], sizeof y[0]);
    cr_expect_arr_neq(y[0], y[0] + 4, 4 * sizeof(float), "each sample is another");
    const outcome *o = finnc_run("run m.onnxtxt x.npy -n 5 --seed 1 -q -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 1, (float[]){2, 0, 6, 0});
}

Test(run, sequences_and_optionals_may_be_drawn)
{
    test_write("i.onnxtxt", ITEMS);
    const outcome *o = finnc_run("run i.onnxtxt -n 1", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "w  a sequence of 3"), "%s", o->out);
    const float zeros[2] = {0};
    write_npy("zero.npy", 1, (int64_t[]){2}, zeros);
    o = finnc_run("run i.onnxtxt -n 1 --input x=zero.npy", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "it is a tensor, the model wants a sequence"), "%s", o->err);
    cr_expect_not(strstr(o->err, "--scale"), "no numbers are converted: %s", o->err);
}

Test(run, raw_files_are_what_the_input_is)
{
    write_bytes("x.raw", three_rows, 4 * sizeof(float));
    const outcome *o = finnc_run("run m.onnxtxt x.raw -q -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 1, (float[]){2, 0, 6, 0});
    write_bytes("rows.bin", three_rows, sizeof three_rows);
    o = finnc_run("run m.onnxtxt rows.bin -q -o o.npz", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "48 bytes, 4 elements of FLOAT take 16"), "%s", o->err);
    cr_assert(strstr(o->err, "hint: --batch"), "%s", o->err);
    o = finnc_run("run m.onnxtxt rows.bin --batch -q -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 3, (float[]){2, 0, 6, 0, 10, 12, 14, 16, 0, 0, 0, 4});
    write_bytes("odd.name", "\1\2\3\4", 4);
    o = finnc_run("run m.onnxtxt odd.name --format raw --raw-type x=uint8 -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 1, (float[]){2, 4, 6, 8});
    cr_assert(strstr(o->err, "UINT8 1x4 becomes FLOAT 1x4, values as they are"), "%s", o->err);
}

/* Identity of an input of that shape; `options` are with the file. */
static void check_layout(const char *shape, const char *options, int64_t nrows, const float *want)
{
    char text[200], command[200];
    snprintf(text, sizeof text,
             "<ir_version: 8, opset_import: [\"\" : 17]> g (float%s x) => (y) { y = Identity(x) }",
             shape);
    test_write("p.onnxtxt", text);
    snprintf(command, sizeof command, "run p.onnxtxt %s -q -o o.npz", options);
    const outcome *o = finnc_run(command, NULL);
    cr_assert_eq(o->status, 0, "%s %s: %s", shape, options, o->err);
    check_npz("o.npz", "y", nrows, want);
}

Test(run, layouts_may_leave_axes_out)
{
    static const float planes[] = {1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12};
    static const float upwards[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    write_bytes("one.raw", "\1\2\3\4\5\6", 6);
    write_bytes("two.raw", "\1\2\3\4\5\6\7\10\11\12\13\14", 12);
    check_layout("[1,3,1,2]", "one.raw --raw-type uint8 --layout hwc", 1, planes);
    check_layout("[N,3,1,2]", "two.raw --raw-type uint8 --layout hwc", 2, planes);
    check_layout("[1,3,1,2]", "two.raw --raw-type uint8 --layout hwc --batch", 2, planes);
    check_layout("[1,1,2,3]", "one.raw --raw-type uint8 --layout nhw", 1, upwards);
    check_layout("[1,1,2,3]", "two.raw --raw-type uint8 --layout nhw --batch", 2, upwards);
    check_layout("[1,2,3,1]", "two.raw --raw-type uint8 --layout nhw --batch", 2, upwards);
    check_layout("[3,1,2]", "one.raw --raw-type uint8 --layout hwc", 3, planes);
    check_layout("[3,1,2]", "two.raw --raw-type uint8 --layout nhwc --batch", 6, planes);
    check_layout("[2,1,3]", "one.raw --raw-type uint8 --layout chw", 2,
                 (const float[]){1, 3, 5, 2, 4, 6});
    write_npy("nhw.npy", 3, (int64_t[]){2, 2, 3}, upwards);
    check_layout("[1,1,2,3]", "nhw.npy --layout nhw --batch", 2, upwards);
    check_layout("[1,2,3]", "nhw.npy --layout nhw --batch", 2, upwards);
    write_npy("nhwc.npy", 4, (int64_t[]){2, 1, 2, 3}, upwards);
    check_layout("[1,3,1,2]", "nhwc.npy --layout nhwc --batch", 2, planes);
    check_layout("[3,1,2]", "nhwc.npy --layout nhwc --batch", 6, planes);
    write_npy("hwc.npy", 3, (int64_t[]){1, 2, 3}, upwards);
    check_layout("[3,1,2]", "hwc.npy --layout hwc --batch", 3, planes);
}

Test(run, data_sets_go_into_inputs_without_a_batch)
{
    const unsigned char idx[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                                 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    static const float upwards[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    write_bytes("x-idx3-ubyte", idx, sizeof idx);
    check_layout("[2,3]", "x-idx3-ubyte", 4, upwards);
    check_layout("[2,3,1]", "x-idx3-ubyte", 4, upwards);
    check_layout("[1,2,3]", "x-idx3-ubyte", 2, upwards);
    check_layout("[2,1,2,3]", "x-idx3-ubyte", 2, upwards);
    check_layout("[6]", "x-idx3-ubyte", 12, upwards);

    static unsigned char batch[2 * 3073];
    static float planes[6144], pixels[6144];
    for (int i = 0; i < 6144; i++) {
        int sample = i / 3072, k = i % 3072, colour = k / 1024;
        batch[sample * 3073 + 1 + k] = (unsigned char)(i % 251);
        planes[i] = pixels[sample * 3072 + k % 1024 * 3 + colour] = (float)(i % 251);
    }
    write_bytes("data_batch_1.bin", batch, sizeof batch);
    check_layout("[3,32,32]", "data_batch_1.bin", 6, planes);
    check_layout("[32,32,3]", "data_batch_1.bin", 64, pixels);
    check_layout("[1,1024,3]", "data_batch_1.bin", 2, pixels);
}

Test(run, a_data_set_is_a_row_of_samples)
{
    const unsigned char idx[] = {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0,
                                 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6};
    write_bytes("x-idx3-ubyte", idx, sizeof idx);
    const outcome *o = finnc_run("run m.onnxtxt x-idx3-ubyte -o o.npz -k 1", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 3, (float[]){2, 4, 6, 8, 10, 12, 14, 16, 18, 16, 14, 12});
    cr_assert(strstr(o->out, "x-idx3-ubyte[2]  0 18\n3 runs, "), "%s", o->out);
    cr_assert(strstr(o->err, "UINT8 1x2x2 (NHW) becomes FLOAT 1x4"), "%s", o->err);

    static unsigned char batch[2 * 3073];
    memset(batch + 3073, 7, 3073);
    test_write("c.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,3,32,32] x) => (float[1,3,1,1] y)\n"
                            "{\n  y = GlobalMaxPool(x)\n}\n");
    write_bytes("data_batch_1.bin", batch, sizeof batch);
    o = finnc_run("run c.onnxtxt data_batch_1.bin -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 2, (float[]){0, 0, 0, 7, 7, 7});
}

/* ---- batches ---- */

Test(run, a_model_of_batch_1_runs_several_at_a_time)
{
    const outcome *o = finnc_run("run m.onnxtxt rows.npy --batch-size 2 -o o.npz -k 1", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 3, (float[]){2, 0, 6, 0, 10, 12, 14, 16, 0, 0, 0, 4});
    cr_assert(strstr(o->out, "rows.npy[1]  3 16\nrows.npy[2]  3 4\n3 samples in 2 runs, "), "%s",
              o->out);
    o = finnc_run("run m.onnxtxt rows.npy x.npy --batch-size 100 -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "4 samples in 1 run, "), "%s", o->out);
    check_npz("o.npz", "y", 4, (float[]){2, 0, 6, 0, 10, 12, 14, 16, 0, 0, 0, 4, 2, 0, 6, 0});
    cr_assert_eq(finnc_run("run m.onnxtxt rows.npy --batch-size 0", NULL)->status, 2);
}

Test(run, a_reshape_that_bakes_the_batch_in_is_named)
{
    test_write("b.onnxtxt",
               "<ir_version: 8, opset_import: [\"\" : 11]>\n"
               "g (float[1,4] x) => (float y) <int64[2] t = {4, -1}>\n"
               "{\n  [flat] a = Reshape(x, t)\n  y = ReduceSum <keepdims = 0> (a)\n}\n");
    const outcome *o = finnc_run("run b.onnxtxt rows.npy --batch-size 2", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "b.onnxtxt: flat (Reshape): its target begins with 4, not the batch "
                             "size: the model cannot run 2 at a time"),
              "%s", o->err);
    cr_assert(strstr(o->err, "hint: the batch size is baked in"), "%s", o->err);
    test_write("b.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,4] x) => (float[2,2] y) <int64[2] t = {2, -1}>\n"
                            "{\n  [flat] y = Reshape(x, t)\n}\n");
    o = finnc_run("run b.onnxtxt rows.npy --batch-size 2", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "flat (Reshape): 'y' has the shape [2,2]"), "%s", o->err);
    cr_assert(strstr(o->err, "hint: the batch size is baked in"), "%s", o->err);
}

/* The other command that changes batches has no --batch. */
Test(run, only_options_of_the_command_are_hinted_at)
{
    test_write("b.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,4] x) => (float y) <int64[2] t = {4, -1}>\n"
                            "{\n  a = Reshape(x, t)\n  y = ReduceSum <keepdims = 0> (a)\n}\n");
    const outcome *o = finnc_run("bench b.onnxtxt --seconds 0.01 --batch-size 2", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "hint: the batch size is baked in there; --batch-size 1 runs"), "%s",
              o->err);
    o = finnc_run("run b.onnxtxt rows.npy --batch-size 2", NULL);
    cr_expect(strstr(o->err, "there; --batch runs the model as it is"), "%s", o->err);
}

Test(run, no_sample_is_nothing_to_run)
{
    static const char *const lines[] = {"run m.onnxtxt none.npy --batch",
                                        "run m.onnxtxt none.npy --batch --json",
                                        "run m.onnxtxt x.npy none.npy --batch --batch-size 2",
                                        "stats m.onnxtxt --input none.npy --batch",
                                        "compare m.onnxtxt m.onnxtxt --input none.npy --batch"};
    write_npy("none.npy", 2, (int64_t[]){0, 4}, three_rows);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const outcome *o = finnc_run(lines[i], NULL);
        if (i == 2) { /* beside another one it is a file of nothing */
            cr_expect_eq(o->status, 0, "%s", o->err);
            continue;
        }
        cr_expect_eq(o->status, 1, "%s: %d", lines[i], o->status);
        cr_expect(strstr(o->err, "input x: there is no sample in what it is given"), "%s: %s",
                  lines[i], o->err);
    }
}

Test(run, what_is_not_shown_of_several_samples_is_said)
{
    static const char words[] = "note: m.onnxtxt: outputs of several samples are not shown: ";
    cr_expect(strstr(finnc_run("run m.onnxtxt --samples 2", NULL)->err, words));
    cr_expect(strstr(finnc_run("run m.onnxtxt rows.npy --batch", NULL)->err, words));
    static const char *const others[] = {"--samples 1",        "--samples 2 -k 1",
                                         "--samples 2 --json", "--samples 2 -o o.npz",
                                         "--samples 2 -q",     "--samples 2 --times"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char line[80];
        snprintf(line, sizeof line, "run m.onnxtxt %s", others[i]);
        cr_expect_str_empty(finnc_run(line, NULL)->err, "%s", line);
    }
}

Test(run, an_output_without_a_batch_is_named)
{
    test_write("b.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,4] x) => (float y)\n"
                            "{\n  y = ReduceSum <keepdims = 0> (x)\n}\n");
    const outcome *o = finnc_run("run b.onnxtxt rows.npy --batch-size 3", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "output y: it is scalar for 3 samples at once"), "%s", o->err);
    test_write("b.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n" /* nor is it told */
                            "g (float[1,4] x) => (y) { y = Transpose(x) }\n");
    o = finnc_run("run b.onnxtxt rows.npy x.npy --batch-size 4", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "Transpose: 'y' has the shape [4,1] in the model"), "%s", o->err);
}

/* ---- parts of a model ---- */

Test(run, begins_and_ends_at_a_tensor)
{
    const outcome *o = finnc_run("run m.onnxtxt x.npy --to doubled -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "doubled", 1, (float[]){2, -4, 6, -8});
    cr_assert(!strncmp(o->out, "doubled  1x4 float32\n  2 -4 6 -8\n", 33), "%s", o->out);
    o = finnc_run("run m.onnxtxt x.npy --from doubled -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 1, (float[]){1, 0, 3, 0});
    o = finnc_run("run m.onnxtxt x.npy --from doubled --to doubled --to y -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "doubled", 1, (float[]){1, -2, 3, -4});
    o = finnc_run("run m.onnxtxt x.npy --from dubled", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "did you mean doubled?"), "%s", o->err);
}

/* Where the file has none. */
Test(run, a_tensor_to_begin_at_has_a_shape)
{
    test_write("bare.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                               "g (float[1,4] x) => (y) { a = Neg(x) y = Relu(a) }\n");
    const outcome *o = finnc_run("run bare.onnxtxt --from a --samples 1", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(!strncmp(o->out, "y  1x4 float32\n", 15), "%s", o->out);
}

Test(run, what_a_part_does_not_need_may_be_unsupported)
{
    test_write("u.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11, \"some.where\" : 1]>\n"
                            "g (float[1,4] x) => (float[1,4] y)\n"
                            "{\n  a = Neg(x)\n  b = some.where.Frobnicate(a)\n  y = Relu(b)\n}\n");
    const outcome *o = finnc_run("run u.onnxtxt x.npy --to a -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "a", 1, (float[]){-1, 2, -3, 4});
    o = finnc_run("run u.onnxtxt --input b=x.npy --from b -o o.npz", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    check_npz("o.npz", "y", 1, (float[]){1, 0, 3, 0});
}

/* ---- what is told of a run ---- */

Test(run, the_first_value_that_is_forbidden_is_named)
{
    test_write("q.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,4] x) => (float[1,4] y {INT3}) <float[1] two = {2}>\n"
                            "{\n  [twice] y = Mul(x, two)\n}\n");
    cr_assert_eq(finnc_run("run q.onnxtxt x.npy", NULL)->status, 0);
    const outcome *o = finnc_run("run q.onnxtxt x.npy --check-datatypes", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "q.onnxtxt: twice (Mul): output y: element [0,2] is 6, but INT3 holds "
                             "whole numbers from -4 to 3"),
              "%s", o->err);
    cr_assert_eq(finnc_run("run m.onnxtxt x.npy --check-datatypes", NULL)->status, 0);
}

Test(run, the_slowest_nodes_are_listed)
{
    const outcome *o = finnc_run("run m.onnxtxt x.npy x.npy --times", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(!strncmp(o->out, "node ", 5), "%s", o->out);
    cr_assert(strstr(o->out, "\ndoubled  Mul "), "%s", o->out);
    cr_assert(strstr(o->out, "\ny        Relu "), "%s", o->out);
    o = finnc_run("run m.onnxtxt x.npy x.npy --times=1 -q", NULL);
    cr_assert_not(strstr(o->out, "runs"), "%s", o->out);
    cr_assert(strstr(o->out, "\n1 other "), "%s", o->out);
    o = finnc_run("run m.onnxtxt rows.npy --batch-size 2 --times --json", NULL);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert(root, "%s", o->out);
    const json_t *times = json_object_get(root, "times");
    cr_assert_eq(json_array_size(times), 2);
    double sum = 0;
    for (size_t i = 0; i < 2; i++) {
        const json_t *row = json_array_get(times, i);
        cr_expect_eq(json_integer_value(json_object_get(row, "calls")), 2);
        sum += json_real_value(json_object_get(row, "share"));
    }
    cr_expect_float_eq(sum, 1, 1e-6);
    json_decref(root);
}

#define SIGNS                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 11]>\n"                                                 \
    "g (float[1,4] x {BIPOLAR}) => (float[1,2] y, e) <float[4,2] w = {1,-1,1,1,-1,1,1,1}>\n"       \
    "{ y = MatMul(x, w) e = Softmax(y) }\n"

static void check_ran(const char *line, const char *engine, int nnodes, int nfast)
{
    const outcome *o = finnc_run(line, NULL);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert(root, "%s: %s%s", line, o->out, o->err);
    const char *have = json_string_value(json_object_get(root, "engine"));
    cr_expect(have && !strcmp(have, engine), "%s: %s", line, o->out);
    cr_expect_eq(json_integer_value(json_object_get(root, "nodes")), nnodes, "%s", o->out);
    cr_expect_eq(json_integer_value(json_object_get(root, "fast_nodes")), nfast, "%s", o->out);
    json_decref(root);
}

Test(run, programs_are_told_what_ran)
{
    test_write("s.onnxtxt", SIGNS);
    check_ran("run s.onnxtxt --samples 1 --json", "reference", 2, 0);
    check_ran("run s.onnxtxt --samples 1 --json --engine fast", "fast", 2, 1);
    check_ran("run s.onnxtxt --samples 1 --json --engine reference", "reference", 2, 0);
    check_ran("run s.onnxtxt --samples 1 --json --engine fast --times", "reference", 2, 0);
}

Test(run, people_are_told_what_ran_if_they_ask_for_an_engine)
{
    test_write("s.onnxtxt", SIGNS);
    const outcome *o = finnc_run("run s.onnxtxt --samples 1", NULL);
    cr_expect_not(strstr(o->out, "engine"), "%s", o->out);
    o = finnc_run("run s.onnxtxt --samples 1 --engine fast", NULL);
    cr_expect(strstr(o->out, "\nfast engine, 1 of 2 nodes are fast\n"), "%s", o->out);
    cr_expect_str_eq(o->err, "");
    o = finnc_run("run s.onnxtxt --samples 1 --engine auto", NULL);
    cr_expect(strstr(o->out, "\nreference engine\n"), "%s", o->out);
}

Test(run, a_node_is_named_where_nothing_is_fast)
{
    const outcome *o = finnc_run("run m.onnxtxt x.npy --engine fast", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->err, "no node is fast: the maker of doubled (Mul): its input is not"), "%s",
              o->err);
    o = finnc_run("run m.onnxtxt x.npy --engine fast --times", NULL);
    cr_expect(strstr(o->err, "note: no node is fast: what is recorded"), "%s", o->err);
    o = finnc_run("run m.onnxtxt x.npy --engine fast -q", NULL);
    cr_expect_str_eq(o->err, "");
    o = finnc_run("run m.onnxtxt x.npy", NULL);
    cr_expect_str_eq(o->err, "");
}

/* It made a file called "-", and the summary went to standard output. */
Test(run, outputs_go_to_standard_output_alone)
{
    const outcome *o = finnc_run("run m.onnxtxt x.npy --outputs -", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    char path[512];
    snprintf(path, sizeof path, "%s/piped.npz", test_folder());
    FILE *file = fopen(path, "wb");
    cr_assert(file);
    cr_assert_eq(fwrite(o->out, 1, o->out_length, file), o->out_length);
    cr_assert_eq(fclose(file), 0);
    check_npz("piped.npz", "y", 1, (const float[]){2, 0, 6, 0});
    struct stat info;
    cr_assert_eq(finnc_run("run m.onnxtxt x.npy -o o.npz", NULL)->status, 0);
    snprintf(path, sizeof path, "%s/o.npz", test_folder());
    cr_assert_eq(stat(path, &info), 0);
    cr_expect_eq(finnc_run("run m.onnxtxt x.npy -o -", NULL)->out_length, (size_t)info.st_size);
    o = finnc_run("run m.onnxtxt x.npy -o /dev/stdout", NULL);
    cr_expect_eq(o->out_length, (size_t)info.st_size, "by its other name, too");
    cr_expect(!test_exists("-"));
}

Test(run, standard_output_takes_one_thing)
{
    static const char *const wrong[] = {"-o - --json", "-o - --profile -", "-o - --times",
                                        "--profile - --json", "--profile - --times"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char line[100];
        snprintf(line, sizeof line, "run m.onnxtxt x.npy %s", wrong[i]);
        const outcome *o = finnc_run(line, NULL);
        cr_expect_eq(o->status, 2, "%s", wrong[i]);
        cr_expect(strstr(o->err, "standard output takes one of"), "%s", o->err);
    }
    const outcome *o = finnc_run("run m.onnxtxt x.npy --profile -", NULL);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_expect(root, "the profile and nothing else: %s", o->out);
    json_decref(root);
}

Test(run, standard_input_is_a_file_of_arrays)
{
    test_write("b.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (uint8[1,2] x) => (uint8[1,2] y) { y = Identity(x) }");
    test_write("x.raw", "ab");
    const outcome *o = finnc_run("run b.onnxtxt - --format raw", "cd");
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "\n  99 100\n"), "%s", o->out);
    o = finnc_run("run b.onnxtxt x.raw - x.raw --format raw -o o.npz", "cd");
    cr_assert_eq(o->status, 0, "read once, and kept: %s", o->err);
    check_npz("o.npz", "y", 3, (const float[]){97, 98, 99, 100, 97, 98});
    o = finnc_run("stats b.onnxtxt --input x=- --format raw", "cd");
    cr_expect(strstr(o->out, " 99 "), "%s%s", o->out, o->err);
    o = finnc_run("run b.onnxtxt --inputs -", "no archive");
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "/dev/stdin: this is no .npz file"), "%s", o->err);
    o = finnc_run("run b.onnxtxt -", "cd");
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "hint: --format says what it is"), "%s", o->err);
    cr_expect_eq(finnc_run("run b.onnxtxt - - --format raw", "cd")->status, 2);
    cr_expect_eq(finnc_run("run b.onnxtxt - --inputs - --format raw", "cd")->status, 2);
    o = finnc_run("run - - --format raw", TWICE);
    cr_expect_eq(o->status, 2);
    cr_expect(strstr(o->err, "standard input can be one file only, or the model"), "%s", o->err);
}
