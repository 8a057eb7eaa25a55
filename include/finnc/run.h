/* Running a model: a session is made once, fed, run and asked, as often as one likes. */
#ifndef FINNC_RUN_H
#define FINNC_RUN_H

#include <finnc/io.h>
#include <finnc/model.h>

FINNC_BEGIN_DECLS

typedef struct finnc_session finnc_session;

/** One node's run, for finnc_session_options.trace. Outputs are borrowed for the time of the call.
 */
typedef struct finnc_trace {
    const finnc_node *node;
    const finnc_tensor *const *outputs; /**< one per output of the node, NULL where absent */
    size_t noutputs;
    int depth; /**< 0: of the main graph; a node in the body of a Loop comes once a round */
    double start_us, duration_us; /**< since the run began */
} finnc_trace;

/** What a session runs on. Both give the same. */
typedef enum finnc_engine {
    FINNC_ENGINE_REFERENCE = 0, /**< a plain kernel for each node */
    FINNC_ENGINE_FAST, /**< chains of nodes that are exact in integers, compiled to packed ones; a
                         plain kernel for every other node, and for all if they are traced or held
                         to data types */
    FINNC_ENGINE_AUTO  /**< the one that is estimated to need less time for `nsamples`, that of
                          compiling included */
} finnc_engine;

/** How many images the fast engine takes at a time; finnc_stage.mode has the words. */
typedef enum finnc_mode {
    FINNC_MODE_ESTIMATED = 0, /**< planes, from where they are estimated to save most on, or none;
                                 or as FINNC_MODE says, "images" or "planes", in the environment */
    FINNC_MODE_IMAGES,        /**< one at a time */
    FINNC_MODE_PLANES         /**< as many as a register has bits, wherever that is possible */
} finnc_mode;

typedef struct finnc_session_options {
    int threads; /**< 0: as the context */
    /** Called after each node, in node order. NULL: no tracing. A failure ends the run. */
    finnc_status (*trace)(void *user, finnc_ctx *cx, const finnc_trace *trace);
    void *user;
    /** Value names besides the graph outputs that finnc_session_fetch has to have. */
    const char *const *keep;
    size_t nkeep;
    /** Leave values as they were computed. By default a tensor annotated with an integer type is
     * rounded to integers where it is off by at most 0.01, and one that is off by more is
     * BAD_VALUE, as upstream. */
    bool unsanitised;
    /** Hold every tensor (fed, initialiser or made by a node, in bodies too) to the data type that
     * its value is annotated with, after the rounding above: the first element that it forbids is
     * BAD_VALUE naming node, value, index and element. */
    bool check_dtypes;
    finnc_engine engine;
    size_t nsamples; /**< for FINNC_ENGINE_AUTO: how many samples (a batch has several) are going to
                        be run in all; 0: more than one can say */
    bool profile;    /**< take the time of the fast engine's layers: finnc_session_stage */
    /** The instruction set of the fast engine's kernels, "avx2"; NULL: that of FINNC_ISA in the
     * environment, else the newest of those that the machine has and that have been tried. One
     * that is named here has to be there, whatever the engine: BAD_VALUE says which there are,
     * UNSUPPORTED what it takes. */
    const char *isa;
    finnc_mode mode; /**< of the fast engine */
} finnc_session_options;

/** Prepares a model for running: finds a kernel for every node (UNSUPPORTED "unsupported op" names
 * the first that has none), checks attributes, plans buffers. Element types and shapes that the
 * model does not have are inferred, as far as they can be, and what its functions and Gradient
 * nodes stand for is put in their place: on a copy that the session keeps, which shares the
 * tensors. The model stays as it is, must outlive the session and not be edited meanwhile.
 * `options` may be NULL. A session belongs to one thread at a time; two sessions of one model may
 * run side by side in contexts of their own. */
FINNC_API FINNC_MUST_USE finnc_status finnc_session_create(finnc_ctx *cx, const finnc_model *model,
                                                           const finnc_session_options *options,
                                                           finnc_session **session);
