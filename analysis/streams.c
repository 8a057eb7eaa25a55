#include "streams.h"

#include <base/compiler.h>

#include <finnc/op.h>

#include <string.h>

/* FINN marks its layers by an attribute, and by the domain or one below it. */
static bool is_hardware(const finnc_node *node)
{
    static const char domain[] = "finn.custom_op.fpgadataflow";
    const size_t n = sizeof domain - 1;
    const char *own = finnc_node_domain(node);
    if (!strcmp(finnc_node_string(node, "backend", ""), "fpgadataflow"))
        return true;
    return !strncmp(own, domain, n) && (own[n] == '\0' || own[n] == '.');
}

static bool is_unknown(const finnc_node *node)
{
    return is_hardware(node) && !finnc_layer_find(node) &&
           !finnc_node_has_trait(node, FINNC_OP_PARTITION);
}

finnc_status fnc_streams_need_known(finnc_ctx *cx, const finnc_graph *graph)
{
    const finnc_node *first = NULL;
    size_t n = 0;
    finnc_foreach_node (node, graph) {
        if (!is_unknown(node))
            continue;
        first = first ? first : node;
        n++;
    }
    if (!first)
        return FINNC_OK;
    FNC_AT_NODE(cx, first);
    if (n > 1)
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "is no hardware layer that is known, nor are %zu other nodes that call "
                          "themselves one",
                          n - 1);
    return finnc_fail(cx, FINNC_UNSUPPORTED,
                      "is no hardware layer that is known, though it calls itself one (%s)",
                      finnc_node_domain(first));
}

finnc_status fnc_streams_need_one_reader(finnc_ctx *cx, const finnc_node *reader,
                                         const finnc_value *value)
{
    const size_t n = finnc_value_nuses(value) + finnc_value_is_output(value);
    if (n <= 1)
        return FINNC_OK;
    FNC_AT_NODE(cx, reader);
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "its input %s is read %zu times%s: a stream is read once, see "
                      "InferDuplicateStreamsLayer",
                      finnc_value_name(value), n,
                      finnc_value_is_output(value) ? ", once as the graph's output" : "");
}
