#include "move.h"

#include <string.h>

void fnc_strides(int rank, const int64_t *dims, int64_t *strides)
{
    int64_t stride = 1;
    for (int i = rank; i-- > 0;) {
        strides[i] = stride;
        stride *= dims[i];
    }
}

finnc_status fnc_move_size(fnc_call *call, size_t i, size_t *size)
{
    FINNC_TRY(fnc_need_inputs(call, i + 1));
    *size = fnc_elem_size(call->in[i].elem);
    if (*size == 0)
        return fnc_bad_elem(call, i);
    return FINNC_OK;
}

typedef struct block {
    size_t size;
    int rank;
    int64_t dims[FINNC_MAX_RANK], from_strides[FINNC_MAX_RANK], to_strides[FINNC_MAX_RANK];
    const char *from;
    char *to;
    int64_t inner; /* elements of the last axis */
} block;

/* Axes that follow one another in both places are one axis. */
static void merge_axes(block *b, int rank, const int64_t *dims, const int64_t *from_strides,
                       const int64_t *to_strides)
{
    for (int i = 0; i < rank; i++) {
        int last = b->rank - 1;
        if (dims[i] == 1)
            continue;
        if (last >= 0 && b->from_strides[last] == from_strides[i] * dims[i] &&
            b->to_strides[last] == to_strides[i] * dims[i]) {
            b->dims[last] *= dims[i];
        } else {
            last = b->rank++;
            b->dims[last] = dims[i];
        }
        b->from_strides[last] = from_strides[i];
        b->to_strides[last] = to_strides[i];
    }
    if (b->rank == 0) {
        b->rank = 1;
        b->dims[0] = 1;
        b->from_strides[0] = b->to_strides[0] = 1;
    }
}

#define COPY_STRIDED(T)                                                                            \
    for (int64_t i = 0; i < n; i++)                                                                \
    ((T *)(void *)to)[i * to_stride] = ((const T *)(const void *)from)[i * from_stride]

static void copy_run(size_t size, int64_t n, const char *from, int64_t from_stride, char *to,
                     int64_t to_stride)
{
    if (from_stride == 1 && to_stride == 1) {
        memcpy(to, from, (size_t)n * size);
        return;
    }
    switch (size) {
    case 1:
        COPY_STRIDED(uint8_t);
        return;
    case 2:
        COPY_STRIDED(uint16_t);
        return;
    case 4:
        COPY_STRIDED(uint32_t);
        return;
    case 8:
        COPY_STRIDED(uint64_t);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        memcpy(to + i * to_stride * (int64_t)size, from + i * from_stride * (int64_t)size, size);
}

/* Items: runs of the last axis. */
static void copy_range(void *user, int64_t begin, int64_t end)
{
    const block *b = user;
    int inner = b->rank - 1;
    for (int64_t item = begin; item < end; item++) {
        int64_t rest = item, from = 0, to = 0;
        for (int i = inner - 1; i >= 0; i--) {
            int64_t index = rest % b->dims[i];
            rest /= b->dims[i];
            from += index * b->from_strides[i];
            to += index * b->to_strides[i];
        }
        copy_run(b->size, b->dims[inner], b->from + from * (int64_t)b->size, b->from_strides[inner],
                 b->to + to * (int64_t)b->size, b->to_strides[inner]);
    }
}

void fnc_copy_block(const fnc_call *call, size_t size, int rank, const int64_t *dims,
                    const void *from, const int64_t *from_strides, void *to,
                    const int64_t *to_strides)
{
    block b = {.size = size, .from = from, .to = to};
    int64_t runs = 1;
    for (int i = 0; i < rank; i++)
        if (dims[i] == 0)
            return;
    merge_axes(&b, rank, dims, from_strides, to_strides);
    for (int i = 0; i < b.rank - 1; i++)
        runs *= b.dims[i];
    fnc_parallel_long(call, runs, b.dims[b.rank - 1] + 8, copy_range, &b);
}

typedef struct taking {
    size_t size;
    int rank;
    const int64_t *from_dims, *to_dims;
    const char *from, *fill;
    char *to;
    const int64_t *const *maps;
} taking;

/* The row of `from` that is taken for output row `row`; -1: the fill. */
static int64_t find_row(const taking *t, int64_t row)
{
    int64_t from = 0, scale = 1;
    for (int i = t->rank - 2; i >= 0; i--) {
        int64_t index = row % t->to_dims[i];
        row /= t->to_dims[i];
        if (t->maps[i])
            index = t->maps[i][index];
        if (index < 0)
            return -1;
        from += index * scale;
        scale *= t->from_dims[i];
    }
    return from;
}

static void take_range(void *user, int64_t begin, int64_t end)
{
    const taking *t = user;
    int last = t->rank - 1;
    int64_t width = t->to_dims[last];
    const int64_t *map = t->maps[last];
    for (int64_t row = begin; row < end; row++) {
        int64_t from_row = find_row(t, row);
        char *to = t->to + (size_t)(row * width) * t->size;
        const char *from =
            t->from + (size_t)((from_row < 0 ? 0 : from_row) * t->from_dims[last]) * t->size;
        if (from_row >= 0 && !map) {
            memcpy(to, from, (size_t)width * t->size);
            continue;
        }
        for (int64_t i = 0; i < width; i++) {
            int64_t index = from_row < 0 ? -1 : map[i];
            memcpy(to + (size_t)i * t->size, index < 0 ? t->fill : from + (size_t)index * t->size,
                   t->size);
        }
    }
}

void fnc_take(const fnc_call *call, size_t size, int rank, const int64_t *from_dims,
              const void *from, const int64_t *to_dims, void *to, const int64_t *const *maps,
              const void *fill)
{
    taking t = {.size = size,
                .rank = rank,
                .from_dims = from_dims,
                .to_dims = to_dims,
                .from = from,
                .fill = fill,
                .to = to,
                .maps = maps};
    int64_t rows = 1;
    for (int i = 0; i < rank - 1; i++)
        rows *= to_dims[i];
    if (rank == 0)
        memcpy(to, from, size);
    else if (to_dims[rank - 1] > 0)
        fnc_parallel_long(call, rows, to_dims[rank - 1] * 2 + 8, take_range, &t);
}
