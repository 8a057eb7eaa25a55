#include "support/io_check.h"
#include "support/pb_equal.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static finnc_ctx *cx;

static void begin(void)
{
    strcpy(folder, "/tmp/finnc-test-XXXXXX");
    cr_assert(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    cr_assert_eq(mkdir("in", 0777) + mkdir("out", 0777), 0);
    cx = io_begin();
}

static void end(void)
{
    char command[128];
    io_end(cx);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_expect_eq(system(command), 0);
}

TestSuite(onnx_save, .init = begin, .fini = end);

static void put(const char *path, const void *data, size_t length)
{
    FILE *f = fopen(path, "wb");
    cr_assert(f, "%s", path);
    fwrite(data, 1, length, f);
    fclose(f);
}

static pb_bytes get(const char *path)
{
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s", path);
    pb_bytes bytes = {calloc(1, 1 << 20), 0};
    bytes.length = fread(bytes.data, 1, 1 << 20, f);
    fclose(f);
    return bytes;
}

static void put_model(const char *path, const char *text)
{
    pb_bytes bytes = pb_model(text);
    put(path, bytes.data, bytes.length);
    free(bytes.data);
}

static void check_file(const char *path, const char *text)
{
    pb_bytes got = get(path), want = pb_model(text);
    char why[256];
    cr_expect(pb_equal_bytes(&onnx__model_proto__descriptor, want.data, want.length, got.data,
                             got.length, why, sizeof why),
              "%s: %s", path, why);
    free(got.data);
    free(want.data);
}

static finnc_model *read_model(const char *path)
{
    finnc_model *model;
    cr_assert_eq(finnc_model_read(cx, path, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    return model;
}

static void write_model(const finnc_model *model, const char *path, finnc_external external)
{
    cr_assert_eq(finnc_model_write(cx, model, path, external), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
}

static size_t nfiles(const char *path)
{
    size_t n = 0;
    DIR *d = opendir(path);
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
    closedir(d);
    return n;
}

#define EXTERNAL(location, more)                                                                   \
    "graph { initializer { name: 'w' dims: 4 data_type: 2 data_location: EXTERNAL"                 \
    " doc_string: 'd' external_data { key: 'location' value: '" location "' } " more " } }"
#define AT_2 "external_data { key: 'offset' value: '2' } external_data { key: 'length' value: '4' }"

Test(onnx_save, external_data_are_read_and_stay_external)
{
    put("in/w.bin", "..abcd", 6);
    put_model("in/m.onnx", EXTERNAL("w.bin", AT_2));
    finnc_model *model = read_model("in/m.onnx");
    const finnc_tensor *w =
        finnc_value_tensor(finnc_graph_find_value(finnc_model_graph(model), "w"));
    cr_expect_eq(finnc_tensor_get_int(w, 0), 'a');
    cr_expect_eq(finnc_tensor_get_int(w, 3), 'd');
    write_model(model, "in/again.onnx", FINNC_EXTERNAL_KEEP);
    check_file("in/again.onnx", EXTERNAL("w.bin", AT_2));
    finnc_model_destroy(model);
    cr_expect_eq(nfiles("in"), 3);
}

#define INLINED                                                                                    \
    "graph { initializer { name: 'w' dims: 4 data_type: 2 doc_string: 'd' raw_data: 'abcd' } }"

Test(onnx_save, bytes_take_external_data_with_them)
{
    put("in/w.bin", "..abcd", 6);
    put_model("in/m.onnx", EXTERNAL("w.bin", AT_2));
    finnc_model *model = read_model("in/m.onnx");
    io_check_written(cx, model, INLINED);
    finnc_model_destroy(model);
}

#define OF_TYPE_99                                                                                 \
    "graph { initializer { name: 'w' dims: 4 data_type: 99 data_location: EXTERNAL"                \
    " external_data { key: 'location' value: 'w.bin' } } }"

Test(onnx_save, bytes_cannot_take_what_is_of_no_known_type)
{
    void *bytes;
    size_t nbytes;
    put_model("in/m.onnx", OF_TYPE_99);
    finnc_model *model = read_model("in/m.onnx");
    cr_expect_eq(finnc_model_write_bytes(cx, model, &bytes, &nbytes), FINNC_UNSUPPORTED);
    finnc_model_destroy(model);
    model = io_read(cx, OF_TYPE_99); /* led nowhere before */
    io_check_written(cx, model, OF_TYPE_99);
    finnc_model_destroy(model);
}

Test(onnx_save, nothing_is_put_beside_a_pipe)
{
    put("in/w.bin", "..abcd", 6);
    put_model("in/m.onnx", EXTERNAL("w.bin", AT_2));
    finnc_model *model = read_model("in/m.onnx");
    cr_assert_eq(mkfifo("out/pipe", 0666), 0);
    const int fd = open("out/pipe", O_RDWR);
    for (int external = FINNC_EXTERNAL_KEEP; external <= FINNC_EXTERNAL_SPLIT; external++) {
        char got[256];
        write_model(model, "out/pipe", (finnc_external)external);
        put("got.onnx", got, (size_t)read(fd, got, sizeof got));
        check_file("got.onnx", INLINED);
        cr_expect_eq(nfiles("out"), 1);
    }
    close(fd);
    finnc_model_destroy(model);
}

Test(onnx_save, data_in_a_folder_come_along_with_it)
{
    cr_assert_eq(mkdir("in/sub", 0777), 0);
    put("in/sub/w.bin", "..abcd", 6);
    put_model("in/m.onnx", EXTERNAL("sub/w.bin", AT_2));
    finnc_model *model = read_model("in/m.onnx");
    write_model(model, "out/m.onnx", FINNC_EXTERNAL_KEEP);
    finnc_model_destroy(model);
    finnc_model_destroy(read_model("out/m.onnx"));
    cr_expect_eq(nfiles("out/sub"), 1);
}

Test(onnx_save, external_data_come_along_to_another_folder)
{
    put("in/w.bin", "..abcd", 6);
    put_model("in/m.onnx", EXTERNAL("w.bin", AT_2));
    finnc_model *model = read_model("in/m.onnx");
    write_model(model, "out/m.onnx", FINNC_EXTERNAL_KEEP);
    check_file("out/m.onnx", EXTERNAL("w.bin", AT_2));
    pb_bytes copy = get("out/w.bin");
    cr_expect(copy.length == 6 && !memcmp(copy.data, "..abcd", 6));
    free(copy.data);
    write_model(model, "out/m.onnx", FINNC_EXTERNAL_KEEP); /* again: the copy is there */
    cr_expect_eq(nfiles("out"), 2);
    finnc_model_destroy(model);
    finnc_model_destroy(read_model("out/m.onnx"));
}

/* The data lie beside the file that a link leads to, and are found there. */
Test(onnx_save, external_data_of_a_model_that_is_named_by_a_link)
{
    put("in/w.bin", "..abcd", 6);
    put_model("in/m.onnx", EXTERNAL("w.bin", AT_2));
    put("out/m.onnx", "old", 3);
    cr_assert_eq(symlink("out/m.onnx", "latest.onnx"), 0);
    finnc_model *model = read_model("in/m.onnx");
    cr_expect_str_eq(finnc_model_data_file(model, 0), "in/w.bin");
    cr_expect_null(finnc_model_data_file(model, 1));
    write_model(model, "latest.onnx", FINNC_EXTERNAL_KEEP);
    finnc_model_destroy(model);
    cr_expect_eq(nfiles("out"), 2);
    model = read_model("latest.onnx");
    cr_expect_str_eq(finnc_model_folder(model), "./out");
    finnc_model_destroy(model);
    finnc_model_destroy(read_model("out/m.onnx"));
}

Test(onnx_save, another_model_s_data_are_not_replaced)
{
    put("in/w.bin", "..abcd", 6);
    put("out/w.bin", "precious", 8);
    put("out/m.onnx", "old", 3);
    put_model("in/m.onnx", EXTERNAL("w.bin", AT_2));
    finnc_model *model = read_model("in/m.onnx");
    cr_expect_eq(finnc_model_write(cx, model, "out/m.onnx", FINNC_EXTERNAL_KEEP), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "out/w.bin is there already, and may be another"));
    finnc_model_destroy(model);
    pb_bytes old = get("out/m.onnx"), data = get("out/w.bin");
    cr_expect(old.length == 3 && data.length == 8);
    free(old.data);
    free(data.data);
    cr_expect_eq(nfiles("out"), 2);
}

Test(onnx_save, external_data_can_be_taken_into_the_model)
{
    put("in/w.bin", "..abcd", 6);
    put_model("in/m.onnx", EXTERNAL("w.bin", AT_2));
    finnc_model *model = read_model("in/m.onnx");
    write_model(model, "out/m.onnx", FINNC_EXTERNAL_INLINE);
    check_file("out/m.onnx", INLINED);
    cr_expect_eq(nfiles("out"), 1);
    finnc_model_destroy(model);
}

/* With weights `large`: first, first + 1, ... */
static finnc_model *large_model(int first)
{
    const char *text = "graph { initializer { name: 'small' dims: 1 data_type: 1 float_data: 1 }"
                       " initializer { name: 'large' dims: 300 data_type: 1 float_data: [";
    size_t room = 8000;
    char *whole = malloc(room);
    size_t n = (size_t)snprintf(whole, room, "%s", text);
    for (int i = 0; i < 300; i++)
        n += (size_t)snprintf(whole + n, room - n, "%d,", first + i);
    snprintf(whole + n, room - n, "] } }");
    finnc_model *model = io_read(cx, whole);
    free(whole);
    return model;
}

Test(onnx_save, large_weights_can_be_split_off)
{
    finnc_model *model = large_model(0);
    write_model(model, "out/m.onnx", FINNC_EXTERNAL_SPLIT);
    check_file("out/m.onnx",
               "graph { initializer { name: 'small' dims: 1 data_type: 1 raw_data:"
               " '\\000\\000\\200\\077' } initializer { name: 'large' dims: 300 data_type: 1"
               " data_location: EXTERNAL external_data { key: 'location' value: 'm.onnx.data' }"
               " external_data { key: 'offset' value: '0' }"
               " external_data { key: 'length' value: '1200' } } }");
    finnc_model *split = read_model("out/m.onnx");
    const finnc_tensor *a =
        finnc_value_tensor(finnc_graph_find_value(finnc_model_graph(model), "large"));
    const finnc_tensor *b =
        finnc_value_tensor(finnc_graph_find_value(finnc_model_graph(split), "large"));
    cr_expect(finnc_tensor_equal(a, b));
    write_model(split, "out/m.onnx", FINNC_EXTERNAL_SPLIT); /* onto its own weights */
    finnc_model *again = read_model("out/m.onnx");
    cr_expect(finnc_tensor_equal(
        a, finnc_value_tensor(finnc_graph_find_value(finnc_model_graph(again), "large"))));
    cr_expect_eq(nfiles("out"), 2);
    finnc_model_destroy(again);
    finnc_model_destroy(split);
    finnc_model_destroy(model);
}

/* Writing fails with these words, and no file has changed. */
static void refuse(const finnc_model *model, const char *path, finnc_external external,
                   const char *words)
{
    cr_expect_neq(finnc_model_write(cx, model, path, external), FINNC_OK, "%s", words);
    cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
}

static double first_of(const char *path)
{
    finnc_model *model = read_model(path);
    const double first = finnc_tensor_get(
        finnc_value_tensor(finnc_graph_find_value(finnc_model_graph(model), "large")), 0);
    finnc_model_destroy(model);
    return first;
}

/* The model that they are of has another name meanwhile, and would have computed something else. */
Test(onnx_save, split_off_weights_take_the_place_of_their_own_alone)
{
    finnc_model *a = large_model(0), *b = large_model(7);
    write_model(a, "out/m.onnx", FINNC_EXTERNAL_SPLIT);
    write_model(b, "out/m.onnx", FINNC_EXTERNAL_SPLIT);
    cr_expect_eq(first_of("out/m.onnx"), 7, "both were replaced");
    cr_assert_eq(rename("out/m.onnx", "out/old.onnx"), 0);
    refuse(a, "out/m.onnx", FINNC_EXTERNAL_SPLIT,
           "out/m.onnx.data is there already, and may be another model's: remove it");
    write_model(a, "out/m.onnx", FINNC_EXTERNAL_INLINE);
    refuse(a, "out/m.onnx", FINNC_EXTERNAL_SPLIT, "is there already, and may be another");
    cr_expect_eq(first_of("out/old.onnx"), 7);
    cr_expect_eq(nfiles("out"), 3);
    finnc_model_destroy(a);
    finnc_model_destroy(b);
}

/* A copy under another name has its data there as well. */
Test(onnx_save, split_off_weights_do_not_take_the_place_of_what_the_model_was_read_from)
{
    finnc_model *model = large_model(7), *copy;
    write_model(model, "out/m.onnx", FINNC_EXTERNAL_SPLIT);
    finnc_model_destroy(model);
    pb_bytes bytes = get("out/m.onnx");
    put("out/old.onnx", bytes.data, bytes.length);
    free(bytes.data);
    model = read_model("out/old.onnx");
    refuse(model, "out/m.onnx", FINNC_EXTERNAL_SPLIT,
           "out/m.onnx.data holds data that the model was read from, and would be replaced");
    cr_assert_eq(finnc_model_clone(cx, model, &copy), FINNC_OK);
    refuse(copy, "out/../out/m.onnx", FINNC_EXTERNAL_SPLIT, "data that the model was read from");
    write_model(model, "out/new.onnx", FINNC_EXTERNAL_SPLIT);
    write_model(model, "out/old.onnx", FINNC_EXTERNAL_SPLIT);
    cr_expect_eq(nfiles("out"), 6);
    finnc_model_destroy(copy);
    finnc_model_destroy(model);
    model = read_model("out/m.onnx");
    write_model(model, "./out//m.onnx", FINNC_EXTERNAL_SPLIT); /* back to its own file */
    finnc_model_destroy(model);
    cr_expect_eq(first_of("out/m.onnx"), 7);
}

Test(onnx_save, without_large_weights_there_is_no_data_file)
{
    put("out/m.onnx.data", "precious", 8);
    finnc_model *model =
        io_read(cx, "graph { initializer { name: 'w' dims: 1 data_type: 1 float_data: 1 } }");
    write_model(model, "out/m.onnx", FINNC_EXTERNAL_SPLIT);
    write_model(model, "out/n.onnx", FINNC_EXTERNAL_SPLIT);
    finnc_model_destroy(model);
    pb_bytes data = get("out/m.onnx.data");
    cr_expect_eq(data.length, 8);
    free(data.data);
    cr_expect_eq(nfiles("out"), 3);
}

Test(onnx_save, split_off_weights_follow_no_link)
{
    put("secret", "precious", 8);
    cr_assert_eq(symlink("../secret", "out/m.onnx.data"), 0);
    cr_assert_eq(symlink("../nothing", "out/n.onnx.data"), 0);
    finnc_model *model = large_model(7);
    refuse(model, "out/m.onnx", FINNC_EXTERNAL_SPLIT, "is a link or no folder");
    refuse(model, "out/n.onnx", FINNC_EXTERNAL_SPLIT, "is a link or no folder");
    finnc_model_destroy(model);
    cr_expect_neq(access("nothing", F_OK), 0);
}

/* Both were gone: the model in the place of its data, and nothing to open it with. */
Test(onnx_save, a_model_does_not_take_the_place_of_its_data)
{
    put("in/w.bin", "..abcd", 6);
    put_model("in/m.onnx", EXTERNAL("w.bin", AT_2));
    cr_assert_eq(symlink("in/w.bin", "link.onnx"), 0);
    finnc_model *model = read_model("in/m.onnx");
    static const char *const paths[] = {"in/w.bin", "in/../in//w.bin", "link.onnx"};
    for (int external = FINNC_EXTERNAL_KEEP; external <= FINNC_EXTERNAL_SPLIT; external++)
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
            refuse(model, paths[i], (finnc_external)external, "data that the model was read from");
    finnc_model_destroy(model);
    put_model("in/m.onnx", OF_TYPE_99);
    model = read_model("in/m.onnx"); /* nobody looked into its data */
    refuse(model, "in/w.bin", FINNC_EXTERNAL_KEEP, "data that the model was read from");
    finnc_model_destroy(model);
    pb_bytes data = get("in/w.bin");
    cr_expect_eq(data.length, 6);
    free(data.data);
}

Test(onnx_save, external_data_that_are_not_there_or_lie_outside_are_refused)
{
    put("in/w.bin", "..abcd", 6);
    put("secret", "..abcd", 6);
    cr_assert_eq(symlink("../secret", "in/link"), 0);
    static const char *const cases[][2] = {
        {EXTERNAL("../secret", AT_2), "leads out of the model's folder"},
        {EXTERNAL("/etc/passwd", AT_2), "not relative to the model's folder"},
        {EXTERNAL("link", AT_2), "is a link or no folder"},
        {EXTERNAL("none", AT_2), "No such file"},
        {EXTERNAL("w.bin", ""), "6 bytes of external data, its shape wants 4"},
        {EXTERNAL("w.bin", "external_data { key: 'offset' value: '7' }"), "begin at byte 7 of"},
        {EXTERNAL("w.bin", "external_data { key: 'offset' value: '-1' }"), "no number of bytes"},
        {EXTERNAL("w.bin", "external_data { key: 'length' value: '99999999999999999999' }"),
         "no number of bytes"},
        {EXTERNAL("w.bin", "external_data { key: 'offset' value: '3' }"
                           "external_data { key: 'length' value: '4' }"),
         "4 bytes from byte 3 on of w.bin, which has 6 bytes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_model("in/m.onnx", cases[i][0]);
        finnc_model *model;
        cr_expect_neq(finnc_model_read(cx, "in/m.onnx", &model), FINNC_OK, "%s", cases[i][0]);
        cr_expect(strstr(finnc_ctx_message(cx), cases[i][1]), "%s", finnc_ctx_message(cx));
        cr_expect_eq(strncmp(finnc_ctx_message(cx), "in/m.onnx: tensor w: ", 21), 0, "%s",
                     finnc_ctx_message(cx));
    }
}

/* ---- memory ---- */

struct scarce {
    size_t left; /* allocations until one fails */
    bool failed;
};

static void *scarce_realloc(void *user, void *ptr, size_t size)
{
    struct scarce *s = user;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    s->failed |= s->left == 0;
    s->left -= s->left > 0;
    return s->failed ? NULL : realloc(ptr, size);
}

/* From one folder to another with the N-th allocation failing. True once none did. */
static bool take_over(finnc_external external, size_t n)
{
    struct scarce s = {.left = n + 1}; /* the context itself is one */
    finnc_ctx *own = finnc_ctx_create(&(finnc_ctx_options){.realloc = scarce_realloc, .user = &s});
    cr_assert(own);
    finnc_model *model;
    finnc_status status = finnc_model_read(own, "in/m.onnx", &model);
    if (status == FINNC_OK) {
        status = finnc_model_write(own, model, "out/m.onnx", external);
        finnc_model_destroy(model);
    }
    cr_assert_eq(status, s.failed ? FINNC_NO_MEMORY : FINNC_OK, "allocation %zu: %s", n,
                 finnc_ctx_message(own));
    cr_assert_eq(finnc_ctx_live_bytes(own), 0, "allocation %zu leaks", n);
    finnc_ctx_destroy(own);
    if (s.failed) {
        pb_bytes old = get("out/m.onnx");
        cr_assert(old.length == 3 && !memcmp(old.data, "old", 3), "allocation %zu", n);
        free(old.data);
    }
    return !s.failed;
}

Test(onnx_save, whichever_allocation_fails_the_old_file_is_whole)
{
    put("in/w.bin", "..abcd", 6);
    put_model("in/m.onnx", EXTERNAL("w.bin", AT_2));
    for (int external = FINNC_EXTERNAL_KEEP; external <= FINNC_EXTERNAL_SPLIT; external++) {
        put("out/m.onnx", "old", 3);
        size_t n = 0;
        while (!take_over((finnc_external)external, n))
            n++;
        cr_expect_gt(n, 10);
    }
    cr_expect_leq(nfiles("out"), 3); /* the model, its data; no temporary file */
}

Test(onnx_save, the_same_model_gives_the_same_bytes)
{
    finnc_model *model = io_read(cx, io_everything());
    write_model(model, "out/a.onnx", FINNC_EXTERNAL_KEEP);
    finnc_model *copy = read_model("out/a.onnx");
    write_model(copy, "out/b.onnx", FINNC_EXTERNAL_KEEP);
    pb_bytes a = get("out/a.onnx"), b = get("out/b.onnx");
    cr_expect(a.length == b.length && !memcmp(a.data, b.data, a.length));
    free(a.data);
    free(b.data);
    finnc_model_destroy(copy);
    finnc_model_destroy(model);
}
