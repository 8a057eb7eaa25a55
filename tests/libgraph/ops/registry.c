#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *domain_of(const finnc_op *op)
{
    return op->domain ? op->domain : "";
}

static bool is_one_line(const char *text)
{
    size_t n = strlen(text);
    return n && !strchr(text, '\n') && text[n - 1] != '.' && text[n - 1] != ' ';
}

/* Lower case, but for the names of ops: "MaxPool with the channels last". */
static bool starts_low(const char *text)
{
    size_t n = strcspn(text, " ,");
    const finnc_op *op;
    for (size_t i = 0; (op = finnc_op_at(i)) != NULL; i++)
        if (strlen(op->name) == n && !strncmp(op->name, text, n))
            return true;
    return !(isupper((unsigned char)text[0]) && islower((unsigned char)text[1]));
}

static bool is_version_of(const finnc_op *op, int version)
{
    bool is = !version;
    for (size_t i = 0; i < FINNC_OP_MAX_VERSIONS && op->since[i]; i++)
        is |= op->since[i] == version;
    return is;
}

static void check_span(const finnc_op *op, const char *name, unsigned flags)
{
    const int since = FINNC_SINCE_OF(flags), until = FINNC_UNTIL_OF(flags);
    cr_expect(is_version_of(op, since) && is_version_of(op, until), "%s: %s is of no version",
              op->name, name);
    cr_expect(since != op->since[0], "%s: %s was there from the beginning", op->name, name);
    cr_expect(!until || until > since, "%s: %s ends before it begins", op->name, name);
}

static void check_formals(const finnc_op *op, const finnc_formal *formals)
{
    bool is_optional = false;
    for (size_t i = 0; i < FINNC_OP_MAX_FORMALS && formals[i].name; i++) {
        cr_expect(formals[i].name[0] && formals[i].doc && is_one_line(formals[i].doc),
                  "%s: formal %zu lacks name or words", op->name, i);
        cr_expect(!is_optional || formals[i].flags & (FINNC_OPTIONAL | FINNC_VARIADIC),
                  "%s: %s is needed behind an optional one", op->name, formals[i].name);
        is_optional = formals[i].flags & FINNC_OPTIONAL;
        check_span(op, formals[i].name, formals[i].flags);
        bool is_last = i + 1 == FINNC_OP_MAX_FORMALS || !formals[i + 1].name;
        cr_expect(!(formals[i].flags & FINNC_VARIADIC) || is_last,
                  "%s: %s repeats, yet is not last", op->name, formals[i].name);
        cr_expect(!(formals[i].flags & FINNC_MIXED) || formals[i].flags & FINNC_VARIADIC,
                  "%s: %s is of mixed types, yet does not repeat", op->name, formals[i].name);
    }
}

/* Does version `version` have it? */
static bool has(const finnc_attr_spec *a, int version)
{
    const int until = FINNC_UNTIL_OF(a->flags);
    return version >= FINNC_SINCE_OF(a->flags) && (!until || version < until);
}

static void check_once(const finnc_op *op, const char *name)
{
    const finnc_attr_spec *a;
    for (size_t v = 0; v < FINNC_OP_MAX_VERSIONS && op->since[v]; v++) {
        const finnc_attr_spec *first = NULL;
        for (size_t i = 0; (a = finnc_op_attr(op, i)); i++)
            if (!strcmp(a->name, name) && has(a, op->since[v])) {
                cr_expect(!first, "%s: attribute %s is there twice", op->name, name);
                first = first ? first : a;
            }
        cr_expect_eq(finnc_op_find_attr(op, name, op->since[v]), first, "%s: %s", op->name, name);
    }
}

static void check_attrs(const finnc_op *op)
{
    const finnc_attr_spec *a;
    for (size_t i = 0; (a = finnc_op_attr(op, i)); i++) {
        cr_expect(a->doc && is_one_line(a->doc), "%s: attribute %s lacks words", op->name, a->name);
        check_span(op, a->name, a->flags);
        cr_expect(!(a->flags & FINNC_REQUIRED) || !a->fallback,
                  "%s: attribute %s is needed, yet has a default", op->name, a->name);
        check_once(op, a->name);
    }
    for (const finnc_choice *c = op->choices; c && c->attr; c++) {
        bool is_there = false;
        for (size_t i = 0; (a = finnc_op_attr(op, i)); i++)
            is_there |= !strcmp(a->name, c->attr) &&
                        (a->kind == FINNC_ATTR_STRING || a->kind == FINNC_ATTR_INT);
        cr_expect(is_there, "%s: choices for an attribute %s that it does not have", op->name,
                  c->attr);
    }
}

