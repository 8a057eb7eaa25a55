/* Operators: what an op is. One record per op, found by domain and op type; shape, data-type and
 * layout inference and cost hang on it. What an op does (its kernel) is the interpreter's matter.
 */
#ifndef FINNC_OP_H
#define FINNC_OP_H

#include <finnc/graph.h>

FINNC_BEGIN_DECLS

typedef struct finnc_infer finnc_infer;
typedef struct finnc_op finnc_op;

enum {
    FINNC_OP_MAX_FORMALS = 16,
    FINNC_OP_MAX_ATTRS = 32,
    FINNC_OP_MAX_VERSIONS = 12,
    FINNC_OP_MAX_TYPES = 10
};

/** A set of types: bit e is "a tensor of element type e" (finnc_elem); the others say what else may
 * be made of such tensors. */
typedef uint64_t finnc_types;
#define FINNC_TYPE(elem)      (UINT64_C(1) << FINNC_ELEM_##elem)
#define FINNC_TYPES_SEQUENCE  (UINT64_C(1) << 40) /**< sequences of them too */
#define FINNC_TYPES_OPTIONAL  (UINT64_C(1) << 41) /**< optionals of them (and of the sequences) */
#define FINNC_TYPES_MAP       (UINT64_C(1) << 42) /**< maps from and to them */
#define FINNC_TYPES_NO_TENSOR (UINT64_C(1) << 43) /**< the tensors themselves not */
/* The sets that the standard uses again and again. */
#define FINNC_TYPES_FLOAT                                                                          \
    (FINNC_TYPE(FLOAT16) | FINNC_TYPE(FLOAT) | FINNC_TYPE(DOUBLE) | FINNC_TYPE(BFLOAT16))
#define FINNC_TYPES_SIGNED_INT                                                                     \
    (FINNC_TYPE(INT8) | FINNC_TYPE(INT16) | FINNC_TYPE(INT32) | FINNC_TYPE(INT64))
#define FINNC_TYPES_UNSIGNED_INT                                                                   \
    (FINNC_TYPE(UINT8) | FINNC_TYPE(UINT16) | FINNC_TYPE(UINT32) | FINNC_TYPE(UINT64))
#define FINNC_TYPES_INT     (FINNC_TYPES_SIGNED_INT | FINNC_TYPES_UNSIGNED_INT)
#define FINNC_TYPES_NUMERIC (FINNC_TYPES_FLOAT | FINNC_TYPES_INT)
#define FINNC_TYPES_COMPLEX (FINNC_TYPE(COMPLEX64) | FINNC_TYPE(COMPLEX128))
#define FINNC_TYPES_FLOAT8                                                                         \
    (FINNC_TYPE(FLOAT8E4M3FN) | FINNC_TYPE(FLOAT8E4M3FNUZ) | FINNC_TYPE(FLOAT8E5M2) |              \
     FINNC_TYPE(FLOAT8E5M2FNUZ))
#define FINNC_TYPES_SMALL                                                                          \
    (FINNC_TYPE(INT4) | FINNC_TYPE(UINT4) | FINNC_TYPE(INT2) | FINNC_TYPE(UINT2) |                 \
     FINNC_TYPE(FLOAT4E2M1))
#define FINNC_TYPES_FLOAT6 (FINNC_TYPE(FLOAT6E2M3) | FINNC_TYPE(FLOAT6E3M2))
/** What the oldest versions knew: numbers, truth values, strings and complex numbers. */
#define FINNC_TYPES_CLASSIC                                                                        \
    (FINNC_TYPES_NUMERIC | FINNC_TYPES_COMPLEX | FINNC_TYPE(BOOL) | FINNC_TYPE(STRING))
#define FINNC_TYPES_ANY                                                                            \
    (FINNC_TYPES_CLASSIC | FINNC_TYPES_FLOAT8 | FINNC_TYPE(FLOAT8E8M0) | FINNC_TYPES_SMALL)

