#include "support/poor.h"
#include "support/sink.h"
#include "support/suite.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <graphviz/cgraph.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

FNC_SUITE(dot);

static bool has_folder; /* to work in, where partitions are found beside a model's file */

static finnc_status read_into(finnc_ctx *context, const char *source, finnc_model **model)
{
    if (!has_folder)
        return finnc_model_read_text(context, source, model);
    FINNC_TRY(finnc_file_write(context, "parent.onnxtxt", source, strlen(source)));
    return finnc_model_read(context, "parent.onnxtxt", model);
}

static finnc_model *read_text(const char *source)
{
    finnc_model *model;
    cr_assert_eq(read_into(cx, source, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    return model;
}

static char *write_dot(const char *source)
{
    finnc_model *model = read_text(source);
    test_sink t = {0};
    cr_assert_eq(finnc_dot_write(cx, model, test_sink_add, &t), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model_destroy(model);
    return t.data;
}

/* The drawing, read by Graphviz. */
static Agraph_t *draw(const char *source)
{
    char *written = write_dot(source);
    Agraph_t *graph = agmemread(written);
    cr_assert(graph, "%s", written);
    free(written);
    return graph;
}

static const char *get(void *object, const char *name)
{
    const char *value = agget(object, (char *)name);
    return value ? value : "";
}

/* The one node whose label starts with `label`. */
static Agnode_t *node_of(Agraph_t *graph, const char *label)
{
    Agnode_t *found = NULL;
    for (Agnode_t *n = agfstnode(graph); n; n = agnxtnode(graph, n)) {
        if (strncmp(get(n, "label"), label, strlen(label)) != 0)
            continue;
        cr_assert_null(found, "two nodes are labelled %s", label);
        found = n;
    }
    cr_assert(found, "no node is labelled %s", label);
    return found;
}

static Agraph_t *cluster_of(Agraph_t *graph, const char *label)
{
    for (Agraph_t *g = agfstsubg(graph); g; g = agnxtsubg(g))
        if (strcmp(get(g, "label"), label) == 0)
            return g;
    cr_assert(false, "no cluster is labelled %s", label);
    return NULL;
}

static finnc_status ignore(void *user, finnc_ctx *ctx, const char *data, size_t length)
{
    (void)user, (void)ctx, (void)data, (void)length;
    return FINNC_OK;
}

static finnc_status write_model(finnc_ctx *poor, void *user)
{
    finnc_model *m = NULL;
    finnc_status status = read_into(poor, user, &m);
    if (status == FINNC_OK)
        status = finnc_dot_write(poor, m, ignore, NULL);
    finnc_model_destroy(m);
    return status;
}

static const char model[] =
    "g (bool c, float[1,3,N] x {UINT8, NCW}) => (float[1,4] y)\n"
    "<float[3,4] w {BIPOLAR} = {1,-1,1,-1,1,-1,1,-1,1,-1,1,-1}, float b = {0.5}, t {INT4}> {\n"
    "  [MatMul_0] t = MatMul (x, w)\n"
    "  [bias] u = Add (t, b)\n"
    "  [if] y = If (c) <then_branch = body () => (z) { [inner] z = Neg (u) }>\n"
    "}";

Test(dot, nodes_edges_and_constants_are_drawn)
{
    Agraph_t *graph = draw(model);
    Agnode_t *x = node_of(graph, "x\\n"), *matmul = node_of(graph, "MatMul_0");
    Agnode_t *add = node_of(graph, "Add\\nbias");
    cr_expect_str_eq(get(x, "label"), "x\\nUINT8  1\xc3\x97"
                                      "3\xc3\x97N  NCW");
    cr_expect(strstr(get(matmul, "label"), "\\nB 3\xc3\x97"
                                           "4 BIPOLAR"),
              "%s", get(matmul, "label"));
    cr_expect(strstr(get(add, "label"), "\\nB = 0.5"), "%s", get(add, "label"));
    Agedge_t *edge = agedge(graph, x, matmul, NULL, 0);
    cr_assert(edge);
    cr_expect(strstr(get(edge, "label"), "UINT8"));
    edge = agedge(graph, matmul, add, NULL, 0);
    cr_assert(edge);
    cr_expect(strstr(get(edge, "label"), "INT4"));
    cr_expect(agedge(graph, node_of(graph, "If\\nif"), node_of(graph, "y\\n"), NULL, 0));
    agclose(graph);
}

Test(dot, bodies_are_clusters_between_what_they_use_and_who_runs_them)
{
    Agraph_t *graph = draw(model);
    Agraph_t *body = cluster_of(graph, "if: then_branch");
    cr_expect_eq(agnnodes(body), 1);
    Agnode_t *inner = node_of(graph, "Neg\\ninner");
    cr_expect(agsubnode(body, inner, 0));
    cr_expect(agedge(graph, node_of(graph, "Add\\nbias"), inner, NULL, 0));
    Agedge_t *result = agedge(graph, inner, node_of(graph, "If\\nif"), NULL, 0);
    cr_assert(result);
    cr_expect_str_eq(get(result, "style"), "dashed");
    agclose(graph);
}

Test(dot, partitions_of_several_nodes_are_clusters)
{
    Agraph_t *graph = draw("g (x) => (y) {\n"
                           " [a] s = P <partition_id = 3> (x)\n"
                           " [b] t = Q <partition_id = 1> (s)\n"
                           " [c] u = R <partition_id = 3> (t)\n"
                           " [d] y = S (u)\n"
                           "}");
    Agraph_t *partition = cluster_of(graph, "partition 3");
    cr_expect_eq(agnnodes(partition), 2);
    cr_expect(agsubnode(partition, node_of(graph, "R\\nc"), 0));
    int clusters = 0;
    for (Agraph_t *g = agfstsubg(graph); g; g = agnxtsubg(g))
        clusters++;
    cr_expect_eq(clusters, 2, "the legend and partition 3");
    agclose(graph);
}

Test(dot, kinds_differ_in_colour_and_shape_and_are_explained)
{
    Agraph_t *graph = draw("g (float[1,8] x, float s) => (y) {\n"
                           "  [a] a = qonnx.custom_op.general.Quant(x, s, s, s)\n"
                           "  [b] b = finn.custom_op.fpgadataflow.MVAU(a)\n"
                           "  [c] c = Relu(b)\n"
                           "  [d] y = no.such.Mystery(c)\n"
                           "}");
    static const char *const labels[] = {"Quant\\na", "MVAU\\nb", "Relu\\nc", "Mystery\\nd"};
    static const char *const legend[] = {"quantiser", "hardware layer", "ONNX operator",
                                         "unknown operator"};
    for (int i = 0; i < 4; i++) {
        Agnode_t *n = node_of(graph, labels[i]), *entry = node_of(graph, legend[i]);
        cr_expect_str_eq(get(n, "fillcolor"), get(entry, "fillcolor"));
        cr_expect_str_eq(get(n, "shape"), get(entry, "shape"));
        for (int k = 0; k < i; k++)
            cr_expect_str_neq(get(n, "fillcolor"), get(node_of(graph, labels[k]), "fillcolor"));
    }
    agclose(graph);
}

/* ---- hardware ---- */

#define HLS "finn.custom_op.fpgadataflow.hls."
#define SUM(pe, more)                                                                              \
    HLS "AddStreams_hls <backend = \"fpgadataflow\", NumChannels = 12, PE = " #pe                  \
        ", inputDataType = \"INT2\"" more ">"

/* 12 channels by 4 and by 1: 3 and 12 cycles. Sums of INT2 are INT3, four of them 12 bits; the
 * second layer takes 2 bits at a time. */
static const char layers[] =
    "g (float[1,12] x {INT2}) => (float[1,12] y) {\n"
    "  [fast] a = " SUM(4, ", outFIFODepths = [32]") "(x, x)\n"
                                                     "  [slow] y = " SUM(
                                                         1, ", inFIFODepths = [2, 128]") "(a, a)\n"
                                                                                         "}";

static bool has_label(void *object, const char *words)
{
    return strstr(get(object, "label"), words) != NULL;
}

Test(dot, layers_say_their_folding_and_cycles)
{
    Agraph_t *graph = draw(layers);
    Agnode_t *fast = node_of(graph, "AddStreams_hls\\nfast");
    Agnode_t *slow = node_of(graph, "AddStreams_hls\\nslow");
    cr_expect(has_label(fast, "\\nPE 4\\n3 cycles, 25 %"), "%s", get(fast, "label"));
    cr_expect(has_label(slow, "\\nPE 1\\n12 cycles, 100 %"), "%s", get(slow, "label"));
    agclose(graph);
}

Test(dot, the_bottleneck_has_a_colour_of_its_own)
{
    Agraph_t *graph = draw(layers);
    Agnode_t *entry = node_of(graph, "bottleneck");
    const char *colour = get(entry, "fillcolor");
    cr_expect_str_eq(get(node_of(graph, "AddStreams_hls\\nslow"), "fillcolor"), colour);
    cr_expect_str_neq(get(node_of(graph, "AddStreams_hls\\nfast"), "fillcolor"), colour);
    agclose(graph);
}

/* The first of the two edges between a pair: to input 0. */
Test(dot, streams_say_their_width_and_their_fifo)
{
    Agraph_t *graph = draw(layers);
    Agnode_t *fast = node_of(graph, "AddStreams_hls\\nfast");
    Agnode_t *slow = node_of(graph, "AddStreams_hls\\nslow");
    int found = 0;
    for (Agedge_t *e = agfstout(graph, fast); e; e = agnxtout(graph, e)) {
        cr_expect_eq(aghead(e), slow);
        /* The deeper of what both ends ask for. */
        found += has_label(e, "12 > 2 bits, FIFO 32")    ? 1
                 : has_label(e, "12 > 2 bits, FIFO 128") ? 10
                                                         : 0;
    }
    cr_expect_eq(found, 11, "%d", found);
    Agedge_t *first = agedge(graph, node_of(graph, "x\\n"), fast, NULL, 0);
    cr_expect(has_label(first, "8 bits") && !has_label(first, "FIFO"), "%s", get(first, "label"));
    agclose(graph);
}

/* Nobody has folded them: 1 says nothing, and neither do cycles. */
Test(dot, abstract_layers_say_what_is_more_than_one)
{
    Agraph_t *graph = draw("g (float[1,12] x {INT2}) => (float[1,12] y) {"
                           " [a] a = finn.custom_op.fpgadataflow.AddStreams <NumChannels = 12,"
                           " PE = 1, inputDataType = \"INT2\"> (x, x)"
                           " [b] y = finn.custom_op.fpgadataflow.AddStreams <NumChannels = 12,"
                           " PE = 3, inputDataType = \"INT3\"> (a, a) }");
    cr_expect_str_eq(get(node_of(graph, "AddStreams\\na"), "label"), "AddStreams\\na");
    cr_expect_str_eq(get(node_of(graph, "AddStreams\\nb"), "label"), "AddStreams\\nb\\nPE 3");
    agclose(graph);
}

/* A drawing is where one looks for what is wrong. */
Test(dot, an_illegal_folding_is_drawn_without_cycles)
{
    Agraph_t *graph =
        draw("g (float[1,12] x {INT2}) => (float[1,12] y) { [a] y = " SUM(5, "") "(x, x) }");
    Agnode_t *node = node_of(graph, "AddStreams_hls\\na");
    cr_expect(!has_label(node, "cycles"), "%s", get(node, "label"));
    cr_expect_str_eq(finnc_ctx_message(cx), "");
    agclose(graph);
}

/* ---- partitions with models of their own ---- */

static char folder[] = "/tmp/finnc-dot-XXXXXX";

static void enter_folder(void)
{
    cr_assert(mkdtemp(folder) && chdir(folder) == 0);
    has_folder = true;
    suite_begin();
}

static void leave_folder(void)
{
    cr_expect(unlink("child.onnx") == 0 && unlink("parent.onnxtxt") == 0 && chdir("/") == 0 &&
              rmdir(folder) == 0);
    suite_end();
}

TestSuite(dot_partition, .init = enter_folder, .fini = leave_folder);

static void write_child(const char *source)
{
    finnc_model *child;
    cr_assert_eq(finnc_model_read_text(cx, source, &child), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_model_write(cx, child, "child.onnx", FINNC_EXTERNAL_INLINE), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model_destroy(child);
}

#define PARENT(file)                                                                               \
    "g (float[1,12] x {INT2}) => (float[1,12] y) {\n"                                              \
    "  [first] a = Neg (x)\n"                                                                      \
    "  [p] b = finn.custom_op.fpgadataflow.StreamingDataflowPartition <model = \"" file            \
    "\", partition_id = 0, slr = 1> (a)\n"                                                         \
    "  [last] y = Neg (b)\n"                                                                       \
    "}"

Test(dot_partition, its_layers_are_drawn_inside_the_parent)
{
    write_child(layers);
    Agraph_t *graph = draw(PARENT("child.onnx"));
    Agraph_t *inside = cluster_of(graph, "p: child.onnx, SLR 1");
    Agnode_t *fast = node_of(graph, "AddStreams_hls\\nfast");
    Agnode_t *slow = node_of(graph, "AddStreams_hls\\nslow");
    cr_expect_eq(agnnodes(inside), 2);
    cr_expect(agsubnode(inside, fast, 0) && agsubnode(inside, slow, 0));
    /* Edges go through: no terminal, and no node for the partition. */
    Agedge_t *in = agedge(graph, node_of(graph, "Neg\\nfirst"), fast, NULL, 0);
    cr_expect(in && has_label(in, "8 bits"));
    cr_expect(agedge(graph, slow, node_of(graph, "Neg\\nlast"), NULL, 0));
    cr_expect_str_eq(get(slow, "fillcolor"), get(node_of(graph, "bottleneck"), "fillcolor"));
    for (Agnode_t *n = agfstnode(graph); n; n = agnxtnode(graph, n))
        cr_expect(!has_label(n, "StreamingDataflowPartition"), "%s", get(n, "label"));
    agclose(graph);
}

Test(dot_partition, what_only_passes_through_is_an_edge)
{
    write_child("g (float[1,12] i) => (float[1,12] i) { }");
    Agraph_t *graph = draw(PARENT("child.onnx"));
    cr_expect(agedge(graph, node_of(graph, "Neg\\nfirst"), node_of(graph, "Neg\\nlast"), NULL, 0));
    agclose(graph);
}

Test(dot_partition, a_model_that_is_gone_leaves_the_node)
{
    write_child(layers);
    Agraph_t *graph = draw(PARENT("other.onnx"));
    Agnode_t *node = node_of(graph, "StreamingDataflowPartition\\np");
    cr_expect(agedge(graph, node_of(graph, "Neg\\nfirst"), node, NULL, 0));
    cr_expect_str_eq(finnc_ctx_message(cx), "");
    agclose(graph);
}

/* Which nothing could run: drawn a few times over, and then as a node. */
Test(dot_partition, one_that_lies_in_itself_ends)
{
    write_child(
        "g (float[1,12] i) => (float[1,12] o) { [q] o ="
        " finn.custom_op.fpgadataflow.StreamingDataflowPartition <model = \"child.onnx\"> (i)"
        "}");
    Agraph_t *graph = draw(PARENT("child.onnx"));
    Agnode_t *node = node_of(graph, "StreamingDataflowPartition\\nq");
    cr_expect(agedge(graph, node_of(graph, "Neg\\nfirst"), node, NULL, 0));
    agclose(graph);
}

Test(dot_partition, running_out_of_memory_anywhere_is_an_error)
{
    write_child(layers);
    check_poor(write_model, (void *)PARENT("child.onnx"));
}

/* ---- texts ---- */

Test(dot, texts_are_escaped)
{
    Agraph_t *graph =
        draw("g (\"a\\\\N\\\"<b>{|}\") => (y) {"
             " [\"\\\\G \xff\x01 \\\\\"] y = Op <s = \"\\\\N\"> (\"a\\\\N\\\"<b>{|}\")}");
    node_of(graph, "a\\\\N\"<b>{|}");
    Agnode_t *op = node_of(graph, "Op\\n\\\\G ?? \\\\");
    cr_expect(strstr(get(op, "tooltip"), "s = \\\\N"), "%s", get(op, "tooltip"));
    agclose(graph);
}

/* Memory is elsewhere each time: what is written must not depend on addresses. */
Test(dot, the_same_model_gives_the_same_text)
{
    void *between[20];
    char *first = write_dot(model);
    for (int i = 0; i < 20; i++) {
        between[i] = malloc((size_t)(40 * i + 1));
        char *again = write_dot(model);
        cr_expect_str_eq(first, again);
        free(again);
    }
    for (int i = 0; i < 20; i++)
        free(between[i]);
    free(first);
}

/* Not in that of some addresses, which changes from run to run. */
Test(dot, clusters_are_written_in_their_order)
{
    char *written = write_dot(model);
    const char *first = strstr(written, "subgraph cluster1"),
               *second = strstr(written, "subgraph cluster2");
    cr_assert(first && second && first < second);
    free(written);
}

static finnc_status refuse(void *user, finnc_ctx *ctx, const char *data, size_t length)
{
    (void)user, (void)data, (void)length;
    return finnc_fail(ctx, FINNC_BAD_FILE, "the disk is full");
}

Test(dot, a_failing_sink_ends_the_writing)
{
    finnc_model *m = read_text(model);
    cr_expect_eq(finnc_dot_write(cx, m, refuse, NULL), FINNC_BAD_FILE);
    cr_expect_str_eq(finnc_ctx_message(cx), "the disk is full");
    finnc_model_destroy(m);
}

/* Where Graphviz' renderer is missing, words that say what to install. */
Test(dot, svg_is_rendered_and_unknown_formats_are_errors)
{
    finnc_model *m = read_text(model);
    test_sink t = {0};
    finnc_status status = finnc_dot_render(cx, m, "svg", test_sink_add, &t);
    if (status == FINNC_OK) {
        cr_expect(strstr(t.data, "<svg"));
        cr_expect(strstr(t.data, "MatMul_0"));
        cr_expect_eq(finnc_dot_render(cx, m, "nonsense", test_sink_add, &t), FINNC_UNSUPPORTED);
        cr_expect(strstr(finnc_ctx_message(cx), "nonsense"), "%s", finnc_ctx_message(cx));
    } else {
        cr_expect_eq(status, FINNC_UNSUPPORTED);
        cr_expect(strstr(finnc_ctx_message(cx), "libgvc6"), "%s", finnc_ctx_message(cx));
    }
    free(t.data);
    finnc_model_destroy(m);
}

Test(dot, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(write_model, (void *)model);
}
