/* Signals: Fourier transforms, windows, and the mel scale. */
#include "../infer.h"

#include <inttypes.h>

/* The one integer that input `i` is; false if it is absent or not known yet. */
static finnc_status constant_int(const finnc_infer *in, size_t i, int64_t *x, bool *is_known)
{
    const finnc_tensor *t = finnc_infer_const(in, i);
    *is_known = t != NULL;
    if (!t)
        return FINNC_OK;
    if (finnc_tensor_nelems(t) != 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%s has %" PRId64 " elements where one number belongs",
                          in->op->in[i].name, finnc_tensor_nelems(t));
    *x = finnc_tensor_get_int(t, 0);
    return FINNC_OK;
}

/* The parts of an element, in the last axis: 1 (real) or 2 (real and imaginary). */
static finnc_status check_parts(const finnc_infer *in, const fnc_shape *x)
{
    int64_t parts = x->dims[x->rank - 1].size;
    if (parts >= 0 && parts != 1 && parts != 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the last axis has %" PRId64 " elements, not 1 (real) or 2 (complex)",
                          parts);
    return FINNC_OK;
}

/* ---- DFT ---- */

static finnc_dim half_of(finnc_dim n)
{
    return n.size < 0 ? fnc_unknown_dim() : fnc_known(n.size / 2 + 1);
}

static finnc_status dft_length(const finnc_infer *in, finnc_dim size, bool is_irfft, finnc_dim *n)
{
    int64_t given;
    bool is_known;
    FINNC_TRY(constant_int(in, 1, &given, &is_known));
    if (is_known && given < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "dft_length is %" PRId64, given);
    if (is_known)
        *n = fnc_known(given);
    else if (finnc_infer_has(in, 1))
        *n = fnc_unknown_dim();
    else
        *n = is_irfft && size.size > 0 && size.size < INT64_MAX / 2 ? fnc_known(2 * (size.size - 1))
             : is_irfft                                             ? fnc_unknown_dim()
                                                                    : size;
    return FINNC_OK;
}

