#include "program.h"

int fnc_digits_shape(const fnc_digits *d, fnc_axes axes, int64_t n, int64_t dims[4])
{
    dims[0] = n;
    switch (axes) {
    case FNC_AXES_FIRST:
        dims[1] = d->c;
        dims[2] = d->h;
        dims[3] = d->w;
        return 4;
    case FNC_AXES_LAST:
        dims[1] = d->h;
        dims[2] = d->w;
        dims[3] = d->c;
        return 4;
    case FNC_AXES_ROW:
        dims[1] = d->c;
        dims[2] = d->w;
        return 3;
    case FNC_AXES_VECTOR:
    case FNC_AXES_FLAT_FIRST:
    case FNC_AXES_FLAT_LAST:
        break;
    }
    dims[1] = d->h * d->w * d->c;
    return 2;
}

int64_t fnc_layer_depth(const fnc_program *p, const fnc_layer *layer)
{
    return p->digits[layer->in].c / layer->groups;
}

int64_t fnc_layer_terms(const fnc_program *p, const fnc_layer *layer)
{
    return layer->kh * layer->kw * fnc_layer_depth(p, layer);
}

bool fnc_layer_is_each(const fnc_program *p, const fnc_layer *layer)
{
    return layer->groups > 1 && layer->groups == p->digits[layer->in].c &&
           layer->groups == p->digits[layer->out].c;
}

fnc_strides fnc_strides_of(fnc_axes axes, const fnc_digits *d)
{
    bool is_first = axes == FNC_AXES_FIRST || axes == FNC_AXES_ROW || axes == FNC_AXES_FLAT_FIRST;
    return is_first ? (fnc_strides){1, d->h * d->w} : (fnc_strides){d->c, 1};
}
