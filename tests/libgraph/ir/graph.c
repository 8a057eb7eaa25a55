#include "ir/ir.h"

#include <criterion/criterion.h>
#include <string.h>

static finnc_ctx *cx;
static finnc_model *model;
static finnc_graph *graph;

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
    cr_assert_eq(finnc_model_create(cx, &model), FINNC_OK);
    graph = finnc_model_graph(model);
}

static void teardown(void)
{
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

TestSuite(graph, .init = setup, .fini = teardown);

static finnc_value *value(const char *name)
{
    finnc_value *v;
    cr_assert_eq(finnc_graph_insert_value(cx, graph, name, &v), FINNC_OK);
    return v;
}

static finnc_node *node(const char *op, finnc_value *a, finnc_value *b, finnc_value *out,
                        finnc_node *before)
{
    finnc_value *inputs[] = {a, b};
    finnc_node_spec spec = {.op_type = op,
                            .inputs = inputs,
                            .ninputs = b ? 2 : 1,
                            .outputs = &out,
                            .noutputs = out ? 1 : 0};
    finnc_node *n;
    cr_assert_eq(finnc_graph_insert_node(cx, graph, &spec, before, &n), FINNC_OK);
    return n;
}

Test(graph, edges_are_known_from_both_ends)
{
    finnc_value *x = value("x"), *y = value("y"), *z = value("z");
    finnc_node *a = node("Relu", x, NULL, y, NULL), *b = node("Add", y, y, z, NULL);
    cr_assert_eq(finnc_value_producer(y), a);
    cr_assert_eq(finnc_value_nuses(y), 2);
    cr_assert_null(finnc_value_only_user(y));
    cr_assert_eq(finnc_value_only_user(x), a);
    cr_assert_eq(finnc_node_input(b, 1), y);
    cr_assert_null(finnc_node_input(b, 2));
    cr_assert_eq(finnc_node_set_input(cx, b, 1, x), FINNC_OK);
    cr_assert_eq(finnc_value_only_user(y), b);
    cr_assert_eq(finnc_value_first_user(x), a);
    finnc_node_trim_inputs(b, 1);
    cr_assert_eq(finnc_value_nuses(x), 1);
}

Test(graph, erasing_a_node_frees_its_outputs)
{
    finnc_value *x = value("x"), *y = value("y");
    finnc_node *a = node("Relu", x, NULL, y, NULL);
    finnc_node_spec twice = {.op_type = "Neg", .outputs = &y, .noutputs = 1};
    cr_assert_eq(finnc_graph_insert_node(cx, graph, &twice, NULL, NULL), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "'y' is made by two nodes"));
    cr_assert_eq(finnc_graph_nnodes(graph), 1);
    finnc_graph_erase_node(a);
    cr_assert(finnc_node_is_erased(a));
    cr_assert_eq(finnc_value_nuses(x), 0);
    cr_assert_eq(finnc_graph_insert_node(cx, graph, &twice, NULL, NULL), FINNC_OK);
}

Test(graph, walking_survives_erasing_and_inserting)
{
    finnc_value *x = value("x");
    for (int i = 0; i < 20; i++)
        node(i % 2 ? "Odd" : "Even", x, NULL, value("v"), NULL);
    int seen = 0;
    finnc_foreach_node (n, graph) {
        seen++;
        if (finnc_node_is(n, "Even")) { /* the next one, which the walk has in hand, goes too */
            finnc_node *next = finnc_node_next(n);
            node("New", x, NULL, value("w"), next);
            finnc_graph_erase_node(n);
            finnc_graph_erase_node(next);
        }
    }
    cr_assert_eq(seen, 10);
    cr_assert_eq(finnc_graph_nnodes(graph), 10);
    finnc_foreach_node (n, graph)
        cr_assert(finnc_node_is(n, "New"));
}

