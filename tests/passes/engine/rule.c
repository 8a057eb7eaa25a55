/* The matcher and the builder, through passes of the test's own. */
#include "support/check_pass.h"

#include <finnc/model.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define PASS(...)                                                                                  \
    {                                                                                              \
        .name = "Own", .summary = "of a test", .rules = { {__VA_ARGS__} }                          \
    }

static const finnc_pass swap_mul_conv =
    PASS(.have = "c:Conv(Mul(x, $s), $w)", .want = "Mul(c(x, $w), $s)");

/* ---- structure ---- */

Test(rule, a_matched_node_is_kept_with_its_attributes_and_the_root_keeps_its_value)
{
    check_own_pass(&swap_mul_conv,
                   "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float s = {2}, "
                   "float[1,1,2,2] w = {1,2,3,4}> "
                   "{ a = Mul(x, s) [c0] y = Conv<kernel_shape = [2,2]>(a, w) }",
                   "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float s = {2}, "
                   "float[1,1,2,2] w = {1,2,3,4}, float[1,1,2,2] b> "
                   "{ b = Conv<kernel_shape = [2,2]>(x, w) y = Mul(b, s) }");
}

Test(rule, a_factor_moves_past_a_whole_chain)
{
    check_own_pass(&swap_mul_conv,
                   "g (float[1,1,3,3] x) => (float[1,1,1,1] y) <float s = {2}, "
                   "float[1,1,2,2] v = {1,2,3,4}, float[1,1,2,2] w = {1,2,3,4}> "
                   "{ a = Mul(x, s) b = Conv(a, v) y = Conv(b, w) }",
                   "g (float[1,1,3,3] x) => (float[1,1,1,1] y) <float s = {2}, "
                   "float[1,1,2,2] v = {1,2,3,4}, float[1,1,2,2] w = {1,2,3,4}> "
                   "{ a = Conv(x, v) b = Conv(a, w) y = Mul(b, s) }");
}

Test(rule, operands_of_commutative_nodes_match_in_either_order)
{
    const finnc_pass pass = PASS(.have = "Add(Relu(x), Neg(y))", .want = "Sub(Relu(x), y)");
    check_own_pass(&pass,
                   "g (float[2] x, float[2] y) => (float[2] z) "
                   "{ a = Neg(y) b = Relu(x) z = Add(a, b) }",
                   "g (float[2] x, float[2] y) => (float[2] z) { b = Relu(x) z = Sub(b, y) }");
}

/* Both operands of the outer node could be the inner one; only one choice satisfies the repeated
 * name. */
Test(rule, choices_of_order_are_taken_back_until_names_agree)
{
    const finnc_pass pass = PASS(.have = "Add(Mul(x, y), Mul(x, z))", .want = "Mul(x, Add(y, z))");
    check_own_pass(
        &pass,
        "g (float[2] p, float[2] q, float[2] r) => (float[2] o) "
        "{ a = Mul(p, q) b = Mul(r, q) o = Add(a, b) }",
        "g (float[2] p, float[2] q, float[2] r) => (float[2] o) { s = Add(p, r) o = Mul(q, s) }");
    check_own_remark(&pass,
                     "g (float[2] p, float[2] q, float[2] r, float[2] t) => (float[2] o) "
                     "{ a = Mul(p, q) b = Mul(r, t) o = Add(a, b) }",
                     "x would have to be one value");
}

/* Whoever reads the old constant keeps it, the node itself included. */
Test(rule, a_constant_that_is_two_operands_changes_as_the_one_that_the_picture_changes)
{
    const finnc_pass negated = PASS(.have = "Sub(x, $c)", .want = "Add(x, c@=Neg($c))");
    check_own_pass(&negated,
                   "g (float[2] x) => (float[2] y) <float[2] c = {1,2}> "
                   "{ d = Sub(c, c) y = Add(x, d) }",
                   "g (float[2] x) => (float[2] y) <float[2] c = {1,2}, float[2] n = {-1,-2}> "
                   "{ d = Add(c, n) y = Add(x, d) }");
    const finnc_pass both = PASS(.have = "Sub(Sub(x, $a), $b)",
                                 .want = "Add(Add(x, a@=Neg($a)), b@=Sub($b, =Add($b, $b)))");
    check_own_pass(&both,
                   "g (float[2] x) => (float[2] y) <float[2] c = {1,2}> "
                   "{ d = Sub(x, c) y = Sub(d, c) }",
                   "g (float[2] x) => (float[2] y) <float[2] c = {-1,-2}, float[2] n = {-1,-2}> "
                   "{ d = Add(x, c) y = Add(d, n) }");
}

