/* Finds a picture in a graph, from its root against the flow of data.
 *
 * Operands of commutative nodes match in either order. Which order is taken at which node is a path
 * of choices; when an attempt fails, it is repeated from the start with the last open choice
 * turned, until none is left. Pictures are small, so that is cheap, and nothing has to be undone.
 */
#include "../support/opset.h"
#include "rule.h"

#include <string.h>

/* What the picture was laid on so far. */
static void note_nodes(finnc_match *m)
{
    fnc_miss *miss = &m->miss;
    bool has_at = false;
    miss->nmatched = 0;
    for (int i = 0; i < m->rule->nhave; i++) {
        if (!m->matched[i])
            continue;
        miss->matched[miss->nmatched++] = m->matched[i];
        has_at |= m->matched[i] == miss->at;
    }
    if (!has_at)
        miss->matched[miss->nmatched++] = miss->at;
}

/* Remembers why an attempt failed, if none got further. */
void fnc_match_note(finnc_match *m, fnc_miss_kind kind, const fnc_picture *wanted,
                    const finnc_node *at, const finnc_value *value)
{
    if (m->miss.kind != FNC_MISS_NOTHING && m->progress <= m->miss.progress)
        return;
    m->miss.kind = kind;
    m->miss.progress = m->progress;
    m->miss.rule = m->rule;
    m->miss.wanted = wanted;
    m->miss.at = at;
    m->miss.value = value;
    m->miss.attr = NULL;
    m->miss.constants.count = 0;
    if (m->explains)
        note_nodes(m);
}

static bool miss(finnc_match *m, fnc_miss_kind kind, const fnc_picture *wanted,
                 const finnc_node *at, const finnc_value *value)
{
    fnc_match_note(m, kind, wanted, at, value);
    return false;
}

static bool has_name(const finnc_node *node, const char *domain, const char *op_type)
{
    return !strcmp(finnc_node_op_type(node), op_type) &&
           (!strcmp(finnc_node_domain(node), domain) || !strcmp(finnc_node_home(node), domain));
}

static bool is_op_of(const finnc_node *node, const char *domain, const char *op_type)
{
    if (!domain)
        return finnc_node_is(node, op_type);
    return !strcmp(domain, "*") ? finnc_node_is_any(node, op_type)
                                : has_name(node, domain, op_type);
}

bool fnc_picture_has_op(const fnc_picture *picture, const finnc_node *node)
{
    if (picture->any)
        return true;
    for (size_t i = 0; i < picture->nops; i++)
        if (is_op_of(node, picture->domain, picture->ops[i]))
            return true;
    return false;
}

/* ---- attributes ---- */

static bool same_numbers(const fnc_pic_attr *want, const finnc_attr *have)
{
    bool floats = finnc_attr_get_kind(have) == FINNC_ATTR_FLOAT ||
                  finnc_attr_get_kind(have) == FINNC_ATTR_FLOATS;
    for (size_t i = 0; i < want->count; i++) {
        if (floats && want->floats[i] != finnc_attr_float(have, i))
            return false;
        if (!floats && want->ints[i] != finnc_attr_int(have, i))
            return false;
    }
    return true;
}

static bool same_texts(const fnc_pic_attr *want, const finnc_attr *have)
{
    for (size_t i = 0; i < want->count; i++) {
        finnc_string s = finnc_attr_string(have, i);
        if (strlen(want->strings[i]) != s.length || memcmp(want->strings[i], s.data, s.length) != 0)
            return false;
    }
    return true;
}

static bool is_list(finnc_attr_kind kind)
{
    return kind == FINNC_ATTR_INTS || kind == FINNC_ATTR_FLOATS || kind == FINNC_ATTR_STRINGS;
}

static bool is_text(finnc_attr_kind kind)
{
    return kind == FINNC_ATTR_STRING || kind == FINNC_ATTR_STRINGS;
}

