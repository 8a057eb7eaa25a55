/* FINN's hardware layers as hardware: how wide their streams are, how far they can be made
 * parallel, how many cycles and which resources they take on an FPGA. What they compute is their
 * op's matter (finnc/op.h).
 *
 * Figures are estimates by FINN's formulas (finn.custom_op.fpgadataflow); no vendor tool is asked.
 * A layer is a node of FINN's domain for hardware, abstract (MVAU) or bound to an implementation
 * (MVAU_hls, MVAU_rtl); some figures exist for the bound ones only. All functions read attributes
 * alone, so that shapes need not be inferred before; they fail with BAD_VALUE where an attribute is
 * missing or the folding illegal ("PE 3 does not divide MH 64"), and with UNSUPPORTED where FINN
 * has no formula. */
#ifndef FINNC_LAYER_H
#define FINNC_LAYER_H

#include <finnc/graph.h>

FINNC_BEGIN_DECLS

typedef struct finnc_layer
    finnc_layer; /* what is known of one kind of layer: a row of layers.def */

/** How a layer is implemented. */
typedef enum finnc_style {
    FINNC_STYLE_ABSTRACT, /**< not decided yet */
    FINNC_STYLE_HLS,
    FINNC_STYLE_RTL
} finnc_style;

/** The layer that a node is, or NULL. */
FINNC_API const finnc_layer *finnc_layer_find(const finnc_node *node);
/** All layers, in the order of their names, whatever the case; NULL past the end. */
FINNC_API const finnc_layer *finnc_layer_at(size_t i);
/** Its abstract name, "MVAU". */
FINNC_API const char *finnc_layer_name(const finnc_layer *layer);
/** By domain and suffix; ABSTRACT for nodes that are no layers, too. */
FINNC_API finnc_style finnc_node_style(const finnc_node *node);

/* ---- streams ---- */

/** One input or output of a layer, as a stream of words. */
typedef struct finnc_stream {
    finnc_dtype dtype; /**< of an element */
    int rank;          /**< the tensor as the layer's attributes have it */
    int64_t dims[FINNC_MAX_RANK];
    int folded_rank; /**< the same elements as words: the last axis is one word */
    int64_t folded[FINNC_MAX_RANK + 1];
    int64_t width; /**< bits of a word; 0: no stream, the constant is kept inside the layer */
    int64_t words; /**< in one inference */
} finnc_stream;

/** What arrives at input `i` of the layer. NOT_FOUND: it has no such input. UNSUPPORTED: `node` is
 * no layer. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_input(finnc_ctx *cx, const finnc_node *node,
                                                        size_t i, finnc_stream *stream);
/** What leaves by output `o`; fails as finnc_layer_input. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_output(finnc_ctx *cx, const finnc_node *node,
                                                         size_t o, finnc_stream *stream);
/** Elements of a word; 0: the layer does not say how it folds them. */
FINNC_API int64_t finnc_stream_word(const finnc_stream *stream);
/** `width` rounded up to whole bytes, as AXI streams have it. */
FINNC_API int64_t finnc_stream_padded_width(const finnc_stream *stream);

/** The widest word that the layer moves inside, of weights that come from a memory beside it; 0:
 * none. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_inner_width(finnc_ctx *cx, const finnc_node *node,
                                                              int64_t *bits);
/** Do its words have to be as its neighbours have them? No width converter stands next to one, nor
 * next to an IODMA, whose words are bytes of memory. */
FINNC_API bool finnc_layer_is_rigid(const finnc_node *node);
/** Does a width converter come between `maker`, whose words have `made` elements, and `reader`,
 * which takes `taken` at once (InsertDWC)? Where both are said (not 0) and differ, and neither
 * layer is rigid. */
FINNC_API bool finnc_layer_converts(const finnc_node *maker, int64_t made, const finnc_node *reader,
                                    int64_t taken);

/** Has it a port by which a processor reaches it while it runs (AXI-Lite)? */
FINNC_API bool finnc_layer_has_port(const finnc_node *node);

