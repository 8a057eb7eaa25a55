#include "support/check_pass.h"
#include "support/io_check.h"
#include "support/pb_equal.h"
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <finnc/io.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- whole models ---- */

static pb_bytes read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s", path);
    fseek(file, 0, SEEK_END);
    pb_bytes bytes = {NULL, (size_t)ftell(file)};
    rewind(file);
    bytes.data = malloc(bytes.length + 1);
    cr_assert_eq(fread(bytes.data, 1, bytes.length, file), bytes.length);
    fclose(file);
    return bytes;
}

static void check_file(finnc_ctx *cx, const char *path)
{
    finnc_model *model;
    void *written;
    size_t nwritten;
    char why[256];
    cr_assert_eq(finnc_model_read(cx, path, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_model_write_bytes(cx, model, &written, &nwritten), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    pb_bytes bytes = read_file(path);
    cr_expect(pb_equal_bytes(&onnx__model_proto__descriptor, bytes.data, bytes.length, written,
                             nwritten, why, sizeof why),
              "%s: %s", path, why);
    free(bytes.data);
    finnc_bytes_destroy(cx, written);
    finnc_model_destroy(model);
}

Test(onnx_load, every_model_of_onnx_s_own_tests_comes_out_equal)
{
    FILE *list = popen("dpkg -L libonnx-testdata 2>/dev/null", "r");
    cr_assert(list);
    finnc_ctx *cx = io_begin();
    char path[4096];
    size_t count = 0;
    while (fgets(path, sizeof path, list)) {
        path[strcspn(path, "\n")] = '\0';
        size_t n = strlen(path);
        if (n < 5 || strcmp(path + n - 5, ".onnx"))
            continue;
        check_file(cx, path);
        count++;
    }
    int installed = pclose(list) == 0;
    io_end(cx);
    if (!installed)
        cr_skip_test("libonnx-testdata is not installed");
    cr_expect_gt(count, 1000);
}

Test(onnx_load, a_bit_of_everything_comes_out_equal)
{
    io_check_model(io_everything());
}

Test(onnx_load, a_clone_comes_out_equal)
{
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, io_everything()), *clone;
    cr_assert_eq(finnc_model_clone(cx, model, &clone), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
    io_check_written(cx, clone, io_everything());
    finnc_model_destroy(clone);
    io_end(cx);
}

/* ---- damage ---- */

Test(onnx_load, a_file_cut_anywhere_is_an_error_with_words)
{
    finnc_ctx *cx = io_begin();
    pb_bytes bytes = pb_model(io_everything());
    for (size_t n = 0; n < bytes.length; n++) {
        finnc_model *model;
        finnc_ctx_clear(cx);
        cr_assert_neq(finnc_model_read_bytes(cx, bytes.data, n, NULL, &model), FINNC_OK, "%zu", n);
        cr_assert(*finnc_ctx_message(cx));
        cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    }
    free(bytes.data);
    io_end(cx);
}

Test(onnx_load, a_file_with_any_byte_changed_is_refused_or_comes_out_equal)
{
    static const uint8_t changes[] = {0x01, 0x02, 0x10, 0x80, 0xff};
    finnc_ctx *cx = io_begin();
    pb_bytes bytes = pb_model(io_everything());
    for (size_t i = 0; i < bytes.length; i++)
        for (size_t k = 0; k < sizeof changes; k++) {
            bytes.data[i] ^= changes[k];
            io_check_bytes(cx, bytes.data, bytes.length);
            bytes.data[i] ^= changes[k];
        }
    free(bytes.data);
    io_end(cx);
}

Test(onnx_load, every_file_of_the_fuzz_corpus_is_refused_or_comes_out_equal)
{
    const char *folder = FNC_SOURCE_DIR "/tests/fuzz/corpus/onnx_read";
    DIR *d = opendir(folder);
    cr_assert(d);
    finnc_ctx *cx = io_begin();
    size_t count = 0;
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        char path[4096];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        pb_bytes bytes = read_file(path);
        io_check_bytes(cx, bytes.data, bytes.length);
        free(bytes.data);
        count++;
    }
    closedir(d);
    cr_expect_gt(count, 20);
    io_end(cx);
}

/* Subgraphs in subgraphs, written from the innermost outwards. */
static pb_bytes nest(size_t depth)
{
    size_t room = 64 * depth + 64;
    pb_bytes b = {malloc(room), 0};
    uint8_t *end = b.data + room, *at = end;
    /* ModelProto.graph, then for each level GraphProto.node, NodeProto.attribute, AttributeProto.g
     */
    static const unsigned fields[] = {7, 1, 5, 6};
    for (size_t i = 3 * depth + 1; i-- > 0;) {
        size_t length = (size_t)(end - at);
        at -= 5;
        for (int k = 0; k < 5; k++)
            at[k] = (uint8_t)((length >> (7 * k) & 0x7f) | (k < 4 ? 0x80 : 0));
        *--at = (uint8_t)(fields[i == 0 ? 0 : 1 + (i - 1) % 3] << 3 | 2);
    }
    b.length = (size_t)(end - at);
    memmove(b.data, at, b.length);
    return b;
}

Test(onnx_load, subgraphs_may_be_nested_but_not_ten_thousand_deep)
{
    finnc_ctx *cx = io_begin();
    for (size_t depth = 30; depth <= 10000; depth *= 10) {
        pb_bytes bytes = nest(depth);
        finnc_model *model;
        cr_expect_neq(finnc_model_read_bytes(cx, bytes.data, bytes.length, NULL, &model), FINNC_OK);
        const char *words = depth == 30 ? "attribute 0 has no name" : "nested too deeply";
        cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
        free(bytes.data);
    }
    io_end(cx);
}

Test(onnx_load, opset_imports_are_bounded)
{
    enum { MANY = 4097 };
    finnc_ctx *cx = io_begin();
    finnc_model *model = read_text(cx, "g (float x) => (y) { y = Neg(x) }");
    void *written;
    size_t n;
    cr_assert_eq(finnc_model_write_bytes(cx, model, &written, &n), FINNC_OK);
    finnc_model_destroy(model);
    uint8_t *bytes = malloc(n + 4 * MANY);
    memcpy(bytes, written, n);
    finnc_bytes_destroy(cx, written);
    for (size_t i = 0; i < MANY; i++, n += 4)
        memcpy(bytes + n, "\x42\x02\x10\x01", 4); /* version 1, of no domain */
    cr_expect_eq(finnc_model_read_bytes(cx, bytes, n, NULL, &model), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "more than 4096 opset imports"), "%s",
              finnc_ctx_message(cx));
    free(bytes);
    io_end(cx);
}

