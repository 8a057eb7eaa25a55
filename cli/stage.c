#include "stage.h"

#include <string.h>

enum { MAX_PATH = 4096 };

/* "NAME/a/b.onnx" for a/b.onnx and for /a/b.onnx; `..` becomes a folder as any other. */
static finnc_status path_of(cli *c, const char *name, const char *model, char path[MAX_PATH])
{
    size_t n = (size_t)snprintf(path, MAX_PATH, "%s", name);
    for (const char *part = model; *part && n < MAX_PATH;) {
        const size_t length = strcspn(part, "/");
        const bool is_up = length == 2 && !strncmp(part, "..", 2);
        if (length && !(length == 1 && *part == '.'))
            n += (size_t)snprintf(path + n, MAX_PATH - n, "/%.*s", is_up ? 2 : (int)length,
                                  is_up ? "up" : part);
        part += length + (part[length] == '/');
    }
    return n < MAX_PATH ? FINNC_OK
                        : finnc_fail(c->cx, FINNC_BAD_VALUE, "--dump-dir: the name is too long");
}

/* What is no file that can be opened stays where it is, which is told when it is written. */
static finnc_status move(cli *c, finnc_node *node, const char *name)
{
    char from[MAX_PATH], to[MAX_PATH];
    finnc_model *part;
    finnc_status status = finnc_node_partition(node)
                              ? FINNC_OK
                              : finnc_node_find_partition(c->cx, node, from, sizeof from);
    if (status == FINNC_NOT_FOUND || status == FINNC_BAD_FILE) {
        finnc_ctx_clear(c->cx);
        return FINNC_OK;
    }
    FINNC_TRY(status);
    FINNC_TRY(path_of(c, name, finnc_node_string(node, "model", ""), to));
    FINNC_TRY(finnc_node_open_partition(c->cx, node, from, sizeof from, &part));
    status = finnc_node_set_partition(c->cx, node, to, part);
    if (status != FINNC_OK)
        finnc_model_destroy(part);
    return status;
}

static finnc_status move_all(cli *c, finnc_graph *graph, const char *name)
{
    finnc_foreach_node (node, graph) {
        finnc_graph *body;
        if (finnc_node_has_trait(node, FINNC_OP_PARTITION) && *finnc_node_string(node, "model", ""))
            FINNC_TRY(move(c, node, name));
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(move_all(c, body, name));
    }
    return FINNC_OK;
}

static bool has_partitions(const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const finnc_graph *body;
        if (finnc_node_has_trait(node, FINNC_OP_PARTITION))
            return true;
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            if (has_partitions(body))
                return true;
    }
    return false;
}

finnc_status cli_stage_write(cli *c, const finnc_model *model, const char *folder, const char *name)
{
    char path[MAX_PATH];
    finnc_model *moved = NULL;
    finnc_status status = FINNC_OK;
    const int n = snprintf(path, sizeof path, "%s/%s.onnx", folder, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return finnc_fail(c->cx, FINNC_BAD_VALUE, "--dump-dir: the name is too long");
    if (has_partitions(finnc_model_graph(model))) {
        FINNC_TRY(finnc_model_clone(c->cx, model, &moved));
        status = move_all(c, finnc_model_graph(moved), name);
    }
    if (status == FINNC_OK)
        status = finnc_model_write(c->cx, moved ? moved : model, path, FINNC_EXTERNAL_KEEP);
    finnc_model_destroy(moved);
    return status;
}