Test(registry, every_row_tells_what_its_op_is)
{
    const finnc_op *op;
    for (size_t i = 0; (op = finnc_op_at(i)) != NULL; i++) {
        cr_expect(op->name && op->name[0], "row %zu has no name", i);
        cr_expect(op->summary && is_one_line(op->summary) && starts_low(op->summary),
                  "%s: '%s' is no summary", op->name, op->summary ? op->summary : "");
        cr_expect(op->since[0] >= 1, "%s is of no version", op->name);
        for (size_t k = 1; k < FINNC_OP_MAX_VERSIONS && op->since[k]; k++)
            cr_expect(op->since[k] > op->since[k - 1], "%s: versions do not ascend", op->name);
        cr_expect_eq(op->since[FINNC_OP_MAX_VERSIONS - 1], 0, "%s: versions have no end", op->name);
        cr_expect(op->out[0].name, "%s makes nothing", op->name);
        check_formals(op, op->in);
        check_formals(op, op->out);
        check_attrs(op);
    }
}

Test(registry, rows_are_sorted_and_found)
{
    const finnc_op *op, *before = NULL;
    size_t n = 0;
    for (; (op = finnc_op_at(n)) != NULL; before = op, n++) {
        int order = before ? strcmp(domain_of(before), domain_of(op)) : -1;
        if (order == 0)
            order = strcmp(before->name, op->name);
        cr_expect(order < 0, "%s of '%s' is out of order, or twice", op->name, domain_of(op));
        cr_expect_eq(finnc_op_find(op->domain, op->name), op);
    }
    cr_expect(n > 100, "%zu rows", n);
    cr_expect_null(finnc_op_at(n + 1));
}

Test(registry, the_list_says_what_runs)
{
    cr_expect(finnc_op_can_run(finnc_op_find("", "Relu")));
    finnc_op other = *finnc_op_find("", "Relu");
    cr_expect(!finnc_op_can_run(&other), "an op that is in no row");
    size_t nrun = 0, n = 0;
    for (const finnc_op *op; (op = finnc_op_at(n)) != NULL; n++)
        nrun += finnc_op_can_run(op);
    cr_expect(nrun > 100 && nrun <= n, "%zu of %zu", nrun, n);
}

Test(registry, domains_have_other_names)
{
    cr_expect(finnc_op_find(NULL, "Relu"));
    cr_expect_eq(finnc_op_find("ai.onnx", "Relu"), finnc_op_find("", "Relu"));
    const finnc_op *quant = finnc_op_find("qonnx.custom_op.general", "Quant");
    cr_expect(quant);
    cr_expect_eq(finnc_op_find("onnx.brevitas", "Quant"), quant);
    cr_expect_eq(finnc_op_find("finn.custom_op.general", "Quant"), quant);
    cr_expect_neq(finnc_op_find("qonnx.custom_op.channels_last", "Conv"),
                  finnc_op_find("", "Conv"));
    cr_expect_null(finnc_op_find("", "Quant"));
    cr_expect_null(finnc_op_find("no.such.domain", "Relu"));
    cr_expect_null(finnc_op_find("", "NoSuchOp"));
}