Test(rule, constants_are_computed_by_running_ops)
{
    const finnc_pass pass = PASS(.have = "e:Add(Add(x, $a), $b)", .want = "e(x, =Add($a, $b))");
    check_own_pass(&pass,
                   "g (float[2] x) => (float[2] y) <float[2] a = {1,2}, float[2] b = {3,4}, "
                   "float[1] c = {10}> { p = Add(x, a) q = Add(p, b) y = Add(q, c) }",
                   "g (float[2] x) => (float[2] y) <float[2] a = {14,16}> { y = Add(x, a) }");
}

Test(rule, ops_with_attributes_are_computed_too)
{
    const finnc_pass pass =
        PASS(.have = "MatMul(x, $w)", .want = "Gemm(x, =Transpose{perm=[1,0]}($w))");
    const finnc_pass back = PASS(.have = "Gemm(x, $w)", .want = "MatMul(x, $w)");
    (void)back;
    check_own_pass(&pass,
                   "g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {1,2,2,1}> "
                   "{ y = MatMul(x, w) }",
                   "g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {1,2,2,1}> "
                   "{ y = Gemm(x, w) }");
}

Test(rule, a_constant_that_takes_another_ones_place_keeps_its_annotation)
{
    const finnc_pass pass = PASS(.have = "Sub(x, $c)", .want = "Add(x, c@=Neg($c))");
    check_own_pass(&pass,
                   "g (float[2] x) => (float[2] y) <float[2] c {INT4} = {1,-2}> { y = Sub(x, c) }",
                   "g (float[2] x) => (float[2] y) <float[2] c {INT4} = {-1,2}> { y = Add(x, c) }");
}

Test(rule, others_keep_the_constant_that_one_user_replaces)
{
    const finnc_pass pass = PASS(.have = "Sub(x, $c)", .want = "Add(x, c@=Neg($c))");
    check_own_pass(&pass,
                   "g (float[2] x) => (float[2] y, float[2] z) <float[2] c {INT4} = {1,-2}> "
                   "{ y = Sub(x, c) z = Pow(x, c) }",
                   "g (float[2] x) => (float[2] y, float[2] z) <float[2] c {INT4} = {-1,2}, "
                   "float[2] d {INT4} = {1,-2}> { y = Add(x, c) z = Pow(x, d) }");
}

Test(rule, absent_operands_stay_absent)
{
    const finnc_pass pass = PASS(.have = "c:Conv(Identity(x), $w, b?)", .want = "c(x, $w, b)");
    check_own_pass(&pass,
                   "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float[1,1,2,2] w = {1,2,3,4}> "
                   "{ a = Identity(x) y = Conv(a, w) }",
                   "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float[1,1,2,2] w = {1,2,3,4}> "
                   "{ y = Conv(x, w) }");
    check_own_pass(&pass,
                   "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float[1,1,2,2] w = {1,2,3,4}, "
                   "float[1] b = {5}> { a = Identity(x) y = Conv(a, w, b) }",
                   "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float[1,1,2,2] w = {1,2,3,4}, "
                   "float[1] b = {5}> { y = Conv(x, w, b) }");
}

Test(rule, a_node_that_others_need_stays_and_is_copied)
{
    const finnc_pass pass = PASS(.have = "Neg(r:Relu&(x))", .want = "r(Neg(x))",
                                 /* wrong as arithmetic, right as a picture */ .when = NULL);
    const finnc_pass unverified = {.name = "Own",
                                   .summary = "of a test",
                                   .flags = FINNC_PASS_CHANGES_VALUES,
                                   .rules = {pass.rules[0]}};
    check_own_pass(&unverified,
                   "g (float[2] x) => (float[2] y, float[2] z) "
                   "{ r = Relu(x) y = Neg(r) z = Abs(r) }",
                   "g (float[2] x) => (float[2] y, float[2] z) "
                   "{ r = Relu(x) n = Neg(x) y = Relu(n) z = Abs(r) }");
}