Test(graph, order_is_told_by_position_however_often_one_inserts_at_a_spot)
{
    finnc_node *last = node("Last", NULL, NULL, NULL, NULL), *nodes[1000];
    for (int i = 0; i < 1000; i++) {
        nodes[i] = node("Middle", NULL, NULL, NULL, last);
        cr_assert(finnc_node_is_before(nodes[i], last));
        cr_assert(i == 0 || finnc_node_is_before(nodes[i - 1], nodes[i]));
    }
    finnc_node *front[1000];
    for (int i = 0; i < 1000; i++)
        front[i] = node("Front", NULL, NULL, NULL, i ? front[i - 1] : nodes[0]);
    int64_t position = INT64_MIN;
    finnc_foreach_node (n, graph) {
        cr_assert_gt(n->position, position);
        position = n->position;
    }
    finnc_graph_move_node(last, front[999]);
    cr_assert_eq(finnc_graph_first_node(graph), last);
}

Test(graph, names_are_unique_and_findable)
{
    finnc_value *a = value("t"), *b = value("t"), *c = value(NULL);
    cr_assert_str_eq(finnc_value_name(a), "t");
    cr_assert_str_neq(finnc_value_name(b), "t");
    cr_assert_eq(finnc_graph_find_value(graph, finnc_value_name(b)), b);
    cr_assert_eq(finnc_value_rename(cx, c, "t"), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_value_rename(cx, c, ""), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_value_claim_name(cx, c, ""), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_value_rename(cx, a, "u"), FINNC_OK);
    cr_assert_eq(finnc_value_rename(cx, c, "t"), FINNC_OK);
    cr_assert_eq(finnc_graph_find_value(graph, "u"), a);
    cr_assert_eq(finnc_graph_find_value(graph, "t"), c);
    finnc_graph_erase_value(a);
    cr_assert_null(finnc_graph_find_value(graph, "u"));
    cr_assert_eq(finnc_graph_nvalues(graph), 2);
}

Test(graph, a_name_can_be_claimed_from_whoever_holds_it)
{
    finnc_value *a = value("t"), *b = value("u"), *c = value("c");
    finnc_node *n = node("If", c, NULL, value("y"), NULL);
    finnc_graph *bodies[50];
    finnc_value *inner[50];
    for (int i = 0; i < 50; i++) { /* siblings may use one name */
        cr_assert_eq(finnc_node_set_graph(cx, n, i % 2 ? "odd" : "even", &bodies[i]), FINNC_OK);
        cr_assert_eq(fnc_graph_add_value(cx, bodies[i], "inner", &inner[i]), FINNC_OK);
    }
    cr_assert_eq(finnc_value_rename(cx, a, "inner"), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "around or inside"), "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_value_rename(cx, inner[49], "u"), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_value_claim_name(cx, a, "u"), FINNC_OK);
    cr_assert_str_eq(finnc_value_name(a), "u");
    cr_assert_str_neq(finnc_value_name(b), "u");
    cr_assert_eq(finnc_value_claim_name(cx, b, "inner"), FINNC_OK);
    cr_assert_str_neq(finnc_value_name(inner[48]), "inner");
    cr_assert_str_neq(finnc_value_name(inner[49]), "inner");
    cr_assert_eq(finnc_graph_check(cx, graph), FINNC_OK, "%s", finnc_ctx_message(cx));
}

Test(graph, equal_edits_do_not_count_as_changes)
{
    finnc_value *x = value("x"), *y = value("y");
    finnc_node *n = node("Relu", x, NULL, y, NULL);
    cr_assert_eq(finnc_node_set_int(cx, n, "axis", 3), FINNC_OK);
    cr_assert_eq(finnc_node_set_int(cx, n, "", 3), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_node_set_graph(cx, n, "", &(finnc_graph *){NULL}), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_value_set_dtype(cx, y, finnc_dtype_uint(4)), FINNC_OK);
    cr_assert_eq(finnc_value_set_shape(cx, y, FINNC_ELEM_FLOAT, 2, (int64_t[]){1, 2}), FINNC_OK);
    cr_assert_eq(finnc_value_set_layout(cx, y, "NC"), FINNC_OK);
    uint64_t edits = finnc_graph_edits(graph);
    cr_assert_eq(finnc_node_set_int(cx, n, "axis", 3), FINNC_OK);
    cr_assert_eq(finnc_value_set_dtype(cx, y, finnc_dtype_uint(4)), FINNC_OK);
    cr_assert_eq(finnc_value_set_shape(cx, y, FINNC_ELEM_FLOAT, 2, (int64_t[]){1, 2}), FINNC_OK);
    cr_assert_eq(finnc_value_set_layout(cx, y, "NC"), FINNC_OK);
    cr_assert_eq(finnc_node_set_input(cx, n, 0, x), FINNC_OK);
    cr_assert_eq(finnc_node_rename(cx, n, ""), FINNC_OK);
    cr_assert_eq(finnc_graph_edits(graph), edits);
    cr_assert_eq(finnc_node_set_int(cx, n, "axis", 4), FINNC_OK);
    cr_assert_neq(finnc_graph_edits(graph), edits);
}

