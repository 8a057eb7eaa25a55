/* The bodies of the IR's types, for libgraph alone. Other rooms use the public headers.
 *
 * Lossless files: whatever ONNX says that has no field here is kept as `extra`, wire bytes of the
 * message it came in with the fields that we model left out. Only io/onnx*.c looks inside.
 * `extra.length` 0: nothing. */
#ifndef FNC_IR_H
#define FNC_IR_H

#include "../base/alloc.h"
#include "../base/arena.h"
#include "../base/compiler.h"
#include "../base/limit.h"
#include "../base/table.h"

#include <finnc/kernel.h>
#include <finnc/model.h>

#include <stdatomic.h>

typedef struct fnc_wire {
    const uint8_t *data;
    size_t length;
} fnc_wire;

/* ---- tensors ---- */

/* Memory that several tensors look into: an mmap of a file, say. */
typedef struct fnc_backing {
    atomic_size_t refs;
    finnc_ctx *cx;
    const uint8_t *data;
    size_t nbytes;
    void (*free_data)(void *user);
    void *user;
} fnc_backing;

/* On failure the caller keeps the data. */
FINNC_MUST_USE finnc_status fnc_backing_create(finnc_ctx *cx, const void *data, size_t nbytes,
                                               void (*free_data)(void *), void *user,
                                               fnc_backing **backing);
void fnc_backing_retain(fnc_backing *backing);
void fnc_backing_release(fnc_backing *backing);
/* Maps a whole file for reading (io/file.c). */
FINNC_MUST_USE finnc_status fnc_file_map(finnc_ctx *cx, const char *path, fnc_backing **backing);

/* How a tensor stood in its file, so that it can stand there again. */
typedef enum fnc_storage {
    FNC_STORAGE_RAW = 0,  /* raw_data; what new tensors become */
    FNC_STORAGE_TYPED,    /* float_data, int32_data, ... */
    FNC_STORAGE_EXTERNAL, /* in another file: the entries are in `extra` */
    FNC_STORAGE_SPARSE,   /* a SparseTensorProto, whole in `extra`; the elements here are the dense
                             ones */
    FNC_STORAGE_OPAQUE /* an element type that we do not know: the TensorProto whole in `extra`, no
                          elements here */
} fnc_storage;

struct finnc_tensor {
    atomic_size_t refs;
    finnc_ctx *cx;
    finnc_elem elem;
    int rank;
    int64_t nelems;
    size_t nbytes;
    size_t string_bytes;      /* of its strings together, beside nbytes */
    const uint8_t *data;      /* elements as they are; may be unaligned */
    _Atomic(void *) aligned;  /* an aligned copy of them, made on demand; ours to free */
    uint8_t *own;             /* == data if the tensor owns its elements, else NULL */
    fnc_backing *backing;     /* what `data` looks into otherwise; NULL with `own` or `base` */
    const finnc_tensor *base; /* the tensor whose elements these are (reshaped); retained */
    fnc_storage storage;
    finnc_kind kind;
    int depth;                  /* of what is nested in it; 0: a tensor */
    int64_t nparts;             /* items and items of items, a shared one each time; 0: a tensor */
    const finnc_tensor **items; /* nelems, retained; NULL unless it is made of tensors */
    fnc_wire extra; /* ours to free: doc_string, metadata, external entries, unknown fields; never
                       the name */
    int64_t dims[]; /* rank */
};

/* The view that readers make: retains `backing`, copies `extra`. */
FINNC_MUST_USE finnc_status fnc_tensor_create_backed(finnc_ctx *cx, finnc_elem elem, int rank,
                                                     const int64_t *dims, fnc_backing *backing,
                                                     const uint8_t *data, finnc_tensor **tensor);
FINNC_MUST_USE finnc_status fnc_tensor_set_extra(finnc_ctx *cx, finnc_tensor *tensor,
                                                 fnc_storage storage, const void *data,
                                                 size_t length);

/* A tensor without elements: `nbytes` and `nelems` are as said. */
FINNC_MUST_USE finnc_status fnc_tensor_create_empty(finnc_ctx *cx, finnc_elem elem, int rank,
                                                    const int64_t *dims, size_t nbytes,
                                                    int64_t nelems, finnc_tensor **tensor);
/* Releases the items, and frees the list. */
void fnc_tensor_release_items(finnc_tensor *tensor);

/* A tensor of an element type that we do not know: a shape, and the TensorProto in `extra`. */
FINNC_MUST_USE finnc_status fnc_tensor_create_opaque(finnc_ctx *cx, finnc_elem elem, int rank,
                                                     const int64_t *dims, finnc_tensor **tensor);

