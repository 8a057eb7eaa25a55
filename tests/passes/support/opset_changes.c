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

static bool is_needed(const finnc_attr_spec *a)
{
    return a && a->flags & FINNC_REQUIRED;
}

static bool same_default(const finnc_attr_spec *a, const finnc_attr_spec *b)
{
    return a->fallback && b->fallback ? !strcmp(a->fallback, b->fallback)
                                      : !a->fallback && !b->fallback;
}

/* Has a node that was right in one version to be written otherwise in the next? */
static bool must_change(const finnc_attr_spec *was, const finnc_attr_spec *is)
{
    if (!was || !is)
        return was || is_needed(is);
    return was->kind != is->kind || is_needed(was) < is_needed(is) ||
           (!is_needed(is) && !is_needed(was) && !same_default(was, is));
}

static void check_attrs(const finnc_op *op, int from, int to)
{
    const finnc_attr_spec *a;
    for (size_t i = 0; (a = finnc_op_attr(op, i)); i++) {
        const finnc_attr_spec *was = finnc_op_find_attr(op, a->name, from);
        cr_expect(!must_change(was, finnc_op_find_attr(op, a->name, to)) ||
                      is_written(op, to, was ? a->name : NULL),
                  "%s: no row says what becomes of %s in version %d", op->name, a->name, to);
    }
}

static void check_formals(const finnc_op *op, const finnc_formal *formals, int version)
{
    for (size_t i = 0; i < FINNC_OP_MAX_FORMALS && formals[i].name; i++) {
        const unsigned flags = formals[i].flags;
        const bool comes = FINNC_SINCE_OF(flags) == version && !(flags & FINNC_OPTIONAL);
        cr_expect(!(comes || FINNC_UNTIL_OF(flags) == version) || is_written(op, version, NULL),
                  "%s: no row says what becomes of %s in version %d", op->name, formals[i].name,
                  version);
    }
}

/* From one version to the next nodes have to lose what the version no longer has, and to get what
 * it asks for. */
Test(opset_changes, there_is_a_row_for_all_that_comes_and_goes)
{
    const finnc_op *op;
    for (size_t o = 0; (op = finnc_op_at(o)); o++)
        for (size_t v = 1; v < FINNC_OP_MAX_VERSIONS && op->since[v]; v++) {
            check_formals(op, op->in, op->since[v]);
            check_formals(op, op->out, op->since[v]);
            check_attrs(op, op->since[v - 1], op->since[v]);
        }
}

/* As an attribute it ends with the version. */
static bool ends(const finnc_op *op, const char *name, int version)
{
    return finnc_op_find_attr(op, name, version - 1) && !finnc_op_find_attr(op, name, version);
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
            cr_expect(ends(op, c.attr, c.since), "%s: %s is no attribute until %d", op->name,
                      c.attr, c.since);
            const finnc_formal *input = finnc_op_formal(op->in, c.input);
            /* Split had it in version 1, too, which its row for version 2 refuses. */
            cr_expect(input &&
                          (FINNC_SINCE_OF(input->flags) == c.since || !strcmp(op->name, "Split")),
                      "%s: input %zu is none since %d", op->name, c.input, c.since);
        }
        cr_expect(nops > 0, "row %zu is about no op: %s, version %d", i, c.ops, c.since);
    }
}
