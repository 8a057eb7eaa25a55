/* What a rule's functions see of their match. */
#include "rule.h"

#include <assert.h>
#include <stdio.h>

finnc_ctx *finnc_match_ctx(const finnc_match *match)
{
    return match->run->manager->cx;
}

finnc_graph *finnc_match_graph(const finnc_match *match)
{
    return match->graph;
}

const finnc_pass_run *finnc_match_run(const finnc_match *match)
{
    return match->run;
}

finnc_node *finnc_match_root(const finnc_match *match)
{
    return match->root;
}

static int place_of(const finnc_match *match, const char *name, bool is_node)
{
    int place = fnc_rule_find_name(match->rule, name);
    assert(place != FNC_RULE_NONE && match->rule->names[place].is_node == is_node);
    (void)is_node;
    return place;
}

finnc_node *finnc_match_node(const finnc_match *match, const char *name)
{
    return match->nodes[place_of(match, name, true)];
}

finnc_value *finnc_match_value(const finnc_match *match, const char *name)
{
    return match->values[place_of(match, name, false)];
}

const finnc_tensor *finnc_match_tensor(const finnc_match *match, const char *name)
{
    const finnc_value *value = finnc_match_value(match, name);
    return value ? finnc_value_tensor(value) : NULL;
}

int64_t finnc_match_nelems(const finnc_match *match, const char *name)
{
    const finnc_tensor *tensor = finnc_match_tensor(match, name);
    return tensor ? finnc_tensor_nelems(tensor) : -1;
}

/* Words are kept in the match: they are needed only if no other rule applies, or to fail with. */
finnc_verdict finnc_skip(finnc_match *match, const char *format, ...)
{
    if (match->explains) {
        va_list args;
        va_start(args, format);
        vsnprintf(match->words, sizeof match->words, format, args);
        va_end(args);
    }
    return FINNC_SKIP;
}

finnc_verdict finnc_refuse(finnc_match *match, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(match->words, sizeof match->words, format, args);
    va_end(args);
    return FINNC_REFUSE;
}

finnc_status finnc_match_bind(finnc_match *match, const char *name, const finnc_tensor *tensor,
                              const char *hint)
{
    int place = place_of(match, name, false);
    finnc_tensor_release(match->tensors[place]);
    match->tensors[place] = finnc_tensor_retain(tensor);
    match->hints[place] = hint ? fnc_arena_strdup(&match->scratch, hint) : NULL;
    return hint && !match->hints[place] ? finnc_no_memory(finnc_match_ctx(match)) : FINNC_OK;
}