/** What generic code has to know about an op; it never asks for an op by name. */
enum {
    FINNC_OP_ELEMENTWISE = 1u << 0, /**< each output element depends on the input elements at the
                                       same place (broadcast) */
    FINNC_OP_COMMUTATIVE = 1u << 1, /**< operands may change places */
    FINNC_OP_MOVES =
        1u
        << 2, /**< output elements are input-0 elements in other places: Transpose, Reshape, Pad */
    FINNC_OP_QUANTISER = 1u << 3,  /**< brings values onto a grid: Quant, MultiThreshold */
    FINNC_OP_HARDWARE = 1u << 4,   /**< a FINN hardware layer */
    FINNC_OP_RANDOM = 1u << 5,     /**< two runs differ: never folded */
    FINNC_OP_CONTROL = 1u << 6,    /**< runs subgraphs */
    FINNC_OP_LINEAR = 1u << 7,     /**< linear in input 0: MatMul, Conv */
    FINNC_OP_HLS = 1u << 8,        /**< FINN has it for HLS too, by its name and _hls */
    FINNC_OP_RTL = 1u << 9,        /**< the same for RTL, _rtl */
    FINNC_OP_PARTITION = 1u << 10, /**< a model in a file of its own: attribute `model` */
    FINNC_OP_MEMORY = 1u << 11, /**< brings what lies in a memory: its output may be an initialiser
                                  besides, which says what arrives */
    FINNC_OP_PICKS = 1u << 12,  /**< chooses among input-0 elements, or can: MaxPool, Resize */
    FINNC_OP_NAMES = 1u << 13   /**< depends on values that attributes name (FINNC_NAMES_VALUES) */
};

/** Which versions of the op have a formal or an attribute, beside its other flags: those from one
 * on, those before one; without these all. */
#define FINNC_SINCE(version)  ((unsigned)(version) << 8)
#define FINNC_UNTIL(version)  ((unsigned)(version) << 16)
#define FINNC_SINCE_OF(flags) ((int)((flags) >> 8 & 0xff))  /**< 0: no bound */
#define FINNC_UNTIL_OF(flags) ((int)((flags) >> 16 & 0xff)) /**< 0: no bound */

/** A formal input or output. Flags: FINNC_OPTIONAL, FINNC_VARIADIC (the last one; may repeat, each
 * time of one type unless FINNC_MIXED is there too; with FINNC_OPTIONAL it need not be there
 * once, and may have gaps), FINNC_SINCE, FINNC_UNTIL. */
typedef struct finnc_formal {
    const char *name;
    const char *doc;
    unsigned flags;
    const char *type; /**< one of the op's `types`, or an element type by its name ("INT64"); NULL:
                         anything */
} finnc_formal;
enum { FINNC_OPTIONAL = 1u << 0, FINNC_VARIADIC = 1u << 1, FINNC_MIXED = 1u << 2 };

/** A name for the types that some formals may have, as the standard's type constraints: the union
 * over all versions. */
typedef struct finnc_type_var {
    const char *name; /**< "T" */
    finnc_types types;
} finnc_type_var;

typedef struct finnc_attr_spec {
    const char *name;
    finnc_attr_kind kind;
    const char *fallback; /**< the default in JSON; NULL: none. With FINNC_REQUIRED in `flags`
                             absence is an error */
    const char *doc;
    unsigned flags;
} finnc_attr_spec;
/** FINN's layers for HLS and for RTL have some attributes that the other, and the layer that is not
 * specialised yet, have not. FINNC_NAMES_VALUES: the text, or each of the list, is the name of a
 * value in the graph around. FINNC_IN_ANY_CASE: its choices are. */
enum {
    FINNC_REQUIRED = 1u << 0,
    FINNC_FOR_HLS = 1u << 1,
    FINNC_FOR_RTL = 1u << 2,
    FINNC_NAMES_VALUES = 1u << 3,
    FINNC_IN_ANY_CASE = 1u << 4
};

