#include "windows.h"

#include <support/check_pass.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HW "finn.custom_op.fpgadataflow."

/* Three layers: a MVAU in either style, and labels. */
#define NET(first, second, labels)                                                                 \
    "g (float[1,4] x {INT4}) => (int64[1,1] y) <float[4,6] v {INT4} = {1, 2, 3, 4, 5, 6, 7, 1, 2," \
    " 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3}, float[6,4] w {INT4} = {1, 2, 3, 4, 5, 6, 7,"   \
    " 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3}> {"                                       \
    " [MVAU_hls_0] a = " HW "hls.MVAU_hls <backend = \"fpgadataflow\", MW = 4, MH = 6,"            \
    " inputDataType = \"INT4\", weightDataType = \"INT4\", outputDataType = \"INT16\","            \
    " noActivation = 1, " first "> (x, v)"                                                         \
    " [MVAU_rtl_0] b = " HW "rtl.MVAU_rtl <backend = \"fpgadataflow\", MW = 6, MH = 4,"            \
    " inputDataType = \"INT16\", weightDataType = \"INT4\", outputDataType = \"INT32\","           \
    " noActivation = 1, " second "> (a, w)"                                                        \
    " [LabelSelect_hls_0] y = " HW "hls.LabelSelect_hls <backend = \"fpgadataflow\", Labels = 4,"  \
    " K = 1, inputDataType = \"INT32\", " labels "> (b) }"
#define ONE             "PE = 1, SIMD = 1"
#define PLAIN           NET(ONE, ONE, "PE = 1")
#define CONFIG(entries) "ApplyConfig{config={" entries "}}"

Test(apply_config, nodes_get_what_stands_by_their_names)
{
    check_pass(CONFIG("\"Defaults\":{},\"MVAU_hls_0\":{\"PE\":3,\"SIMD\":2},"
                      "\"LabelSelect_hls_0\":{\"PE\":4,\"inFIFODepths\":[16]}"),
               PLAIN, NET("PE = 3, SIMD = 2", ONE, "PE = 4, inFIFODepths = [16]"));
    check_pass(CONFIG("\"MVAU_rtl_0\":{\"PE\":2,\"ram_style\":\"block\"}"), PLAIN,
               NET(ONE, "PE = 2, SIMD = 1, ram_style = \"block\"", "PE = 1"));
    check_unchanged(CONFIG("\"MVAU_hls_0\":{\"PE\":1}"), PLAIN);
    check_unchanged(CONFIG(""), PLAIN);
}

Test(apply_config, defaults_are_for_op_types_and_give_way_to_entries)
{
    check_pass(CONFIG("\"Defaults\":{\"SIMD\":[2,[\"MVAU_hls\",\"MVAU_rtl\"]]},"
                      "\"MVAU_rtl_0\":{\"SIMD\":3}"),
               PLAIN, NET("PE = 1, SIMD = 2", "PE = 1, SIMD = 3", "PE = 1"));
    check_pass(CONFIG("\"Defaults\":{\"SIMD\":[2,[\"MVAU_hls\"],6,[\"MVAU_rtl\"]]}"), PLAIN,
               NET("PE = 1, SIMD = 2", "PE = 1, SIMD = 6", "PE = 1"));
    check_pass(CONFIG("\"Defaults\":{\"SIMD\":[2,\"all\"],\"PE\":[2,\"all\"]}"), PLAIN,
               NET("PE = 2, SIMD = 2", "PE = 2, SIMD = 2", "PE = 2"));
    /* as upstream: a list that holds "all" is for ops called so */
    check_unchanged(CONFIG("\"Defaults\":{\"PE\":[2,[\"all\"]]}"), PLAIN);
}

