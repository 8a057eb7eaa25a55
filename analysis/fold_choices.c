/* The legal foldings of a layer, with their cycles and resources: asked of the layer's record, on a
 * copy of the model whose attributes are set one after the other. */
#include "fold.h"

#include <base/divisors.h>

#include <inttypes.h>
#include <string.h>

enum { WIDEST_HLS = FNC_FOLD_WIDEST_HLS };
/* Of a layer, and of all together, whether they are legal or not: some 300 bytes and 7 microseconds
 * each. */
enum { MOST_CHOICES = 1 << 16, MOST_TRIED = 1 << 21 };

/* ---- lists ---- */

static finnc_status make_room(fnc_fold_space *s, void *list, size_t count, size_t *room,
                              size_t size)
{
    if (count < *room)
        return FINNC_OK;
    void **at = list;
    const size_t more = 2 * *room + 8;
    void *moved = fnc_arena_alloc_array(&s->arena, size, more);
    if (!moved)
        return finnc_no_memory(s->cx);
    if (count > 0)
        memcpy(moved, *at, count * size);
    *at = moved;
    *room = more;
    return FINNC_OK;
}

/* ---- what a neighbour sees ---- */

static int64_t value_of(const fnc_fold_layer *l, const int64_t *values, const char *attr)
{
    for (size_t i = 0; i < l->nfolds; i++)
        if (!strcmp(l->folds[i].attr, attr))
            return values[i];
    return 1;
}

/* A generator that cannot lay windows out at once leaves its reader to a width converter. */
static void class_of_led(const fnc_fold_space *s, const fnc_fold_port *p, const fnc_fold_layer *l,
                         const int64_t *values, fnc_fold_class *c)
{
    const fnc_fold_edge *edge = &s->edges[p->edge];
    const fnc_fold_layer *generator = &s->layers[s->ports[edge->from].layer];
    const bool can = generator->nfolds > 1 && generator->folds[1].of > 0;
    c->pe = p->is_output ? values[0] : value_of(l, values, "PE");
    if (can)
        c->taps = p->is_output ? values[1] : value_of(l, values, "SIMD") > 1;
}

static bool same_class(const fnc_fold_class *a, const fnc_fold_class *b)
{
    return a->elems == b->elems && a->width == b->width && a->pe == b->pe && a->taps == b->taps;
}

static finnc_status classify(fnc_fold_space *s, fnc_fold_port *p, const int64_t *values,
                             int64_t *widest, uint32_t *class)
{
    finnc_stream stream;
    FINNC_TRY(fnc_fold_stream_at(s, p, &stream));
    fnc_fold_class c = {.width = stream.width};
    c.elems = finnc_stream_word(&stream);
    if (stream.width > *widest)
        *widest = stream.width;
    if (s->edges[p->edge].is_led)
        class_of_led(s, p, &s->layers[p->layer], values, &c);
    for (*class = 0; *class < p->nclasses; (*class)++)
        if (same_class(&p->classes[*class], &c))
            return FINNC_OK;
    FINNC_TRY(make_room(s, &p->classes, p->nclasses, &p->room, sizeof *p->classes));
    p->classes[p->nclasses++] = c;
    return FINNC_OK;
}

/* ---- one folding ---- */

static finnc_status price(fnc_fold_space *s, const fnc_fold_layer *l, fnc_fold_choice *c)
{
    finnc_resources r;
    FINNC_TRY(finnc_layer_cycles(s->cx, l->copy, &c->cycles));
    FINNC_TRY(finnc_layer_resources(s->cx, l->copy, &s->part, &r));
    c->cost.of[FINNC_LUT] = r.lut;
    c->cost.of[FINNC_BRAM_18K] = r.bram_18k;
    c->cost.of[FINNC_DSP] = r.dsp;
    c->cost.of[FINNC_URAM] = r.uram;
    c->cost.of[FNC_FOLD_LANES] = 1;
    for (size_t i = 0; i < l->nfolds; i++)
        if (!l->folds[i].is_switch && c->values[i] > 0)
            c->cost.of[FNC_FOLD_LANES] *= (double)c->values[i];
    return FINNC_OK;
}