FINNC_API void finnc_session_destroy(finnc_session *session);
/** Gives a tensor to a graph input (or, for partial runs, to any other value). Retained until the
 * next feed of that name. Element type and dimensions have to match, where the model says them:
 * BAD_VALUE says both shapes. NOT_FOUND for an unknown name, with the nearest one. */
FINNC_API FINNC_MUST_USE finnc_status finnc_session_feed(finnc_session *session, const char *name,
                                                         const finnc_tensor *tensor);
/** The same for `count` of them, all or none: on a failure everything is fed as it was before. */
FINNC_API FINNC_MUST_USE finnc_status finnc_session_feed_all(finnc_session *session,
                                                             const char *const *names,
                                                             const finnc_tensor *const *tensors,
                                                             size_t count);
/** Runs. Every graph input without a default needs a tensor: BAD_VALUE names the one missing. */
FINNC_API FINNC_MUST_USE finnc_status finnc_session_run(finnc_session *session);
/** A graph output (or kept value) of the last run, borrowed until the next one; NULL if there is
 * none of that name. */
FINNC_API const finnc_tensor *finnc_session_fetch(const finnc_session *session, const char *name);
/** The most bytes that intermediate tensors took at once, as planned in the last run. */
FINNC_API uint64_t finnc_session_peak_bytes(const finnc_session *session);

/** Which of the engines a session runs on: never AUTO. Where everything is traced, or nothing could
 * be compiled for want of memory, the reference. */
FINNC_API finnc_engine finnc_session_engine(const finnc_session *session);

/** Why FINNC_ENGINE_AUTO chose an engine: estimates, the same for the same model on all machines.
 */
typedef struct finnc_engine_choice {
    finnc_engine engine;
    double reference, fast; /**< microseconds for a sample */
    double compile;         /**< microseconds, once */
    double samples;         /**< so many samples are where the fast engine begins to pay; infinity:
                               never */
} finnc_engine_choice;

/** False: the session was not asked to choose. */
FINNC_API bool finnc_session_choice(const finnc_session *session, finnc_engine_choice *choice);

/** How a session runs a node. */
typedef struct finnc_how {
    const finnc_node *node;
    bool is_fast;     /**< as part of a compiled program: its work is done with that of others */
    int program;      /**< which, from 0; -1: none */
    const char *kind; /**< of kernels: "bits", "bytes", "fused", "folded", "reference" */
    const char *why;  /**< it is not fast; NULL: it is, or nobody asked for that */
} finnc_how;

/** The nodes of the main graph, in order; and one of them (`i` below that). Texts live as long as
 * the session. */
FINNC_API size_t finnc_session_nnodes(const finnc_session *session);
FINNC_API finnc_how finnc_session_how(const finnc_session *session, size_t i);
/** How many of them are fast. */
FINNC_API size_t finnc_session_nfast(const finnc_session *session);
/** The name of the instruction set that fast kernels use; NULL: there are none. */
FINNC_API const char *finnc_session_isa(const finnc_session *session);

/** An instruction set that there are kernels for. */
typedef struct finnc_isa {
    const char *name;  /**< as in finnc_session_options, "avx2" */
    const char *needs; /**< what it takes, in words */
    bool is_here;      /**< this machine has it */
    bool is_untried;   /**< no processor has run it yet: only who names it gets it */
} finnc_isa;

/** Those for this kind of processor, the plainest first; false: there are not so many. */
FINNC_API bool finnc_isa_at(size_t i, finnc_isa *isa);

/** A stage of the fast engine's work: reading a tensor, a layer, turning images to planes, writing
 * a tensor. */
typedef struct finnc_stage {
    int program;
    const char *mode; /**< "images": one at a time; "planes": a bit of a register is each */
    const char *kind; /**< "read", "bits", "bytes", "each", "signs", "weights", "max", "map", "pad",
                         "add", "join", "part", "turn", "write" */
    const finnc_node *node; /**< that it began with; NULL: it is no layer */
    double macs;            /**< multiply-accumulates for an image */
    double bound;   /**< seconds that its arithmetic alone takes at least, in registers, on this
                         machine; 0: nobody knows */
    double seconds; /**< for an image, the least that was seen of one thread; 0: it has not run,
                         or on several threads, or `profile` is not set */
} finnc_stage;