static finnc_status dft_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = x;
    bool inverse = finnc_node_attr_int(in->node, "inverse") != 0, has_axis = true;
    bool onesided = finnc_node_attr_int(in->node, "onesided") != 0;
    int64_t axis = in->version < 20 ? finnc_node_attr_int(in->node, "axis") : -2;
    int at;
    if (in->version >= 20 && finnc_infer_has(in, 2))
        FINNC_TRY(constant_int(in, 2, &axis, &has_axis));
    if (x.rank < 0)
        return fnc_infer_set(in, 0, &x);
    if (x.rank < 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the input has rank %d: no axis before that of the parts", x.rank);
    FINNC_TRY(check_parts(in, &x));
    y.dims[y.rank - 1] = fnc_known(inverse && onesided ? 1 : 2);
    if (!has_axis) {
        for (int i = 0; i + 1 < y.rank; i++)
            y.dims[i] = fnc_unknown_dim();
        return fnc_infer_set(in, 0, &y);
    }
    FINNC_TRY(fnc_infer_axis(in, axis, x.rank, &at));
    if (at == x.rank - 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "axis %" PRId64 " is that of real and imaginary parts", axis);
    finnc_dim n;
    FINNC_TRY(dft_length(in, x.dims[at], inverse && onesided, &n));
    y.dims[at] = onesided && !inverse ? half_of(n) : n;
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_dft = {
    .name = "DFT",
    .summary = "discrete Fourier transforms along an axis",
    .since = {17, 20},
    .in = {{"input", "a last axis of 1 holds real numbers, one of 2 complex ones", 0, "T1"},
           {"dft_length", "cuts the axis off or fills it up with zeros", FINNC_OPTIONAL, "T2"},
           {"axis", "along which; absent: the last but one", FINNC_OPTIONAL | FINNC_SINCE(20),
            "INT64"}},
    .out = {{"output", "complex; real if onesided and inverse", 0, "T1"}},
    .attrs = {{"inverse", FINNC_ATTR_INT, "0", "back from frequencies", 0},
              {"axis", FINNC_ATTR_INT, "1", "along which", FINNC_UNTIL(20)},
              {"onesided", FINNC_ATTR_INT, "0",
               "of real signals: only the first half of the frequencies, and one", 0}},
    .types = {{"T1", FINNC_TYPES_FLOAT}, {"T2", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .shapes = dft_shapes};

/* ---- STFT ---- */

static finnc_status stft_frame(const finnc_infer *in, finnc_dim signal, finnc_dim *frame)
{
    int64_t given;
    bool is_known;
    finnc_dim window = {.size = -1};
    if (finnc_infer_rank(in, 2) == 1)
        window = finnc_infer_dim(in, 2, 0);
    else if (finnc_infer_rank(in, 2) >= 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "the window has rank %d, not 1",
                          finnc_infer_rank(in, 2));
    FINNC_TRY(constant_int(in, 3, &given, &is_known));
    if (is_known && given < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "frame_length is %" PRId64, given);
    if (is_known && window.size >= 0 && window.size != given)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "frame_length is %" PRId64 ", but the window has %" PRId64 " elements",
                          given, window.size);
    if (is_known)
        *frame = fnc_known(given);
    else
        *frame = finnc_infer_has(in, 2)   ? window
                 : finnc_infer_has(in, 3) ? fnc_unknown_dim()
                                          : signal;
    if (frame->size > signal.size && signal.size >= 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "a frame of %" PRId64 " elements in a signal of %" PRId64, frame->size,
                          signal.size);
    return FINNC_OK;
}

static finnc_status stft_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    bool onesided = finnc_node_attr_int(in->node, "onesided") != 0, is_known;
    int64_t step;
    finnc_dim frame, frames = fnc_unknown_dim();
    FINNC_TRY(constant_int(in, 1, &step, &is_known));
    if (is_known && step < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "frame_step is %" PRId64, step);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (x.rank != 3)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the signal has rank %d, but is (batch, length, parts): rank 3", x.rank);
    FINNC_TRY(check_parts(in, &x));
    FINNC_TRY(stft_frame(in, x.dims[1], &frame));
    if (is_known && frame.size >= 0 && x.dims[1].size >= 0)
        frames = fnc_known((x.dims[1].size - frame.size) / step + 1);
    const finnc_dim dims[] = {x.dims[0], frames, onesided ? half_of(frame) : frame, fnc_known(2)};
    return finnc_infer_set_type(in, 0, x.elem, 4, dims);
}

const finnc_op fnc_op_onnx_stft = {
    .name = "STFT",
    .summary = "spectra of short frames that move over a signal",
    .since = {17},
    .in = {{"signal", "(batch, length, 1), or 2 for complex ones", 0, "T1"},
           {"frame_step", "elements from one frame to the next", 0, "T2"},
           {"window", "a factor for each element of a frame", FINNC_OPTIONAL, "T1"},
           {"frame_length", "absent: the window's; no window: the signal's", FINNC_OPTIONAL, "T2"}},
    .out = {{"output", "(batch, frames, frequencies, 2)", 0, "T1"}},
    .attrs = {{"onesided", FINNC_ATTR_INT, "1",
               "of real signals: only the first half of the frequencies, and one", 0}},
    .types = {{"T1", FINNC_TYPES_FLOAT}, {"T2", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .shapes = stft_shapes};

/* ---- what is made of sizes ---- */

static finnc_status made_check(finnc_infer *in)
{
    finnc_elem elem;
    return fnc_infer_elem_attr(in, "output_datatype", FINNC_ELEM_FLOAT, &elem);
}

/* A dimension that input `i` says. */
static finnc_status said_dim(finnc_infer *in, size_t i, finnc_dim *dim)
{
    int64_t x;
    bool is_known;
    FINNC_TRY(constant_int(in, i, &x, &is_known));
    if (is_known && x < 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%s is %" PRId64, in->op->in[i].name, x);
    *dim = is_known ? fnc_known(x) : fnc_unknown_dim();
    return FINNC_OK;
}

static finnc_status window_shapes(finnc_infer *in)
{
    fnc_shape y = {.rank = 1};
    FINNC_TRY(fnc_infer_elem_attr(in, "output_datatype", FINNC_ELEM_FLOAT, &y.elem));
    FINNC_TRY(said_dim(in, 0, &y.dims[0]));
    return fnc_infer_set(in, 0, &y);
}

static finnc_status mel_shapes(finnc_infer *in)
{
    finnc_dim n;
    fnc_shape y = {.rank = 2};
    FINNC_TRY(fnc_infer_elem_attr(in, "output_datatype", FINNC_ELEM_FLOAT, &y.elem));
    FINNC_TRY(said_dim(in, 1, &n));
    FINNC_TRY(said_dim(in, 0, &y.dims[1]));
    y.dims[0] = half_of(n);
    return fnc_infer_set(in, 0, &y);
}

#define WINDOW(symbol, op, text)                                                                   \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {17},                                                                             \
        .in = {{"size", "elements of the window, one number", 0, "T1"}},                           \
        .out = {{"output", "the window", 0, "T2"}},                                                \
        .attrs = {{"periodic", FINNC_ATTR_INT, "1",                                                \
                   "the last element is the one before a repetition of the first; 0: symmetric",   \
                   0},                                                                             \
                  {"output_datatype", FINNC_ATTR_INT, "1", "its element type", 0}},                \
        .types = {{"T1", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}, {"T2", FINNC_TYPES_NUMERIC}},     \
        .shapes = window_shapes,                                                                   \
        .check = made_check}

WINDOW(hann_window, "HannWindow", "a raised cosine that begins at 0");
WINDOW(hamming_window, "HammingWindow", "a raised cosine that begins at 4/46");
WINDOW(blackman_window, "BlackmanWindow", "a window of two cosines");

const finnc_op fnc_op_onnx_mel_weight_matrix = {
    .name = "MelWeightMatrix",
    .summary = "triangles that gather the frequencies of a DFT into bands of equal width in mel",
    .since = {17},
    .in = {{"num_mel_bins", "bands", 0, "T1"},
           {"dft_length", "of the DFT, both sides", 0, "T1"},
           {"sample_rate", "samples in a second", 0, "T1"},
           {"lower_edge_hertz", "where the first band begins", 0, "T2"},
           {"upper_edge_hertz", "where the last band ends", 0, "T2"}},
    .out = {{"output", "(dft_length / 2 + 1, num_mel_bins): multiplies spectra from the right", 0,
             "T3"}},
    .attrs = {{"output_datatype", FINNC_ATTR_INT, "1", "element type of the output", 0}},
    .types = {{"T1", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)},
              {"T2", FINNC_TYPES_FLOAT},
              {"T3", FINNC_TYPES_NUMERIC}},
    .shapes = mel_shapes,
    .check = made_check};
