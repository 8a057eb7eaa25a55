/* Samples that are files: a folder for each class, or a flat folder and a list of labels. */
#include "dataset.h"

#include "file.h"

#include <finnc/io.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What is in a folder, hidden files left out, in the order of the names. */
static finnc_status list_folder(finnc_dataset *set, const char *path, fnc_texts *entries)
{
    DIR *dir = opendir(path);
    finnc_status status = FINNC_OK;
    if (!dir)
        return fnc_file_fail(set->cx, "cannot open the folder", errno);
    for (struct dirent *entry; status == FINNC_OK && (entry = readdir(dir));)
        if (entry->d_name[0] != '.')
            status = fnc_texts_add(set->cx, entries, fnc_arena_strdup(&set->arena, entry->d_name));
    closedir(dir);
    if (entries->count)
        qsort(entries->items, entries->count, sizeof *entries->items, by_text);
    return status;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Takes files and, for each, the word for its class. */
static finnc_status take(finnc_dataset *set, const fnc_texts *files, const fnc_texts *words)
{
    set->count = files->count;
    set->layout = finnc_format_guess(files->items[0]) == FINNC_FORMAT_PICTURE ? "NCHW" : NULL;
    set->names = fnc_arena_copy(&set->arena, files->items, files->count * sizeof *files->items);
    if (!set->names)
        return finnc_no_memory(set->cx);
    return fnc_dataset_resolve(set, words->items, words->count);
}

/* ---- a folder for each class ---- */

static finnc_status add_class(finnc_dataset *set, const char *name, fnc_texts *files,
                              fnc_texts *words)
{
    fnc_texts entries = {0};
    const char *path = fnc_arena_printf(&set->arena, "%s/%s", set->folder, name);
    if (!path)
        return finnc_no_memory(set->cx);
    finnc_status status = FINNC_OK;
    if (is_folder(path))
        status = list_folder(set, path, &entries);
    for (size_t i = 0; i < entries.count && status == FINNC_OK; i++) {
        if (!fnc_dataset_is_sample(entries.items[i]))
            continue;
        status = fnc_texts_add(set->cx, files,
                               fnc_arena_printf(&set->arena, "%s/%s", name, entries.items[i]));
        if (status == FINNC_OK)
            status = fnc_texts_add(set->cx, words, name);
    }
    fnc_free(set->cx, entries.items);
    return status;
}

static finnc_status find_classes(finnc_dataset *set, const char *path, fnc_texts *files,
                                 fnc_texts *words)
{
    FNC_AT_FILE(set->cx, path);
    fnc_texts entries = {0};
    bool has_files = false;
    finnc_status status = list_folder(set, set->folder, &entries);
    for (size_t i = 0; i < entries.count && status == FINNC_OK; i++) {
        has_files |= fnc_dataset_is_sample(entries.items[i]);
        status = add_class(set, entries.items[i], files, words);
    }
    fnc_free(set->cx, entries.items);
    if (status == FINNC_OK && !files->count)
        status = finnc_fail(set->cx, FINNC_NOT_FOUND, "%s",
                            has_files ? "nothing says which class each picture is of: neither a "
                                        "folder for each class nor a list of labels"
                                      : "there are no pictures in it, nor samples as .npy");
    return status;
}

/* ---- a list ---- */

static finnc_status add_listed(finnc_dataset *set, const char *path, const fnc_texts *lines,
                               fnc_texts *files, fnc_texts *words)
{
    FNC_AT_FILE(set->cx, path);
    for (size_t i = 0; i < lines->count; i++) {
        const char *label;
        size_t length;
        if (!lines->items[i][0] || lines->items[i][0] == '#')
            continue;
        fnc_dataset_cut_line(lines->items[i], &label, &length);
        if (!length)
            return finnc_fail(set->cx, FINNC_BAD_FILE,
                              "line %zu is '%s', which is no picture and its class", i + 1,
                              lines->items[i]);
        FINNC_TRY(
            fnc_texts_add(set->cx, files, fnc_arena_strndup(&set->arena, lines->items[i], length)));
        FINNC_TRY(fnc_texts_add(set->cx, words, label));
    }
    return files->count ? FINNC_OK
                        : finnc_fail(set->cx, FINNC_BAD_FILE, "there are no labels in it");
}

static finnc_status read_list(finnc_dataset *set, const char *path, fnc_texts *files,
                              fnc_texts *words)
{
    fnc_texts lines = {0};
    finnc_status status = fnc_dataset_read_lines(set, path, &lines);
    if (status == FINNC_OK)
        status = add_listed(set, path, &lines, files, words);
    fnc_free(set->cx, lines.items);
    return status;
}

finnc_status fnc_dataset_open_folder(finnc_dataset *set, const char *path,
                                     const finnc_dataset_options *options)
{
    fnc_texts files = {0}, words = {0};
    set->folder = fnc_arena_strdup(&set->arena, path);
    if (!set->folder)
        return finnc_no_memory(set->cx);
    finnc_status status = options->truth ? read_list(set, options->truth, &files, &words)
                                         : find_classes(set, path, &files, &words);
    if (status == FINNC_OK)
        status = take(set, &files, &words);
    fnc_free(set->cx, files.items);
    fnc_free(set->cx, words.items);
    return status;
}
