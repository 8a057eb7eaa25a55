#include "uncounted.h"

#include <stdio.h>
#include <string.h>

/* Where the partition's model lies, or, if it cannot be found there, what the model says of it. */
static const char *file_of(cli *c, const finnc_node *node, char *path, size_t size)
{
    if (finnc_node_find_partition(c->cx, node, path, size) == FINNC_OK)
        return path;
    finnc_ctx_clear(c->cx);
    return finnc_node_string(node, "model", "");
}

void cli_uncounted_note(cli *c, const finnc_model *model)
{
    char path[4096], text[4096 + 512];
    finnc_foreach_node (node, finnc_model_graph(model)) {
        if (c->is_quiet || !finnc_node_has_trait(node, FINNC_OP_PARTITION))
            continue;
        const char *name = finnc_node_name(node);
        snprintf(text, sizeof text, "its partition %.200s is not counted: finnc cost %s",
                 name[0] ? name : finnc_node_op_type(node), file_of(c, node, path, sizeof path));
        cli_say(c, CLI_DIM, "note", text);
    }
}
