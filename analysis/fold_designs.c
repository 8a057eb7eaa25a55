/* Lists of partial designs, none of which is better than another. */
#include "fold_solver.h"

#include <string.h>

enum { MAX_LABELS = 1 << 21 /* partial designs kept at once: about 200 MB */ };

/* ---- comparing ---- */

static int compare(const fnc_solver *v, const fnc_fold_cost *a, const fnc_fold_cost *b)
{
    for (int i = 0; i < FNC_FOLD_NCOSTS; i++) {
        const double x = a->of[v->order[i]], y = b->of[v->order[i]];
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

/* `a` is cheaper, or equal and older. */
static bool is_better(const fnc_solver *v, const fnc_fold_cost *a, const fnc_fold_cost *b)
{
    if (compare(v, a, b) > 0)
        return false;
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        if (v->matters[r] && a->of[r] > b->of[r])
            return false;
    return true;
}

/* ---- lists of designs ---- */

/* A stable merge sort: which of two equal designs is kept must not depend on the library's qsort.
 */
static void sort(const fnc_solver *v, fnc_label *at, fnc_label *spare, size_t n)
{
    if (n < 2)
        return;
    const size_t half = n / 2;
    sort(v, at, spare, half);
    sort(v, at + half, spare, n - half);
    memcpy(spare, at, half * sizeof *at);
    for (size_t i = 0, j = half, k = 0; i < half; k++)
        at[k] = j < n && compare(v, &at[j].cost, &spare[i].cost) < 0 ? at[j++] : spare[i++];
}

finnc_status fnc_designs_prune(fnc_solver *v, fnc_labels *list)
{
    size_t kept = 0;
    if (list->count < 2)
        return FINNC_OK;
    fnc_label *spare = FNC_NEW_ARRAY(&v->arena, fnc_label, list->count);
    if (!spare)
        return finnc_no_memory(v->space->cx);
    sort(v, list->at, spare, list->count);
    for (size_t i = 0; i < list->count; i++) {
        bool is_beaten = false;
        for (size_t k = kept; k > 0 && !is_beaten; k--)
            is_beaten = is_better(v, &list->at[k - 1].cost, &list->at[i].cost);
        if (!is_beaten)
            list->at[kept++] = list->at[i];
    }
    v->nlabels -= list->count - kept;
    list->count = kept;
    return FINNC_OK;
}

finnc_status fnc_designs_add(fnc_solver *v, fnc_labels *list, const fnc_label *x)
{
    finnc_ctx *cx = v->space->cx;
    if (list->count > 0 && is_better(v, &list->at[list->count - 1].cost, &x->cost))
        return FINNC_OK;
    if (list->count > 0 && is_better(v, &x->cost, &list->at[list->count - 1].cost)) {
        list->at[list->count - 1] = *x;
        return FINNC_OK;
    }
    if (list->count == list->room) {
        FINNC_TRY(fnc_designs_prune(v, list));
        if (list->count * 2 > list->room || list->room == 0) {
            const size_t room = list->room ? 2 * list->room : 1;
            fnc_label *at = FNC_NEW_ARRAY(&v->arena, fnc_label, room);
            if (!at)
                return finnc_no_memory(cx);
            if (list->count > 0)
                memcpy(at, list->at, list->count * sizeof *at);
            list->at = at;
            list->room = room;
        }
    }
    list->at[list->count++] = *x;
    if (++v->nlabels > MAX_LABELS)
        return finnc_fail(
            cx, FINNC_UNSUPPORTED,
            "more than %d partial designs, none of which is better than another: an "
            "exact answer takes fewer budgets at once, or a graph with fewer branches",
            (int)MAX_LABELS);
    return FINNC_OK;
}