/* What a layer is called once it is specialised, and what it was called once. */
Test(registry, hardware_layers_have_other_names)
{
#define HW "finn.custom_op.fpgadataflow"
    const finnc_op *mvau = finnc_op_find(HW, "MVAU");
    cr_assert(mvau);
    cr_expect_eq(finnc_op_find(HW ".hls", "MVAU_hls"), mvau);
    cr_expect_eq(finnc_op_find(HW ".rtl", "MVAU_rtl"), mvau);
    cr_expect_eq(finnc_op_find(HW, "MVAU_rtl"), mvau, "before the domains were parted");
    cr_expect_eq(finnc_op_find(HW, "StreamingFCLayer_Batch"), mvau);
    cr_expect_eq(finnc_op_find(HW, "MatrixVectorActivation"), mvau);
    static const char *const none[][2] = {{HW ".hls", "MVAU"},
                                          {HW ".hls", "MVAU_rtl"},
                                          {HW ".rtl", "AddStreams_rtl"},
                                          {HW ".hls", "_hls"},
                                          {HW ".hls", "Quant_hls"},
                                          {HW, "MVAU_Batch"},
                                          {HW ".hls", "StreamingFIFO_hls"},
                                          {"", "MVAU_hls"},
                                          {HW ".asic", "MVAU"},
                                          {"qonnx.custom_op.general", "AddStreams_Batch"}};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_null(finnc_op_find(none[i][0], none[i][1]), "%s of %s", none[i][1], none[i][0]);
    size_t nhls = 0, nrtl = 0;
    const finnc_op *op;
    for (size_t i = 0; (op = finnc_op_at(i)) != NULL; i++) {
        char name[80];
        snprintf(name, sizeof name, "%s_hls", op->name);
        nhls += finnc_op_find(HW ".hls", name) == op;
        snprintf(name, sizeof name, "%s_rtl", op->name);
        nrtl += finnc_op_find(HW ".rtl", name) == op;
    }
    cr_expect_eq(nhls, 22, "%zu layers for HLS", nhls);
    cr_expect_eq(nrtl, 7, "%zu layers for RTL", nrtl);
}

/* However one asks for a node's op, the answer is the same. */
Test(registry, home_op_and_name_of_a_node_agree)
{
    static const struct {
        const char *domain, *op_type, *backend, *is;
    } nodes[] = {{HW, "MVAU", NULL, "MVAU"},
                 {HW, "StreamingFCLayer_Batch", NULL, "MVAU"},
                 {"finn", "StreamingFCLayer_Batch", "fpgadataflow", "MVAU"},
                 {HW ".hls", "MVAU_hls", NULL, "MVAU_hls"},
                 {HW, "FMPadding_rtl", NULL, "FMPadding_rtl"},
                 {"onnx.brevitas", "Quant", NULL, "Quant"},
                 {"finn.custom_op.general", "Im2Col", NULL, "Im2Col"},
                 {"finn", "XnorPopcountMatMul", NULL, "XnorPopcountMatMul"}};
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        finnc_ctx *cx = finnc_ctx_create(NULL);
        finnc_model *model;
        finnc_node *node;
        cr_assert_eq(finnc_model_create(cx, &model), FINNC_OK);
        finnc_node_spec spec = {.op_type = nodes[i].op_type, .domain = nodes[i].domain};
        cr_assert_eq(finnc_graph_insert_node(cx, finnc_model_graph(model), &spec, NULL, &node),
                     FINNC_OK);
        if (nodes[i].backend)
            cr_assert_eq(finnc_node_set_string(cx, node, "backend", nodes[i].backend), FINNC_OK);
        const finnc_op *op = finnc_node_find_op(node);
        cr_assert(op, "%s of %s", nodes[i].op_type, nodes[i].domain);
        cr_expect_eq(finnc_op_find(finnc_node_home(node), nodes[i].op_type), op);
        cr_expect(finnc_node_is(node, nodes[i].is), "%s is no %s", nodes[i].op_type, nodes[i].is);
        cr_expect(finnc_node_is(node, nodes[i].op_type));
        cr_expect(!finnc_node_is(node, "Thresholding"));
        finnc_model_destroy(model);
        finnc_ctx_destroy(cx);
    }
}

/* Whatever an op's functions ask for may be missing: no inputs, no attributes, nothing known. */
Test(registry, functions_bear_nodes_of_which_nothing_is_known)
{
    const finnc_op *op;
    for (size_t i = 0; (op = finnc_op_at(i)) != NULL; i++) {
        finnc_ctx *cx = finnc_ctx_create(NULL);
        finnc_model *model;
        finnc_value *x, *y;
        finnc_node *empty, *unknown;
        cr_assert_eq(finnc_model_create(cx, &model), FINNC_OK);
        finnc_graph *graph = finnc_model_graph(model);
        cr_assert_eq(finnc_graph_insert_value(cx, graph, "x", &x), FINNC_OK);
        cr_assert_eq(finnc_graph_insert_value(cx, graph, "y", &y), FINNC_OK);
        finnc_value *inputs[] = {x, x, x, x};
        finnc_node_spec spec = {.op_type = op->name, .domain = op->domain};
        cr_assert_eq(finnc_graph_insert_node(cx, graph, &spec, NULL, &empty), FINNC_OK);
        spec.inputs = inputs;
        spec.ninputs = 4;
        spec.outputs = &y;
        spec.noutputs = 1;
        cr_assert_eq(finnc_graph_insert_node(cx, graph, &spec, NULL, &unknown), FINNC_OK);
        finnc_node *nodes[] = {empty, unknown};
        for (size_t k = 0; k < 2; k++) {
            finnc_cost cost;
            finnc_status statuses[] = {
                finnc_node_check(cx, nodes[k]), finnc_node_infer_shapes(cx, nodes[k], false),
                finnc_node_infer_shapes(cx, nodes[k], true), finnc_node_cost(cx, nodes[k], &cost),
                finnc_graph_infer_dtypes(cx, graph, true)};
            for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++)
                cr_expect(statuses[s] == FINNC_OK || statuses[s] == FINNC_BAD_VALUE,
                          "%s, function %zu: %s", op->name, s, finnc_ctx_message(cx));
        }
        finnc_model_destroy(model);
        cr_expect_eq(finnc_ctx_live_bytes(cx), 0, "%s: a leak", op->name);
        finnc_ctx_destroy(cx);
    }
}