Test(onnx_load, many_things_in_few_bytes_stay_below_the_memory_cap)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = 1 << 20});
    size_t n = 100000;
    uint8_t *bytes = malloc(2 * n + 8);
    bytes[0] = 7 << 3 | 2; /* a graph of empty nodes, two bytes each */
    for (size_t k = 0; k < 4; k++)
        bytes[1 + k] = (uint8_t)((2 * n) >> (7 * k) & 0x7f) | (k < 3 ? 0x80 : 0);
    for (size_t i = 0; i < n; i++) {
        bytes[5 + 2 * i] = 1 << 3 | 2;
        bytes[6 + 2 * i] = 0;
    }
    finnc_model *model;
    cr_expect_eq(finnc_model_read_bytes(cx, bytes, 5 + 2 * n, NULL, &model), FINNC_NO_MEMORY);
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0);
    free(bytes);
    finnc_ctx_destroy(cx);
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
    if (s->left == 0) {
        s->failed = true;
        return NULL;
    }
    s->left--;
    return realloc(ptr, size);
}

/* Reads, clones nothing, writes; the N-th allocation fails. True once none did. */
static bool read_and_write(pb_bytes bytes, size_t n)
{
    struct scarce s = {.left = n + 1}; /* the context itself is one */
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.realloc = scarce_realloc, .user = &s});
    cr_assert(cx);
    finnc_model *model;
    void *data;
    size_t length;
    finnc_status status = finnc_model_read_bytes(cx, bytes.data, bytes.length, NULL, &model);
    if (status == FINNC_OK) {
        status = finnc_model_write_bytes(cx, model, &data, &length);
        if (status == FINNC_OK)
            finnc_bytes_destroy(cx, data);
        finnc_model_destroy(model);
    }
    cr_assert_eq(status, s.failed ? FINNC_NO_MEMORY : FINNC_OK, "allocation %zu: %s", n,
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "allocation %zu leaks", n);
    finnc_ctx_destroy(cx);
    return !s.failed;
}

