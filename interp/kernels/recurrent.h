/* The driver of recurrent layers: reads a node's tensors, walks the steps in every direction, and
 * leaves to the cell (RNN, GRU, LSTM) what one step does. */
#ifndef FNC_RECURRENT_H
#define FNC_RECURRENT_H

#include "../kernel.h"

enum { FNC_MAX_ACTIVATIONS = 3 };

/* Limits n elements to +-clip and applies an activation to them in place. */
typedef void fnc_activation_loop(void *x, int64_t n, double clip, double alpha, double beta);
typedef struct fnc_activation {
    fnc_activation_loop *loop;
    double alpha, beta;
} fnc_activation;

/* What the attributes say of `count` activations in each of `directions`: activations[direction *
 * count + i]. `fallback`: names for one direction. */
FINNC_MUST_USE finnc_status fnc_activations_read(fnc_call *call, finnc_elem elem, int directions,
                                                 int count, const char *const *fallback,
                                                 fnc_activation *activations);

typedef struct fnc_recurrent fnc_recurrent;

typedef struct fnc_cell {
    int gates;
    int activations;
    const char *fallback[FNC_MAX_ACTIVATIONS];
    bool has_cells;       /* a second state, with an initial_c, a Y_c and peepholes P */
    bool keeps_last_bias; /* adds the last gate's bias of R itself */
    /* Brings r->h (and r->c) from one step to the next. */
    finnc_status (*step)(fnc_recurrent *r);
} fnc_cell;

struct fnc_recurrent {
    fnc_call *call;
    const fnc_cell *cell;
    finnc_elem elem; /* of everything below: FLOAT or DOUBLE */
    size_t size;     /* of an element */
    int64_t steps, sequences, inputs, hidden, directions;
    bool batch_first;
    const int64_t *lengths; /* steps of each sequence */
    double clip;            /* infinite: none */
    fnc_activation activations[2 * FNC_MAX_ACTIVATIONS];
    /* Of the direction at hand. */
    int direction;
    bool backwards;
    const char *r;          /* (gates * hidden, hidden) */
    const void *recurrence; /* biases of R, gates * hidden; NULL: none */
    const void *peepholes;  /* 3 * hidden; NULL: none */
    /* Of the step at hand: rows per sequence. */
    int64_t step;
    void *h, *c;  /* states, `hidden` elements */
    char *from_x; /* X * W' + biases of every step, gates * hidden */
    void *gates;  /* h * R' and what the cell makes of it, gates * hidden */
    void *spare;  /* `hidden` elements for the cell */
};

FINNC_MUST_USE finnc_status fnc_recurrent_run(fnc_call *call, const fnc_cell *cell);

/* gates[first .. first + count) of every sequence = state * the rows of R for these gates'. */
FINNC_MUST_USE finnc_status fnc_recurrent_product(fnc_recurrent *r, const void *state, int first,
                                                  int count);
/* Calls row(r, sequence) for every sequence that is not over, side by side. */
void fnc_recurrent_rows(fnc_recurrent *r, void (*row)(const fnc_recurrent *r, int64_t sequence));
/* Row of from_x for the sequence's present step. */
const void *fnc_recurrent_input(const fnc_recurrent *r, int64_t sequence);
static inline void fnc_recurrent_activate(const fnc_recurrent *r, int i, void *x, int64_t n)
{
    const fnc_activation *a = &r->activations[r->direction * r->cell->activations + i];
    a->loop(x, n, r->clip, a->alpha, a->beta);
}

#endif
