#include "dumps.h"

#include "model.h"
#include "text.h"

#include <graphviz/cgraph.h>
#include <jansson.h>
#include <string.h>

static bool write(finnc_ctx *cx, finnc_status status)
{
    fuzz_check_words(cx, status);
    CHECK(status == FINNC_OK || status == FINNC_NO_MEMORY, finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    return status == FINNC_OK;
}

static void check_json(finnc_ctx *cx, const finnc_model *model, unsigned flags)
{
    fuzz_text text = {0};
    const finnc_status status = finnc_json_write(cx, model, flags, fuzz_text_add, &text);
    /* Weights of an element type that nobody knows are no numbers. */
    const bool is_unknown = status == FINNC_UNSUPPORTED && (flags & FINNC_TEXT_WEIGHTS);
    if (is_unknown)
        finnc_ctx_clear(cx);
    else if (write(cx, status)) {
        json_error_t error;
        json_t *json = json_loads(text.data, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
        CHECK(json, error.text);
        CHECK(json_is_object(json), text.data);
        json_decref(json);
    }
    free(text.data);
}

static void check_drawing(finnc_ctx *cx, const finnc_model *model)
{
    fuzz_text text = {0};
    if (write(cx, finnc_dot_write(cx, model, fuzz_text_add, &text))) {
        Agraph_t *drawing = agmemread(text.data);
        CHECK(drawing, text.data);
        agclose(drawing);
    }
    free(text.data);
}

static void check_text(finnc_ctx *cx, const finnc_model *model)
{
    char *first = fuzz_model_print(cx, model);
    if (!first)
        return;
    finnc_model *back = fuzz_model_need(cx, first);
    char *second = fuzz_model_print(cx, back);
    CHECK(second && !strcmp(first, second), first);
    free(first);
    free(second);
    finnc_model_destroy(back);
}

void check_dumps(finnc_ctx *cx, const finnc_model *model)
{
    check_json(cx, model, 0);
    check_json(cx, model, FINNC_TEXT_WEIGHTS);
    check_text(cx, model);
    check_drawing(cx, model);
}
