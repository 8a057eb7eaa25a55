/* ONNX's own test cases for single nodes (Debian's libonnx-testdata): every folder whose ops all
 * have kernels has to give the recorded outputs. The folder is FINNC_ONNX_TESTDATA, or Debian's. */
#include <finnc/finnc.h>

#include <criterion/criterion.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As ONNX's runner compares. */
static const double RTOL = 1e-3, ATOL = 1e-7;

static const char *root(void)
{
    const char *given = getenv("FINNC_ONNX_TESTDATA");
    return given ? given : "/usr/include/onnx/backend/test/data/node";
}

/* Is the recorded input what its own model asks for? In the bfloat16 cases some are not. */
static bool fits(const finnc_value *value, const finnc_tensor *tensor)
{
    int rank = finnc_value_rank(value);
    for (int i = 0; i < rank && rank == finnc_tensor_rank(tensor); i++)
        if (finnc_value_dim(value, i).size >= 0 &&
            finnc_value_dim(value, i).size != finnc_tensor_dim(tensor, i))
            return false;
    return rank < 0 || rank == finnc_tensor_rank(tensor);
}

/* Old releases recorded a case with an epsilon that its model does not have. */
static bool is_misrecorded(const finnc_node *node)
{
    return finnc_node_is(node, "Adam") && finnc_node_ninputs(node) > 6 &&
           !finnc_node_find_attr(node, "epsilon");
}

/* Left out: what numpy's own generator made (a `seed`), and what is no single run of kernels. */
static bool can_run(const finnc_model *model)
{
    if (finnc_model_nfunctions(model) > 0)
        return false;
    finnc_foreach_node (node, finnc_model_graph(model))
        if (!finnc_node_can_run(node) || finnc_node_find_attr(node, "seed") || is_misrecorded(node))
            return false;
    return true;
}

static bool is_tensor(const finnc_value *value)
{
    return finnc_value_elem(value) != FINNC_ELEM_UNDEFINED;
}

/* bfloat16 was recorded by rounding (or cutting) after every operation: ONNX's runner, too, allows
 * two units in the last place. */
static bool is_near(finnc_elem elem, double want, double have)
{
    double rtol = elem == FINNC_ELEM_BFLOAT16 ? 0x1p-6 : RTOL;
    if (isnan(want) || isnan(have))
        return isnan(want) && isnan(have);
    return want == have || fabs(want - have) <= ATOL + rtol * fabs(want);
}

/* NULL, or what is wrong. */
static const char *compare(const finnc_tensor *want, const finnc_tensor *have)
{
    static char words[200];
    if (!have)
        return "no output";
    if (finnc_tensor_elem(want) != finnc_tensor_elem(have))
        return "another element type";
    if (finnc_tensor_rank(want) != finnc_tensor_rank(have))
        return "another rank";
    for (int i = 0; i < finnc_tensor_rank(want); i++)
        if (finnc_tensor_dim(want, i) != finnc_tensor_dim(have, i))
            return "another shape";
    if (finnc_tensor_elem(want) == FINNC_ELEM_STRING)
        return finnc_tensor_equal(want, have) ? NULL : "other strings";
    for (int64_t i = 0; i < finnc_tensor_nelems(want); i++) {
        double x = finnc_tensor_get(want, i), y = finnc_tensor_get(have, i);
        if (!is_near(finnc_tensor_elem(want), x, y)) {
            snprintf(words, sizeof words, "element %lld is %.9g, should be %.9g", (long long)i, y,
                     x);
            return words;
        }
    }
    return NULL;
}

/* The files were written by way of numpy, which has no bfloat16: its bits stand there as UINT16. */
static finnc_status read_tensor(finnc_ctx *cx, const char *path, const finnc_value *value,
                                finnc_tensor **tensor)
{
    const void *data;
    finnc_tensor *bits;
    FINNC_TRY(finnc_pb_read(cx, path, tensor));
    if (finnc_value_elem(value) != FINNC_ELEM_BFLOAT16 ||
        finnc_tensor_elem(*tensor) != FINNC_ELEM_UINT16)
        return FINNC_OK;
    bits = *tensor;
    finnc_status status = finnc_tensor_need_data(cx, bits, &data);
    if (status == FINNC_OK)
        status = finnc_tensor_create_from(cx, FINNC_ELEM_BFLOAT16, finnc_tensor_rank(bits),
                                          finnc_tensor_dims(bits), data, tensor);
    finnc_tensor_release(bits);
    return status;
}