/** What an attribute of words or whole numbers may be; nothing else is. */
typedef struct finnc_choice {
    const char *attr;
    const char *words; /**< with blanks between: "NCHW NHWC", "0 1" */
} finnc_choice;

typedef enum finnc_cost_kind {
    FINNC_COST_UNKNOWN, /**< there is no rule for the op: nobody says that it costs nothing */
    FINNC_COST_NOTHING, /**< a rule says so: Reshape, Relu, Add, quantisers */
    FINNC_COST_COUNTED
} finnc_cost_kind;

/** What one node costs (qonnx's inference_cost, the rules of each op). Amounts are zero unless
 * `kind` is FINNC_COST_COUNTED. */
typedef struct finnc_cost {
    finnc_cost_kind kind;
    bool assumes_ones; /**< sizes that are not known, such as a batch's, were taken as 1 */
    double macs;       /**< multiply-accumulates */
    double weights;    /**< elements of constants */
    double outputs;    /**< elements of output 0 */
    size_t factors[2]; /**< inputs whose data types are those of the two factors of a product */
    bool has_weights;  /**< does the second factor take memory? (that of an Upsample does not) */
    /** The input whose zeros need neither products nor memory; -1: none, as where a 0 is a bit that
     * stands for -1. */
    int constant;
} finnc_cost;

typedef enum finnc_range_kind {
    FINNC_RANGE_UNKNOWN,
    FINNC_RANGE_RISES,    /**< no output element falls when an input element rises */
    FINNC_RANGE_MONOTONE, /**< in each input element on its own, rising or falling */
    FINNC_RANGE_TURNS,  /**< element by element, at most one way up to `turn`, one way behind it */
    FINNC_RANGE_LINEAR, /**< sums of products of inputs 0 and 1, plus input 2 if it is there */
    FINNC_RANGE_BOUNDED /**< from `lo` to `hi`, whatever the inputs */
} finnc_range_kind;

/** When does a node make integers? */
typedef enum finnc_integers {
    FINNC_INTEGERS_UNKNOWN,
    FINNC_INTEGERS_KEPT, /**< of inputs that are */
    FINNC_INTEGERS_MADE  /**< always */
} finnc_integers;

/** How a node's outputs follow from its inputs, for intervals. It has to hold in the arithmetic of
 * the kernels, rounding included; what is not sure is FINNC_RANGE_UNKNOWN. */
typedef struct finnc_range_rule {
    finnc_range_kind kind;
    finnc_integers integers;
    uint64_t varying; /**< bit i: input i may vary; the others have to be constant */
    size_t noutputs;  /**< the rule is about so many outputs, the first ones */
    double lo, hi, turn;
    finnc_dtype takes; /**< BOUNDED as long as inputs 0 and 1 hold such numbers; FLOAT32: any */
    int divisor;       /**< the input that must not come to zero; -1: none */
    bool moves;        /**< outputs are elements of the varying inputs, */
    bool pads;         /**< or zeros besides */
    bool picks;        /**< outputs are the largest of some elements each */
    bool is_affine;    /**< in the varying input, element by element, as long as it is one */
    bool wraps;        /**< integer element types may overflow, if only on the way */
    /** The grid that values are brought on, scale * integer + bias: the inputs that hold scale and
     * zero point (-1: none), or the numbers if `has_grid`. */
    int scale_input, zero_input;
    bool has_grid;
    double scale, bias;
} finnc_range_rule;

