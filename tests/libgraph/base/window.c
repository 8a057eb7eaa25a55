/* What attributes say of windows. Numbers of padding are those of the formulas in ONNX's Conv,
 * MaxPool (SAME_*: ceil(size / stride) windows) and ConvTranspose. */
#include <base/window.h>

#include <criterion/criterion.h>

#include <string.h>

#define LIST(...)                                                                                  \
    .x = (const int64_t[]){__VA_ARGS__},                                                           \
    .count = sizeof(const int64_t[]){__VA_ARGS__} / sizeof(int64_t)

/* Attributes that a test changes some of: a kernel of 3, all else absent. */
static fnc_window_attrs plain(void)
{
    static const int64_t kernel[] = {3};
    return (fnc_window_attrs){.kernel = {"kernel_shape", kernel, 1, FNC_WINDOW_NEEDED},
                              .strides = {"strides", .otherwise = 1},
                              .dilations = {"dilations", .otherwise = 1},
                              .pads = {.name = "pads"},
                              .least_pad = -FNC_WINDOW_MOST,
                              .group = 1,
                              .first_axis = 2,
                              .output_padding = {.name = "output_padding"},
                              .output_shape = {.name = "output_shape"}};
}

/* One axis: padding and how many windows; or words that are part of what is wrong. */
static void check_axis(fnc_window_attrs attrs, int64_t size, int64_t before, int64_t after,
                       int64_t out)
{
    fnc_windows w;
    const char *wrong = fnc_windows_lay(&attrs, 1, NULL, &size, &w);
    cr_assert_null(wrong, "%s", wrong);
    cr_assert_eq(w.before[0], before, "%ld before", (long)w.before[0]);
    cr_assert_eq(w.after[0], after, "%ld after", (long)w.after[0]);
    cr_assert_eq(w.out[0], out, "%ld windows", (long)w.out[0]);
    cr_assert_eq(w.in_size, size);
    cr_assert_eq(w.out_size, out);
}

static void check_wrong(fnc_window_attrs attrs, const int64_t *weights, int64_t size,
                        const char *words)
{
    fnc_windows w;
    const char *wrong = fnc_windows_lay(&attrs, 1, weights, &size, &w);
    cr_assert(wrong && strstr(wrong, words), "%s", wrong ? wrong : "nothing is wrong");
}

Test(window, what_is_not_said_is_one_or_nothing)
{
    check_axis(plain(), 7, 0, 0, 5);
    fnc_window_attrs attrs = plain();
    attrs.auto_pad = "";
    check_axis(attrs, 7, 0, 0, 5);
    attrs.auto_pad = "NOTSET";
    attrs.pads = (fnc_window_list){"pads", LIST(2, 1)};
    attrs.strides = (fnc_window_list){"strides", LIST(2)};
    check_axis(attrs, 7, 2, 1, 4);
}

Test(window, valid_is_no_padding_and_no_window_that_hangs_over)
{
    fnc_window_attrs attrs = plain();
    attrs.pads = (fnc_window_list){"pads", LIST(2, 1)};
    attrs.strides = (fnc_window_list){"strides", LIST(2)};
    attrs.ceil = true;
    attrs.auto_pad = "VALID";
    check_axis(attrs, 6, 0, 0, 2);
    attrs.auto_pad = NULL;
    attrs.pads = (fnc_window_list){.name = "pads"};
    check_axis(attrs, 6, 0, 0, 3);
}

Test(window, same_pads_for_a_window_per_stride)
{
    fnc_window_attrs attrs = plain();
    attrs.auto_pad = "SAME_UPPER";
    check_axis(attrs, 7, 1, 1, 7);
    attrs.strides = (fnc_window_list){"strides", LIST(2)};
    check_axis(attrs, 8, 0, 1, 4); /* 3 * 2 + 3 - 8 */
    attrs.auto_pad = "SAME_LOWER";
    check_axis(attrs, 8, 1, 0, 4);
    attrs.dilations = (fnc_window_list){"dilations", LIST(3)};
    check_axis(attrs, 8, 3, 2, 4); /* 3 * 2 + 7 - 8 */
    attrs.strides = (fnc_window_list){"strides", LIST(9)};
    check_axis(attrs, 8, 0, 0, 1); /* 0 + 7 - 8 */
    check_axis(attrs, 0, 0, 0, 0);
}

