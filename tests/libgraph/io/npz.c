#include "support/poor.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

static finnc_ctx *cx;
static char folder[] = "/tmp/finnc-npz-XXXXXX";
static char path[64];

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/b.npz", folder);
}

static void teardown(void)
{
    unlink(path);
    rmdir(folder);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

TestSuite(npz, .init = setup, .fini = teardown);

static finnc_tensor *numbers(int64_t n)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, &n, &t), FINNC_OK);
    for (int64_t i = 0; i < n; i++)
        finnc_tensor_set(t, i, (double)i);
    return t;
}

static finnc_bundle *make(void)
{
    finnc_bundle *bundle;
    cr_assert_eq(finnc_bundle_create(cx, &bundle), FINNC_OK);
    static const char *const names[] = {"x", "/conv/out", "\xc3\xa4"};
    for (int i = 0; i < 3; i++) {
        finnc_tensor *t = numbers(10 * i);
        cr_assert_eq(finnc_bundle_set(bundle, names[i], t), FINNC_OK);
        finnc_tensor_release(t);
    }
    return bundle;
}

static size_t slurp(char *bytes, size_t room)
{
    FILE *f = fopen(path, "rb");
    cr_assert(f);
    size_t n = fread(bytes, 1, room, f);
    fclose(f);
    return n;
}

static void spill(const char *bytes, size_t nbytes)
{
    FILE *f = fopen(path, "wb");
    cr_assert(f);
    cr_assert_eq(fwrite(bytes, 1, nbytes, f), nbytes);
    fclose(f);
}

Test(npz, a_bundle_finds_replaces_and_keeps_the_order)
{
    finnc_bundle *bundle = make();
    cr_expect_eq(finnc_bundle_count(bundle), 3);
    finnc_tensor *t = numbers(5);
    cr_assert_eq(finnc_bundle_set(bundle, "x", t), FINNC_OK);
    finnc_tensor_release(t);
    cr_expect_eq(finnc_bundle_count(bundle), 3);
    const char *name;
    cr_expect_eq(finnc_tensor_nelems(finnc_bundle_at(bundle, 0, &name)), 5);
    cr_expect_str_eq(name, "x");
    cr_expect_null(finnc_bundle_find(bundle, "y"));
    cr_expect_null(finnc_bundle_at(bundle, 3, &name));
    cr_expect_null(name);
    finnc_bundle_destroy(bundle);
}

Test(npz, what_is_written_is_read_and_the_same_bytes_come_again)
{
    static char first[8192], second[8192];
    finnc_bundle *bundle = make(), *back = NULL;
    cr_assert_eq(finnc_npz_write(cx, path, bundle), FINNC_OK, "%s", finnc_ctx_message(cx));
    size_t n = slurp(first, sizeof first);
    cr_assert_eq(finnc_npz_read(cx, path, &back), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_bundle_count(back), 3);
    for (size_t i = 0; i < 3; i++) {
        const char *name, *other;
        const finnc_tensor *a = finnc_bundle_at(bundle, i, &name);
        cr_expect(finnc_tensor_equal(a, finnc_bundle_at(back, i, &other)));
        cr_expect_str_eq(name, other);
    }
    setenv("TZ", "Asia/Tokyo", 1);
    cr_assert_eq(finnc_npz_write(cx, path, back), FINNC_OK);
    cr_expect_eq(slurp(second, sizeof second), n);
    cr_expect_arr_eq(first, second, n);
    finnc_bundle_destroy(bundle);
    finnc_bundle_destroy(back);
}

Test(npz, an_empty_bundle_is_an_empty_archive)
{
    finnc_bundle *bundle, *back = NULL;
    cr_assert_eq(finnc_bundle_create(cx, &bundle), FINNC_OK);
    cr_assert_eq(finnc_npz_write(cx, path, bundle), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_npz_read(cx, path, &back), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_bundle_count(back), 0);
    finnc_bundle_destroy(bundle);
    finnc_bundle_destroy(back);
}

