#include "lives.h"

#include <base/compiler.h>
#include <base/ctx.h>

#include <string.h>

void fnc_lives_find(const fnc_program *p, fnc_life *lives)
{
    memset(lives, 0, p->ndigits * sizeof *lives);
    for (size_t i = 0; i < p->nlayers; i++) {
        const fnc_layer *layer = &p->layers[i];
        lives[layer->out] = (fnc_life){i + 1, i + 1};
        lives[layer->in].last = lives[layer->in2].last = i + 1;
    }
    for (size_t o = 0; o < p->noutputs; o++)
        lives[p->outputs[o].digits].last = p->nlayers + 1;
}

/* Pieces that are in use, by their offsets. */
typedef struct used {
    fnc_room **rooms;
    size_t n;
} used;

static void drop_dead(used *u, size_t now)
{
    size_t n = 0;
    for (size_t i = 0; i < u->n; i++)
        if (u->rooms[i]->life.last >= now)
            u->rooms[n++] = u->rooms[i];
    u->n = n;
}

/* Into the first gap that is wide enough. */
static bool place(used *u, fnc_room *room, size_t *nbytes)
{
    size_t at = 0, i = 0, end, size;
    if (!fnc_align_up(room->nbytes, 64, &size))
        return false;
    for (; i < u->n && u->rooms[i]->offset - at < size; i++)
        at = (u->rooms[i]->offset + u->rooms[i]->nbytes + 63) / 64 * 64;
    if (!fnc_add(at, size, &end))
        return false;
    memmove(u->rooms + i + 1, u->rooms + i, (u->n - i) * sizeof *u->rooms);
    u->rooms[i] = room;
    u->n++;
    room->offset = at;
    if (end > *nbytes)
        *nbytes = end;
    return true;
}

/* Those that are first written at moment m begin at starts[m] of the order. */
static void sort_by_first(fnc_room *rooms, size_t n, size_t moments, size_t *starts,
                          fnc_room **order)
{
    for (size_t i = 0; i < n; i++)
        starts[rooms[i].life.first + 1]++;
    for (size_t m = 0; m < moments; m++)
        starts[m + 1] += starts[m];
    for (size_t i = 0; i < n; i++)
        order[starts[rooms[i].life.first]++] = &rooms[i];
}

finnc_status fnc_lives_lay_out(finnc_ctx *cx, fnc_arena *scratch, fnc_room *rooms, size_t n,
                               size_t *nbytes)
{
    size_t moments = 1;
    for (size_t i = 0; i < n; i++)
        if (rooms[i].life.first >= moments)
            moments = rooms[i].life.first + 1;
    size_t *starts = FNC_NEW_ARRAY(scratch, size_t, moments + 1);
    fnc_room **order = FNC_NEW_ARRAY(scratch, fnc_room *, n + 1);
    used u = {.rooms = FNC_NEW_ARRAY(scratch, fnc_room *, n + 1)};
    *nbytes = 0;
    if (!starts || !order || !u.rooms)
        return finnc_no_memory(cx);
    sort_by_first(rooms, n, moments, starts, order);
    for (size_t i = 0; i < n; i++) {
        drop_dead(&u, order[i]->life.first);
        if (order[i]->nbytes > 0 && !place(&u, order[i], nbytes))
            return finnc_no_memory(cx);
    }
    return FINNC_OK;
}
