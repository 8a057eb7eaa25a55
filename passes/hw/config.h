/* A configuration of layers, FINN's JSON, and what of it is for a node. */
#ifndef FNC_CONFIG_H
#define FNC_CONFIG_H

#include <finnc/graph.h>

#include <jansson.h>

typedef struct fnc_config {
    finnc_ctx *cx;
    json_t *root;
    const json_t *defaults; /* attribute: [value, op types, ...]; NULL: none */
    json_t *by_place;       /* "MVAU_3": the entry for the fourth MVAU of whichever style */
    json_t *used;           /* entries that some node had */
} fnc_config;

/* Reads `text`: JSON that is the configuration, or the name of a file as JSON text. BAD_FILE,
 * NOT_FOUND; BAD_VALUE if it is no configuration, with what is wrong. */
FINNC_MUST_USE finnc_status fnc_config_read(finnc_ctx *cx, const char *text,
                                            const finnc_graph *graph, fnc_config *config);
void fnc_config_clear(fnc_config *config);

/* The entry of a node, `place` being its number among those of its op, or NULL. By its name, or as
 * FINN before it had styles called it: StreamingFCLayer_Batch_3 is the fourth MVAU. */
const json_t *fnc_config_find(fnc_config *config, const finnc_node *node, size_t place);
/* The entry that no node had, from `*at` on (0 at the beginning); NULL: no more. */
const char *fnc_config_next_unused(const fnc_config *config, void **at);

/* Is a default said for the node's op type? "all" is for every one. `types` is what stands behind
 * a value: a text or a list. */
bool fnc_config_is_for(const json_t *types, const finnc_node *node);

#endif
