/* Each limit says no, in words that name it, and yes up to it; time runs out. */
#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static finnc_ctx *with(const char *name, uint64_t value)
{
    finnc_ctx_options options = {0};
    cr_assert(finnc_limits_set(&options.limits, name, value), "%s", name);
    return finnc_ctx_create(&options);
}

/* Reads `text`; what was said is checked, and that nothing is left. */
static void check_read(const char *limit, uint64_t value, const char *text, bool fits)
{
    finnc_ctx *cx = with(limit, value);
    finnc_model *model;
    const finnc_status status = finnc_model_read_text(cx, text, &model);
    cr_expect_eq(status, fits ? FINNC_OK : FINNC_NO_MEMORY, "%s=%d: %s", limit, (int)value,
                 finnc_ctx_message(cx));
    if (status == FINNC_OK)
        finnc_model_destroy(model);
    else
        cr_expect(strstr(finnc_ctx_message(cx), limit), "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

static const char nested[] =
    "<ir_version: 8, opset_import: [\"\" : 13]> g (bool c, float x) => (float z) {"
    " z = If<then_branch = t () => (float a) { a = If<then_branch = u () => (float d) { d = Abs(x) },"
    "   else_branch = v () => (float e) { e = Neg(x) }>(c) },"
    "   else_branch = w () => (float b) { b = Neg(x) }>(c) }";

Test(limit, nodes_count_in_subgraphs_too)
{
    check_read("nodes", 5, nested, true);
    check_read("nodes", 4, nested, false);
}

Test(limit, graphs_nest_so_deep_and_no_deeper)
{
    check_read("nesting", 2, nested, true);
    check_read("nesting", 1, nested, false);
}

Test(limit, tensors_that_are_made)
{
    finnc_ctx *cx = with("tensor-bytes", 40);
    finnc_tensor *t;
    cr_expect_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, (int64_t[]){10}, &t), FINNC_OK);
    finnc_tensor_release(t);
    cr_expect_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, (int64_t[]){11}, &t),
                 FINNC_NO_MEMORY);
    cr_expect_str_eq(finnc_ctx_message(cx), "one tensor: 44 bytes are beyond the limit of 40 "
                                            "(--max tensor-bytes=N raises it)");
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

