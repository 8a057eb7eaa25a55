/* The one place that knows OpenMP. */
#include "kernel.h"
#include "team.h"

#include <omp.h>

/* Less work than this (additions, about a fifth of a millisecond) is not worth waking threads,
 * which on a busy machine may not come at once. */
static const int64_t WORTH_IT = 500000;

typedef void range_fn(void *user, int64_t begin, int64_t end);

void fnc_parallel(const fnc_call *call, int64_t count, int64_t cost, range_fn *body, void *user)
{
    int64_t work;
    int threads = call->threads;
    if (!fnc_mul_i64(count, cost, &work))
        work = INT64_MAX;
    if (threads > count)
        threads = (int)count;
    if (threads <= 1 || work < WORTH_IT) {
        if (count > 0)
            body(user, 0, count);
        return;
    }
#pragma omp parallel num_threads(threads)
    {
        int64_t n = omp_get_num_threads(), i = omp_get_thread_num();
        int64_t share = count / n, rest = count % n;
        int64_t begin = i * share + (i < rest ? i : rest);
        int64_t end = begin + share + (i < rest);
        if (begin < end)
            body(user, begin, end);
    }
}

typedef struct pieces {
    const fnc_call *call;
    int64_t size; /* items of one */
    range_fn *body;
    void *user;
} pieces;

static void run_pieces(void *user, int64_t begin, int64_t end)
{
    const pieces *p = user;
    for (; begin < end && !fnc_is_stopped(p->call); begin += p->size)
        p->body(p->user, begin, end - begin < p->size ? end : begin + p->size);
}

void fnc_parallel_long(const fnc_call *call, int64_t count, int64_t cost, range_fn *body,
                       void *user)
{
    const int64_t size = FNC_PATIENCE / (cost > 0 ? cost : 1);
    pieces p = {call, size > 0 ? size : 1, body, user};
    fnc_parallel(call, count, cost, run_pieces, &p);
}

bool fnc_is_stopped(const fnc_call *call)
{
    return fnc_ctx_is_stopped(call->cx);
}

int fnc_parallel_thread(void)
{
    return omp_get_thread_num();
}

void fnc_team(int threads, void (*work)(void *user, int rank, int size), void *user)
{
    if (threads <= 1) {
        work(user, 0, 1);
        return;
    }
#pragma omp parallel num_threads(threads)
    work(user, omp_get_thread_num(), omp_get_num_threads());
}

void fnc_team_wait(void)
{
#pragma omp barrier
}
