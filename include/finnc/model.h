/* The model: a main graph, functions, opset imports and metadata, and how it gets in and out of
 * files. */
#ifndef FINNC_MODEL_H
#define FINNC_MODEL_H

#include <finnc/graph.h>

FINNC_BEGIN_DECLS

/** The newest ONNX that finnc knows. */
#define FINNC_IR_VERSION    14
#define FINNC_OPSET_VERSION 28

/** Makes a model with an empty graph, IR version 8, no opset imports. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_create(finnc_ctx *cx, finnc_model **model);
/** Ends a model; NULL is fine. Tensors that somebody retained live on. */
FINNC_API void finnc_model_destroy(finnc_model *model);
/** Makes a model of its own with the same content; tensors are shared. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_clone(finnc_ctx *cx, const finnc_model *model,
                                                        finnc_model **clone);
/** Exchanges the contents of two models: what pointed into one now is in the other. */
FINNC_API void finnc_model_swap(finnc_model *a, finnc_model *b);

/** Makes a model of some nodes of a model's main graph, in the order given, with the names, types
 * and constants that they have there, and the model's functions, opset imports and metadata.
 * `inputs` and `outputs` are values of `graph`, and become the part's inputs and outputs; what else
 * the nodes use and none of them makes has no source there, unless it is a constant. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_extract(finnc_ctx *cx, const finnc_graph *graph,
                                                          finnc_node *const *nodes, size_t nnodes,
                                                          finnc_value *const *inputs,
                                                          size_t ninputs,
                                                          finnc_value *const *outputs,
                                                          size_t noutputs, finnc_model **part);

FINNC_API finnc_graph *finnc_model_graph(const finnc_model *model);
FINNC_API int64_t finnc_model_ir_version(const finnc_model *model);
FINNC_API void finnc_model_set_ir_version(finnc_model *model, int64_t version);
FINNC_API const char *finnc_model_producer(const finnc_model *model); /**< "" if not said */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_set_producer(finnc_ctx *cx, finnc_model *model,
                                                               const char *name,
                                                               const char *version);
/** The folder that external data and partitions are relative to: the one that the file lies in,
 * links followed, or NULL for one made in memory. */
FINNC_API const char *finnc_model_folder(const finnc_model *model);
/** The i-th of the files that its weights lay in, external data, when it was read; NULL past the
 * end. */
FINNC_API const char *finnc_model_data_file(const finnc_model *model, size_t i);

FINNC_API size_t finnc_model_nopsets(const finnc_model *model);
FINNC_API const char *finnc_model_opset(const finnc_model *model, size_t i, int64_t *version);
/** The version imported for `domain` ("" and "ai.onnx" are the same), or 0. */
FINNC_API int64_t finnc_model_find_opset(const finnc_model *model, const char *domain);
/** Changes or appends an import. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_set_opset(finnc_ctx *cx, finnc_model *model,
                                                            const char *domain, int64_t version);

/** metadata_props of the model; the value or NULL. */
FINNC_API size_t finnc_model_nmetadata(const finnc_model *model);
FINNC_API const char *finnc_model_metadata(const finnc_model *model, size_t i, const char **key);
/** Changes or appends one. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_set_metadata(finnc_ctx *cx, finnc_model *model,
                                                               const char *key, const char *text);

/** Model-local functions. `body` has the function's inputs and outputs as its own, without types.
 */
FINNC_API size_t finnc_model_nfunctions(const finnc_model *model);
FINNC_API const char *finnc_model_function(const finnc_model *model, size_t i, const char **domain,
                                           finnc_graph **body);

/** Puts the body of the function in place of every node that calls one, in functions and subgraphs
 * too; the functions stay, uncalled. Sessions do so by themselves, on a copy. BAD_VALUE: functions
 * that call one another in a circle, or expand to more nodes than anybody can mean. A failure
 * leaves part of it done. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_inline_functions(finnc_ctx *cx,
                                                                   finnc_model *model);

/** Does any graph of the model, functions included, hold a Gradient node? */
FINNC_API bool finnc_model_has_gradients(const finnc_model *model);
/** Puts the derivatives that Gradient nodes (ai.onnx.preview.training) ask for in their place, in
 * words of other ops; functions are inlined first. Sessions do so by themselves, on a copy.
 * NOT_FOUND: no tensor of a name in xs, zs or y. UNSUPPORTED: between xs and y is an op without a
 * derivative; the words name node and op. BAD_VALUE: tensors of xs and zs depend on one another, or
 * y on its own gradient. A failure leaves part of it done. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_expand_gradients(finnc_ctx *cx,
                                                                   finnc_model *model);

/* ---- files (libgraph/io) ---- */