static finnc_status count_one_more(fnc_fold_space *s)
{
    FINNC_TRY(finnc_ctx_check(s->cx));
    if (++s->ntried > MOST_TRIED)
        return finnc_fail(s->cx, FINNC_UNSUPPORTED,
                          "the layers together can be folded in more than %d ways",
                          (int)MOST_TRIED);
    return FINNC_OK;
}

/* The folding that is set in the copy. */
static finnc_status add_choice(fnc_fold_space *s, fnc_fold_layer *l, const int64_t *values)
{
    fnc_fold_choice c = {0};
    int64_t widest;
    FINNC_TRY(count_one_more(s));
    memcpy(c.values, values, l->nfolds * sizeof *values);
    FINNC_TRY(price(s, l, &c));
    FINNC_TRY(finnc_layer_inner_width(s->cx, l->copy, &widest));
    if (!(c.classes = FNC_NEW_ARRAY(&s->arena, uint32_t, l->nports + 1)))
        return finnc_no_memory(s->cx);
    for (size_t i = 0; i < l->nports; i++)
        FINNC_TRY(classify(s, &s->ports[l->ports[i]], values, &widest, &c.classes[i]));
    if (!l->is_fixed && widest > WIDEST_HLS && finnc_node_style(l->node) == FINNC_STYLE_HLS) {
        l->is_cut = true;
        return FINNC_OK;
    }
    if (l->nchoices >= MOST_CHOICES) {
        FNC_AT_NODE(s->cx, l->node);
        return finnc_fail(s->cx, FINNC_UNSUPPORTED, "can be folded in more than %d ways",
                          (int)MOST_CHOICES);
    }
    FINNC_TRY(make_room(s, &l->choices, l->nchoices, &l->room, sizeof *l->choices));
    if (l->nchoices == 0 || c.cycles < l->least)
        l->least = c.cycles;
    l->choices[l->nchoices++] = c;
    return FINNC_OK;
}

/* ---- all of them ---- */

/* A last resort is none as long as what comes before it is not at its most. */
static int64_t most_of(const fnc_fold_layer *l, size_t i, const int64_t *values)
{
    const finnc_fold *fold = &l->folds[i];
    if (fold->is_last_resort && i > 0 && values[i - 1] != l->folds[i - 1].of)
        return fold->is_switch ? 0 : 1;
    return fold->of;
}

static finnc_status enumerate(fnc_fold_space *s, fnc_fold_layer *l, size_t i, int64_t *values)
{
    if (i == l->nfolds)
        return add_choice(s, l, values);
    const finnc_fold *fold = &l->folds[i];
    const int64_t most = most_of(l, i, values);
    for (int64_t x = fold->is_switch ? 0 : 1; x <= most;
         x = fold->is_switch ? x + 1 : fnc_next_divisor(fold->of, x)) {
        values[i] = x;
        FINNC_TRY(finnc_node_set_int(s->cx, l->copy, fold->attr, x));
        FINNC_TRY(enumerate(s, l, i + 1, values));
    }
    return FINNC_OK;
}

finnc_status fnc_fold_find_choices(fnc_fold_space *s, fnc_fold_layer *l)
{
    int64_t values[FINNC_LAYER_MAX_FOLDS] = {0};
    for (size_t i = 0; i < l->nfolds; i++)
        values[i] = l->folds[i].now;
    if (l->is_fixed)
        return add_choice(s, l, values);
    for (size_t i = 0; i < l->nfolds; i++)
        FINNC_TRY(finnc_fold_check(s->cx, l->node, &l->folds[i]));
    FINNC_TRY(enumerate(s, l, 0, values));
    if (l->nchoices == 0) {
        FNC_AT_NODE(s->cx, l->node);
        return finnc_fail(s->cx, FINNC_BAD_VALUE,
                          "has words of more than %d bits however it is folded", (int)WIDEST_HLS);
    }
    return FINNC_OK;
}