/* ---- folding ---- */

/** One attribute by which a layer is made parallel. */
typedef struct finnc_fold {
    const char *attr; /**< "PE", "SIMD", "parallel_window" */
    int64_t of;       /**< what it has to divide; of a switch the most it can be, 1 or 0 */
    bool is_switch;
    bool is_last_resort; /**< other than 1 (0 for a switch) only where those before are at their
                            most */
    bool widens_weights; /**< a word of weights grows with it: FINN's mvau_wwidth_max bounds it */
    int64_t now;         /**< its value in the node */
} finnc_fold;
enum { FINNC_LAYER_MAX_FOLDS = 3 };

/** The attributes that can be chosen, in the order in which FINN's SetFolding chooses them. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_folds(finnc_ctx *cx, const finnc_node *node,
                                                        finnc_fold folds[FINNC_LAYER_MAX_FOLDS],
                                                        size_t *count);

/** UNSUPPORTED where a fold divides so much, more than 2^32 - 1 and so beyond any layer that could
 * be built, that looking for its divisors would take long. */
FINNC_API FINNC_MUST_USE finnc_status finnc_fold_check(finnc_ctx *cx, const finnc_node *node,
                                                       const finnc_fold *fold);

/** Does FINN's SetFolding choose its folds? It leaves out some layers that could be folded. */
FINNC_API bool finnc_layer_is_set_by_finn(const finnc_node *node);
/** Does the layer fold as the one that reads it (a depthwise ConvolutionInputGenerator)? Its first
 * fold then is that layer's PE, and its window is parallel if that layer's SIMD is more than 1. */
FINNC_API bool finnc_layer_follows(const finnc_node *node);
/** Elements of the kernel whose windows, channel by channel, input 0 is made of (VVAU, Pool); 0 for
 * layers that read no such thing. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_taps(finnc_ctx *cx, const finnc_node *node,
                                                       int64_t *taps);

/* ---- order ---- */

/** Is output `o` of the layer input 0 as it comes, element by element? It is of FIFOs, width
 * converters, memory, marks and copies. */
FINNC_API bool finnc_layer_hands_on(const finnc_node *node, size_t o);
/** What the stream is that `value` carries on: `value`, or what goes into the first of the layers
 * that hand it on; in a cycle of those, one of them. Never NULL. */
FINNC_API const finnc_value *finnc_stream_source(const finnc_value *value);
/** Layers that take windows apart (VVAU, Pool) do not say in which order channels come. Has nobody
 * decided it yet? Out of Im2Col, and out of a ConvolutionInputGenerator that is not bound, all
 * channels of a tap come together, whatever PE and SIMD are. */
FINNC_API bool finnc_node_leaves_order_open(const finnc_node *maker);
/** BAD_VALUE "takes 2 channels of a tap together (PE), ..." if the windows that `maker` lays out
 * once it is bound come in another order than `reader`, at the end of the stream, takes them apart.
 * Fine if `maker` lays out none or the order is all the same to `reader`; UNSUPPORTED if `maker` is
 * no layer. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_check_order(finnc_ctx *cx,
                                                              const finnc_node *maker,
                                                              const finnc_node *reader);

/* ---- time ---- */

/** Cycles for one inference; 0 where FINN takes a layer as costing none. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_cycles(finnc_ctx *cx, const finnc_node *node,
                                                         int64_t *cycles);

/* ---- flow ---- */

/** A stretch of a layer's work: `repeat` rounds of `cycles` cycles each. In a round the first
 * `reads` cycles take a word from input 0 each, the last `writes` cycles give one to each output. A
 * cycle that takes or gives words waits until all of them are there and all of them have room;
 * the others just pass. */
typedef struct finnc_phase {
    int64_t repeat, cycles;
    int64_t reads;      /**< of input 0 */
    int64_t side_reads; /**< of each other input that is a stream */
    int64_t writes;     /**< of each output that is a stream */
} finnc_phase;
enum { FINNC_FLOW_MAX_PHASES = 8 };

