#include "run_text.h"

#include "poor.h"

#include <finnc/op.h>

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

finnc_model *read_text(finnc_ctx *cx, const char *text)
{
    finnc_model *model = NULL;
    cr_assert_eq(finnc_model_read_text(cx, text, &model), FINNC_OK, "%s\n%s", finnc_ctx_message(cx),
                 text);
    return model;
}

finnc_tensor *floats(finnc_ctx *cx, int rank, const int64_t *dims, const float *elements)
{
    finnc_tensor *tensor = NULL;
    cr_assert_eq(finnc_tensor_create_from(cx, FINNC_ELEM_FLOAT, rank, dims, elements, &tensor),
                 FINNC_OK, "%s", finnc_ctx_message(cx));
    return tensor;
}

static void write_shape(const finnc_tensor *tensor, char *text, size_t size)
{
    size_t n = (size_t)snprintf(text, size, "[");
    for (int i = 0; i < finnc_tensor_rank(tensor) && n < size; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%lld", i ? "," : "",
                              (long long)finnc_tensor_dim(tensor, i));
    if (n < size)
        snprintf(text + n, size - n, "]");
}

static finnc_status run_poorly(finnc_ctx *cx, void *user)
{
    finnc_session *session = NULL;
    FINNC_TRY(finnc_session_create(cx, user, NULL, &session));
    finnc_status status = finnc_session_run(session);
    finnc_session_destroy(session);
    return status;
}

static void check_poorly(const char *file, int line, const char *text)
{
    poor_purse purse = {false};
    char where[256];
    snprintf(where, sizeof where, "%s:%d", file, line);
    finnc_ctx *cx = purse_open(&purse);
    finnc_model *model = read_text(cx, text);
    check_poor_sample(&purse, cx, (unsigned)line, run_poorly, model, where);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

finnc_model *put_inside(finnc_ctx *cx, finnc_model *model, finnc_model *part)
{
    finnc_foreach_node (node, finnc_model_graph(model))
        if (finnc_node_has_trait(node, FINNC_OP_PARTITION)) {
            cr_assert_eq(finnc_node_set_partition(cx, node, "p.onnx", part), FINNC_OK);
            return model;
        }
    cr_assert_fail("there is no partition");
    return NULL;
}

void check_output_at(const char *file, int line, const char *text, const char *shape,
                     double tolerance, const double *want, size_t n)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, text);
    finnc_session *session = NULL;
    finnc_status status = finnc_session_create(cx, model, NULL, &session);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    cr_assert_eq(status, FINNC_OK, "%s:%d: %s", file, line, finnc_ctx_message(cx));
    const finnc_value *output = finnc_graph_output(finnc_model_graph(model), 0);
    const finnc_tensor *have = finnc_session_fetch(session, finnc_value_name(output));
    char have_shape[256];
    write_shape(have, have_shape, sizeof have_shape);
    cr_assert_str_eq(have_shape, shape, "%s:%d: the shape is %s", file, line, have_shape);
    cr_assert_eq(finnc_tensor_nelems(have), (int64_t)n, "%s:%d: %lld elements", file, line,
                 (long long)finnc_tensor_nelems(have));
    for (size_t i = 0; i < n; i++) {
        double x = finnc_tensor_get(have, (int64_t)i);
        bool same = x == want[i] || fabs(x - want[i]) <= tolerance || (isnan(x) && isnan(want[i]));
        cr_assert(same, "%s:%d: element %zu is %.9g, should be %.9g", file, line, i, x, want[i]);
    }
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%s:%d: a leak", file, line);
    finnc_ctx_destroy(cx);
    check_poorly(file, line, text);
}

void check_run_fails_at(const char *file, int line, const char *text, finnc_status status,
                        const char *words)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, text);
    finnc_session *session = NULL;
    finnc_status have = finnc_session_create(cx, model, NULL, &session);
    if (have == FINNC_OK)
        have = finnc_session_run(session);
    cr_assert_eq(have, status, "%s:%d: status %d: %s", file, line, have, finnc_ctx_message(cx));
    cr_assert(strstr(finnc_ctx_message(cx), words), "%s:%d: says: %s", file, line,
              finnc_ctx_message(cx));
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%s:%d: a leak", file, line);
    finnc_ctx_destroy(cx);
}