static bool is_number(finnc_attr_kind kind)
{
    return kind == FINNC_ATTR_INT || kind == FINNC_ATTR_INTS || kind == FINNC_ATTR_FLOAT ||
           kind == FINNC_ATTR_FLOATS;
}

static bool attr_fits(const fnc_pic_attr *want, const finnc_attr *have)
{
    finnc_attr_kind kind = finnc_attr_get_kind(have);
    if (is_list(want->kind) != is_list(kind) || want->count != finnc_attr_count(have))
        return false;
    if (is_text(want->kind))
        return is_text(kind) && same_texts(want, have);
    return is_number(kind) && same_numbers(want, have);
}

static bool default_fits(const fnc_pic_attr *want, const finnc_node *node)
{
    const finnc_attr_spec *spec = finnc_node_attr_spec(node, want->name);
    for (size_t i = 0; i < want->ndefaults; i++)
        if (want->defaults[i] == spec)
            return true;
    return false;
}

static bool attrs_fit(finnc_match *m, const fnc_picture *picture, const finnc_node *node)
{
    for (size_t i = 0; i < picture->nattrs; i++) {
        const fnc_pic_attr *want = &picture->attrs[i];
        const finnc_attr *have = finnc_node_find_attr(node, want->name);
        if (have ? attr_fits(want, have) : default_fits(want, node))
            continue;
        fnc_match_note(m, FNC_MISS_ATTR, picture, node, NULL);
        if (m->miss.kind == FNC_MISS_ATTR && m->miss.at == node)
            m->miss.attr = want;
        return false;
    }
    return true;
}

/* ---- nodes and values ---- */

static bool bind(finnc_match *m, const fnc_picture *picture, const finnc_node *at,
                 finnc_value *value)
{
    if (picture->value == FNC_RULE_NONE)
        return true;
    if (m->bound[picture->value] && m->values[picture->value] != value)
        return miss(m, FNC_MISS_SAME, picture, at, value);
    m->bound[picture->value] = true;
    m->values[picture->value] = value;
    return true;
}

static bool match_node(finnc_match *m, const fnc_picture *picture, finnc_node *node,
                       finnc_value *value);

static bool match_value(finnc_match *m, const fnc_picture *picture, const finnc_node *user,
                        finnc_value *value)
{
    if (!value)
        return picture->optional ? bind(m, picture, user, NULL)
                                 : miss(m, FNC_MISS_ABSENT, picture, user, NULL);
    if (picture->kind == FNC_PIC_NODE) {
        finnc_node *producer = finnc_value_producer(value);
        if (!producer || finnc_node_graph(producer) != m->graph)
            return miss(m, FNC_MISS_SOURCE, picture, user, value);
        return match_node(m, picture, producer, value);
    }
    if (picture->kind == FNC_PIC_CONSTANT && !finnc_value_is_constant(value))
        return miss(m, FNC_MISS_CONSTANT, picture, user, value);
    return bind(m, picture, user, value);
}

/* Nobody outside of the picture may see what an inner node makes. */
static bool is_private(finnc_match *m, const fnc_picture *picture, const finnc_node *node,
                       const finnc_value *value)
{
    if (!picture->shared && finnc_value_is_output(value))
        return miss(m, FNC_MISS_OUTPUT, picture, node, value);
    if (!picture->shared && finnc_value_nuses(value) > 1)
        return miss(m, FNC_MISS_SHARED, picture, node, value);
    for (size_t i = 1; i < finnc_node_noutputs(node); i++) {
        const finnc_value *further = finnc_node_output(node, i);
        if (further && (finnc_value_nuses(further) > 0 || finnc_value_is_output(further)))
            return miss(m, FNC_MISS_FURTHER, picture, node, further);
    }
    return true;
}

/* Shall the two operands of a commutative node change places? Answers from the path of choices. */
static bool turn(finnc_match *m)
{
    int i = m->nmet++;
    if (i >= m->nchoices) {
        m->turned[i] = false;
        m->nchoices = i + 1;
    }
    return m->turned[i];
}