Test(rule, a_node_changes_into_another_op_and_keeps_attributes)
{
    const finnc_pass pass = PASS(.have = "p:ReduceSum{keepdims=1}(x, $a)",
                                 .want = "p:ReduceMean{noop_with_empty_axes=0}(x, $a)");
    const finnc_pass unverified = {.name = "Own",
                                   .summary = "of a test",
                                   .flags = FINNC_PASS_CHANGES_VALUES,
                                   .rules = {pass.rules[0]}};
    check_own_pass(&unverified,
                   "<ir_version: 8, opset_import: [\"\": 18]> g (float[2,2] x) => (float[2,1] y) "
                   "<int64[1] a = {1}> { y = ReduceSum<keepdims = 1>(x, a) }",
                   "<ir_version: 8, opset_import: [\"\": 18]> g (float[2,2] x) => (float[2,1] y) "
                   "<int64[1] a = {1}> "
                   "{ y = ReduceMean<keepdims = 1, noop_with_empty_axes = 0>(x, a) }");
}

Test(rule, further_outputs_of_a_kept_root_stay)
{
    const finnc_pass pass = PASS(.have = "t:TopK(Identity(x), $k)", .want = "t(x, $k)");
    check_own_pass(&pass,
                   "g (float[1,4] x) => (float[1,1] v, int64[1,1] i) <int64[1] k = {1}> "
                   "{ a = Identity(x) v, i = TopK<axis = 1>(a, k) }",
                   "g (float[1,4] x) => (float[1,1] v, int64[1,1] i) <int64[1] k = {1}> "
                   "{ v, i = TopK<axis = 1>(x, k) }");
}

/* ---- `want` is a value ---- */

static const finnc_pass drop_identity = PASS(.have = "Identity(x)", .want = "x");

Test(rule, a_dropped_node_leaves_its_value_s_name_to_its_producer)
{
    check_own_pass(&drop_identity,
                   "g (float[2] x) => (float[2] y) { a = Relu(x) b = Identity(a) y = Identity(b) }",
                   "g (float[2] x) => (float[2] y) { y = Relu(x) }");
}

Test(rule, a_dropped_node_behind_a_fork_lets_the_others_use_what_it_made)
{
    check_own_pass(&drop_identity,
                   "g (float[2] x) => (float[2] y, float[2] z) "
                   "{ a = Relu(x) y = Identity(a) z = Neg(a) }",
                   "g (float[2] x) => (float[2] y, float[2] z) { y = Relu(x) z = Neg(y) }");
}

Test(rule, values_that_become_one_know_what_either_knew)
{
    check_own_pass(&drop_identity,
                   "g (float[1,2] x {INT4}) => (float[1,2] y) <a {INT4}, float[1,2] b {NC}> "
                   "{ a = Relu(x) b = Identity(a) y = Neg(b) }",
                   "g (float[1,2] x {INT4}) => (float[1,2] y) <float[1,2] b {INT4, NC}> "
                   "{ b = Relu(x) y = Neg(b) }");
}

Test(rule, a_node_between_graph_input_and_output_stays)
{
    check_own_pass(&drop_identity, "g (float[2] x) => (float[2] y) { y = Identity(x) }",
                   "g (float[2] x) => (float[2] y) { y = Identity(x) }");
    check_own_remark(&drop_identity, "g (float[2] x) => (float[2] y) { [i] y = Identity(x) }",
                     "i (Identity): its value is a graph output and x is a graph input");
}

Test(rule, a_computed_value_becomes_an_initialiser_of_the_same_name)
{
    const finnc_pass pass = PASS(.have = "Add($a, $b)", .want = "=Add($a, $b)");
    check_own_pass(&pass,
                   "g (float[2] x) => (float[2] y) <float[2] a = {1,2}, float[2] b = {3,4}> "
                   "{ s = Add(a, b) y = Mul(x, s) }",
                   "g (float[2] x) => (float[2] y) <float[2] s = {4,6}> { y = Mul(x, s) }");
}

/* ---- annotations ---- */

