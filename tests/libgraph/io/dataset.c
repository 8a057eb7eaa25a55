#include "support/poor.h"
#include "support/program.h"
#include "support/suite.h"

#include <finnc/dataset.h>
#include <finnc/io.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

FNC_SUITE(dataset);

/* ---- files ---- */

static const char *in_folder(const char *name)
{
    static char paths[64][600];
    static int next;
    char *path = paths[next++ % 64];
    snprintf(path, sizeof paths[0], "%s/%s", test_folder(), name);
    return path;
}

static void make_folder(const char *name)
{
    mkdir(in_folder(name), 0777);
}

/* Two pixels, red and the blue of `blue`. */
static void write_picture(const char *name, int blue)
{
    char text[64];
    snprintf(text, sizeof text, "P3 2 1 255\n255 0 0  0 0 %d\n", blue);
    test_write(name, text);
}

static finnc_tensor *ints(finnc_elem elem, int rank, const int64_t *dims, const int *x)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, elem, rank, dims, &t), FINNC_OK);
    for (int64_t i = 0; i < finnc_tensor_nelems(t); i++)
        finnc_tensor_set(t, i, x[i]);
    return t;
}

static void add(finnc_bundle *bundle, const char *name, finnc_tensor *t)
{
    cr_assert_eq(finnc_bundle_set(bundle, name, t), FINNC_OK);
    finnc_tensor_release(t);
}

static const int three_rows[] = {1, 2, 3, 4, 5, 6};

/* `labels` may be NULL: none. `other`: another array that could be labels. */
static void write_npz(const char *name, const char *labels, const char *other)
{
    finnc_bundle *bundle;
    finnc_tensor *words;
    cr_assert_eq(finnc_bundle_create(cx, &bundle), FINNC_OK);
    if (other)
        add(bundle, other, ints(FINNC_ELEM_INT64, 1, (int64_t[]){3}, (int[]){9, 9, 9}));
    if (labels)
        add(bundle, labels, ints(FINNC_ELEM_UINT8, 2, (int64_t[]){3, 1}, (int[]){1, 0, 1}));
    add(bundle, "pixels", ints(FINNC_ELEM_UINT8, 2, (int64_t[]){3, 2}, three_rows));
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_STRING, 1, (int64_t[]){2}, &words), FINNC_OK);
    cr_assert_eq(finnc_tensor_set_string(cx, words, 0, "cat", 3), FINNC_OK);
    cr_assert_eq(finnc_tensor_set_string(cx, words, 1, "dog", 3), FINNC_OK);
    add(bundle, "classes", words);
    cr_assert_eq(finnc_npz_write(cx, in_folder(name), bundle), FINNC_OK);
    finnc_bundle_destroy(bundle);
}

static void write_npy(const char *name, finnc_tensor *t)
{
    cr_assert_eq(finnc_npy_write(cx, in_folder(name), t), FINNC_OK);
    finnc_tensor_release(t);
}