/** Opens an ONNX file: protobuf, or ONNX's textual syntax if its name ends in .onnxtxt, whatever
 * the case, or its text begins with '<'. Weights of the former stay in the file, which is mapped:
 * it must not be rewritten in place while the model lives (finnc_model_write never does that).
 * Fails with BAD_FILE, BAD_VALUE, NOT_FOUND, NO_MEMORY. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_read(finnc_ctx *cx, const char *path,
                                                       finnc_model **model);
/** The same from memory, which is copied. `folder` is where the files that it names lie, external
 * data and partitions; NULL: there can be none. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_read_bytes(finnc_ctx *cx, const void *data,
                                                             size_t nbytes, const char *folder,
                                                             finnc_model **model);

/** Where the model of a partition lies (an op with FINNC_OP_PARTITION: its attribute `model`), as a
 * path without links. As external data only below the folder of the node's model, without links on
 * the way. FINN writes paths that are absolute, or begin in the folder that it was started in: what
 * is meant is the file at the longest tail of the path that there is, of /build/a/b.onnx
 * FOLDER/build/a/b.onnx, FOLDER/a/b.onnx or FOLDER/b.onnx. Fails with NOT_FOUND, BAD_FILE (there is
 * a link on the way, or the node's model has no folder), BAD_VALUE (`size` bytes are too few). */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_find_partition(finnc_ctx *cx,
                                                                const finnc_node *node, char *path,
                                                                size_t size);

/** Partitions in partitions: so deep at most, and so many in all where each is looked into, each as
 * often as nodes name it: files that name one another are a graph with very many ways through. */
enum { FINNC_PARTITION_DEPTH = 16, FINNC_PARTITION_COUNT = 1 << 12 };

/** The model of a partition, if it is in memory: made by a pass, or asked for with
 * finnc_node_need_partition. It belongs to the node's model, goes with it into clones, parts and
 * files, and is shared by the nodes whose attribute `model` is the same. It lives until the node's
 * model ends or another one takes its place. NULL: it lies in a file, or the node is no partition.
 */
FINNC_API finnc_model *finnc_node_partition(const finnc_node *node);
/** The same, read from its file if it is not in memory yet: for changing it. The attribute becomes
 * the path that it was found at, relative to the model's folder, where finnc_model_write will put
 * it.
 * Fails as finnc_node_find_partition and finnc_model_read do. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_need_partition(finnc_ctx *cx, finnc_node *node,
                                                                finnc_model **part);
/** Makes `part` the model of a partition: finnc_model_write will put it at `path`, relative to the
 * folder of the model that is written. On success the node's model owns it, and ends the one that
 * it had under that path; on failure nothing has changed. BAD_VALUE: the node is no partition, or
 * there is no path. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_set_partition(finnc_ctx *cx, finnc_node *node,
                                                               const char *path, finnc_model *part);
/** A copy of the model of a partition for the caller, who ends it, whether it is in memory or in a
 * file; `path` (`size` bytes) receives where it lies, or what the attribute says of one in memory.
 * Fails as finnc_node_find_partition and finnc_model_read do. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_open_partition(finnc_ctx *cx,
                                                                const finnc_node *node, char *path,
                                                                size_t size, finnc_model **part);

/** How finnc_model_write treats external data. */
typedef enum finnc_external {
    FINNC_EXTERNAL_KEEP = 0, /**< as it was read; the data file is copied beside the target if that
                                is another folder */
    FINNC_EXTERNAL_INLINE,   /**< all weights into the model file */
    FINNC_EXTERNAL_SPLIT     /**< weights of 1 KiB and more, if there are any, into FILE.data
                                beside it */
} finnc_external;

/** Writes an ONNX file beside `path` and renames it: on failure the old file is whole. A name that
 * ends in .onnxtxt gets ONNX's textual syntax with all weights in it, whatever `external` says.
 *
 * Data files go with it. One that is there already is left if it holds the same. FILE.data of SPLIT
 * is replaced if the model at `path`, which is replaced as well, has its data there; else it may be
 * another model's, and BAD_FILE. What the model's own data were read from is replaced only by
 * FILE.data of the file that it was read from, and never by the model: BAD_VALUE.
 *
 * Partitions go with it: their models are written, where they were made or changed, or lie in
 * another folder, to their paths relative to `path`'s folder; folders are made. All these files
 * are replaced, or none. A file that is there already is replaced if it is the partition that was
 * read, or one of the model that is replaced; else it is somebody's, and BAD_FILE. A partition
 * whose file is not there stays behind, with a warning. Weights of partitions that were made go
 * into their files, unless `external` is SPLIT. A path that is absolute or leads out of the folder
 * is kept to only where the program gave it (finnc_node_set_partition); else the file lies beside
 * the model's.
 *
 * A pipe or a device gets the model alone, with all weights in it, whatever `external` says. So
 * does /dev/stdout or another open file of the process (/dev/fd/N), which is written on from where
 * it stands instead of being replaced. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_write(finnc_ctx *cx, const finnc_model *model,
                                                        const char *path, finnc_external external);
/** Serialises into memory made with the context's allocator; the caller frees it with
 * finnc_bytes_destroy. Bytes lie in no folder: external data are taken into them (UNSUPPORTED: of
 * an element type that is not known), partitions' models are not part of them. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_write_bytes(finnc_ctx *cx,
                                                              const finnc_model *model, void **data,
                                                              size_t *nbytes);
FINNC_API void finnc_bytes_destroy(finnc_ctx *cx, void *data);

/** Reads ONNX's textual syntax (onnx/docs/Syntax.md), FINN's annotations included as our own
 * extension (docs/text.md). */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_read_text(finnc_ctx *cx, const char *text,
                                                            finnc_model **model);

FINNC_END_DECLS
#endif
