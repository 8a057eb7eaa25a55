#include "support/run_text.h"

#include <criterion/criterion.h>

Test(sanitise, values_that_are_nearly_integers_become_integers)
{
    check_output("g () => (float[3] y) <float[3] x {INT4} = {1.005, -2, 2.995}, float[1] z = {0}> {"
                 " y = Add(x, z) }",
                 "[3]", 0, 1, -2, 3);
}

Test(sanitise, outputs_are_rounded_too)
{
    check_output("g () => (float[2] y {INT4}) <float[2] x = {1.005, 3}, float[1] z = {0}> {"
                 " y = Add(x, z) }",
                 "[2]", 0, 1, 3);
}

Test(sanitise, values_far_from_integers_are_an_error)
{
    check_run_fails("g () => (float[2] y) <float[2] x {INT4} = {1.25, 3}, float[1] z = {0}> {"
                    " y = Add(x, z) }",
                    FINNC_BAD_VALUE, "x is annotated INT4 but has 1.25 among its values");
}

Test(sanitise, the_annotated_range_is_not_enforced)
{
    check_output(
        "g () => (float[3] y) <float[3] x {BIPOLAR} = {0, 300, 40000000}, float[1] z = {0}>"
        " { y = Add(x, z) }",
        "[3]", 0, 0, 300, 40000000);
}

Test(sanitise, large_tensors_are_looked_at_to_the_end)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model =
        read_text(cx, "g (float[3000] x {UINT4}) => (float[3000] y) { y = Neg(x) }");
    finnc_session *session;
    finnc_tensor *x;
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, (int64_t[]){3000}, &x), FINNC_OK);
    finnc_tensor_set(x, 2999, 2.001);
    cr_assert_eq(finnc_session_feed(session, "x", x), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 2999), -2);
    finnc_tensor_release(x);
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(sanitise, a_session_may_do_without)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, "g () => (float[1] y) <float[1] x {INT4} = {1.25}> {"
                                       " y = Neg(x) }");
    finnc_session *session;
    const finnc_session_options options = {.unsanitised = true};
    cr_assert_eq(finnc_session_create(cx, model, &options, &session), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_assert_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 0), -1.25);
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}
