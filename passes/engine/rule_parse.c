/* Pictures, from text to trees. The grammar is in finnc/pass.h. */
#include "rule.h"

#include <ctype.h>
#include <string.h>

typedef struct parser {
    finnc_ctx *cx;
    fnc_arena *arena;
    fnc_rule_text *rule;
    const char *text, *at;
    bool in_want;
    int nnodes;
    int depth, deepest;
} parser;

/* ---- characters ---- */

static char peek(parser *p)
{
    while (isspace((unsigned char)*p->at))
        p->at++;
    return *p->at;
}

static bool take(parser *p, char c)
{
    if (peek(p) != c)
        return false;
    p->at++;
    return true;
}

static finnc_status fail(const parser *p, const char *what)
{
    return finnc_fail(p->cx, FINNC_BAD_VALUE, "picture \"%s\", column %d: %s", p->text,
                      (int)(p->at - p->text) + 1, what);
}

static finnc_status expect(parser *p, char c)
{
    if (take(p, c))
        return FINNC_OK;
    char what[] = "expected ' '";
    what[10] = c;
    return fail(p, what);
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* A name or an op type; the next character has to begin one. */
static finnc_status read_word(parser *p, const char **word)
{
    peek(p);
    const char *from = p->at;
    while (is_word_char(*p->at))
        p->at++;
    if (p->at == from)
        return fail(p, "expected a name");
    *word = fnc_arena_strndup(p->arena, from, (size_t)(p->at - from));
    return *word ? FINNC_OK : finnc_no_memory(p->cx);
}

/* ---- names ---- */

int fnc_rule_find_name(const fnc_rule_text *rule, const char *name)
{
    for (int i = 0; i < rule->nnames; i++)
        if (!strcmp(rule->names[i].name, name))
            return i;
    return FNC_RULE_NONE;
}

static finnc_status find_or_add(parser *p, const char *name, bool is_node, int *place)
{
    fnc_rule_text *rule = p->rule;
    *place = fnc_rule_find_name(rule, name);
    if (*place != FNC_RULE_NONE)
        return rule->names[*place].is_node == is_node
                   ? FINNC_OK
                   : fail(p, "this name stands for a node and for a value");
    if (rule->nnames == FNC_RULE_MAX_NAMES)
        return fail(p, "too many names");
    *place = rule->nnames++;
    rule->names[*place] = (fnc_pic_name){
        .name = name, .is_node = is_node, .in_have = !p->in_want, .index = FNC_RULE_NONE};
    return FINNC_OK;
}

/* The name that a node or its value is given: bound by `have` it means the matched one, else a new
 * one that `then` may ask for. In `have` it may be given once. */
static finnc_status give_name(parser *p, const char *name, bool is_node, int index, int *place)
{
    int known = p->rule->nnames;
    FINNC_TRY(find_or_add(p, name, is_node, place));
    if (p->in_want)
        return FINNC_OK;
    if (*place != known)
        return fail(p, "this name is given twice");
    p->rule->names[*place].index = index;
    return FINNC_OK;
}

/* A value used by its name. `want` uses what `have` binds, or what `make` will. */
static finnc_status use_name(parser *p, const char *name, bool is_const, int *place)
{
    FINNC_TRY(find_or_add(p, name, false, place));
    fnc_pic_name *n = &p->rule->names[*place];
    n->is_const |= is_const;
    n->is_operand |= p->in_want;
    if (p->in_want && !n->in_have && !(is_const && p->rule->rule->make))
        return fail(p, "nothing binds this name");
    return FINNC_OK;
}

/* ---- attributes ---- */

static finnc_status no_attr(finnc_ctx *cx)
{
    return finnc_fail(cx, FINNC_BAD_VALUE, "an attribute is a number, a text, or a list of either");
}

static finnc_status fill_attr(finnc_ctx *cx, fnc_arena *arena, const json_t *json,
                              fnc_pic_attr *attr)
{
    bool list = json_is_array(json), real = false, text = false, number = false;
    size_t count = list ? json_array_size(json) : 1, room = count ? count : 1;
    attr->count = count;
    attr->ints = FNC_NEW_ARRAY(arena, int64_t, room);
    attr->floats = FNC_NEW_ARRAY(arena, float, room);
    attr->strings = FNC_NEW_ARRAY(arena, const char *, room);
    if (!attr->ints || !attr->floats || !attr->strings)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < count; i++) {
        const json_t *x = list ? json_array_get(json, i) : json;
        real |= json_is_real(x);
        text |= json_is_string(x);
        number |= !json_is_string(x);
        if (!json_is_number(x) && !json_is_string(x) && !json_is_boolean(x))
            return no_attr(cx);
        attr->ints[i] = json_is_true(x) ? 1 : (int64_t)json_integer_value(x);
        attr->floats[i] = (float)json_number_value(x);
        attr->strings[i] = json_is_string(x) ? fnc_arena_strdup(arena, json_string_value(x)) : "";
        if (!attr->strings[i])
            return finnc_no_memory(cx);
    }
    if (text && number)
        return no_attr(cx);
    attr->kind = text   ? (list ? FINNC_ATTR_STRINGS : FINNC_ATTR_STRING)
                 : real ? (list ? FINNC_ATTR_FLOATS : FINNC_ATTR_FLOAT)
                        : (list ? FINNC_ATTR_INTS : FINNC_ATTR_INT);
    return FINNC_OK;
}

