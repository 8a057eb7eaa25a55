/* Near misses in words. */
#include "../support/opset.h"
#include "rule.h"

#include <finnc/attr.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 400 };

/* Appends to `words`; what does not fit is cut. */
FINNC_PRINTF(2, 3) static void say(char words[WORDS_MAX], const char *format, ...)
{
    size_t length = strlen(words);
    va_list args;
    va_start(args, format);
    vsnprintf(words + length, WORDS_MAX - length, format, args);
    va_end(args);
}

static const char *name_of(const finnc_node *node)
{
    const char *name = finnc_node_name(node);
    return name[0] ? name : finnc_node_op_type(node);
}

static void say_ops(char words[WORDS_MAX], const fnc_picture *picture)
{
    if (picture->any)
        say(words, "a node");
    for (size_t i = 0; i < picture->nops; i++)
        say(words, "%s%s", i == 0 ? "" : " or ", picture->ops[i]);
}

/* "perm=[0,2,3,1]" */
static void say_attr(char words[WORDS_MAX], const finnc_attr *attr)
{
    finnc_attr_kind kind = finnc_attr_get_kind(attr);
    size_t count = finnc_attr_count(attr);
    bool list = kind == FINNC_ATTR_INTS || kind == FINNC_ATTR_FLOATS || kind == FINNC_ATTR_STRINGS;
    say(words, "%s=%s", finnc_attr_name(attr), list ? "[" : "");
    for (size_t i = 0; i < count; i++) {
        say(words, "%s", i == 0 ? "" : ",");
        finnc_string s = finnc_attr_string(attr, i);
        if (kind == FINNC_ATTR_INT || kind == FINNC_ATTR_INTS)
            say(words, "%" PRId64, finnc_attr_int(attr, i));
        else if (kind == FINNC_ATTR_FLOAT || kind == FINNC_ATTR_FLOATS)
            say(words, "%g", (double)finnc_attr_float(attr, i));
        else if (kind == FINNC_ATTR_STRING || kind == FINNC_ATTR_STRINGS)
            say(words, "\"%.*s\"", (int)(s.length < 64 ? s.length : 64), s.data);
    }
    say(words, "%s", list ? "]" : "");
}

static void say_miss_attr(char words[WORDS_MAX], const fnc_miss *miss)
{
    const finnc_attr *have = finnc_node_find_attr(miss->at, miss->attr->name);
    say(words, "the picture wants %s with %s=%s, it has ", finnc_node_op_type(miss->at),
        miss->attr->name, miss->attr->json);
    if (have)
        say_attr(words, have);
    else
        say(words, "none");
}

/* Behind the name of its value, which says more than the node's words without a name would. */
static void say_maker(char words[WORDS_MAX], const finnc_node *node)
{
    const char *name = finnc_node_name(node), *op_type = finnc_node_op_type(node);
    if (name[0])
        say(words, "made by %s (%s)", name, op_type);
    else
        say(words, "made by %s", op_type);
}

/* Where a value comes from: "made by Relu_3 (Relu)", "a graph input". */
static void say_source(char words[WORDS_MAX], const finnc_value *value)
{
    const finnc_node *producer = finnc_value_producer(value);
    if (producer)
        say_maker(words, producer);
    else if (finnc_value_is_constant(value))
        say(words, "a constant");
    else if (finnc_value_is_input(value))
        say(words, "a graph input");
    else
        say(words, "made outside of this graph");
}

static void say_constant(char words[WORDS_MAX], const fnc_miss *miss)
{
    const finnc_node *producer = finnc_value_producer(miss->value);
    const char *name = miss->rule->names[miss->wanted->value].name;
    if (producer && finnc_node_ninputs(producer) == 0) {
        say(words, "%s is ", name);
        say_maker(words, producer);
        say(words, " and has no initialiser: FoldConstants gives it one");
        return;
    }
    say(words, "%s is not a constant: %s is ", name, finnc_value_name(miss->value));
    say_source(words, miss->value);
}

static size_t count_inputs(const finnc_node *node)
{
    size_t n = 0;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++)
        n += finnc_node_input(node, i) != NULL;
    return n;
}

