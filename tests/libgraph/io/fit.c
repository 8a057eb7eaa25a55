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

/* An input of that type: "float[1,3,2,2]"; with a layout "float[2,2,3] x {HWC}". */
static const finnc_value *input(const char *type)
{
    char text[256];
    const char *name = strchr(type, ' ') ? "" : " x";
    snprintf(text, sizeof text, "g (%s%s) => (y) { y = Identity(x) }", type, name);
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

static finnc_tensor *three(finnc_elem elem, double a, double b, double c)
{
    finnc_tensor *t;
    const double x[] = {a, b, c};
    cr_assert_eq(finnc_tensor_create(cx, elem, 1, DIMS(3), &t), FINNC_OK);
    for (int i = 0; i < 3; i++)
        finnc_tensor_set(t, i, x[i]);
    return t;
}

Test(fit, what_an_integer_type_does_not_hold_is_told)
{
    const double one[] = {1}, two[] = {2}, mean[] = {10};
    const finnc_fit as_is = {0}, as_said = {.scale = one, .nscale = 1};
    const finnc_fit scaled = {.scale = two, .mean = mean, .nscale = 1, .nmean = 1};
    check_unfit(three(FINNC_ELEM_UINT8, 1, 127, 128), &as_is, input("int8[3]"),
                "128 is beyond what INT8 holds");
    check_unfit(three(FINNC_ELEM_UINT8, 1, 127, 200), &as_said, input("int8[3]"),
                "200 is beyond what INT8 holds");
    check_unfit(three(FINNC_ELEM_INT16, 1, -1, 2), &as_is, input("uint8[3]"),
                "-1 is beyond what UINT8 holds");
    check_unfit(three(FINNC_ELEM_FLOAT, 1, 16, 2), &as_is, input("uint4[3]"),
                "16 is beyond what UINT4 holds");
    finnc_tensor *t = fitted(three(FINNC_ELEM_INT16, -128, 127, 0), &as_is, input("int8[3]"));
    cr_expect_eq(finnc_tensor_get(t, 0), -128);
    cr_expect_eq(finnc_tensor_get(t, 1), 127);
    finnc_tensor_release(t);
    t = fitted(three(FINNC_ELEM_UINT8, 1, 100, 200), &scaled, input("uint8[3]"));
    cr_expect_str_eq(words, "UINT8 3 becomes UINT8 3, x * 2 - 10, 2 of 3 clipped");
    cr_expect_eq(finnc_tensor_get(t, 0), 0);
    cr_expect_eq(finnc_tensor_get(t, 1), 190);
    cr_expect_eq(finnc_tensor_get(t, 2), 255);
    finnc_tensor_release(t);
}

Test(fit, a_scale_of_one_keeps_integers_of_64_bits)
{
    const double one[] = {1};
    const int64_t x = 2122979665126346968;
    for (int wide = 0; wide < 2; wide++) {
        finnc_tensor *data;
        finnc_elem elem = wide ? FINNC_ELEM_INT64 : FINNC_ELEM_UINT64;
        cr_assert_eq(finnc_tensor_create(cx, elem, 1, DIMS(1), &data), FINNC_OK);
        finnc_tensor_set_int(data, 0, x);
        finnc_tensor *t = fitted(data, &(finnc_fit){.scale = one, .nscale = 1}, input("int64[1]"));
        cr_expect_eq(finnc_tensor_get_int(t, 0), x);
        finnc_tensor_release(t);
    }
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

/* A picture 4 wide and 2 high (or `dims`) in colour, counted up in the order N, C, H, W, into
 * inputs of any rank: `order` is that of the elements behind each other there, NULL: it does not
 * fit. */
typedef struct placed {
    const char *type, *order, *name;
    int64_t dims[4], want[8];
} placed;

static const placed places[] = {
    {"float[24]", "CHW", "", {1, 3, 2, 4}, {24}},
    {"float[1,24]", "CHW", "", {1, 3, 2, 4}, {1, 24}},
    {"float[N,24]", "CHW", "", {5, 3, 2, 4}, {5, 24}},
    {"float[1,1,24]", "CHW", "", {1, 3, 2, 4}, {1, 1, 24}},
    {"float[1,24,1,1,1]", "CHW", "", {1, 3, 2, 4}, {1, 24, 1, 1, 1}},
    {"float[2,4]", "CHW", "HW", {1, 1, 2, 4}, {2, 4}},
    {"float[3,8]", "CHW", "C,HW", {1, 3, 2, 4}, {3, 8}},
    {"float[8,3]", "HWC", "HW,C", {1, 3, 2, 4}, {8, 3}},
    {"float[6,4]", "CHW", "CH,W", {1, 3, 2, 4}, {6, 4}},
    {"float[4,2]", NULL, "", {1, 1, 2, 4}, {0}},
    {"float[3,2,4]", "CHW", "CHW", {1, 3, 2, 4}, {3, 2, 4}},
    {"float[2,4,3]", "HWC", "HWC", {1, 3, 2, 4}, {2, 4, 3}},
    {"float[2,4,8]", "HWC", "HWC", {1, 8, 2, 4}, {2, 4, 8}},
    {"float[H,W,3]", "HWC", "HWC", {1, 3, 2, 4}, {2, 4, 3}},
    {"float[3,H,W]", "CHW", "CHW", {1, 3, 2, 4}, {3, 2, 4}},
    {"float[3,3,3]", "CHW", "CHW", {1, 3, 3, 3}, {3, 3, 3}},
    {"float[3,3,3] x {HWC}", "HWC", "HWC", {1, 3, 3, 3}, {3, 3, 3}},
    {"float[3,2,4] x {HWC}", NULL, "", {1, 3, 2, 4}, {0}},
    {"float[2,1,3]", "HWC", "HWC", {1, 3, 2, 1}, {2, 1, 3}},
    {"float[1,2,3]", "HWC", "HWC", {1, 3, 1, 2}, {1, 2, 3}},
    {"float[1,2,4]", "CHW", "NHW", {1, 1, 2, 4}, {1, 2, 4}},
    {"float[N,2,4]", "CHW", "NHW", {5, 1, 2, 4}, {5, 2, 4}},
    {"float[N,3,8]", "CHW", "N,C,HW", {5, 3, 2, 4}, {5, 3, 8}},
    {"float[1,8,3]", "HWC", "N,HW,C", {1, 3, 2, 4}, {1, 8, 3}},
    {"float[1,3,4]", "CHW", "N,C,HW", {1, 3, 1, 4}, {1, 3, 4}},
    {"float[1,4,3] x {NWC}", "HWC", "N,HW,C", {1, 3, 2, 2}, {1, 4, 3}},
    {"float[3,4,2]", NULL, "", {1, 3, 2, 4}, {0}}, /* width and height the other way round */
    {"float[3,2,1]", NULL, "", {1, 3, 1, 2}, {0}},
    {"float[2,3,4]", NULL, "", {1, 3, 2, 4}, {0}},
    {"float[1,1,3,2,4]", "CHW", "N1CHW", {1, 3, 2, 4}, {1, 1, 3, 2, 4}},
    {"float[N,3,1,2,4]", "CHW", "NC1HW", {5, 3, 2, 4}, {5, 3, 1, 2, 4}},
    {"float[N,1,2,4,3]", "HWC", "N1HWC", {5, 3, 2, 4}, {5, 1, 2, 4, 3}},
    {"float[1,3,1,2,1]", "CHW", "NC1HW", {1, 3, 2, 1}, {1, 3, 1, 2, 1}},
    {"float[1,1,3,4,2]", NULL, "", {1, 3, 2, 4}, {0}},
    {"float[1,1,3,2,1]", NULL, "", {1, 3, 1, 2}, {0}},
    {"float[1,1,1,2,4,3]", "HWC", "N11HWC", {1, 3, 2, 4}, {1, 1, 1, 2, 4, 3}},
    {"float[1,1,1,1,3,2,4]", "CHW", "N111CHW", {1, 3, 2, 4}, {1, 1, 1, 1, 3, 2, 4}},
    {"float[1,1,1,1,1,3,2,4]", "CHW", "", {1, 3, 2, 4}, {1, 1, 1, 1, 1, 3, 2, 4}},
};
enum { NPLACES = sizeof places / sizeof *places };

/* Where the element that is the k-th in that order is in the data. */
static int64_t origin(const placed *p, int64_t k)
{
    int64_t at[3] = {0}, per_sample = p->dims[1] * p->dims[2] * p->dims[3], i = k % per_sample;
    static const char names[] = "CHW";
    for (int a = 3; a-- > 0;) {
        size_t axis = (size_t)(strchr(names, p->order[a]) - names);
        at[axis] = i % p->dims[1 + axis];
        i /= p->dims[1 + axis];
    }
    return k / per_sample * per_sample + (at[0] * p->dims[2] + at[1]) * p->dims[3] + at[2];
}

static void check_placed(const placed *p)
{
    char behind[64];
    finnc_tensor *data = count_up(FINNC_ELEM_FLOAT, 4, p->dims);
    const finnc_value *value = input(p->type);
    finnc_tensor *t = fitted(data, &(finnc_fit){.layout = "NCHW"}, value);
    if (!p->order) {
        cr_expect_eq(finnc_tensor_rank(t), 4, "%s", p->type);
        finnc_tensor_release(t);
        return;
    }
    int rank = finnc_value_rank(value);
    cr_assert_eq(finnc_tensor_rank(t), rank, "%s", p->type);
    cr_expect_arr_eq(finnc_tensor_dims(t), p->want, (size_t)rank * sizeof(int64_t), "%s", p->type);
    for (int64_t k = 0; k < finnc_tensor_nelems(t); k++)
        cr_assert_eq(finnc_tensor_get_int(t, k), origin(p, k), "%s: %d", p->type, (int)k);
    snprintf(behind, sizeof behind, p->name[0] ? " (%s)" : "%s", p->name);
    size_t n = strlen(words), m = strlen(behind);
    cr_expect(n > m && !strcmp(words + n - m, behind), "%s: %s", p->type, words);
    finnc_tensor_release(t);
}

Test(fit, pictures_go_into_inputs_of_any_rank_in_the_order_of_its_sizes)
{
    for (int i = 0; i < NPLACES; i++)
        check_placed(&places[i]);
}

/* Arrays whose axes nobody has named keep their order; (2, 4, 3) is no (3, 2, 4). */
Test(fit, unnamed_axes_are_merged_or_cut_and_never_exchanged)
{
    static const struct {
        const char *type;
        int rank, is;
        int64_t dims[4];
    } arrays[] = {
        {"float[1,3,2,4]", 3, 4, {3, 2, 4}},
        {"float[1,3,2,4]", 3, 3, {2, 4, 3}},
        {"float[1,1,2,4]", 2, 4, {1, 8}},
        {"float[N,24]", 4, 2, {5, 3, 2, 4}},
        {"float[1,8,1]", 2, 3, {2, 4}},
        {"float[N,3,2,4]", 2, 4, {5, 24}},
        {"float[1,1,3,2,4]", 3, 3, {4, 2, 3}},
        {"float[1,1,3,2,4]", 4, 5, {1, 3, 2, 4}},
        {"float[3,2,4] x {CHW}", 4, 3, {1, 3, 2, 4}},
    };
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        finnc_tensor *data = count_up(FINNC_ELEM_FLOAT, arrays[i].rank, arrays[i].dims);
        finnc_tensor *t = fitted(data, &(finnc_fit){0}, input(arrays[i].type));
        cr_expect_eq(finnc_tensor_rank(t), arrays[i].is, "%s %zu", arrays[i].type, i);
        for (int64_t k = 0; k < finnc_tensor_nelems(t); k++)
            cr_assert_eq(finnc_tensor_get_int(t, k), k);
        finnc_tensor_release(t);
    }
}

Test(fit, colour_becomes_grey_for_inputs_of_other_ranks)
{
    static const char *const types[] = {"float[1,1]", "float[1,1,1]", "float[N,1]"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        finnc_tensor *data = count_up(FINNC_ELEM_UINT8, 4, DIMS(1, 3, 1, 1));
        const finnc_fit fit = {.layout = "NCHW", .is_colour = true};
        finnc_tensor *t = fitted(data, &fit, input(types[i]));
        cr_assert_eq(finnc_tensor_nelems(t), 1, "%s", types[i]);
        cr_expect_eq(finnc_tensor_get(t, 0), 1);
        finnc_tensor_release(t);
    }
    finnc_tensor *data = count_up(FINNC_ELEM_UINT8, 4, DIMS(1, 3, 1, 1));
    finnc_tensor *t =
        fitted(data, &(finnc_fit){.layout = "NCHW", .is_colour = true}, input("float[1,3]"));
    cr_expect_eq(finnc_tensor_nelems(t), 3);
    finnc_tensor_release(t);
    data = count_up(FINNC_ELEM_UINT8, 4, DIMS(1, 3, 1, 2));
    t = fitted(data, &(finnc_fit){.layout = "NCHW", .is_colour = true}, input("float[3,2,1]"));
    cr_expect_eq(finnc_tensor_rank(t), 4, "of another size");
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
