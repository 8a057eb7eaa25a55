#include "fill.h"

typedef struct fill {
    finnc_elem elem;
    char *out;
    fnc_fill_fn *element;
    const void *user;
} fill;

static void fill_range(void *user, int64_t begin, int64_t end)
{
    enum { BLOCK = 256 };
    const fill *f = user;
    size_t size = fnc_elem_size(f->elem);
    for (int64_t i = begin; i < end; i += BLOCK) {
        double block[BLOCK];
        int64_t n = end - i < BLOCK ? end - i : BLOCK;
        for (int64_t k = 0; k < n; k++)
            block[k] = f->element(f->user, i + k);
        fnc_convert(FINNC_ELEM_DOUBLE, block, f->elem, f->out + (size_t)i * size, n);
    }
}

void fnc_fill(const fnc_call *call, finnc_elem elem, void *out, int64_t n, int64_t cost,
              fnc_fill_fn *element, const void *user)
{
    fill f = {.elem = elem, .out = out, .element = element, .user = user};
    fnc_parallel_long(call, n, cost, fill_range, &f);
}