/** What a layer does with the words of one frame, cycle by cycle: its phases, one after the other,
 * `times` times. Those from `loop_begin` up to `loop_end` are gone through `loop` times in a row
 * before the next one comes.
 * As FINN's formulas for cycles this leaves out the few cycles that a pipeline takes to fill. Where
 * those formulas count less than the words take, words decide. */
typedef struct finnc_flow {
    int64_t times;
    finnc_phase phases[FINNC_FLOW_MAX_PHASES];
    size_t nphases;
    size_t loop_begin, loop_end;
    int64_t loop;
    bool is_queue; /**< there are no phases: words wait in it, at most `depth` of them */
    int64_t depth;
    int64_t cycles, reads, side_reads, writes; /**< in all */
} finnc_flow;
/** Of a layer bound to HLS or RTL; UNSUPPORTED for others. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_flow(finnc_ctx *cx, const finnc_node *node,
                                                       finnc_flow *flow);

/* ---- space ---- */

/** The block that multiplies, by generation: how many bits it takes at once differs. */
typedef enum finnc_dsp { FINNC_DSP48E1, FINNC_DSP48E2, FINNC_DSP58 } finnc_dsp;

/** An FPGA. Capacities are 0 where they are not known: FINN's formulas need the DSP block alone. */
typedef struct finnc_part {
    char name[64]; /**< "xc7z020clg400-1" */
    bool is_versal;
    finnc_dsp dsp;
    int64_t luts, bram_18k, urams, dsps;
    int slrs; /**< dies; 0: not known */
} finnc_part;

/** A board and its part, from FINN's list. */
typedef struct finnc_board {
    const char *name; /**< "Pynq-Z1" */
    const char *part;
    bool is_zynq;   /**< FINN's shell: Zynq, or else Alveo */
    int port_width; /**< bits of the native AXI port; 0: none */
} finnc_board;
FINNC_API const finnc_board *finnc_board_at(size_t i); /**< NULL past the end */
/** Reads the name of a part, or of a board. NOT_FOUND (with the nearest one) if it is neither a
 * known board nor anything that looks like a part of a known family. */
FINNC_API FINNC_MUST_USE finnc_status finnc_part_find(finnc_ctx *cx, const char *name,
                                                      finnc_part *part);

/** What a layer needs. `lut` may have a fraction, as upstream's. */
typedef struct finnc_resources {
    double bram_18k, bram_efficiency; /**< efficiency: bits used of bits taken; 1 if none are */
    double lut;
    double uram, uram_efficiency;
    double dsp;
    bool has_efficiency; /**< the layer has a formula for how full its memories are */
    /** Upstream's number is a float, which its annotations show: 104.0. */
    bool lut_is_float, uram_is_float;
} finnc_resources;

/** What the layer takes of `part`, by FINN's formulas for its implementation. Amounts are zero
 * and efficiencies 1 where there is none. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_resources(finnc_ctx *cx, const finnc_node *node,
                                                            const finnc_part *part,
                                                            finnc_resources *resources);

/** A choice of implementation that FINN's report of alternatives goes through. */
typedef struct finnc_layer_choice {
    const char *attr;     /**< "resType"; NULL: there is none */
    const char *words[4]; /**< "dsp", "lut"; ends with NULL */
} finnc_layer_choice;
/** The node's; its `attr` is NULL if it has none, or is no layer. */
FINNC_API finnc_layer_choice finnc_layer_find_choice(const finnc_node *node);
/** The resources as if the attribute `attr` were `word`. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_resources_if(finnc_ctx *cx,
                                                               const finnc_node *node,
                                                               const char *attr, const char *word,
                                                               const finnc_part *part,
                                                               finnc_resources *resources);
enum { FINNC_RESOURCES_TEXT_MAX = 320 };
/** As FINN annotates them, a Python dict: {'BRAM_18K': 1, 'BRAM_efficiency': 0.25, 'LUT': 315,
 * ...}. In totals all numbers are floats there. Returns `text`. */
