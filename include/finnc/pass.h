/* Passes: rewrites of a graph, declared as pictures or written over the editing functions;
 * pipelines of them; and what running one reports. A program adds a pass of its own by filling a
 * finnc_pass (finnc_pipeline_add, finnc_ctx_options.passes). */
#ifndef FINNC_PASS_H
#define FINNC_PASS_H

#include <finnc/io.h>
#include <finnc/model.h>

FINNC_BEGIN_DECLS

typedef struct finnc_match finnc_match;       /* one place where a rule's picture was found */
typedef struct finnc_pass_run finnc_pass_run; /* one run of one pass: context, arguments, remarks */
typedef struct finnc_pipeline finnc_pipeline;

typedef enum finnc_verdict {
    FINNC_APPLY,
    FINNC_SKIP,  /**< the rule does not hold here; the reason (finnc_skip) becomes a remark. Without
                    one there was simply nothing to do */
    FINNC_REFUSE /**< the graph is one that the pass must not see: the pass fails, with the words
                    given */
} finnc_verdict;

/** A rewrite as its picture, before and after.
 *
 *      value   ::=  '$' name                          a constant
 *               |   name                              any value
 *               |   [v '@'] [n ':'] ops ['&'] [attrs] '(' value {',' value} ')'
 *      ops     ::=  ['"' domain '"'] Op {'|' Op} | '*'      '*' is any
 *      attrs   ::=  '{' key '=' JSON {',' ...} '}'    attributes that it has to have (have) or
 *                                                     gets (want)
 *
 *  Names begin with a lower-case letter, op types with a capital. 'n:' names the node, 'v@' the
 *  value that it makes; a trailing '?' on a value says that it may be absent. A rule's names are
 *  one name space. In `have`:
 *  - the outermost node is the root; an inner node's value is used by nobody else and is no graph
 *    output, unless '&' allows it; further outputs of an inner node are used by nobody;
 *  - the operands of a commutative op match in either order; the same name twice has to be the same
 *    value; a node has no inputs besides those in the picture.
 *  - an op is one of ONNX, QONNX or FINN, in whichever of their domains (finnc_node_is). With a
 *    domain before it, it is one of that domain, with '"*"' whatever any of theirs calls so
 *    (finnc_node_is_any);
 *  In `want`, which may be a name alone:
 *  - 'n(...)' is the matched node n with its attributes, on new inputs; 'n{key=...}(...)' the same
 *    with those attributes set; 'n:Op{...}(...)', for a matched n, turns it into another op that
 *    keeps the other attributes;
 *  - 'Op(...)' is a new node, '"domain"Op(...)' one of a custom domain; 'n:' of a name that `have`
 *    does not bind names it for `then`;
 *  - '=Op(...)' over constants is computed at once, by running the op, and becomes a new constant;
 *    'c@=Op(...)' takes the place of the matched constant c: it has its annotations (a data type
 *    that does not allow the new elements becomes the smallest that does), and its name if nobody
 *    else uses c, who otherwise keep the old one;
 *  - '$name' is a matched constant, or one that `make` bound; if `make` bound a matched one it
 * takes its place in the same way;
 *  - 'v@' reuses the matched value v with its name and annotations; of a name that `have` does not
 *    bind it names the new value for `then`; an unnamed inner value is new. The root's values keep
 *    name, uses and annotations;
 *  - an optional value that was absent stays absent;
 *  - matched nodes that `want` does not mention and that nobody else uses are erased.
 *  Element types and shapes of all values that `want` makes (the root's excepted where known) are
 *  inferred anew. */
typedef struct finnc_rule {
    const char *have;
    const char *want;
    finnc_verdict (*when)(finnc_match *match); /**< further conditions; NULL: none */
    finnc_status (*make)(finnc_match *match);  /**< binds constants that `want` uses; NULL: none */
    /** Sees the graph after the rewrite, the picture's names standing for what `want` made of them:
     *  annotations, computed attributes. NULL: none. */
    finnc_status (*then)(finnc_match *match);
} finnc_rule;

typedef enum finnc_param_kind {
    FINNC_PARAM_INT,
    FINNC_PARAM_FLOAT,
    FINNC_PARAM_BOOL,
    FINNC_PARAM_STRING,
    FINNC_PARAM_JSON /**< a list or an object */
} finnc_param_kind;

typedef struct finnc_param {
    const char *name; /**< upstream's */
    finnc_param_kind kind;
    const char *fallback; /**< in JSON; NULL: must be given */
    const char *summary;
} finnc_param;

enum { FINNC_PASS_MAX_RULES = 8, FINNC_PASS_MAX_PARAMS = 8 };