static finnc_dataset *open_it(const char *name, const finnc_dataset_options *options)
{
    finnc_dataset *set;
    cr_assert_eq(finnc_dataset_open(cx, in_folder(name), options, &set), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    return set;
}

static void check_fails(const char *name, const finnc_dataset_options *options, finnc_status status,
                        const char *words)
{
    finnc_dataset *set;
    cr_assert_eq(finnc_dataset_open(cx, in_folder(name), options, &set), status, "%s",
                 finnc_ctx_message(cx));
    cr_assert(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
}

/* "1.ppm=0 2.ppm=1", or "=0" for samples without names. */
static void check_samples(const finnc_dataset *set, const char *want)
{
    char have[400] = "";
    for (size_t i = 0; i < finnc_dataset_count(set); i++) {
        size_t n = strlen(have);
        const char *name = finnc_dataset_name(set, i);
        snprintf(have + n, sizeof have - n, "%s%s=%d", i ? " " : "", name ? name : "",
                 (int)finnc_dataset_label(set, i));
    }
    cr_assert_str_eq(have, want);
}

/* ---- folders ---- */

Test(dataset, a_folder_for_each_class_numbers_the_classes_by_name)
{
    make_folder("d");
    make_folder("d/dog");
    make_folder("d/cat");
    write_picture("d/dog/b.ppm", 7);
    write_picture("d/dog/a.ppm", 8);
    write_picture("d/cat/z.PPM", 9);
    test_write("d/cat/notes.txt", "not a picture");
    test_write("d/cat/.hidden.ppm", "not to be seen");
    finnc_dataset *set = open_it("d", NULL);
    check_samples(set, "cat/z.PPM=0 dog/a.ppm=1 dog/b.ppm=1");
    cr_assert_eq(finnc_dataset_nclasses(set), 2);
    cr_assert_str_eq(finnc_dataset_class(set, 1), "dog");
    cr_assert_null(finnc_dataset_class(set, 2));
    cr_assert_null(finnc_dataset_class(set, -1));
    cr_assert_null(finnc_dataset_class_list(set), "there may be other classes");
    cr_assert_str_eq(finnc_dataset_layout(set), "NCHW");
    finnc_dataset_destroy(set);
}

Test(dataset, folders_called_by_numbers_are_the_classes_of_these_numbers)
{
    make_folder("n");
    make_folder("n/7");
    make_folder("n/10");
    write_picture("n/7/a.ppm", 0);
    write_picture("n/10/a.ppm", 0);
    finnc_dataset *set = open_it("n", NULL);
    check_samples(set, "10/a.ppm=10 7/a.ppm=7");
    cr_assert_eq(finnc_dataset_nclasses(set), 0);
    finnc_dataset_destroy(set);
}

Test(dataset, a_file_of_names_gives_the_classes_their_order)
{
    make_folder("o");
    make_folder("o/dog");
    make_folder("o/cat");
    write_picture("o/dog/a.ppm", 0);
    write_picture("o/cat/a.ppm", 0);
    test_write("names", "horse\r\ndog\ncat\n\n");
    const finnc_dataset_options options = {.classes = in_folder("names")};
    finnc_dataset *set = open_it("o", &options);
    check_samples(set, "cat/a.ppm=2 dog/a.ppm=1");
    cr_assert_eq(finnc_dataset_nclasses(set), 3);
    cr_assert_str_eq(finnc_dataset_class(set, 0), "horse");
    cr_assert_str_eq(finnc_dataset_class_list(set), options.classes);
    finnc_dataset_destroy(set);
    test_write("names", "horse\ndog\n");
    check_fails("o", &options, FINNC_BAD_VALUE, "'cat' is none of the 2 classes");
}

Test(dataset, a_list_says_what_is_in_a_flat_folder)
{
    make_folder("f");
    write_picture("f/1.ppm", 0);
    write_picture("f/my cat.ppm", 0);
    test_write("list", "# a list\nmy cat.ppm\tcat\n1.ppm, dog\n1.ppm 0\n");
    test_write("names", "dog\ncat\n");
    const finnc_dataset_options options = {.truth = in_folder("list"),
                                           .classes = in_folder("names")};
    finnc_dataset *set = open_it("f", &options);
    check_samples(set, "my cat.ppm=1 1.ppm=0 1.ppm=0");
    finnc_dataset_destroy(set);
    test_write("list", "1.ppm dog\n2.ppm\n");
    check_fails("f", &options, FINNC_BAD_FILE, "list: line 2 is '2.ppm', which is no picture");
    test_write("list", "1.ppm 2\n");
    check_fails("f", &options, FINNC_BAD_VALUE, "sample 0 is of class 2, there are 2 classes");
    check_fails("f", NULL, FINNC_NOT_FOUND, "nothing says which class each picture is of");
}

Test(dataset, names_of_classes_may_be_of_several_words)
{
    make_folder("w");
    write_picture("w/1.ppm", 0);
    write_picture("w/my cat.ppm", 0);
    test_write("list", "1.ppm great shark\nmy cat.ppm,tench, Tinca tinca\n1.ppm\ttiger shark\n");
    finnc_dataset_options options = {.truth = in_folder("list")};
    finnc_dataset *set = open_it("w", &options);
    check_samples(set, "1.ppm=0 my cat.ppm=1 1.ppm=2");
    cr_assert_str_eq(finnc_dataset_class(set, 0), "great shark");
    cr_assert_str_eq(finnc_dataset_class(set, 1), "tench, Tinca tinca");
    finnc_dataset_destroy(set);
    test_write("names", "tiger shark\ngreat shark\ntench, Tinca tinca\nshark 7\n");
    options.classes = in_folder("names");
    set = open_it("w", &options);
    check_samples(set, "1.ppm=1 my cat.ppm=2 1.ppm=0");
    finnc_dataset_destroy(set);
    write_npy("w.npy", ints(FINNC_ELEM_FLOAT, 2, (int64_t[]){3, 2}, three_rows));
    test_write("list", "great shark\ntench, Tinca tinca\nshark 7\n");
    set = open_it("w.npy", &options);
    check_samples(set, "=1 =2 =3");
    finnc_dataset_destroy(set);
    test_write("list", "great shark\ntiger shark\n17,a cat\n");
    options.classes = NULL;
    set = open_it("w.npy", &options);
    check_samples(set, "=1 =2 =0");
    cr_assert_eq(finnc_dataset_nclasses(set), 3);
    finnc_dataset_destroy(set);
}

Test(dataset, folders_without_pictures_are_told)
{
    make_folder("e");
    check_fails("e", NULL, FINNC_NOT_FOUND, "e: there are no pictures in it");
    check_fails("nowhere", NULL, FINNC_NOT_FOUND, "there is no such file or folder");
}

Test(dataset, pictures_are_read_when_they_are_asked_for)
{
    finnc_tensor *t;
    make_folder("p");
    make_folder("p/cat");
    write_picture("p/cat/1.ppm", 200);
    test_write("p/cat/2.ppm", "no picture");
    write_npy("p/cat/3.npy", ints(FINNC_ELEM_INT8, 1, (int64_t[]){2}, (int[]){-1, 5}));
    finnc_dataset *set = open_it("p", NULL);
    cr_assert_eq(finnc_dataset_read(cx, set, 0, &t), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_tensor_rank(t), 4);
    cr_assert_eq(finnc_tensor_dim(t, 3), 2);
    cr_assert_eq(finnc_tensor_get_int(t, 5), 200);
    finnc_tensor_release(t);
    cr_assert_eq(finnc_dataset_read(cx, set, 1, &t), FINNC_BAD_FILE);
    cr_assert(strstr(finnc_ctx_message(cx), "p/cat/2.ppm"), "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_dataset_read(cx, set, 2, &t), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_tensor_rank(t), 2);
    cr_assert_eq(finnc_tensor_dim(t, 0), 1);
    cr_assert_eq(finnc_tensor_get_int(t, 0), -1);
    finnc_tensor_release(t);
    finnc_dataset_destroy(set);
}

/* ---- arrays ---- */

Test(dataset, arrays_of_a_npz_are_told_by_name_shape_and_type)
{
    finnc_tensor *t;
    write_npz("a.npz", "Labels", "top1");
    finnc_dataset *set = open_it("a.npz", NULL);
    check_samples(set, "=1 =0 =1");
    cr_assert_str_eq(finnc_dataset_class(set, 0), "cat");
    cr_assert_str_eq(finnc_dataset_class_list(set), in_folder("a.npz"));
    cr_assert_null(finnc_dataset_layout(set));
    cr_assert_eq(finnc_dataset_read(cx, set, 2, &t), FINNC_OK);
    cr_assert_eq(finnc_tensor_dim(t, 0), 1);
    cr_assert_eq(finnc_tensor_get_int(t, 1), 6);
    finnc_tensor_release(t);
    finnc_dataset_destroy(set);
    write_npz("b.npz", "anything", NULL);
    set = open_it("b.npz", NULL);
    check_samples(set, "=1 =0 =1");
    finnc_dataset_destroy(set);
}

Test(dataset, an_unsure_guess_is_an_error_and_names_help)
{
    write_npz("c.npz", "one", "two");
    check_fails("c.npz", NULL, FINNC_NOT_FOUND, "no array in it is surely the labels");
    finnc_dataset *set = open_it("c.npz", &(finnc_dataset_options){.labels = "one"});
    check_samples(set, "=1 =0 =1");
    finnc_dataset_destroy(set);
    check_fails("c.npz", &(finnc_dataset_options){.labels = "ones"}, FINNC_NOT_FOUND,
                "there is no array 'ones' in it; did you mean 'one'?");
    check_fails("c.npz", &(finnc_dataset_options){.images = "one", .labels = "pixels"},
                FINNC_BAD_VALUE, "3 samples, but 6 labels");
    check_fails("c.npz", &(finnc_dataset_options){.labels = "two"}, FINNC_BAD_VALUE,
                "sample 0 is of class 9, there are 2 classes");
}

Test(dataset, labels_may_lie_in_a_file_of_their_own)
{
    const char *files[] = {"t.txt", "t.npy", "t.npz", "t-idx1-ubyte"};
    write_npy("x.npy", ints(FINNC_ELEM_FLOAT, 2, (int64_t[]){3, 2}, three_rows));
    check_fails("x.npy", NULL, FINNC_NOT_FOUND, "nothing says which class each sample is of");
    test_write("t.txt", "first 1\n0\nlast,1\n");
    write_npy("t.npy", ints(FINNC_ELEM_INT32, 1, (int64_t[]){3}, (int[]){1, 0, 1}));
    write_npz("t.npz", "y", NULL);
    const char idx[] = {0, 0, 8, 1, 0, 0, 0, 3, 1, 0, 1};
    cr_assert_eq(finnc_file_write(cx, in_folder("t-idx1-ubyte"), idx, sizeof idx), FINNC_OK);
    for (size_t i = 0; i < 4; i++) {
        finnc_dataset *set =
            open_it("x.npy", &(finnc_dataset_options){.truth = in_folder(files[i])});
        check_samples(set, "=1 =0 =1");
        finnc_dataset_destroy(set);
    }
    test_write("t.txt", "1\n0\n");
    check_fails("x.npy", &(finnc_dataset_options){.truth = in_folder("t.txt")}, FINNC_BAD_VALUE,
                "t.txt: 3 samples, but 2 labels");
}

Test(dataset, data_sets_in_their_own_formats_know_their_layout)
{
    const char idx[] = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6};
    char cifar[3073] = {4};
    cr_assert_eq(finnc_file_write(cx, in_folder("i-idx3-ubyte"), idx, sizeof idx), FINNC_OK);
    cr_assert_eq(finnc_file_write(cx, in_folder("test_batch.bin"), cifar, sizeof cifar), FINNC_OK);
    test_write("one", "0\n");
    finnc_dataset *set = open_it("test_batch.bin", NULL);
    check_samples(set, "=4");
    cr_assert_str_eq(finnc_dataset_layout(set), "NCHW");
    finnc_dataset_destroy(set);
    set = open_it("i-idx3-ubyte", &(finnc_dataset_options){.truth = in_folder("one")});
    check_samples(set, "=0");
    cr_assert_str_eq(finnc_dataset_layout(set), "NHW");
    finnc_dataset_destroy(set);
}

Test(dataset, what_is_no_class_is_no_label)
{
    write_npy("y.npy", ints(FINNC_ELEM_FLOAT, 2, (int64_t[]){3, 2}, three_rows));
    write_npy("l.npy", ints(FINNC_ELEM_INT32, 1, (int64_t[]){3}, (int[]){1, -2, 1}));
    const finnc_dataset_options options = {.truth = in_folder("l.npy")};
    check_fails("y.npy", &options, FINNC_BAD_VALUE, "label 1 is -2, which is no number of a class");
    finnc_tensor *half = ints(FINNC_ELEM_FLOAT, 1, (int64_t[]){3}, (int[]){1, 0, 1});
    finnc_tensor_set(half, 2, 0.5);
    write_npy("l.npy", half);
    check_fails("y.npy", &options, FINNC_BAD_VALUE, "label 2 is 0.5");
    test_write("y.txt", "");
    check_fails("y.txt", NULL, FINNC_UNSUPPORTED, "this is no data set that can be read");
    write_npy("none.npy", ints(FINNC_ELEM_FLOAT, 2, (int64_t[]){0, 2}, three_rows));
    check_fails("none.npy", NULL, FINNC_BAD_VALUE, "the array of samples is empty");
}

/* ---- memory ---- */

static finnc_status open_and_read(finnc_ctx *poor, void *user)
{
    finnc_dataset *set;
    finnc_tensor *t;
    const finnc_dataset_options options = {.classes = in_folder("poor.txt")};
    FINNC_TRY(finnc_dataset_open(poor, in_folder(user), &options, &set));
    finnc_status status = finnc_dataset_read(poor, set, 0, &t);
    if (status == FINNC_OK)
        finnc_tensor_release(t);
    finnc_dataset_destroy(set);
    return status;
}

Test(dataset, running_out_of_memory_leaves_nothing)
{
    char folder[] = "m", npz[] = "m.npz";
    test_write("poor.txt", "cat\ndog\n");
    make_folder("m");
    make_folder("m/cat");
    write_picture("m/cat/1.ppm", 1);
    write_npz("m.npz", "labels", NULL);
    check_poor(open_and_read, folder);
    check_poor(open_and_read, npz);
}
