#include <support/poor.h>
#include <support/run_text.h>
#include <support/sink.h>

#include <finnc/config.h>
#include <finnc/model.h>

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define HW "finn.custom_op.fpgadataflow."
#define LAYERS(first, second)                                                                      \
    "g (float[1,4] x {INT4}) => (float[1,2] y) <float[4,2] w {INT4} = {1, 2, 3, 4, 5, 6, 7, 1},"   \
    " float[2,3] t {INT16} = {1, 2, 3, 1, 2, 3}> { r = Relu(x)"                                    \
    " [" first "] a = " HW "hls.MVAU_hls <MW = 4, MH = 2, PE = 2, SIMD = 4,"                       \
    " mem_mode = \"external\"> (r, w)"                                                             \
    " [" second "] y = " HW "rtl.Thresholding_rtl <PE = 1, inFIFODepths = [8]> (a, t) }"

static finnc_status write(finnc_ctx *cx, const char *text, const char *const *attrs,
                          test_sink *sink)
{
    finnc_model *model = read_text(cx, text);
    const finnc_status status =
        finnc_config_write(cx, finnc_model_graph(model), attrs, test_sink_add, sink);
    finnc_model_destroy(model);
    return status;
}

static void check_config(const char *text, const char *const *attrs, const char *expected)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    test_sink sink = {0};
    cr_assert_eq(write(cx, text, attrs, &sink), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_str_eq(sink.data, expected);
    free(sink.data);
    finnc_ctx_destroy(cx);
}

static void check_config_fails(const char *text, const char *const *attrs, const char *words)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    test_sink sink = {0};
    cr_assert_eq(write(cx, text, attrs, &sink), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    cr_expect_null(sink.data);
    finnc_ctx_destroy(cx);
}

/* As Python's json.dump(..., indent=2) has it: values or defaults, in the order of the attributes;
 * ram_style, resType and mem_mode are no attributes of a Thresholding_rtl. */
Test(config, layers_tell_what_their_ops_have)
{
    check_config(LAYERS("A", "B"), finnc_config_attrs(FINNC_CONFIG_FOLDING),
                 "{\n"
                 "  \"Defaults\": {},\n"
                 "  \"A\": {\n"
                 "    \"PE\": 2,\n"
                 "    \"SIMD\": 4,\n"
                 "    \"ram_style\": \"auto\",\n"
                 "    \"resType\": \"auto\",\n"
                 "    \"mem_mode\": \"external\",\n"
                 "    \"runtime_writeable_weights\": 0\n"
                 "  },\n"
                 "  \"B\": {\n"
                 "    \"PE\": 1,\n"
                 "    \"runtime_writeable_weights\": 0,\n"
                 "    \"depth_trigger_uram\": 0,\n"
                 "    \"depth_trigger_bram\": 0\n"
                 "  }\n"
                 "}\n");
    static const char *const depths[] = {"inFIFODepths", "depth", NULL};
    check_config(LAYERS("A", "B"), depths,
                 "{\n"
                 "  \"Defaults\": {},\n"
                 "  \"A\": {\n"
                 "    \"inFIFODepths\": [\n"
                 "      2\n"
                 "    ]\n"
                 "  },\n"
                 "  \"B\": {\n"
                 "    \"inFIFODepths\": [\n"
                 "      8\n"
                 "    ]\n"
                 "  }\n"
                 "}\n");
}

Test(config, nodes_without_such_attributes_are_left_out)
{
    static const char *const depth[] = {"depth", NULL};
    check_config(LAYERS("A", "B"), depth, "{\n  \"Defaults\": {}\n}\n");
    check_config(LAYERS("A", "B"), finnc_config_attrs(FINNC_CONFIG_SPECIALIZE),
                 "{\n"
                 "  \"Defaults\": {},\n"
                 "  \"A\": {\n"
                 "    \"preferred_impl_style\": \"\"\n"
                 "  },\n"
                 "  \"B\": {\n"
                 "    \"preferred_impl_style\": \"\"\n"
                 "  }\n"
                 "}\n");
}

Test(config, what_cannot_be_written_is_told)
{
    static const char *const characteristics[] = {"io_chrc_in", NULL}, *const vectors[] = {"MW",
                                                                                           NULL};
    check_config_fails(LAYERS("A", "A"), finnc_config_attrs(FINNC_CONFIG_FINAL),
                       "A (Thresholding_rtl): another node has this name");
    check_config_fails("g (float[1,4] x) => (float[1,4] y) { y = " HW "LabelSelect <PE = 1> (x) }",
                       finnc_config_attrs(FINNC_CONFIG_FOLDING), "it has no name");
    check_config_fails(LAYERS("A", "B"), characteristics, "attribute io_chrc_in is no number");
    check_config_fails("g (float[1,4] x) => (float[1,4] y) { [m] y = " HW "MVAU <PE = 1> (x, x) }",
                       vectors, "m (MVAU): attribute MW is missing");
}

static finnc_status poor(finnc_ctx *cx, void *user)
{
    (void)user;
    finnc_model *model;
    test_sink sink = {0};
    FINNC_TRY(finnc_model_read_text(cx, LAYERS("A", "B"), &model));
    const finnc_status status = finnc_config_write(
        cx, finnc_model_graph(model), finnc_config_attrs(FINNC_CONFIG_FINAL), test_sink_add, &sink);
    free(sink.data);
    finnc_model_destroy(model);
    return status;
}

Test(config, little_memory_is_told)
{
    check_poor(poor, NULL);
}
