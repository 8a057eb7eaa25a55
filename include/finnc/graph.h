/* The graph: nodes in order, values that connect them, and the one set of functions that edit them.
 *
 * A value is anything with a name in a graph: an input, an initialiser, a node's output. It knows
 * its producer and its uses, and holds type, initialiser and FINN's annotations. Nodes, values,
 * names and attributes live in the model's arena: they die with the model and nobody frees one, so
 * a pointer to an erased node stays readable (finnc_node_is_erased) while a pass runs.
 *
 * A node of a subgraph (the body of If, Loop, Scan) may use a value of an enclosing graph: such a
 * use counts as any other. Getters are borrowed: they live as long as their parent. Editing
 * functions fail with NO_MEMORY besides what they say. */
#ifndef FINNC_GRAPH_H
#define FINNC_GRAPH_H

#include <finnc/attr.h>
#include <finnc/ctx.h>
#include <finnc/dtype.h>
#include <finnc/tensor.h>

FINNC_BEGIN_DECLS

typedef struct finnc_model finnc_model;
typedef struct finnc_graph finnc_graph;
typedef struct finnc_node finnc_node;
typedef struct finnc_value finnc_value;
typedef struct finnc_use finnc_use;

/** One dimension of a shape that may be known, named or unknown. */
typedef struct finnc_dim {
    int64_t size;       /**< elements; -1: not known */
    const char *symbol; /**< the name of an unknown dimension, or NULL */
} finnc_dim;

/* ---- the graph ---- */

FINNC_API finnc_model *finnc_graph_model(const finnc_graph *graph);
/** The node whose attribute this graph is; NULL for a model's own graph and a function's body. */
FINNC_API finnc_node *finnc_graph_owner(const finnc_graph *graph);
FINNC_API const char *finnc_graph_name(const finnc_graph *graph);
FINNC_API size_t finnc_graph_nnodes(const finnc_graph *graph);
FINNC_API size_t finnc_graph_nvalues(const finnc_graph *graph);
FINNC_API finnc_node *finnc_graph_first_node(const finnc_graph *graph);
FINNC_API finnc_node *finnc_graph_last_node(const finnc_graph *graph);
FINNC_API finnc_value *finnc_graph_first_value(const finnc_graph *graph);
FINNC_API size_t finnc_graph_ninputs(const finnc_graph *graph);
FINNC_API size_t finnc_graph_noutputs(const finnc_graph *graph);
FINNC_API finnc_value *finnc_graph_input(const finnc_graph *graph, size_t i);
FINNC_API finnc_value *finnc_graph_output(const finnc_graph *graph, size_t i);
/** The first input from place `*at` on that has no default, so that a run needs a tensor for it;
 * NULL: there is none. `*at`, 0 at the beginning, becomes the place behind it. */
FINNC_API finnc_value *finnc_graph_next_free_input(const finnc_graph *graph, size_t *at);
/** The value of that name in this graph (not in an enclosing one), or NULL. */
FINNC_API finnc_value *finnc_graph_find_value(const finnc_graph *graph, const char *name);
/** The first node of that name, or NULL. O(nodes). */
FINNC_API finnc_node *finnc_graph_find_node(const finnc_graph *graph, const char *name);
/** Counts every change to the model, this graph's and its subgraphs' included: equal counts mean
 * that nothing was edited between. */
FINNC_API uint64_t finnc_graph_edits(const finnc_graph *graph);

/** Walks the nodes in order. The body may insert nodes, which are visited if they lie ahead of the
 * next one, and erase any. */
