#include "support/poor.h"
#include "support/spill.h"
#include "support/suite.h"

#include <finnc/io.h>

#include <string.h>

FNC_SUITE(cifar);

enum { RECORD = 3073 };

/* Two records: labels 3 and 9; red 1, green 2, blue 3, and 10 more in the second. */
static const unsigned char *make_batch(void)
{
    static unsigned char batch[2 * RECORD];
    for (int i = 0; i < 2; i++) {
        batch[i * RECORD] = i ? 9 : 3;
        for (int c = 0; c < 3; c++)
            memset(batch + i * RECORD + 1 + c * 1024, 1 + c + 10 * i, 1024);
    }
    batch[RECORD - 1] = 77; /* the last pixel of the first picture */
    return batch;
}

Test(cifar, pictures_and_labels_are_taken_apart)
{
    finnc_tensor *pictures, *labels;
    const char *path = spill(make_batch(), 2 * RECORD);
    cr_assert_eq(finnc_cifar_read(cx, path, &pictures, &labels), FINNC_OK);
    cr_assert_eq(finnc_tensor_rank(pictures), 4);
    cr_assert_arr_eq(finnc_tensor_dims(pictures), ((const int64_t[]){2, 3, 32, 32}),
                     4 * sizeof(int64_t));
    cr_expect_eq(finnc_tensor_get_int(pictures, 0), 1);
    cr_expect_eq(finnc_tensor_get_int(pictures, 1024), 2);
    cr_expect_eq(finnc_tensor_get_int(pictures, 3071), 77);
    cr_expect_eq(finnc_tensor_get_int(pictures, 3072), 11);
    cr_assert_eq(finnc_tensor_rank(labels), 1);
    cr_expect_eq(finnc_tensor_get_int(labels, 0), 3);
    cr_expect_eq(finnc_tensor_get_int(labels, 1), 9);
    finnc_tensor_release(pictures);
    finnc_tensor_release(labels);
}

Test(cifar, one_may_be_left_out)
{
    finnc_tensor *t;
    const char *path = spill(make_batch(), 2 * RECORD);
    cr_assert_eq(finnc_cifar_read(cx, path, NULL, &t), FINNC_OK);
    cr_expect_eq(finnc_tensor_nelems(t), 2);
    finnc_tensor_release(t);
    cr_assert_eq(finnc_cifar_read(cx, path, &t, NULL), FINNC_OK);
    cr_expect_eq(finnc_tensor_nelems(t), 2 * 3072);
    finnc_tensor_release(t);
}

Test(cifar, what_is_no_such_batch_is_refused)
{
    unsigned char batch[2 * RECORD];
    finnc_tensor *t = NULL;
    memcpy(batch, make_batch(), sizeof batch);
    cr_expect_eq(finnc_cifar_read(cx, spill(batch, 2 * RECORD - 1), &t, NULL), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "6145 bytes"), "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_cifar_read(cx, spill(batch, 0), &t, NULL), FINNC_BAD_FILE);
    batch[RECORD] = 10;
    cr_expect_eq(finnc_cifar_read(cx, spill(batch, sizeof batch), &t, NULL), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "record 1 has the label 10"), "%s",
              finnc_ctx_message(cx));
    cr_expect_null(t);
}

static finnc_status read_poorly(finnc_ctx *poor, void *user)
{
    finnc_tensor *pictures = NULL, *labels = NULL;
    finnc_status status = finnc_cifar_read(poor, user, &pictures, &labels);
    finnc_tensor_release(pictures);
    finnc_tensor_release(labels);
    return status;
}

Test(cifar, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(read_poorly, (void *)spill(make_batch(), 2 * RECORD));
}
