/* The table of what versions changed, held against the records, which say so, too. */
#include <passes/support/opset_changes.h>

#include <criterion/criterion.h>
#include <string.h>

/* Is there a row about what version `version` made of the op, and of an attribute (NULL: whatever)?
 */
static bool is_written(const finnc_op *op, int version, const char *attr)
{
    fnc_opset_change c;
    for (size_t i = 0; fnc_opset_change_at(i, &c); i++)
        if (c.since == version && fnc_opset_change_is_about(&c, op) &&
            (!attr || !c.attr || !strcmp(attr, c.attr)))
            return true;
    return false;
}

/* Whether what a node has may be left over, or what it needs may be missing. */
static bool must_change(unsigned flags, bool is_needed, int version)
{
    return FINNC_UNTIL_OF(flags) == version || (is_needed && FINNC_SINCE_OF(flags) == version);
}

static void check_formals(const finnc_op *op, const finnc_formal *formals, int version)
{
    for (size_t i = 0; i < FINNC_OP_MAX_FORMALS && formals[i].name; i++)
        cr_expect(!must_change(formals[i].flags, !(formals[i].flags & FINNC_OPTIONAL), version) ||
                      is_written(op, version, NULL),
                  "%s: no row says what becomes of %s in version %d", op->name, formals[i].name,
                  version);
}

/* From one version to the next nodes have to lose what the version no longer has, and to get what
 * it asks for. */
Test(opset_changes, there_is_a_row_for_all_that_comes_and_goes)
{
    const finnc_op *op;
    for (size_t o = 0; (op = finnc_op_at(o)); o++)
        for (size_t v = 1; v < FINNC_OP_MAX_VERSIONS && op->since[v]; v++) {
            const int version = op->since[v];
            const finnc_attr_spec *a;
            check_formals(op, op->in, version);
            check_formals(op, op->out, version);
            for (size_t i = 0; (a = finnc_op_attr(op, i)); i++)
                cr_expect(!must_change(a->flags, a->flags & FINNC_REQUIRED, version) ||
                              is_written(op, version,
                                         FINNC_UNTIL_OF(a->flags) == version ? a->name : NULL),
                          "%s: no row says what becomes of %s in version %d", op->name, a->name,
                          version);
        }
}

static const finnc_attr_spec *find_attr(const finnc_op *op, const char *name)
{
    const finnc_attr_spec *a;
    for (size_t i = 0; (a = finnc_op_attr(op, i)); i++)
        if (!strcmp(a->name, name))
            return a;
    return NULL;
}

Test(opset_changes, what_becomes_an_input_is_one_thing_before_and_the_other_from_then_on)
{
    const finnc_op *op;
    fnc_opset_change c;
    for (size_t i = 0; fnc_opset_change_at(i, &c); i++) {
        size_t nops = 0;
        for (size_t o = 0; (op = finnc_op_at(o)); o++) {
            if (!fnc_opset_change_is_about(&c, op))
                continue;
            nops++;
            if (!c.moves)
                continue;
            const finnc_attr_spec *a = find_attr(op, c.attr);
            cr_expect(a && FINNC_UNTIL_OF(a->flags) == c.since, "%s: %s is no attribute until %d",
                      op->name, c.attr, c.since);
            const finnc_formal *input = finnc_op_formal(op->in, c.input);
            /* Split had it in version 1, too, which its row for version 2 refuses. */
            cr_expect(input &&
                          (FINNC_SINCE_OF(input->flags) == c.since || !strcmp(op->name, "Split")),
                      "%s: input %zu is none since %d", op->name, c.input, c.since);
        }
        cr_expect(nops > 0, "row %zu is about no op: %s, version %d", i, c.ops, c.since);
    }
}
