#include "check_pass.h"

#include "graph_equal.h"

#include <finnc/io.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* ---- pieces ---- */

finnc_model *test_read_text(finnc_ctx *cx, const char *text)
{
    finnc_model *model = NULL;
    if (finnc_model_read_text(cx, text, &model) != FINNC_OK)
        cr_assert_fail("%s\n in\n%s", finnc_ctx_message(cx), text);
    return model;
}

finnc_pipeline *test_pipeline(finnc_ctx *cx, const char *passes, const finnc_pass *own)
{
    finnc_pipeline *pipeline = NULL;
    if (finnc_pipeline_parse(cx, passes ? passes : "", &pipeline) != FINNC_OK)
        cr_assert_fail("%s", finnc_ctx_message(cx));
    if (own && finnc_pipeline_add(cx, pipeline, own, NULL) != FINNC_OK)
        cr_assert_fail("%s", finnc_ctx_message(cx));
    return pipeline;
}

static char printed[1 << 16];

static finnc_status print(void *user, finnc_ctx *cx, const char *text, size_t length)
{
    (void)cx;
    size_t *at = user;
    size_t room = sizeof printed - 1 - *at;
    memcpy(printed + *at, text, length < room ? length : room);
    *at += length < room ? length : room;
    printed[*at] = '\0';
    return FINNC_OK;
}

const char *test_print(finnc_ctx *cx, const finnc_model *model)
{
    size_t at = 0;
    printed[0] = '\0';
    if (finnc_text_write(cx, model, 0, print, &at) != FINNC_OK)
        return finnc_ctx_message(cx);
    return printed;
}

/* ---- remarks heard ---- */

typedef struct heard {
    const char *expected;
    bool found;
    bool unsupported; /* the verifier could not run the model */
    char all[8192];
} heard;

static void hear(void *user, const finnc_remark *remark)
{
    heard *h = user;
    char line[1024];
    snprintf(line, sizeof line, "%s%s%s%s%s", remark->node, remark->op_type[0] ? " (" : "",
             remark->op_type, remark->op_type[0] ? "): " : "", remark->text);
    if (remark->kind == FINNC_REMARK_ANALYSIS) {
        h->unsupported |= strstr(line, "unsupported op") != NULL;
        return;
    }
    if (remark->kind != FINNC_REMARK_MISSED)
        return;
    h->found |= h->expected ? strstr(line, h->expected) != NULL : true;
    strncat(h->all, line, sizeof h->all - strlen(h->all) - 1);
    strncat(h->all, "\n", sizeof h->all - strlen(h->all) - 1);
}

/* ---- checks ---- */

static void check(const char *file, int line, const char *passes, const finnc_pass *own,
                  const char *before, const char *after, bool verify)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *got = test_read_text(cx, before), *want = test_read_text(cx, after);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, own);
    heard h = {0};
    finnc_transform_options options = {
        .remark = hear, .user = &h, .verify_each = verify, .verify_tensors = verify, .verify_seed = 7, .check_each = true};
    if (finnc_transform(cx, got, pipeline, &options) != FINNC_OK)
        cr_assert_fail("%s:%d: %s", file, line, finnc_ctx_message(cx));
    cr_assert(!h.unsupported, "%s:%d: not verified: an op that cannot run", file, line);
    char why[512];
    if (!graph_equal(finnc_model_graph(got), finnc_model_graph(want), why, sizeof why))
        cr_assert_fail("%s:%d: %s\ngot\n%s\nremarks:\n%s", file, line, why, test_print(cx, got),
                       h.all);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(got);
    finnc_model_destroy(want);
    finnc_ctx_destroy(cx);
}

void check_pass_at(const char *file, int line, const char *passes, const finnc_pass *own,
                   const char *before, const char *after)
{
    check(file, line, passes, own, before, after, true);
}

void check_pass_unrun_at(const char *file, int line, const char *passes, const char *before,
                         const char *after)
{
    check(file, line, passes, NULL, before, after, false);
}

void check_remark_at(const char *file, int line, const char *passes, const finnc_pass *own,
                     const char *text, const char *expected)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, own);
    heard h = {.expected = expected};
    finnc_transform_options options = {.remark = hear, .user = &h};
    if (finnc_transform(cx, model, pipeline, &options) != FINNC_OK)
        cr_assert_fail("%s:%d: %s", file, line, finnc_ctx_message(cx));
    if (h.found != (expected != NULL))
        cr_assert_fail("%s:%d: wanted %s%s, heard\n%s", file, line,
                       expected ? "the remark " : "none", expected ? expected : "", h.all);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

void check_refused_at(const char *file, int line, const char *passes, const finnc_pass *own,
                      const char *text, const char *words)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text), *copy = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, own);
    if (finnc_transform(cx, model, pipeline, NULL) == FINNC_OK)
        cr_assert_fail("%s:%d: it was not refused", file, line);
    if (!strstr(finnc_ctx_message(cx), words))
        cr_assert_fail("%s:%d: wanted \"%s\", got \"%s\"", file, line, words,
                       finnc_ctx_message(cx));
    char why[512];
    if (!graph_equal(finnc_model_graph(model), finnc_model_graph(copy), why, sizeof why))
        cr_assert_fail("%s:%d: the model was changed: %s", file, line, why);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_model_destroy(copy);
    finnc_ctx_destroy(cx);
}