finnc_status fnc_pic_attr_read(finnc_ctx *cx, fnc_arena *arena, const char *json, size_t length,
                               fnc_pic_attr *attr)
{
    attr->json = fnc_arena_strndup(arena, json, length);
    if (!attr->json)
        return finnc_no_memory(cx);
    json_error_t error;
    json_t *value = json_loadb(json, length, JSON_DECODE_ANY, &error);
    if (!value)
        return finnc_fail(cx, FINNC_BAD_VALUE, "'%s' is no JSON: %s", attr->json, error.text);
    finnc_status status = fill_attr(cx, arena, value, attr);
    json_decref(value);
    return status;
}

/* Behind the JSON value that begins here: the next ',' or '}' outside of lists and texts. */
static const char *skip_json(const char *at)
{
    int depth = 0;
    for (; *at; at++) {
        if (*at == '"') {
            for (at++; *at && *at != '"'; at++)
                if (*at == '\\' && at[1])
                    at++;
            if (!*at)
                break;
        } else if (*at == '[') {
            depth++;
        } else if (*at == ']') {
            depth--;
        } else if ((*at == ',' || *at == '}') && depth <= 0) {
            break;
        }
    }
    return at;
}

static finnc_status read_attrs(parser *p, fnc_picture *picture)
{
    fnc_pic_attr attrs[FNC_RULE_MAX_OPERANDS] = {{0}};
    do {
        if (picture->nattrs == FNC_RULE_MAX_OPERANDS)
            return fail(p, "too many attributes");
        fnc_pic_attr *attr = &attrs[picture->nattrs++];
        FINNC_TRY(read_word(p, &attr->name));
        FINNC_TRY(expect(p, '='));
        peek(p);
        const char *end = skip_json(p->at);
        FINNC_TRY(fnc_pic_attr_read(p->cx, p->arena, p->at, (size_t)(end - p->at), attr));
        p->at = end;
    } while (take(p, ','));
    picture->attrs = fnc_arena_copy(p->arena, attrs, picture->nattrs * sizeof attrs[0]);
    if (!picture->attrs)
        return finnc_no_memory(p->cx);
    return expect(p, '}');
}

/* ---- values ---- */

static finnc_status read_value(parser *p, fnc_picture **picture);

