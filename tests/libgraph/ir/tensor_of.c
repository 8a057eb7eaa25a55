#include "support/poor.h"
#include "support/suite.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <string.h>

FNC_SUITE(tensor_of);

enum { WIDTH = 8 };

/* WIDTH of WIDTH of ... of one tensor, `depth` levels: a few hundred bytes. */
static finnc_status create_tower(finnc_ctx *in, int depth, finnc_tensor **tower)
{
    FINNC_TRY(finnc_tensor_create_scalar(in, FINNC_ELEM_FLOAT, 1, tower));
    finnc_status status = FINNC_OK;
    for (int level = 0; level < depth && status == FINNC_OK; level++) {
        const finnc_tensor *items[WIDTH];
        finnc_tensor *item = *tower;
        for (int i = 0; i < WIDTH; i++)
            items[i] = item;
        status = finnc_tensor_create_of(in, FINNC_KIND_SEQUENCE, items, WIDTH, tower);
        finnc_tensor_release(item);
    }
    return status;
}

Test(tensor_of, shared_items_count_as_often_as_they_are_there)
{
    finnc_tensor *tower;
    cr_assert_eq(create_tower(cx, 7, &tower), FINNC_OK); /* 8^7 and a bit */
    finnc_tensor_release(tower);
    cr_assert_eq(create_tower(cx, 8, &tower), FINNC_BAD_VALUE); /* 2^24 and more */
    cr_expect(strstr(finnc_ctx_message(cx), "a sequence of more than 16777216 items"), "%s",
              finnc_ctx_message(cx));
}

Test(tensor_of, nesting_has_an_end)
{
    finnc_tensor *optional, *item;
    cr_assert_eq(finnc_tensor_create_scalar(cx, FINNC_ELEM_FLOAT, 1, &item), FINNC_OK);
    for (int depth = 1; depth <= 17; depth++) {
        const finnc_tensor *items[] = {item};
        const finnc_status status =
            finnc_tensor_create_of(cx, FINNC_KIND_OPTIONAL, items, 1, &optional);
        cr_assert_eq(status, depth <= 16 ? FINNC_OK : FINNC_BAD_VALUE);
        finnc_tensor_release(item);
        item = optional;
    }
    cr_expect(strstr(finnc_ctx_message(cx), "nested more than 16 deep"), "%s",
              finnc_ctx_message(cx));
}

static finnc_status make_and_drop(finnc_ctx *in, void *user)
{
    finnc_tensor *tower;
    (void)user;
    FINNC_TRY(create_tower(in, 1, &tower));
    finnc_tensor_release(tower);
    return FINNC_OK;
}

Test(tensor_of, running_out_of_memory_leaves_nothing)
{
    check_poor(make_and_drop, NULL);
}