Test(window, a_last_window_may_not_begin_behind_the_input)
{
    fnc_windows w;
    const int64_t size = 9;
    fnc_window_attrs attrs = plain();
    attrs.kernel = (fnc_window_list){"kernel_shape", LIST(2)};
    attrs.strides = (fnc_window_list){"strides", LIST(2)};
    attrs.pads = (fnc_window_list){"pads", LIST(1, 1)};
    attrs.ceil = true;
    cr_assert_null(fnc_windows_lay(&attrs, 1, NULL, &size, &w));
    cr_assert(w.is_cut[0] && w.out[0] == 5);
}

Test(window, weights_and_kernel_have_to_agree)
{
    fnc_windows w;
    const int64_t three = 3, two = 2, unknown = -1, none = 0, size = 7;
    fnc_window_attrs attrs = plain();
    check_wrong(attrs, &two, size,
                "attribute kernel_shape says 3 along axis 2, the weights have 2");
    check_wrong(attrs, &none, size, "weights without elements along axis 2");
    cr_assert_null(fnc_windows_lay(&attrs, 1, &three, &size, &w));
    cr_assert_null(fnc_windows_lay(&attrs, 1, &unknown, &size, &w));
    cr_assert_eq(w.kernel[0], 3);
    attrs.kernel = (fnc_window_list){"kernel_shape", .otherwise = FNC_WINDOW_NEEDED};
    cr_assert_null(fnc_windows_lay(&attrs, 1, &two, &size, &w));
    cr_assert_eq(w.kernel[0], 2);
    check_wrong(attrs, &unknown, size, "the size of its kernel along axis 2 is not known");
    check_wrong(attrs, NULL, size, "attribute kernel_shape is missing");
}

Test(window, lists_that_make_no_sense_are_named)
{
    fnc_window_attrs attrs = plain();
    attrs.strides = (fnc_window_list){"strides", LIST(1, 1)};
    check_wrong(attrs, NULL, 7, "attribute strides has 2 entries, should have 1");
    attrs.strides = (fnc_window_list){"strides", LIST(0)};
    check_wrong(attrs, NULL, 7, "attribute strides holds 0, should be at least 1");
    attrs.strides = (fnc_window_list){"strides", LIST(INT64_C(1) << 31)};
    check_wrong(attrs, NULL, 7, "attribute strides holds 2147483648, may be at most 1073741824");
    attrs.strides = (fnc_window_list){"strides", .count = 1, .otherwise = 1};
    check_wrong(attrs, NULL, 7, "attribute strides is no list of integers");
    attrs = plain();
    attrs.pads = (fnc_window_list){"pads", LIST(1)};
    check_wrong(attrs, NULL, 7, "attribute pads has 1 entries, should have 2");
    attrs = plain();
    attrs.auto_pad = "SAME_MIDDLE";
    check_wrong(attrs, NULL, 7, "attribute auto_pad is SAME_MIDDLE, may be one of");
    attrs = plain();
    attrs.group = 0;
    check_wrong(attrs, NULL, 7, "attribute group is 0");
    check_wrong(plain(), NULL, 2, "a kernel of 3 (dilated by 1) does not fit into 2 elements");
}

Test(window, channels_are_shared_among_groups)
{
    fnc_windows w;
    const int64_t size = 7;
    fnc_window_attrs attrs = plain();
    attrs.group = 2;
    cr_assert_null(fnc_windows_lay(&attrs, 1, NULL, &size, &w));
    cr_assert_null(fnc_windows_check_channels(&w, 4, 2, 6));
    cr_assert_null(fnc_windows_check_channels(&w, -1, 2, -1));
    cr_assert_str_eq(fnc_windows_check_channels(&w, 4, 4, 6),
                     "weights take 4 channels in 2 group(s), the input has 4");
    cr_assert_str_eq(fnc_windows_check_channels(&w, 4, 2, 3),
                     "3 output channels do not divide into 2 groups");
    cr_assert_null(fnc_windows_check_transposed(&w, 4, 4));
    cr_assert_str_eq(fnc_windows_check_transposed(&w, 3, 3), "3 channels in 2 groups");
    cr_assert_str_eq(fnc_windows_check_transposed(&w, 2, 4),
                     "weights for 4 channels, the input has 2");
}

