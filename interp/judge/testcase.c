#include <finnc/testcase.h>

#include "element_text.h"

#include <finnc/op.h>
#include <finnc/run.h>

#include <base/compiler.h>
#include <base/text.h>

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct running {
    finnc_ctx *cx;
    double rtol, atol;
    const finnc_model *model;
    const finnc_graph *graph;
    finnc_session_options options;
    finnc_session *session; /* of the data set at hand */
    finnc_case_result *result;
} running;

enum { MAX_PATH = 4096 };

/* ---- comparing ---- */

/* bfloat16 has 8 bits: two units in the last place, as ONNX's runner lets it be off. */
static double rtol_of(const running *r, finnc_elem elem)
{
    return elem == FINNC_ELEM_BFLOAT16 && r->rtol < 0x1p-6 ? 0x1p-6 : r->rtol;
}

static bool is_near(const running *r, finnc_elem elem, double want, double have)
{
    if (isnan(want) || isnan(have))
        return isnan(want) && isnan(have);
    return want == have || (isfinite(want) && isfinite(have) &&
                            fabs(want - have) <= r->atol + rtol_of(r, elem) * fabs(want));
}

static bool element_is_near(const running *r, const finnc_tensor *want, const finnc_tensor *have,
                            int64_t i)
{
    finnc_elem elem = finnc_tensor_elem(want);
    if (elem == FINNC_ELEM_UINT64)
        return finnc_tensor_get_uint(want, i) == finnc_tensor_get_uint(have, i);
    if (finnc_elem_is_integer(elem))
        return finnc_tensor_get_int(want, i) == finnc_tensor_get_int(have, i);
    return is_near(r, elem, finnc_tensor_get(want, i), finnc_tensor_get(have, i)) &&
           is_near(r, elem, finnc_tensor_get_imaginary(want, i),
                   finnc_tensor_get_imaginary(have, i));
}

static FINNC_PRINTF(2, 3) bool differ(const running *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(r->result->words, sizeof r->result->words, format, args);
    va_end(args);
    return false;
}

static bool same_form(const running *r, const char *name, const finnc_tensor *want,
                      const finnc_tensor *have)
{
    const char *w, *h;
    if (finnc_tensor_kind(want) != finnc_tensor_kind(have))
        return differ(r, "%s is a %s, should be a %s", name,
                      finnc_kind_name(finnc_tensor_kind(have)),
                      finnc_kind_name(finnc_tensor_kind(want)));
    if (finnc_tensor_elem(want) != finnc_tensor_elem(have)) {
        w = finnc_elem_name(finnc_tensor_elem(want));
        h = finnc_elem_name(finnc_tensor_elem(have));
        return differ(r, "%s is %s, should be %s", name, h ? h : "unknown", w ? w : "unknown");
    }
    if (finnc_tensor_rank(want) != finnc_tensor_rank(have))
        return differ(r, "%s has rank %d, should have %d", name, finnc_tensor_rank(have),
                      finnc_tensor_rank(want));
    for (int i = 0; i < finnc_tensor_rank(want); i++)
        if (finnc_tensor_dim(want, i) != finnc_tensor_dim(have, i))
            return differ(r, "%s has %" PRId64 " elements along axis %d, should have %" PRId64,
                          name, finnc_tensor_dim(have, i), i, finnc_tensor_dim(want, i));
    return true;
}

static bool same_numbers(const running *r, const char *name, const finnc_tensor *want,
                         const finnc_tensor *have)
{
    char is[FNC_ELEMENT_TEXT], should[FNC_ELEMENT_TEXT];
    for (int64_t i = 0, n = finnc_tensor_nelems(want); i < n; i++)
        if (!element_is_near(r, want, have, i))
            return differ(r, "element %" PRId64 " of %s is %s, should be %s", i, name,
                          fnc_element_text(have, i, is), fnc_element_text(want, i, should));
    return true;
}

static bool same(const running *r, const char *name, const finnc_tensor *want,
                 const finnc_tensor *have, bool by_form)
{
    if (!same_form(r, name, want, have))
        return false;
    for (int64_t i = 0; finnc_tensor_item(want, i); i++)
        if (!same(r, name, finnc_tensor_item(want, i), finnc_tensor_item(have, i), by_form))
            return false;
    if (by_form || finnc_tensor_kind(want) != FINNC_KIND_TENSOR)
        return true;
    if (finnc_tensor_elem(want) == FINNC_ELEM_STRING)
        return finnc_tensor_equal(want, have) || differ(r, "%s holds other strings", name);
    return same_numbers(r, name, want, have);
}

