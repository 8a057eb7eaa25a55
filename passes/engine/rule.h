/* Rewrite rules: pictures parsed into small trees (rule_parse.c), found in a graph (rule_match.c),
 * drawn anew (rule_build.c), explained where they nearly fit (rule_explain.c), and repeated until
 * none fits (rule.c). */
#ifndef FNC_RULE_H
#define FNC_RULE_H

#include "engine.h"

#include "../support/spread.h"

#include <base/buf.h>

#include <finnc/op.h>

enum {
    FNC_RULE_MAX_NAMES = 32,
    FNC_RULE_MAX_NODES = 16,    /* in one picture */
    FNC_RULE_MAX_OPERANDS = 16, /* of one node in a picture */
    FNC_RULE_MAX_DEPTH = 8,
    FNC_RULE_NONE = -1
};

/* ---- what a picture says (rule_parse.c) ---- */

/* An attribute: a number, a text, or a list of either. */
typedef struct fnc_pic_attr {
    const char *name;
    const char *json; /* as written */
    finnc_attr_kind kind;
    size_t count; /* of a list; 1 otherwise */
    int64_t *ints;
    float *floats;
    const char **strings;
    /* In `have`: what says that a node has this value where the attribute is not there. */
    const finnc_attr_spec **defaults;
    size_t ndefaults;
} fnc_pic_attr;

typedef enum fnc_pic_kind { FNC_PIC_VALUE, FNC_PIC_CONSTANT, FNC_PIC_NODE } fnc_pic_kind;

typedef struct fnc_picture {
    fnc_pic_kind kind;
    int value; /* the name of the value: its place in fnc_rule_text.names, or FNC_RULE_NONE */
    int node;  /* the name of the node, likewise */
    bool optional;
    bool shared;   /* '&': others may use the value */
    bool any;      /* '*' */
    bool computed; /* '=': `want` runs the op at once */
    const char *domain;
    const char **ops; /* NULL: none said, a matched node by its name */
    size_t nops;
    fnc_pic_attr *attrs;
    size_t nattrs;
    struct fnc_picture **operands;
    size_t noperands;
    int index; /* of a node, counted from the root (0) in the order of writing */
} fnc_picture;

typedef struct fnc_pic_name {
    const char *name;
    bool is_node;
    bool in_have;    /* `have` binds it */
    bool is_const;   /* as '$name' */
    bool is_operand; /* `want` uses the value */
    int index;       /* of the node in `have` that it names or whose value it is; FNC_RULE_NONE */
} fnc_pic_name;

typedef struct fnc_rule_text {
    const finnc_rule *rule;
    fnc_picture *have, *want;
    fnc_pic_name names[FNC_RULE_MAX_NAMES];
    int nnames;
    int nhave, nwant; /* nodes in each */
    int depth;        /* of `have`: 1 for a node alone */
} fnc_rule_text;

struct fnc_rules {
    fnc_rule_text *rules;
    size_t count;
    int depth; /* the largest */
};

/* Parses all pictures of a pass. BAD_VALUE quotes the picture and says what is wrong with it. */
FINNC_MUST_USE finnc_status fnc_rules_parse(finnc_ctx *cx, fnc_arena *arena, const finnc_pass *pass,
                                            struct fnc_rules **rules);
/* One value of an attribute from its JSON; BAD_VALUE for what attributes cannot hold. */
FINNC_MUST_USE finnc_status fnc_pic_attr_read(finnc_ctx *cx, fnc_arena *arena, const char *json,
                                              size_t length, fnc_pic_attr *attr);
/* Finds out for which of the picture's ops each of its attributes may be absent (rule_default.c).
 */
FINNC_MUST_USE finnc_status fnc_picture_find_defaults(finnc_ctx *cx, fnc_arena *arena,
                                                      const fnc_picture *picture);
/* The name's place, or FNC_RULE_NONE. */
int fnc_rule_find_name(const fnc_rule_text *rule, const char *name);

/* ---- a place where a picture fits, or nearly does (rule_match.c) ---- */

typedef enum fnc_miss_kind {
    FNC_MISS_NOTHING,  /* no word to lose about it */
    FNC_MISS_OP,       /* another op makes the value */
    FNC_MISS_SOURCE,   /* no node makes the value */
    FNC_MISS_ATTR,     /* an attribute differs */
    FNC_MISS_SHARED,   /* the value is used elsewhere */
    FNC_MISS_OUTPUT,   /* the value is a graph output */
    FNC_MISS_FURTHER,  /* a further output of the node is used */
    FNC_MISS_ARITY,    /* more inputs than the picture has */
    FNC_MISS_ABSENT,   /* an input is not there */
    FNC_MISS_CONSTANT, /* a value is no constant */
    FNC_MISS_SAME,     /* two values would have to be one */
    FNC_MISS_BOUNDARY, /* both values are known outside of the graph */
    FNC_MISS_OLD,      /* operands are lined up otherwise in the model's opset */
    FNC_MISS_WORDS,    /* `when` said why */
    FNC_MISS_DONE      /* it fits, and `when` found nothing to do */
} fnc_miss_kind;

