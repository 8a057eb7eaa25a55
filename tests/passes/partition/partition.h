/* What tests of partitions share: a folder of the test's own to work in, and a chain of nodes. */
#ifndef TEST_PARTITION_H
#define TEST_PARTITION_H

#include "support/check_pass.h"
#include "support/graph_equal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* a -> b -> c -> y with a constant, a second user of a, and data types. */
#define CHAIN                                                                                      \
    "g (float[1,2] x {INT2}) => (float[1,2] y) <float[2] w {INT2} = {1,-2}, float[1,2] a {INT4},"  \
    "    float[1,2] b, float[1,2] c> {"                                                            \
    "    [m] a = Mul(x, w) [n] b = Neg(a) [r] c = Relu(b) [s] y = Add(c, a) }"

static char folder[] = "/tmp/finnc-partition-XXXXXX";

/* Work in a new folder, and leave none. */
static inline void enter_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    test_reads_files = true;
}

static inline void leave_folder(void)
{
    char command[128];
    cr_assert_eq(chdir("/"), 0);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
}

/* The model of `text` after `passes`, written to `path`; NULL, or what is said. */
static inline const char *write_after(const char *passes, const char *text, const char *path)
{
    static char words[512];
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = passes ? test_read_text(cx, text) : test_parse_text(cx, text);
    finnc_pipeline *pipeline = passes ? test_pipeline(cx, passes, NULL) : NULL;
    finnc_status status = pipeline ? finnc_transform(cx, model, pipeline, NULL) : FINNC_OK;
    if (status == FINNC_OK)
        status = finnc_model_write(cx, model, path, FINNC_EXTERNAL_KEEP);
    snprintf(words, sizeof words, "%s", finnc_ctx_message(cx));
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
    return status == FINNC_OK ? NULL : words;
}

/* A file holds this model. */
static inline void check_file(const char *path, const char *text)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *got, *want = test_read_text(cx, text);
    char why[512];
    cr_assert_eq(finnc_model_read(cx, path, &got), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect(graph_equal(finnc_model_graph(got), finnc_model_graph(want), why, sizeof why),
              "%s: %s in\n%s", path, why, test_print(cx, got));
    finnc_model_destroy(got);
    finnc_model_destroy(want);
    finnc_ctx_destroy(cx);
}

#endif
