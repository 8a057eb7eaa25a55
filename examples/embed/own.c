/* An operator and a pass of one's own: own MODEL OUT
 *
 * Swish, x / (1 + exp(-beta x)), comes out of training frameworks as two nodes. The pass makes one
 * of them, in a domain of our own; the record says what it is, the kernel what it does. */
#include <finnc/finnc.h>

#include <math.h>
#include <stdio.h>

/* ---- what it is ---- */

static finnc_status swish_shapes(finnc_infer *in)
{
    finnc_dim dims[FINNC_MAX_RANK];
    int rank = finnc_infer_rank(in, 0);
    for (int axis = 0; axis < rank; axis++)
        dims[axis] = finnc_infer_dim(in, 0, axis);
    return finnc_infer_set_type(in, 0, finnc_infer_elem(in, 0), rank, dims);
}

static const finnc_op swish = {
    .name = "Swish",
    .domain = "my.ops",
    .summary = "each element times its own sigmoid",
    .since = {1},
    .in = {{"X", "numbers of any shape", 0, "T"}},
    .out = {{"Y", "as X", 0, "T"}},
    .attrs = {{"beta", FINNC_ATTR_FLOAT, "1.0", "how steep the sigmoid is", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = swish_shapes,
};

/* ---- what it does ---- */

typedef struct swish_work {
    finnc_elem elem;
    const void *x;
    void *y;
    double beta;
} swish_work;

static void swish_range(void *user, int64_t begin, int64_t end)
{
    const swish_work *w = user;
    if (w->elem == FINNC_ELEM_DOUBLE) {
        const double *x = w->x;
        double *y = w->y;
        for (int64_t i = begin; i < end; i++)
            y[i] = x[i] / (1 + exp(-w->beta * x[i]));
    } else {
        const float *x = w->x;
        float *y = w->y;
        for (int64_t i = begin; i < end; i++)
            y[i] = x[i] / (1 + expf(-(float)w->beta * x[i]));
    }
}

static finnc_status swish_run(finnc_call *call)
{
    const finnc_array x = finnc_call_input(call, 0);
    swish_work w = {.elem = x.elem, .x = x.data};
    w.beta = finnc_node_float(finnc_call_node(call), "beta", 1);
    FINNC_TRY(finnc_call_output_like(call, 0, &x, &w.y));
    finnc_call_parallel(call, x.nelems, 20, swish_range, &w);
    return FINNC_OK;
}

static const finnc_kernel swish_kernel = {.run = swish_run};

/* ---- where it comes from ---- */

static const finnc_pass fuse_swish = {
    .name = "FuseSwish",
    .summary = "makes one Swish of a Sigmoid and the product with what went into it",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "Mul(x, Sigmoid(x))",
        .want = "\"my.ops\"Swish{beta=1.0}(x)",
    }},
};

/* ---- the program ---- */

static const finnc_own_op ops[] = {{&swish, &swish_kernel}, {NULL, NULL}};
static const finnc_pass *const passes[] = {&fuse_swish, NULL};

static void print_remark(void *user, const finnc_remark *remark)
{
    (void)user;
    if (remark->kind == FINNC_REMARK_APPLIED)
        printf("%s: %s\n", remark->pass, remark->text);
}

static finnc_status transform(finnc_ctx *cx, finnc_model *model)
{
    finnc_pipeline *pipeline;
    finnc_verification verification = {0};
    const finnc_transform_options options = {
        .remark = print_remark, .verify_each = true, .verification = &verification};
    FINNC_TRY(finnc_model_set_opset(cx, model, "my.ops", 1));
    FINNC_TRY(finnc_pipeline_parse(cx, "InferShapes, FuseSwish", &pipeline));
    finnc_status status = finnc_transform(cx, model, pipeline, &options);
    finnc_pipeline_destroy(pipeline);
    if (status == FINNC_OK)
        printf("%zu step computes what it did before\n", verification.verified);
    return status;
}

static finnc_status run_once(finnc_ctx *cx, const finnc_model *model)
{
    finnc_session *session;
    finnc_tensor *x;
    const float numbers[] = {-4, -1, 0, 2};
    FINNC_TRY(finnc_tensor_create_from(cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){1, 4}, numbers, &x));
    finnc_status status = finnc_session_create(cx, model, NULL, &session);
    if (status == FINNC_OK) {
        status = finnc_session_feed(session, "x", x);
        if (status == FINNC_OK)
            status = finnc_session_run(session);
        for (int64_t i = 0; status == FINNC_OK && i < 4; i++)
            printf("%g ", finnc_tensor_get(finnc_session_fetch(session, "y"), i));
        printf("\n");
        finnc_session_destroy(session);
    }
    finnc_tensor_release(x);
    return status;
}

static finnc_status run(finnc_ctx *cx, const char *path, const char *out)
{
    finnc_model *model;
    FINNC_TRY(finnc_model_read(cx, path, &model));
    finnc_status status = transform(cx, model);
    if (status == FINNC_OK)
        status = run_once(cx, model);
    if (status == FINNC_OK)
        status = finnc_model_write(cx, model, out, FINNC_EXTERNAL_KEEP);
    finnc_model_destroy(model);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "Usage: own MODEL OUT\n");
        return 2;
    }
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.ops = ops, .passes = passes});
    if (!cx)
        return 1;
    finnc_status status = run(cx, argv[1], argv[2]);
    if (status != FINNC_OK)
        fprintf(stderr, "own: %s\n", finnc_ctx_message(cx));
    finnc_ctx_destroy(cx);
    return status == FINNC_OK ? 0 : 1;
}
