/* The body of a data set, for the files that fill one. */
#ifndef FNC_DATASET_H
#define FNC_DATASET_H

#include "../base/text.h"
#include "../ir/ir.h"

#include <finnc/dataset.h>

struct finnc_dataset {
    finnc_ctx *cx;
    fnc_arena arena;
    size_t count;
    int64_t *labels;
    /* Files, one a sample: */
    const char *folder;
    const char **names; /* paths within the folder; NULL: the samples are rows of `images` */
    /* or rows of one array: */
    const finnc_tensor *images; /* retained */
    const uint8_t *data;
    size_t row_bytes;
    const char *layout;   /* of a sample; NULL: not known */
    const char **classes; /* names, or NULL */
    size_t nclasses;
    bool has_all_classes;   /* they are a list, not the words that samples are labelled with */
    const char *class_list; /* where that list is from */
};

/* Growing lists of texts that live in the data set's arena. */
typedef struct fnc_texts {
    const char **items; /* fnc_free's */
    size_t count, room;
} fnc_texts;
FINNC_MUST_USE finnc_status fnc_texts_add(finnc_ctx *cx, fnc_texts *texts, const char *text);

/* Reads the text file `path` into lines without their ends; the lines lie in the arena. */
FINNC_MUST_USE finnc_status fnc_dataset_read_lines(finnc_dataset *set, const char *path,
                                                   fnc_texts *lines);
/* Numbers for labels that are said in words: the number of the class of that name; without names
 * the number that the word is, or, if one is none, its place among all words, which become the
 * classes' names. */
FINNC_MUST_USE finnc_status fnc_dataset_resolve(finnc_dataset *set, const char *const *words,
                                                size_t count);
/* Labels from an array of class numbers, one for each of `set->count` samples. */
FINNC_MUST_USE finnc_status fnc_dataset_take_labels(finnc_dataset *set, const finnc_tensor *labels);
/* Is a file of that name a sample? */
bool fnc_dataset_is_sample(const char *name);
/* Cuts a line "NAME  LABEL" in two: behind the first name of a sample's file, so that classes may
 * be of several words, or at the last blank, tab or comma; NAME is "" if there is no such. */
void fnc_dataset_cut_line(const char *line, const char **label, size_t *name_length);
/* The label that a line is, one for each row of an array: all of it, unless it has a file's name in
 * front, or something before a comma, a tab, or before a blank and a number. */
const char *fnc_dataset_label_of_line(const finnc_dataset *set, const char *line);
/* A number from 0, and nothing else? */
bool fnc_dataset_is_number(const char *word, int64_t *number);

/* Samples from a folder, and from a file of arrays. */
FINNC_MUST_USE finnc_status fnc_dataset_open_folder(finnc_dataset *set, const char *path,
                                                    const finnc_dataset_options *options);
FINNC_MUST_USE finnc_status fnc_dataset_open_arrays(finnc_dataset *set, const char *path,
                                                    const finnc_dataset_options *options);

#endif
