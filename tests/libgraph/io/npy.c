#include "support/poor.h"
#include "support/suite.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

FNC_SUITE(npy);

/* The bytes of a .npy file with that dictionary and those elements. */
typedef struct file {
    unsigned char bytes[512];
    size_t nbytes;
} file;

static file make(int version, const char *dictionary, const void *data, size_t nbytes)
{
    file f = {.bytes = "\x93NUMPY"};
    size_t length = strlen(dictionary);
    size_t start = version == 1 ? 10 : 12;
    f.bytes[6] = (unsigned char)version;
    f.bytes[8] = (unsigned char)length;
    f.bytes[9] = (unsigned char)(length >> 8);
    memcpy(f.bytes + start, dictionary, length);
    if (nbytes)
        memcpy(f.bytes + start + length, data, nbytes);
    f.nbytes = start + length + nbytes;
    return f;
}

/* From memory of exactly the file's size, so that a sanitizer sees every byte read beyond it. */
static finnc_status read_file(const file *f, finnc_tensor **tensor)
{
    unsigned char *bytes = malloc(f->nbytes ? f->nbytes : 1);
    memcpy(bytes, f->bytes, f->nbytes);
    finnc_status status = finnc_npy_read_bytes(cx, bytes, f->nbytes, tensor);
    free(bytes);
    return status;
}

static finnc_tensor *read_tensor(int version, const char *dictionary, const void *data,
                                 size_t nbytes)
{
    file f = make(version, dictionary, data, nbytes);
    finnc_tensor *t = NULL;
    cr_assert_eq(read_file(&f, &t), FINNC_OK, "%s: %s", dictionary, finnc_ctx_message(cx));
    return t;
}

static void check_fails(const char *dictionary, size_t nbytes, finnc_status wanted,
                        const char *words)
{
    static const char zeros[128];
    file f = make(1, dictionary, zeros, nbytes);
    finnc_tensor *t = NULL;
    cr_expect_eq(read_file(&f, &t), wanted, "%s", dictionary);
    cr_expect(strstr(finnc_ctx_message(cx), words), "'%s' is not in '%s'", words,
              finnc_ctx_message(cx));
    cr_expect_null(t);
}

Test(npy, all_versions_are_read)
{
    const float data[] = {1, 2, 3, 4, 5, 6};
    for (int version = 1; version <= 3; version++) {
        finnc_tensor *t =
            read_tensor(version, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n",
                        data, sizeof data);
        cr_expect_eq(finnc_tensor_elem(t), FINNC_ELEM_FLOAT);
        cr_expect_eq(finnc_tensor_rank(t), 2);
        cr_expect_eq(finnc_tensor_dim(t, 1), 3);
        cr_expect_eq(finnc_tensor_get(t, 5), 6);
        finnc_tensor_release(t);
    }
}

Test(npy, fortran_order_is_turned_around)
{
    const float data[] = {1, 4, 2, 5, 3, 6};
    finnc_tensor *t =
        read_tensor(1, "{'shape':(2,3),'descr':'<f4','fortran_order':True}\n", data, sizeof data);
    cr_expect_eq(finnc_tensor_dim(t, 0), 2);
    for (int i = 0; i < 6; i++)
        cr_expect_eq(finnc_tensor_get(t, i), i + 1);
    finnc_tensor_release(t);
}

Test(npy, big_endian_is_turned_around)
{
    const unsigned char f4[] = {0x3f, 0x80, 0, 0};
    finnc_tensor *t =
        read_tensor(1, "{'descr': '>f4', 'fortran_order': False, 'shape': ()}\n", f4, sizeof f4);
    cr_expect_eq(finnc_tensor_rank(t), 0);
    cr_expect_eq(finnc_tensor_get(t, 0), 1);
    finnc_tensor_release(t);
    const unsigned char c8[] = {0x3f, 0x80, 0, 0, 0x40, 0, 0, 0};
    t = read_tensor(1, "{'descr': '>c8', 'fortran_order': False, 'shape': (1L,)}\n", c8, sizeof c8);
    const void *data;
    cr_assert_eq(finnc_tensor_need_data(cx, t, &data), FINNC_OK);
    cr_expect_eq(((const float *)data)[0], 1);
    cr_expect_eq(((const float *)data)[1], 2);
    finnc_tensor_release(t);
}

