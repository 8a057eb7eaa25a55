#include "support/poor.h"
#include "support/run_text.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static finnc_ctx *cx;
static finnc_model *model;
static char words[FINNC_FIT_WORDS_MAX];

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
}

static void teardown(void)
{
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

TestSuite(fit, .init = setup, .fini = teardown);

/* An input of that type: "float[1,3,2,2]". */
static const finnc_value *input(const char *type)
{
    char text[256];
    snprintf(text, sizeof text, "g (%s x) => (y) { y = Identity(x) }", type);
    finnc_model_destroy(model);
    model = read_text(cx, text);
    return finnc_graph_input(finnc_model_graph(model), 0);
}

/* Elements 0, 1, 2, ... */
static finnc_tensor *count_up(finnc_elem elem, int rank, const int64_t *dims)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, elem, rank, dims, &t), FINNC_OK);
    for (int64_t i = 0; i < finnc_tensor_nelems(t); i++)
        finnc_tensor_set_int(t, i, i);
    return t;
}

#define DIMS(...) ((const int64_t[]){__VA_ARGS__})

/* Fits and gives `data` back. */
static finnc_tensor *fitted(finnc_tensor *data, const finnc_fit *fit, const finnc_value *value)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_fit(cx, data, fit, value, &t, words), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_tensor_release(data);
    return t;
}

static void check_unfit(finnc_tensor *data, const finnc_fit *fit, const finnc_value *value,
                        const char *message)
{
    finnc_tensor *t = NULL;
    cr_expect_eq(finnc_tensor_fit(cx, data, fit, value, &t, words), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), message), "%s", finnc_ctx_message(cx));
    cr_expect_null(t);
    finnc_tensor_release(data);
}

Test(fit, what_fits_stays_as_it_is_and_nothing_is_said)
{
    finnc_tensor *data = count_up(FINNC_ELEM_FLOAT, 4, DIMS(1, 3, 2, 2));
    finnc_tensor *t = fitted(data, &(finnc_fit){.layout = "NCHW"}, input("float[1,3,2,2]"));
    cr_expect_str_eq(words, "");
    cr_expect_eq(finnc_tensor_get(t, 5), 5);
    finnc_tensor_release(t);
}

Test(fit, bytes_become_floats_as_they_are)
{
    finnc_tensor *data = count_up(FINNC_ELEM_UINT8, 4, DIMS(1, 3, 2, 2));
    finnc_tensor *t = fitted(data, &(finnc_fit){0}, input("float[1,3,2,2]"));
    cr_expect_str_eq(words,
                     "UINT8 1x3x2x2 (NCHW) becomes FLOAT 1x3x2x2 (NCHW), values as they are");
    cr_expect_eq(finnc_tensor_elem(t), FINNC_ELEM_FLOAT);
    cr_expect_eq(finnc_tensor_get(t, 11), 11);
    finnc_tensor_release(t);
}

Test(fit, channels_move_where_the_input_has_them)
{
    finnc_tensor *data = count_up(FINNC_ELEM_FLOAT, 4, DIMS(1, 2, 2, 3));
    finnc_tensor *t = fitted(data, &(finnc_fit){.layout = "NHWC"}, input("float[1,3,2,2]"));
    cr_expect_str_eq(words, "FLOAT 1x2x2x3 (NHWC) becomes FLOAT 1x3x2x2 (NCHW)");
    cr_expect_eq(finnc_tensor_get(t, 1), 3);
    cr_expect_eq(finnc_tensor_get(t, 4), 1);
    finnc_tensor_release(t);
    data = count_up(FINNC_ELEM_FLOAT, 4, DIMS(1, 3, 2, 2));
    t = fitted(data, &(finnc_fit){.layout = "NCHW"}, input("float[1,2,2,3]"));
    cr_expect_eq(finnc_tensor_get(t, 1), 4);
    finnc_tensor_release(t);
}

Test(fit, a_picture_without_a_batch_axis_gets_one)
{
    finnc_tensor *data = count_up(FINNC_ELEM_FLOAT, 3, DIMS(2, 2, 3));
    finnc_tensor *t = fitted(data, &(finnc_fit){.layout = "NHWC"}, input("float[1,3,2,2]"));
    cr_expect_eq(finnc_tensor_rank(t), 4);
    cr_expect_eq(finnc_tensor_get(t, 1), 3);
    finnc_tensor_release(t);
    data = count_up(FINNC_ELEM_UINT8, 3, DIMS(5, 2, 2));
    t = fitted(data, &(finnc_fit){.layout = "NHW"}, input("float[N,1,2,2]"));
    cr_assert_eq(finnc_tensor_rank(t), 4);
    cr_assert_arr_eq(finnc_tensor_dims(t), DIMS(5, 1, 2, 2), 4 * sizeof(int64_t));
    finnc_tensor_release(t);
    data = count_up(FINNC_ELEM_UINT8, 2, DIMS(2, 2));
    t = fitted(data, &(finnc_fit){.layout = "HW"}, input("float[1,1,2,2]"));
    cr_assert_arr_eq(finnc_tensor_dims(t), DIMS(1, 1, 2, 2), 4 * sizeof(int64_t));
    finnc_tensor_release(t);
}

