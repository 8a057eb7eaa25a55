/* Circular and hyperbolic functions: the C library's. Outside their domain they give NaN. */
#include "../elementwise.h"

#include <math.h>
#include <tgmath.h>

FNC_KERNEL_UNARY(onnx_sin, FNC_FLOATS, sin(x))
FNC_KERNEL_UNARY(onnx_cos, FNC_FLOATS, cos(x))
FNC_KERNEL_UNARY(onnx_tan, FNC_FLOATS, tan(x))
FNC_KERNEL_UNARY(onnx_asin, FNC_FLOATS, asin(x))
FNC_KERNEL_UNARY(onnx_acos, FNC_FLOATS, acos(x))
FNC_KERNEL_UNARY(onnx_atan, FNC_FLOATS, atan(x))
FNC_KERNEL_UNARY(onnx_sinh, FNC_FLOATS, sinh(x))
FNC_KERNEL_UNARY(onnx_cosh, FNC_FLOATS, cosh(x))
FNC_KERNEL_UNARY(onnx_asinh, FNC_FLOATS, asinh(x))
FNC_KERNEL_UNARY(onnx_acosh, FNC_FLOATS, acosh(x))
FNC_KERNEL_UNARY(onnx_atanh, FNC_FLOATS, atanh(x))