Test(graph, a_shape_beyond_all_memory_is_none)
{
    finnc_value *x = value("x");
    int64_t huge[] = {INT64_C(1) << 40, INT64_C(1) << 40};
    cr_assert_eq(finnc_value_set_shape(cx, x, FINNC_ELEM_FLOAT, 2, huge), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "more than 2^63 elements"));
    cr_assert_not(finnc_value_has_type(x));
    finnc_dim part[] = {{INT64_C(1) << 40, NULL}, {-1, "N"}};
    cr_assert_eq(finnc_value_set_type(cx, x, FINNC_ELEM_FLOAT, 2, part), FINNC_OK);
}

Test(graph, annotations_are_understood_and_kept_as_texts)
{
    finnc_value *x = value("x");
    cr_assert_eq(finnc_value_dtype(x).kind, FINNC_DTYPE_FLOAT32);
    cr_assert_eq(finnc_value_annotate(cx, x, "SCALE_TENSOR", "s"), FINNC_OK);
    cr_assert_eq(finnc_value_annotate(cx, x, "finn_datatype", "INT4"), FINNC_OK);
    cr_assert_eq(finnc_value_annotate(cx, x, "tensor_layout", "['N', 'C', \"H\", 'W']"), FINNC_OK);
    cr_assert_eq(finnc_value_dtype(x).bits, 4);
    cr_assert_str_eq(finnc_value_layout(x), "NCHW");
    cr_assert_eq(finnc_value_set_layout(cx, x, "NC"), FINNC_OK);
    const char *key;
    cr_assert_str_eq(finnc_value_annotation(x, 2, &key), "['N', 'C']");
    cr_assert_str_eq(key, "tensor_layout");
    cr_assert_eq(finnc_value_nannotations(x), 3);
    cr_assert_eq(finnc_value_annotate(cx, x, "finn_datatype", "INT99x"), FINNC_OK);
    cr_assert_not(finnc_value_has_dtype(x));
    cr_assert_str_eq(finnc_value_annotation(x, 1, NULL), "INT99x");
}

Test(graph, sorting_goes_by_level_and_then_by_old_place)
{
    finnc_value *x = value("x"), *a = value("a"), *b = value("b"), *c = value("c"), *d = value("d");
    finnc_node *last = node("Add", c, b, d, NULL);
    finnc_node *nc = node("Neg", a, NULL, c, NULL);
    finnc_node *nb = node("Neg", x, NULL, b, NULL), *na = node("Neg", x, NULL, a, NULL);
    cr_assert_eq(finnc_graph_sort(cx, graph), FINNC_OK);
    finnc_node *expected[] = {nb, na, nc, last};
    int i = 0;
    finnc_foreach_node (n, graph)
        cr_assert_eq(n, expected[i++]);
    cr_assert_eq(i, 4);
    uint64_t edits = finnc_graph_edits(graph);
    cr_assert_eq(finnc_graph_sort(cx, graph), FINNC_OK);
    cr_assert_eq(finnc_graph_edits(graph), edits);
}

typedef struct seen {
    finnc_node *nodes[8];
    size_t count, most; /* fails beyond `most` */
} seen;