static void check_transposed(fnc_window_attrs attrs, int64_t size, int64_t before, int64_t after,
                             int64_t in)
{
    fnc_windows w;
    cr_assert_null(fnc_windows_read(&attrs, 1, NULL, &w));
    const char *wrong = fnc_windows_place_transposed(&w, &attrs, 0, size);
    cr_assert_null(wrong, "%s", wrong);
    cr_assert(w.before[0] == before && w.after[0] == after, "%ld and %ld", (long)w.before[0],
              (long)w.after[0]);
    cr_assert_eq(w.in[0], in, "%ld elements", (long)w.in[0]);
    cr_assert_eq(w.out[0], size);
}

/* stride * (size - 1) + kernel = 2 * 3 + 3 = 9 elements of which padding is cut off. */
Test(window, transposed_padding_is_cut_off)
{
    fnc_window_attrs attrs = plain();
    attrs.strides = (fnc_window_list){"strides", LIST(2)};
    check_transposed(attrs, 4, 0, 0, 9);
    attrs.pads = (fnc_window_list){"pads", LIST(2, 1)};
    attrs.output_padding = (fnc_window_list){"output_padding", LIST(1)};
    check_transposed(attrs, 4, 2, 1, 7);
    attrs.auto_pad = "VALID";
    check_transposed(attrs, 4, 0, 0, 10);
    attrs.auto_pad = "SAME_UPPER";
    check_transposed(attrs, 4, 1, 1, 8);
    attrs.output_padding = (fnc_window_list){.name = "output_padding"};
    check_transposed(attrs, 4, 0, 1, 8);
    attrs.auto_pad = "SAME_LOWER";
    check_transposed(attrs, 4, 1, 0, 8);
    attrs.output_shape = (fnc_window_list){"output_shape", LIST(6)};
    check_transposed(attrs, 4, 2, 1, 6);
    attrs.output_shape = (fnc_window_list){"output_shape", LIST(1, 1, 11)};
    check_transposed(attrs, 4, 0, -2, 11);
}

/* The least of sizes, 1, would leave 3 - 4 elements here; what is not known is not to blame. */
Test(window, transposed_axes_may_be_of_unknown_size)
{
    fnc_windows w;
    fnc_window_attrs attrs = plain();
    attrs.pads = (fnc_window_list){"pads", LIST(2, 2)};
    cr_assert_null(fnc_windows_read(&attrs, 1, NULL, &w));
    cr_assert_null(fnc_windows_place_transposed(&w, &attrs, 0, -1));
    cr_assert_eq(w.in[0], -1);
    attrs.auto_pad = "SAME_UPPER";
    cr_assert_null(fnc_windows_read(&attrs, 1, NULL, &w));
    cr_assert_null(fnc_windows_place_transposed(&w, &attrs, 0, -1));
    cr_assert_eq(w.in[0], -1);
    attrs.output_shape = (fnc_window_list){"output_shape", LIST(6)};
    cr_assert_null(fnc_windows_place_transposed(&w, &attrs, 0, -1));
    cr_assert_eq(w.in[0], 6);
    attrs.output_padding = (fnc_window_list){"output_padding", LIST(1, 1)};
    cr_assert_str_eq(fnc_windows_place_transposed(&w, &attrs, 0, -1),
                     "attribute output_padding has 2 entries, should have 1");
}

