/* BipolarQuant: the sign, zero counting as positive and NaN as negative, times the scale. */
#include "../elementwise.h"

FNC_KERNEL_BINARY(qonnx_bipolar_quant, FNC_FLOATS, a >= 0 ? b : -b)