static finnc_status see(void *user, finnc_ctx *of, finnc_node *node)
{
    seen *s = user;
    if (s->count == s->most)
        return finnc_fail(of, FINNC_UNSUPPORTED, "enough");
    s->nodes[s->count++] = node;
    return FINNC_OK;
}

Test(graph, visiting_goes_along_the_data_and_leaves_the_list)
{
    finnc_value *x = value("x"), *a = value("a"), *b = value("b"), *c = value("c");
    finnc_node *last = node("Add", a, b, c, NULL);
    finnc_node *nb = node("Neg", a, NULL, b, NULL), *na = node("Neg", x, NULL, a, NULL);
    seen s = {.most = 8};
    cr_assert_eq(finnc_graph_visit(cx, graph, see, &s), FINNC_OK);
    cr_assert_eq(s.count, 3);
    cr_assert(s.nodes[0] == na && s.nodes[1] == nb && s.nodes[2] == last);
    cr_assert_eq(finnc_graph_first_node(graph), last);
    s = (seen){.most = 1};
    cr_assert_eq(finnc_graph_visit(cx, graph, see, &s), FINNC_UNSUPPORTED);
    cr_assert_eq(s.count, 1);
    cr_assert_eq(finnc_node_set_input(cx, na, 0, c), FINNC_OK);
    cr_assert_eq(finnc_graph_visit(cx, graph, see, &s), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "cycle"));
}

Test(graph, cycles_and_loose_ends_are_found)
{
    finnc_value *x = value("x"), *a = value("a"), *b = value("b");
    finnc_node *na = node("Add", x, b, a, NULL);
    node("Neg", a, NULL, b, NULL);
    cr_assert_eq(finnc_graph_check_ends(cx, graph), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "'x', comes from nowhere"));
    cr_assert_eq(finnc_graph_set_inputs(cx, graph, &x, 1), FINNC_OK);
    cr_assert_eq(finnc_graph_check(cx, graph), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "cycle"));
    cr_assert_eq(finnc_graph_sort(cx, graph), FINNC_BAD_VALUE);
    finnc_node_trim_inputs(na, 1);
    cr_assert_eq(finnc_graph_check(cx, graph), FINNC_OK);
}

Test(graph, uses_inside_subgraphs_count_and_end_with_their_node)
{
    finnc_value *c = value("c"), *outer = value("outer"), *y = value("y");
    finnc_node *n = node("If", c, NULL, y, NULL);
    finnc_graph *body;
    cr_assert_eq(finnc_node_set_graph(cx, n, "then_branch", &body), FINNC_OK);
    finnc_value *inner;
    cr_assert_eq(finnc_graph_insert_value(cx, body, "outer", &inner), FINNC_OK);
    cr_assert_str_neq(finnc_value_name(inner), "outer",
                      "an inner value must not hide an outer one");
    finnc_node_spec spec = {
        .op_type = "Neg", .inputs = &outer, .ninputs = 1, .outputs = &inner, .noutputs = 1};
    cr_assert_eq(finnc_graph_insert_node(cx, body, &spec, NULL, NULL), FINNC_OK);
    cr_assert_eq(finnc_value_nuses(outer), 1);
    cr_assert_eq(finnc_value_first_user(outer), n);
    cr_assert_eq(fnc_graph_resolve(body, "outer"), outer);
    cr_assert_eq(finnc_graph_set_outputs(cx, body, &outer, 1), FINNC_BAD_VALUE);
    cr_expect_str_eq(finnc_ctx_message(cx),
                     "'outer' is a value of another graph, which is no output of this one");
    cr_assert_eq(finnc_graph_noutputs(body), 0);
    cr_assert_eq(finnc_graph_set_outputs(cx, body, &inner, 1), FINNC_OK);
    finnc_graph_erase_node(n);
    cr_assert_eq(finnc_value_nuses(outer), 0);
}