/* ---- attributes ---- */

struct finnc_attr {
    const char *name;
    const char *ref; /* ref_attr_name or NULL */
    finnc_attr_kind kind;
    size_t count;
    union {
        int64_t i;
        float f;
        finnc_string s;
        const finnc_tensor *t; /* retained by the model, fnc_model_keep_tensor; SPARSE_TENSOR: made
                                  dense, or NULL */
        finnc_graph *g;
        const int64_t *is;
        const float *fs;
        const finnc_string *ss;
        const finnc_tensor *const *ts;
        finnc_graph *const *gs;
    } u;
    fnc_wire extra; /* doc_string, unknown fields; for kinds without a field here the value too */
};

/* Of what is searched from end to end: attributes of a node, annotations of a value, versions that
 * a model or a function imports. Honest models have a few. */
enum { FNC_MAX_FEW = 4096 };
/* BAD_VALUE if there are more of `what`. */
FINNC_MUST_USE finnc_status fnc_check_few(finnc_ctx *cx, size_t count, const char *what);

/* Appends an attribute of that name or replaces the one there; `attr` is in the model's arena. */
FINNC_MUST_USE finnc_status fnc_node_put_attr(finnc_ctx *cx, finnc_node *node,
                                              const finnc_attr *attr);

/* ---- types ---- */

/* What is known of a value's type. Kinds that are no tensors, and anything else unusual, live in
 * `wire`, a whole TypeProto; for a tensor `wire` is what the file said and is dropped as soon as
 * somebody sets another type. */
typedef struct fnc_type {
    bool known;      /* there is a type at all */
    finnc_elem elem; /* UNDEFINED for non-tensors */
    int rank;        /* -1: unknown */
    finnc_dim *dims; /* rank */
    fnc_wire wire;
} fnc_type;

/* ---- values ---- */

typedef struct fnc_annotation {
    const char *key;
    const char *text;
    struct fnc_annotation *next;
} fnc_annotation;

enum {
    FNC_VALUE_INPUT = 1u << 0,
    FNC_VALUE_OUTPUT = 1u << 1,
    FNC_VALUE_ERASED = 1u << 2,
    FNC_VALUE_SEEN = 1u << 3 /* while a list is read: it is in there */
};

struct finnc_value {
    finnc_graph *graph;
    const char *name;
    size_t id;                /* counts up within the model: an index for tables made on the side */
    finnc_value *prev, *next; /* in the graph's list, in order of creation */
    finnc_node *producer;
    size_t producer_index;
    finnc_use *uses; /* the newest first */
    size_t nuses;
    unsigned flags;
    fnc_type type;
    const finnc_tensor *tensor; /* initialiser, retained; or NULL */
    /* FINN's annotations: `annotations` holds the texts, these what they mean. */
    fnc_annotation *annotations;
    finnc_dtype dtype;
    bool has_dtype;
    const char *layout;   /* letters; NULL: none */
    const char *sparsity; /* points into annotations; NULL: none */
    /* Where it stands in the file's lists; 0: not there. New entries get the next number of their
     * model. */
    uint64_t info_order;       /* value_info; graph inputs and outputs need none */
    uint64_t init_order;       /* initializer or sparse_initializer */
    uint64_t annotation_order; /* quantization_annotation */
    fnc_wire info_extra;       /* ValueInfoProto without name and type */
    fnc_wire annotation_extra; /* TensorAnnotation without name and entries */
    UT_hash_handle hh;
};

/* ---- nodes ---- */

struct finnc_use {
    finnc_value *value;
    finnc_node *node;
    size_t index;
    finnc_use *prev, *next; /* in the value's list */
};

struct finnc_node {
    finnc_graph *graph;
    finnc_node *prev, *next;
    int64_t position; /* grows along the list; renumbered when there is no room between two */
    size_t level;     /* scratch of finnc_graph_sort */
    bool erased;
    int64_t opset; /* of its domain, where it came out of a function with imports of its own; 0 */
    const char *name, *op_type, *domain, *overload;
    finnc_use **inputs; /* each use is its own block: lists of uses survive the array's growth */
    size_t ninputs, inputs_room;
    finnc_value **outputs;
    size_t noutputs, outputs_room;
    const finnc_attr **attrs;
    size_t nattrs, attrs_room;
    /* What finnc_node_find_op found; NULL: not asked yet. Sessions of several threads may ask. */
    _Atomic(const finnc_op *) op;
    fnc_wire extra; /* doc_string, metadata, device configurations, unknown fields */
};