Test(onnx_load, whichever_allocation_fails_there_is_an_error_and_no_leak)
{
    pb_bytes bytes = pb_model(io_everything());
    size_t n = 0;
    while (!read_and_write(bytes, n))
        n++;
    cr_expect_gt(n, 20);
    free(bytes.data);
}

Test(onnx_load, weights_are_views_of_the_file)
{
    char path[] = "/tmp/finnc-test-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
    /* Eight megabytes of weights, in a sparse file. */
    size_t nbytes = 8 << 20;
    pb_bytes head = pb_model("ir_version: 8 graph { }");
    head.length -= 2; /* the empty graph */
    FILE *file = fopen(path, "wb");
    fwrite(head.data, 1, head.length, file);
    const uint8_t graph[] = {
        7 << 3 | 2, 0x92, 0x80,       0x80, 0x04,  /* 18 bytes more than the weights */
        5 << 3 | 2, 0x8d, 0x80,       0x80, 0x04,  /* an initialiser */
        1 << 3,     0x80, 0x80,       0x80, 0x04,  /* dims */
        2 << 3,     2,    8 << 3 | 2, 1,    'w',   /* UINT8, name */
        9 << 3 | 2, 0x80, 0x80,       0x80, 0x04}; /* raw_data */
    uint8_t bytes[sizeof graph];
    memcpy(bytes, graph, sizeof graph);
    bytes[1] = (uint8_t)(0x80 | (sizeof graph - 5));
    bytes[6] = (uint8_t)(0x80 | (sizeof graph - 10));
    fwrite(bytes, 1, sizeof bytes, file);
    fseek(file, (long)nbytes - 1, SEEK_CUR);
    fputc('!', file);
    fclose(file);
    free(head.data);

    finnc_ctx *cx = io_begin();
    finnc_model *model;
    cr_assert_eq(finnc_model_read(cx, path, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_lt(finnc_ctx_peak_bytes(cx), 100000);
    const finnc_tensor *w =
        finnc_value_tensor(finnc_graph_find_value(finnc_model_graph(model), "w"));
    cr_expect_eq(finnc_tensor_nbytes(w), nbytes);
    cr_expect_eq(finnc_tensor_get_int(w, (int64_t)nbytes - 1), '!');
    finnc_model_destroy(model);
    io_end(cx);
    unlink(path);
}

/* ---- what is no model ---- */

Test(onnx_load, what_is_no_model_is_refused_with_a_reason)
{
    io_check_refused("", "there is no graph in it");
    io_check_refused("ir_version: 8 producer_name: 'a\\000b' graph { }", "zero byte");
    io_check_refused("graph { } graph { }", "ModelProto.graph at byte 2 is there twice");
    io_check_refused("graph { } 19990: 1", "no field number 19990");
    io_check_refused("graph { node { op_type: 'A' input: 'y' output: 'x' }"
                     " node { name: 'n' op_type: 'B' input: 'x' output: 'y' } }",
                     "A: the graph has a cycle");
    finnc_ctx *cx = io_begin();
    finnc_model *model;
    const char pointer[] = "version https://git-lfs.github.com/spec/v1\noid sha256:0\n";
    cr_expect_eq(finnc_model_read_bytes(cx, pointer, strlen(pointer), NULL, &model),
                 FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "Git LFS"));
    cr_expect_eq(finnc_model_read(cx, "/nowhere/net.onnx", &model), FINNC_NOT_FOUND);
    cr_expect_str_eq(finnc_ctx_message(cx),
                     "/nowhere/net.onnx: cannot open it: No such file or directory");
    cr_expect_eq(finnc_model_read(cx, "/tmp", &model), FINNC_BAD_FILE);
    cr_expect_str_eq(finnc_ctx_message(cx), "/tmp: is a folder");
    io_end(cx);
}

Test(onnx_load, names_that_are_there_twice_are_refused_with_both_places)
{
    io_check_refused("graph { input { name: 'x' } input { name: 'x' } }",
                     "graph input 'x' is there twice");
    io_check_refused(
        "graph { initializer { name: 'x' data_type: 1 dims: 0 } initializer { name: 'x'"
        " data_type: 1 dims: 0 } }",
        "initialiser 'x' is there twice");
    io_check_refused("graph { node { name: 'a' op_type: 'A' output: 'x' }"
                     " node { name: 'b' op_type: 'B' output: 'x' } }",
                     "b (B): its output 'x' is made by a (A) as well");
    io_check_refused("graph { input { name: 'x' } node { name: 'a' op_type: 'A' output: 'x' } }",
                     "a (A): its output 'x' is an input of the graph as well");
    io_check_refused("graph { initializer { name: 'x' data_type: 1 dims: 0 }"
                     " node { op_type: 'A' output: 'x' } }",
                     "A: its output 'x' is an initialiser as well");
    io_check_refused("graph { node { name: 'a' op_type: 'A' attribute { name: 'k' type: INT i: 1 }"
                     " attribute { name: 'k' type: INT i: 1 } } }",
                     "a (A): attribute k: it is there twice");
    io_check_refused("graph { } functions { name: 'F' domain: 'd' } functions { name: 'G' domain:"
                     " 'd' } functions { name: 'F' domain: 'd' }",
                     "function F of domain 'd' is there twice");
}

Test(onnx_load, a_body_hands_out_values_of_its_own)
{
    io_check_refused(
        "graph { input { name: 'x' } output { name: 'y' } node { name: 'n' op_type: 'If'"
        " input: 'x' output: 'y' attribute { name: 'then_branch' type: GRAPH"
        " g { output { name: 'x' } } } } }",
        "graph output 'x' is a value of the graph around, which an Identity in the");
    io_check_refused("graph { node { name: 'n' op_type: 'If' attribute { name: 'then_branch'"
                     " type: GRAPH g { output { name: 'late' } } } }"
                     " node { op_type: 'Neg' output: 'late' } }",
                     "n (If): graph output 'late' is a value of the graph around");
    io_check_refused(
        "graph { } functions { name: 'F' input: 'x' node { name: 'n' op_type: 'If'"
        " attribute { name: 'then_branch' type: GRAPH g { output { name: 'x' } } } } }",
        "n (If): graph output 'x' is a value of the graph around");
    /* One that comes from nowhere is a loose end, in the body and around it. */
    io_check_model("graph { node { name: 'n' op_type: 'If' input: 'q' attribute {"
                   " name: 'then_branch' type: GRAPH g { output { name: 'q' } } } } }");
    io_check_model("graph { input { name: 'x' } output { name: 'y' } node { name: 'n' op_type: 'If'"
                   " input: 'x' output: 'y' attribute { name: 'then_branch' type: GRAPH"
                   " g { output { name: 'z' } node { op_type: 'Identity' input: 'x' output: 'z'"
                   " } } } } }");
}

Test(onnx_load, what_comes_from_memory_may_be_said_besides)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(
        cx, "<ir_version: 8, opset_import: [\"\":11, \"finn.custom_op.fpgadataflow.hls\":1]>"
            "g () => (float[2] y) <float[2,1] m = {2,1}, float[1,2] w = {1,2}> {"
            "    w = finn.custom_op.fpgadataflow.hls.IODMA_hls<NumChannels=1, dataType=\"INT8\","
            "        burstMode=\"wrap\">(m) y = Flatten(w) }");
    cr_expect_eq(finnc_graph_check(cx, finnc_model_graph(model)), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    const finnc_value *w = finnc_graph_find_value(finnc_model_graph(model), "w");
    cr_expect(finnc_value_is_constant(w));
    cr_expect_not_null(finnc_value_producer(w));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(onnx_load, a_name_that_nobody_defines_is_read_and_reported_by_a_check)
{
    const char *text = "graph { node { name: 'n' op_type: 'A' input: 'lost' output: 'y' }"
                       " output { name: 'y' } }";
    io_check_model(text);
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, text);
    cr_expect_eq(finnc_graph_check_ends(cx, finnc_model_graph(model)), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "n (A): input 0, 'lost', comes from nowhere"));
    finnc_model_destroy(model);
    io_end(cx);
}
