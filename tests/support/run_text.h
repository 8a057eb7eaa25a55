/* Runs a model in ONNX's textual syntax and looks at what comes out. */
#ifndef TEST_RUN_TEXT_H
#define TEST_RUN_TEXT_H

#include <finnc/run.h>

/* The model of `text`; the test fails with the reader's words if it does not read. */
finnc_model *read_text(finnc_ctx *cx, const char *text);
/* `model`, whose first partition has become `part`, which it owns, as p.onnx. */
finnc_model *put_inside(finnc_ctx *cx, finnc_model *model, finnc_model *part);

/* The model's one output has to have this shape ("[2,3]") and these elements, in order, to within
 * `tolerance` of each (0: exactly; NaN equals NaN). Inputs are initialisers of the text. */
#define check_output(text, shape, tolerance, ...)                                                  \
    check_output_at(__FILE__, __LINE__, (text), (shape), (tolerance),                              \
                    (const double[]){__VA_ARGS__},                                                 \
                    sizeof((const double[]){__VA_ARGS__}) / sizeof(double))
void check_output_at(const char *file, int line, const char *text, const char *shape,
                     double tolerance, const double *want, size_t n);

/* Making a session or running it fails with `status` and `words` in the message. */
#define check_run_fails(text, status, words)                                                       \
    check_run_fails_at(__FILE__, __LINE__, (text), (status), (words))
void check_run_fails_at(const char *file, int line, const char *text, finnc_status status,
                        const char *words);

/* A FLOAT tensor of these elements. */
finnc_tensor *floats(finnc_ctx *cx, int rank, const int64_t *dims, const float *elements);

#endif
