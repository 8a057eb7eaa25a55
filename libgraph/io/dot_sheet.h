/* The models of a drawing: the one that is drawn, and those of its partitions, which are drawn
 * inside it. */
#ifndef FNC_DOT_SHEET_H
#define FNC_DOT_SHEET_H

#include <finnc/model.h>

#include <graphviz/cgraph.h>

typedef struct fnc_dot_sheet {
    const finnc_model *model;
    finnc_model *own;  /* the same if it was read for the drawing */
    Agnode_t **makers; /* by value's id: what its edges leave from */
    /* The node that stands for it, in whose model; NULL: it is the outermost. */
    struct fnc_dot_sheet *outer;
    const finnc_node *node;
    int depth;
    struct fnc_dot_sheet *next;
} fnc_dot_sheet;

typedef struct fnc_dot_sheets {
    finnc_ctx *cx;
    fnc_dot_sheet *first, *last;
    size_t count;
} fnc_dot_sheets;

/* `model` and the models of the partitions in it, as far as they can be found and read. Cleared
 * also on failure. */
FINNC_MUST_USE finnc_status fnc_dot_sheets_open(finnc_ctx *cx, const finnc_model *model,
                                                fnc_dot_sheets *sheets);
void fnc_dot_sheets_clear(fnc_dot_sheets *sheets);
/* What is drawn in place of `node`, which is in the graph of `outer`; NULL: the node itself. */
fnc_dot_sheet *fnc_dot_sheet_of(const fnc_dot_sheets *sheets, const fnc_dot_sheet *outer,
                                const finnc_node *node);

/* Where an edge comes from. */
typedef struct fnc_dot_source {
    Agnode_t *picture;      /* NULL: nothing makes it, as a constant */
    const finnc_node *node; /* NULL: a graph input */
    size_t o;               /* the output that it is */
} fnc_dot_source;
/* What makes `value`, outside of its own model or within another if it has to be. */
fnc_dot_source fnc_dot_sheet_find(const fnc_dot_sheets *sheets, const fnc_dot_sheet *sheet,
                                  const finnc_value *value);

#endif
