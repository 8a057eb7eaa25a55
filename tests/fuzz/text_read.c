/* Property: any text gives an error of one line, or a model whose text, read again, gives the same
 * text. JSON can be made of it, too. Nothing is left over. */
#include <finnc/finnc.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition, words)                                                                    \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s: %s\n", #condition, (words));                                      \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

typedef struct text {
    char *data;
    size_t length;
} text;

static finnc_status append(void *user, finnc_ctx *cx, const char *data, size_t length)
{
    text *t = user;
    char *grown = realloc(t->data, t->length + length + 1);
    if (!grown)
        return finnc_no_memory(cx);
    t->data = grown;
    memcpy(t->data + t->length, data, length);
    t->length += length;
    t->data[t->length] = '\0';
    return FINNC_OK;
}

static finnc_model *read_text(finnc_ctx *cx, const char *source)
{
    finnc_model *model = NULL;
    finnc_status status = finnc_model_read_text(cx, source, &model);
    CHECK((status == FINNC_OK) == (model != NULL), finnc_ctx_message(cx));
    CHECK((status == FINNC_OK) == !finnc_ctx_message(cx)[0], finnc_ctx_message(cx));
    return model;
}

/* All of it or, where the syntax has no words for something, NULL. */
static char *write_text(finnc_ctx *cx, const finnc_model *model)
{
    text t = {0};
    finnc_status status = finnc_text_write(cx, model, FINNC_TEXT_WEIGHTS, append, &t);
    CHECK(status == FINNC_OK || status == FINNC_UNSUPPORTED, finnc_ctx_message(cx));
    if (status == FINNC_OK)
        return t.data;
    free(t.data);
    finnc_ctx_clear(cx);
    return NULL;
}

static void try_model(finnc_ctx *cx, const finnc_model *model)
{
    text json = {0};
    CHECK(finnc_json_write(cx, model, FINNC_TEXT_WEIGHTS, append, &json) == FINNC_OK,
          finnc_ctx_message(cx));
    free(json.data);
    char *first = write_text(cx, model);
    if (!first)
        return;
    finnc_model *back = read_text(cx, first);
    CHECK(back, finnc_ctx_message(cx));
    char *second = write_text(cx, back);
    CHECK(second && strcmp(first, second) == 0, first);
    free(first);
    free(second);
    finnc_model_destroy(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *source = malloc(size + 1);
    if (!source)
        return 0;
    memcpy(source, data, size);
    source[size] = '\0';
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, source);
    if (model)
        try_model(cx, model);
    finnc_model_destroy(model);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
    free(source);
    return 0;
}
