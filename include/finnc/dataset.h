/* Labelled samples: pictures in folders, or arrays of them in a file. What a model is judged by. */
#ifndef FINNC_DATASET_H
#define FINNC_DATASET_H

#include <finnc/tensor.h>

FINNC_BEGIN_DECLS

typedef struct finnc_dataset finnc_dataset;

/** All NULL is a good default. */
typedef struct finnc_dataset_options {
    /** Names of the arrays in a .npz. NULL: told by their names, shapes and types. */
    const char *images, *labels;
    /** A file that says which class each sample is of: a .npy, .npz or IDX file of class numbers,
     * or text, a sample a line: the sample's file (in a folder), blanks, a tab or a comma, the
     * class's number or name, which may be several words. NULL: the folders' names or an array
     * beside the images say it. */
    const char *truth;
    /** A file with the classes' names, a line each. */
    const char *classes;
} finnc_dataset_options;

/** Opens a folder of pictures (as finnc_image_read knows them) or of samples as arrays (.npy): one
 * folder for each class, whose numbers are in the order of the names, or the names themselves if
 * these are numbers; or a flat folder, with options->truth. Or a file of samples along the first
 * axis, of a format that finnc_format_guess tells: .npz, .npy, IDX, CIFAR-10's binary batches.
 * `options` may be NULL. Fails with BAD_FILE, BAD_VALUE (a label that is no class, other numbers of
 * samples and labels), NOT_FOUND (nothing there, or no labels for it), UNSUPPORTED. */
FINNC_API FINNC_MUST_USE finnc_status finnc_dataset_open(finnc_ctx *cx, const char *path,
                                                         const finnc_dataset_options *options,
                                                         finnc_dataset **dataset);
FINNC_API void finnc_dataset_destroy(finnc_dataset *dataset);

FINNC_API size_t finnc_dataset_count(const finnc_dataset *dataset);
/** The class that sample `i` is of. */
FINNC_API int64_t finnc_dataset_label(const finnc_dataset *dataset, size_t i);
/** What a sample is called: its file's path within the folder; NULL for rows of an array. */
FINNC_API const char *finnc_dataset_name(const finnc_dataset *dataset, size_t i);
/** Classes that have names, in the order of their numbers; 0: they have none. */
FINNC_API size_t finnc_dataset_nclasses(const finnc_dataset *dataset);
/** The name of a class; NULL if it has none. */
FINNC_API const char *finnc_dataset_class(const finnc_dataset *dataset, int64_t class_number);
/** The file that lists the classes, all of them: options->classes, or the one whose array has their
 * names. NULL: there is none, and names, if there are any, are those of the samples, which need not
 * be of all the classes that there are. */
FINNC_API const char *finnc_dataset_class_list(const finnc_dataset *dataset);

/** The axes of a sample, as finnc_fit.layout: "NCHW" for pictures and CIFAR-10, which are in
 * colour; "NHW" for IDX; NULL where nothing tells. */
FINNC_API const char *finnc_dataset_layout(const finnc_dataset *dataset);
/** Sample `i` behind a first axis of one element; a picture is UINT8 (1, 3, height, width). Safe
 * from several threads, each with a context of its own. The caller releases it, before the data set
 * ends. */
FINNC_API FINNC_MUST_USE finnc_status finnc_dataset_read(finnc_ctx *cx,
                                                         const finnc_dataset *dataset, size_t i,
                                                         finnc_tensor **sample);

FINNC_END_DECLS
#endif
