/* Samples that are rows of an array. */
#include "dataset.h"

#include <finnc/io.h>

#include <inttypes.h>
#include <string.h>

/* ---- which array is which ---- */

static const char *const image_names[] = {"images", "image",  "x",    "x_test",
                                          "data",   "inputs", "input"};
static const char *const label_names[] = {"labels", "label", "y",      "y_test",
                                          "y_true", "truth", "target", "targets"};
static const char *const class_names[] = {"classes", "class_names", "names"};

static bool are_samples(const finnc_tensor *t, int64_t count)
{
    (void)count;
    return finnc_tensor_elem(t) != FINNC_ELEM_STRING && finnc_tensor_rank(t) >= 2;
}

/* A number for each sample, or a column of such. */
static bool are_labels(const finnc_tensor *t, int64_t count)
{
    return finnc_elem_is_integer(finnc_tensor_elem(t)) && finnc_tensor_rank(t) >= 1 &&
           finnc_tensor_dim(t, 0) == count && finnc_tensor_nelems(t) == count;
}

static bool are_names(const finnc_tensor *t, int64_t count)
{
    (void)count;
    return finnc_tensor_elem(t) == FINNC_ELEM_STRING && finnc_tensor_rank(t) == 1;
}

/* The first array of one of the usual names, or else the only one that fits; of images the largest.
 */
static const finnc_tensor *find(const finnc_bundle *bundle, const char *const *names, size_t nnames,
                                bool (*fits)(const finnc_tensor *t, int64_t count), int64_t count)
{
    const finnc_tensor *found = NULL;
    const char *name;
    size_t nfound = 0;
    for (size_t k = 0; k < nnames; k++)
        for (size_t i = 0; i < finnc_bundle_count(bundle); i++) {
            const finnc_tensor *t = finnc_bundle_at(bundle, i, &name);
            if (fnc_same_loosely(name, names[k]) && fits(t, count))
                return t;
        }
    for (size_t i = 0; i < finnc_bundle_count(bundle); i++) {
        const finnc_tensor *t = finnc_bundle_at(bundle, i, &name);
        if (!fits(t, count))
            continue;
        nfound++;
        if (!found || finnc_tensor_nelems(t) > finnc_tensor_nelems(found))
            found = t;
    }
    return nfound == 1 || fits == are_samples ? found : NULL;
}

static finnc_status need_named(const finnc_dataset *set, const finnc_bundle *bundle,
                               const char *name, const finnc_tensor **t)
{
    fnc_nearest nearest = {.wanted = name};
    const char *other;
    *t = finnc_bundle_find(bundle, name);
    if (*t)
        return FINNC_OK;
    for (size_t i = 0; i < finnc_bundle_count(bundle); i++) {
        finnc_bundle_at(bundle, i, &other);
        fnc_nearest_offer(&nearest, other);
    }
    return nearest.best
               ? finnc_fail(set->cx, FINNC_NOT_FOUND,
                            "there is no array '%s' in it; did you mean '%s'?", name, nearest.best)
               : finnc_fail(set->cx, FINNC_NOT_FOUND, "there is no array '%s' in it", name);
}

/* ---- taking them ---- */

#define COUNT(array) (sizeof(array) / sizeof *(array))

static finnc_status take_images(finnc_dataset *set, const finnc_tensor *images)
{
    const void *data;
    finnc_elem elem = finnc_tensor_elem(images);
    if (finnc_tensor_rank(images) < 2 || finnc_elem_bits(elem) < 8 || elem == FINNC_ELEM_STRING)
        return finnc_fail(set->cx, FINNC_UNSUPPORTED,
                          "an array of rank %d and type %s holds no samples of numbers",
                          finnc_tensor_rank(images), finnc_elem_name(elem));
    if (finnc_tensor_nelems(images) == 0)
        return finnc_fail(set->cx, FINNC_BAD_VALUE, "the array of samples is empty");
    FINNC_TRY(finnc_tensor_need_data(set->cx, images, &data));
    set->images = finnc_tensor_retain(images);
    set->data = data;
    set->count = (size_t)finnc_tensor_dim(images, 0);
    set->row_bytes = finnc_tensor_nbytes(images) / set->count;
    return FINNC_OK;
}

static finnc_status take_classes(finnc_dataset *set, const finnc_tensor *names)
{
    size_t n = (size_t)finnc_tensor_nelems(names);
    if (n == 0)
        return FINNC_OK;
    set->classes = FNC_NEW_ARRAY(&set->arena, const char *, n);
    if (!set->classes)
        return finnc_no_memory(set->cx);
    for (size_t k = 0; k < n; k++) {
        finnc_string s = finnc_tensor_get_string(names, (int64_t)k);
        set->classes[k] = fnc_arena_strndup(&set->arena, s.length ? s.data : "", s.length);
        if (!set->classes[k])
            return finnc_no_memory(set->cx);
    }
    set->nclasses = n;
    set->has_all_classes = true;
    return FINNC_OK;
}

