/* What programs stand for, nobody may feed: what they read and make, and what constants that they
 * have in them are made of. */
#include "lower.h"

/* Programs that a value went into: none, one, or several. */
typedef struct fnc_users {
    fnc_program *one;
    bool are_several;
} fnc_users;

static void add_users(fnc_users *users, fnc_users more)
{
    users->are_several |= more.are_several || (users->one && more.one && users->one != more.one);
    users->one = users->one ? users->one : more.one;
}

/* Backwards, from what programs' own steps make and read to what the constants among that are made
 * of, whoever makes them in a run. */
static void find_users(const fnc_lowering *l, fnc_users *users)
{
    for (size_t s = l->plan->nsteps; s-- > 0;) {
        const fnc_plan_step *step = &l->plan->steps[s];
        fnc_program *p = l->of_step[s];
        fnc_users of_output = {NULL, false};
        if (step->noutputs == 1 && step->outputs[0] != SIZE_MAX && l->constants[step->outputs[0]])
            of_output = users[step->outputs[0]];
        if (p)
            add_users(&users[step->outputs[0]], (fnc_users){p, false});
        for (size_t i = 0; i < step->ninputs; i++) {
            const bool is_absent = step->inputs[i] == SIZE_MAX; /* or only until it is fed */
            const size_t v = is_absent
                                 ? fnc_plan_find(l->plan, finnc_node_input(step->step.node, i))
                                 : step->inputs[i];
            if (v == SIZE_MAX)
                continue;
            const bool counts = is_absent || l->constants[v]; /* else its shape alone did */
            if (counts)
                add_users(&users[v], of_output);
            if (p && v != p->source && (counts || !l->is_folded[s]))
                add_users(&users[v], (fnc_users){p, false});
        }
    }
}

finnc_status fnc_lower_watch(fnc_lowering *l)
{
    const size_t n = l->plan->nvalues;
    fnc_users *users = FNC_NEW_ARRAY(&l->scratch, fnc_users, n + 1);
    if (!users)
        return finnc_no_memory(l->cx);
    find_users(l, users);
    for (size_t v = 0; v < n; v++) {
        l->nwatched += users[v].are_several;
        if (users[v].one && !users[v].are_several)
            users[v].one->nwatched++;
    }
    l->watched = FNC_NEW_ARRAY(l->arena, size_t, l->nwatched + 1);
    if (!l->watched)
        return finnc_no_memory(l->cx);
    for (size_t i = 0; i < l->nprograms; i++) {
        fnc_program *p = l->programs[i];
        p->watched = FNC_NEW_ARRAY(l->arena, size_t, p->nwatched + 1);
        if (!p->watched)
            return finnc_no_memory(l->cx);
        p->nwatched = 0;
    }
    l->nwatched = 0;
    for (size_t v = 0; v < n; v++)
        if (users[v].are_several)
            l->watched[l->nwatched++] = v;
        else if (users[v].one)
            users[v].one->watched[users[v].one->nwatched++] = v;
    return FINNC_OK;
}
