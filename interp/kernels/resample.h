/* Resampling, axis by axis: which elements of the input an element of the output is made of. */
#ifndef FNC_RESAMPLE_H
#define FNC_RESAMPLE_H

#include "../kernel.h"

typedef enum fnc_resample_mode {
    FNC_RESAMPLE_NEAREST,
    FNC_RESAMPLE_LINEAR,
    FNC_RESAMPLE_CUBIC
} fnc_resample_mode;

/* Where output element i lies in the input: ONNX's coordinate_transformation_mode. */
typedef enum fnc_resample_place {
    FNC_PLACE_HALF_PIXEL,
    FNC_PLACE_HALF_PIXEL_SYMMETRIC,
    FNC_PLACE_PYTORCH_HALF_PIXEL,
    FNC_PLACE_TF_HALF_PIXEL,
    FNC_PLACE_ALIGN_CORNERS,
    FNC_PLACE_ASYMMETRIC,
    FNC_PLACE_CROP
} fnc_resample_place;

typedef enum fnc_resample_rounding {
    FNC_NEAREST_PREFER_FLOOR,
    FNC_NEAREST_PREFER_CEIL,
    FNC_NEAREST_FLOOR,
    FNC_NEAREST_CEIL,
    FNC_NEAREST_SIMPLE /* before there was a choice: floor, or ceil where the axis shrinks */
} fnc_resample_rounding;

typedef struct fnc_resample_axis {
    int64_t in, out;
    double scale;
    double roi_start, roi_end; /* of FNC_PLACE_CROP, as shares of the input */
} fnc_resample_axis;

typedef struct fnc_resample {
    fnc_resample_mode mode;
    fnc_resample_place place;
    fnc_resample_rounding rounding;
    double cubic_a; /* the cubic kernel's coefficient */
    double outside; /* what lies beyond the input; only FNC_PLACE_CROP asks for it */
    bool excludes_outside, is_antialiased;
    int rank;
    fnc_resample_axis axes[FINNC_MAX_RANK];
} fnc_resample;

/* Fills `out` from input 0, both of the input's element type. Modes that weigh need numbers;
 * BAD_VALUE if an axis without elements has to grow. */
FINNC_MUST_USE finnc_status fnc_resample_run(fnc_call *call, const fnc_resample *r, void *out);

#endif
