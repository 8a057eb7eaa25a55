/* Comparisons and logic. */
#include "../elementwise.h"

#include <string.h>

static bool is_same(finnc_string a, finnc_string b)
{
    return a.length == b.length && (!a.length || !memcmp(a.data, b.data, a.length));
}

FNC_ANY(FNC_BINARY_LOOP, onnx_equal, FNC_TRUTH, a == b)
FNC_BINARY_LOOP(STRING, finnc_string, onnx_equal, FNC_TRUTH, is_same(a, b))
FNC_KERNEL_BINARY_LOOPS(onnx_equal,
                        FNC_ANY(FNC_LOOP_ENTRY, onnx_equal, )
                            FNC_LOOP_ENTRY(STRING, finnc_string, onnx_equal, ),
                        FINNC_ELEM_BOOL)
FNC_KERNEL_PREDICATE(onnx_greater, FNC_NUMERIC, a > b)
FNC_KERNEL_PREDICATE(onnx_less, FNC_NUMERIC, a < b)
FNC_KERNEL_PREDICATE(onnx_greater_or_equal, FNC_NUMERIC, a >= b)
FNC_KERNEL_PREDICATE(onnx_less_or_equal, FNC_NUMERIC, a <= b)

FNC_KERNEL_PREDICATE(onnx_and, FNC_BOOL, a &&b)
FNC_KERNEL_PREDICATE(onnx_or, FNC_BOOL, a || b)
FNC_KERNEL_PREDICATE(onnx_xor, FNC_BOOL, !a != !b)
FNC_KERNEL_UNARY(onnx_not, FNC_BOOL, !x)
