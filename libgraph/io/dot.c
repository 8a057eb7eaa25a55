#include "dot_graph.h"

#include "../base/sink.h"

#include <stdio.h>

/* Where cgraph writes to. */
typedef struct channel {
    fnc_sink sink;
    finnc_status status;
} channel;

static int put_text(void *chan, const char *text)
{
    channel *c = chan;
    fnc_buf_puts(&c->sink.buf, text);
    if (c->status == FINNC_OK)
        c->status = fnc_sink_flow(&c->sink);
    return c->status == FINNC_OK ? 0 : EOF;
}

static int flush_text(void *chan)
{
    (void)chan;
    return 0;
}

static finnc_status write_graph(finnc_ctx *cx, Agraph_t *graph, finnc_write_fn write, void *user)
{
    Agiodisc_t io = {.putstr = put_text, .flush = flush_text};
    channel c = {.status = FINNC_OK};
    fnc_sink_init(&c.sink, cx, write, user);
    Agiodisc_t *before = graph->clos->disc.io;
    graph->clos->disc.io = &io;
    int failed = agwrite(graph, &c);
    graph->clos->disc.io = before;
    if (failed && c.status == FINNC_OK)
        c.status = finnc_fail(cx, FINNC_BAD_FILE, "Graphviz cannot write the drawing: %s",
                              fnc_dot_complaint());
    return fnc_sink_end(&c.sink, c.status);
}

finnc_status finnc_dot_write(finnc_ctx *cx, const finnc_model *model, finnc_write_fn write,
                             void *user)
{
    fnc_dot_session session;
    Agraph_t *graph;
    fnc_dot_enter(&session);
    finnc_status status = fnc_dot_build(cx, model, &graph);
    if (status == FINNC_OK) {
        status = write_graph(cx, graph, write, user);
        agclose(graph);
    }
    fnc_dot_leave(&session);
    return status;
}
