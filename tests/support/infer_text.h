/* What inference finds out about a model in ONNX's textual syntax. */
#ifndef TEST_INFER_TEXT_H
#define TEST_INFER_TEXT_H

#include <finnc/op.h>

/* The graph outputs have these types, in order: "FLOAT[1,N,?]; INT64" (any shape: no brackets). */
#define check_shapes(text, expected)                                                               \
    check_inferred_at(__FILE__, __LINE__, test_shapes, (text), (expected))
/* These data types: "INT32; FLOAT32". */
#define check_dtypes(text, expected)                                                               \
    check_inferred_at(__FILE__, __LINE__, test_dtypes, (text), (expected))
/* The same where scaled integers are allowed. */
#define check_scaled_dtypes(text, expected)                                                        \
    check_inferred_at(__FILE__, __LINE__, test_scaled_dtypes, (text), (expected))
/* These layouts: "NCHW; -", a dash being unknown. */
#define check_layouts(text, expected)                                                              \
    check_inferred_at(__FILE__, __LINE__, test_layouts, (text), (expected))
/* The inference fails with BAD_VALUE and these words. */
#define check_shapes_fail(text, words)                                                             \
    check_inference_fails_at(__FILE__, __LINE__, test_shapes, (text), (words))
#define check_dtypes_fail(text, words)                                                             \
    check_inference_fails_at(__FILE__, __LINE__, test_dtypes, (text), (words))
#define check_layouts_fail(text, words)                                                            \
    check_inference_fails_at(__FILE__, __LINE__, test_layouts, (text), (words))
/* finnc_node_check of the first node passes, or fails with BAD_VALUE and these words. */
#define check_node_passes(text)       check_node_at(__FILE__, __LINE__, (text), NULL)
#define check_node_fails(text, words) check_node_at(__FILE__, __LINE__, (text), (words))

/* Infers, and writes what it found about `value` into `room`. */
typedef finnc_status test_inference(finnc_ctx *cx, finnc_graph *graph);
typedef struct test_kind {
    test_inference *infer;
    void (*print)(const finnc_value *value, char *text, size_t room);
} test_kind;
extern const test_kind test_shapes, test_dtypes, test_scaled_dtypes, test_layouts;

void check_inferred_at(const char *file, int line, test_kind kind, const char *text,
                       const char *expected);
void check_inference_fails_at(const char *file, int line, test_kind kind, const char *text,
                              const char *words);
void check_node_at(const char *file, int line, const char *text, const char *words);

#endif
