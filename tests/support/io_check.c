#include "io_check.h"

#include "pb_equal.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *io_everything(void)
{
    static char text[16384];
    FILE *file = fopen(FNC_SOURCE_DIR "/tests/support/everything.txtpb", "r");
    cr_assert(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    cr_assert_lt(length, sizeof text - 1);
    fclose(file);
    return text;
}

finnc_ctx *io_begin(void)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = 1 << 28});
    cr_assert(cx);
    return cx;
}

void io_end(finnc_ctx *cx)
{
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0, "%zu bytes are left",
                 (size_t)finnc_ctx_live_bytes(cx));
    finnc_ctx_destroy(cx);
}

static void check_equal(finnc_ctx *cx, const finnc_model *model, const void *data, size_t length)
{
    void *written;
    size_t nwritten;
    char why[256];
    cr_assert_eq(finnc_model_write_bytes(cx, model, &written, &nwritten), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    bool same = pb_equal_bytes(&onnx__model_proto__descriptor, data, length, written, nwritten, why,
                               sizeof why);
    cr_assert(same, "not what was read: %s", why);
    finnc_bytes_destroy(cx, written);
}

void io_check_bytes(finnc_ctx *cx, const void *data, size_t length)
{
    finnc_model *model;
    finnc_ctx_clear(cx);
    if (finnc_model_read_bytes(cx, data, length, NULL, &model) != FINNC_OK) {
        cr_assert(*finnc_ctx_message(cx), "an error without words");
    } else {
        check_equal(cx, model, data, length);
        finnc_model_destroy(model);
    }
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
}

finnc_model *io_read(finnc_ctx *cx, const char *text)
{
    pb_bytes bytes = pb_model(text);
    finnc_model *model;
    cr_assert_eq(finnc_model_read_bytes(cx, bytes.data, bytes.length, NULL, &model), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    free(bytes.data);
    return model;
}

void io_check_written(finnc_ctx *cx, const finnc_model *model, const char *text)
{
    pb_bytes bytes = pb_model(text);
    check_equal(cx, model, bytes.data, bytes.length);
    free(bytes.data);
}

void io_check_model(const char *text)
{
    finnc_ctx *cx = io_begin();
    finnc_model *model = io_read(cx, text);
    io_check_written(cx, model, text);
    finnc_model_destroy(model);
    io_end(cx);
}

void io_check_refused(const char *text, const char *words)
{
    finnc_ctx *cx = io_begin();
    pb_bytes bytes = pb_model(text);
    finnc_model *model;
    cr_expect_neq(finnc_model_read_bytes(cx, bytes.data, bytes.length, NULL, &model), FINNC_OK);
    cr_expect(strstr(finnc_ctx_message(cx), words), "'%s' has no '%s' in it", finnc_ctx_message(cx),
              words);
    free(bytes.data);
    io_end(cx);
}
