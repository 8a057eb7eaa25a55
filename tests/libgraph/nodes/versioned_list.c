/* Which of attribute and input says a list is asked of the op's record, never of what is there. */
#include "support/check_pass.h"
#include "support/suite.h"

#include <nodes/versioned_list.h>

FNC_SUITE(versioned_list);

typedef struct expected {
    bool is_there, is_known, is_input;
    size_t count;
    int64_t first;
} expected;

static void check(const char *text, const char *attr, size_t input, expected e)
{
    finnc_model *model = test_read_text(cx, text);
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    const fnc_versioned_list list = fnc_versioned_list_of(node, attr, input);
    cr_expect_eq(list.is_there, e.is_there, "%s", text);
    cr_expect_eq(list.is_known, e.is_known, "%s", text);
    cr_expect_eq(list.input != NULL, e.is_input, "%s", text);
    cr_expect_eq(list.count, e.count, "%s", text);
    if (list.count > 0)
        cr_expect_eq(fnc_versioned_entry(&list, 0), e.first, "%s", text);
    finnc_model_destroy(model);
}

#define OLD "<opset_import: [\"\": 11]> "
#define NEW "<opset_import: [\"\": 13]> "

static const expected absent = {.is_known = true}, misplaced = {.is_there = true};

Test(versioned_list, is_read_where_the_version_has_it)
{
    check(OLD "g (float[1,2] x) => (y) { y = Squeeze <axes = [0]> (x) }", "axes", 1,
          (expected){true, true, false, 1, 0});
    check(NEW "g (float[2,1] x) => (y) <int64[1] a = {1}> { y = Squeeze(x, a) }", "axes", 1,
          (expected){true, true, true, 1, 1});
    check(OLD "g (float[1,2] x) => (y) { y = Squeeze(x) }", "axes", 1, absent);
    check(NEW "g (float[1,2] x) => (y) { y = Squeeze(x) }", "axes", 1, absent);
}

Test(versioned_list, what_is_computed_is_there_and_not_known)
{
    check(NEW "g (float[2,1] x, int64[1] a) => (y) { y = Squeeze(x, a) }", "axes", 1,
          (expected){true, false, true, 0, 0});
    check(NEW "g (float[2] x) => (y) <int64[1] s = {0}, int64[1] e = {1}> { y = Slice(x, s, e) }",
          NULL, 4, absent);
}

Test(versioned_list, where_another_version_has_it_nobody_looks)
{
    check(NEW "g (float[1,2] x) => (y) { y = Squeeze <axes = [0]> (x) }", "axes", 1, misplaced);
    check(OLD "g (float[2,1] x) => (y) <int64[1] a = {1}> { y = Squeeze(x, a) }", "axes", 1,
          misplaced);
    check(NEW "g (float[1,1] x) => (y) <int64[1] a = {1}> { y = Squeeze <axes = [0]> (x, a) }",
          "axes", 1, misplaced);
}

/* The first version of Split has both. */
Test(versioned_list, of_two_that_a_version_has_the_input_counts)
{
    check("<opset_import: [\"\": 1]> g (float[3] x) => (y, z) <float[2] s = {1, 2}> "
          "{ y, z = Split <split = [2, 1]> (x, s) }",
          "split", 1, (expected){true, true, true, 2, 1});
}