Test(rule, an_unnamed_value_is_new_and_a_named_one_keeps_what_is_known_of_it)
{
    const finnc_pass fresh = PASS(.have = "Neg(v@Abs(x))", .want = "Abs(Neg(x))");
    const finnc_pass named = PASS(.have = "Neg(v@Abs(x))", .want = "Abs(v@Neg(x))");
    finnc_pass passes[] = {fresh, named};
    for (int i = 0; i < 2; i++) {
        passes[i].flags = FINNC_PASS_CHANGES_VALUES;
        check_own_pass(&passes[i],
                       "g (float[2] x) => (float[2] y {INT5}) <float[2] v {INT4}> "
                       "{ v = Abs(x) y = Neg(v) }",
                       i == 0 ? "g (float[2] x) => (float[2] y {INT5}) <float[2] v> "
                                "{ v = Neg(x) y = Abs(v) }"
                              : "g (float[2] x) => (float[2] y {INT5}) <float[2] v {INT4}> "
                                "{ v = Neg(x) y = Abs(v) }");
    }
}

static finnc_status annotate(finnc_match *m)
{
    cr_assert(finnc_node_is(finnc_match_node(m, "n"), "Neg"));
    cr_assert(finnc_node_is(finnc_match_root(m), "Abs"));
    return finnc_value_set_dtype(finnc_match_ctx(m), finnc_match_value(m, "fresh"),
                                 finnc_dtype_int(3));
}

Test(rule, then_sees_what_want_made)
{
    const finnc_pass pass = {
        .name = "Own",
        .summary = "of a test",
        .flags = FINNC_PASS_CHANGES_VALUES,
        .rules = {{.have = "Neg(Abs(x))", .want = "Abs(fresh@n:Neg(x))", .then = annotate}}};
    check_own_pass(&pass, "g (float[2] x) => (float[2] y) { v = Abs(x) y = Neg(v) }",
                   "g (float[2] x) => (float[2] y) <v {INT3}> { v = Neg(x) y = Abs(v) }");
}

/* ---- when, make ---- */

static finnc_verdict decline(finnc_match *m)
{
    return finnc_skip(m, "s has %lld elements", (long long)finnc_match_nelems(m, "s"));
}

static finnc_verdict refuse(finnc_match *m)
{
    return finnc_refuse(m, "s has %lld elements", (long long)finnc_match_nelems(m, "s"));
}

static finnc_status bind_twice_the_weights(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    finnc_tensor *twice;
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(w), finnc_tensor_rank(w),
                                  finnc_tensor_dims(w), &twice));
    for (int64_t i = 0; i < finnc_tensor_nelems(w); i++)
        finnc_tensor_set(twice, i, 2 * finnc_tensor_get(w, i));
    finnc_status status = finnc_match_bind(m, "w", twice, NULL);
    finnc_tensor_release(twice);
    return status;
}

#define MUL_MATMUL                                                                                 \
    "g (float[1,2] x) => (float[1,2] y) <float[2] s = {2,2}, float[2,2] w {INT4} = {1,0,0,1}> "    \
    "{ [m] a = Mul(x, s) [p] y = MatMul(a, w) }"

Test(rule, what_make_binds_takes_the_place_of_the_matched_constant)
{
    const finnc_pass pass = PASS(.have = "p:MatMul(Mul(x, $s), $w)", .want = "p(x, $w)",
                                 .make = bind_twice_the_weights);
    check_own_pass(&pass, MUL_MATMUL,
                   "g (float[1,2] x) => (float[1,2] y) <float[2,2] w {INT4} = {2,0,0,2}> "
                   "{ y = MatMul(x, w) }");
}

Test(rule, a_declined_match_is_a_remark_and_changes_nothing)
{
    const finnc_pass pass =
        PASS(.have = "p:MatMul(Mul(x, $s), $w)", .want = "Mul(p(x, $w), $s)", .when = decline);
    check_own_pass(&pass, MUL_MATMUL, MUL_MATMUL);
    check_own_remark(&pass, MUL_MATMUL, "p (MatMul): s has 2 elements");
}

Test(rule, a_refused_graph_fails_with_pass_and_node)
{
    const finnc_pass pass =
        PASS(.have = "p:MatMul(Mul(x, $s), $w)", .want = "Mul(p(x, $w), $s)", .when = refuse);
    check_own_refused(&pass, MUL_MATMUL, "pass Own: p (MatMul): s has 2 elements");
}

