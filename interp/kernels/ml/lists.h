/* What the operators of ai.onnx.ml keep in attributes: lists of strings or numbers, and the places
 * of keys in them. */
#ifndef FNC_ML_LISTS_H
#define FNC_ML_LISTS_H

#include "../../kernel.h"

/* The list that is there of `names` (ends with NULL), which are attributes of one meaning and
 * several kinds: INTS, FLOATS, STRINGS or a TENSOR. `list` is of rank 1; its elements are as the
 * attribute has them (INT64, FLOAT, STRING, the tensor's). Two lists that hold something are
 * BAD_VALUE; none at all leaves `list` without an element type. */
FINNC_MUST_USE finnc_status fnc_attr_list(fnc_call *call, const char *const *names,
                                          fnc_array *list);
/* The same, but absence is BAD_VALUE. */
FINNC_MUST_USE finnc_status fnc_attr_need_list(fnc_call *call, const char *const *names,
                                               fnc_array *list);
/* The same list, of numbers, as doubles; NULL and 0 if it is absent. */
FINNC_MUST_USE finnc_status fnc_attr_numbers(fnc_call *call, const char *const *names,
                                             const double **x, int64_t *count);
/* An attribute that has but one name. */
FINNC_MUST_USE finnc_status fnc_attr_doubles(fnc_call *call, const char *name, const double **x,
                                             int64_t *count);
/* BAD_VALUE unless the attribute `name` has as many entries as others of its family. */
FINNC_MUST_USE finnc_status fnc_attr_need_count(fnc_call *call, const char *name, int64_t have,
                                                int64_t want);
/* INTS and numbers of a given count. */
FINNC_MUST_USE finnc_status fnc_attr_ints_of(fnc_call *call, const char *name, int64_t want,
                                             const int64_t **ints);
FINNC_MUST_USE finnc_status fnc_attr_numbers_of(fnc_call *call, const char *const *names,
                                                int64_t want, const double **x);
/* A list of numbers as doubles. */
FINNC_MUST_USE finnc_status fnc_list_doubles(fnc_call *call, const fnc_array *list,
                                             const double **x);

/* Where a key stands in a list; of equal keys the last. */
typedef struct fnc_keys {
    const finnc_string *strings; /* the keys: either these or */
    const uint64_t *bits;        /* these */
    int64_t *slots;              /* a hash table of places; -1: empty */
    uint64_t mask;               /* its size less one */
} fnc_keys;
/* Keys are strings or numbers. Floats are equal as numbers are, and all NaNs are one key. */
FINNC_MUST_USE finnc_status fnc_keys_init(fnc_call *call, const fnc_array *list, fnc_keys *keys);
/* The places of the elements of `x`, of the keys' type, in scratch; -1: not in the list. */
FINNC_MUST_USE finnc_status fnc_keys_find_all(fnc_call *call, const fnc_keys *keys,
                                              const fnc_array *x, const int64_t **places);

#endif