Test(npz, every_cut_is_an_error)
{
    static char bytes[8192];
    finnc_bundle *bundle = make(), *back = NULL;
    cr_assert_eq(finnc_npz_write(cx, path, bundle), FINNC_OK);
    finnc_bundle_destroy(bundle);
    size_t n = slurp(bytes, sizeof bytes);
    for (size_t cut = 0; cut < n; cut += 7) {
        spill(bytes, cut);
        cr_expect_neq(finnc_npz_read(cx, path, &back), FINNC_OK, "%zu of %zu bytes", cut, n);
        cr_expect_null(back);
    }
}

Test(npz, every_flipped_byte_is_an_error_or_a_bundle)
{
    static char bytes[8192];
    finnc_bundle *bundle = make();
    cr_assert_eq(finnc_npz_write(cx, path, bundle), FINNC_OK);
    finnc_bundle_destroy(bundle);
    size_t n = slurp(bytes, sizeof bytes);
    for (size_t i = 0; i < n; i++) {
        finnc_bundle *back = NULL;
        bytes[i] ^= 0x41;
        spill(bytes, n);
        bytes[i] ^= 0x41;
        cr_expect_eq(finnc_npz_read(cx, path, &back) == FINNC_OK, back != NULL);
        finnc_bundle_destroy(back);
    }
}

/* An archive with one member, packed. */
static void pack(const char *name, const void *data, size_t nbytes)
{
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    cr_assert(zip);
    zip_source_t *source = zip_source_buffer(zip, data, nbytes, 0);
    zip_int64_t i = zip_file_add(zip, name, source, 0);
    cr_assert_geq(i, 0);
    cr_assert_eq(zip_set_file_compression(zip, (zip_uint64_t)i, ZIP_CM_DEFLATE, 9), 0);
    cr_assert_eq(zip_close(zip), 0);
}

Test(npz, a_bomb_meets_the_memory_cap)
{
    /* 64 MiB of zeros take 64 KiB in the archive. */
    size_t nbytes = (size_t)64 << 20;
    char *zeros = calloc(1, nbytes);
    pack("x.npy", zeros, nbytes);
    free(zeros);
    finnc_ctx *small = finnc_ctx_create(&(finnc_ctx_options){.max_memory = 8 << 20});
    finnc_bundle *back = NULL;
    cr_expect_eq(finnc_npz_read(small, path, &back), FINNC_NO_MEMORY, "%s",
                 finnc_ctx_message(small));
    cr_expect_leq(finnc_ctx_peak_bytes(small), 8 << 20);
    finnc_ctx_destroy(small);
}

/* What the archive's directory says of its first member's size. */
static void claim(uint32_t nbytes)
{
    char bytes[1 << 12];
    const size_t n = slurp(bytes, sizeof bytes);
    char *entry = memmem(bytes, n, "PK\1\2", 4);
    cr_assert(entry);
    for (int i = 0; i < 4; i++)
        entry[24 + i] = (char)(nbytes >> 8 * i);
    spill(bytes, n);
}

Test(npz, a_size_that_nothing_can_be_packed_to_is_refused_before_unpacking)
{
    static const char zeros[1000];
    pack("x.npy", zeros, sizeof zeros);
    claim(UINT32_C(4000000000));
    finnc_bundle *bundle;
    finnc_ctx_reset_peak(cx);
    cr_expect_eq(finnc_npz_read(cx, path, &bundle), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "the archive tells of 4000000000 bytes in "), "%s",
              finnc_ctx_message(cx));
    cr_expect_lt(finnc_ctx_peak_bytes(cx), 100000);
}

