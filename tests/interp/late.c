/* Nodes that would work for minutes, hours or years: when the time is over they end. Where one does
 * not, this test does not either. */
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

typedef struct long_one {
    const char *name, *inputs, *body;
    const char *item; /* what "@" stands for: `count` of it, with commas; "#": count * count,
                         with a point */
    size_t count;
    finnc_engine engine;
} long_one;

#define PLANE   "float[1,1,1000,1000] x"
#define KERNEL  "kernel_shape = [501, 501], pads = [250, 250, 250, 250]"
#define WEIGHTS PLANE ", float[1,1,501,501] w"
#define QONNX   "qonnx.custom_op.general."

#define ROW(...)                                                                                   \
    {                                                                                              \
        __VA_ARGS__, NULL, 0, FINNC_ENGINE_REFERENCE                                               \
    }

static const long_one windows[] = {
    ROW("MaxPool", PLANE, "y = MaxPool <" KERNEL "> (x)"),
    ROW("MaxPool, one axis", "float[1,1,1000000] x",
        "y = MaxPool <kernel_shape = [500001], pads = [250000, 250000]> (x)"),
    ROW("MaxPool, Indices", PLANE, "z, y = MaxPool <kernel_shape = [251, 251]> (x)"),
    ROW("AveragePool", PLANE, "y = AveragePool <" KERNEL "> (x)"),
    ROW("LpPool", PLANE, "y = LpPool <p = 3, " KERNEL "> (x)"),
    ROW("QuantAvgPool2d", PLANE,
        "y = " QONNX
        "QuantAvgPool2d <kernel = 501, stride = 1, ibits = 4, obits = 4, signed = 0> (x)"),
    ROW("Conv by taps", WEIGHTS, "y = Conv <pads = [250, 250, 250, 250]> (x, w)"),
    ROW("Conv by product", "float[1,2,1000,1000] x, float[2,2,301,301] w",
        "y = Conv <pads = [150, 150, 150, 150]> (x, w)"),
    ROW("ConvInteger", "uint8[1,1,1000,1000] x, uint8[1,1,501,501] w",
        "y = ConvInteger <pads = [250, 250, 250, 250]> (x, w)"),
    ROW("ConvTranspose", PLANE ", float[1,1,201,201] w", "y = ConvTranspose (x, w)"),
    ROW("CausalConvWithState", "float[1,1,1000000] x, float[1,1,300000] w",
        "y, s = CausalConvWithState (x, w)"),
    ROW("LinearAttention", "float[1,3000,3000] x",
        "y, s = LinearAttention <q_num_heads = 1, kv_num_heads = 1, update_rule = \"linear\"> "
        "(x, x, x)"),
    {"Conv on the fast engine", "float[1,16,1000,1000] x {INT2}",
     "w = Constant <value = float[16,16,61,61] {@}> () t = Constant <value = float[1,1] {1}> ()"
     "c = Conv <pads = [30, 30, 30, 30]> (x, w) y = " QONNX "MultiThreshold (c, t)",
     "1", (size_t)16 * 16 * 61 * 61, FINNC_ENGINE_FAST},
};

#define ML "ai.onnx.ml."

static const long_one others[] = {
    ROW("TfIdfVectorizer", "int64[300000] x",
        "y = TfIdfVectorizer <mode = \"TF\", min_gram_length = 2, max_gram_length = 2,"
        "max_skip_count = 9000000000, ngram_counts = [0, 0], ngram_indexes = [0],"
        "pool_int64s = [1, 2]> (x)"),
    {"TreeEnsemble", "float[100000,1] x",
     "y = " ML "TreeEnsemble <nodes_featureids = [0], nodes_truenodeids = [0],"
     "nodes_falsenodeids = [0], nodes_trueleafs = [1], nodes_falseleafs = [1],"
     "nodes_modes = uint8[1] {0}, nodes_splits = float[1] {0}, leaf_targetids = [0],"
     "leaf_weights = float[1] {1}, tree_roots = [@], n_targets = 1> (x)",
     "0", 300000, FINNC_ENGINE_REFERENCE},
    {"SVMClassifier", "float[100000,150] x",
     "z, y = " ML "SVMClassifier <classlabels_ints = [@], vectors_per_class = [@],"
     "support_vectors = [#], coefficients = [#], rho = [#], prob_a = [#], prob_b = [#],"
     "kernel_type = \"RBF\", kernel_params = [1., 1., 1.]> (x)",
     "1", 150, FINNC_ENGINE_REFERENCE},
    ROW("RoiAlign", "float[1,1,1,1] x",
        "r = Constant <value = float[1,4] {0, 0, 240000, 300000}> ()"
        "b = Constant <value_ints = [0]> ()"
        "y = RoiAlign <output_height = 5000, output_width = 4000, sampling_ratio = 0> (x, r, b)"),
    ROW("Det", "float[4500,4500] x", "y = Det (x)"),
};

/* How often the item stands where `c` is; 0: `c` itself does. */
static size_t repeats(const long_one *l, char c)
{
    return c == '@' ? l->count : c == '#' ? l->count * l->count : 0;
}

static char *text_of(const long_one *l)
{
    static const char head[] = "<ir_version: 11, opset_import: [\"\" : 27, \"ai.onnx.ml\" : 5, "
                               "\"qonnx.custom_op.general\" : 1]> g (";
    const char *const parts[] = {head, l->inputs, ") => (y) { ", l->body, " }"};
    const size_t item = l->item ? strlen(l->item) + 1 : 0;
    size_t room = 1;
    for (size_t p = 0; p < 5; p++)
        for (const char *c = parts[p]; *c; c++)
            room += repeats(l, *c) * (item + 1) + 1;
    char *text = malloc(room), *at = text;
    cr_assert(text);
    for (size_t p = 0; p < 5; p++)
        for (const char *c = parts[p]; *c; c++) {
            const size_t count = repeats(l, *c);
            if (count == 0)
                *at++ = *c;
            for (size_t i = 0; i < count; i++) {
                memcpy(at, l->item, item - 1);
                at += item - 1;
                if (*c == '#')
                    *at++ = '.';
                if (i + 1 < count)
                    *at++ = ',';
            }
        }
    *at = '\0';
    return text;
}

static void check(const long_one *l)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    char *text = text_of(l);
    finnc_model *model = read_text(cx, text);
    finnc_session *session;
    const finnc_session_options options = {.engine = l->engine, .threads = 2};
    free(text);
    cr_assert_eq(finnc_session_create(cx, model, &options, &session), FINNC_OK, "%s: %s", l->name,
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_feed_random(session, 1), FINNC_OK, "%s: %s", l->name,
                 finnc_ctx_message(cx));
    finnc_ctx_set_timeout(cx, 0.2);
    cr_expect_eq(finnc_session_run(session), FINNC_CANCELLED, "%s: %s", l->name,
                 finnc_ctx_message(cx));
    cr_expect(strstr(finnc_ctx_message(cx), "the time is over"), "%s: %s", l->name,
              finnc_ctx_message(cx));
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0, "%s", l->name);
    finnc_ctx_destroy(cx);
}

static void check_all(const long_one *all, size_t count)
{
    if (getenv("FINNC_UNDER_VALGRIND")) /* tenths of a second are half a minute there */
        return;
    for (size_t i = 0; i < count; i++)
        check(&all[i]);
}

#define check_table(table) check_all((table), sizeof(table) / sizeof *(table))

Test(late, windows)
{
    check_table(windows);
}

Test(late, others)
{
    check_table(others);
}
