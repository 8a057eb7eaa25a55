/* jansson's trees as text, or a failure: never a part. */
#include "libgraph/base/json.h"

#include "support/poor.h"
#include "support/sink.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

FNC_SUITE(json_out);

static json_t *parse(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    cr_assert(value, "%s", text);
    return value;
}

static void check(fnc_json_form form, const char *text, const char *want)
{
    json_t *value = parse(text);
    fnc_buf buf;
    test_sink sink = {0};
    fnc_buf_init(&buf, cx);
    fnc_json_add(&buf, value, form);
    cr_expect_eq(fnc_buf_check(&buf), FINNC_OK);
    cr_expect_str_eq(fnc_buf_text(&buf), want);
    cr_assert_eq(fnc_json_write(cx, value, form, test_sink_add, &sink), FINNC_OK);
    cr_expect(sink.length == buf.length + 1 && !strncmp(sink.data, want, buf.length) &&
                  sink.data[buf.length] == '\n',
              "%s", sink.data);
    fnc_buf_clear(&buf);
    free(sink.data);
    json_decref(value);
}

Test(json_out, the_forms)
{
    static const char text[] = "{\"a\": [1, 0.1], \"\\u00e9\": \"/\"}";
    check(FNC_JSON_COMPACT, text, "{\"a\":[1,0.10000000000000001],\"\xc3\xa9\":\"/\"}");
    check(FNC_JSON_LINES, text,
          "{\n \"a\": [\n  1,\n  0.10000000000000001\n ],\n \"\xc3\xa9\": \"/\"\n}");
    check(FNC_JSON_FINN, text,
          "{\n  \"a\": [\n    1,\n    0.10000000000000001\n  ],\n  \"\\u00E9\": \"/\"\n}");
    check(FNC_JSON_COMPACT, "\"a \\\"label\\\"\"", "\"a \\\"label\\\"\"");
    check(FNC_JSON_LINES, "null", "null");
}

Test(json_out, what_jansson_could_not_make_is_no_memory)
{
    fnc_buf buf;
    test_sink sink = {0};
    fnc_buf_init(&buf, cx);
    fnc_json_add(&buf, NULL, FNC_JSON_COMPACT);
    cr_expect_eq(fnc_buf_check(&buf), FINNC_NO_MEMORY);
    fnc_buf_clear(&buf);
    cr_expect_eq(fnc_json_write(cx, NULL, FNC_JSON_LINES, test_sink_add, &sink), FINNC_NO_MEMORY);
    cr_expect_null(sink.data);
}

static json_t *large(void)
{
    json_t *list = json_array();
    for (int i = 0; i < 20000; i++)
        json_array_append_new(list, json_integer(1000000 + i));
    return list;
}

static finnc_status add_poorly(finnc_ctx *poor, void *value)
{
    fnc_buf buf;
    fnc_buf_init(&buf, poor);
    fnc_json_add(&buf, value, FNC_JSON_LINES);
    const finnc_status status = fnc_buf_check(&buf);
    fnc_buf_clear(&buf);
    return status;
}

static finnc_status count(void *user, finnc_ctx *context, const char *text, size_t length)
{
    (void)context;
    (void)text;
    *(size_t *)user += length;
    return FINNC_OK;
}

static finnc_status write_poorly(finnc_ctx *poor, void *value)
{
    size_t length = 0;
    return fnc_json_write(poor, value, FNC_JSON_LINES, count, &length);
}

Test(json_out, any_allocation_may_fail)
{
    json_t *value = large();
    check_poor(add_poorly, value);
    check_poor(write_poorly, value);
    json_decref(value);
}

/* Takes two pieces, and no more. */
static finnc_status take_two(void *user, finnc_ctx *context, const char *text, size_t length)
{
    int *left = user;
    (void)text;
    cr_expect_gt(length, 0);
    return (*left)-- > 0 ? FINNC_OK : finnc_fail(context, FINNC_BAD_FILE, "the disk is full");
}

Test(json_out, a_sink_may_fail_and_is_not_asked_again)
{
    json_t *value = large();
    int left = 2;
    cr_expect_eq(fnc_json_write(cx, value, FNC_JSON_LINES, take_two, &left), FINNC_BAD_FILE);
    cr_expect_str_eq(finnc_ctx_message(cx), "the disk is full");
    cr_expect_eq(left, -1);
    json_decref(value);
    finnc_ctx_clear(cx);
}
