/* Building the JSON of a model: helpers that remember a failure instead of passing it up, and the
 * part that describes a graph. */
#ifndef FNC_JSON_GRAPH_H
#define FNC_JSON_GRAPH_H

#include "../base/json.h"
#include "../ir/ir.h"

#include <finnc/io.h>

#include <jansson.h>

typedef struct fnc_json {
    finnc_ctx *cx;
    bool weights;
    bool failed;         /* jansson ran out of memory */
    finnc_status status; /* or this went wrong, with words */
    int64_t nodes, parameters;
    json_t *parameter_bits; /* by data type; NULL once the totals are told */
    double macs;
} fnc_json;

json_t *fnc_json_object(fnc_json *j);
json_t *fnc_json_array(fnc_json *j);
json_t *fnc_json_int(fnc_json *j, int64_t x);
/* NaN and the infinities, which JSON lacks, become "nan", "inf" and "-inf". */
json_t *fnc_json_real(fnc_json *j, double x);
/* Bytes that are no UTF-8 become U+FFFD. */
json_t *fnc_json_text(fnc_json *j, const char *text);
json_t *fnc_json_string(fnc_json *j, finnc_string string);
/* These take `value` over. A key that is there is replaced; names of a model, which may be alike
 * once they are repaired, have a number behind them then. */
void fnc_json_put_name(fnc_json *j, json_t *object, const char *name, json_t *value);
void fnc_json_put(fnc_json *j, json_t *object, const char *key, json_t *value);
void fnc_json_append(fnc_json *j, json_t *array, json_t *value);
/* The elements of a tensor, in one flat array. */
json_t *fnc_json_elements(fnc_json *j, const finnc_tensor *tensor);

/* A number, a text or a list of them; tensors and subgraphs are described. */
json_t *fnc_json_attr(fnc_json *j, const finnc_attr *attr);

/* Puts inputs, outputs, nodes and tensors of a graph into `object`, and adds to the totals. */
void fnc_json_add_graph(fnc_json *j, json_t *object, const finnc_graph *graph);

#endif
