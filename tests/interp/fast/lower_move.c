/* Ops that move elements, along the axis of images: right for one image and two, as trying shows,
 * is not right for three. */
#include "engines.h"

TestSuite(lower_move, .init = setup, .fini = teardown);

#define HEAD(version)                                                                              \
    "<ir_version: 8, opset_import: [\"\": " #version ", \"qonnx.custom_op.general\": 1]>"

/* Does a program take three images, or is it only for one? */
static bool takes_three(const char *text, const finnc_tensor *x)
{
    finnc_model *model = read_text(cx, text);
    finnc_session *fast = open(model, FINNC_ENGINE_FAST, 1);
    finnc_stage stage;
    bool does = false;
    run_on(fast, finnc_graph_input(finnc_model_graph(model), 0), x);
    for (size_t i = 0; finnc_session_stage(fast, i, &stage); i++)
        does |= stage.seconds > 0;
    finnc_session_destroy(fast);
    finnc_model_destroy(model);
    return does;
}

/* Up to three images of two elements, `rank` axes with that of the images; both nodes are fast. */
static void check_images(const char *text, int rank, bool are_any)
{
    static const float x[] = {1, 2, 3, 4, 5, 6};
    for (int64_t n = 1; n <= 3; n++)
        check_elements(text, 2, rank, (const int64_t[]){n, 2, 1, 1}, x);
    finnc_tensor *three = floats(cx, rank, (const int64_t[]){3, 2, 1, 1}, x);
    cr_expect_eq(takes_three(text, three), are_any, "%s", text);
    finnc_tensor_release(three);
}

#define SLICE(starts, ends)                                                                        \
    HEAD(14)                                                                                       \
    "n (float[N,2] x {INT4}) => (float[M,2] y) <float[2,2] w = {1, 0, 0, 1},"                      \
    "int64[1] s = {" starts "}, int64[1] e = {" ends "}, int64[1] a = {0}> {"                      \
    "c = Slice(x, s, e, a) y = MatMul(c, w) }"

Test(lower_move, slices_of_images)
{
    check_images(SLICE("0", "2"), 2, false);
    check_images(SLICE("-2", "5"), 2, false);
    check_images(HEAD(9) "n (float[N,2] x {INT4}) => (float[M,2] y) <float[2,2] w = {1, 0, 0, 1}> {"
                         "c = Slice<starts = [0], ends = [2]>(x) y = MatMul(c, w) }",
                 2, false);
}

/* As exporters write that an axis is left as it is. */
Test(lower_move, slices_of_all_images)
{
    check_images(HEAD(14) "n (float[N,2] x {INT4}) => (float[N,1] y) <float[1,1] w = {3},"
                          "int64[2] s = {0, 1}, int64[2] e = {9223372036854775807, 2},"
                          "int64[2] a = {0, 1}> { c = Slice(x, s, e, a) y = MatMul(c, w) }",
                 2, true);
    check_images(SLICE("0", "2147483647"), 2, true);
    check_images(SLICE("0", "2147483646"), 2, false);
    check_images(SLICE("-2", "2147483647"), 2, false);
}

Test(lower_move, images_by_number)
{
    check_images(HEAD(14) "n (float[N,2] x {INT4}) => (float[M,2] y) <float[2,2] w = {1, 0, 0, 1},"
                          "int64[1] i = {-1}> { c = Gather(x, i) y = MatMul(c, w) }",
                 2, false);
}

#define RESIZE(version, constants, node)                                                            \
    HEAD(version)                                                                                   \
    "n (float[N,2,1,1] x {INT4}) => (float[M,2,1,1] y) <float[2,2,1,1] w = {1, 0, 0, 1}," constants \
    "> { c = " node " y = Conv(c, w) }"

/* 1.4 times one or two images are as many; and so are sizes, where a ratio is kept. */
Test(lower_move, images_that_become_more_or_fewer)
{
    check_images(RESIZE(14, "float[4] f = {1.4, 1, 1, 1}", "Resize(x, , f)"), 4, false);
    check_images(RESIZE(10, "float[4] f = {1.4, 1, 1, 1}", "Resize(x, f)"), 4, false);
    check_images(RESIZE(9, "float[4] f = {1.4, 1, 1, 1}", "Upsample(x, f)"), 4, false);
    check_images(RESIZE(8, "float z = {0}", "Upsample<scales = [1.4, 1.0, 1.0, 1.0]>(x)"), 4,
                 false);
    check_elements(HEAD(18) "n (float[N,1,1,1] x {INT4}) => (float[M,1,1,1] y)"
                            "<float[1,1,1,1] w = {3}, int64[4] z = {2, 1, 1, 1}> {"
                            "c = Resize<keep_aspect_ratio_policy = \"not_larger\">(x, , , z)"
                            "y = Conv(c, w) }",
                   2, 4, (const int64_t[]){3, 1, 1, 1}, (const float[]){1, 2, 3});
    check_images(RESIZE(18, "float[2] f = {1, 1.4}", "Resize<axes = [1, -4]>(x, , f)"), 4, false);
}

/* None of these says anything of images. */
Test(lower_move, other_axes)
{
    check_images(RESIZE(18, "float[1] f = {1.4}", "Resize<axes = [1]>(x, , f)"), 4, true);
    check_images(RESIZE(18, "int64[2] z = {1, 1}", "Resize<axes = [2, 3]>(x, , , z)"), 4, true);
    check_images(RESIZE(9, "float[4] f = {1, 1, 1, 1}", "Upsample(x, f)"), 4, true);
    check_images(RESIZE(6, "float z = {0}", "Upsample<height_scale = 1.0, width_scale = 1.0>(x)"),
                 4, true);
}
