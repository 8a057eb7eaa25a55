/* Input: a model of hardware layers as text. Property: estimating, folding and sizing FIFOs fail in
 * one line of words or give figures that agree with one another: a plan applied is a sound graph
 * whose estimate is the plan's, and what is written for FINN is JSON. Nothing is left over. */
#include "kit/model.h"
#include "kit/text.h"
#include "kit/text_mutate.h"

#include <jansson.h>
#include <string.h>

enum { STEPS = 100000, MAX_ELEMS = 1 << 16 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return text_mutate(data, size, max_size, seed);
}

/* The words of a failure are checked, and dropped. */
static bool succeeds(finnc_ctx *cx, finnc_status status)
{
    fuzz_check_words(cx, status);
    finnc_ctx_clear(cx);
    return status == FINNC_OK;
}

static void check_json(const fuzz_text *text)
{
    json_error_t error;
    json_t *json = json_loads(text->data ? text->data : "", JSON_REJECT_DUPLICATES, &error);
    CHECK(json, error.text);
    json_decref(json);
}

static void try_estimate(finnc_ctx *cx, const finnc_graph *graph, const finnc_part *part)
{
    finnc_estimate *estimate;
    fuzz_ctx_renew(cx);
    if (!succeeds(cx, finnc_estimate_create(cx, graph, part, &estimate)))
        return;
    const finnc_estimate_summary *summary = finnc_estimate_summarise(estimate);
    CHECK(summary->max_cycles <= summary->critical_path_cycles, "one layer takes more than all");
    for (int report = 0; report < FINNC_NREPORTS; report++) {
        fuzz_text text = {0};
        if (succeeds(cx, finnc_report_write(cx, estimate, (finnc_report)report, 10, fuzz_text_add,
                                            &text)))
            check_json(&text);
        free(text.data);
    }
    fuzz_text drawing = {0};
    (void)succeeds(cx, finnc_estimate_draw(cx, estimate, 10, fuzz_text_add, &drawing));
    free(drawing.data);
    finnc_estimate_destroy(estimate);
}

/* What was promised is what the graph then has. */
static void check_applied(finnc_ctx *cx, const finnc_graph *graph, int64_t max_cycles)
{
    finnc_estimate *estimate;
    CHECK(finnc_graph_check(cx, graph) == FINNC_OK, finnc_ctx_message(cx));
    if (!succeeds(cx, finnc_estimate_create(cx, graph, NULL, &estimate)))
        return;
    CHECK(finnc_estimate_summarise(estimate)->max_cycles == max_cycles,
          "other cycles than planned");
    finnc_estimate_destroy(estimate);
}

static void try_fold(finnc_ctx *cx, finnc_model *model, const finnc_part *part,
                     const finnc_fold_goal *goal)
{
    finnc_fold_plan *plan;
    finnc_model *copy;
    fuzz_text text = {0};
    fuzz_ctx_renew(cx);
    if (!succeeds(cx, finnc_fold_search(cx, finnc_model_graph(model), part, goal, &plan)))
        return;
    const int64_t max_cycles = finnc_fold_plan_summary(plan)->max_cycles;
    CHECK(!goal->max_cycles || goal->keeps || max_cycles <= goal->max_cycles, "slower than asked");
    if (succeeds(cx, finnc_fold_plan_write(cx, plan, fuzz_text_add, &text)))
        check_json(&text);
    free(text.data);
    if (succeeds(cx, finnc_model_clone(cx, model, &copy))) {
        if (succeeds(cx, finnc_fold_plan_apply(cx, plan, finnc_model_graph(copy))))
            check_applied(cx, finnc_model_graph(copy), max_cycles);
        finnc_model_destroy(copy);
    }
    finnc_fold_plan_destroy(plan);
}

static void try_fifo(finnc_ctx *cx, const finnc_graph *graph, bool keeps)
{
    finnc_fifo_plan *plan;
    fuzz_text text = {0};
    const finnc_fifo_options options = {.keeps = keeps, .frames = 8};
    fuzz_ctx_renew(cx);
    if (!succeeds(cx, finnc_fifo_search(cx, graph, &options, &plan)))
        return;
    const finnc_fifo_summary *summary = finnc_fifo_plan_summary(plan);
    CHECK(summary->is_deadlock || summary->period >= (double)summary->least_period,
          "faster than its slowest layer");
    if (succeeds(cx, finnc_fifo_plan_write(cx, plan, fuzz_text_add, &text)))
        check_json(&text);
    free(text.data);
    finnc_fifo_plan_destroy(plan);
}

static void try_all(finnc_ctx *cx, finnc_model *model, const finnc_part *part)
{
    static const finnc_fold_goal goals[] = {
        {.keeps = true}, {.max_cycles = 100}, {.has_budget = {true}, .budget = {5000}}};
    const finnc_graph *graph = finnc_model_graph(model);
    try_estimate(cx, graph, NULL);
    try_estimate(cx, graph, part);
    for (size_t i = 0; i < sizeof goals / sizeof *goals && !fuzz_ctx_is_spent(); i++)
        try_fold(cx, model, part, &goals[i]);
    for (int keeps = 0; keeps < 2 && !fuzz_ctx_is_spent(); keeps++)
        try_fifo(cx, graph, keeps);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    finnc_ctx *cx = fuzz_ctx_create(MAX_MEMORY, STEPS);
    char *text = fuzz_string(data, size);
    finnc_model *model = fuzz_model_read(cx, text);
    finnc_part part;
    CHECK(finnc_part_find(cx, "xc7z020clg400-1", &part) == FINNC_OK, finnc_ctx_message(cx));
    if (model && fuzz_model_is_small(model, MAX_ELEMS))
        try_all(cx, model, &part);
    finnc_model_destroy(model);
    free(text);
    fuzz_ctx_destroy(cx);
    return 0;
}
