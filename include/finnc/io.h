/* Formats besides ONNX: numpy files, pictures, data sets, raw bytes, JSON and DOT. Writers replace
 * files atomically. */
#ifndef FINNC_IO_H
#define FINNC_IO_H

#include <finnc/model.h>

FINNC_BEGIN_DECLS

/* ---- output: where text goes ---- */

/** A sink for text: returns FINNC_OK or fails with words. */
typedef finnc_status (*finnc_write_fn)(void *user, finnc_ctx *cx, const char *text, size_t length);

/** Replaces `path` with `nbytes` of `data`, written to a temporary name beside it, synced and
 * renamed. */
FINNC_API FINNC_MUST_USE finnc_status finnc_file_write(finnc_ctx *cx, const char *path,
                                                       const void *data, size_t nbytes);

/* ---- numpy ---- */

/** Reads .npy (versions 1 to 3, C or Fortran order, either byte order). BAD_FILE, UNSUPPORTED
 * (object arrays). */
FINNC_API FINNC_MUST_USE finnc_status finnc_npy_read(finnc_ctx *cx, const char *path,
                                                     finnc_tensor **tensor);
/** The same from memory, which is copied. */
FINNC_API FINNC_MUST_USE finnc_status finnc_npy_read_bytes(finnc_ctx *cx, const void *data,
                                                           size_t nbytes, finnc_tensor **tensor);
/** Element types that numpy lacks (bfloat16, 8-bit floats, 4-bit integers) are written as float32
 * or int8/uint8. */
FINNC_API FINNC_MUST_USE finnc_status finnc_npy_write(finnc_ctx *cx, const char *path,
                                                      const finnc_tensor *tensor);

/** Named tensors in order: a .npz, or the arguments and results of a run. */
typedef struct finnc_bundle finnc_bundle;
/** Makes an empty one. NO_MEMORY. */
FINNC_API FINNC_MUST_USE finnc_status finnc_bundle_create(finnc_ctx *cx, finnc_bundle **bundle);
/** Ends it and releases its tensors; NULL is fine. */
FINNC_API void finnc_bundle_destroy(finnc_bundle *bundle);
FINNC_API size_t finnc_bundle_count(const finnc_bundle *bundle);
/** The i-th tensor and its name, both the bundle's; NULL past the end. `name` may be NULL. */
FINNC_API const finnc_tensor *finnc_bundle_at(const finnc_bundle *bundle, size_t i,
                                              const char **name);
/** The tensor of that name, which is the bundle's, or NULL. */
FINNC_API const finnc_tensor *finnc_bundle_find(const finnc_bundle *bundle, const char *name);
/** Adds or replaces; the tensor is retained. */
FINNC_API FINNC_MUST_USE finnc_status finnc_bundle_set(finnc_bundle *bundle, const char *name,
                                                       const finnc_tensor *tensor);
/** Reads a .npz, an archive of .npy files that are stored or deflated, in the archive's order.
 * NOT_FOUND, BAD_FILE, UNSUPPORTED, NO_MEMORY. */
FINNC_API FINNC_MUST_USE finnc_status finnc_npz_read(finnc_ctx *cx, const char *path,
                                                     finnc_bundle **bundle);
/** Writes one, element types as finnc_npy_write. */
FINNC_API FINNC_MUST_USE finnc_status finnc_npz_write(finnc_ctx *cx, const char *path,
                                                      const finnc_bundle *bundle);

/* ---- other tensors ---- */

/** A serialised onnx.TensorProto, as in ONNX's test cases (.pb). */
FINNC_API FINNC_MUST_USE finnc_status finnc_pb_read(finnc_ctx *cx, const char *path,
                                                    finnc_tensor **tensor);
/** The same of another kind: a serialised onnx.SequenceProto, OptionalProto or MapProto. The file
 * does not tell which it is. */
FINNC_API FINNC_MUST_USE finnc_status finnc_pb_read_as(finnc_ctx *cx, const char *path,
                                                       finnc_kind kind, finnc_tensor **tensor);
/** A picture file as UINT8 (1, 3, height, width), red first; grey pictures get three equal
 * channels, transparency is dropped, and numbers are those in the file, whatever it says of its
 * gamma and colours (16 bits: the upper 8). PNG, JPEG, BMP, JPEG 2000, PNM, TIFF (its first page)
 * and WebP, told by their first bytes. BAD_FILE; UNSUPPORTED (CMYK); NO_MEMORY, also when the size
 * in the header goes beyond the context's cap. */
FINNC_API FINNC_MUST_USE finnc_status finnc_image_read(finnc_ctx *cx, const char *path,
                                                       finnc_tensor **tensor);

/** What a pixel consists of, in this order. */
typedef enum finnc_pixels { FINNC_PIXELS_RGB, FINNC_PIXELS_BGR, FINNC_PIXELS_GREY } finnc_pixels;
/** As ONNX spells them: "RGB", "BGR", "Grayscale"; anything else is BAD_VALUE. */
FINNC_API FINNC_MUST_USE finnc_status finnc_pixels_parse(finnc_ctx *cx, const char *text,
                                                         finnc_pixels *format);
/** 3, or 1 of grey ones. */
FINNC_API int finnc_pixels_channels(finnc_pixels format);
/** A picture file that is in memory as UINT8 (height, width, channels). Fails as finnc_image_read.
 */
FINNC_API FINNC_MUST_USE finnc_status finnc_image_decode(finnc_ctx *cx, const void *data,
                                                         size_t nbytes, finnc_pixels format,
                                                         finnc_tensor **tensor);

/* ---- data sets ---- */

/** An IDX file, as MNIST comes in: UINT8, INT8, INT16, INT32, FLOAT or DOUBLE of any shape, gzip'd
 * or not. Pictures are (count, height, width), labels (count). BAD_FILE: it is no such file, or
 * holds more or less than its header tells. */