/* Lets the directory tell of the only member `count` times, by other names. */
static void repeat(int count)
{
    char bytes[1 << 12], out[1 << 13];
    const size_t n = slurp(bytes, sizeof bytes);
    const char *entry = memmem(bytes, n, "PK\1\2", 4), *end = memmem(bytes, n, "PK\5\6", 4);
    cr_assert(entry && end);
    const size_t head = (size_t)(entry - bytes), size = (size_t)(end - entry);
    memcpy(out, bytes, head);
    char *to = out + head;
    for (int i = 0; i < count; i++, to += size) {
        memcpy(to, entry, size);
        to[46] = (char)('a' + i);
    }
    memcpy(to, end, 22);
    to[8] = to[10] = (char)count;
    to[12] = (char)(count * (int)size);
    to[13] = (char)(count * (int)size >> 8);
    spill(out, (size_t)(to - out) + 22);
}

Test(npz, members_that_overlap_are_refused_before_unpacking)
{
    static const char zeros[1 << 20];
    pack("x.npy", zeros, sizeof zeros);
    repeat(1);
    finnc_bundle *bundle;
    cr_expect_eq(finnc_npz_read(cx, path, &bundle), FINNC_BAD_FILE);
    cr_expect_not(strstr(finnc_ctx_message(cx), "overlap"), "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    repeat(3);
    finnc_ctx_reset_peak(cx);
    cr_expect_eq(finnc_npz_read(cx, path, &bundle), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "the members overlap: packed they are more than"), "%s",
              finnc_ctx_message(cx));
    cr_expect_lt(finnc_ctx_peak_bytes(cx), 100000);
}

Test(npz, a_member_beyond_the_limit_of_tensors_is_refused_before_unpacking)
{
    static const char zeros[1 << 20];
    pack("x.npy", zeros, sizeof zeros);
    finnc_ctx *narrow = finnc_ctx_create(&(finnc_ctx_options){.limits.tensor_bytes = 900000});
    finnc_bundle *bundle;
    cr_expect_eq(finnc_npz_read(narrow, path, &bundle), FINNC_NO_MEMORY);
    cr_expect(strstr(finnc_ctx_message(narrow), "--max tensor-bytes=N raises it"), "%s",
              finnc_ctx_message(narrow));
    cr_expect_lt(finnc_ctx_peak_bytes(narrow), 100000);
    finnc_ctx_destroy(narrow);
}

Test(npz, packed_members_are_read_and_foreign_ones_ignored)
{
    finnc_tensor *t = numbers(1000);
    char npy[64];
    snprintf(npy, sizeof npy, "%s/t.npy", folder);
    cr_assert_eq(finnc_npy_write(cx, npy, t), FINNC_OK);
    static char bytes[8192];
    FILE *f = fopen(npy, "rb");
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    unlink(npy);
    pack("a b.npy", bytes, n);
    finnc_bundle *back = NULL;
    cr_assert_eq(finnc_npz_read(cx, path, &back), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect(finnc_tensor_equal(t, finnc_bundle_find(back, "a b")));
    finnc_bundle_destroy(back);
    finnc_tensor_release(t);
    pack("README", "text", 4);
    cr_assert_eq(finnc_npz_read(cx, path, &back), FINNC_OK);
    cr_expect_eq(finnc_bundle_count(back), 0);
    finnc_bundle_destroy(back);
    pack("x.npy", "text", 4);
    cr_expect_eq(finnc_npz_read(cx, path, &back), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "x.npy"), "%s", finnc_ctx_message(cx));
}

static finnc_status write_and_read(finnc_ctx *poor, void *user)
{
    (void)user;
    const int64_t n = 3;
    finnc_tensor *t = NULL;
    finnc_bundle *bundle = NULL, *back = NULL;
    finnc_status status = finnc_tensor_create(poor, FINNC_ELEM_FLOAT, 1, &n, &t);
    if (status == FINNC_OK)
        status = finnc_bundle_create(poor, &bundle);
    if (status == FINNC_OK)
        status = finnc_bundle_set(bundle, "t", t);
    if (status == FINNC_OK)
        status = finnc_npz_write(poor, path, bundle);
    if (status == FINNC_OK)
        status = finnc_npz_read(poor, path, &back);
    finnc_bundle_destroy(back);
    finnc_bundle_destroy(bundle);
    finnc_tensor_release(t);
    return status;
}

Test(npz, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(write_and_read, NULL);
}