Test(registry, the_version_is_the_last_one_imported)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model;
    finnc_node *node;
    cr_assert_eq(finnc_model_create(cx, &model), FINNC_OK);
    finnc_node_spec spec = {.op_type = "Pad"};
    cr_assert_eq(finnc_graph_insert_node(cx, finnc_model_graph(model), &spec, NULL, &node),
                 FINNC_OK);
    cr_expect_eq(finnc_node_version(node), 1);
    static const struct {
        int64_t imported;
        int version;
    } cases[] = {{1, 1}, {2, 2}, {10, 2}, {11, 11}, {17, 13}, {18, 18}, {28, 25}, {1000, 25}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(finnc_model_set_opset(cx, model, "", cases[i].imported), FINNC_OK);
        cr_expect_eq(finnc_node_version(node), cases[i].version, "%d", (int)cases[i].imported);
    }
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* "finn" is an old domain of several kinds of ops: the node's backend tells which. */
Test(registry, the_oldest_domain_depends_on_the_node)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model;
    finnc_node *node;
    cr_assert_eq(finnc_model_create(cx, &model), FINNC_OK);
    finnc_node_spec spec = {.op_type = "MultiThreshold", .domain = "finn"};
    cr_assert_eq(finnc_graph_insert_node(cx, finnc_model_graph(model), &spec, NULL, &node),
                 FINNC_OK);
    cr_expect_str_eq(finnc_node_home(node), "qonnx.custom_op.general");
    cr_expect(finnc_node_find_op(node));
    cr_assert_eq(finnc_node_set_string(cx, node, "backend", "fpgadataflow"), FINNC_OK);
    cr_expect_str_eq(finnc_node_home(node), "finn.custom_op.fpgadataflow");
    cr_expect_null(finnc_node_find_op(node));
    cr_assert_eq(finnc_node_set_op(cx, node, "MVAU", "finn"), FINNC_OK);
    cr_expect_eq(finnc_node_find_op(node), finnc_op_find("finn.custom_op.fpgadataflow", "MVAU"));
    cr_assert_eq(finnc_node_set_op(cx, node, "Relu", ""), FINNC_OK);
    cr_expect_eq(finnc_node_find_op(node), finnc_op_find("", "Relu"));
    cr_expect(!finnc_node_is_custom(node));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(registry, each_trait_has_a_name)
{
    const finnc_op *op;
    for (size_t i = 0; (op = finnc_op_at(i)) != NULL; i++)
        for (unsigned bit = 0; bit < 32; bit++)
            cr_expect(!(op->traits >> bit & 1) || finnc_op_trait_name(1u << bit), "%s, bit %u",
                      op->name, bit);
    cr_expect_str_eq(finnc_op_trait_name(FINNC_OP_NAMES), "names values of the graph around");
    cr_expect_null(finnc_op_trait_name(FINNC_OP_NAMES | FINNC_OP_LINEAR));
    cr_expect_null(finnc_op_trait_name(0));
}

Test(registry, what_an_attribute_may_be)
{
    const finnc_op *op = finnc_op_find("qonnx.custom_op.general", "QuantAvgPool2d");
    cr_expect_str_eq(finnc_op_choices(op, "data_layout"), "NCHW NHWC");
    cr_expect_null(finnc_op_choices(op, "kernel"));
    cr_expect_null(finnc_op_choices(finnc_op_find("", "Relu"), "data_layout"));
}
