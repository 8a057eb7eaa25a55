#include "interp/pool.h"

#include <criterion/criterion.h>

static finnc_ctx *cx;
static fnc_pool *pool;

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
    cr_assert_eq(fnc_pool_create(cx, &pool), FINNC_OK);
}

static void teardown(void)
{
    fnc_pool_destroy(pool);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

TestSuite(pool, .init = setup, .fini = teardown);

Test(pool, what_is_given_back_serves_again)
{
    fnc_buffer *a = fnc_pool_take(pool, 1000);
    void *data = fnc_buffer_data(a);
    cr_assert_eq((uintptr_t)data % 64, 0);
    fnc_buffer_give_back(a);
    fnc_buffer *b = fnc_pool_take(pool, 900);
    cr_assert_eq(fnc_buffer_data(b), data);
    fnc_buffer_give_back(b);
}

Test(pool, a_buffer_far_too_large_is_not_wasted)
{
    fnc_buffer *a = fnc_pool_take(pool, 100000);
    void *data = fnc_buffer_data(a);
    fnc_buffer_give_back(a);
    fnc_buffer *b = fnc_pool_take(pool, 100);
    cr_assert_neq(fnc_buffer_data(b), data);
    fnc_buffer_give_back(b);
}

Test(pool, the_smallest_that_fits_is_taken)
{
    fnc_buffer *large = fnc_pool_take(pool, 1500), *small = fnc_pool_take(pool, 1100);
    void *data = fnc_buffer_data(small);
    fnc_buffer_give_back(small);
    fnc_buffer_give_back(large);
    fnc_buffer *again = fnc_pool_take(pool, 1000);
    cr_assert_eq(fnc_buffer_data(again), data);
    fnc_buffer_give_back(again);
}

Test(pool, tensors_count_and_scratch_does_not)
{
    finnc_tensor *t;
    fnc_buffer *scratch = NULL;
    cr_assert_not_null(fnc_pool_scratch(pool, &scratch, 5000));
    cr_assert_eq(fnc_buffer_to_tensor(cx, fnc_pool_take(pool, 400), FINNC_ELEM_FLOAT, 1,
                                      (int64_t[]){100}, &t),
                 FINNC_OK);
    cr_assert_eq(fnc_pool_peak(pool), 400);
    finnc_tensor_release(t);
    cr_assert_eq(fnc_pool_peak(pool), 400);
    fnc_pool_reset_peak(pool);
    cr_assert_eq(fnc_pool_peak(pool), 0);
    fnc_buffer_give_back_all(&scratch);
    cr_assert_null(scratch);
}

Test(pool, a_tensor_may_outlive_the_pool)
{
    finnc_tensor *t;
    fnc_buffer *buffer = fnc_pool_take(pool, 4);
    *(float *)fnc_buffer_data(buffer) = 7;
    cr_assert_eq(fnc_buffer_to_tensor(cx, buffer, FINNC_ELEM_FLOAT, 0, NULL, &t), FINNC_OK);
    fnc_pool_destroy(pool);
    cr_assert_eq(finnc_tensor_get(t, 0), 7);
    finnc_tensor_release(t);
    cr_assert_eq(fnc_pool_create(cx, &pool), FINNC_OK);
}

Test(pool, idle_buffers_make_room_under_a_cap)
{
    finnc_ctx *capped = finnc_ctx_create(&(finnc_ctx_options){.max_memory = 150000});
    fnc_pool *p;
    cr_assert_eq(fnc_pool_create(capped, &p), FINNC_OK);
    fnc_buffer_give_back(fnc_pool_take(p, 100000));
    fnc_buffer *b = fnc_pool_take(p, 120000);
    cr_assert_not_null(b);
    fnc_buffer_give_back(b);
    cr_assert_null(fnc_pool_take(p, 200000));
    cr_assert_null(fnc_pool_take(p, SIZE_MAX - 10));
    fnc_pool_destroy(p);
    finnc_ctx_destroy(capped);
}