enum {
    FINNC_PASS_STABLE =
        1u
        << 0, /**< a second run on an unedited graph changes nothing: the manager leaves it out */
    FINNC_PASS_REPEATS =
        1u << 1, /**< `run` is called again until it edits nothing (rules always are) */
    FINNC_PASS_CHANGES_VALUES = 1u << 2, /**< outputs differ on purpose: not verified */
    FINNC_PASS_CHANGES_IO =
        1u << 3, /**< graph inputs or outputs change: verified only where they can be paired */
    FINNC_PASS_ALWAYS_FINISHES = 1u << 4, /**< `finish` runs even if nothing changed */
    FINNC_PASS_KEEPS_GRAPH =
        1u << 5 /**< no node, attribute, connection or name of a value changes, only what is known
                   of values, the order of nodes and their names: all that a model with Gradient
                   nodes, which differentiate through values by their names, is transformed by */
};

typedef struct finnc_pass {
    const char *name;     /**< upstream's class name, or ours */
    const char *summary;  /**< one line, lower case */
    const char *upstream; /**< the module there, "finn.transformation.streamline.reorder"; NULL:
                             ours alone */
    const char *notes; /**< why it is right, which way it pushes, where upstream differs; paragraphs
                          for docs/passes.md; may be NULL */
    unsigned flags;
    finnc_param params[FINNC_PASS_MAX_PARAMS]; /**< ends with a NULL name */
    /* One of three: */
    finnc_rule rules[FINNC_PASS_MAX_RULES]; /**< pictures, tried in order at each node; ends with a
                                               NULL `have` */
    finnc_status (*run)(finnc_pass_run *run, finnc_graph *graph);
    const char *steps; /**< other passes, as a pipeline's text */
    const char *each;  /**< with `steps`: passes run after each of them */
    /** With rules or `run`: passes run at the end if anything changed, as part of this one
     *  ("InferShapes,InferDataTypes"); NULL: none. */
    const char *finish;
} finnc_pass;

/** The pass of that name; case, '-' and '_' do not matter. NULL if there is none. */
FINNC_API const finnc_pass *finnc_pass_find(const char *name);
/** The same among those that the program gave its context too (finnc_ctx_options.passes). */
FINNC_API const finnc_pass *finnc_ctx_find_pass(const finnc_ctx *cx, const char *name);
FINNC_API const finnc_pass *
finnc_pass_at(size_t i); /**< all passes in the list's order; NULL past the end */
FINNC_API const char *finnc_pass_room(size_t i); /**< the folder that it lives in: "streamline" */

/** A named pipeline that comes with the library (recipes/NAME.yaml): it may stand wherever a pass
 * may.
 */
typedef struct finnc_recipe {
    const char *name;
    const char *summary; /**< one line, lower case */
    const char *yaml;    /**< as finnc_pipeline_read_text takes it */
} finnc_recipe;

FINNC_API const finnc_recipe *finnc_recipe_at(size_t i); /**< NULL past the end */
/** As finnc_pass_find. */
FINNC_API const finnc_recipe *finnc_recipe_find(const char *name);
/** The known pass or recipe nearest to `name`, for hints; NULL if none is near. */
FINNC_API const char *finnc_pass_nearest(const char *name);
/** The same among the program's own too. */
FINNC_API const char *finnc_ctx_nearest_pass(const finnc_ctx *cx, const char *name);

/* ---- inside a pass: run ---- */

FINNC_API finnc_ctx *finnc_pass_ctx(const finnc_pass_run *run);
FINNC_API int64_t finnc_pass_int(const finnc_pass_run *run, const char *param);
FINNC_API double finnc_pass_float(const finnc_pass_run *run, const char *param);
FINNC_API bool finnc_pass_bool(const finnc_pass_run *run, const char *param);
FINNC_API const char *finnc_pass_string(const finnc_pass_run *run,
                                        const char *param); /**< NULL for JSON null */
/** The argument as JSON text, of any kind; borrowed. */
FINNC_API const char *finnc_pass_json(const finnc_pass_run *run, const char *param);
/** Runs another pass by name with its defaults, hidden clean-up included, as upstream's passes do
 * inside. */
FINNC_API FINNC_MUST_USE finnc_status finnc_pass_call(finnc_pass_run *run, const char *passes);
/** False once finnc_transform_options.rewrite_limit is reached: a pass that rewrites here and there
 * asks before each rewrite. */
FINNC_API bool finnc_pass_may_rewrite(const finnc_pass_run *run);
/** Says what the pass did (applied, which counts as a rewrite) or why it did not (missed) at
 * `node`. A pass that changes the graph and never says so counts as one rewrite. */
FINNC_API FINNC_PRINTF(3, 4) void finnc_pass_applied(finnc_pass_run *run, const finnc_node *node,
                                                     const char *format, ...);
FINNC_API FINNC_PRINTF(3, 4) void finnc_pass_missed(finnc_pass_run *run, const finnc_node *node,
                                                    const char *format, ...);

