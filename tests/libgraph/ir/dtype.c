#include <finnc/dtype.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <string.h>

static finnc_dtype parsed(const char *name)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_dtype t = {0};
    cr_assert_eq(finnc_dtype_parse(cx, name, &t), FINNC_OK, "%s", name);
    finnc_ctx_destroy(cx);
    return t;
}

Test(dtype, names_bits_and_ranges)
{
    /* The catalogue of qonnx.core.datatype. */
    static const struct {
        const char *text, *name;
        int bits;
        double min, max;
        bool is_signed, integer;
    } rows[] = {
        {"BINARY", "BINARY", 1, 0, 1, false, true},
        {"UINT1", "BINARY", 1, 0, 1, false, true},
        {"BIPOLAR", "BIPOLAR", 1, -1, 1, true, true},
        {"TERNARY", "TERNARY", 2, -1, 1, true, true},
        {"UINT8", "UINT8", 8, 0, 255, false, true},
        {"INT1", "INT1", 1, -1, 0, true, true},
        {"INT4", "INT4", 4, -8, 7, true, true},
        {"FIXED<4,2>", "FIXED<4,2>", 4, -2, 1.75, true, false},
        {"FIXED<4, 2", "FIXED<4,2>", 4, -2, 1.75, true, false},
        {"FIXED<4,-1>", "FIXED<4,-1>", 4, -0.25, 0.21875, true, false},
        {"FLOAT16", "FLOAT16", 16, -65504, 65504, true, false},
        {"FLOAT<4,3>", "FLOAT<4,3,7>", 8, -480, 480, true, false},
        {"FLOAT<4,3,5>", "FLOAT<4,3,5>", 8, -1920, 1920, true, false},
        {"FLOAT<2,1>", "FLOAT<2,1,1>", 4, -6, 6, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        finnc_dtype t = parsed(rows[i].text);
        char name[FINNC_DTYPE_NAME_MAX];
        cr_assert_str_eq(finnc_dtype_name(t, name), rows[i].name);
        cr_assert_eq(finnc_dtype_bits(t), rows[i].bits, "%s", name);
        cr_assert_eq(finnc_dtype_min(t), rows[i].min, "%s", name);
        cr_assert_eq(finnc_dtype_max(t), rows[i].max, "%s", name);
        cr_assert_eq(finnc_dtype_is_signed(t), rows[i].is_signed, "%s", name);
        cr_assert_eq(finnc_dtype_is_integer(t), rows[i].integer, "%s", name);
        cr_assert(finnc_dtype_equal(t, parsed(name)));
    }
}

Test(dtype, nonsense_is_refused)
{
    static const char *const names[] = {"",         "int8",       "INT",          "UINT-3",
                                        "INT4.5",   "FIXED<4,4>", "FIXED<4>",     "FLOAT<>",
                                        "FLOAT<4>", "FLOAT32x",   "UINT99999999", "BIPOLARS",
                                        "INT4,5",   "FLOAT",      "SCALEDINT",    "FLOAT<99,3>"};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        finnc_dtype t;
        cr_assert_eq(finnc_dtype_parse(cx, names[i], &t), FINNC_BAD_VALUE, "%s", names[i]);
        cr_assert(strstr(finnc_ctx_message(cx), "is no data type"));
    }
    finnc_ctx_destroy(cx);
}

Test(dtype, membership)
{
    cr_assert(finnc_dtype_allows(parsed("BIPOLAR"), -1));
    cr_assert_not(finnc_dtype_allows(parsed("BIPOLAR"), 0));
    cr_assert(finnc_dtype_allows(parsed("TERNARY"), 0));
    cr_assert_not(finnc_dtype_allows(parsed("INT4"), 8));
    cr_assert_not(finnc_dtype_allows(parsed("INT4"), 0.5));
    cr_assert_not(finnc_dtype_allows(parsed("UINT8"), NAN));
    cr_assert(finnc_dtype_allows(parsed("FIXED<4,2>"), 1.75));
    cr_assert_not(finnc_dtype_allows(parsed("FIXED<4,2>"), 0.125));
    cr_assert(finnc_dtype_allows(parsed("FLOAT32"), NAN));
    /* Figures from upstream's tests. */
    finnc_dtype e4m3 = parsed("FLOAT<4,3>");
    cr_assert(finnc_dtype_allows(e4m3, 0.013671875));
    cr_assert_not(finnc_dtype_allows(e4m3, 0.0087890625));
    cr_assert(finnc_dtype_allows(e4m3, 0x1p-9));
    cr_assert_not(finnc_dtype_allows(e4m3, 0x1p-10));
    cr_assert(finnc_dtype_allows(e4m3, 480));
    cr_assert_not(finnc_dtype_allows(e4m3, 481));
    cr_assert_not(finnc_dtype_allows(e4m3, INFINITY));
}

Test(dtype, smallest_follows_the_order_of_candidates)
{
    static const struct {
        double x;
        const char *name;
    } rows[] = {{0, "BINARY"},      {1, "BINARY"},    {2, "UINT2"},     {3, "UINT2"},
                {256, "UINT9"},     {-1, "BIPOLAR"},  {-2, "INT2"},     {-3, "INT3"},
                {-129, "INT9"},     {0.5, "FLOAT32"}, {NAN, "FLOAT32"}, {0x1p64, "FLOAT32"},
                {-0x1p63, "INT64"}, {255, "UINT8"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[FINNC_DTYPE_NAME_MAX];
        cr_assert_str_eq(finnc_dtype_name(finnc_dtype_smallest(rows[i].x), name), rows[i].name);
    }
}