/* The constants of a picture that fits, in words. */
typedef struct fnc_described {
    finnc_remark_value values[FNC_RULE_MAX_NAMES];
    char texts[FNC_RULE_MAX_NAMES][FNC_SPREAD_MAX];
    size_t count;
} fnc_described;

typedef struct fnc_miss {
    fnc_miss_kind kind;
    int progress; /* nodes matched before it */
    const fnc_rule_text *rule;
    const fnc_picture *wanted;
    const fnc_pic_attr *attr;
    const finnc_node *at;
    const finnc_value *value;
    char words[256];
    /* Only where somebody will read them: */
    const finnc_node *matched[FNC_RULE_MAX_NODES + 1]; /* and `at` */
    size_t nmatched;
    fnc_described constants; /* of what `when` declined */
} fnc_miss;

struct finnc_match {
    finnc_pass_run *run;
    finnc_graph *graph;
    const fnc_rule_text *rule;
    fnc_arena scratch; /* of one rewrite */
    finnc_node *root;
    finnc_node *matched[FNC_RULE_MAX_NODES];
    bool bound[FNC_RULE_MAX_NAMES];
    finnc_value *values[FNC_RULE_MAX_NAMES];
    finnc_node *nodes[FNC_RULE_MAX_NAMES];
    const finnc_tensor *tensors[FNC_RULE_MAX_NAMES]; /* bound by make; retained */
    const char *hints[FNC_RULE_MAX_NAMES];
    finnc_tensor *computed[FNC_RULE_MAX_NODES]; /* of `want`, by '='; ours to release */
    /* The order of operands taken at each commutative node met, as a path through a tree of
     * choices: a failed attempt is repeated with the last choice that is still open turned. */
    bool turned[FNC_RULE_MAX_NODES];
    int nchoices, nmet;
    int progress;
    bool explains;   /* somebody will read the words */
    char words[256]; /* of finnc_skip and finnc_refuse */
    fnc_miss miss;   /* the nearest so far */
};

/* Looks for the rule at `root`. The verdict of `when` stands: FINNC_REFUSE fails with its words.
 * `applies` says whether the match may be built. */
FINNC_MUST_USE finnc_status fnc_match_find(finnc_match *match, const fnc_rule_text *rule,
                                           finnc_node *root, bool *applies);
void fnc_match_note(finnc_match *match, fnc_miss_kind kind, const fnc_picture *wanted,
                    const finnc_node *at, const finnc_value *value);
bool fnc_picture_has_op(const fnc_picture *picture, const finnc_node *node);

/* ---- what `want` says of attributes and constants (rule_compute.c) ---- */

FINNC_MUST_USE finnc_status fnc_picture_set_attrs(finnc_ctx *cx, const fnc_picture *picture,
                                                  finnc_node *node);
/* Computes every '=Op(...)' in the picture. */
FINNC_MUST_USE finnc_status fnc_match_compute(finnc_match *match, const fnc_picture *picture);
/* The tensor of '$name' or (computed before) '=Op(...)'; NULL for an optional one that is absent.
 */
const finnc_tensor *fnc_match_constant(const finnc_match *match, const fnc_picture *picture);
/* Lets go of what `make` bound and what was computed. */
void fnc_match_release(finnc_match *match);

/* ---- drawing `want` (rule_build.c) ---- */

/* The nodes that a rewrite made or changed. */
typedef struct fnc_touched {
    finnc_node *nodes[FNC_RULE_MAX_NODES + 1];
    size_t count;
} fnc_touched;

/* Can `want` be drawn here? Notes why not. */
bool fnc_match_can_build(finnc_match *match);
FINNC_MUST_USE finnc_status fnc_match_build(finnc_match *match, fnc_touched *touched);

/* ---- words (rule_explain.c) ---- */

/* Turns the match's nearest miss into a remark, if it is near: something besides the root fits, or
 * the picture has no more than a root. Others if somebody wants them. */
void fnc_match_explain(const finnc_match *match);
/* Describes the constants that the picture binds, before a rewrite changes them. */
void fnc_match_describe(const finnc_match *match, fnc_described *described);
/* Remarks on a rewrite that was made at the root. */
void fnc_match_announce(const finnc_match *match, const fnc_described *constants,
                        const fnc_touched *touched);

#endif