static finnc_status take_bundle_labels(finnc_dataset *set, const finnc_bundle *bundle,
                                       const char *name)
{
    const finnc_tensor *labels =
        find(bundle, label_names, COUNT(label_names), are_labels, (int64_t)set->count);
    if (name)
        FINNC_TRY(need_named(set, bundle, name, &labels));
    return labels ? fnc_dataset_take_labels(set, labels)
                  : finnc_fail(set->cx, FINNC_NOT_FOUND,
                               "no array in it is surely the labels of %zu samples", set->count);
}

static finnc_status take_bundle(finnc_dataset *set, const finnc_bundle *bundle,
                                const finnc_dataset_options *options)
{
    const finnc_tensor *images;
    if (options->images)
        FINNC_TRY(need_named(set, bundle, options->images, &images));
    else
        images = find(bundle, image_names, COUNT(image_names), are_samples, 0);
    if (!images)
        return finnc_fail(set->cx, FINNC_NOT_FOUND, "there is no array of samples in it");
    FINNC_TRY(take_images(set, images));
    const finnc_tensor *names = find(bundle, class_names, COUNT(class_names), are_names, 0);
    if (!set->nclasses && names)
        FINNC_TRY(take_classes(set, names));
    return options->truth ? FINNC_OK : take_bundle_labels(set, bundle, options->labels);
}

/* ---- labels from a file of their own ---- */

static finnc_status take_text_labels(finnc_dataset *set, const fnc_texts *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        lines->items[i] = fnc_dataset_label_of_line(set, lines->items[i]);
    if (lines->count != set->count)
        return finnc_fail(set->cx, FINNC_BAD_VALUE, "%zu samples, but %zu labels", set->count,
                          lines->count);
    return fnc_dataset_resolve(set, lines->items, lines->count);
}

/* The arrays of a file, as far as it has such. */
typedef struct arrays {
    finnc_format format;
    finnc_bundle *bundle;
    finnc_tensor *samples, *labels;
} arrays;

static finnc_status read_arrays(finnc_ctx *cx, const char *path, arrays *a)
{
    *a = (arrays){.format = finnc_format_guess(path)};
    switch (a->format) {
    case FINNC_FORMAT_NPZ:
        return finnc_npz_read(cx, path, &a->bundle);
    case FINNC_FORMAT_NPY:
        return finnc_npy_read(cx, path, &a->samples);
    case FINNC_FORMAT_IDX:
        return finnc_idx_read(cx, path, &a->samples);
    case FINNC_FORMAT_CIFAR:
        return finnc_cifar_read(cx, path, &a->samples, &a->labels);
    case FINNC_FORMAT_UNKNOWN:
    case FINNC_FORMAT_PB:
    case FINNC_FORMAT_PICTURE:
    case FINNC_FORMAT_RAW:
        break;
    }
    return finnc_fail(cx, FINNC_UNSUPPORTED,
                      "%s: this is no data set that can be read: a folder, .npz, .npy, IDX, "
                      "CIFAR-10 binary",
                      path);
}

static void end_arrays(arrays *a)
{
    finnc_bundle_destroy(a->bundle);
    finnc_tensor_release(a->samples);
    finnc_tensor_release(a->labels);
}

static finnc_status read_text_truth(finnc_dataset *set, const char *path)
{
    fnc_texts lines = {0};
    finnc_status status = fnc_dataset_read_lines(set, path, &lines);
    FNC_AT_FILE(set->cx, path);
    if (status == FINNC_OK)
        status = take_text_labels(set, &lines);
    fnc_free(set->cx, lines.items);
    return status;
}

static finnc_status read_truth(finnc_dataset *set, const finnc_dataset_options *options)
{
    arrays a;
    const char *path = options->truth;
    if (finnc_format_guess(path) == FINNC_FORMAT_UNKNOWN)
        return read_text_truth(set, path);
    finnc_status status = read_arrays(set->cx, path, &a);
    FNC_AT_FILE(set->cx, path);
    if (status == FINNC_OK)
        status = a.bundle ? take_bundle_labels(set, a.bundle, options->labels)
                          : fnc_dataset_take_labels(set, a.labels ? a.labels : a.samples);
    end_arrays(&a);
    return status;
}

/* ---- all of it ---- */

static finnc_status take_arrays(finnc_dataset *set, const arrays *a,
                                const finnc_dataset_options *options)
{
    if (a->bundle)
        return take_bundle(set, a->bundle, options);
    FINNC_TRY(take_images(set, a->samples));
    if (a->format == FINNC_FORMAT_CIFAR)
        set->layout = "NCHW";
    else if (a->format == FINNC_FORMAT_IDX && finnc_tensor_rank(a->samples) == 3)
        set->layout = "NHW";
    if (options->truth)
        return FINNC_OK;
    return a->labels
               ? fnc_dataset_take_labels(set, a->labels)
               : finnc_fail(set->cx, FINNC_NOT_FOUND, "nothing says which class each sample is of");
}

finnc_status fnc_dataset_open_arrays(finnc_dataset *set, const char *path,
                                     const finnc_dataset_options *options)
{
    arrays a;
    finnc_status status = read_arrays(set->cx, path, &a);
    int depth = finnc_ctx_enter(set->cx, "", path, NULL);
    if (status == FINNC_OK)
        status = take_arrays(set, &a, options);
    finnc_ctx_leave(set->cx, depth);
    end_arrays(&a);
    return status == FINNC_OK && options->truth ? read_truth(set, options) : status;
}