/* ---- near misses ---- */

#define CONV_TAIL " [c0] y = Conv(a, w) }"

Test(rule, near_misses_say_what_is_missing)
{
    check_own_remark(&swap_mul_conv,
                     "g (float[1,1,3,3] x, float[1,1,3,3] s) => (float[1,1,2,2] y) "
                     "<float[1,1,2,2] w = {1,2,3,4}> { [m] a = Mul(x, s)" CONV_TAIL,
                     "m (Mul): s is not a constant: s is a graph input");
    check_own_remark(&swap_mul_conv,
                     "g (float[1,1,3,3] x) => (float[1,1,2,2] y, float[1,1,3,3] z) "
                     "<float s = {2}, float[1,1,2,2] w = {1,2,3,4}> "
                     "{ [m] a = Mul(x, s) z = Neg(a)" CONV_TAIL,
                     "m (Mul): the value of m is used by 2 nodes");
    check_own_remark(&swap_mul_conv,
                     "g (float[1,1,3,3] x) => (float[1,1,2,2] y, float[1,1,3,3] a) "
                     "<float s = {2}, float[1,1,2,2] w = {1,2,3,4}> "
                     "{ [m] a = Mul(x, s)" CONV_TAIL,
                     "m (Mul): the value of m is a graph output");
    check_own_remark(&swap_mul_conv,
                     "g (float[1,1,3,3] x) => (float[1,1,2,2] y) "
                     "<float s = {2}, float[1,1,2,2] w = {1,2,3,4}, float[1] b = {1}> "
                     "{ [m] a = Mul(x, s) [c0] y = Conv(a, w, b) }",
                     "c0 (Conv): c0 has 3 inputs, the picture has 2");
    check_own_remark(&swap_mul_conv,
                     "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float[1,1,2,2] w = {1,2,3,4}> "
                     "{ [k] s = Constant<value = float {2}>() [m] a = Mul(x, s)" CONV_TAIL,
                     "m (Mul): s is made by k (Constant) and has no initialiser");
    const finnc_pass pass = PASS(.have = "Neg(Transpose{perm=[0,3,1,2]}(x))", .want = "Neg(x)");
    check_own_remark(&pass,
                     "g (float[1,2,3,4] x) => (float[1,3,4,2] y) "
                     "{ [t] a = Transpose<perm = [0,2,3,1]>(x) y = Neg(a) }",
                     "t (Transpose): the picture wants Transpose with perm=[0,3,1,2], it has "
                     "perm=[0,2,3,1]");
}

Test(rule, what_is_not_near_is_not_remarked_on)
{
    check_remark_at(__FILE__, __LINE__, NULL, &swap_mul_conv,
                    "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float[1,1,2,2] w = {1,2,3,4}> "
                    "{ a = Neg(x) y = Conv(a, w) }",
                    NULL);
}

/* A picture of any ops, of attributes of other kinds, of values from elsewhere. */
Test(rule, near_misses_are_told_whatever_they_are_of)
{
    const finnc_pass number = PASS(.have = "Neg(Elu{alpha=2.0}(x))", .want = "Neg(x)");
    check_own_remark(&number,
                     "g (float[2] x) => (float[2] y) { [e] a = Elu<alpha = 0.5>(x) y = Neg(a) }",
                     "e (Elu): the picture wants Elu with alpha=2.0, it has alpha=0.5");
    const finnc_pass text =
        PASS(.have = "Neg(DepthToSpace{blocksize=2, mode=\"CRD\"}(x))", .want = "Neg(x)");
    check_own_remark(&text,
                     "g (float[1,4,1,1] x) => (float[1,1,2,2] y) "
                     "{ [d] a = DepthToSpace<blocksize = 2, mode = \"DCR\">(x) y = Neg(a) }",
                     "wants DepthToSpace with mode=\"CRD\", it has mode=\"DCR\"");
    const finnc_pass absent = PASS(.have = "Neg(Transpose{perm=[1,0]}(x))", .want = "Neg(x)");
    check_own_remark(&absent,
                     "g (float[2,3,4] x) => (float[4,3,2] y) { [t] a = Transpose(x) y = Neg(a) }",
                     "wants Transpose with perm=[1,0], it has none");
    const finnc_pass lists = PASS(.have = "Neg(Relu(Mul|Div(x, $s)))", .want = "Neg(x)");
    check_own_remark(&lists, "g (float[2] x) => (float[2] y) { [r] a = Relu(x) y = Neg(a) }",
                     "x is a graph input, the picture wants Mul or Div");
    check_own_remark(&lists,
                     "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> "
                     "{ [r] a = Relu(w) b = Neg(a) y = Add(x, b) }",
                     "w is a constant, the picture wants Mul or Div");
}