/* ---- files ---- */

/* Test data come from numpy, which has no bfloat16: its bits stand there as UINT16. */
static finnc_status as_declared(finnc_ctx *cx, const finnc_value *value, finnc_tensor **tensor)
{
    const void *data;
    finnc_tensor *bits = *tensor;
    if (finnc_value_elem(value) != FINNC_ELEM_BFLOAT16 ||
        finnc_tensor_elem(bits) != FINNC_ELEM_UINT16)
        return FINNC_OK;
    finnc_status status = finnc_tensor_need_data(cx, bits, &data);
    if (status == FINNC_OK)
        status = finnc_tensor_create_from(cx, FINNC_ELEM_BFLOAT16, finnc_tensor_rank(bits),
                                          finnc_tensor_dims(bits), data, tensor);
    finnc_tensor_release(bits);
    return status;
}

/* *tensor is NULL if there is no such file: an optional input that is left out. */
static finnc_status read_data(const running *r, const char *set, const char *what, size_t i,
                              const finnc_value *value, finnc_tensor **tensor)
{
    char path[MAX_PATH + 50];
    snprintf(path, sizeof path, "%s/%s_%zu.pb", set, what, i);
    *tensor = NULL;
    if (access(path, R_OK) != 0)
        return FINNC_OK;
    FINNC_TRY(finnc_pb_read_as(r->cx, path, finnc_value_kind(value), tensor));
    return as_declared(r->cx, value, tensor);
}

/* Is there more than the model has? */
static finnc_status check_count(const running *r, const char *set, const char *role, size_t n)
{
    char path[MAX_PATH];
    const int length = snprintf(path, sizeof path, "%s/%s_%zu.pb", set, role, n);
    if (length < 0 || (size_t)length >= sizeof path || access(path, F_OK) != 0)
        return FINNC_OK;
    return finnc_fail(r->cx, FINNC_BAD_FILE, "%s: there is %s_%zu.pb, the model has %zu %ss", set,
                      role, n, n, role);
}

