/* Circular and hyperbolic functions, element by element. */
#include "elementwise.h"

FNC_OP_UNARY_WITH(sin, "Sin", "sines of angles in radians", FINNC_TYPES_FLOAT, {{0}},
                  FNC_RULES(.range = fnc_range_circle), 7, 22);
FNC_OP_UNARY_WITH(cos, "Cos", "cosines of angles in radians", FINNC_TYPES_FLOAT, {{0}},
                  FNC_RULES(.range = fnc_range_circle), 7, 22);
FNC_OP_UNARY(tan, "Tan", "tangents of angles in radians", FINNC_TYPES_FLOAT, 7, 22);
FNC_OP_UNARY(asin, "Asin", "angles of given sines", FINNC_TYPES_FLOAT, 7, 22);
FNC_OP_UNARY(acos, "Acos", "angles of given cosines", FINNC_TYPES_FLOAT, 7, 22);
FNC_OP_UNARY_WITH(atan, "Atan", "angles of given tangents", FINNC_TYPES_FLOAT, {{0}},
                  FNC_RULES(.range = fnc_range_rises), 7, 22);
FNC_OP_UNARY(sinh, "Sinh", "hyperbolic sines", FINNC_TYPES_FLOAT, 9, 22);
FNC_OP_UNARY(cosh, "Cosh", "hyperbolic cosines", FINNC_TYPES_FLOAT, 9, 22);
FNC_OP_UNARY(asinh, "Asinh", "inverse hyperbolic sines", FINNC_TYPES_FLOAT, 9, 22);
FNC_OP_UNARY(acosh, "Acosh", "inverse hyperbolic cosines", FINNC_TYPES_FLOAT, 9, 22);
FNC_OP_UNARY(atanh, "Atanh", "inverse hyperbolic tangents", FINNC_TYPES_FLOAT, 9, 22);