/* ---- attributes ---- */

Test(rule, an_attribute_that_is_not_there_has_the_value_of_its_schema)
{
    const finnc_pass pass = PASS(.have = "f:Flatten{axis=1}(Identity(x))", .want = "f(x)");
    check_own_pass(&pass, "g (float[2,2] x) => (float[2,2] y) { a = Identity(x) y = Flatten(a) }",
                   "g (float[2,2] x) => (float[2,2] y) { y = Flatten(x) }");
}

/* Softmax's axis was 1, and is -1. */
Test(rule, an_attribute_that_is_not_there_has_the_value_of_its_version)
{
#define MODEL(version, nodes)                                                                      \
    "<ir_version: 8, opset_import: [\"\" : " version                                               \
    "]> g (float[2,3,4] x) => (float[2,3,4] y) {" nodes " }"
#define BEFORE(version) MODEL(version, "a = Softmax(x) y = Identity(a)")
#define AFTER(version)  MODEL(version, "y = Softmax(x)")
    const finnc_pass last = PASS(.have = "Identity(s:Softmax{axis=-1}(x))", .want = "s(x)");
    check_own_pass(&last, BEFORE("13"), AFTER("13"));
    check_own_remark(&last, BEFORE("11"), "wants Softmax with axis=-1, it has none");
    const finnc_pass second = PASS(.have = "Identity(s:Softmax{axis=1}(x))", .want = "s(x)");
    check_own_pass(&second, BEFORE("11"), AFTER("11"));
    check_own_remark(&second, BEFORE("13"), "wants Softmax with axis=1, it has none");
#undef MODEL
#undef BEFORE
#undef AFTER
}

/* ---- repetition ---- */

static finnc_model *chain(finnc_ctx *cx, size_t n)
{
    finnc_model *model;
    finnc_graph *graph;
    finnc_value *value, *next, *s;
    finnc_tensor *two;
    if (finnc_model_create(cx, &model) != FINNC_OK ||
        finnc_model_set_opset(cx, model, "", 13) != FINNC_OK)
        return NULL;
    graph = finnc_model_graph(model);
    int64_t dims[] = {2};
    if (finnc_graph_insert_value(cx, graph, "x", &value) != FINNC_OK ||
        finnc_value_set_shape(cx, value, FINNC_ELEM_FLOAT, 1, dims) != FINNC_OK ||
        finnc_graph_set_inputs(cx, graph, &value, 1) != FINNC_OK ||
        finnc_tensor_create_scalar(cx, FINNC_ELEM_FLOAT, 1, &two) != FINNC_OK)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (finnc_graph_insert_constant(cx, graph, "s", two, &s) != FINNC_OK ||
            finnc_graph_insert_value(cx, graph, "v", &next) != FINNC_OK)
            return NULL;
        finnc_value *inputs[] = {value, s};
        finnc_node_spec spec = {.op_type = i % 2 ? "Mul" : "Add",
                                .inputs = inputs,
                                .ninputs = 2,
                                .outputs = &next,
                                .noutputs = 1};
        if (finnc_graph_insert_node(cx, graph, &spec, NULL, NULL) != FINNC_OK)
            return NULL;
        value = next;
    }
    finnc_tensor_release(two);
    return finnc_graph_set_outputs(cx, graph, &value, 1) == FINNC_OK ? model : NULL;
}

static finnc_verdict count_call(finnc_match *m);
static size_t calls;

/* Turns a chain around from its end: each rewrite makes the one before it possible, so that sweeps
 * from the front would each find one. */
