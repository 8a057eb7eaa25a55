/* Labels in words and in numbers. */
#include "dataset.h"

#include <finnc/io.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

finnc_status fnc_texts_add(finnc_ctx *cx, fnc_texts *texts, const char *text)
{
    if (!text)
        return finnc_no_memory(cx);
    if (texts->count == texts->room) {
        size_t room = texts->room ? 2 * texts->room : 64, nbytes;
        const char **items =
            fnc_mul(room, sizeof *items, &nbytes) ? fnc_realloc(cx, texts->items, nbytes) : NULL;
        if (!items)
            return finnc_no_memory(cx);
        texts->items = items;
        texts->room = room;
    }
    texts->items[texts->count++] = text;
    return FINNC_OK;
}

/* ---- text ---- */

static finnc_status add_lines(finnc_dataset *set, const char *path, const fnc_backing *file,
                              fnc_texts *lines)
{
    FNC_AT_FILE(set->cx, path);
    const char *text = (const char *)file->data;
    if (memchr(text, 0, file->nbytes))
        return finnc_fail(set->cx, FINNC_BAD_FILE, "it has zero bytes in it: it is no text");
    for (size_t at = 0; at < file->nbytes;) {
        const char *end = memchr(text + at, '\n', file->nbytes - at);
        size_t length = end ? (size_t)(end - text) - at : file->nbytes - at, next = at + length + 1;
        while (length && strchr("\r\t ", text[at + length - 1]))
            length--;
        FINNC_TRY(fnc_texts_add(set->cx, lines, fnc_arena_strndup(&set->arena, text + at, length)));
        at = next;
    }
    while (lines->count && !lines->items[lines->count - 1][0]) /* empty lines at the end */
        lines->count--;
    return FINNC_OK;
}

finnc_status fnc_dataset_read_lines(finnc_dataset *set, const char *path, fnc_texts *lines)
{
    fnc_backing *file;
    FINNC_TRY(fnc_file_map(set->cx, path, &file));
    finnc_status status = file->nbytes ? add_lines(set, path, file, lines) : FINNC_OK;
    fnc_backing_release(file);
    return status;
}

bool fnc_dataset_is_number(const char *word, int64_t *number)
{
    *number = 0;
    for (const char *s = word; *s; s++)
        if (*s < '0' || *s > '9' || *number > (INT64_MAX - 9) / 10)
            return false;
        else
            *number = *number * 10 + (*s - '0');
    return *word != 0;
}

/* ---- lines of a list ---- */

static bool parts_words(char c)
{
    return c && strchr(" \t,", c);
}

bool fnc_dataset_is_sample(const char *name)
{
    finnc_format format = finnc_format_guess(name);
    return format == FINNC_FORMAT_PICTURE || format == FINNC_FORMAT_NPY;
}

/* The length of the shortest beginning that is a file's name, of the lengths that files have; 0. */
static size_t find_sample(const char *line)
{
    char name[4096];
    for (size_t n = 0; n < sizeof name && line[n]; n++) {
        if (parts_words(line[n])) {
            name[n] = 0;
            if (fnc_dataset_is_sample(name))
                return n;
        }
        name[n] = line[n];
    }
    return 0;
}

/* The place of the last character of `line` that is one of these, or its length. */
static size_t find_last(const char *line, const char *characters)
{
    size_t length = strlen(line), n = length;
    while (n && !strchr(characters, line[n - 1]))
        n--;
    return n ? n - 1 : length;
}

static const char *skip_parting(const char *text)
{
    while (parts_words(*text))
        text++;
    return text;
}

void fnc_dataset_cut_line(const char *line, const char **label, size_t *name_length)
{
    size_t n = find_sample(line);
    if (!n)
        n = find_last(line, " \t,");
    *label = line[n] ? skip_parting(line + n) : line;
    n = line[n] ? n : 0;
    while (n && parts_words(line[n - 1]))
        n--;
    *name_length = n;
}

static bool is_class(const finnc_dataset *set, const char *word)
{
    for (size_t i = 0; i < set->nclasses; i++)
        if (!strcmp(set->classes[i], word))
            return true;
    return false;
}