static void say_miss(char words[WORDS_MAX], const fnc_miss *miss)
{
    const char *value = miss->value ? finnc_value_name(miss->value) : "";
    const char *at = name_of(miss->at);
    switch (miss->kind) {
    case FNC_MISS_NOTHING:
    case FNC_MISS_DONE:
        return;
    case FNC_MISS_OP:
        say(words, "%s is ", value);
        say_maker(words, miss->at);
        say(words, ", the picture wants ");
        say_ops(words, miss->wanted);
        return;
    case FNC_MISS_SOURCE:
        say(words, "%s is ", value);
        say_source(words, miss->value);
        say(words, ", the picture wants ");
        say_ops(words, miss->wanted);
        return;
    case FNC_MISS_ATTR:
        say_miss_attr(words, miss);
        return;
    case FNC_MISS_SHARED:
        say(words, "the value of %s is used by %zu nodes", at, finnc_value_nuses(miss->value));
        return;
    case FNC_MISS_OUTPUT:
        say(words, "the value of %s is a graph output", at);
        return;
    case FNC_MISS_FURTHER:
        say(words, "its further output %s is used", value);
        return;
    case FNC_MISS_ARITY:
        say(words, "%s has %zu inputs, the picture has %zu", at, count_inputs(miss->at),
            miss->wanted->noperands);
        return;
    case FNC_MISS_ABSENT:
        say(words, "%s has only %zu inputs", at, count_inputs(miss->at));
        return;
    case FNC_MISS_CONSTANT:
        say_constant(words, miss);
        return;
    case FNC_MISS_SAME:
        say(words, "%s would have to be one value, %s is another",
            miss->rule->names[miss->wanted->value].name, value);
        return;
    case FNC_MISS_BOUNDARY:
        say(words, "its value is a graph output and %s is ", value);
        if (finnc_value_is_output(miss->value))
            say(words, "another");
        else
            say_source(words, miss->value);
        return;
    case FNC_MISS_OLD:
        say(words, FNC_NO_BROADCAST);
        return;
    case FNC_MISS_WORDS:
        say(words, "%s", miss->words);
        return;
    }
}

static bool is_near(const fnc_miss *miss)
{
    if (miss->kind == FNC_MISS_NOTHING || miss->kind == FNC_MISS_DONE || miss->progress == 0)
        return false;
    /* A root with another attribute, or without an operand, is just another kind of node. */
    if (miss->progress == 1 && (miss->kind == FNC_MISS_ATTR || miss->kind == FNC_MISS_ABSENT))
        return false;
    return miss->progress > 1 || miss->rule->nhave == 1;
}

/* A picture larger than its root, of which only the root fits. */
static bool is_far(const fnc_miss *miss)
{
    return miss->kind != FNC_MISS_NOTHING && miss->kind != FNC_MISS_DONE && miss->progress == 1 &&
           !is_near(miss);
}

void fnc_match_explain(const finnc_match *m)
{
    const fnc_miss *miss = &m->miss;
    fnc_manager *manager = m->run->manager;
    const bool far = is_far(miss);
    if (!is_near(miss) && !(far && manager->options.wants_far))
        return;
    char words[WORDS_MAX] = "";
    say_miss(words, miss);
    finnc_remark remark = {.kind = FINNC_REMARK_MISSED,
                           .pass = m->run->pass->name,
                           .rule = miss->rule->rule->have,
                           .text = words,
                           .is_far = far,
                           .at = miss->at,
                           .nodes = miss->matched,
                           .nnodes = miss->nmatched,
                           .values = miss->constants.values,
                           .nvalues = miss->constants.count};
    fnc_remark_put(manager, &remark);
}

/* ---- rewrites in words ---- */

void fnc_match_describe(const finnc_match *m, fnc_described *described)
{
    described->count = 0;
    for (int i = 0; i < m->rule->nnames; i++) {
        const fnc_pic_name *name = &m->rule->names[i];
        const finnc_value *value = m->values[i];
        const finnc_tensor *tensor = value ? finnc_value_tensor(value) : NULL;
        if (name->is_node || !name->in_have || !name->is_const || !tensor)
            continue;
        const size_t k = described->count++;
        described->values[k] =
            (finnc_remark_value){.name = name->name,
                                 .value = finnc_value_name(value),
                                 .text = fnc_tensor_spread(tensor, described->texts[k])};
    }
}

void fnc_match_announce(const finnc_match *m, const fnc_described *constants,
                        const fnc_touched *touched)
{
    const finnc_rule *rule = m->rule->rule;
    const finnc_node *nodes[FNC_RULE_MAX_NODES], *made[FNC_RULE_MAX_NODES + 1];
    size_t nnodes = 0, nmade = 0;
    char words[WORDS_MAX] = "";
    say(words, "%s became %s", rule->have, rule->want);
    for (size_t i = 0; i < constants->count; i++)
        say(words, "%s%s is %s", i == 0 ? "; " : ", ", constants->values[i].name,
            constants->values[i].text);
    for (int i = 0; i < m->rule->nhave; i++)
        if (m->matched[i])
            nodes[nnodes++] = m->matched[i];
    for (size_t i = 0; i < touched->count; i++)
        made[nmade++] = touched->nodes[i];
    finnc_remark remark = {.kind = FINNC_REMARK_APPLIED,
                           .pass = m->run->pass->name,
                           .rule = rule->have,
                           .text = words,
                           .at = m->matched[0],
                           .nodes = nodes,
                           .nnodes = nnodes,
                           .made = made,
                           .nmade = nmade,
                           .values = constants->values,
                           .nvalues = constants->count};
    fnc_remark_put(m->run->manager, &remark);
}