static const finnc_pass backwards = {
    .name = "Own",
    .summary = "of a test",
    .flags = FINNC_PASS_CHANGES_VALUES,
    .rules = {{.have = "Sub(Add|Mul(x, $s), $t)",
               .want = "Max(Sub(x, $s), $t)",
               .when = count_call}},
};

static finnc_verdict count_call(finnc_match *m)
{
    (void)m;
    calls++;
    return FINNC_APPLY;
}

Test(rule, a_fixpoint_that_runs_against_the_order_visits_each_place_once)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    enum { N = 2000 };
    finnc_model *model = chain(cx, N);
    cr_assert(model, "%s", finnc_ctx_message(cx));
    finnc_node *last = finnc_graph_last_node(finnc_model_graph(model));
    cr_assert_eq(finnc_node_set_op(cx, last, "Sub", ""), FINNC_OK);
    finnc_pipeline *pipeline = test_pipeline(cx, NULL, &backwards);
    calls = 0;
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(calls, N - 1);
    cr_assert(finnc_node_is(finnc_graph_first_node(finnc_model_graph(model)), "Sub"));
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(rule, a_rule_without_end_is_an_error)
{
    const finnc_pass pass = {
        .name = "Own", .summary = "of a test", .rules = {{.have = "n:Neg(x)", .want = "n(x)"}}};
    check_own_refused(&pass, "g (float[2] x) => (float[2] y) { y = Neg(x) }", "still rewrites");
}

/* ---- pictures that are wrong ---- */

static void check_wrong(const char *have, const char *want, const char *words)
{
    const finnc_pass pass = PASS(.have = have, .want = want);
    check_own_refused(&pass, "g (float[2] x) => (float[2] y) { y = Neg(x) }", words);
}

Test(rule, wrong_pictures_are_errors_with_a_column)
{
    check_wrong("Mul(x, $s", "x", "column 10: expected ')'");
    check_wrong("x", "x", "the root has to be a node");
    check_wrong("mul(x)", "x", "no node of `have` has this name");
    check_wrong("Mul(x, $s)", "Mul(x, $t)", "nothing binds this name");
    check_wrong("Mul(x, y)", "=Mul(x, y)", "'=' computes with constants");
    check_wrong("a:Mul(a, y)", "y", "stands for a node and for a value");
    check_wrong("a:Mul(x, a:Neg(y))", "y", "given twice");
    check_wrong("Mul(x, y) z", "y", "expected the end");
    check_wrong("Mul{axis=[}(x)", "x", "no JSON");
    check_wrong("Mul(x)", "*(x)", "wants an op");
    check_wrong("Mul(x)", "Add|Sub(x, x)", "has one op");
    check_wrong("Mul(x, $)", "x", "expected a name");
    check_wrong("Mul(x, v@w)", "x", "expected a node behind '@'");
    check_wrong("\"my.domainMul(x)", "x", "a domain stands between quotes");
    check_wrong("Mul|add(x)", "x", "an op type begins with a capital");
    check_wrong("Mul{a=[1,\"b\"]}(x)", "x", "a number, a text, or a list of either");
}

/* Limits are far above what anybody draws, and are told like any other mistake. */
Test(rule, pictures_beyond_the_limits_are_errors)
{
    check_wrong("Neg(Neg(Neg(Neg(Neg(Neg(Neg(Neg(Neg(x)))))))))", "x", "nested too deeply");
    check_wrong("Sum(a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q)", "a", "too many operands");
    check_wrong("A|B|C|D|E|F|G|H|I|J|K|L|M|N|O|P|Q(x)", "x", "too many ops");
    check_wrong("A{a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1,j=1,k=1,l=1,m=1,n=1,o=1,p=1,q=1}(x)", "x",
                "too many attributes");
    check_wrong(
        "Sum(A(a),A(b),A(c),A(d),A(e),A(f),A(g),A(h),Sum(A(i),A(j),A(k),A(l),A(m),A(n),A(o)))", "a",
        "too many nodes");
    check_wrong(
        "Sum(Sum(a0,a1,a2,a3,a4,a5,a6,a7,a8,a9,aa,ab),Sum(b0,b1,b2,b3,b4,b5,b6,b7,b8,b9,ba,bb),"
        "Sum(c0,c1,c2,c3,c4,c5,c6,c7,c8))",
        "a0", "too many names");
}