const char *fnc_dataset_label_of_line(const finnc_dataset *set, const char *line)
{
    int64_t number;
    line = skip_parting(line);
    size_t n = find_sample(line);
    if (!n && is_class(set, line))
        return line;
    if (!n)
        n = find_last(line, "\t,");
    if (!line[n]) {
        n = find_last(line, " ");
        if (line[n] && !fnc_dataset_is_number(line + n + 1, &number))
            return line;
    }
    return line[n] ? skip_parting(line + n) : line;
}

/* ---- words to numbers ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The words become the classes: sorted, each once. */
static finnc_status name_classes(finnc_dataset *set, const char *const *words, size_t count)
{
    set->classes = fnc_arena_copy(&set->arena, words, count * sizeof *words);
    if (!set->classes)
        return finnc_no_memory(set->cx);
    qsort(set->classes, count, sizeof *set->classes, by_text);
    for (size_t i = 0; i < count; i++)
        if (!set->nclasses || strcmp(set->classes[i], set->classes[set->nclasses - 1]) != 0)
            set->classes[set->nclasses++] = set->classes[i];
    return FINNC_OK;
}

/* Classes by name, for finding one among thousands. */
typedef struct named {
    const char *name;
    int64_t number;
} named;

static int by_name(const void *a, const void *b)
{
    const named *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

static int name_order(const void *a, const void *b)
{
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static finnc_status resolve_by_names(finnc_dataset *set, const char *const *words, size_t count)
{
    named *sorted = FNC_NEW_ARRAY(&set->arena, named, set->nclasses);
    if (!sorted)
        return finnc_no_memory(set->cx);
    for (size_t k = 0; k < set->nclasses; k++)
        sorted[k] = (named){set->classes[k], (int64_t)k};
    qsort(sorted, set->nclasses, sizeof *sorted, by_name);
    for (size_t i = 0; i < count; i++) {
        const named wanted = {.name = words[i]};
        const named *found = bsearch(&wanted, sorted, set->nclasses, sizeof wanted, name_order);
        if (found)
            set->labels[i] = found->number;
        else if (!fnc_dataset_is_number(words[i], &set->labels[i]))
            return finnc_fail(set->cx, FINNC_BAD_VALUE, "'%s' is none of the %zu classes", words[i],
                              set->nclasses);
    }
    return FINNC_OK;
}

finnc_status fnc_dataset_resolve(finnc_dataset *set, const char *const *words, size_t count)
{
    set->labels = FNC_NEW_ARRAY(&set->arena, int64_t, count);
    if (!set->labels)
        return finnc_no_memory(set->cx);
    bool are_numbers = !set->nclasses;
    for (size_t i = 0; are_numbers && i < count; i++)
        are_numbers = fnc_dataset_is_number(words[i], &set->labels[i]);
    if (are_numbers)
        return FINNC_OK;
    if (!set->nclasses)
        FINNC_TRY(name_classes(set, words, count));
    return resolve_by_names(set, words, count);
}

/* ---- an array of numbers ---- */

finnc_status fnc_dataset_take_labels(finnc_dataset *set, const finnc_tensor *labels)
{
    int64_t n = finnc_tensor_nelems(labels);
    if (n < 0 || (uint64_t)n != set->count)
        return finnc_fail(set->cx, FINNC_BAD_VALUE, "%zu samples, but %" PRId64 " labels",
                          set->count, n);
    set->labels = FNC_NEW_ARRAY(&set->arena, int64_t, set->count);
    if (!set->labels)
        return finnc_no_memory(set->cx);
    for (int64_t i = 0; i < n; i++) {
        set->labels[i] = finnc_tensor_get_int(labels, i);
        if (set->labels[i] < 0 || (double)set->labels[i] != finnc_tensor_get(labels, i))
            return finnc_fail(set->cx, FINNC_BAD_VALUE,
                              "label %" PRId64 " is %g, which is no number of a class", i,
                              finnc_tensor_get(labels, i));
    }
    return FINNC_OK;
}