/* ---- graphs, functions, models ---- */

struct finnc_graph {
    finnc_model *model;
    finnc_node *owner; /* NULL: main graph or function body */
    size_t function;   /* whose body it is, of the model's, counted from 1; 0 */
    const char *name;
    finnc_node *first, *last;
    size_t nnodes;
    finnc_value *first_value, *last_value;
    size_t nvalues;
    finnc_value *by_name; /* uthash */
    finnc_value **inputs, **outputs;
    size_t ninputs, noutputs;
    finnc_graph *next_graph; /* all graphs of the model, for clean-up */
    fnc_wire extra;          /* doc_string, metadata, duplicate infos, unknown fields */
};

typedef struct fnc_function {
    const char *name, *domain, *overload;
    finnc_graph *body;
    fnc_wire extra; /* FunctionProto without name, domain, overload, inputs, outputs, nodes,
                       value_info */
} fnc_function;

typedef struct fnc_opset {
    const char *domain;
    int64_t version;
    fnc_wire extra;
} fnc_opset;

typedef struct fnc_metadata {
    const char *key, *text;
} fnc_metadata;

/* A file with external data. */
typedef struct fnc_data_file {
    struct fnc_data_file *next;
    const char *path;
} fnc_data_file;

struct finnc_model {
    finnc_ctx *cx;
    fnc_arena arena;
    finnc_graph *graph;
    finnc_graph *graphs; /* all, main and subgraphs and bodies */
    size_t nnodes;       /* in all of them */
    uint64_t edits;
    uint64_t next_order;
    size_t next_value_id;
    size_t last_number;     /* that a name was made with */
    struct fnc_name *names; /* over all graphs (names.c); only if names_kept */
    bool names_kept;
    int64_t ir_version;
    const char *producer_name, *producer_version; /* NULL: absent */
    const char *folder;
    const char *file;          /* that it was read from; NULL: none */
    fnc_data_file *data_files; /* that weights were in then */
    fnc_opset *opsets;
    size_t nopsets, opsets_room;
    fnc_metadata *metadata;
    size_t nmetadata, metadata_room;
    fnc_function *functions;
    size_t nfunctions;
    struct fnc_partition_model *partitions; /* uthash (partitions.c) */
    const finnc_own_op
        *own_ops; /* the program's; NULL: none. Never changes: nodes remember theirs */
    const finnc_tensor **tensors; /* held for attributes */
    size_t ntensors, tensors_room;
    fnc_wire extra; /* ModelProto without graph, functions, opset_import, metadata_props,
                       producer_*, ir_version */
};

/* A graph of the model: the body of `owner`'s attribute, or (NULL) to become main graph or function
 * body. */
FINNC_MUST_USE finnc_status fnc_graph_create(finnc_ctx *cx, finnc_model *model, finnc_node *owner,
                                             const char *name, finnc_graph **graph);
/* The body of one of the model's functions. */
FINNC_MUST_USE finnc_status fnc_function_create_body(finnc_ctx *cx, finnc_model *model,
                                                     fnc_function *function, const char *name);
/* The next number for a *_order field. */
static inline uint64_t fnc_next_order(finnc_model *model)
{
    return ++model->next_order;
}
/* Another entry at the end, of zeros; NULL: no memory. (model.c) */
fnc_opset *fnc_model_add_opset(finnc_model *model);
fnc_metadata *fnc_model_add_metadata(finnc_model *model);
/* Retains a tensor until the model ends. */
FINNC_MUST_USE finnc_status fnc_model_keep_tensor(finnc_ctx *cx, finnc_model *model,
                                                  const finnc_tensor *tensor);
/* A value of exactly that name, new; BAD_VALUE if it is taken. */
FINNC_MUST_USE finnc_status fnc_graph_add_value(finnc_ctx *cx, finnc_graph *graph, const char *name,
                                                finnc_value **value);
/* The value that `name` means in `graph`: its own or an enclosing one's; NULL. */
finnc_value *fnc_graph_resolve(const finnc_graph *graph, const char *name);
/* Does it come from anywhere: a node, an initialiser, a graph input? */
bool fnc_value_has_source(const finnc_value *value);
/* What a body's output means that nothing in the body makes: a value of that name in a graph
 * around, which comes from somewhere; NULL. The readers refuse it, since whatever sorts, extracts
 * and inlines counts the uses by nodes; so do ONNX's checker and onnxruntime. */
