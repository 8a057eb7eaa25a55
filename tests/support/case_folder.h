/* Makes ONNX test cases: folders with a model and recorded data. */
#ifndef TEST_CASE_FOLDER_H
#define TEST_CASE_FOLDER_H

#include <finnc/model.h>

/* Makes a folder for cases, whose path `root` becomes. */
void make_case_root(char root[64]);
/* Makes DIR/model.onnx of the textual syntax, and DIR/test_data_set_0 with nothing in it. */
void make_case(finnc_ctx *cx, const char *dir, const char *text);
/* Writes DIR/test_data_set_0/FILE: a TensorProto; a SequenceProto or OptionalProto of such. */
void put_floats(finnc_ctx *cx, const char *dir, const char *file, const float *elements, size_t n);
void put_sequence(finnc_ctx *cx, const char *dir, const char *file, const float *elements,
                  size_t each, size_t nitems);
void put_optional(finnc_ctx *cx, const char *dir, const char *file, const float *elements,
                  size_t n);
/* {keys[i]: values[i]}, as ONNX's own writer has it: each value a tensor. */
void put_map(finnc_ctx *cx, const char *dir, const char *file, const int64_t *keys,
             const float *values, size_t n);
/* Removes what these made. */
void remove_case(const char *dir);

#endif