/* One MVAU or the other: before there were styles they were counted together. */
Test(apply_config, names_of_the_past_are_understood)
{
    check_pass(CONFIG("\"StreamingFCLayer_Batch_0\":{\"PE\":3},\"StreamingFCLayer_Batch_1\":"
                      "{\"PE\":4},\"LabelSelect_Batch_0\":{\"PE\":2}"),
               PLAIN, NET("PE = 3, SIMD = 1", "PE = 4, SIMD = 1", "PE = 2"));
    check_pass(CONFIG("\"MVAU_1\":{\"PE\":4}"), PLAIN, NET(ONE, "PE = 4, SIMD = 1", "PE = 1"));
    /* the other style is numbered by itself */
    check_unchanged(CONFIG("\"MVAU_hls_1\":{\"PE\":4}"), PLAIN);
    check_remark(CONFIG("\"MVAU_hls_1\":{\"PE\":4}"), PLAIN,
                 "entry MVAU_hls_1 is for no node; did you mean MVAU_hls_0?");
    check_remark(CONFIG("\"MVAU_2\":{\"PE\":4}"), PLAIN, "entry MVAU_2 is for no node");
}

Test(apply_config, a_filter_chooses_nodes)
{
    check_pass("ApplyConfig{config={\"Defaults\":{\"PE\":[2,\"all\"]}},node_filter=\"MVAU_rtl\"}",
               PLAIN, NET(ONE, "PE = 2, SIMD = 1", "PE = 1"));
    /* nodes that are not chosen count where places do */
    check_pass("ApplyConfig{config={\"MVAU_0\":{\"PE\":2},\"MVAU_1\":{\"PE\":4}},"
               "node_filter=\"MVAU_rtl\"}",
               PLAIN, NET(ONE, "PE = 4, SIMD = 1", "PE = 1"));
}

