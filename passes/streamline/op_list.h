/* A parameter that is a list of op types: ["Add", "Mul"]. */
#ifndef FNC_STREAMLINE_OP_LIST_H
#define FNC_STREAMLINE_OP_LIST_H

#include <pass.h>

#include <jansson.h>

/** Reads the parameter; the caller ends it with json_decref. Fails with BAD_VALUE if it is no list
 *  of strings. */
finnc_status fnc_op_list_read(const finnc_pass_run *run, const char *param, json_t **list);
bool fnc_op_list_has(const json_t *list, const finnc_node *node);

#endif
