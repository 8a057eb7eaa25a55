#include "support/program.h"

#include "models.h"

#include <finnc/io.h>

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

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
    cr_assert(strstr(o->err, "x"), "%s", o->err);
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
