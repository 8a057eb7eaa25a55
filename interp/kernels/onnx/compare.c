/* Comparisons and logic. */
#include "../elementwise.h"

FNC_KERNEL_PREDICATE(onnx_equal, FNC_ANY, a == b)
FNC_KERNEL_PREDICATE(onnx_greater, FNC_NUMERIC, a > b)
FNC_KERNEL_PREDICATE(onnx_less, FNC_NUMERIC, a < b)
FNC_KERNEL_PREDICATE(onnx_greater_or_equal, FNC_NUMERIC, a >= b)
FNC_KERNEL_PREDICATE(onnx_less_or_equal, FNC_NUMERIC, a <= b)

FNC_KERNEL_PREDICATE(onnx_and, FNC_BOOL, a &&b)
FNC_KERNEL_PREDICATE(onnx_or, FNC_BOOL, a || b)
FNC_KERNEL_PREDICATE(onnx_xor, FNC_BOOL, !a != !b)
FNC_KERNEL_UNARY(onnx_not, FNC_BOOL, !x)