Test(npy, booleans_are_zero_or_one)
{
    const unsigned char data[] = {0, 1, 7};
    finnc_tensor *t = read_tensor(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}\n",
                                  data, sizeof data);
    cr_expect_eq(finnc_tensor_elem(t), FINNC_ELEM_BOOL);
    cr_expect_eq(finnc_tensor_get(t, 2), 1);
    finnc_tensor_release(t);
}

static finnc_string string_at(const finnc_tensor *t, size_t i)
{
    const void *data;
    cr_assert_eq(finnc_tensor_need_data(cx, t, &data), FINNC_OK);
    return ((const finnc_string *)data)[i];
}

Test(npy, strings_of_both_widths_become_utf8)
{
    const unsigned char wide[] = {'a', 0, 0, 0, 0xe9, 0, 0, 0, 0xac, 0x20, 0, 0, 0, 0xf6, 1, 0};
    finnc_tensor *t = read_tensor(1, "{'descr': '<U2', 'fortran_order': False, 'shape': (2,)}\n",
                                  wide, sizeof wide);
    cr_expect_eq(finnc_tensor_elem(t), FINNC_ELEM_STRING);
    cr_expect_eq(string_at(t, 0).length, 3);
    cr_expect_arr_eq(string_at(t, 0).data, "a\xc3\xa9", 3);
    cr_expect_arr_eq(string_at(t, 1).data, "\xe2\x82\xac\xf0\x9f\x98\x80", 7);
    finnc_tensor_release(t);
    t = read_tensor(1, "{'descr': '|S3', 'fortran_order': False, 'shape': (2,)}\n", "ab\0cde", 6);
    cr_expect_eq(string_at(t, 0).length, 2);
    cr_expect_eq(string_at(t, 1).length, 3);
    finnc_tensor_release(t);
}

Test(npy, headers_that_lie_are_errors)
{
#define NPY(type, shape) "{'descr': '" type "', 'fortran_order': False, 'shape': " shape ", }\n"
    check_fails(NPY("<f4", "(3,)"), 8, FINNC_BAD_FILE,
                "tells of 12 bytes of elements, there are 8");
    check_fails(NPY("<f4", "(1,)"), 8, FINNC_BAD_FILE, "tells of 4 bytes of elements, there are 8");
    check_fails(NPY("<f4", "(4294967296, 4294967296)"), 4, FINNC_BAD_VALUE, "");
    check_fails(NPY("<f8", "(2305843009213693952,)"), 4, FINNC_BAD_FILE, "");
    check_fails(NPY("<f4", "(99999999999999999999,)"), 4, FINNC_BAD_FILE, "too large");
    check_fails(NPY("<f4", "(-1,)"), 4, FINNC_BAD_FILE, "a dimension");
    check_fails(NPY("<f4", "3"), 4, FINNC_BAD_FILE, "no shape");
    check_fails(NPY("<U0", "(1000000,)"), 0, FINNC_BAD_FILE, "empty strings");
    check_fails(NPY("|O", "(1,)"), 8, FINNC_UNSUPPORTED, "Python objects");
    check_fails(NPY("<M8[ns]", "(1,)"), 8, FINNC_UNSUPPORTED, "'<M8[ns]'");
    check_fails(NPY("|V2", "(1,)"), 2, FINNC_UNSUPPORTED, "'|V2'");
    check_fails(NPY("<f16", "(1,)"), 16, FINNC_UNSUPPORTED, "'<f16'");
    check_fails("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", 4,
                FINNC_UNSUPPORTED, "records");
    check_fails("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,)}", 4, FINNC_BAD_FILE,
                "True or False");
    check_fails("{'descr': '<f4', 'shape': (1,)}", 4, FINNC_BAD_FILE, "no fortran_order");
    check_fails("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1", 4, FINNC_BAD_FILE,
                "behind its dictionary");
    check_fails("{'x': 1}", 4, FINNC_BAD_FILE, "a key");
    check_fails("", 4, FINNC_BAD_FILE, "no dictionary");
    /* A surrogate and a number past the last character. */
    const unsigned char bad[] = {0, 0xd8, 0, 0};
    file f = make(1, NPY("<U1", "(1,)"), bad, sizeof bad);
    finnc_tensor *t = NULL;
    cr_expect_eq(read_file(&f, &t), FINNC_BAD_FILE);
    f.bytes[6] = 4;
    cr_expect_eq(read_file(&f, &t), FINNC_UNSUPPORTED);
}