Test(apply_config, what_is_not_known_is_refused_with_what_is_near)
{
    static const struct {
        const char *passes, *words;
    } cases[] = {
        {CONFIG("\"MVAU_hls_0\":{\"SMID\":2}"),
         "MVAU_hls_0 (MVAU_hls): has no attribute SMID; did you mean SIMD?"},
        {CONFIG("\"MVAU_hls_0\":{\"frobnicate\":2}"), "has no attribute frobnicate"},
        {CONFIG("\"Defaults\":{\"SIMD\":[2,[\"LabelSelect_hls\"]]}"), "has no attribute SIMD"},
        {CONFIG("\"MVAU_hls_0\":{\"PE\":4}"), "MVAU_hls_0 (MVAU_hls): PE 4 does not divide 6"},
        {CONFIG("\"MVAU_hls_0\":{\"PE\":0}"), "PE 0 does not divide 6"},
        {CONFIG("\"MVAU_hls_0\":{\"PE\":\"2\"}"),
         "attribute PE is of kind INT, the configuration has a string"},
        {CONFIG("\"MVAU_hls_0\":{\"inFIFODepths\":[2,\"2\"]}"), "kind INTS"},
        {CONFIG("\"MVAU_hls_0\":{\"ram_style\":\"blck\"}"), "attribute ram_style is blck, may be"},
        {CONFIG("\"MVAU_hls_0\":2"), "entry MVAU_hls_0 is an integer"},
        {CONFIG("\"Defaults\":{\"PE\":2}"), "Defaults: PE is no list of a value and its op types"},
        {CONFIG("\"Defaults\":{\"PE\":[2]}"), "Defaults: PE is no list"},
        {CONFIG("\"Defaults\":{\"PE\":[2,3]}"), "Defaults: PE has neither"},
        {"ApplyConfig{config=[]}", "a configuration is an object, not a list"},
        {"ApplyConfig{config=\"no/such/file.json\"}", "no/such/file.json: cannot be opened"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_refused(cases[i].passes, PLAIN, cases[i].words);
}

/* A bound generator lays out windows by SIMD, and its reader takes them apart by PE. */
Test(apply_config, a_generator_and_its_reader_are_folded_alike)
{
#define OF(simd, pe) POOLED(BOUND_GENERATOR, simd, BOUND_POOL, pe)
    /* Not run: what lies between them has another order. */
    check_pass_unrun(CONFIG("\"g\":{\"SIMD\":2},\"p\":{\"PE\":2}"), OF(4, 4), OF(2, 2));
    check_refused(CONFIG("\"g\":{\"SIMD\":2}"), OF(4, 4),
                  "p (Pool_hls): takes 4 channels of a tap together (PE), g "
                  "(ConvolutionInputGenerator_rtl) gives 2 (SIMD): they have to be equal");
    check_refused(CONFIG("\"p\":{\"PE\":1}"), OF(4, 4), "p (Pool_hls): takes 1 channels");
    check_refused(CONFIG("\"Defaults\":{\"SIMD\":[1,\"all\"]}"), OF(4, 4), "gives 1 (SIMD)");
    /* It is nobody's doing here. */
    check_pass(CONFIG("\"g\":{\"ram_style\":\"auto\"}"), OF(2, 4),
               WINDOWS_AND(
                   "", "m = " WINDOWS(BOUND_GENERATOR, 2,
                                      ", ram_style=\"auto\"") "(x)"
                                                              " y = " MAXIMA(BOUND_POOL, 4) "(m)"));
    /* Nobody has decided the order of what is not bound. */
    check_pass(CONFIG("\"p\":{\"PE\":2}"), POOLED(GENERATOR, 4, "Pool", 4),
               POOLED(GENERATOR, 4, "Pool", 2));
}

Test(apply_config, what_is_missing_is_remarked)
{
    check_remark(CONFIG("\"MVAU_hls_0\":{\"PE\":2}"), PLAIN,
                 "LabelSelect_hls_0 (LabelSelect_hls): the configuration has no entry for it");
    check_no_remark(CONFIG("\"Defaults\":{\"PE\":[2,\"all\"]}"), PLAIN);
}

/* FINN's older folding files give ram_style to every Thresholding. */
Test(apply_config, what_the_other_style_has_is_left_out)
{
#define THRESHOLDS(op, more)                                                                       \
    "g (float[1,2] x {INT4}) => (float[1,2] y {UINT2}) <float[2,3] t {INT4} = {1, 2, 3, 1, 2, 3}>" \
    " { [T_0] y = " HW op "<backend = \"fpgadataflow\", NumChannels = 2, numSteps = 3,"            \
    " inputDataType = \"INT4\", weightDataType = \"INT4\", outputDataType = \"UINT2\"" more        \
    "> (x, t) }"
#define RTL "rtl.Thresholding_rtl"
    check_pass(CONFIG("\"T_0\":{\"PE\":2,\"ram_style\":\"block\"}"), THRESHOLDS(RTL, ", PE = 1"),
               THRESHOLDS(RTL, ", PE = 2"));
    check_remark(CONFIG("\"T_0\":{\"ram_style\":\"block\"}"), THRESHOLDS(RTL, ", PE = 1"),
                 "T_0 (Thresholding_rtl): ram_style is for Thresholding_hls only");
    check_pass(CONFIG("\"T_0\":{\"ram_style\":\"block\"}"),
               THRESHOLDS("hls.Thresholding_hls", ", PE = 1"),
               THRESHOLDS("hls.Thresholding_hls", ", PE = 1, ram_style = \"block\""));
}

Test(apply_config, a_file_will_do)
{
    char path[] = "/tmp/finnc-config-XXXXXX", passes[128];
    const int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    cr_assert(file);
    fputs("{\"Defaults\": {}, \"LabelSelect_hls_0\": {\"PE\": 4}}", file);
    fclose(file);
    snprintf(passes, sizeof passes, "ApplyConfig{config=\"%s\"}", path);
    check_pass(passes, PLAIN, NET(ONE, ONE, "PE = 4"));
    file = fopen(path, "w");
    cr_assert(file);
    fputs("{\"Defaults\": {},\n \"A\": {}, \"A\": {}}", file);
    fclose(file);
    check_refused(passes, PLAIN, "line 2");
    unlink(path);
}