static finnc_status feed(finnc_ctx *cx, finnc_session *session, const finnc_graph *graph,
                         const char *data, bool *is_sound)
{
    *is_sound = true;
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        char path[4200];
        finnc_tensor *tensor;
        snprintf(path, sizeof path, "%s/input_%zu.pb", data, i);
        if (access(path, R_OK) != 0)
            continue;
        const finnc_value *value = finnc_graph_input(graph, i);
        FINNC_TRY(read_tensor(cx, path, value, &tensor));
        finnc_status status = FINNC_OK;
        if (fits(value, tensor))
            status = finnc_session_feed(session, finnc_value_name(value), tensor);
        else
            *is_sound = false;
        finnc_tensor_release(tensor);
        FINNC_TRY(status);
    }
    return *is_sound ? finnc_session_run(session) : FINNC_OK;
}

static bool check_data_set(finnc_ctx *cx, finnc_session *session, const finnc_graph *graph,
                           const char *data)
{
    bool is_sound;
    if (feed(cx, session, graph, data, &is_sound) != FINNC_OK) {
        cr_log_error("%s: %s", data, finnc_ctx_message(cx));
        return false;
    }
    if (!is_sound)
        return true;
    for (size_t o = 0; o < finnc_graph_noutputs(graph); o++) {
        char path[4200];
        finnc_tensor *want;
        snprintf(path, sizeof path, "%s/output_%zu.pb", data, o);
        const finnc_value *value = finnc_graph_output(graph, o);
        cr_assert_eq(read_tensor(cx, path, value, &want), FINNC_OK, "%s", finnc_ctx_message(cx));
        const char *wrong = compare(want, finnc_session_fetch(session, finnc_value_name(value)));
        finnc_tensor_release(want);
        if (wrong) {
            cr_log_error("%s: output %zu: %s", data, o, wrong);
            return false;
        }
    }
    return true;
}

struct tally {
    int ran, failed;
};

static void check_model(finnc_ctx *cx, const finnc_model *model, const char *folder,
                        struct tally *tally)
{
    const finnc_graph *graph = finnc_model_graph(model);
    finnc_session *session;
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++)
        if (!is_tensor(finnc_graph_input(graph, i)))
            return;
    for (size_t o = 0; o < finnc_graph_noutputs(graph); o++)
        if (!is_tensor(finnc_graph_output(graph, o)))
            return;
    tally->ran++;
    if (finnc_session_create(cx, model, NULL, &session) != FINNC_OK) {
        cr_log_error("%s: %s", folder, finnc_ctx_message(cx));
        tally->failed++;
        return;
    }
    for (int set = 0;; set++) {
        char data[4096];
        snprintf(data, sizeof data, "%s/test_data_set_%d", folder, set);
        if (access(data, R_OK) != 0)
            break;
        if (!check_data_set(cx, session, graph, data)) {
            tally->failed++;
            break;
        }
    }
    finnc_session_destroy(session);
}

static void check_folder(const char *name, struct tally *tally)
{
    char folder[2048], path[2100];
    finnc_model *model;
    snprintf(folder, sizeof folder, "%s/%s", root(), name);
    snprintf(path, sizeof path, "%s/model.onnx", folder);
    if (access(path, R_OK) != 0)
        return;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    cr_assert_eq(finnc_model_read(cx, path, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    if (can_run(model))
        check_model(cx, model, folder, tally);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%s: %llu bytes leaked", name,
                 (unsigned long long)finnc_ctx_live_bytes(cx));
    finnc_ctx_destroy(cx);
}

Test(onnx_testdata, every_case_with_kernels_gives_the_recorded_outputs)
{
    struct tally tally = {0};
    DIR *dir = opendir(root());
    if (!dir)
        cr_skip("%s is not there: install libonnx-testdata", root());
    for (const struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.')
            check_folder(entry->d_name, &tally);
    closedir(dir);
    cr_log_info("%d cases ran", tally.ran);
    cr_assert_gt(tally.ran, 200, "only %d cases ran", tally.ran);
    cr_assert_eq(tally.failed, 0, "%d of %d cases failed", tally.failed, tally.ran);
}