/** Stage `i` of a session, program by program; false: there are not so many. Those of planes come
 * behind all others, when a run has taken planes. */
FINNC_API bool finnc_session_stage(const finnc_session *session, size_t i, finnc_stage *stage);

/** Runs one node on constants. `inputs` as the node's inputs, NULL where absent; `outputs` receives
 * references that the caller releases, NULL where absent. For constant folding. */
FINNC_API FINNC_MUST_USE finnc_status finnc_node_eval(finnc_ctx *cx, const finnc_node *node,
                                                      const finnc_tensor *const *inputs,
                                                      size_t ninputs, finnc_tensor **outputs,
                                                      size_t noutputs);
/** Runs an op with its default attributes on constants: result 0 is `output`. `version`: of its
 * domain; 0: the newest. */
FINNC_API FINNC_MUST_USE finnc_status finnc_op_eval(finnc_ctx *cx, const char *domain,
                                                    const char *op_type, int version,
                                                    const finnc_tensor *const *inputs,
                                                    size_t ninputs, finnc_tensor **output);
/** Has the interpreter a kernel for this node's op? */
FINNC_API bool finnc_node_can_run(const finnc_node *node);

/** Inputs for trying a model out: a tensor for every graph input, drawn from its annotated data
 * type (FLOAT32: normal, other element types small numbers), the same for the same `seed` on every
 * machine. Unknown dimensions become 1, a sequence is of two items, an optional of one; maps are
 * UNSUPPORTED. Feeds them, all or none. */
FINNC_API FINNC_MUST_USE finnc_status finnc_session_feed_random(finnc_session *session,
                                                                uint64_t seed);

/** One such tensor: of the value's element type and shape. */
FINNC_API FINNC_MUST_USE finnc_status finnc_value_draw(finnc_ctx *cx, const finnc_value *value,
                                                       uint64_t seed, finnc_tensor **tensor);

/** One of those for every input of `graph` that has no default, by name; other ones for every seed,
 * sample and input. The caller ends the bundle. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_draw_inputs(finnc_ctx *cx,
                                                              const finnc_graph *graph,
                                                              uint64_t seed, uint64_t sample,
                                                              finnc_bundle **inputs);

/** Such inputs where results may jump, of which there are finnc_graph_nedges different kinds.
 * Samples 0 and 1 have the smallest and largest numbers of the annotated types among others, or
 * nothing but them. Samples 2, 3 and 4 follow each input through steps that can be undone element
 * by element (reshaping, Transpose, Add, Sub, Mul, Div with a constant, Relu, ...) to the
 * quantisers behind them (MultiThreshold, Quant, BipolarQuant, Sign, Round, ...), and put the
 * elements one step below edges of theirs, onto them, and one step above. A step is 1 of an integer
 * type, else the next float32; where the way has more than one rounding, numbers stay 2^-18 of the
 * largest one away from the edges, since moving a rounding is no fault. What reaches none is drawn.
 */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_draw_edges(finnc_ctx *cx,
                                                             const finnc_graph *graph,
                                                             uint64_t seed, uint64_t sample,
                                                             finnc_bundle **inputs);
FINNC_API size_t finnc_graph_nedges(finnc_ctx *cx, const finnc_graph *graph);

/** What models are compared on: `nrandom` random inputs (finnc_graph_draw_inputs), and behind them
 * finnc_graph_nedges at edges (finnc_graph_draw_edges). `sample` counts both. */
FINNC_API FINNC_MUST_USE finnc_status finnc_graph_draw_sample(finnc_ctx *cx,
                                                              const finnc_graph *graph,
                                                              uint64_t seed, size_t nrandom,
                                                              size_t sample, finnc_bundle **inputs);

FINNC_END_DECLS
#endif