Test(npy, every_cut_and_every_flipped_byte_is_an_error_or_a_tensor)
{
    const unsigned char data[24] = {0};
    file whole = make(1, NPY("<f4", "(2, 3)"), data, sizeof data);
    for (size_t n = 0; n < whole.nbytes; n++) {
        file cut = whole;
        finnc_tensor *t = NULL;
        cut.nbytes = n;
        cr_expect_neq(read_file(&cut, &t), FINNC_OK, "%zu bytes", n);
    }
    for (size_t i = 0; i < whole.nbytes; i++) {
        for (int bit = 0; bit < 8; bit++) {
            file flipped = whole;
            finnc_tensor *t = NULL;
            flipped.bytes[i] ^= (unsigned char)(1 << bit);
            cr_expect_eq(read_file(&flipped, &t) == FINNC_OK, t != NULL);
            finnc_tensor_release(t);
        }
    }
}

/* ---- writing ---- */

static char folder[] = "/tmp/finnc-npy-XXXXXX";

static const char *path_in_folder(const char *name)
{
    static char path[64];
    if (strstr(folder, "XXXXXX"))
        cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void clean_up(const char *path)
{
    unlink(path);
    rmdir(folder);
}

Test(npy, every_element_type_is_written_and_read)
{
    const char *path = path_in_folder("t.npy");
    static const struct {
        finnc_elem elem, as;
    } cases[] = {
        {FINNC_ELEM_FLOAT, FINNC_ELEM_FLOAT},
        {FINNC_ELEM_DOUBLE, FINNC_ELEM_DOUBLE},
        {FINNC_ELEM_FLOAT16, FINNC_ELEM_FLOAT16},
        {FINNC_ELEM_INT8, FINNC_ELEM_INT8},
        {FINNC_ELEM_UINT8, FINNC_ELEM_UINT8},
        {FINNC_ELEM_INT16, FINNC_ELEM_INT16},
        {FINNC_ELEM_UINT16, FINNC_ELEM_UINT16},
        {FINNC_ELEM_INT32, FINNC_ELEM_INT32},
        {FINNC_ELEM_UINT32, FINNC_ELEM_UINT32},
        {FINNC_ELEM_INT64, FINNC_ELEM_INT64},
        {FINNC_ELEM_UINT64, FINNC_ELEM_UINT64},
        {FINNC_ELEM_BOOL, FINNC_ELEM_BOOL},
        {FINNC_ELEM_COMPLEX64, FINNC_ELEM_COMPLEX64},
        {FINNC_ELEM_COMPLEX128, FINNC_ELEM_COMPLEX128},
        {FINNC_ELEM_BFLOAT16, FINNC_ELEM_FLOAT},
        {FINNC_ELEM_FLOAT8E4M3FN, FINNC_ELEM_FLOAT},
        {FINNC_ELEM_FLOAT8E5M2, FINNC_ELEM_FLOAT},
        {FINNC_ELEM_FLOAT4E2M1, FINNC_ELEM_FLOAT},
        {FINNC_ELEM_INT4, FINNC_ELEM_INT8},
        {FINNC_ELEM_UINT2, FINNC_ELEM_UINT8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t dims[] = {2, 1};
        finnc_tensor *t, *back = NULL;
        cr_assert_eq(finnc_tensor_create(cx, cases[i].elem, 2, dims, &t), FINNC_OK);
        finnc_tensor_set(t, 1, 1);
        cr_assert_eq(finnc_npy_write(cx, path, t), FINNC_OK, "%s", finnc_ctx_message(cx));
        cr_assert_eq(finnc_npy_read(cx, path, &back), FINNC_OK, "%s", finnc_ctx_message(cx));
        cr_expect_eq(finnc_tensor_elem(back), cases[i].as);
        cr_expect_eq(finnc_tensor_dim(back, 0), 2);
        cr_expect_eq(finnc_tensor_get(back, 0), 0);
        cr_expect_eq(finnc_tensor_get(back, 1), 1);
        finnc_tensor_release(t);
        finnc_tensor_release(back);
    }
    clean_up(path);
}

Test(npy, strings_are_written_and_read)
{
    const char *path = path_in_folder("s.npy");
    const int64_t dims[] = {3};
    static const char *const sets[][3] = {{"a", "", "\xe2\x82\xac uro"}, {"\xff\xfe", "b", ""}};
    for (int s = 0; s < 2; s++) {
        finnc_tensor *t, *back = NULL;
        cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_STRING, 1, dims, &t), FINNC_OK);
        for (int i = 0; i < 3; i++)
            cr_assert_eq(finnc_tensor_set_string(cx, t, i, sets[s][i], strlen(sets[s][i])),
                         FINNC_OK);
        cr_assert_eq(finnc_npy_write(cx, path, t), FINNC_OK, "%s", finnc_ctx_message(cx));
        cr_assert_eq(finnc_npy_read(cx, path, &back), FINNC_OK, "%s", finnc_ctx_message(cx));
        cr_expect(finnc_tensor_equal(t, back));
        finnc_tensor_release(t);
        finnc_tensor_release(back);
    }
    clean_up(path);
}

