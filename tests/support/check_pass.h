/* A pass's test is its picture: the graph before and after, in ONNX's textual syntax
 * (docs/text.md). */
#ifndef TEST_CHECK_PASS_H
#define TEST_CHECK_PASS_H

#include <finnc/pass.h>

#include <stdbool.h>

/* Runs `passes` (a pipeline's text) on `before`: the result has to be `after` up to names
 * (graph_equal.h), and has to compute the same on random inputs unless a pass changes values on
 * purpose. */
#define check_pass(passes, before, after)                                                          \
    check_pass_at(__FILE__, __LINE__, (passes), NULL, (before), (after))
/* The same for graphs with ops that cannot run yet: the result is not compared by running. */
#define check_pass_unrun(passes, before, after)                                                    \
    check_pass_unrun_at(__FILE__, __LINE__, (passes), (before), (after))
/* The graph stays as it is, clean-up apart. */
#define check_unchanged(passes, text)                                                              \
    check_pass_at(__FILE__, __LINE__, (passes), NULL, (text), (text))
#define check_unchanged_unrun(passes, text)                                                        \
    check_pass_unrun_at(__FILE__, __LINE__, (passes), (text), (text))
/* Somewhere a remark is made that has `expected` in it: "Mul_3 (Mul): s is not a constant". */
#define check_remark(passes, text, expected)                                                       \
    check_remark_at(__FILE__, __LINE__, (passes), NULL, (text), (expected))
#define check_no_remark(passes, text)                                                              \
    check_remark_at(__FILE__, __LINE__, (passes), NULL, (text), NULL)
/* The pass fails, with `words` in its message, and leaves the model as it was. */
#define check_refused(passes, text, words)                                                         \
    check_refused_at(__FILE__, __LINE__, (passes), NULL, (text), (words))
/* The same for a pass of the test's own. */
#define check_own_pass(pass, before, after)                                                        \
    check_pass_at(__FILE__, __LINE__, NULL, (pass), (before), (after))
#define check_own_remark(pass, text, expected)                                                     \
    check_remark_at(__FILE__, __LINE__, NULL, (pass), (text), (expected))
#define check_own_refused(pass, text, words)                                                       \
    check_refused_at(__FILE__, __LINE__, NULL, (pass), (text), (words))

void check_pass_at(const char *file, int line, const char *passes, const finnc_pass *own,
                   const char *before, const char *after);
void check_pass_unrun_at(const char *file, int line, const char *passes, const char *before,
                         const char *after);
void check_remark_at(const char *file, int line, const char *passes, const finnc_pass *own,
                     const char *text, const char *expected);
void check_refused_at(const char *file, int line, const char *passes, const finnc_pass *own,
                      const char *text, const char *words);

/* ---- pieces for tests that need more ---- */

finnc_model *test_read_text(finnc_ctx *cx, const char *text); /* fails the test if it cannot */
/* The same, from memory whatever follows: it has no folder. */
finnc_model *test_parse_text(finnc_ctx *cx, const char *text);
/* Texts are read by way of a file of the folder that the test is in, where partitions are found. */
extern bool test_reads_files;
finnc_pipeline *test_pipeline(finnc_ctx *cx, const char *passes, const finnc_pass *own);
/* The model as text, for messages and comparisons; valid until the next call. */
const char *test_print(finnc_ctx *cx, const finnc_model *model);

#endif
