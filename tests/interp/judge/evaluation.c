#include "support/poor.h"
#include "support/run_text.h"
#include "support/suite.h"

#include <finnc/eval.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

FNC_SUITE(evaluation);

/* ---- ranking ---- */

/* The classes put first, best first, as "2 0 1". */
static const char *rank(const float *x, int64_t n, bool is_list, size_t top_k)
{
    static char text[100];
    finnc_ranked best[8];
    finnc_tensor *t = floats(cx, 1, (int64_t[]){n}, x);
    size_t count = finnc_rank_classes(t, 1, n - 1, is_list, best, top_k);
    text[0] = 0;
    for (size_t i = 0; i < count; i++) {
        snprintf(text + strlen(text), 20, "%s%d", i ? " " : "", (int)best[i].class_number);
        cr_assert_eq(best[i].has_score, !is_list);
    }
    finnc_tensor_release(t);
    return text;
}

Test(evaluation, of_equal_scores_the_first_is_better_and_nan_is_worst)
{
    const float x[] = {99, 1, NAN, 3, 3, -INFINITY};
    cr_assert_str_eq(rank(x, 6, false, 1), "2");
    cr_assert_str_eq(rank(x, 6, false, 3), "2 3 0");
    cr_assert_str_eq(rank(x, 6, false, 8), "2 3 0 4 1");
}

Test(evaluation, a_list_stands_as_it_is)
{
    const float x[] = {99, 4, 0, 7};
    cr_assert_str_eq(rank(x, 4, true, 2), "4 0");
    cr_assert_str_eq(rank(x, 4, true, 8), "4 0 7");
}

static bool is_list(finnc_elem elem, int64_t n, double x, int64_t nclasses)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, elem, 1, (int64_t[]){n}, &t), FINNC_OK);
    finnc_tensor_set(t, n - 1, x);
    bool answer = finnc_is_class_list(t, 0, n, nclasses);
    finnc_tensor_release(t);
    return answer;
}

Test(evaluation, class_numbers_are_told_from_scores)
{
    cr_assert(is_list(FINNC_ELEM_INT64, 3, 9, 10));
    cr_assert(is_list(FINNC_ELEM_INT64, 3, 10, 10), "of other classes than these ten");
    cr_assert(is_list(FINNC_ELEM_FLOAT, 1, 10, 10), "likewise");
    cr_assert_not(is_list(FINNC_ELEM_INT64, 3, -1, 10));
    cr_assert_not(is_list(FINNC_ELEM_INT64, 3, 2, 3), "a score for each class");
    cr_assert_not(is_list(FINNC_ELEM_FLOAT, 3, 2, 10));
    cr_assert(is_list(FINNC_ELEM_FLOAT, 1, 2, 10), "one number is a class's");
    cr_assert_not(is_list(FINNC_ELEM_FLOAT, 1, 2.5, 10));
    cr_assert_not(is_list(FINNC_ELEM_FLOAT, 1, NAN, 0));
    cr_assert(is_list(FINNC_ELEM_INT32, 2, 1000, 0));
}

/* ---- counting ---- */

Test(evaluation, counts_places_and_pairs)
{
    size_t length;
    finnc_evaluation *e;
    cr_assert_eq(finnc_evaluation_create(cx, 2, &e), FINNC_OK);
    cr_assert_eq(finnc_evaluation_add(e, 0, 3, (int64_t[]){3, 1}, 2), FINNC_OK);
    cr_assert_eq(finnc_evaluation_add(e, 1, 3, (int64_t[]){1, 3}, 2), FINNC_OK);
    cr_assert_eq(finnc_evaluation_add(e, 5, 0, (int64_t[]){1, 2, 0}, 3), FINNC_OK);
    cr_assert_eq(finnc_evaluation_add(e, 6, 0, (int64_t[]){40}, 1), FINNC_OK);
    cr_assert_eq(finnc_evaluation_count(e), 4);
    cr_assert_eq(finnc_evaluation_top_k(e), 2);
    cr_assert_eq(finnc_evaluation_hits(e, 1), 1);
    cr_assert_eq(finnc_evaluation_hits(e, 2), 2, "the third place is not counted");
    cr_assert_eq(finnc_evaluation_nclasses(e), 41);
    cr_assert_eq(finnc_evaluation_confusion(e, 3, 3), 1);
    cr_assert_eq(finnc_evaluation_confusion(e, 3, 1), 1);
    cr_assert_eq(finnc_evaluation_confusion(e, 0, 40), 1);
    cr_assert_eq(finnc_evaluation_confusion(e, 40, 0), 0);
    cr_assert_eq(finnc_evaluation_confusion(e, -1, 1000), 0);
    cr_assert_eq(finnc_evaluation_support(e, 3), 2);
    cr_assert_eq(finnc_evaluation_support(e, 1), 0);
    const size_t *row = finnc_evaluation_row(e, 0, &length);
    cr_assert_geq(length, 41);
    cr_assert_eq(row[1] + row[40], 2);
    const finnc_judged *j = finnc_evaluation_at(e, 2);
    cr_assert(j->sample == 5 && j->truth == 0 && j->predicted == 1 && j->place == SIZE_MAX);
    cr_assert_eq(finnc_evaluation_at(e, 1)->place, 1);
    cr_assert_null(finnc_evaluation_at(e, 4));
    finnc_evaluation_destroy(e);
}

Test(evaluation, classes_beyond_reason_are_refused)
{
    finnc_evaluation *e;
    cr_assert_eq(finnc_evaluation_create(cx, 0, &e), FINNC_OK);
    cr_assert_eq(finnc_evaluation_add(e, 7, INT64_C(1) << 40, (int64_t[]){0}, 1), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "sample 7: the label is 1099511627776"), "%s",
              finnc_ctx_message(cx));
    cr_assert_eq(finnc_evaluation_add(e, 7, 0, (int64_t[]){-1}, 1), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_evaluation_add(e, 7, 0, NULL, 0), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_evaluation_count(e), 0);
    finnc_evaluation_destroy(e);
}

static finnc_status count_some(finnc_ctx *poor, void *user)
{
    (void)user;
    finnc_evaluation *e;
    finnc_status status = FINNC_OK;
    FINNC_TRY(finnc_evaluation_create(poor, 1, &e));
    for (int64_t i = 0; i < 40 && status == FINNC_OK; i++)
        status = finnc_evaluation_add(e, (size_t)i, i, &i, 1);
    finnc_evaluation_destroy(e);
    return status;
}

Test(evaluation, running_out_of_memory_leaves_nothing)
{
    check_poor(count_some, NULL);
}