static finnc_status read_operands(parser *p, fnc_picture *picture)
{
    fnc_picture *operands[FNC_RULE_MAX_OPERANDS];
    FINNC_TRY(expect(p, '('));
    if (take(p, ')'))
        return FINNC_OK;
    do {
        if (picture->noperands == FNC_RULE_MAX_OPERANDS)
            return fail(p, "too many operands");
        FINNC_TRY(read_value(p, &operands[picture->noperands++]));
    } while (take(p, ','));
    picture->operands = fnc_arena_copy(p->arena, operands, picture->noperands * sizeof operands[0]);
    if (!picture->operands)
        return finnc_no_memory(p->cx);
    return expect(p, ')');
}

static finnc_status read_ops(parser *p, fnc_picture *picture)
{
    const char *ops[FNC_RULE_MAX_OPERANDS];
    if (take(p, '*')) {
        picture->any = true;
        return p->in_want ? fail(p, "a node made anew wants an op") : FINNC_OK;
    }
    do {
        if (picture->nops == FNC_RULE_MAX_OPERANDS)
            return fail(p, "too many ops");
        peek(p);
        if (!isupper((unsigned char)*p->at))
            return fail(p, "an op type begins with a capital");
        FINNC_TRY(read_word(p, &ops[picture->nops++]));
    } while (take(p, '|'));
    if (p->in_want && picture->nops > 1)
        return fail(p, "a node made anew has one op");
    picture->ops = fnc_arena_copy(p->arena, ops, picture->nops * sizeof ops[0]);
    return picture->ops ? FINNC_OK : finnc_no_memory(p->cx);
}

static finnc_status read_domain(parser *p, fnc_picture *picture)
{
    if (!take(p, '"'))
        return FINNC_OK;
    const char *end = strchr(p->at, '"');
    if (!end)
        return fail(p, "a domain stands between quotes");
    picture->domain = fnc_arena_strndup(p->arena, p->at, (size_t)(end - p->at));
    p->at = end + 1;
    return picture->domain ? FINNC_OK : finnc_no_memory(p->cx);
}

/* Everything from the op on, for a node in `have` or one made anew; of a matched node by its name
 * alone (`by_name`) what follows the name. */
static finnc_status read_node(parser *p, fnc_picture *picture, bool by_name)
{
    if (++p->depth > FNC_RULE_MAX_DEPTH)
        return fail(p, "nested too deeply");
    if (p->depth > p->deepest)
        p->deepest = p->depth;
    if (!by_name) {
        FINNC_TRY(read_domain(p, picture));
        FINNC_TRY(read_ops(p, picture));
    }
    picture->shared = !p->in_want && take(p, '&');
    if (take(p, '{'))
        FINNC_TRY(read_attrs(p, picture));
    if (!p->in_want)
        FINNC_TRY(fnc_picture_find_defaults(p->cx, p->arena, picture));
    FINNC_TRY(read_operands(p, picture));
    p->depth--;
    return FINNC_OK;
}

static finnc_status begin_node(parser *p, fnc_picture *picture)
{
    picture->kind = FNC_PIC_NODE;
    if (p->nnodes == FNC_RULE_MAX_NODES)
        return fail(p, "too many nodes");
    picture->index = p->nnodes++;
    return FINNC_OK;
}

/* What may follow a lower-case name: 'v@...', 'n:...', 'n(...)' or nothing. */
static finnc_status read_named(parser *p, fnc_picture *picture)
{
    const char *name;
    FINNC_TRY(read_word(p, &name));
    if (take(p, '@')) {
        FINNC_TRY(begin_node(p, picture));
        FINNC_TRY(give_name(p, name, false, picture->index, &picture->value));
        picture->computed = p->in_want && take(p, '=');
        if (!islower((unsigned char)peek(p)))
            return read_node(p, picture, false);
        FINNC_TRY(read_word(p, &name));
        if (peek(p) != ':' && peek(p) != '(' && peek(p) != '{')
            return fail(p, "expected a node behind '@'");
    }
    char next = peek(p);
    if (next != ':' && next != '(' && next != '{') {
        picture->kind = FNC_PIC_VALUE;
        return use_name(p, name, false, &picture->value);
    }
    if (picture->kind != FNC_PIC_NODE)
        FINNC_TRY(begin_node(p, picture));
    FINNC_TRY(give_name(p, name, true, picture->index, &picture->node));
    if (take(p, ':'))
        return read_node(p, picture, false);
    if (!p->in_want || !p->rule->names[picture->node].in_have)
        return fail(p, "no node of `have` has this name");
    return read_node(p, picture, true);
}

