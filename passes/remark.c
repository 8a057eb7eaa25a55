#include "engine.h"

#include <base/buf.h>

#include <finnc/graph.h>

#include <stdio.h>

void fnc_remark_v(fnc_manager *manager, finnc_remark_kind kind, const char *pass,
                  const finnc_node *node, const char *format, va_list args)
{
    if (!fnc_listens(manager))
        return;
    char text[512]; /* a line; what is longer is cut */
    vsnprintf(text, sizeof text, format, args);
    finnc_remark remark = {
        .kind = kind,
        .pass = pass,
        .node = node ? finnc_node_name(node) : "",
        .op_type = node ? finnc_node_op_type(node) : "",
        .text = text,
        .rewrite = kind == FINNC_REMARK_APPLIED ? manager->rewrites : 0,
    };
    manager->options.remark(manager->options.user, &remark);
}

void fnc_remark(fnc_manager *manager, finnc_remark_kind kind, const char *pass,
                const finnc_node *node, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fnc_remark_v(manager, kind, pass, node, format, args);
    va_end(args);
}
