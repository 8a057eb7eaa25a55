#include "dataset.h"

#include <finnc/io.h>

#include <string.h>
#include <sys/stat.h>

static finnc_status read_classes(finnc_dataset *set, const char *path)
{
    fnc_texts lines = {0};
    finnc_status status = fnc_dataset_read_lines(set, path, &lines);
    if (status == FINNC_OK && lines.count == 0)
        status =
            finnc_fail(set->cx, FINNC_BAD_FILE, "%s: there are no names of classes in it", path);
    if (status == FINNC_OK) {
        set->classes = fnc_arena_copy(&set->arena, lines.items, lines.count * sizeof *lines.items);
        set->nclasses = lines.count;
        set->has_all_classes = true;
        status = set->classes ? FINNC_OK : finnc_no_memory(set->cx);
    }
    fnc_free(set->cx, lines.items);
    return status;
}

static finnc_status note_class_list(finnc_dataset *set, const char *path)
{
    if (!set->has_all_classes)
        return FINNC_OK;
    set->class_list = fnc_arena_strdup(&set->arena, path);
    return set->class_list ? FINNC_OK : finnc_no_memory(set->cx);
}

/* A label beyond the named classes would be counted under no name. */
static finnc_status check_labels(const finnc_dataset *set)
{
    for (size_t i = 0; set->nclasses && i < set->count; i++)
        if (set->labels[i] >= (int64_t)set->nclasses)
            return finnc_fail(set->cx, FINNC_BAD_VALUE,
                              "sample %zu is of class %lld, there are %zu classes", i,
                              (long long)set->labels[i], set->nclasses);
    return FINNC_OK;
}

static finnc_status fill(finnc_dataset *set, const char *path, const finnc_dataset_options *options)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return finnc_fail(set->cx, FINNC_NOT_FOUND, "%s: there is no such file or folder", path);
    if (S_ISDIR(info.st_mode))
        FINNC_TRY(fnc_dataset_open_folder(set, path, options));
    else
        FINNC_TRY(fnc_dataset_open_arrays(set, path, options));
    FINNC_TRY(note_class_list(set, options->classes ? options->classes : path));
    return check_labels(set);
}

finnc_status finnc_dataset_open(finnc_ctx *cx, const char *path,
                                const finnc_dataset_options *options, finnc_dataset **dataset)
{
    static const finnc_dataset_options none;
    finnc_dataset *set = fnc_alloc(cx, sizeof *set);
    if (!set)
        return finnc_no_memory(cx);
    set->cx = cx;
    fnc_arena_init(&set->arena, cx);
    options = options ? options : &none;
    finnc_status status = options->classes ? read_classes(set, options->classes) : FINNC_OK;
    if (status == FINNC_OK)
        status = fill(set, path, options);
    if (status != FINNC_OK) {
        finnc_dataset_destroy(set);
        return status;
    }
    *dataset = set;
    return FINNC_OK;
}

void finnc_dataset_destroy(finnc_dataset *set)
{
    if (!set)
        return;
    finnc_tensor_release(set->images);
    fnc_arena_clear(&set->arena);
    fnc_free(set->cx, set);
}

size_t finnc_dataset_count(const finnc_dataset *set)
{
    return set->count;
}

int64_t finnc_dataset_label(const finnc_dataset *set, size_t i)
{
    return set->labels[i];
}

const char *finnc_dataset_name(const finnc_dataset *set, size_t i)
{
    return set->names ? set->names[i] : NULL;
}

const char *finnc_dataset_layout(const finnc_dataset *set)
{
    return set->layout;
}

size_t finnc_dataset_nclasses(const finnc_dataset *set)
{
    return set->nclasses;
}

const char *finnc_dataset_class(const finnc_dataset *set, int64_t class_number)
{
    bool is_named = class_number >= 0 && (uint64_t)class_number < set->nclasses;
    return is_named ? set->classes[class_number] : NULL;
}

const char *finnc_dataset_class_list(const finnc_dataset *set)
{
    return set->class_list;
}

/* ---- reading ---- */

static void keep_nothing(void *user)
{
    (void)user;
}

/* An array by itself is a sample; pictures come with the first axis. */
static finnc_status read_file(finnc_ctx *cx, const char *path, finnc_tensor **sample)
{
    int64_t dims[FINNC_MAX_RANK] = {1};
    finnc_tensor *array;
    if (finnc_format_guess(path) != FINNC_FORMAT_NPY)
        return finnc_image_read(cx, path, sample);
    FINNC_TRY(finnc_npy_read(cx, path, &array));
    int rank = finnc_tensor_rank(array);
    finnc_status status = FINNC_OK;
    if (rank >= FINNC_MAX_RANK)
        status = finnc_fail(cx, FINNC_UNSUPPORTED, "%s: an array of rank %d", path, rank);
    for (int i = 0; i < rank && status == FINNC_OK; i++)
        dims[i + 1] = finnc_tensor_dim(array, i);
    if (status == FINNC_OK)
        status = finnc_tensor_reshape(cx, array, rank + 1, dims, sample);
    finnc_tensor_release(array);
    return status;
}

static finnc_status read_row(finnc_ctx *cx, const finnc_dataset *set, size_t i,
                             finnc_tensor **sample)
{
    int64_t dims[FINNC_MAX_RANK];
    int rank = finnc_tensor_rank(set->images);
    memcpy(dims, finnc_tensor_dims(set->images), (size_t)rank * sizeof *dims);
    dims[0] = 1;
    return finnc_tensor_create_view(cx, finnc_tensor_elem(set->images), rank, dims,
                                    set->data + i * set->row_bytes, keep_nothing, NULL, sample);
}

finnc_status finnc_dataset_read(finnc_ctx *cx, const finnc_dataset *set, size_t i,
                                finnc_tensor **sample)
{
    if (!set->names)
        return read_row(cx, set, i, sample);
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    const char *path = fnc_arena_printf(&scratch, "%s/%s", set->folder, set->names[i]);
    finnc_status status = path ? read_file(cx, path, sample) : finnc_no_memory(cx);
    fnc_arena_clear(&scratch);
    return status;
}
