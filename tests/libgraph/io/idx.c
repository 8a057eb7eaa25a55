#include "support/poor.h"
#include "support/spill.h"
#include "support/suite.h"

#include <finnc/io.h>

#include <stdio.h>
#include <string.h>
#include <zlib.h>

FNC_SUITE(idx);

/* Two pictures of two rows of three. */
static const unsigned char pictures[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                                         0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255};

/* The same as gzip writes it. */
static size_t pack(const void *bytes, size_t nbytes, unsigned char *packed, size_t room)
{
    z_stream z = {.next_in = (unsigned char *)bytes,
                  .avail_in = (unsigned)nbytes,
                  .next_out = packed,
                  .avail_out = (unsigned)room};
    cr_assert_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return room - z.avail_out;
}

static void check_pictures(const char *path)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_idx_read(cx, path, &t), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_tensor_elem(t), FINNC_ELEM_UINT8);
    cr_assert_eq(finnc_tensor_rank(t), 3);
    cr_assert_arr_eq(finnc_tensor_dims(t), ((const int64_t[]){2, 2, 3}), 3 * sizeof(int64_t));
    for (int i = 0; i < 12; i++)
        cr_assert_eq(finnc_tensor_get_int(t, i), pictures[16 + i]);
    finnc_tensor_release(t);
}

Test(idx, pictures_are_read)
{
    check_pictures(spill(pictures, sizeof pictures));
}

Test(idx, gzipped_ones_too)
{
    unsigned char packed[256];
    size_t n = pack(pictures, sizeof pictures, packed, sizeof packed);
    check_pictures(spill(packed, n));
}

Test(idx, a_gzip_of_several_members_is_read_to_the_end)
{
    unsigned char packed[512];
    size_t n = pack(pictures, 20, packed, 256);
    n += pack(pictures + 20, sizeof pictures - 20, packed + n, 256);
    check_pictures(spill(packed, n));
    packed[n] = 'x';
    finnc_tensor *t = NULL;
    cr_expect_eq(finnc_idx_read(cx, spill(packed, n + 1), &t), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "1 bytes stand behind"), "%s", finnc_ctx_message(cx));
}

Test(idx, every_element_type_is_turned_around)
{
    static const struct {
        unsigned char code, bytes[8];
        size_t nbytes;
        finnc_elem elem;
        double want;
    } types[] = {
        {0x08, {200}, 1, FINNC_ELEM_UINT8, 200},
        {0x09, {0xfe}, 1, FINNC_ELEM_INT8, -2},
        {0x0b, {0x01, 0x02}, 2, FINNC_ELEM_INT16, 258},
        {0x0c, {0xff, 0xff, 0xff, 0x00}, 4, FINNC_ELEM_INT32, -256},
        {0x0d, {0x3f, 0xc0, 0, 0}, 4, FINNC_ELEM_FLOAT, 1.5},
        {0x0e, {0xc0, 0x04, 0, 0, 0, 0, 0, 0}, 8, FINNC_ELEM_DOUBLE, -2.5},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        unsigned char file[32] = {0, 0, types[i].code, 1, 0, 0, 0, 1};
        finnc_tensor *t;
        memcpy(file + 8, types[i].bytes, types[i].nbytes);
        cr_assert_eq(finnc_idx_read(cx, spill(file, 8 + types[i].nbytes), &t), FINNC_OK, "%s",
                     finnc_ctx_message(cx));
        cr_expect_eq(finnc_tensor_elem(t), types[i].elem);
        cr_expect_eq(finnc_tensor_get(t, 0), types[i].want);
        finnc_tensor_release(t);
    }
}

static void check_refused(const void *bytes, size_t nbytes, const char *words)
{
    finnc_tensor *t = NULL;
    cr_expect_eq(finnc_idx_read(cx, spill(bytes, nbytes), &t), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    cr_expect_null(t);
}

Test(idx, every_cut_is_an_error)
{
    unsigned char packed[256];
    size_t n = pack(pictures, sizeof pictures, packed, sizeof packed);
    for (size_t cut = 0; cut < sizeof pictures; cut++) {
        finnc_tensor *t = NULL;
        cr_expect_eq(finnc_idx_read(cx, spill(pictures, cut), &t), FINNC_BAD_FILE, "%zu", cut);
    }
    for (size_t cut = 0; cut < n - 8; cut++) { /* the last eight: length and check sum */
        finnc_tensor *t = NULL;
        cr_expect_eq(finnc_idx_read(cx, spill(packed, cut), &t), FINNC_BAD_FILE, "%zu", cut);
    }
    check_refused(pictures, sizeof pictures - 1, "11 bytes of elements, 12 belong there");
    check_refused(packed, n - 14, "cut off");
}

Test(idx, more_than_the_header_tells_is_an_error)
{
    unsigned char longer[sizeof pictures + 1] = {0};
    memcpy(longer, pictures, sizeof pictures);
    check_refused(longer, sizeof longer, "12 bytes of elements, there are more");
}

Test(idx, a_header_that_promises_too_much_takes_no_memory)
{
    unsigned char file[] = {0, 0, 8, 2, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 1};
    unsigned char packed[256];
    check_refused(file, sizeof file, "more than the file can hold");
    check_refused(packed, pack(file, sizeof file, packed, sizeof packed),
                  "more than the file can hold");
    cr_expect_lt(finnc_ctx_peak_bytes(cx), 1 << 20);
    check_refused("\0\0\x8\0", 4, "rank 0");
    check_refused("\0\0\x7\1\0\0\0\0", 8, "no IDX file");
    check_refused("\x89PNG", 4, "no IDX file");
}

Test(idx, an_empty_set_is_one)
{
    finnc_tensor *t;
    const unsigned char none[] = {0, 0, 8, 1, 0, 0, 0, 0};
    cr_assert_eq(finnc_idx_read(cx, spill(none, sizeof none), &t), FINNC_OK);
    cr_expect_eq(finnc_tensor_nelems(t), 0);
    finnc_tensor_release(t);
}

static finnc_status read_poorly(finnc_ctx *poor, void *user)
{
    finnc_tensor *t = NULL;
    finnc_status status = finnc_idx_read(poor, user, &t);
    finnc_tensor_release(t);
    return status;
}

Test(idx, running_out_of_memory_anywhere_is_an_error)
{
    unsigned char packed[256];
    check_poor(read_poorly, (void *)spill(pictures, sizeof pictures));
    size_t n = pack(pictures, sizeof pictures, packed, sizeof packed);
    check_poor(read_poorly, (void *)spill(packed, n));
}
