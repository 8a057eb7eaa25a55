/* Laying out and rendering, by Graphviz' libgvc. It is looked for when it is needed: programs start
 * faster without it and its plugins, and DOT text needs none of it. */
#include "dot_graph.h"

#include <finnc/io.h>

#include <dlfcn.h>
#include <string.h>

/* From <graphviz/gvc.h>, which is not included: nothing here is linked with it. */
typedef struct GVC_s GVC_t;
typedef struct renderer {
    GVC_t *(*context)(void);
    int (*layout)(GVC_t *gvc, Agraph_t *graph, const char *engine);
    int (*render)(GVC_t *gvc, Agraph_t *graph, const char *format, char **data,
                  unsigned int *length);
    void (*free_data)(char *data);
    int (*free_layout)(GVC_t *gvc, Agraph_t *graph);
} renderer;

static finnc_status find_renderer(finnc_ctx *cx, renderer *r)
{
    /* Never closed: its plugins don't expect to be. */
    void *library = dlopen("libgvc.so.6", RTLD_LAZY | RTLD_LOCAL);
    const struct {
        void *function;
        const char *name;
    } wanted[] = {
        {&r->context, "gvContext"},        {&r->layout, "gvLayout"},
        {&r->render, "gvRenderData"},      {&r->free_data, "gvFreeRenderData"},
        {&r->free_layout, "gvFreeLayout"},
    };
    for (size_t i = 0; library && i < sizeof wanted / sizeof *wanted; i++) {
        /* A void * that holds a function: POSIX promises it for dlsym. Copied, since no pointer of
         * one type may be written through one of another. */
        void *symbol = dlsym(library, wanted[i].name);
        memcpy(wanted[i].function, &symbol, sizeof symbol);
        if (!symbol)
            library = NULL;
    }
    if (!library)
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "drawing needs Graphviz' renderer (on Debian: apt-get install libgvc6); "
                          "the format dot does without it");
    return FINNC_OK;
}

static finnc_status render(finnc_ctx *cx, const renderer *r, GVC_t *gvc, Agraph_t *graph,
                           const char *format, finnc_write_fn write, void *user)
{
    char *data = NULL;
    unsigned int length = 0;
    if (r->layout(gvc, graph, "dot") != 0)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "Graphviz cannot lay the drawing out: %s",
                          fnc_dot_complaint());
    finnc_status status;
    if (r->render(gvc, graph, format, &data, &length) != 0 || !data)
        status =
            finnc_fail(cx, FINNC_UNSUPPORTED, "Graphviz cannot render as %s: %s", format,
                       *fnc_dot_complaint() ? fnc_dot_complaint() : "no such format is installed");
    else
        status = write(user, cx, data, length);
    if (data)
        r->free_data(data);
    r->free_layout(gvc, graph);
    return status;
}

/* One for the whole program, never ended: the pango plugin of Graphviz 2.42 remembers a font of the
 * last context by its address, and looks at it again in the next one. Used under fnc_dot_enter. */
static GVC_t *shared_context(const renderer *r)
{
    static GVC_t *gvc;
    if (!gvc)
        gvc = r->context();
    return gvc;
}

finnc_status finnc_dot_render(finnc_ctx *cx, const finnc_model *model, const char *format,
                              finnc_write_fn write, void *user)
{
    renderer r = {.context = NULL};
    FINNC_TRY(find_renderer(cx, &r));
    fnc_dot_session session;
    fnc_dot_enter(&session);
    Agraph_t *graph;
    finnc_status status = fnc_dot_build(cx, model, &graph);
    if (status == FINNC_OK) {
        GVC_t *gvc = shared_context(&r);
        status = gvc ? render(cx, &r, gvc, graph, format, write, user) : finnc_no_memory(cx);
        agclose(graph);
    }
    fnc_dot_leave(&session);
    return status;
}