FINNC_API FINNC_MUST_USE finnc_status finnc_idx_read(finnc_ctx *cx, const char *path,
                                                     finnc_tensor **tensor);
/** A batch of CIFAR-10 in its binary version, records of a label and 32 by 32 pixels: UINT8
 * (count, 3, 32, 32), red first, and the labels, UINT8 (count). Either may be NULL: not wanted.
 * BAD_FILE: no whole number of records, or a label beyond 9. */
FINNC_API FINNC_MUST_USE finnc_status finnc_cifar_read(finnc_ctx *cx, const char *path,
                                                       finnc_tensor **pictures,
                                                       finnc_tensor **labels);
/** A file of nothing but elements, stored as finnc/tensor.h says. One dimension may be -1: as much
 * as there is. BAD_FILE names both sizes; UNSUPPORTED for strings. */
FINNC_API FINNC_MUST_USE finnc_status finnc_raw_read(finnc_ctx *cx, const char *path,
                                                     finnc_elem elem, int rank, const int64_t *dims,
                                                     finnc_tensor **tensor);

/** What a file of tensors is. */
typedef enum finnc_format {
    FINNC_FORMAT_UNKNOWN = 0,
    FINNC_FORMAT_NPY,
    FINNC_FORMAT_NPZ,
    FINNC_FORMAT_PB,
    FINNC_FORMAT_PICTURE, /**< of any of the formats that finnc_image_read knows */
    FINNC_FORMAT_IDX,
    FINNC_FORMAT_CIFAR,
    FINNC_FORMAT_RAW
} finnc_format;
/** "npy", "npz", "pb", "picture", "idx", "cifar", "raw"; NULL for UNKNOWN. */
FINNC_API const char *finnc_format_name(finnc_format format);
/** The format of that name; UNKNOWN if there is none. */
FINNC_API finnc_format finnc_format_find(const char *name);
/** What the file's name tells: its suffix, or how MNIST and CIFAR-10 call their files (-idx3-ubyte,
 * with .gz or without; data_batch_1.bin). Other .bin files are RAW. */
FINNC_API finnc_format finnc_format_guess(const char *path);

/* ---- data as an input wants them ---- */

/** What data are, and what their numbers shall become. All zero: as the input has them. */
typedef struct finnc_fit {
    /** The axes of the data: "NCHW", "NHWC", "CHW", "HWC", "NHW", "HW" (one channel). N may be
     * there or not, whatever is said. NULL: in the order of the input's. */
    const char *layout;
    /** Each element x becomes (x * scale - mean) / std, computed in double: `nscale` numbers, one
     * for all or one per channel. None: 1, 0 and 1. */
    const double *scale, *mean, *std;
    size_t nscale, nmean, nstd;
    bool is_colour; /**< it may become grey, if it has three channels and the input one */
} finnc_fit;

enum { FINNC_FIT_WORDS_MAX = 256 };

/** The order of an input's axes, "NCHW" or "NHWC": annotated, or told by its shape; "" unless it
 * has four. */
FINNC_API const char *finnc_value_axes(const finnc_value *value);

/** Makes of `data` what the input `value` takes: numbers as `fit` says, the input's element type,
 * its layout (annotated, or told by its shape; else NCHW), and its rank, where axes of one element
 * or neighbours merged make the difference: data with known axes go into [H,W,3], [1,1,3,H,W] or
 * [N,H*W,3] in that order, data without keep theirs (docs/running.md). Sizes are never changed, and
 * what does not fit keeps its rank. `words` receives what was
 * done, "UINT8 1x3x32x32 (NCHW) becomes FLOAT 1x32x32x3 (NHWC), values as they are", or "" if
 * nothing was; may be NULL; numbers clipped to an integer type are counted there. BAD_VALUE: the
 * layout does not fit the data's rank, there is not a number per channel, or values that are to
 * stay as they are are beyond the input's element type. */
FINNC_API FINNC_MUST_USE finnc_status finnc_tensor_fit(finnc_ctx *cx, const finnc_tensor *data,
                                                       const finnc_fit *fit,
                                                       const finnc_value *value,
                                                       finnc_tensor **fitted,
                                                       char words[FINNC_FIT_WORDS_MAX]);

/* ---- a model as text ---- */

enum { FINNC_TEXT_WEIGHTS = 1u << 0 };

/** JSON (docs/schema-dump.md); with FINNC_TEXT_WEIGHTS initialisers' elements too. */
FINNC_API FINNC_MUST_USE finnc_status finnc_json_write(finnc_ctx *cx, const finnc_model *model,
                                                       unsigned flags, finnc_write_fn write,
                                                       void *user);
/** ONNX's textual syntax, which finnc_model_read_text reads back. */
FINNC_API FINNC_MUST_USE finnc_status finnc_text_write(finnc_ctx *cx, const finnc_model *model,
                                                       unsigned flags, finnc_write_fn write,
                                                       void *user);
/** Graphviz' language: nodes coloured by kind, edges with data type, shape and layout, subgraphs
 * and partitions as clusters. */
FINNC_API FINNC_MUST_USE finnc_status finnc_dot_write(finnc_ctx *cx, const finnc_model *model,
                                                      finnc_write_fn write, void *user);
/** Lays the drawing out and renders it: `format` as dot -T ("svg", "png", "pdf"). UNSUPPORTED if
 * Graphviz' renderer is not installed. */
FINNC_API FINNC_MUST_USE finnc_status finnc_dot_render(finnc_ctx *cx, const finnc_model *model,
                                                       const char *format, finnc_write_fn write,
                                                       void *user);

FINNC_END_DECLS
#endif
