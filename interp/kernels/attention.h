/* Attention: what one node says, and how products of queries and keys become weights. */
#ifndef FNC_ATTENTION_H
#define FNC_ATTENTION_H

#include "../kernel.h"

/* Which scores come out. */
typedef enum fnc_attention_mode {
    FNC_ATTENTION_PRODUCTS,
    FNC_ATTENTION_CAPPED,
    FNC_ATTENTION_MASKED,
    FNC_ATTENTION_WEIGHTS
} fnc_attention_mode;

typedef struct fnc_attention {
    finnc_elem elem; /* computed in: FLOAT or DOUBLE */
    size_t size;     /* of an element */
    int64_t batch, q_heads, kv_heads;
    int64_t queries, new_keys, past, keys; /* lengths; keys: past + new */
    int64_t head_size, value_size;
    bool is_flat; /* three axes: heads lie within the last */
    double scale, softcap;
    int64_t mode;
    finnc_elem precision; /* of the softmax; UNDEFINED: as it comes */
    bool is_causal;
    int64_t left, right;   /* keys seen on either side; -1: all */
    const int64_t *nonpad; /* keys that count, per batch; NULL: all */
    const char *q;
    void *k; /* (batch, kv_heads, keys, head_size), scaled */
    const void *v;
    /* Numbers added to scores, -inf forbids: the steps over batch, head, query and key. */
    const char *mask;
    int64_t mask_steps[4], mask_keys; /* beyond mask_keys everything is forbidden */
    char *y, *scores;                 /* scores NULL: not wanted */
    /* One each per thread. */
    char *block_q, *block_scores, *rounded;
} fnc_attention;

/* Where a row of `size` elements is in an input or output. */
static inline int64_t fnc_attention_place(bool is_flat, int64_t heads, int64_t length, int64_t size,
                                          int64_t batch, int64_t head, int64_t at)
{
    return (is_flat ? (batch * length + at) * heads + head : (batch * heads + head) * length + at) *
           size;
}
/* x[0 .. n) *= factor, in the type to compute in. */
void fnc_attention_scale(const fnc_attention *a, void *x, int64_t n, double factor);
/* Makes weights, which add up to 1, of a query's products with all keys; `rounded`: room for a row.
 * Scores that are an output are stored on the way. */
void fnc_attention_weigh(const fnc_attention *a, int64_t batch, int64_t head, int64_t query,
                         void *row, void *rounded);

#endif
