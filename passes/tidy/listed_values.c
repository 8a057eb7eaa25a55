#include "listed_values.h"

#include <stdlib.h>

/* Values without an entry come last, in the order in which they were made. */
typedef struct listed {
    uint64_t order;
    size_t number;
    finnc_value *value;
} listed;

static int by_order(const void *a, const void *b)
{
    const listed *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

finnc_status fnc_list_values(finnc_ctx *cx, const finnc_graph *graph, fnc_arena *arena,
                             finnc_value ***values, size_t *count)
{
    listed *entries = FNC_NEW_ARRAY(arena, listed, finnc_graph_nvalues(graph));
    *values = FNC_NEW_ARRAY(arena, finnc_value *, finnc_graph_nvalues(graph));
    if (!entries || !*values)
        return finnc_no_memory(cx);
    size_t n = 0;
    finnc_foreach_value (value, graph) {
        if (finnc_value_is_input(value) || finnc_value_is_output(value) ||
            !finnc_value_has_type(value))
            continue;
        const uint64_t order = finnc_value_info_order(value);
        entries[n] = (listed){order > 0 ? order : UINT64_MAX, n, value};
        n++;
    }
    qsort(entries, n, sizeof *entries, by_order);
    for (size_t i = 0; i < n; i++)
        (*values)[i] = entries[i].value;
    *count = n;
    return FINNC_OK;
}