struct finnc_op {
    const char *name;
    const char *domain;               /**< NULL: ai.onnx */
    const char *summary;              /**< one line, lower case */
    int since[FINNC_OP_MAX_VERSIONS]; /**< ascending opset versions at which its definition changed;
                                         ends with 0 */
    finnc_formal in[FINNC_OP_MAX_FORMALS]; /**< ends with a NULL name */
    finnc_formal out[FINNC_OP_MAX_FORMALS];
    finnc_attr_spec attrs[FINNC_OP_MAX_ATTRS];
    const finnc_attr_spec *common; /**< what all ops of its kind have besides; ends with a NULL
                                      name. NULL: nothing */
    const finnc_choice *choices;   /**< ends with a NULL attr; NULL: attributes are free. An empty
                                      word is as good as none */
    finnc_type_var types[FINNC_OP_MAX_TYPES]; /**< ends with a NULL name */
    unsigned traits;
    /** Sets element type and shape of the outputs as far as the inputs tell. NULL: nothing is ever
     * known. */
    finnc_status (*shapes)(finnc_infer *in);
    /** Sets the quantised data types of the outputs. NULL: each keeps its own, FLOAT32 if it has
     * none. */
    finnc_status (*dtypes)(finnc_infer *in);
    /** Sets the layouts of the outputs. NULL: upstream's rule for its kind of domain. */
    finnc_status (*layouts)(finnc_infer *in);
    /** BAD_VALUE if a rank that it needs is not known. NULL: nobody has said what it costs. */
    finnc_status (*cost)(finnc_infer *in, finnc_cost *cost);
    /** Says what intervals its outputs lie in; `rule` comes as finnc_node_range_rule says. NULL:
     * nobody knows. */
    finnc_status (*range)(finnc_infer *in, finnc_range_rule *rule);
    /** Checks attributes and constants of one node beyond the schema. NULL: the schema says all. */
    finnc_status (*check)(finnc_infer *in);
    /** finnc_node_trains. NULL: an op that knows no training. */
    bool (*trains)(const finnc_node *node);
};

/** The op of a domain ("" or NULL: ai.onnx) and op type, or NULL. Other names are resolved: those
 * of the past, of domains and of ops, and those of FINN's layers for HLS and RTL
 * (libgraph/ops/aliases.def). */
FINNC_API const finnc_op *finnc_op_find(const char *domain, const char *op_type);
/** The op of a node, or NULL; that, too, where a function of the model defines the op (which is so
 * in any domain but ONNX's own). Knows the legacy domain "finn", which depends on the node's
 * `backend`. */
FINNC_API const finnc_op *finnc_node_find_op(const finnc_node *node);
/** The domain where a node's op lives now, aliases resolved: "finn.custom_op.general" gives
 * "qonnx.custom_op.general". */
FINNC_API const char *finnc_node_home(const finnc_node *node);
/** Is it a custom op: any domain but ai.onnx, ai.onnx.ml and ai.onnx.preview.training? */
FINNC_API bool finnc_node_is_custom(const finnc_node *node);
FINNC_API bool finnc_node_has_trait(const finnc_node *node, unsigned trait);
/** Does the node train, in its version of the op: takes it its figures from the batch, or drops
 * elements at random? True, too, if an input that is not constant may say so. */
FINNC_API bool finnc_node_trains(const finnc_node *node);
/** What one of the traits above is called, "element-wise"; NULL: it is none. */
FINNC_API const char *finnc_op_trait_name(unsigned trait);
/** What an attribute may be, as in finnc_choice; NULL: anything of its kind. */
FINNC_API const char *finnc_op_choices(const finnc_op *op, const char *attr);
/** Its attributes, its own and then the common ones; NULL past the end. */
FINNC_API const finnc_attr_spec *finnc_op_attr(const finnc_op *op, size_t i);
/** What a version of the op says of an attribute; NULL if that has none of the name. Of what became
 * another kind, or got another default, with a version, there are several. */
FINNC_API const finnc_attr_spec *finnc_op_find_attr(const finnc_op *op, const char *name,
                                                    int version);
/** What the node's op says of an attribute, in the node's version; NULL if it has none of that
 * name. */