/* ---- inside a rule: when, make, then ---- */

FINNC_API finnc_ctx *finnc_match_ctx(const finnc_match *match);
FINNC_API finnc_graph *finnc_match_graph(const finnc_match *match);
FINNC_API const finnc_pass_run *finnc_match_run(const finnc_match *match);
/** The root; in `then` the node that makes its value now, or NULL. */
FINNC_API finnc_node *finnc_match_root(const finnc_match *match);
/** What a name in the picture stands for; NULL if it is optional and absent. An unknown name is our
 * own mistake: asserted. */
FINNC_API finnc_node *finnc_match_node(const finnc_match *match, const char *name);
FINNC_API finnc_value *finnc_match_value(const finnc_match *match,
                                         const char *name); /**< `x`, `s` for `$s`, `v` of 'v@' */
FINNC_API const finnc_tensor *finnc_match_tensor(const finnc_match *match,
                                                 const char *name);               /**< of `$s` */
FINNC_API int64_t finnc_match_nelems(const finnc_match *match, const char *name); /**< of `$s` */
FINNC_API FINNC_PRINTF(2, 3) finnc_verdict finnc_skip(finnc_match *match, const char *format, ...);
FINNC_API FINNC_PRINTF(2, 3) finnc_verdict
    finnc_refuse(finnc_match *match, const char *format, ...);
/** In `make`: gives `$name` of `want` its tensor (retained). `hint` names the new initialiser;
 * NULL: after `name`. */
FINNC_API FINNC_MUST_USE finnc_status finnc_match_bind(finnc_match *match, const char *name,
                                                       const finnc_tensor *tensor,
                                                       const char *hint);

/* ---- pipelines ---- */

/** Reads 'tidy,Streamline,InsertTopK{k=1}': passes with parameters in JSON, groups as name(a,b) and
 * fixpoint(a,b). Fails with NOT_FOUND "unknown pass ..." (with the nearest name), BAD_VALUE (syntax
 * with its column, parameters). */
FINNC_API FINNC_MUST_USE finnc_status finnc_pipeline_parse(finnc_ctx *cx, const char *text,
                                                           finnc_pipeline **pipeline);
/** Reads the YAML form (docs/pipelines.md) from a file. */
FINNC_API FINNC_MUST_USE finnc_status finnc_pipeline_read(finnc_ctx *cx, const char *path,
                                                          finnc_pipeline **pipeline);
FINNC_API FINNC_MUST_USE finnc_status finnc_pipeline_read_text(finnc_ctx *cx, const char *yaml,
                                                               finnc_pipeline **pipeline);
FINNC_API void finnc_pipeline_destroy(finnc_pipeline *pipeline);
/** Appends a pass, known or the caller's own, with its arguments as a JSON object (NULL: defaults).
 */
FINNC_API FINNC_MUST_USE finnc_status finnc_pipeline_add(finnc_ctx *cx, finnc_pipeline *pipeline,
                                                         const finnc_pass *pass,
                                                         const char *arguments);
FINNC_API size_t finnc_pipeline_nsteps(const finnc_pipeline *pipeline); /**< top-level steps */
/** Writes top-level steps `first` (from 0) to before `first + count` as YAML that
 * finnc_pipeline_read reads, with the arguments that differ from the defaults. Recipes and groups
 * are written out, with their labels. */
FINNC_API FINNC_MUST_USE finnc_status finnc_pipeline_write(finnc_ctx *cx,
                                                           const finnc_pipeline *pipeline,
                                                           size_t first, size_t count,
                                                           finnc_write_fn write, void *user);

typedef enum finnc_remark_kind {
    FINNC_REMARK_APPLIED,
    FINNC_REMARK_MISSED,
    FINNC_REMARK_ANALYSIS
} finnc_remark_kind;

/** A constant that decided. */
typedef struct finnc_remark_value {
    const char *name;  /**< in the picture: "s" */
    const char *value; /**< in the graph: "Mul_3_param0" */
    const char *text;  /**< "64 values, 0.011 to 0.094" */
} finnc_remark_value;

/** All of it is borrowed for the time of the call. */
typedef struct finnc_remark {
    finnc_remark_kind kind;
    const char *pass;
    const char *rule;    /**< the picture that was found, or nearly; "" where there is none */
    const char *node;    /**< name, or "" */
    const char *op_type; /**< of the node */
    const char *text;    /**< "scale is per-channel: 64 values, 0.011 to 0.094" */
    int step;            /**< number of the top-level step, from 1 */
    uint64_t rewrite;    /**< number within the run of the rewrite applied; 0 otherwise */
    /** Missed: nothing but the picture's root fits (finnc_transform_options.wants_far). */
    bool is_far;
    const finnc_node *at; /**< the node itself, which an applied rewrite may have erased; NULL: none
                           */
    /** Of a picture: the nodes that it was laid on, `at` among them. */
    const finnc_node *const *nodes;
    size_t nnodes;
    /** Of a picture that was applied: the nodes that the rewrite made or changed. */
    const finnc_node *const *made;
    size_t nmade;
    /** Of a picture that fits, whether it was applied then or not: its constants. */
    const finnc_remark_value *values;
    size_t nvalues;
} finnc_remark;

