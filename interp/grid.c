#include "grid.h"

#include <base/alloc.h>

#include <math.h>
#include <string.h>

/* Beyond this many steps nearly every float32 is near some multiple of a step. */
static const float most_steps = 1 << 17;

/* ---- what the numbers say ---- */

typedef struct counted {
    const float *steps; /* the integers */
    float most;         /* the largest magnitude among them */
} counted;

/* Four roundings off at most: a Quant's one, a few of additions. Adding and taking away 1.5 * 2^23
 * rounds what is smaller than 2^22; the bits of magnitudes are in their order. Both for the
 * compiler, which makes vectors of them. */
static inline __attribute__((always_inline)) bool count_with(const float *x, int64_t n,
                                                             const float *scales, const int stride,
                                                             float *steps, float *most)
{
    const float magic = 12582912.0f, near = 4 * 0x1p-23f;
    for (int64_t i = 0; i < n; i += 1024) {
        const int64_t end = n - i < 1024 ? n : i + 1024;
        int32_t largest = 0;
        int odd = 0;
        for (int64_t k = i; k < end; k++) {
            const float scale = scales[stride * k];
            const float q = (x[k] / scale + magic) - magic, size = fabsf(q);
            int32_t bits;
            memcpy(&bits, &size, sizeof bits);
            largest = bits > largest ? bits : largest;
            odd |= !(fabsf(x[k] - q * scale) <= near * fabsf(x[k]));
            steps[k] = q;
        }
        float size;
        memcpy(&size, &largest, sizeof size);
        *most = size > *most ? size : *most;
        if (odd || !(*most <= most_steps))
            return false;
    }
    return true;
}

/* One scale for all, or one for each. */
static bool count_row(const float *x, int64_t n, float scale, float *steps, float *most)
{
    return count_with(x, n, &scale, 0, steps, most);
}

static bool count_each(const float *x, int64_t n, const float *scales, float *steps, float *most)
{
    return count_with(x, n, scales, 1, steps, most);
}

static bool are_scales(const float *x, int64_t n)
{
    bool yes = true;
    for (int64_t i = 0; i < n; i++)
        yes &= x[i] > 0 && x[i] < INFINITY;
    return yes;
}

static bool are_large_integers(const float *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!(rintf(x[i]) == x[i] && fabsf(x[i]) < INFINITY))
            return false;
    return true;
}

bool fnc_grid_count(const float *x, int64_t n, float scale, float *steps)
{
    float most = 0;
    return scale > 0 && scale < INFINITY && count_row(x, n, scale, steps, &most);
}

/* Plain integers are their own steps. */
static bool are_integers(const fnc_array *x, counted *c)
{
    const float *data = x->data;
    const float magic = 12582912.0f, limit = 4194304.0f;
    c->steps = data;
    for (int64_t i = 0; i < x->nelems; i += 1024) {
        const int64_t end = x->nelems - i < 1024 ? x->nelems : i + 1024;
        int32_t largest = 0;
        int odd = 0;
        for (int64_t k = i; k < end; k++) {
            const float size = fabsf(data[k]);
            int32_t bits;
            memcpy(&bits, &size, sizeof bits);
            largest = bits > largest ? bits : largest;
            odd |= !((data[k] + magic) - magic == data[k]) | !(size < limit);
        }
        if (odd && !are_large_integers(data + i, end - i))
            return false;
        float size;
        memcpy(&size, &largest, sizeof size);
        c->most = size > c->most ? size : c->most;
    }
    return true;
}

static bool count_steps(const fnc_array *x, const fnc_grid *g, const float *scales, float *steps,
                        counted *c)
{
    const float *data = x->data;
    int64_t size = 1, inner = x->nelems;
    if (g->axis >= x->rank)
        return false;
    for (int i = 0; g->axis != FNC_NO_AXIS && i <= g->axis; i++)
        inner /= x->dims[i] > 0 ? x->dims[i] : 1;
    if (g->axis != FNC_NO_AXIS)
        size = x->dims[g->axis];
    if (finnc_tensor_nelems(g->scale) != size || !are_scales(scales, size))
        return false;
    c->steps = steps;
    /* Channels that lie side by side, or one behind the other. */
    for (int64_t begin = 0; inner == 1 && begin < x->nelems; begin += size)
        if (!count_each(data + begin, size, scales, steps + begin, &c->most))
            return false;
    for (int64_t begin = 0; inner > 1 && begin < x->nelems; begin += inner)
        if (!count_row(data + begin, inner, scales[begin / inner % size], steps + begin, &c->most))
            return false;
    return true;
}

void fnc_grid_forget(finnc_ctx *cx, fnc_grid_kept *kept)
{
    fnc_free(cx, kept->steps);
    finnc_tensor_release(kept->of);
    *kept = (fnc_grid_kept){.is_constant = kept->is_constant};
}

/* Weights are often integers in the first place, BIPOLAR ones always. If there is no memory, they
 * are counted anew the next time. */
static void keep(fnc_call *call, size_t i, const counted *c)
{
    fnc_grid_kept *kept = &call->kept[i];
    const fnc_array *x = &call->in[i];
    const size_t nbytes = (size_t)x->nelems * sizeof(float);
    float *steps = NULL;
    if (c->steps && memcmp(c->steps, x->data, nbytes) != 0) {
        steps = fnc_alloc(call->cx, nbytes);
        if (!steps)
            return;
        memcpy(steps, c->steps, nbytes);
    }
    fnc_grid_forget(call->cx, kept);
    kept->of = finnc_tensor_retain(fnc_in_tensor(call, i));
    kept->is_found = c->steps != NULL;
    kept->steps = steps;
    kept->most = c->most;
}

