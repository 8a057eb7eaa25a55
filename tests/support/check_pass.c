#include "check_pass.h"

#include "graph_equal.h"
#include "poor.h"

#include <finnc/io.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* ---- pieces ---- */

bool test_reads_files = false;

static finnc_status read_from_file(finnc_ctx *cx, const char *text, finnc_model **model)
{
    static const char path[] = "text.onnxtxt";
    FINNC_TRY(finnc_file_write(cx, path, text, strlen(text)));
    return finnc_model_read(cx, path, model);
}

finnc_model *test_parse_text(finnc_ctx *cx, const char *text)
{
    finnc_model *model = NULL;
    if (finnc_model_read_text(cx, text, &model) != FINNC_OK)
        cr_assert_fail("%s\n in\n%s", finnc_ctx_message(cx), text);
    return model;
}

finnc_model *test_read_text(finnc_ctx *cx, const char *text)
{
    finnc_model *model = NULL;
    if (!test_reads_files)
        return test_parse_text(cx, text);
    if (read_from_file(cx, text, &model) != FINNC_OK)
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

/* ---- without memory ---- */

typedef struct poor_run {
    poor_purse purse;
    const finnc_model *model;
    const finnc_pipeline *pipeline;
    void (*remark)(void *user, const finnc_remark *remark);
    heard heard;
    void *before, *after; /* as bytes; `after` of the first run */
    size_t nbefore, nafter;
    const char *where;
} poor_run;

static void note_bytes(finnc_ctx *cx, const finnc_model *model, void **bytes, size_t *nbytes)
{
    cr_assert_eq(finnc_model_write_bytes(cx, model, bytes, nbytes), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
}

static bool is_written_as(finnc_ctx *cx, const finnc_model *model, const void *bytes, size_t nbytes)
{
    void *got = NULL;
    size_t ngot = 0;
    note_bytes(cx, model, &got, &ngot);
    const bool is_same = ngot == nbytes && !memcmp(got, bytes, ngot);
    finnc_bytes_destroy(cx, got);
    return is_same;
}

static finnc_status transform_clone(finnc_ctx *cx, void *user)
{
    poor_run *r = user;
    finnc_model *clone = NULL;
    FINNC_TRY(finnc_model_clone(cx, r->model, &clone));
    const finnc_transform_options options = {.remark = r->remark, .user = &r->heard};
    const finnc_status status = finnc_transform(cx, clone, r->pipeline, &options);
    const bool is_poor = r->purse.is_poor;
    r->purse.is_poor = false;
    if (!is_poor)
        note_bytes(cx, clone, &r->after, &r->nafter);
    else if (status == FINNC_OK)
        cr_assert(is_written_as(cx, clone, r->after, r->nafter),
                  "%s: another graph where memory is short", r->where);
    else if (finnc_pipeline_nsteps(r->pipeline) == 1)
        cr_assert(is_written_as(cx, clone, r->before, r->nbefore),
                  "%s: changed the graph, and failed: %s", r->where, finnc_ctx_message(cx));
    finnc_model_destroy(clone);
    return status;
}

/* Whichever allocation fails, the graph stays as it was. */
static void check_poorly(const char *file, int line, const char *passes, const finnc_pass *own,
                         const char *text, bool wants_remarks)
{
    char where[256];
    snprintf(where, sizeof where, "%s:%d", file, line);
    poor_run r = {.where = where, .remark = wants_remarks ? hear : NULL};
    finnc_ctx *cx = purse_open(&r.purse);
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, own);
    r.model = model;
    r.pipeline = pipeline;
    note_bytes(cx, model, &r.before, &r.nbefore);
    check_poor_sample(&r.purse, cx, (unsigned)line, transform_clone, &r, where);
    finnc_bytes_destroy(cx, r.before);
    finnc_bytes_destroy(cx, r.after);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%s: a leak", where);
    finnc_ctx_destroy(cx);
}

/* ---- checks ---- */

static void check(const char *file, int line, const char *passes, const finnc_pass *own,
                  const char *before, const char *after, bool verify)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *got = test_read_text(cx, before), *want = test_read_text(cx, after);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, own);
    heard h = {0};
    finnc_transform_options options = {.remark = hear,
                                       .user = &h,
                                       .verify_each = verify,
                                       .verify_tensors = verify,
                                       .verify_seed = 7,
                                       .check_each = true};
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
    check_poorly(file, line, passes, own, before, false);
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
    check_poorly(file, line, passes, own, text, true);
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