FINNC_API const finnc_attr_spec *finnc_node_attr_spec(const finnc_node *node, const char *name);
/** Has any version of the node's op an attribute of that name? If not, nobody reads it; `near`
 * receives the one that may have been meant, or NULL. Of an op that is not known all may be read,
 * and of hardware layers, on which FINN's tools hang attributes of their own. */
FINNC_API bool finnc_node_knows_attr(const finnc_node *node, const char *name, const char **near);
/** An attribute, or, where the node does not say it, the default that its op's record has, in the
 * node's version if that has one: 0 if there is none either. */
FINNC_API int64_t finnc_node_attr_int(const finnc_node *node, const char *name);
FINNC_API double finnc_node_attr_float(const finnc_node *node, const char *name);
/** Is the attribute, or else the default, that word? In any case, and with nothing for the default,
 * where the record says so (FINNC_IN_ANY_CASE). */
FINNC_API bool finnc_node_attr_is(const finnc_node *node, const char *name, const char *word);
/** BAD_VALUE if the node has the attribute, and it is of another kind than its op says or none of
 * the choices. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_check_attr(finnc_ctx *cx, const finnc_node *node,
                                                            const char *name);
/** All ops of finnc, sorted by domain and name; NULL past the end. */
FINNC_API const finnc_op *finnc_op_at(size_t i);
/** The types that the formal `i` of `formals` (op->in or op->out; a variadic one repeats) may have;
 * 0: anything, or there is no such formal. */
FINNC_API finnc_types finnc_op_types(const finnc_op *op, const finnc_formal *formals, size_t i);
/** The formal that input or output `i` is, the last one again and again if it is variadic; NULL
 * beyond. */
FINNC_API const finnc_formal *finnc_op_formal(const finnc_formal *formals, size_t i);
/** Writes a set as a list, "FLOAT, INT8" or "sequences of INT8", cut off at `size` bytes; returns
 * `text`. */
FINNC_API char *finnc_types_text(finnc_types types, char *text, size_t size);
/** BAD_VALUE if the op does not take a tensor of `elem` (UNDEFINED: not known, which is fine) as
 * input `i`; the words name the input and what it may be. */
FINNC_API FINNC_MUST_USE finnc_status finnc_op_check_elem(finnc_ctx *cx, const finnc_op *op,
                                                          size_t i, finnc_elem elem);
/** The same for what it is given when it runs, sequences, optionals and maps included. */
FINNC_API FINNC_MUST_USE finnc_status finnc_op_check_input(finnc_ctx *cx, const finnc_op *op,
                                                           size_t i, const finnc_tensor *tensor);
/** Does the list (ops.def) say that the interpreter executes it? */
FINNC_API bool finnc_op_can_run(const finnc_op *op);
/** The version of its domain that is imported by the function that the node lies in or came from,
 * or else by the model; 0: none. */
FINNC_API int64_t finnc_node_opset(const finnc_node *node);
/** The highest entry of `since` that is at most the node's imported version (1 if its domain is not
 * imported). */
FINNC_API int finnc_node_version(const finnc_node *node);
/** Has that version what a formal's or an attribute's flags (FINNC_SINCE, FINNC_UNTIL) belong to?
 */
FINNC_API bool finnc_node_version_has(const finnc_node *node, unsigned flags);

/* ---- inference over a graph ---- */