Test(fit, pictures_are_flattened_sample_by_sample)
{
    finnc_tensor *data = count_up(FINNC_ELEM_UINT8, 3, DIMS(3, 2, 2));
    finnc_tensor *t = fitted(data, &(finnc_fit){.layout = "NHW"}, input("float[1,4]"));
    cr_assert_eq(finnc_tensor_rank(t), 2);
    cr_assert_arr_eq(finnc_tensor_dims(t), DIMS(3, 4), 2 * sizeof(int64_t));
    cr_expect(strstr(words, "UINT8 3x2x2 (NHW) becomes FLOAT 3x4,"), "%s", words);
    finnc_tensor_release(t);
}

Test(fit, numbers_are_scaled_as_torchvision_does)
{
    const double scale[] = {1.0 / 255}, mean[] = {0.5}, std[] = {0.25};
    const finnc_fit fit = {
        .scale = scale, .mean = mean, .std = std, .nscale = 1, .nmean = 1, .nstd = 1};
    finnc_tensor *data = count_up(FINNC_ELEM_UINT8, 1, DIMS(256));
    finnc_tensor *t = fitted(data, &fit, input("float[256]"));
    for (int i = 0; i < 256; i++)
        cr_expect_float_eq(finnc_tensor_get(t, i), (i / 255.0 - 0.5) / 0.25, 3e-7);
    cr_expect(strstr(words, "(x * 0.00392157 - 0.5) / 0.25"), "%s", words);
    finnc_tensor_release(t);
}

/* Bytes over 255 are the nearest float, whichever way it is computed: as numpy has it. */
Test(fit, a_255th_is_as_exact_as_a_division)
{
    const double scale[] = {1.0 / 255};
    const finnc_fit fit = {.scale = scale, .nscale = 1};
    finnc_tensor *data = count_up(FINNC_ELEM_UINT8, 1, DIMS(256));
    finnc_tensor *t = fitted(data, &fit, input("float[256]"));
    for (int i = 0; i < 256; i++)
        cr_expect_eq((float)finnc_tensor_get(t, i), (float)i / 255.0f, "%d", i);
    finnc_tensor_release(t);
}

Test(fit, each_channel_may_have_numbers_of_its_own)
{
    const double mean[] = {10, 20, 30};
    const finnc_fit fit = {.layout = "NHWC", .mean = mean, .nmean = 3};
    finnc_tensor *data = count_up(FINNC_ELEM_UINT8, 4, DIMS(1, 1, 2, 3));
    finnc_tensor *t = fitted(data, &fit, input("float[1,3,1,2]"));
    const double want[] = {-10, -7, -19, -16, -28, -25};
    for (int i = 0; i < 6; i++)
        cr_expect_eq(finnc_tensor_get(t, i), want[i], "%d", i);
    finnc_tensor_release(t);
    check_unfit(count_up(FINNC_ELEM_UINT8, 4, DIMS(1, 2, 2, 2)),
                &(finnc_fit){.mean = mean, .nmean = 3}, input("float[1,2,2,2]"),
                "3 numbers for 2 channels");
}

Test(fit, colour_becomes_grey_only_if_it_may)
{
    finnc_tensor *data = count_up(FINNC_ELEM_UINT8, 4, DIMS(2, 3, 1, 1));
    const finnc_value *grey = input("float[N,1,1,1]");
    finnc_tensor *t = fitted(data, &(finnc_fit){.layout = "NCHW", .is_colour = true}, grey);
    cr_assert_arr_eq(finnc_tensor_dims(t), DIMS(2, 1, 1, 1), 4 * sizeof(int64_t));
    cr_expect_eq(finnc_tensor_get(t, 0), 1);
    cr_expect_eq(finnc_tensor_get(t, 1), 4);
    finnc_tensor_release(t);
    data = count_up(FINNC_ELEM_UINT8, 4, DIMS(2, 3, 1, 1));
    t = fitted(data, &(finnc_fit){.layout = "NCHW"}, grey);
    cr_expect_eq(finnc_tensor_dim(t, 1), 3);
    finnc_tensor_release(t);
}

Test(fit, a_layout_that_the_data_cannot_have_is_refused)
{
    check_unfit(count_up(FINNC_ELEM_FLOAT, 2, DIMS(2, 2)), &(finnc_fit){.layout = "NHWC"},
                input("float[1,3,2,2]"), "said to be NHWC, the data have 2 axes");
    check_unfit(count_up(FINNC_ELEM_FLOAT, 4, DIMS(1, 2, 2, 2)), &(finnc_fit){.layout = "CWHN"},
                input("float[1,3,2,2]"), "no layout CWHN");
    const double zero[] = {0};
    check_unfit(count_up(FINNC_ELEM_FLOAT, 1, DIMS(2)), &(finnc_fit){.std = zero, .nstd = 1},
                input("float[2]"), "division by zero");
}

static finnc_status fit_poorly(finnc_ctx *poor, void *user)
{
    const double scale[] = {2};
    const finnc_fit fit = {.layout = "NHWC", .scale = scale, .nscale = 1};
    finnc_tensor *data, *t;
    const int64_t dims[] = {2, 2, 3};
    FINNC_TRY(finnc_tensor_create(poor, FINNC_ELEM_UINT8, 3, dims, &data));
    finnc_status status = finnc_tensor_fit(poor, data, &fit, user, &t, words);
    finnc_tensor_release(data);
    if (status == FINNC_OK)
        finnc_tensor_release(t);
    return status;
}

Test(fit, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(fit_poorly, (void *)input("float[1,3,2,2]"));
}