static finnc_status feed_all(const running *r, const char *set)
{
    FINNC_TRY(check_count(r, set, "input", finnc_graph_ninputs(r->graph)));
    for (size_t i = 0; i < finnc_graph_ninputs(r->graph); i++) {
        const finnc_value *value = finnc_graph_input(r->graph, i);
        finnc_tensor *tensor;
        FINNC_TRY(read_data(r, set, "input", i, value, &tensor));
        if (!tensor)
            continue;
        finnc_status status = finnc_session_feed(r->session, finnc_value_name(value), tensor);
        finnc_tensor_release(tensor);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

static finnc_status compare_all(const running *r, const char *set, bool by_form, bool *are_same)
{
    FINNC_TRY(check_count(r, set, "output", finnc_graph_noutputs(r->graph)));
    *are_same = true;
    for (size_t o = 0; o < finnc_graph_noutputs(r->graph) && *are_same; o++) {
        const finnc_value *value = finnc_graph_output(r->graph, o);
        const char *name = finnc_value_name(value);
        finnc_tensor *want;
        FINNC_TRY(read_data(r, set, "output", o, value, &want));
        if (!want)
            return finnc_fail(r->cx, FINNC_BAD_FILE, "%s: there is no output_%zu.pb", set, o);
        const finnc_tensor *have = finnc_session_fetch(r->session, name);
        *are_same = have ? same(r, name, want, have, by_form) : differ(r, "%s is not there", name);
        finnc_tensor_release(want);
    }
    return FINNC_OK;
}

/* ---- a case ---- */

static bool draws_numbers(const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        /* Dropout does in training. */
        if (finnc_node_has_trait(node, FINNC_OP_RANDOM) ||
            (finnc_node_is(node, "Dropout") && finnc_node_input(node, 2)))
            return true;
        for (size_t a = 0; a < finnc_node_nattrs(node); a++) {
            const finnc_attr *attr = finnc_node_attr(node, a);
            for (size_t k = 0; k < finnc_attr_count(attr); k++)
                if (finnc_attr_graph(attr, k) && draws_numbers(finnc_attr_graph(attr, k)))
                    return true;
        }
    }
    return false;
}

static bool model_draws_numbers(const finnc_model *model)
{
    bool draws = draws_numbers(finnc_model_graph(model));
    for (size_t f = 0; f < finnc_model_nfunctions(model); f++) {
        const char *domain;
        finnc_graph *body;
        (void)finnc_model_function(model, f, &domain, &body);
        draws |= draws_numbers(body);
    }
    return draws;
}

static finnc_status compare_set(const running *r, const char *set)
{
    bool are_same;
    FINNC_TRY(feed_all(r, set));
    FINNC_TRY(finnc_session_run(r->session));
    FINNC_TRY(compare_all(r, set, false, &are_same));
    if (!are_same && model_draws_numbers(r->model)) {
        r->result->is_random = true;
        FINNC_TRY(compare_all(r, set, true, &are_same));
    }
    r->result->passed = are_same;
    return FINNC_OK;
}

/* In a session of its own: what a set before it fed would stay fed, where this one leaves an input
 * to its default. */
static finnc_status run_set(running *r, const char *set)
{
    FINNC_TRY(finnc_session_create(r->cx, r->model, &r->options, &r->session));
    const finnc_status status = compare_set(r, set);
    finnc_session_destroy(r->session);
    r->session = NULL;
    return status;
}

static int is_set(const struct dirent *entry)
{
    return !strncmp(entry->d_name, "test_data_set_", strlen("test_data_set_"));
}

/* One after the other; a number that is left out hides those behind it. */
static finnc_status run_sets(running *r, const char *folder)
{
    for (;; r->result->nsets++) {
        char set[MAX_PATH];
        int n = snprintf(set, sizeof set, "%s/test_data_set_%zu", folder, r->result->nsets);
        if (n < 0 || (size_t)n >= sizeof set || access(set, R_OK) != 0)
            break;
        FINNC_TRY(run_set(r, set));
        if (!r->result->passed)
            return FINNC_OK;
    }
    struct dirent **sets;
    const int nsets = scandir(folder, &sets, is_set, alphasort);
    for (int i = 0; i < nsets; i++)
        free(sets[i]);
    if (nsets >= 0)
        free(sets);
    if (r->result->nsets > 0 && (nsets < 0 || (size_t)nsets <= r->result->nsets))
        return FINNC_OK;
    return finnc_fail(r->cx, FINNC_NOT_FOUND, "%s: there is no test_data_set_%zu", folder,
                      r->result->nsets);
}

/* What is recorded says what shape the inputs have: some cases contradict their own model. */
static finnc_status forget_shapes(const running *r)
{
    for (size_t i = 0; i < finnc_graph_ninputs(r->graph); i++) {
        finnc_value *value = finnc_graph_input(r->graph, i);
        if (finnc_value_elem(value))
            FINNC_TRY(finnc_value_set_type(r->cx, value, finnc_value_elem(value), -1, NULL));
    }
    return FINNC_OK;
}

static finnc_status run_model(running *r, const char *folder, finnc_model **model)
{
    char path[MAX_PATH];
    int n = snprintf(path, sizeof path, "%s/model.onnx", folder);
    if (n < 0 || (size_t)n >= sizeof path)
        return finnc_fail(r->cx, FINNC_BAD_VALUE, "%s: the name is too long", folder);
    FINNC_TRY(finnc_model_read(r->cx, path, model));
    r->model = *model;
    r->graph = finnc_model_graph(*model);
    FINNC_TRY(forget_shapes(r));
    return run_sets(r, folder);
}

finnc_status finnc_case_run(finnc_ctx *cx, const char *folder, const finnc_case_options *options,
                            finnc_model **model, finnc_case_result *result)
{
    static const finnc_case_options usual = {.rtol = 1e-3, .atol = 1e-7};
    *result = (finnc_case_result){0};
    if (model)
        *model = NULL;
    options = options ? options : &usual;
    if (!(options->rtol >= 0 && options->atol >= 0))
        return finnc_fail(cx, FINNC_BAD_VALUE, "a tolerance is 0 or more, not %g",
                          options->rtol >= 0 ? options->atol : options->rtol);
    running r = {.cx = cx,
                 .rtol = options->rtol,
                 .atol = options->atol,
                 .options = {.threads = options->threads},
                 .result = result};
    finnc_model *m = NULL;
    finnc_status status = run_model(&r, folder, &m);
    if (model)
        *model = m;
    else
        finnc_model_destroy(m);
    if (status == FINNC_OK || status == FINNC_NO_MEMORY || status == FINNC_CANCELLED ||
        (status == FINNC_NOT_FOUND && !m))
        return status;
    snprintf(result->words, sizeof result->words, "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    result->passed = false;
    return FINNC_OK;
}
