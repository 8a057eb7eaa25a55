#include "case_folder.h"

#include <base/buf.h>
#include <base/field.h>
#include <finnc/io.h>

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DIMS = 1, DATA_TYPE = 2, RAW_DATA = 9 };              /* TensorProto */
enum { ELEM_TYPE = 2, TENSOR_VALUES = 3, TENSOR_VALUE = 3 }; /* SequenceProto, OptionalProto */
enum { MAP_KEY_TYPE = 2, MAP_KEYS = 3, MAP_VALUES = 5, TENSOR = 1 }; /* MapProto */

void make_case_root(char root[64])
{
    strcpy(root, "/tmp/finnc-cases-XXXXXX");
    cr_assert(mkdtemp(root));
}

void make_case(finnc_ctx *cx, const char *dir, const char *text)
{
    char path[1000];
    finnc_model *model;
    mkdir(dir, 0777);
    snprintf(path, sizeof path, "%s/test_data_set_0", dir);
    mkdir(path, 0777);
    cr_assert_eq(finnc_model_read_text(cx, text, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    snprintf(path, sizeof path, "%s/model.onnx", dir);
    cr_assert_eq(finnc_model_write(cx, model, path, FINNC_EXTERNAL_INLINE), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model_destroy(model);
}

static void add_tensor(fnc_buf *buf, const float *elements, size_t n, bool is_scalar)
{
    if (!is_scalar)
        fnc_field_put_varint(buf, DIMS, n);
    fnc_field_put_varint(buf, DATA_TYPE, FINNC_ELEM_FLOAT);
    fnc_field_put_bytes(buf, RAW_DATA, elements, n * sizeof *elements);
}

static void write_file(finnc_ctx *cx, const char *dir, const char *file, fnc_buf *buf)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/test_data_set_0/%s", dir, file);
    cr_assert_eq(finnc_file_write(cx, path, fnc_buf_text(buf), buf->length), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    fnc_buf_clear(buf);
}

void put_floats(finnc_ctx *cx, const char *dir, const char *file, const float *elements, size_t n)
{
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    add_tensor(&buf, elements, n, false);
    write_file(cx, dir, file, &buf);
}

static void add_items(fnc_buf *buf, uint32_t field, const float *elements, size_t each,
                      size_t nitems, bool is_scalar)
{
    fnc_buf tensor;
    fnc_field_put_varint(buf, ELEM_TYPE, TENSOR);
    for (size_t i = 0; i < nitems; i++) {
        fnc_buf_init(&tensor, buf->cx);
        add_tensor(&tensor, elements + i * each, each, is_scalar);
        fnc_field_put_bytes(buf, field, fnc_buf_text(&tensor), tensor.length);
        fnc_buf_clear(&tensor);
    }
}

void put_sequence(finnc_ctx *cx, const char *dir, const char *file, const float *elements,
                  size_t each, size_t nitems)
{
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    add_items(&buf, TENSOR_VALUES, elements, each, nitems, false);
    write_file(cx, dir, file, &buf);
}

void put_optional(finnc_ctx *cx, const char *dir, const char *file, const float *elements, size_t n)
{
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    add_items(&buf, TENSOR_VALUE, elements, n, n > 0, false);
    write_file(cx, dir, file, &buf);
}

void put_map(finnc_ctx *cx, const char *dir, const char *file, const int64_t *keys,
             const float *values, size_t n)
{
    fnc_buf buf, list;
    fnc_buf_init(&buf, cx);
    fnc_buf_init(&list, cx);
    fnc_field_put_varint(&buf, MAP_KEY_TYPE, FINNC_ELEM_INT64);
    for (size_t i = 0; i < n; i++)
        fnc_field_put_varint(&buf, MAP_KEYS, (uint64_t)keys[i]);
    add_items(&list, TENSOR_VALUES, values, 1, n, true);
    fnc_field_put_bytes(&buf, MAP_VALUES, fnc_buf_text(&list), list.length);
    fnc_buf_clear(&list);
    write_file(cx, dir, file, &buf);
}

void remove_case(const char *dir)
{
    char command[1100];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    cr_assert_eq(system(command), 0);
}
