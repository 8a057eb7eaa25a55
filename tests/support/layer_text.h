/* What the record of a hardware layer says of the first node of a model in ONNX's textual syntax.
 */
#ifndef TEST_LAYER_TEXT_H
#define TEST_LAYER_TEXT_H

#include <finnc/layer.h>

/* Streams as "INT2[1,8] [1,4,2] 4 bits, 4 words": type, shape, folded shape, width; "INT2[4,8]"
 * for an input that is no stream. */
#define check_input(text, i, expected)                                                             \
    check_stream_at(__FILE__, __LINE__, (text), 0, (i), (expected))
#define check_output(text, o, expected)                                                            \
    check_stream_at(__FILE__, __LINE__, (text), 1, (o), (expected))
/* "SIMD 2/8, PE 1/4, parallel_window 0 or 1": what it is and has to divide; a switch may be 1, too,
 * or be as it is "only". */
#define check_folds(text, expected) check_folds_at(__FILE__, __LINE__, (text), (expected))
#define check_cycles(text, n)       check_cycles_at(__FILE__, __LINE__, (text), (n))
/* "BRAM 1 (0.25), LUT 315, URAM 0 (1), DSP 0", efficiencies in brackets; zeros and what belongs to
 * them are left out; floats have a fraction ("LUT 104.0"). */
#define check_resources(text, dsp, expected)                                                       \
    check_resources_at(__FILE__, __LINE__, (text), (dsp), (expected))
/* "op_mac_2bx2b 16, param_weight_2b 16". */
#define check_counts(text, expected) check_counts_at(__FILE__, __LINE__, (text), (expected))
/* Asking for the input, the output or (i < 0) the cycles fails with these words. */
#define check_input_fails(text, i, words)                                                          \
    check_layer_fails_at(__FILE__, __LINE__, (text), 0, (i), (words))
#define check_output_fails(text, o, words)                                                         \
    check_layer_fails_at(__FILE__, __LINE__, (text), 1, (o), (words))
#define check_cycles_fail(text, words)                                                             \
    check_layer_fails_at(__FILE__, __LINE__, (text), 2, 0, (words))

void check_stream_at(const char *file, int line, const char *text, int is_output, size_t i,
                     const char *expected);
void check_folds_at(const char *file, int line, const char *text, const char *expected);
void check_cycles_at(const char *file, int line, const char *text, int64_t expected);
void check_resources_at(const char *file, int line, const char *text, finnc_dsp dsp,
                        const char *expected);
void check_counts_at(const char *file, int line, const char *text, const char *expected);
void check_layer_fails_at(const char *file, int line, const char *text, int what, size_t i,
                          const char *words);

#endif
