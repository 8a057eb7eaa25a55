/* FINN's configurations: a JSON file that says which attributes the layers of a graph have, by the
 * layers' names. The pass ApplyConfig sets a graph's attributes by one. */
#ifndef FINNC_CONFIG_H
#define FINNC_CONFIG_H

#include <finnc/graph.h>
#include <finnc/io.h>

FINNC_BEGIN_DECLS

/** The configurations that FINN's builder writes. */
typedef enum finnc_config_kind {
    FINNC_CONFIG_SPECIALIZE, /**< template_specialize_layers_config.json */
    FINNC_CONFIG_FOLDING,    /**< auto_folding_config.json */
    FINNC_CONFIG_FINAL       /**< final_hw_config.json */
} finnc_config_kind;

/** The attributes that such a configuration holds, ended by NULL. */
FINNC_API const char *const *finnc_config_attrs(finnc_config_kind kind);

/** Writes, as FINN's extract_model_config_to_json, {"Defaults": {}, NAME: {ATTRIBUTE: value}}: the
 * nodes of a graph in their order, each with those of `attrs` (ended by NULL) that its op has, with
 * the node's value or the op's default. Nodes with none of them are left out. BAD_VALUE: a node
 * lacks a name or an attribute that it needs, two have the same name, or an attribute is no number,
 * text or list of them. */
FINNC_API FINNC_MUST_USE finnc_status finnc_config_write(finnc_ctx *cx, const finnc_graph *graph,
                                                         const char *const *attrs,
                                                         finnc_write_fn write, void *user);

FINNC_END_DECLS
#endif