Test(limit, strings_of_a_tensor_count_with_its_elements)
{
    const size_t each = sizeof(finnc_string);
    finnc_ctx *cx = with("tensor-bytes", 2 * each + 10);
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_STRING, 1, (int64_t[]){2}, &t), FINNC_OK);
    cr_expect_eq(finnc_tensor_set_string(cx, t, 0, "abcdef", 6), FINNC_OK);
    cr_expect_eq(finnc_tensor_set_string(cx, t, 1, "ghijk", 5), FINNC_NO_MEMORY);
    cr_expect(strstr(finnc_ctx_message(cx), "43 bytes are beyond the limit of 42"), "%s",
              finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    /* What is replaced no longer counts. */
    cr_expect_eq(finnc_tensor_set_string(cx, t, 0, "abcde", 5), FINNC_OK);
    cr_expect_eq(finnc_tensor_set_string(cx, t, 1, "ghijk", 5), FINNC_OK);
    cr_expect_eq(finnc_tensor_set_string(cx, t, 1, "ghijkl", 6), FINNC_NO_MEMORY);
    cr_expect_eq(finnc_tensor_get_string(t, 1).length, 5);
    finnc_tensor_release(t);
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

static void check_run(const char *body)
{
    char text[500];
    snprintf(text, sizeof text,
             "<ir_version: 8, opset_import: [\"\" : 20]> g () => (string[N] y)"
             " <string[1] x = {\"%s\"}, int64[1] n = {100}> { %s }",
             "0123456789012345678901234567890123456789", body);
    finnc_ctx *cx = with("tensor-bytes", 4000);
    finnc_model *model;
    finnc_session *session;
    cr_assert_eq(finnc_model_read_text(cx, text, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK);
    cr_expect_eq(finnc_session_run(session), FINNC_NO_MEMORY, "%s", body);
    cr_expect(strstr(finnc_ctx_message(cx), "tensor-bytes"), "%s", finnc_ctx_message(cx));
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

Test(limit, strings_of_a_tensor_that_a_node_makes)
{
    check_run("y = Expand(x, n)");
    check_run("y = Tile(x, n)");
    check_run("z = StringConcat(x, x) w = StringConcat(z, z) v = StringConcat(w, w)"
              " u = StringConcat(v, v) t = StringConcat(u, u) s = StringConcat(t, t)"
              " y = StringConcat(s, s)");
}

Test(limit, names_and_strings_of_a_text)
{
    static const char name[] = "<ir_version: 8, opset_import: [\"\" : 13]>"
                               " g (float abcdefghijklmnop) => (float y) {"
                               " y = Abs(abcdefghijklmnop) }";
    static const char string[] = "<ir_version: 8, opset_import: [\"\" : 13],"
                                 " producer_name: \"abcdefghijklmnop\">"
                                 " g (float x) => (float y) { y = Abs(x) }";
    check_read("string-bytes", 16, name, true);
    check_read("string-bytes", 15, name, false);
    check_read("string-bytes", 16, string, true);
    check_read("string-bytes", 15, string, false);
}

Test(limit, texts_of_a_file)
{
    /* ir_version: 8, producer_name: "abcde" */
    static const uint8_t file[] = {0x08, 8, 0x12, 5, 'a', 'b', 'c', 'd', 'e', 0x3a, 0};
    for (uint64_t most = 4; most <= 5; most++) {
        finnc_ctx *cx = with("string-bytes", most);
        finnc_model *model;
        const finnc_status status = finnc_model_read_bytes(cx, file, sizeof file, NULL, &model);
        cr_expect_eq(status, most < 5 ? FINNC_NO_MEMORY : FINNC_OK, "%s", finnc_ctx_message(cx));
        if (status == FINNC_OK)
            finnc_model_destroy(model);
        finnc_ctx_destroy(cx);
    }
}

Test(limit, what_is_not_set_is_the_default_and_none_is_none)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t i = 0; finnc_limit_at(i); i++) {
        cr_expect_eq(finnc_ctx_limit(cx, (finnc_limit)i), finnc_limit_at(i)->usual);
        cr_expect_gt(finnc_limit_at(i)->usual, 0);
    }
    finnc_ctx_destroy(cx);
    cx = with("nodes", FINNC_NO_LIMIT);
    cr_expect_eq(finnc_ctx_limit(cx, FINNC_LIMIT_NODES), UINT64_MAX);
    finnc_ctx_destroy(cx);
    finnc_limits limits = {0};
    cr_expect_not(finnc_limits_set(&limits, "tensors", 1));
}

Test(limit, some_have_a_most)
{
    size_t nmost = 0;
    for (size_t i = 0; finnc_limit_at(i); i++) {
        const finnc_limit_info *info = finnc_limit_at(i);
        finnc_limits limits = {0};
        if (!info->most) {
            cr_expect(finnc_limits_set(&limits, info->name, UINT64_MAX - 1), "%s", info->name);
            continue;
        }
        nmost++;
        cr_expect_leq(info->usual, info->most);
        cr_expect(finnc_limits_set(&limits, info->name, info->most));
        cr_expect_not(finnc_limits_set(&limits, info->name, info->most + 1), "%s", info->name);
        finnc_ctx *cx = with(info->name, FINNC_NO_LIMIT);
        cr_expect_eq(finnc_ctx_limit(cx, (finnc_limit)i), info->most, "%s", info->name);
        finnc_ctx_destroy(cx);
    }
    cr_expect_eq(nmost, 2);
    cr_expect_eq(finnc_limit_at(FINNC_LIMIT_NESTING)->most, 64);
    cr_expect_eq(finnc_limit_at(FINNC_LIMIT_PIXELS)->most, 1 << 28);
    const finnc_ctx_options options = {.limits.nesting = 1000};
    finnc_ctx *cx = finnc_ctx_create(&options);
    cr_expect_eq(finnc_ctx_limit(cx, FINNC_LIMIT_NESTING), 64);
    finnc_ctx_destroy(cx);
}

static void wait_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

Test(limit, time_runs_out_and_can_be_given_anew)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    cr_expect_eq(finnc_ctx_check(cx), FINNC_OK);
    finnc_ctx_set_timeout(cx, 0.01);
    wait_ms(30);
    cr_expect_eq(finnc_ctx_check(cx), FINNC_CANCELLED);
    cr_expect(strstr(finnc_ctx_message(cx), "the time is over: 0.01 seconds"), "%s",
              finnc_ctx_message(cx));
    finnc_ctx_set_timeout(cx, 1000);
    cr_expect_eq(finnc_ctx_check(cx), FINNC_OK);
    finnc_ctx_set_timeout(cx, 0.01);
    wait_ms(30);
    finnc_ctx_set_timeout(cx, 0);
    cr_expect_eq(finnc_ctx_check(cx), FINNC_OK);
    finnc_ctx_destroy(cx);
}

Test(limit, a_time_that_is_none_is_as_long_as_it_takes)
{
    static const double none[] = {0, -1, -INFINITY, NAN, INFINITY, 1e300};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        finnc_ctx_set_timeout(cx, 1e-9);
        wait_ms(1);
        cr_expect_eq(finnc_ctx_check(cx), FINNC_CANCELLED);
        finnc_ctx_set_timeout(cx, none[i]);
        cr_expect_eq(finnc_ctx_check(cx), FINNC_OK, "%g", none[i]);
    }
    finnc_ctx_destroy(cx);
}
