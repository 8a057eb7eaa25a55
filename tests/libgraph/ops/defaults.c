/* What an attribute is where a node does not say it is in the ops' records. Code asks them
 * (finnc_node_attr_int, ...); what it writes itself, as finnc_node_int(node, "axis", -1) does, has
 * to be a default that some record gives an attribute of that name. */
#include <finnc/op.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Attributes that are looked for rather than read: the literal is what none of them may be. */
static const struct {
    const char *name, *literal, *why;
} allowed[] = {
    {"cycles_estimate", "-1", "none yet, which is no estimate"},
    {"partition_id", "-1", "in no partition"},
};

enum { ROOM = 512 };

static bool is_allowed(const char *name, const char *literal)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (!strcmp(allowed[i].name, name) && !strcmp(allowed[i].literal, literal))
            return true;
    return false;
}

/* A literal of C beside one of JSON. */
static bool same(const char *literal, const char *json)
{
    if (*literal == '"')
        return !strcmp(literal, json);
    return strtof(literal, NULL) == strtof(json, NULL);
}

/* What the records say of attributes of that name. */
typedef struct found {
    bool is_there, has_default, is_same;
} found;

static found look_up(const char *name, const char *literal)
{
    found f = {0};
    for (size_t i = 0; finnc_op_at(i); i++)
        for (size_t a = 0; finnc_op_attr(finnc_op_at(i), a); a++) {
            const finnc_attr_spec *spec = finnc_op_attr(finnc_op_at(i), a);
            if (strcmp(spec->name, name) != 0)
                continue;
            f.is_there = true;
            f.has_default |= spec->fallback != NULL;
            f.is_same |= literal && spec->fallback && same(literal, spec->fallback);
        }
    return f;
}

/* Goes through the calls of our sources that `pattern` finds, each as one line. */
static size_t each_call(const char *pattern, void (*visit)(const char *call))
{
    char command[ROOM * 2], call[ROOM];
    size_t count = 0;
    snprintf(command, sizeof command,
             "cd '%s' && find libgraph interp passes analysis cli -name '*.[ch]' -exec cat {} + | "
             "tr -s '\n ' ' ' | grep -oE '%s'",
             FNC_SOURCE_DIR, pattern);
    FILE *pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    while (fgets(call, sizeof call, pipe)) {
        call[strcspn(call, "\n")] = '\0';
        visit(call);
        count++;
    }
    cr_expect_eq(pclose(pipe), 0, "%s", command);
    return count;
}

/* The text between the first two quotes; returns what follows them. */
static const char *read_name(const char *call, char name[ROOM])
{
    const char *begin = strchr(call, '"') + 1, *end = strchr(begin, '"');
    snprintf(name, ROOM, "%.*s", (int)(end - begin), begin);
    return end + 1;
}

static void check_literal(const char *call)
{
    char name[ROOM], literal[ROOM];
    const char *at = read_name(call, name) + strlen(", ");
    snprintf(literal, sizeof literal, "%.*s", (int)strcspn(at, ")"), at);
    if (!strcmp(literal, "\"\"") || is_allowed(name, literal)) /* no word at all is no default */
        return;
    const found f = look_up(name, literal);
    cr_expect(f.is_same || !f.has_default, "%s): no record has that default of %s", call, name);
}

static void check_known(const char *call)
{
    char name[ROOM];
    read_name(call, name);
    cr_expect(look_up(name, NULL).is_there, "%s: no record has an attribute %s", call, name);
}

#define ARGUMENT "[^\"();]*(\\([^\"();]*\\)[^\"();]*)*\"[A-Za-z_0-9]+\""
#define LITERAL  "(\"[^\"]*\"|-?[0-9][-0-9.ef]*)\\)"

Test(defaults, literals_are_those_of_records)
{
    cr_expect_gt(each_call("(finnc_node_(int|float|string)|fnc_infer_int)\\(" ARGUMENT ", " LITERAL,
                           check_literal),
                 100);
}

Test(defaults, what_is_asked_of_records_is_there)
{
    cr_expect_gt(each_call("finnc_node_attr_(int|float|is)\\(" ARGUMENT, check_known), 100);
}