/* A few bytes would become any number of them. */
Test(npy, strings_are_as_wide_as_the_widest_and_within_the_limit)
{
    finnc_ctx *small = finnc_ctx_create(&(finnc_ctx_options){.limits.tensor_bytes = 1000});
    finnc_tensor *t;
    char wide[60];
    memset(wide, 'w', sizeof wide);
    cr_assert_eq(finnc_tensor_create(small, FINNC_ELEM_STRING, 1, (int64_t[]){20}, &t), FINNC_OK);
    cr_assert_eq(finnc_tensor_set_string(small, t, 0, wide, 12), FINNC_OK);
    cr_expect_eq(finnc_npy_write(small, "/dev/null", t), FINNC_OK, "%s", finnc_ctx_message(small));
    cr_assert_eq(finnc_tensor_set_string(small, t, 0, wide, 13), FINNC_OK);
    cr_expect_eq(finnc_npy_write(small, "/dev/null", t), FINNC_NO_MEMORY);
    cr_expect(strstr(finnc_ctx_message(small), "1040 bytes are beyond the limit of 1000"), "%s",
              finnc_ctx_message(small));
    finnc_tensor_release(t);
    cr_expect_eq(finnc_ctx_live_bytes(small), 0);
    finnc_ctx_destroy(small);
}

Test(npy, errors_name_the_file)
{
    finnc_tensor *t = NULL;
    cr_expect_neq(finnc_npy_read(cx, "/nowhere/x.npy", &t), FINNC_OK);
    cr_expect(strstr(finnc_ctx_message(cx), "/nowhere/x.npy"), "%s", finnc_ctx_message(cx));
}

static finnc_status read_both(finnc_ctx *poor, void *user)
{
    (void)user;
    const file strings = make(1, NPY("<U2", "(2,)"), "a\0\0\0b\0\0\0c\0\0\0d\0\0\0", 16);
    const file turned =
        make(1, "{'descr': '|i1', 'fortran_order': True, 'shape': (2, 1)}", "ab", 2);
    finnc_tensor *s = NULL, *t = NULL;
    finnc_status status = finnc_npy_read_bytes(poor, strings.bytes, strings.nbytes, &s);
    if (status == FINNC_OK)
        status = finnc_npy_read_bytes(poor, turned.bytes, turned.nbytes, &t);
    finnc_tensor_release(s);
    finnc_tensor_release(t);
    return status;
}

Test(npy, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(read_both, NULL);
}