FINNC_API const char *finnc_resources_text(const finnc_resources *resources, bool is_total,
                                           char text[FINNC_RESOURCES_TEXT_MAX]);

/* ---- binding ---- */

/** How an abstract layer is to be implemented, and why. */
typedef struct finnc_binding {
    finnc_style style;
    bool is_preferred; /**< as attribute preferred_impl_style says, or that says nothing */
    char why[160]; /**< what speaks against the other style, "weights are UINT4, RTL takes signed
                      ones"; "": nothing does */
} finnc_binding;
/** Chooses by FINN's rules: the preferred style where that is possible; without a preference RTL
 * where it is possible and worth it, else HLS. A node that is bound stays so. UNSUPPORTED: there is
 * neither. BAD_VALUE: preferred_impl_style is neither hls nor rtl. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_bind(finnc_ctx *cx, const finnc_node *node,
                                                       const finnc_part *part,
                                                       finnc_binding *binding);

/* ---- counts ---- */

/** FINN's op_and_param_counts: "op_mac_1bx8b", "param_weight_1b". */
typedef struct finnc_layer_count {
    char key[48];
    double amount;
} finnc_layer_count;
enum { FINNC_LAYER_MAX_COUNTS = 4 };
/** Operations of one inference and parameters, by their widths; `*count` is 0 for a layer that
 * multiplies nothing and keeps nothing. */
FINNC_API FINNC_MUST_USE finnc_status
finnc_layer_counts(finnc_ctx *cx, const finnc_node *node,
                   finnc_layer_count counts[FINNC_LAYER_MAX_COUNTS], size_t *count);

/* ---- constants ---- */

/** What decides how wide a layer's sums are. */
typedef struct finnc_constants {
    int weights;           /**< the input that holds the weights; -1: there are none */
    int thresholds;        /**< likewise; what is held against them is the sums or, without weights,
                              the input */
    const char *sums_type; /**< the attribute with the type of sums and thresholds */
    /** Each of `columns` columns of `length` weights makes sums: weight e of column c is the
     * tensor's element c * column_step + e * weight_step. A threshold tensor has a row per column,
     * or one for all. */
    int64_t columns, length, column_step, weight_step;
    /** Elements and weights are signs, and a sum counts where they agree: 0 to `length`. */
    bool counts_matches;
} finnc_constants;

/** Where the layer's constants are, and how they are added up. `weights` and `thresholds` are -1
 * for a layer that has nothing of the kind. */
FINNC_API FINNC_MUST_USE finnc_status finnc_layer_constants(finnc_ctx *cx, const finnc_node *node,
                                                            finnc_constants *constants);
/** Are these thresholds of a MultiThreshold or a layer, and nothing else to anybody? They are
 * annotated with the type of what is compared with them, and those that nothing reaches lie one
 * beyond its range. */
FINNC_API bool finnc_value_is_thresholds(finnc_ctx *cx, const finnc_value *value);

/** What a value's elements may be, by its annotations and by who reads it: numbers of its data
 * type, and of thresholds those one beyond; of the weights of a depthwise convolution, whose
 * sparsity says where each filter looks, also the zeros around that. */
FINNC_API finnc_allowed finnc_value_allowed(finnc_ctx *cx, const finnc_value *value);
/** Where the first element of `tensor` is that `value` may not hold: its row-major index, or -1.
 * `count` is how many there are. Integers are compared exactly. A value that is not annotated holds
 * everything; sequences, strings and elements of no known type are no numbers. Nullable: `count`,
 * which ends the search at the first. Fails with NO_MEMORY. */
FINNC_API FINNC_MUST_USE finnc_status finnc_value_find_forbidden(finnc_ctx *cx,
                                                                 const finnc_value *value,
                                                                 const finnc_tensor *tensor,
                                                                 int64_t *index, int64_t *count);

FINNC_END_DECLS
#endif