/** What became of one pass, for finnc_transform_options.after. */
typedef struct finnc_pass_report {
    const char *pass;
    const char *group; /**< the label of the group or recipe it stands in; NULL: none */
    int depth;         /**< 0: a step of the pipeline; more: a pass inside it, in whose model
                            outputs have names that were left out, as passes see it */
    int step;          /**< number of the top-level step, from 1 */
    double seconds;
    uint64_t rewrites; /**< applied by it and inside it */
    size_t nodes_before, nodes_after;
    bool changed;
} finnc_pass_report;

/** What verification came to, for finnc_transform_options.verification. A step that left the model
 * as it was is not counted. */
typedef struct finnc_verification {
    size_t verified;   /**< steps after which the outputs were the same as before */
    size_t unverified; /**< steps that could not be verified; a remark says why */
} finnc_verification;

typedef enum finnc_failure_cause {
    FINNC_FAILED_NOT = 0,     /**< it did not, or before the first step */
    FINNC_FAILED_PASS,        /**< the pass said so */
    FINNC_FAILED_CHECK,       /**< it broke an invariant of the graph (check_each) */
    FINNC_FAILED_VERIFICATION /**< it changed what is computed (verify_each) */
} finnc_failure_cause;

/** Where a run failed, for finnc_transform_options.failure. */
typedef struct finnc_transform_failure {
    finnc_failure_cause cause;
    int step;                  /**< number of the top-level step, from 1 */
    const char *pass;          /**< its name; lives as long as the pass */
    uint64_t earlier_rewrites; /**< of the steps before */
    uint64_t rewrite;          /**< number of the last rewrite begun */
    finnc_bundle *inputs; /**< on which the outputs differ, by the names that they had before the
                             step; NULL: that is not it. The caller ends it */
} finnc_transform_failure;

/** "pass", "check", "verification"; "" for NOT. */
FINNC_API const char *finnc_failure_cause_name(finnc_failure_cause cause);

typedef struct finnc_transform_options {
    void (*remark)(void *user, const finnc_remark *remark);
    /** Remark also on pictures of which nothing but the root fits: far more than anybody reads, but
     * whoever asks about one node wants them. */
    bool wants_far;
    /** After each pass, inner ones included (they come first). `model` is as that pass left it. A
     * failure ends the run. */
    finnc_status (*after)(void *user, finnc_ctx *cx, const finnc_pass_report *report,
                          const finnc_model *model);
    void *user;
    /** Run before and after every top-level step on seeded random inputs and on those where results
     * may jump (finnc_graph_draw_edges). BAD_VALUE: the outputs differ, or only the model before
     * can be run. If the model before cannot be run on these inputs, that is no fault of the step:
     * it is not verified. Integers, and what is annotated as integer, have to be equal. */
    bool verify_each;
    /** With verify_each, compare what the nodes inside make, too, as far as it keeps its meaning:
     * the same node, of the same op, making the same value from before to after the step. */
    bool verify_tensors;
    int verify_inputs; /**< how many random ones; 0: 3 */
    uint64_t verify_seed;
    /** One more input to verify on, where its names are those of the inputs; may be NULL. */
    const finnc_bundle *verify_given;
    finnc_verification *verification; /**< is counted up; may be NULL */
    finnc_transform_failure *failure; /**< filled in; may be NULL */
    bool check_each; /**< finnc_graph_check after every pass (debug builds always do); and shapes
                        as the ops give them, constants of their data type, if that was so before */
    int stop_after;  /**< stop after that many top-level steps; 0: all */
    uint64_t
        rewrite_limit; /**< end the run after that many rewrites, clean-up excepted; 0: no limit */
} finnc_transform_options;

/** Runs a pipeline on a model's main graph; bodies of If and Loop stay as they are, as in upstream,
 * but for the shapes that InferShapes finds in them, and for nodes none of whose outputs has a
 * name, which go before the first pass wherever they are. On failure the model is as before the
 * step that failed, and the words name pass and node. `options` may be NULL. */
FINNC_API FINNC_MUST_USE finnc_status finnc_transform(finnc_ctx *cx, finnc_model *model,
                                                      const finnc_pipeline *pipeline,
                                                      const finnc_transform_options *options);

FINNC_END_DECLS
#endif
