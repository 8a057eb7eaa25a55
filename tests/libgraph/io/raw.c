#include "support/poor.h"
#include "support/spill.h"
#include "support/suite.h"

#include <finnc/io.h>

#include <string.h>

FNC_SUITE(raw);

static const float numbers[] = {1, -2, 3.5f, 4, 5, 6};

static finnc_tensor *read_raw(const char *path, finnc_elem elem, int rank, const int64_t *dims)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_raw_read(cx, path, elem, rank, dims, &t), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    return t;
}

Test(raw, elements_come_in_the_shape_that_is_said)
{
    const char *path = spill(numbers, sizeof numbers);
    finnc_tensor *t = read_raw(path, FINNC_ELEM_FLOAT, 2, (const int64_t[]){2, 3});
    cr_expect_eq(finnc_tensor_dim(t, 1), 3);
    cr_expect_eq(finnc_tensor_get(t, 2), 3.5);
    finnc_tensor_release(t);
}

Test(raw, one_dimension_may_be_what_the_file_makes_of_it)
{
    const char *path = spill(numbers, sizeof numbers);
    finnc_tensor *t = read_raw(path, FINNC_ELEM_FLOAT, 2, (const int64_t[]){-1, 2});
    cr_expect_eq(finnc_tensor_dim(t, 0), 3);
    finnc_tensor_release(t);
    t = read_raw(path, FINNC_ELEM_UINT4, 1, (const int64_t[]){-1});
    cr_expect_eq(finnc_tensor_dim(t, 0), 48);
    finnc_tensor_release(t);
}

Test(raw, another_size_is_told_with_both)
{
    finnc_tensor *t = NULL;
    const char *path = spill(numbers, sizeof numbers);
    cr_expect_eq(finnc_raw_read(cx, path, FINNC_ELEM_FLOAT, 1, (const int64_t[]){5}, &t),
                 FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "24 bytes, 5 elements of FLOAT take 20"), "%s",
              finnc_ctx_message(cx));
    cr_expect_eq(finnc_raw_read(cx, path, FINNC_ELEM_FLOAT, 2, (const int64_t[]){-1, 4}, &t),
                 FINNC_BAD_FILE);
    cr_expect_null(t);
}

Test(raw, what_has_no_size_is_refused)
{
    finnc_tensor *t = NULL;
    const char *path = spill(numbers, sizeof numbers);
    const int64_t huge[] = {INT64_MAX / 2, INT64_MAX / 2};
    cr_expect_eq(finnc_raw_read(cx, path, FINNC_ELEM_STRING, 1, huge, &t), FINNC_UNSUPPORTED);
    cr_expect_neq(finnc_raw_read(cx, path, FINNC_ELEM_FLOAT, 2, huge, &t), FINNC_OK);
    cr_expect_eq(finnc_raw_read(cx, path, FINNC_ELEM_FLOAT, 2, (const int64_t[]){-1, -1}, &t),
                 FINNC_BAD_VALUE);
    cr_expect_eq(finnc_raw_read(cx, path, FINNC_ELEM_FLOAT, 2, (const int64_t[]){-1, 0}, &t),
                 FINNC_BAD_VALUE);
    cr_expect_eq(finnc_raw_read(cx, path, FINNC_ELEM_FLOAT, -1, NULL, &t), FINNC_BAD_VALUE);
    cr_expect_null(t);
}

Test(raw, a_bool_is_what_is_not_zero)
{
    const unsigned char bytes[] = {0, 1, 2};
    finnc_tensor *t = read_raw(spill(bytes, 3), FINNC_ELEM_BOOL, 1, (const int64_t[]){3});
    cr_expect_eq(finnc_tensor_get(t, 0), 0);
    cr_expect_eq(finnc_tensor_get(t, 2), 1);
    finnc_tensor_release(t);
}

static finnc_status read_poorly(finnc_ctx *poor, void *user)
{
    finnc_tensor *t = NULL;
    finnc_status status =
        finnc_raw_read(poor, user, FINNC_ELEM_FLOAT, 1, (const int64_t[]){-1}, &t);
    finnc_tensor_release(t);
    return status;
}

Test(raw, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(read_poorly, (void *)spill(numbers, sizeof numbers));
}