#define finnc_foreach_node(node, graph)                                                            \
    for (finnc_node *node = finnc_graph_first_node(graph),                                         \
                    *node##_next = node ? finnc_node_next(node) : NULL;                            \
         node;                                                                                     \
         node = finnc_node_revive(node##_next), node##_next = node ? finnc_node_next(node) : NULL)
#define finnc_foreach_value(value, graph)                                                          \
    for (finnc_value *value = finnc_graph_first_value(graph),                                      \
                     *value##_next = value ? finnc_value_next(value) : NULL;                       \
         value; value = finnc_value_revive(value##_next),                                          \
                     value##_next = value ? finnc_value_next(value) : NULL)
/** Walks the uses of a value in no particular order. The body may take away the use at hand. */
#define finnc_foreach_use(use, value)                                                              \
    for (finnc_use *use = finnc_value_first_use(value),                                            \
                   *use##_next = use ? finnc_use_next(use) : NULL;                                 \
         use; use = use##_next, use##_next = use ? finnc_use_next(use) : NULL)

/* ---- nodes ---- */

FINNC_API finnc_graph *finnc_node_graph(const finnc_node *node);
FINNC_API const char *finnc_node_name(const finnc_node *node);    /**< "" if it has none */
FINNC_API const char *finnc_node_op_type(const finnc_node *node); /**< "Conv" */
enum { FINNC_NODE_WORDS_MAX = 256 };
/** What messages call it: "Conv_3 (Conv)"; without a name "the maker of y (Conv)", or "Conv" if it
 * makes nothing. Cut off where it is long. */
FINNC_API const char *finnc_node_words(const finnc_node *node, char text[FINNC_NODE_WORDS_MAX]);
FINNC_API const char *
finnc_node_domain(const finnc_node *node); /**< as in the file; "" is ai.onnx */
/** Is it the op that ONNX, QONNX or FINN call so, in whichever of their domains it stands? Where
 * ONNX has the name it is ONNX's: not the Conv of QONNX that has its channels last. By an old name
 * too: MatrixVectorActivation is MVAU; but MVAU_hls, which computes the same, is not. Not an op of
 * that name in somebody else's domain, nor one that a function of the model defines. */
FINNC_API bool finnc_node_is(const finnc_node *node, const char *op_type);
/** The same for whatever any of them calls so: ONNX's Conv, and QONNX's with its channels last. */
FINNC_API bool finnc_node_is_any(const finnc_node *node, const char *op_type);
FINNC_API size_t finnc_node_ninputs(const finnc_node *node);
FINNC_API size_t finnc_node_noutputs(const finnc_node *node);
/** NULL if the optional input is absent or `i` is past the last one. */
FINNC_API finnc_value *finnc_node_input(const finnc_node *node, size_t i);
FINNC_API finnc_value *finnc_node_output(const finnc_node *node, size_t i);
FINNC_API finnc_node *
finnc_node_next(const finnc_node *node); /**< the next living node, also of an erased one */
FINNC_API finnc_node *finnc_node_prev(const finnc_node *node);
/** The node itself, or if it was erased meanwhile the next living one, or NULL; NULL is fine. */
FINNC_API finnc_node *finnc_node_revive(finnc_node *node);
FINNC_API bool finnc_node_is_erased(const finnc_node *node);
/** Does `a` stand before `b` in the order of their graph? O(1). */
FINNC_API bool finnc_node_is_before(const finnc_node *a, const finnc_node *b);

/** The node's subgraph number `i`, counted over all its attributes, or NULL past the last one; the
 * name of the attribute that it is goes to `attr` (may be NULL). */
FINNC_API finnc_graph *finnc_node_body(const finnc_node *node, size_t i, const char **attr);

/** What a new node is made of. Inputs and outputs are values of this graph or (inputs) an enclosing
 * one; NULL entries are absent. */
typedef struct finnc_node_spec {
    const char *op_type;
    const char *domain; /**< NULL: "" */
    const char *name;   /**< NULL: "" */
    finnc_value *const *inputs;
    size_t ninputs;
    finnc_value *const *outputs; /**< none may have a producer yet */
    size_t noutputs;
} finnc_node_spec;

/** Inserts a node before `before`, or at the end if that is NULL. `node` may be NULL. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_insert_node(finnc_ctx *cx, finnc_graph *graph,
                                                              const finnc_node_spec *spec,
                                                              finnc_node *before,
                                                              finnc_node **node);
/** Inserts a node like `like` (op type, domain, attributes) with `inputs` and `outputs`. The name
 * is "". */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_insert_like(
    finnc_ctx *cx, const finnc_node *like, finnc_value *const *inputs, size_t ninputs,
    finnc_value *const *outputs, size_t noutputs, finnc_node *before, finnc_node **node);
/** Takes a node out of its graph: its inputs lose the uses; its outputs lose their producer and
 * stay, to be produced by another. */
FINNC_API void finnc_graph_erase_node(finnc_node *node);
/** Moves a node before `before` (NULL: to the end). */
FINNC_API void finnc_graph_move_node(finnc_node *node, finnc_node *before);

FINNC_API FINNC_MUST_USE finnc_status finnc_node_rename(finnc_ctx *cx, finnc_node *node,
                                                        const char *name);
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_op(finnc_ctx *cx, finnc_node *node,
                                                        const char *op_type, const char *domain);
/** Sets input `i`, appending absent ones up to it; NULL makes it absent. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_input(finnc_ctx *cx, finnc_node *node,
                                                           size_t i, finnc_value *value);
/** Drops the inputs from `ninputs` on. */
FINNC_API void finnc_node_trim_inputs(finnc_node *node, size_t ninputs);
/** Makes `value`, which must have no producer, output `i` in place of the one there (appending up
 * to it). */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_output(finnc_ctx *cx, finnc_node *node,
                                                            size_t i, finnc_value *value);

/* ---- attributes (finnc/attr.h) of a node ---- */

FINNC_API size_t finnc_node_nattrs(const finnc_node *node);
FINNC_API const finnc_attr *finnc_node_attr(const finnc_node *node, size_t i);
FINNC_API const finnc_attr *finnc_node_find_attr(const finnc_node *node, const char *name);
/** The attribute's value, or `absent` if it is not there or of another kind. */
FINNC_API int64_t finnc_node_int(const finnc_node *node, const char *name, int64_t absent);
FINNC_API double finnc_node_float(const finnc_node *node, const char *name, double absent);
FINNC_API const char *finnc_node_string(const finnc_node *node, const char *name,
                                        const char *absent);
/** The list and its length, or NULL and 0. */
FINNC_API const int64_t *finnc_node_ints(const finnc_node *node, const char *name, size_t *count);
/** As find, but absence (or another kind) is BAD_VALUE: "Conv_0 (Conv): attribute kernel_shape is
 * missing". */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_need_int(finnc_ctx *cx, const finnc_node *node,
                                                          const char *name, int64_t *x);
FINNC_API FINNC_MUST_USE finnc_status finnc_node_need_ints(finnc_ctx *cx, const finnc_node *node,
                                                           const char *name, const int64_t **x,
                                                           size_t *count);
FINNC_API FINNC_MUST_USE finnc_status finnc_node_need_string(finnc_ctx *cx, const finnc_node *node,
                                                             const char *name, const char **x);
/** Sets or replaces an attribute, at its old place or at the end. It has to have a name. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_int(finnc_ctx *cx, finnc_node *node,
                                                         const char *name, int64_t x);
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_float(finnc_ctx *cx, finnc_node *node,
                                                           const char *name, double x);
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_string(finnc_ctx *cx, finnc_node *node,
                                                            const char *name, const char *x);
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_ints(finnc_ctx *cx, finnc_node *node,
                                                          const char *name, const int64_t *x,
                                                          size_t count);
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_floats(finnc_ctx *cx, finnc_node *node,
                                                            const char *name, const float *x,
                                                            size_t count);
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_strings(finnc_ctx *cx, finnc_node *node,
                                                             const char *name, const char *const *x,
                                                             size_t count);
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_tensor(finnc_ctx *cx, finnc_node *node,
                                                            const char *name,
                                                            const finnc_tensor *x);
/** Makes an empty subgraph the attribute `name`; it is `body`. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_graph(finnc_ctx *cx, finnc_node *node,
                                                           const char *name, finnc_graph **body);
/** Gives `node` the attributes of `from` (another graph's is fine), subgraphs excepted. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_copy_attrs(finnc_ctx *cx, finnc_node *node,
                                                            const finnc_node *from);
FINNC_API void finnc_node_erase_attr(finnc_node *node, const char *name);

/* ---- values ---- */

FINNC_API const char *finnc_value_name(const finnc_value *value);
FINNC_API finnc_graph *finnc_value_graph(const finnc_value *value);
FINNC_API finnc_value *finnc_value_next(const finnc_value *value);
FINNC_API finnc_value *finnc_value_revive(finnc_value *value);
/** The node that makes it, or NULL for inputs and initialisers; and which of its outputs it is. */
FINNC_API finnc_node *finnc_value_producer(const finnc_value *value);
FINNC_API size_t finnc_value_producer_index(const finnc_value *value);
FINNC_API size_t finnc_value_nuses(
    const finnc_value *value); /**< node inputs; a node that uses it twice counts twice */
FINNC_API finnc_use *finnc_value_first_use(const finnc_value *value);
FINNC_API finnc_node *finnc_use_node(const finnc_use *use);
FINNC_API size_t finnc_use_index(const finnc_use *use);
FINNC_API finnc_use *finnc_use_next(const finnc_use *use);
/** The user that stands first in the order of the value's graph, or NULL. */
FINNC_API finnc_node *finnc_value_first_user(const finnc_value *value);
/** The one node that uses it, if nothing else does and it is no graph output; else NULL. */
FINNC_API finnc_node *finnc_value_only_user(const finnc_value *value);
FINNC_API bool finnc_value_is_input(const finnc_value *value);
FINNC_API bool finnc_value_is_output(const finnc_value *value);
/** Has it an initialiser? (A graph input with one counts: its default.) */
FINNC_API bool finnc_value_is_constant(const finnc_value *value);
FINNC_API const finnc_tensor *finnc_value_tensor(const finnc_value *value);

/** Inserts a value named `hint` (NULL: "value"), or `hint` with a number behind it if that name is
 * taken. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_insert_value(finnc_ctx *cx, finnc_graph *graph,
                                                               const char *hint,
                                                               finnc_value **value);
/** The same, with an initialiser; type and shape are the tensor's. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_insert_constant(finnc_ctx *cx, finnc_graph *graph,
                                                                  const char *hint,
                                                                  const finnc_tensor *tensor,
                                                                  finnc_value **value);
/** Takes out a value that nothing produces or uses and that is no input or output. */
FINNC_API void finnc_graph_erase_value(finnc_value *value);
/** Fails with BAD_VALUE if it is empty, or taken in this graph or in one around or inside it. */
FINNC_API FINNC_MUST_USE finnc_status finnc_value_rename(finnc_ctx *cx, finnc_value *value,
                                                         const char *name);
/** The same, but whoever holds the name in any of these graphs gives it up for another free one. */
FINNC_API FINNC_MUST_USE finnc_status finnc_value_claim_name(finnc_ctx *cx, finnc_value *value,
                                                             const char *name);
/** Every use of `value` by a node becomes one of `by`. Graph outputs stay. */
FINNC_API void finnc_value_replace_uses(finnc_value *value, finnc_value *by);
/** Sets or (NULL) takes away the initialiser; element type and shape follow the tensor. BAD_VALUE:
 * it is a sequence or the like, or a node that is no memory (FINNC_OP_MEMORY) makes the value. */
FINNC_API FINNC_MUST_USE finnc_status finnc_value_set_tensor(finnc_ctx *cx, finnc_value *value,
                                                             const finnc_tensor *tensor);
/** Replaces the lists of graph inputs and outputs. BAD_VALUE: a value is another graph's. What a
 * body reads of the graph around it, it can hand out by an Identity. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_set_inputs(finnc_ctx *cx, finnc_graph *graph,
                                                             finnc_value *const *values,
                                                             size_t count);
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_set_outputs(finnc_ctx *cx, finnc_graph *graph,
                                                              finnc_value *const *values,
                                                              size_t count);

/* ---- what is known of a value ---- */

/** Is there anything about its type in the model (value_info, input, output, initialiser)? */
FINNC_API bool finnc_value_has_type(const finnc_value *value);
/** Its place among the model's value_info entries: of two values, the one with the smaller number
 * stands first. 0: it has none (graph inputs and outputs need none, nor do initialisers). */
FINNC_API uint64_t finnc_value_info_order(const finnc_value *value);
/** Tensor, sequence, ... as the model declares it; TENSOR if it says nothing. */
FINNC_API finnc_kind finnc_value_kind(const finnc_value *value);
/** The same `depth` levels within: of an optional of sequences of tensors OPTIONAL, SEQUENCE, and
 * TENSOR from there on. Nothing is known of what is in a map: TENSOR. */
FINNC_API finnc_kind finnc_value_kind_at(const finnc_value *value, int depth);
/** The tensors that a sequence or optional is made of, however deep in it; `dims` has room for
 * FINNC_MAX_RANK and gets no symbols. False if it is none, or what it is made of is not known: then
 * `elem` is UNDEFINED and `rank` -1. */
FINNC_API bool finnc_value_item(const finnc_value *value, finnc_elem *elem, int *rank,
                                finnc_dim *dims);
FINNC_API finnc_elem
finnc_value_elem(const finnc_value *value);               /**< UNDEFINED: not known, or no tensor */
FINNC_API int finnc_value_rank(const finnc_value *value); /**< -1: not known */
FINNC_API finnc_dim finnc_value_dim(const finnc_value *value, int axis);
/** Copies the sizes out and answers true if the rank is `rank` or (`rank` -1) at most
 * FINNC_MAX_RANK, and all sizes are known. Of a constant they are its tensor's, whatever a file
 * says of it besides. */
FINNC_API bool finnc_value_dims(const finnc_value *value, int rank, int64_t *dims);
/** Elements in all, or -1 if that is not known. */
FINNC_API int64_t finnc_value_nelems(const finnc_value *value);
/** Makes it a tensor of that element type and shape. `rank` -1: unknown shape. Symbols are copied.
 */
FINNC_API FINNC_MUST_USE finnc_status finnc_value_set_type(finnc_ctx *cx, finnc_value *value,
                                                           finnc_elem elem, int rank,
                                                           const finnc_dim *dims);
/** The same for a fully known shape. */
FINNC_API FINNC_MUST_USE finnc_status finnc_value_set_shape(finnc_ctx *cx, finnc_value *value,
                                                            finnc_elem elem, int rank,
                                                            const int64_t *dims);
/** Makes its type and annotations those of `from`. */
FINNC_API FINNC_MUST_USE finnc_status finnc_value_copy_type(finnc_ctx *cx, finnc_value *value,
                                                            const finnc_value *from);
/** Forgets type and shape (the value_info), annotations excepted. */
FINNC_API void finnc_value_clear_type(finnc_value *value);

/** The annotated data type; without one FLOAT16 for float16 elements and FLOAT32 for all else, as
 * upstream. */
FINNC_API finnc_dtype finnc_value_dtype(const finnc_value *value);
FINNC_API bool finnc_value_has_dtype(const finnc_value *value);
FINNC_API FINNC_MUST_USE finnc_status finnc_value_set_dtype(finnc_ctx *cx, finnc_value *value,
                                                            finnc_dtype dtype);
/** One letter per axis, "NCHW"; "" is annotated as unknown; NULL if not annotated. */
FINNC_API const char *finnc_value_layout(const finnc_value *value);
FINNC_API FINNC_MUST_USE finnc_status finnc_value_set_layout(finnc_ctx *cx, finnc_value *value,
                                                             const char *layout);
/** Upstream's text, a Python literal such as {'dw': {'kernel_shape': [3, 3]}}; NULL if not
 * annotated. */
FINNC_API const char *finnc_value_sparsity(const finnc_value *value);
FINNC_API FINNC_MUST_USE finnc_status finnc_value_set_sparsity(finnc_ctx *cx, finnc_value *value,
                                                               const char *sparsity);
/** All annotations, FINN's and others', in the file's order. */
FINNC_API size_t finnc_value_nannotations(const finnc_value *value);
FINNC_API const char *finnc_value_annotation(const finnc_value *value, size_t i, const char **key);
FINNC_API FINNC_MUST_USE finnc_status finnc_value_annotate(finnc_ctx *cx, finnc_value *value,
                                                           const char *key, const char *text);

/* ---- whole graphs ---- */

/** Copies the values and nodes of `from`, the main graph of another model, into `graph`: nodes
 * before `before` (NULL: to the end), tensors shared, names that are taken with a number behind.
 * `inputs` and `outputs` (either may be NULL) receive what became of those of `from`; the inputs
 * and outputs of `graph` stay as they are. A failure leaves part of it behind. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_import(finnc_ctx *cx, finnc_graph *graph,
                                                         const finnc_graph *from,
                                                         finnc_node *before, finnc_value **inputs,
                                                         finnc_value **outputs);

/** Leaves of a graph what lies between values: those named `from` become its inputs, which nothing
 * makes any more, together with the old inputs that are still needed; those named `to` (none: as
 * before) become its outputs; nodes and initialisers that no output needs go. What a Gradient names
 * it needs. NOT_FOUND, with the nearest name; BAD_VALUE: a name twice, one of `from` that no output
 * depends on, or one between the values that a Gradient names, which is then no longer the
 * derivative that it was. A failure leaves part of it done. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_extract(finnc_ctx *cx, finnc_graph *graph,
                                                          const char *const *from, size_t nfrom,
                                                          const char *const *to, size_t nto);

/** Sorts the nodes by level and old position, as upstream's SortGraph, but without dropping any,
 * and those of bodies likewise. A cycle is BAD_VALUE naming a node in it. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_sort(finnc_ctx *cx, finnc_graph *graph);
/** Does every node, and every one in a body, stand behind those that make its inputs? */
FINNC_API bool finnc_graph_is_in_order(const finnc_graph *graph);
/** What finnc_graph_visit calls for a node. */
typedef finnc_status (*finnc_visit_fn)(void *user, finnc_ctx *cx, finnc_node *node);
/** Calls `visit` for every node, not for those of bodies, producers before users, whatever the
 * order of the list. `visit` may change the node's attributes and values, not the list; where it
 * fails the visit ends with that. A cycle is BAD_VALUE naming a node in it. Nullable: `user`. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_visit(finnc_ctx *cx, const finnc_graph *graph,
                                                        finnc_visit_fn visit, void *user);
/** Checks what the IR itself promises: names unique, uses and producers consistent, order acyclic,
 * subgraphs included. BAD_VALUE names the first breach. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_check(finnc_ctx *cx, const finnc_graph *graph);
/** Checks that whatever is used comes from somewhere: a node, an initialiser, a graph input. A
 * model with loose ends can be looked at and transformed, but not run. BAD_VALUE names node and
 * input. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_check_ends(finnc_ctx *cx,
                                                             const finnc_graph *graph);

FINNC_END_DECLS
#endif