/** Infers element types and shapes of every value, in node order. What the model says already
 * stays; a contradiction is BAD_VALUE naming the node and both shapes. Values that no op knows stay
 * unknown. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_infer_shapes(finnc_ctx *cx, finnc_graph *graph);
/** One node of it: types of its outputs are replaced, not compared, if `replace`. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_infer_shapes(finnc_ctx *cx, finnc_node *node,
                                                              bool replace);
/** Infers quantised data types, as upstream's InferDataTypes. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_infer_dtypes(finnc_ctx *cx, finnc_graph *graph,
                                                               bool allow_scaledint);
/** One node of it. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_infer_dtypes(finnc_ctx *cx, finnc_node *node,
                                                              bool allow_scaledint);
/** Infers data layouts, as upstream's InferDataLayouts. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_infer_layouts(finnc_ctx *cx, finnc_graph *graph);
/** Checks a node against its op: number of inputs and outputs, types of inputs and
 * whether they agree, attributes (required, kinds), then the op's own check. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_check(finnc_ctx *cx, const finnc_node *node);
/** Inputs of an ONNX op that have a type variable in common, those that repeat one formal among
 * them, are of one type; BAD_VALUE names the two that are not. `inputs` is what the node is given
 * when it runs, NULL what is absent; NULL: what the model says. What is not known or no tensor is
 * fine. FINNC_MIXED ones may differ, and so may all of QONNX's and FINN's ops, whose element types
 * only contain what annotations say. With `may_mix` arithmetic on two operands takes FLOAT beside
 * DOUBLE, as it does when it runs: QONNX's graphs at times mix them, and numpy promotes to double.
 */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_check_agreement(finnc_ctx *cx,
                                                                 const finnc_node *node,
                                                                 const finnc_tensor *const *inputs,
                                                                 size_t n, bool may_mix);
/** What the node costs by its op's rule. BAD_VALUE if the rank of a tensor that the rule looks at
 * is not known, or a factor of what is counted, or output 0, is missing. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_cost(finnc_ctx *cx, const finnc_node *node,
                                                      finnc_cost *cost);
/** The rule of the node's op, FINNC_RANGE_UNKNOWN if it has none. Unless the op says otherwise, all
 * inputs may vary, the rule is about the first output, and there is no divisor and no grid. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_range_rule(finnc_ctx *cx, const finnc_node *node,
                                                            finnc_range_rule *rule);

/* ---- what an op's functions see of their node ---- */

FINNC_API finnc_ctx *finnc_infer_ctx(const finnc_infer *in);
FINNC_API const finnc_node *finnc_infer_node(const finnc_infer *in);
FINNC_API int finnc_infer_version(const finnc_infer *in); /**< as finnc_node_version */
FINNC_API size_t finnc_infer_ninputs(const finnc_infer *in);
FINNC_API size_t finnc_infer_noutputs(const finnc_infer *in);
FINNC_API bool finnc_infer_has(const finnc_infer *in, size_t i); /**< is input `i` there? */
FINNC_API finnc_elem finnc_infer_elem(const finnc_infer *in, size_t i);
FINNC_API int finnc_infer_rank(const finnc_infer *in,
                               size_t i); /**< -1: not known, or input absent */
FINNC_API finnc_dim finnc_infer_dim(const finnc_infer *in, size_t i, int axis);
/** The constant that input `i` is (an initialiser or a Constant node's output), or NULL. */
FINNC_API const finnc_tensor *finnc_infer_const(const finnc_infer *in, size_t i);
FINNC_API finnc_dtype finnc_infer_dtype(const finnc_infer *in, size_t i);
FINNC_API const char *finnc_infer_layout(const finnc_infer *in, size_t i); /**< NULL if none */
FINNC_API int finnc_infer_out_rank(const finnc_infer *in, size_t o);
/** What is found out about output `o` (absent ones are ignored). `rank` -1: shape not known. */
FINNC_API FINNC_MUST_USE finnc_status finnc_infer_set_type(finnc_infer *in, size_t o,
                                                           finnc_elem elem, int rank,
                                                           const finnc_dim *dims);
FINNC_API FINNC_MUST_USE finnc_status finnc_infer_set_dtype(finnc_infer *in, size_t o,
                                                            finnc_dtype dtype);
FINNC_API FINNC_MUST_USE finnc_status finnc_infer_set_layout(finnc_infer *in, size_t o,
                                                             const char *layout);

FINNC_END_DECLS
#endif
