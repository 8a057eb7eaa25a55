/* Derivatives of ops, for the expansion of Gradient nodes: the rows of gradients.def. */
#ifndef FNC_GRADIENT_H
#define FNC_GRADIENT_H

#include "../ir/ir.h"

/* A row; its fields as gradients.def has them. */
typedef struct fnc_gradient {
    const char *op; /* with its domain in front, unless that is ONNX's */
    int until;
    const char *when;
    const char *text; /* NULL: no gradient comes through, or */
    const char *why;  /* the reason that none can be given; NULL */
} fnc_gradient;

/* The value that name `i` of an attribute of a Gradient node means; NOT_FOUND: none. */
FINNC_MUST_USE finnc_status fnc_gradient_need_value(finnc_ctx *cx, const finnc_node *node,
                                                    const char *attr, size_t i,
                                                    finnc_value **value);
/* All rows; NULL past the end. */
const fnc_gradient *fnc_gradient_at(size_t i);
/* The row for a node, or NULL. */
const fnc_gradient *fnc_gradient_find(const finnc_node *node);
/* A model that holds the texts as functions, and what they call. */
FINNC_MUST_USE finnc_status fnc_gradient_library(finnc_ctx *cx, finnc_model **library);
/* The function that a row's text became. */
const fnc_function *fnc_gradient_function(const finnc_model *library, const fnc_gradient *row);
/* One of those that the texts call, by its name. */
const fnc_function *fnc_gradient_helper(const finnc_model *library, const char *name);

#endif