/* A model with everything that a clone has to carry. */
static void build_rich_model(void)
{
    finnc_value *x = value("x"), *w, *y = value("y"), *inner;
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create_scalar(cx, FINNC_ELEM_FLOAT, 3, &t), FINNC_OK);
    cr_assert_eq(finnc_graph_insert_constant(cx, graph, "w", t, &w), FINNC_OK);
    finnc_node *n = node("If", x, w, y, NULL);
    cr_assert_eq(finnc_node_set_ints(cx, n, "pads", (int64_t[]){1, 2}, 2), FINNC_OK);
    cr_assert_eq(finnc_node_set_strings(cx, n, "names", (const char *[]){"a", "b"}, 2), FINNC_OK);
    cr_assert_eq(finnc_node_set_tensor(cx, n, "value", t), FINNC_OK);
    finnc_graph *body;
    cr_assert_eq(finnc_node_set_graph(cx, n, "body", &body), FINNC_OK);
    cr_assert_eq(finnc_graph_insert_value(cx, body, "inner", &inner), FINNC_OK);
    finnc_node_spec spec = {
        .op_type = "Neg", .inputs = &x, .ninputs = 1, .outputs = &inner, .noutputs = 1};
    cr_assert_eq(finnc_graph_insert_node(cx, body, &spec, NULL, NULL), FINNC_OK);
    cr_assert_eq(
        finnc_value_set_type(cx, x, FINNC_ELEM_FLOAT, 2, (finnc_dim[]){{-1, "N"}, {3, NULL}}),
        FINNC_OK);
    cr_assert_eq(finnc_value_set_dtype(cx, x, finnc_dtype_bipolar()), FINNC_OK);
    cr_assert_eq(finnc_value_set_sparsity(cx, w, "{1: {0}}"), FINNC_OK);
    cr_assert_eq(finnc_graph_set_inputs(cx, graph, &x, 1), FINNC_OK);
    cr_assert_eq(finnc_graph_set_outputs(cx, graph, &y, 1), FINNC_OK);
    cr_assert_eq(finnc_model_set_opset(cx, model, "", 11), FINNC_OK);
    finnc_tensor_release(t);
}

