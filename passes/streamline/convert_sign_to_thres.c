/* The sign of x as a quantiser: -1 below 0, +1 from 0 on, which is what binarised networks are
 * trained with. Nothing makes a Sign again. */
#include <pass.h>

static finnc_verdict has_channels(finnc_match *m)
{
    const int rank = finnc_value_rank(finnc_match_value(m, "x"));
    if (rank == 0 || rank == 1)
        return finnc_skip(m, "a MultiThreshold needs data of two axes or more, %s has %d",
                          finnc_value_name(finnc_match_value(m, "x")), rank);
    return FINNC_APPLY;
}

static finnc_status zero(finnc_match *m)
{
    finnc_tensor *t;
    FINNC_TRY(finnc_tensor_create(finnc_match_ctx(m), FINNC_ELEM_FLOAT, 2, (int64_t[]){1, 1}, &t));
    const finnc_status status = finnc_match_bind(m, "t", t, "thresholds");
    finnc_tensor_release(t);
    return status;
}

static finnc_status bipolar(finnc_match *m)
{
    return finnc_value_set_dtype(finnc_match_ctx(m), finnc_match_value(m, "y"),
                                 finnc_dtype_bipolar());
}

const finnc_pass fnc_pass_convert_sign_to_thres = {
    .name = "ConvertSignToThres",
    .summary = "Sign becomes a MultiThreshold with one threshold at 0",
    .upstream = "finn.transformation.streamline.sign_to_thres",
    .notes =
        "At exactly 0 the result is +1, where ONNX's Sign says 0: so it is trained, and so it is "
        "in hardware. A Sign that makes a graph output is converted, too, where upstream ends "
        "with an error.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES,
    .rules = {{
        .have = "y@Sign(x)",
        .want = "\"qonnx.custom_op.general\"MultiThreshold{out_dtype=\"BIPOLAR\", out_scale=2.0, "
                "out_bias=-1.0}(x, $t)",
        .when = has_channels,
        .make = zero,
        .then = bipolar,
    }},
};
