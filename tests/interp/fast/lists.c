/* Networks of which compiling would list more than running them takes: it ends somewhere. */
#include "engines.h"

TestSuite(lists, .init = setup, .fini = teardown);

/* Has it been declined for this, of `n` such nodes in a row, but not at the first? */
static void check_declined(const char *head, const char *node, int n)
{
    char text[2000];
    int at = snprintf(text, sizeof text, "%s", head);
    for (int i = 0; i < n; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, node, i + 1, i);
    snprintf(text + at, sizeof text - (size_t)at, "}");
    finnc_model *model = read_text(cx, text);
    finnc_session *fast = open(model, FINNC_ENGINE_FAST, 1);
    int declined = -1;
    for (int i = 0; i < n && declined < 0; i++) {
        const char *why = finnc_session_how(fast, (size_t)i).why;
        if (why && !strcmp(why, "there is too much to list"))
            declined = i;
    }
    cr_expect_gt(declined, 0, "node %d of %d", declined, n);
    finnc_session_destroy(fast);
    finnc_model_destroy(model);
}

/* 256 codes in each of 60000 channels. */
Test(lists, tables)
{
    check_declined("<ir_version: 8, opset_import: [\"\": 14]> n (float[N,60000] v0 {INT8}) =>"
                   "(float[N,60000] v10) <float k = {1.5}> {",
                   "v%d = Mul(v%d, k) ", 10);
}

/* Where each of four million pixels goes. */
Test(lists, moves)
{
    check_declined(
        "<ir_version: 8, opset_import: [\"\": 14]> n (float[N,1,2000,2000] v0 {INT8}) =>"
        "(float[N,1,2000,2000] v8) <int64[3] s = {0, 0, 0}, int64[3] e = {2000, 2000, 2000},"
        "int64[3] a = {1, 2, 3}> {",
        "v%d = Slice(v%d, s, e, a) ", 8);
}