static bool match_operands(finnc_match *m, const fnc_picture *picture, finnc_node *node)
{
    size_t n = picture->noperands;
    bool turned = n == 2 && finnc_node_has_trait(node, FINNC_OP_COMMUTATIVE) && turn(m);
    for (size_t i = 0; i < n; i++)
        if (!match_value(m, picture->operands[i], node,
                         finnc_node_input(node, turned ? n - 1 - i : i)))
            return false;
    /* Last, so that a bias too many is remarked on only where all else fits. */
    for (size_t i = n; i < finnc_node_ninputs(node); i++)
        if (finnc_node_input(node, i))
            return miss(m, FNC_MISS_ARITY, picture, node, NULL);
    return true;
}

static bool match_node(finnc_match *m, const fnc_picture *picture, finnc_node *node,
                       finnc_value *value)
{
    if (!fnc_picture_has_op(picture, node))
        return miss(m, FNC_MISS_OP, picture, node, value);
    bool is_root = picture->index == 0;
    if (!is_root && finnc_value_producer_index(value) != 0)
        return miss(m, FNC_MISS_OP, picture, node, value);
    m->progress++;
    if (!picture->any && !fnc_node_broadcasts(node))
        return miss(m, FNC_MISS_OLD, picture, node, NULL);
    if (!attrs_fit(m, picture, node) || (!is_root && !is_private(m, picture, node, value)))
        return false;
    m->matched[picture->index] = node;
    if (picture->node != FNC_RULE_NONE) {
        m->nodes[picture->node] = node;
        m->bound[picture->node] = true;
    }
    return bind(m, picture, node, value) && match_operands(m, picture, node);
}

/* ---- attempts ---- */

static bool attempt(finnc_match *m)
{
    m->progress = m->nmet = 0;
    memset(m->bound, 0, sizeof m->bound);
    memset(m->matched, 0, sizeof m->matched);
    memset(m->values, 0, sizeof m->values);
    memset(m->nodes, 0, sizeof m->nodes);
    /* A pass may leave a node behind that makes nothing. */
    finnc_value *fruit = finnc_node_output(m->root, 0);
    return fruit && match_node(m, m->rule->have, m->root, fruit);
}

/* Turns the last choice that is still open; false if there is none. */
static bool next_path(finnc_match *m)
{
    m->nchoices = m->nmet;
    while (m->nchoices > 0 && m->turned[m->nchoices - 1])
        m->nchoices--;
    if (m->nchoices == 0)
        return false;
    m->turned[m->nchoices - 1] = true;
    return true;
}

/* What `when` thinks of it. */
static finnc_status judge(finnc_match *m, bool *applies)
{
    *applies = true;
    if (!m->rule->rule->when)
        return FINNC_OK;
    m->words[0] = '\0';
    switch (m->rule->rule->when(m)) {
    case FINNC_APPLY:
        return FINNC_OK;
    case FINNC_SKIP:
        *applies = false;
        if (m->progress > m->miss.progress) {
            fnc_match_note(m, m->words[0] ? FNC_MISS_WORDS : FNC_MISS_DONE, m->rule->have, m->root,
                           NULL);
            memcpy(m->miss.words, m->words, sizeof m->words);
            if (m->explains)
                fnc_match_describe(m, &m->miss.constants);
        }
        return FINNC_OK;
    case FINNC_REFUSE:
        break;
    }
    return finnc_fail(m->run->manager->cx, FINNC_BAD_VALUE, "%s",
                      m->words[0] ? m->words : "the pass refuses this graph");
}

finnc_status fnc_match_find(finnc_match *m, const fnc_rule_text *rule, finnc_node *root,
                            bool *applies)
{
    m->rule = rule;
    m->root = root;
    m->nchoices = 0;
    *applies = false;
    do {
        if (!attempt(m))
            continue;
        m->progress++; /* further than any attempt that failed */
        FINNC_TRY(judge(m, applies));
        *applies = *applies && fnc_match_can_build(m);
    } while (!*applies && next_path(m));
    return FINNC_OK;
}
