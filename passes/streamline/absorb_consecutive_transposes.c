/* A Transpose and its inverse behind it are nothing at all. Each application takes a node away, so
 * it ends. */
#include <pass.h>

#include <inttypes.h>

/* Does `second` undo `first`? Without `perm` a Transpose turns the axes round. */
static bool is_inverse(const finnc_node *first, const finnc_node *second)
{
    if (!finnc_node_is(second, "Transpose"))
        return false;
    size_t n;
    size_t n2;
    const int64_t *a = finnc_node_ints(first, "perm", &n);
    const int64_t *b = finnc_node_ints(second, "perm", &n2);
    if (!a && !b)
        return true;
    n = a ? n : n2;
    if (a && b && n != n2)
        return false;
    for (size_t i = 0; i < n; i++) {
        const int64_t j = b ? b[i] : (int64_t)(n - 1 - i);
        if (j < 0 || (size_t)j >= n || (a ? a[j] : (int64_t)n - 1 - j) != (int64_t)i)
            return false;
    }
    return true;
}

static finnc_verdict all_inverse(finnc_match *m)
{
    const finnc_node *p = finnc_match_node(m, "p");
    const finnc_value *between = finnc_node_output(p, 0);
    if (finnc_value_is_output(between))
        return finnc_skip(m, "%s between them is a graph output", finnc_value_name(between));
    finnc_foreach_use (use, between) {
        const finnc_node *user = finnc_use_node(use);
        char words[FINNC_NODE_WORDS_MAX];
        if (!is_inverse(p, user))
            return finnc_skip(m, "%s, which uses the first one, does not undo it",
                              finnc_node_words(user, words));
    }
    const finnc_value *y = finnc_match_value(m, "y");
    if (finnc_value_is_output(y))
        return finnc_refuse(m,
                            "the second Transpose makes the graph output %s: nothing would be "
                            "left to make it",
                            finnc_value_name(y));
    return FINNC_APPLY;
}

/* What is known of the value before the first Transpose, its layout above all, is what holds for
 * the one behind the second. */
static finnc_status as_source(finnc_match *m)
{
    return finnc_value_copy_type(finnc_match_ctx(m), finnc_match_value(m, "y"),
                                 finnc_match_value(m, "x"));
}

const finnc_pass fnc_pass_absorb_consecutive_transposes = {
    .name = "AbsorbConsecutiveTransposes",
    .summary = "a Transpose whose users all undo it goes, and they with it",
    .upstream = "finn.transformation.streamline.absorb",
    .notes = "As upstream, ends with an error where the second Transpose makes a graph output.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferDataTypes",
    .rules = {{
        .have = "y@Transpose(p:Transpose&(x))",
        .want = "x",
        .when = all_inverse,
        .make = as_source,
    }},
};