Test(window, transposed_lists_that_make_no_sense_are_named)
{
    fnc_windows w;
    fnc_window_attrs attrs = plain();
    cr_assert_null(fnc_windows_read(&attrs, 1, NULL, &w));
    attrs.output_shape = (fnc_window_list){"output_shape", LIST(6, 6)};
    cr_assert_str_eq(fnc_windows_place_transposed(&w, &attrs, 0, 4),
                     "attribute output_shape has 2 entries for 1 spatial axes");
    attrs.strides = (fnc_window_list){"strides", LIST(9)};
    cr_assert_null(fnc_windows_read(&attrs, 1, NULL, &w));
    attrs.output_shape = (fnc_window_list){"output_shape", LIST(INT64_MAX)};
    cr_assert_str_eq(fnc_windows_place_transposed(&w, &attrs, 0, 0),
                     "attribute output_shape holds 9223372036854775807");
    attrs.output_shape = (fnc_window_list){.name = "output_shape"};
    attrs.output_padding = (fnc_window_list){"output_padding", LIST(1, 1)};
    cr_assert_str_eq(fnc_windows_place_transposed(&w, &attrs, 0, 4),
                     "attribute output_padding has 2 entries, should have 1");
    attrs = plain();
    attrs.pads = (fnc_window_list){"pads", LIST(4, 3)};
    cr_assert_null(fnc_windows_read(&attrs, 1, NULL, &w));
    cr_assert_str_eq(fnc_windows_place_transposed(&w, &attrs, 0, 4),
                     "the output would have -1 elements along axis 2");
}

/* One axis of `size`, kernel of 2: does any window have both taps in the padding? */
static void check_misses(int64_t size, int64_t stride, int64_t dilation, int64_t before,
                         int64_t after, bool wanted)
{
    fnc_windows w;
    fnc_window_attrs attrs = plain();
    attrs.kernel = (fnc_window_list){"kernel_shape", LIST(2)};
    attrs.strides = (fnc_window_list){"strides", LIST(stride)};
    attrs.dilations = (fnc_window_list){"dilations", LIST(dilation)};
    attrs.pads = (fnc_window_list){"pads", LIST(before, after)};
    cr_assert_null(fnc_windows_lay(&attrs, 1, NULL, &size, &w));
    bool misses = false;
    for (int64_t i = 0; i < w.out[0]; i++) {
        const int64_t first = i * stride - before, second = first + dilation;
        misses |= (first < 0 || first >= size) && (second < 0 || second >= size);
    }
    cr_expect_eq(misses, wanted, "the test itself");
    cr_expect_eq(fnc_windows_may_miss(&w, 0), wanted, "%ld, %ld, %ld, %ld, %ld", (long)size,
                 (long)stride, (long)dilation, (long)before, (long)after);
}

Test(window, a_window_may_lie_in_the_padding)
{
    check_misses(4, 1, 1, 0, 0, false);
    check_misses(4, 1, 1, 1, 1, false);
    check_misses(4, 1, 1, 2, 0, true);
    check_misses(4, 1, 1, 0, 2, true);
    check_misses(4, 3, 1, 0, 2, false); /* the next would begin at 6 */
    check_misses(4, 1, 3, 3, 3, false);
    check_misses(4, 1, 3, 4, 0, true);
    check_misses(2, 1, 3, 1, 1, true); /* at -1 and 2 */
    check_misses(4, 1, 4, 3, 3, false);
}

Test(window, padding_in_the_order_of_the_attribute)
{
    fnc_windows w;
    int64_t pads[4];
    fnc_window_attrs attrs = plain();
    attrs.kernel = (fnc_window_list){"kernel_shape", LIST(3, 3)};
    attrs.pads = (fnc_window_list){"pads", LIST(1, 2, 3, 4)};
    cr_assert_null(fnc_windows_lay(&attrs, 2, NULL, (const int64_t[]){7, 7}, &w));
    cr_assert(w.before[0] == 1 && w.before[1] == 2 && w.after[0] == 3 && w.after[1] == 4);
    fnc_windows_list_pads(&w, pads);
    for (int i = 0; i < 4; i++)
        cr_assert_eq(pads[i], i + 1);
    cr_assert(fnc_windows_are_padded(&w) && !fnc_windows_are_dilated(&w));
}
