#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(linear_attention, states_are_one_shorter_than_kernels)
{
    check_shapes(
        "n (float[N,8,L] x, float[8,1,4] w) => (y, s) { y, s = CausalConvWithState(x, w) }",
        "FLOAT[N,8,L]; FLOAT[N,8,3]");
    check_shapes("n (float[N,8,L] x, float[8,1,K] w, float[8] b, float[N,8,3] p) => (y, s)"
                 " { y, s = CausalConvWithState(x, w, b, p) }",
                 "FLOAT[N,8,L]; FLOAT[N,8,3]");
    check_shapes_fail("n (float[1,8] x, float[8,1,4] w) => (y, s)"
                      " { y, s = CausalConvWithState(x, w) }",
                      "input 0 has rank 2");
}

#define ATTEND(q, v, state)                                                                        \
    "n (float16[" q "] q, float16[N,L,4] k, float16[" v "] v" state ") => (y, s)"                  \
    " { y, s = LinearAttention <q_num_heads = 4, kv_num_heads = 2, update_rule = \"linear\">"

Test(linear_attention, heads_share_their_states)
{
    check_shapes(ATTEND("N,L,8", "N,L,6", "") " (q, k, v) }", "FLOAT16[N,L,12]; FLOAT16[N,2,2,3]");
    check_shapes(ATTEND("N,L,8", "N,L,V", "") " (q, k, v) }", "FLOAT16[N,L,?]; FLOAT16[N,2,2,?]");
    check_shapes(ATTEND("N,L,8", "N,L,6", ", float[N,2,2,3] p") " (q, k, v, p) }",
                 "FLOAT16[N,L,12]; FLOAT[N,2,2,3]");
    check_shapes_fail(ATTEND("N,L,7", "N,L,6", "") " (q, k, v) }",
                      "7 elements do not divide into 4 heads");
}
