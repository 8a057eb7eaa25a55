/* The search for a folding, in three parts: the space of what can be chosen, the solver that finds
 * its cheapest point below a number of cycles, and the goals. */
#ifndef FNC_FOLD_H
#define FNC_FOLD_H

#include <base/arena.h>

#include <finnc/fold.h>

/* What a design costs, in the order in which designs are compared; the last one makes the less
 * parallel of two designs the cheaper if they are equal otherwise. */
enum { FNC_FOLD_LANES = FINNC_NRESOURCES, FNC_FOLD_NCOSTS };
typedef struct fnc_fold_cost {
    double of[FNC_FOLD_NCOSTS];
} fnc_fold_cost;

static inline void fnc_fold_cost_add(fnc_fold_cost *sum, const fnc_fold_cost *x)
{
    for (int i = 0; i < FNC_FOLD_NCOSTS; i++)
        sum->of[i] += x->of[i];
}

/* Bits of a word: Vitis' integers end there, and FINN refuses layers in HLS with wider ones. */
enum { FNC_FOLD_WIDEST_HLS = 8191 };

/* A legal folding of one layer. */
typedef struct fnc_fold_choice {
    int64_t values[FINNC_LAYER_MAX_FOLDS];
    int64_t cycles;
    fnc_fold_cost cost;
    uint32_t *classes; /* at each of the layer's ports */
} fnc_fold_choice;

/* What a neighbour sees of a folding: all choices of a class look alike at this port. */
typedef struct fnc_fold_class {
    int64_t elems, width; /* of a word */
    int64_t pe, taps;     /* where a generator follows its reader: PE, and whether more than one tap
                             is taken at once; else 0 */
} fnc_fold_class;

/* A layer's end of an edge. */
typedef struct fnc_fold_port {
    size_t layer, edge;
    bool is_output;
    size_t index; /* of the node's input or output */
    fnc_fold_class *classes;
    size_t nclasses, room;
} fnc_fold_port;

typedef struct fnc_fold_edge {
    size_t from, to; /* ports */
    bool is_led;     /* the producer folds as its reader */
    double *luts; /* of a converter from class i to class j, at i * classes of `to` + j; negative:
                     they cannot be brought together */
} fnc_fold_edge;

typedef struct fnc_fold_layer {
    const finnc_node *node; /* the user's */
    finnc_node *copy;       /* on which choices are tried */
    finnc_fold folds[FINNC_LAYER_MAX_FOLDS];
    size_t nfolds;
    bool is_fixed;
    bool is_cut; /* foldings were left out, whose words would be too wide */
    size_t *ports;
    size_t nports;
    fnc_fold_choice *choices;
    size_t nchoices, room;
    int64_t least; /* cycles */
} fnc_fold_layer;

typedef struct fnc_fold_space {
    finnc_ctx *cx;
    fnc_arena arena;
    finnc_part part;
    finnc_model *model; /* a copy */
    bool keeps;
    fnc_fold_layer *layers;
    size_t nlayers;
    size_t ntried; /* foldings of layers, one by one */
    fnc_fold_port *ports;
    size_t nports;
    fnc_fold_edge *edges;
    size_t nedges;
    int64_t *levels; /* numbers of cycles that choices take, ascending */
    size_t nlevels;
} fnc_fold_space;

/* End it with fnc_fold_space_clear, whatever became of it. */
FINNC_MUST_USE finnc_status fnc_fold_space_init(fnc_fold_space *space, finnc_ctx *cx,
                                                const finnc_graph *graph, const finnc_part *part,
                                                bool keeps);
void fnc_fold_space_clear(fnc_fold_space *space);
/* Does the class `i` of the edge's producer differ from its reader's class `j`? */
bool fnc_fold_converts(const fnc_fold_space *space, const fnc_fold_edge *edge, size_t i, size_t j);

/* ---- what the space is filled with ---- */

/* Of the copy, as its attributes are now. */
FINNC_MUST_USE finnc_status fnc_fold_stream_at(fnc_fold_space *space, const fnc_fold_port *port,
                                               finnc_stream *stream);
FINNC_MUST_USE finnc_status fnc_fold_find_choices(fnc_fold_space *space, fnc_fold_layer *layer);
/* Fills `luts`, when both layers have their choices. */
FINNC_MUST_USE finnc_status fnc_fold_price_edge(fnc_fold_space *space, fnc_fold_edge *edge);

/* ---- the solver ---- */

typedef struct fnc_fold_query {
    int64_t max_cycles;
    double budget[FINNC_NRESOURCES]; /* INFINITY: none */
    finnc_resource first;            /* compared before all others */
} fnc_fold_query;

typedef struct fnc_fold_solution {
    bool is_found;
    size_t *choices; /* one per layer */
    fnc_fold_cost cost;
} fnc_fold_solution;

/* The cheapest design in which no layer takes more than `max_cycles`, within the budgets. Its
 * `choices` are in the space's arena. */
FINNC_MUST_USE finnc_status fnc_fold_solve(fnc_fold_space *space, const fnc_fold_query *query,
                                           fnc_fold_solution *solution);

#endif
