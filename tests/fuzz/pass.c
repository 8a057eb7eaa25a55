/* Input: a line that says which passes, as --passes takes them, and below it a model as text.
 * Property: passes end with an error of one line and the model as it was, or leave a sound graph.
 * Where `finnc check` finds no error before, shapes and data types hold afterwards; where all
 * numbers are exact, too, the model computes what it computed before. Nothing is left over. */
#include "kit/exact.h"
#include "kit/model.h"
#include "kit/scratch.h"
#include "kit/text.h"
#include "kit/text_mutate.h"

#include <string.h>

enum { STEPS = 3000, MAX_ELEMS = 4096 };

static size_t npasses(void)
{
    size_t n = 0;
    while (finnc_pass_at(n))
        n++;
    return n;
}

/* Another pass, one more behind those that there are, or other bytes. */
static size_t mutate_passes(const char *line, size_t length, char *to, size_t room, unsigned seed)
{
    const char *name = finnc_pass_at(seed / 3 % npasses())->name;
    const bool keeps = seed % 3 == 0 && length < 200;
    const int n =
        snprintf(to, room, "%.*s%s%s", keeps ? (int)length : 0, line, keeps ? "," : "", name);
    return n > 0 && (size_t)n < room ? (size_t)n : 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return lined_text_mutate(data, size, max_size, seed, mutate_passes);
}

/* After each pass, inner ones included. */
static finnc_status check_graph(void *user, finnc_ctx *cx, const finnc_pass_report *report,
                                const finnc_model *model)
{
    (void)user;
    const finnc_status status = finnc_graph_check(cx, finnc_model_graph(model));
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY, report->pass);
    return status;
}

/* With several steps the model is as before the one that failed. */
static void check_untouched(finnc_ctx *cx, const finnc_model *model, const char *before)
{
    char *after = fuzz_model_print(cx, model);
    CHECK(!before || !after || !strcmp(before, after), after);
    free(after);
}

static void run(finnc_ctx *cx, finnc_model *model, const finnc_pipeline *pipeline)
{
    finnc_transform_failure failure = {.cause = FINNC_FAILED_NOT};
    const bool is_sound = model_is_sound(cx, model);
    char *before = fuzz_model_print(cx, model);
    const finnc_transform_options options = {.after = check_graph,
                                             .check_each = is_sound,
                                             .verify_each = is_sound && model_is_exact(model),
                                             .verify_inputs = 2,
                                             .failure = &failure};
    fuzz_ctx_renew(cx);
    const finnc_status status = finnc_transform(cx, model, pipeline, &options);
    fuzz_check_words(cx, status);
    finnc_bundle_destroy(failure.inputs);
    const bool is_spent = status == FINNC_NO_MEMORY || status == FINNC_CANCELLED;
    CHECK(is_spent || failure.cause <= FINNC_FAILED_PASS, finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    fuzz_ctx_renew(cx);
    if (status != FINNC_OK && finnc_pipeline_nsteps(pipeline) == 1)
        check_untouched(cx, model, before);
    free(before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = fuzz_string(data, size), *text = strchr(line, '\n');
    finnc_ctx *cx = fuzz_ctx_create(MAX_MEMORY, STEPS);
    finnc_pipeline *pipeline = NULL;
    if (text)
        *text++ = '\0';
    finnc_model *model = text ? fuzz_model_read(cx, text) : NULL;
    /* Passes that write files write them where the current folder is, and nowhere else. */
    if (model && fuzz_model_is_small(model, MAX_ELEMS) && !strpbrk(line, "/\\") &&
        !strstr(line, "..") && finnc_pipeline_parse(cx, line, &pipeline) == FINNC_OK) {
        scratch_enter();
        run(cx, model, pipeline);
        scratch_leave();
    }
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    free(line);
    fuzz_ctx_destroy(cx);
    return 0;
}