const finnc_value *fnc_output_find_outer(const finnc_value *output);
#define FNC_OUTER_OUTPUT                                                                           \
    "graph output '%s' is a value of the graph around, which an Identity in the body could hand "  \
    "out"
static inline fnc_arena *fnc_graph_arena(const finnc_graph *graph)
{
    return &graph->model->arena;
}
/* Notes a change. */
static inline void fnc_touch(const finnc_graph *graph)
{
    graph->model->edits++;
}
/* Does `graph` lie in `outer` (in no erased node), or is it that? */
bool fnc_graph_lies_in(const finnc_graph *graph, const finnc_graph *outer);
/* The node of `graph` that `node` is or lies inside of (in a subgraph of); NULL if neither. */
finnc_node *fnc_node_within(const finnc_graph *graph, finnc_node *node);
/* Calls `visit` for every value that an attribute of the node, or of one in its bodies, names: the
 * node depends on it, though it is no input (named.c). */
typedef void fnc_named_fn(void *user, finnc_value *value);
void fnc_node_visit_named(const finnc_node *node, fnc_named_fn *visit, void *user);
/* BAD_VALUE for a fully known shape that no tensor can have. */
FINNC_MUST_USE finnc_status fnc_type_check_size(finnc_ctx *cx, int rank, const finnc_dim *dims);
/* Makes `type` tell of a tensor; `wire` is dropped. True in `changed` if it told something else
 * before. */
FINNC_MUST_USE finnc_status fnc_type_set(finnc_ctx *cx, fnc_arena *arena, fnc_type *type,
                                         finnc_elem elem, int rank, const finnc_dim *dims,
                                         bool *changed);
/* Makes its type kinds[0] of kinds[1] ... (sequences and optionals) of such a tensor. */
FINNC_MUST_USE finnc_status fnc_value_set_kind(finnc_ctx *cx, finnc_value *value,
                                               const finnc_kind *kinds, size_t nkinds,
                                               finnc_elem elem, int rank, const finnc_dim *dims);
/* Gives `node` what the attribute `from` of another node holds; tensors are shared, subgraphs left
 * out. */
FINNC_MUST_USE finnc_status fnc_node_copy_attr(finnc_ctx *cx, finnc_node *node,
                                               const finnc_attr *from);
/* The function of the model that defines the node's op; NULL. Nobody redefines ONNX's own ops. */
const fnc_function *fnc_node_find_function(const finnc_node *node);
/* The same among the functions of another model. */
const fnc_function *fnc_model_find_function(const finnc_model *model, const finnc_node *node);
/* BAD_FILE if two of the model's functions have one domain, name and overload. */
FINNC_MUST_USE finnc_status fnc_model_check_functions(finnc_ctx *cx, const finnc_model *model);
/* Puts the body of `function`, which is `library`'s, in place of `call`, a node of another model;
 * likewise whatever it calls of the library. */
FINNC_MUST_USE finnc_status fnc_node_inline(finnc_ctx *cx, finnc_node *call,
                                            const fnc_function *function,
                                            const finnc_model *library);
/* Copies a node of the same model into `graph`, before `before`. `twins`, by the ids of values:
 * what the copy is to read in place of each (of those in its subgraphs: room), and where its
 * outputs go. */
FINNC_MUST_USE finnc_status fnc_node_clone(finnc_ctx *cx, const finnc_node *node,
                                           finnc_graph *graph, finnc_node *before,
                                           finnc_value **twins);
/* Gives `node`, which calls it, the attributes that the function has defaults for and it lacks
 * (io/onnx_function.c). */
FINNC_MUST_USE finnc_status fnc_function_complete(finnc_ctx *cx, const fnc_function *function,
                                                  finnc_node *node);
/* The version of `domain` that the function imports; 0 if it says nothing. */
int64_t fnc_function_opset(const fnc_function *function, const char *domain);
/* Takes out all nodes of a graph, and what they use elsewhere. */
void fnc_graph_erase_nodes(finnc_graph *graph);
/* Sorts the bodies of functions, and those in them, where they are not in order. */
FINNC_MUST_USE finnc_status fnc_model_sort_functions(finnc_ctx *cx, const finnc_model *model);
/* The part of finnc_graph_check that a model has to pass to be opened at all. */
FINNC_MUST_USE finnc_status fnc_graph_check_cycles(finnc_ctx *cx, const finnc_graph *graph);
/* Copies wire bytes into the arena. */
FINNC_MUST_USE finnc_status fnc_wire_copy(finnc_ctx *cx, fnc_arena *arena, const void *data,
                                          size_t length, fnc_wire *wire);

#endif