Test(graph, a_clone_lives_by_itself)
{
    build_rich_model();
    finnc_model *clone;
    cr_assert_eq(finnc_model_clone(cx, model, &clone), FINNC_OK);
    finnc_model_swap(model, clone);
    finnc_model_destroy(clone); /* the original */
    graph = finnc_model_graph(model);
    cr_assert_eq(finnc_graph_check(cx, graph), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_value *x = finnc_graph_input(graph, 0), *w = finnc_graph_find_value(graph, "w");
    cr_assert_str_eq(finnc_value_dim(x, 0).symbol, "N");
    cr_assert_eq(finnc_value_dtype(x).kind, FINNC_DTYPE_BIPOLAR);
    cr_assert_str_eq(finnc_value_sparsity(w), "{1: {0}}");
    cr_assert_eq(finnc_tensor_get(finnc_value_tensor(w), 0), 3);
    cr_assert_eq(finnc_value_nuses(x), 2);
    cr_assert_eq(finnc_model_find_opset(model, "ai.onnx"), 11);
    const finnc_node *n = finnc_graph_first_node(graph);
    cr_assert_str_eq(finnc_attr_name(finnc_node_attr(n, 3)), "body");
    cr_assert_eq(finnc_graph_nnodes(finnc_attr_graph(finnc_node_attr(n, 3), 0)), 1);
    size_t count;
    cr_assert_eq(finnc_node_ints(n, "pads", &count)[1], 2);
    cr_assert_eq(finnc_attr_string(finnc_node_find_attr(n, "names"), 1).data[0], 'b');
}

static int allocations_left;
static void *failing_realloc(void *user, void *ptr, size_t size)
{
    (void)user;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return allocations_left-- > 0 ? realloc(ptr, size) : NULL;
}

Test(graph, cloning_survives_every_failing_allocation)
{
    build_rich_model();
    for (int n = 0;; n++) {
        allocations_left = n + 1;
        finnc_ctx *poor = finnc_ctx_create(&(finnc_ctx_options){.realloc = failing_realloc});
        finnc_model *clone;
        finnc_status status = finnc_model_clone(poor, model, &clone);
        if (status == FINNC_OK)
            finnc_model_destroy(clone);
        else
            cr_assert_eq(status, FINNC_NO_MEMORY);
        cr_assert_eq(finnc_ctx_live_bytes(poor), 0);
        finnc_ctx_destroy(poor);
        if (status == FINNC_OK) {
            cr_assert_gt(n, 3);
            break;
        }
    }
}

/* The file could not be read again. */
Test(graph, what_a_node_makes_and_what_is_no_tensor_cannot_become_an_initialiser)
{
    finnc_value *x = value("x"), *y = value("y");
    node("Relu", x, NULL, y, NULL);
    finnc_tensor *one, *sequence;
    cr_assert_eq(finnc_tensor_create_scalar(cx, FINNC_ELEM_FLOAT, 1, &one), FINNC_OK);
    cr_assert_eq(finnc_tensor_create_of(cx, FINNC_KIND_SEQUENCE, (const finnc_tensor *[]){one}, 1,
                                        &sequence),
                 FINNC_OK);
    cr_assert_eq(finnc_value_set_tensor(cx, y, one), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "'y' cannot become an initialiser: node"), "%s",
              finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    cr_assert_eq(finnc_value_set_tensor(cx, x, sequence), FINNC_BAD_VALUE);
    cr_expect(
        strstr(finnc_ctx_message(cx), "'x' cannot become an initialiser: ONNX has no sequence"),
        "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    cr_assert_not(finnc_value_is_constant(x));
    cr_assert_not(finnc_value_is_constant(y));
    cr_assert_eq(finnc_value_set_tensor(cx, y, NULL), FINNC_OK, "there is nothing to take away");
    cr_assert_eq(finnc_value_set_tensor(cx, x, one), FINNC_OK);
    finnc_tensor_release(one);
    finnc_tensor_release(sequence);
}

Test(graph, an_input_is_free_unless_it_has_a_default)
{
    finnc_value *inputs[] = {value("a"), value("b"), value("c"), value("d")};
    finnc_tensor *one;
    cr_assert_eq(finnc_tensor_create_scalar(cx, FINNC_ELEM_FLOAT, 1, &one), FINNC_OK);
    cr_assert_eq(finnc_value_set_tensor(cx, inputs[0], one), FINNC_OK);
    cr_assert_eq(finnc_value_set_tensor(cx, inputs[2], one), FINNC_OK);
    finnc_tensor_release(one);
    cr_assert_eq(finnc_graph_set_inputs(cx, graph, inputs, 4), FINNC_OK);
    size_t at = 0;
    cr_assert_eq(finnc_graph_next_free_input(graph, &at), inputs[1]);
    cr_assert_eq(finnc_graph_next_free_input(graph, &at), inputs[3]);
    cr_assert_null(finnc_graph_next_free_input(graph, &at));
    cr_assert_null(finnc_graph_next_free_input(graph, &at), "and stays at the end");
}

Test(graph, a_node_without_a_name_is_called_by_what_it_makes)
{
    static char name[400];
    char words[FINNC_NODE_WORDS_MAX];
    memset(name, 'n', sizeof name - 1);
    finnc_value *a = value("a"), *b = value("b");
    finnc_node *relu = node("Relu", a, NULL, b, NULL);
    cr_assert_eq(finnc_node_rename(cx, relu, ""), FINNC_OK);
    cr_expect_str_eq(finnc_node_words(relu, words), "the maker of b (Relu)");
    cr_assert_eq(finnc_node_rename(cx, relu, "Relu_0"), FINNC_OK);
    cr_expect_str_eq(finnc_node_words(relu, words), "Relu_0 (Relu)");
    cr_assert_eq(finnc_node_rename(cx, relu, name), FINNC_OK);
    cr_expect(strstr(finnc_node_words(relu, words), "nnn (Relu)"), "%s", words);
    cr_assert_eq(finnc_node_rename(cx, relu, ""), FINNC_OK);
    cr_assert_eq(finnc_node_set_output(cx, relu, 0, NULL), FINNC_OK);
    cr_expect_str_eq(finnc_node_words(relu, words), "Relu");
}
