/* Values that come otherwise than they were compiled for: out of range, or fed in place of what is
 * computed. */
#include "networks.h"

TestSuite(feeding, .init = setup, .fini = teardown);

/* What was not foreseen is run by the plain kernels: a pixel of 300, a weight that is fed, an image
 * that is no image. */
Test(feeding, what_was_not_foreseen)
{
    char *whole = expand(HEAD "n (float[N,6] x {UINT8}, float[6,3] w) => (float[N,3] y)"
                              "<float[6,3] w = @signs(18)> { y = MatMul(x, w) }",
                         3);
    const pair p = open_pair(whole);
    cr_assert_eq(count_fast(p.fast), 1);
    finnc_tensor *x = floats(cx, 2, (int64_t[]){1, 6}, (float[]){1, 2, 3, 300, 5, 6});
    finnc_tensor *w = draw_input(p.input, 6, 1), *w3 = NULL;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){6, 3}, &w3), FINNC_OK);
    finnc_tensor_set(w3, 4, 0.3);
    run_pair(&p, x);
    cr_assert_eq(finnc_session_feed(p.plain, "w", w3), FINNC_OK);
    cr_assert_eq(finnc_session_feed(p.fast, "w", w3), FINNC_OK);
    finnc_tensor *bytes = draw_input(p.input, 2, 5);
    run_pair(&p, bytes);
    finnc_tensor_release(x);
    finnc_tensor_release(w);
    finnc_tensor_release(w3);
    finnc_tensor_release(bytes);
    close_pair(&p);
    free(whole);
}

/* Both engines, fed with an x and, as `fed`, with `c`. */
static void check_fed(const char *text, size_t nfast, const char *fed, const finnc_tensor *c)
{
    const pair p = open_pair(text);
    finnc_tensor *x = floats(cx, 2, (int64_t[]){1, 2}, (float[]){1, 2});
    cr_assert_eq(count_fast(p.fast), nfast, "%zu nodes are fast", count_fast(p.fast));
    cr_assert_eq(finnc_session_feed(p.plain, fed, c), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_feed(p.fast, fed, c), FINNC_OK, "%s", finnc_ctx_message(cx));
    run_pair(&p, x);
    finnc_tensor_release(x);
    close_pair(&p);
}

/* What constants are made of, however far back, and whoever else needs what is made on the way; or
 * what a program itself makes. */
Test(feeding, what_it_stands_for_is_fed)
{
    static const char head[] = HEAD "n (float[1,2] x {INT4}) => (float[1,2] y, float[2,2] z)"
                                    "<float[2,2] c = {1, 0, 0, 1}, float[2,2] w = {1, 2, 0, 1}> {";
    static const char *const bodies[] = {
        "t = Neg(c) y = MatMul(x, t) z = Softmax(t) }",
        "t = Neg(c) u = Neg(t) y = MatMul(x, u) z = Softmax(t) }",
        "t = Neg(c) u = Neg(t) y = MatMul(x, u) z = Identity(u) }",
        /* two programs, between which a node has no fast kernel */
        "t = Neg(c) y1 = MatMul(x, t) y2 = Softmax(y1) y3 = Round(y2)"
        "q = qonnx.custom_op.general.MultiThreshold(y3, th) y = MatMul(q, t) z = Softmax(t) }"};
    finnc_tensor *c = floats(cx, 2, (int64_t[]){2, 2}, (float[]){5, 0, 0, 5});
    finnc_tensor *y = floats(cx, 2, (int64_t[]){1, 2}, (float[]){9, 8});
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        char text[1000];
        snprintf(text, sizeof text, "%s%s", head, bodies[i]);
        if (i == 3)
            snprintf(text, sizeof text,
                     HEAD "n (float[1,2] x {INT4}) => (float[1,2] y, float[2,2] z)"
                          "<float[2,2] c = {1, 0, 0, 1}, float[1,2] th = {0, 1}> {%s",
                     bodies[i]);
        check_fed(text, (const size_t[]){1, 2, 1, 3}[i], "c", c);
    }
    check_fed(HEAD "n (float[1,2] x {INT4}) => (float[1,2] y) <float[2,2] w = {1, 2, 0, 1}> {"
                   "a = MatMul(x, w) y = Softmax(a) }",
              1, "a", y);
    check_fed(HEAD "n (float[1,2] x {INT4}) => (float[1,2] y) <float[2,2] w = {1, 2, 0, 1}> {"
                   "y = MatMul(x, w) }",
              1, "y", y);
    /* An addend that nothing makes is absent, until it is there. */
    check_fed(HEAD "n (float[1,2] x {INT4}) => (float[1,2] y) <float[2,2] w = {1, 2, 0, 1},"
                   "float[1,2] c> { y = Gemm(x, w, c) }",
              1, "c", y);
    finnc_tensor_release(c);
    finnc_tensor_release(y);
}

/* Constants that only a program needs are not made in every run; but they are where it cannot run.
 */
Test(feeding, folded_constants_come_back)
{
    char *whole =
        expand(HEAD "n (float[N,6] x {UINT8}) => (float[N,3] y) <float[3,6] w = @reals(18),"
                    "float one = {1}> { q = qonnx.custom_op.general.BipolarQuant(w, one)"
                    "t = Transpose<perm = [1, 0]>(q) y = MatMul(x, t) }",
               3);
    const pair p = open_pair(whole);
    cr_assert_eq(count_fast(p.fast), 3);
    cr_assert_str_eq(finnc_session_how(p.fast, 0).kind, "folded");
    cr_assert_str_eq(finnc_session_how(p.fast, 2).kind, "bytes");
    for (int k = 0; k < 4; k++) {
        finnc_tensor *x =
            floats(cx, 2, (int64_t[]){1, 6}, (float[]){1, 2, 3, k % 2 ? 300 : 4, 5, 6});
        run_pair(&p, x);
        finnc_tensor_release(x);
    }
    close_pair(&p);
    free(whole);
}

/* ...after what they are made of, which others need and which comes later than where the program
 * begins. */
Test(feeding, folded_constants_come_back_in_their_turn)
{
    check_elements(HEAD "n (float[1,2] x {UINT8}) => (float[1,2] y, float[2,2] z)"
                        "<float[2,2] w = {1, 0, 0, 1}, float[2,2] c = {1, 0, 0, 1}> {"
                        "a = MatMul(x, w) t = Neg(c) u = Neg(t) y = MatMul(a, u) z = Softmax(t) }",
                   3, 2, (int64_t[]){1, 2}, (float[]){300, 2});
}
