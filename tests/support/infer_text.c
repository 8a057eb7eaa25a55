#include "infer_text.h"

#include "check_pass.h"
#include "poor.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- kinds ---- */

static void print_shape(const finnc_value *value, char *text, size_t room)
{
    int rank = finnc_value_rank(value);
    size_t n = (size_t)snprintf(text, room, "%s%s", finnc_elem_name(finnc_value_elem(value)),
                                rank >= 0 ? "[" : "");
    for (int i = 0; i < rank; i++) {
        finnc_dim d = finnc_value_dim(value, i);
        const char *comma = i ? "," : "";
        n += (size_t)(d.size >= 0
                          ? snprintf(text + n, room - n, "%s%" PRId64, comma, d.size)
                          : snprintf(text + n, room - n, "%s%s", comma, d.symbol ? d.symbol : "?"));
    }
    if (rank >= 0)
        snprintf(text + n, room - n, "]");
}

static void print_dtype(const finnc_value *value, char *text, size_t room)
{
    char name[FINNC_DTYPE_NAME_MAX];
    snprintf(text, room, "%s", finnc_dtype_name(finnc_value_dtype(value), name));
}

static void print_layout(const finnc_value *value, char *text, size_t room)
{
    const char *layout = finnc_value_layout(value);
    snprintf(text, room, "%s", layout && *layout ? layout : "-");
}

static finnc_status infer_dtypes(finnc_ctx *cx, finnc_graph *graph)
{
    return finnc_graph_infer_dtypes(cx, graph, false);
}

static finnc_status infer_scaled_dtypes(finnc_ctx *cx, finnc_graph *graph)
{
    return finnc_graph_infer_dtypes(cx, graph, true);
}

const test_kind test_shapes = {finnc_graph_infer_shapes, print_shape};
const test_kind test_dtypes = {infer_dtypes, print_dtype};
const test_kind test_scaled_dtypes = {infer_scaled_dtypes, print_dtype};
const test_kind test_layouts = {finnc_graph_infer_layouts, print_layout};

/* ---- checks ---- */

typedef struct poor_inference {
    test_kind kind;
    const finnc_model *model;
} poor_inference;

static finnc_status infer_poorly(finnc_ctx *cx, void *user)
{
    const poor_inference *p = user;
    finnc_model *clone = NULL;
    FINNC_TRY(finnc_model_clone(cx, p->model, &clone));
    finnc_status status = p->kind.infer(cx, finnc_model_graph(clone));
    finnc_model_destroy(clone);
    return status;
}

static void check_poorly(const char *file, int line, test_kind kind, const char *text)
{
    poor_purse purse = {false};
    char where[256];
    snprintf(where, sizeof where, "%s:%d", file, line);
    finnc_ctx *cx = purse_open(&purse);
    finnc_model *model = test_read_text(cx, text);
    poor_inference p = {kind, model};
    check_poor_sample(&purse, cx, (unsigned)line, infer_poorly, &p, where);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

void check_inferred_at(const char *file, int line, test_kind kind, const char *text,
                       const char *expected)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_graph *graph = finnc_model_graph(model);
    finnc_status status = kind.infer(cx, graph);
    cr_assert_eq(status, FINNC_OK, "%s:%d: %s", file, line, finnc_ctx_message(cx));
    char got[1024] = "";
    for (size_t i = 0, n = 0; i < finnc_graph_noutputs(graph); i++) {
        n += (size_t)snprintf(got + n, sizeof got - n, "%s", i ? "; " : "");
        kind.print(finnc_graph_output(graph, i), got + n, sizeof got - n);
        n = strlen(got);
    }
    cr_assert_str_eq(got, expected, "%s:%d: got %s, expected %s", file, line, got, expected);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%s:%d: a leak", file, line);
    finnc_ctx_destroy(cx);
    check_poorly(file, line, kind, text);
}

void check_inference_fails_at(const char *file, int line, test_kind kind, const char *text,
                              const char *words)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_status status = kind.infer(cx, finnc_model_graph(model));
    cr_assert_eq(status, FINNC_BAD_VALUE, "%s:%d: status %d", file, line, status);
    cr_assert(strstr(finnc_ctx_message(cx), words), "%s:%d: '%s' is not in '%s'", file, line, words,
              finnc_ctx_message(cx));
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%s:%d: a leak", file, line);
    finnc_ctx_destroy(cx);
}

void check_node_at(const char *file, int line, const char *text, const char *words)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_status status = finnc_node_check(cx, finnc_graph_first_node(finnc_model_graph(model)));
    if (words) {
        cr_assert_eq(status, FINNC_BAD_VALUE, "%s:%d: status %d", file, line, status);
        cr_assert(strstr(finnc_ctx_message(cx), words), "%s:%d: '%s' is not in '%s'", file, line,
                  words, finnc_ctx_message(cx));
    } else {
        cr_assert_eq(status, FINNC_OK, "%s:%d: %s", file, line, finnc_ctx_message(cx));
    }
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}