/* What was found of this very tensor, which never changes. */
static bool recall(const fnc_call *call, size_t i, counted *c)
{
    const fnc_grid_kept *kept = &call->kept[i];
    if (kept->of != fnc_in_tensor(call, i))
        return false;
    if (kept->is_found)
        *c = (counted){kept->steps ? kept->steps : call->in[i].data, kept->most};
    return true;
}

static finnc_status find_integers(fnc_call *call, size_t i, const fnc_grid *g, counted *c)
{
    const bool stays = call->kept && call->kept[i].is_constant;
    const fnc_array *x = &call->in[i];
    bool found;
    *c = (counted){0};
    if (stays && recall(call, i, c))
        return FINNC_OK;
    if (g->scale) {
        float *steps = FNC_SCRATCH(call, float, x->nelems);
        const void *scales;
        if (!steps)
            return finnc_no_memory(call->cx);
        FINNC_TRY(finnc_tensor_need_data(call->cx, g->scale, &scales));
        found = count_steps(x, g, scales, steps, c);
    } else {
        found = are_integers(x, c);
    }
    if (!found)
        *c = (counted){0};
    if (stays)
        keep(call, i, c);
    return FINNC_OK;
}

/* ---- both together ---- */

static finnc_status operand_as(fnc_call *call, finnc_elem elem, const float *steps, size_t i,
                               const void **operand)
{
    const int64_t n = call->in[i].nelems;
    *operand = steps ? steps : call->in[i].data;
    if (elem == FINNC_ELEM_FLOAT)
        return FINNC_OK;
    double *wide = FNC_SCRATCH(call, double, n);
    if (!wide)
        return finnc_no_memory(call->cx);
    fnc_convert(FINNC_ELEM_FLOAT, *operand, elem, wide, n);
    *operand = wide;
    return FINNC_OK;
}

static finnc_status steps_of(fnc_call *call, const fnc_grid *g, fnc_grid_steps *s)
{
    const void *data;
    *s = (fnc_grid_steps){NULL, 1};
    if (!g || !g->scale)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_need_data(call->cx, g->scale, &data));
    *s = (fnc_grid_steps){data, finnc_tensor_nelems(g->scale)};
    return FINNC_OK;
}

finnc_status fnc_grid_find(fnc_call *call, const int axes[2], int64_t terms,
                           fnc_grid_product *product, bool *found)
{
    const fnc_grid *g = call->grids;
    counted c[2] = {{0}, {0}};
    bool said[2];
    *found = false;
    if (!g || call->in[0].elem != FINNC_ELEM_FLOAT || call->in[1].elem != FINNC_ELEM_FLOAT)
        return FINNC_OK;
    for (size_t i = 0; i < 2; i++)
        said[i] = g[i].is_known && (g[i].axis == FNC_NO_AXIS || g[i].axis == axes[i]);
    if (said[0] && said[1] && !g[0].scale && !g[1].scale)
        return FINNC_OK;
    /* Where the graph or the numbers say no, the operand stays as it is: no steps. */
    for (size_t i = 0; i < 2; i++)
        if (said[i])
            FINNC_TRY(find_integers(call, i, &g[i], &c[i]));
    const bool both = c[0].steps && c[1].steps;
    if (!(c[0].steps || c[1].steps))
        return FINNC_OK;
    const double sum = (double)terms * (double)c[0].most * (double)c[1].most;
    product->elem = both && sum < 0x1p24 ? FINNC_ELEM_FLOAT : FINNC_ELEM_DOUBLE;
    product->first = g[0].is_constant && !g[1].is_constant;
    for (size_t i = 0; i < 2; i++) {
        FINNC_TRY(operand_as(call, product->elem, c[i].steps, i, &product->in[i]));
        FINNC_TRY(steps_of(call, c[i].steps ? &g[i] : NULL, &product->steps[i]));
    }
    *found = true;
    return FINNC_OK;
}

static void scale_by(float *x, int64_t n, float step)
{
    for (int64_t i = 0; i < n; i++)
        x[i] *= step;
}

static void scale_channels(float *x, int64_t n, const fnc_grid_steps *s, int64_t inner)
{
    for (int64_t i = 0; inner > 1 && i < n; i += inner)
        scale_by(x + i, inner, s->steps[i / inner % s->count]);
    for (int64_t i = 0; inner == 1 && i < n; i += s->count)
        for (int64_t k = 0; k < s->count; k++)
            x[i + k] *= s->steps[k];
}

void fnc_grid_scale(const fnc_grid_product *product, const void *sums, int64_t n,
                    const int64_t inner[2], float *out)
{
    if (out != sums)
        fnc_convert(product->elem, sums, FINNC_ELEM_FLOAT, out, n);
    for (int k = 0; k < 2; k++) {
        const int i = k == 0 ? product->first : !product->first;
        const fnc_grid_steps *s = &product->steps[i];
        if (s->steps && s->count == 1)
            scale_by(out, n, s->steps[0]);
        else if (s->steps)
            scale_channels(out, n, s, inner[i]);
    }
}
