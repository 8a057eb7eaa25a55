/* FINN's configurations, out of graphs. */
#include "json_graph.h"

#include <finnc/config.h>
#include <finnc/op.h>

const char *const *finnc_config_attrs(finnc_config_kind kind)
{
    static const char *const specialize[] = {"preferred_impl_style", NULL};
    static const char *const folding[] = {"PE",
                                          "SIMD",
                                          "parallel_window",
                                          "ram_style",
                                          "resType",
                                          "mem_mode",
                                          "runtime_writeable_weights",
                                          "depth_trigger_uram",
                                          "depth_trigger_bram",
                                          NULL};
    static const char *const final[] = {"PE",
                                        "SIMD",
                                        "parallel_window",
                                        "ram_style",
                                        "depth",
                                        "impl_style",
                                        "resType",
                                        "mem_mode",
                                        "runtime_writeable_weights",
                                        "inFIFODepths",
                                        "outFIFODepths",
                                        "depth_trigger_uram",
                                        "depth_trigger_bram",
                                        NULL};
    static const char *const *const kinds[] = {[FINNC_CONFIG_SPECIALIZE] = specialize,
                                               [FINNC_CONFIG_FOLDING] = folding,
                                               [FINNC_CONFIG_FINAL] = final};
    return kinds[kind];
}

static bool has_scalars(finnc_attr_kind kind)
{
    return kind == FINNC_ATTR_INT || kind == FINNC_ATTR_INTS || kind == FINNC_ATTR_FLOAT ||
           kind == FINNC_ATTR_FLOATS || kind == FINNC_ATTR_STRING || kind == FINNC_ATTR_STRINGS;
}

static finnc_status put_attr(fnc_json *j, json_t *values, const finnc_node *node, const char *name)
{
    const finnc_attr_spec *spec = finnc_node_attr_spec(node, name);
    const finnc_attr *attr = finnc_node_find_attr(node, name);
    if (!spec)
        return FINNC_OK;
    if (!has_scalars(attr ? finnc_attr_get_kind(attr) : spec->kind))
        return finnc_fail(j->cx, FINNC_BAD_VALUE,
                          "attribute %s is no number, text or list, which a configuration holds",
                          name);
    if (attr)
        fnc_json_put(j, values, name, fnc_json_attr(j, attr));
    else if (spec->flags & FINNC_REQUIRED)
        return finnc_fail(j->cx, FINNC_BAD_VALUE, "attribute %s is missing", name);
    else if (spec->fallback) {
        json_t *value = json_loads(spec->fallback, JSON_DECODE_ANY, NULL);
        j->failed = j->failed || !value;
        fnc_json_put(j, values, name, value);
    }
    return FINNC_OK;
}

static finnc_status put_node(fnc_json *j, json_t *root, const finnc_node *node,
                             const char *const *attrs)
{
    const char *name = finnc_node_name(node);
    FNC_AT_NODE(j->cx, node);
    json_t *values = fnc_json_object(j);
    finnc_status status = FINNC_OK;
    for (; *attrs && status == FINNC_OK && !j->failed; attrs++)
        status = put_attr(j, values, node, *attrs);
    if (status != FINNC_OK || json_object_size(values) == 0) {
        json_decref(values);
        return status;
    }
    if (!*name || json_object_get(root, name)) {
        json_decref(values);
        return finnc_fail(j->cx, FINNC_BAD_VALUE,
                          "%s; GiveUniqueNodeNames gives each node a name of its own",
                          *name ? "another node has this name" : "it has no name");
    }
    fnc_json_put(j, root, name, values);
    return FINNC_OK;
}

finnc_status finnc_config_write(finnc_ctx *cx, const finnc_graph *graph, const char *const *attrs,
                                finnc_write_fn write, void *user)
{
    fnc_json j = {.cx = cx};
    json_t *root = fnc_json_object(&j);
    finnc_status status = FINNC_OK;
    fnc_json_put(&j, root, "Defaults", fnc_json_object(&j));
    finnc_foreach_node (node, graph) {
        status = put_node(&j, root, node, attrs);
        if (status != FINNC_OK || j.failed)
            break;
    }
    if (status == FINNC_OK && j.failed)
        status = j.status != FINNC_OK ? j.status : finnc_no_memory(cx);
    if (status == FINNC_OK)
        status = fnc_json_write(cx, root, FNC_JSON_FINN, write, user);
    json_decref(root);
    return status;
}
