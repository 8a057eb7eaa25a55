/* Attributes as an op's record has them: which there are, from which version to which, and what
 * they are where a node does not say. */
#include "../io/number.h"
#include "infer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool fnc_version_has(int version, unsigned flags)
{
    const int until = FINNC_UNTIL_OF(flags);
    return version >= FINNC_SINCE_OF(flags) && (!until || version < until);
}

bool finnc_node_version_has(const finnc_node *node, unsigned flags)
{
    const bool is_bounded = FINNC_SINCE_OF(flags) || FINNC_UNTIL_OF(flags);
    return !is_bounded || fnc_version_has(finnc_node_version(node), flags);
}

const finnc_attr_spec *fnc_find_spec(const finnc_op *op, const char *name, int version)
{
    const finnc_attr_spec *spec;
    for (size_t i = 0; (spec = finnc_op_attr(op, i)); i++)
        if (!strcmp(spec->name, name) && (!version || fnc_version_has(version, spec->flags)))
            return spec;
    return NULL;
}

const finnc_attr_spec *finnc_op_find_attr(const finnc_op *op, const char *name, int version)
{
    return fnc_find_spec(op, name, version < 1 ? 1 : version);
}

/* In JSON; NULL if there is none. A version that lacks the attribute does what those that have it
 * do by default: before TopK had `largest`, it gave the largest. */
static const char *find_default(const finnc_node *node, const char *name)
{
    const finnc_op *op = finnc_node_find_op(node);
    const finnc_attr_spec *spec;
    const char *other = NULL;
    for (size_t i = 0; op && (spec = finnc_op_attr(op, i)); i++) {
        if (strcmp(spec->name, name) != 0 || !spec->fallback)
            continue;
        if (finnc_node_version_has(node, spec->flags))
            return spec->fallback;
        other = spec->fallback;
    }
    return other;
}

static bool says(const finnc_node *node, const char *name, finnc_attr_kind kind)
{
    const finnc_attr *attr = finnc_node_find_attr(node, name);
    return attr && finnc_attr_get_kind(attr) == kind;
}

int64_t finnc_node_attr_int(const finnc_node *node, const char *name)
{
    if (says(node, name, FINNC_ATTR_INT))
        return finnc_node_int(node, name, 0);
    const char *json = find_default(node, name);
    return json ? strtoll(json, NULL, 10) : 0;
}

/* As attributes are: rounded to a float. */
double finnc_node_attr_float(const finnc_node *node, const char *name)
{
    if (says(node, name, FINNC_ATTR_FLOAT))
        return finnc_node_float(node, name, 0);
    const char *json = find_default(node, name);
    return json ? (double)fnc_parse_float(json, NULL) : 0;
}

/* The words of records need no escapes. */
bool finnc_node_attr_is(const finnc_node *node, const char *name, const char *word)
{
    const finnc_attr_spec *spec = finnc_node_attr_spec(node, name);
    const bool in_any_case = spec && spec->flags & FINNC_IN_ANY_CASE;
    const char *said = finnc_node_string(node, name, NULL);
    if (said && !*said && in_any_case)
        said = NULL; /* as quantisers' modes are read */
    const char *json = said ? NULL : find_default(node, name);
    const size_t n = strlen(word);
    if (said)
        return !(in_any_case ? strcasecmp : strcmp)(said, word);
    return json && *json == '"' && strlen(json) == n + 2 && !memcmp(json + 1, word, n);
}