static finnc_status read_value(parser *p, fnc_picture **result)
{
    fnc_picture *picture = FNC_NEW(p->arena, fnc_picture);
    if (!picture)
        return finnc_no_memory(p->cx);
    picture->value = picture->node = FNC_RULE_NONE;
    *result = picture;
    if (take(p, '$')) {
        const char *name;
        picture->kind = FNC_PIC_CONSTANT;
        FINNC_TRY(read_word(p, &name));
        FINNC_TRY(use_name(p, name, true, &picture->value));
    } else if (islower((unsigned char)peek(p))) {
        FINNC_TRY(read_named(p, picture));
    } else {
        FINNC_TRY(begin_node(p, picture));
        picture->computed = p->in_want && take(p, '=');
        FINNC_TRY(read_node(p, picture, false));
    }
    picture->optional = take(p, '?');
    return FINNC_OK;
}

/* What is computed at once has to be made of constants. */
static bool is_computable(const fnc_picture *picture)
{
    for (size_t i = 0; i < picture->noperands; i++) {
        const fnc_picture *x = picture->operands[i];
        if (x->kind == FNC_PIC_VALUE || (x->kind == FNC_PIC_NODE && !x->computed))
            return false;
    }
    return true;
}

static bool is_sound(const fnc_picture *picture)
{
    if (picture->computed && !is_computable(picture))
        return false;
    for (size_t i = 0; i < picture->noperands; i++)
        if (!is_sound(picture->operands[i]))
            return false;
    return true;
}

static finnc_status read_picture(parser *p, const char *text, bool in_want, fnc_picture **picture)
{
    p->text = p->at = text;
    p->in_want = in_want;
    p->nnodes = p->deepest = p->depth = 0;
    FINNC_TRY(read_value(p, picture));
    if (peek(p))
        return fail(p, "expected the end");
    if (!is_sound(*picture))
        return fail(p, "'=' computes with constants: '$name' or '=Op(...)'");
    return FINNC_OK;
}

static finnc_status read_rule(finnc_ctx *cx, fnc_arena *arena, const finnc_rule *rule,
                              fnc_rule_text *text)
{
    text->rule = rule;
    parser p = {.cx = cx, .arena = arena, .rule = text};
    FINNC_TRY(read_picture(&p, rule->have, false, &text->have));
    if (text->have->kind != FNC_PIC_NODE)
        return fail(&p, "the root has to be a node");
    text->nhave = p.nnodes;
    text->depth = p.deepest;
    FINNC_TRY(read_picture(&p, rule->want, true, &text->want));
    text->nwant = p.nnodes;
    return FINNC_OK;
}

finnc_status fnc_rules_parse(finnc_ctx *cx, fnc_arena *arena, const finnc_pass *pass,
                             struct fnc_rules **result)
{
    size_t count = 0;
    while (count < FINNC_PASS_MAX_RULES && pass->rules[count].have)
        count++;
    struct fnc_rules *rules = FNC_NEW(arena, struct fnc_rules);
    if (!rules || !(rules->rules = FNC_NEW_ARRAY(arena, fnc_rule_text, count)))
        return finnc_no_memory(cx);
    rules->count = count;
    for (size_t i = 0; i < count; i++) {
        FINNC_TRY(read_rule(cx, arena, &pass->rules[i], &rules->rules[i]));
        if (rules->rules[i].depth > rules->depth)
            rules->depth = rules->rules[i].depth;
    }
    *result = rules;
    return FINNC_OK;
}
