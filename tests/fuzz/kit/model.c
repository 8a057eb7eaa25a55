#include "model.h"

#include "text.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

/* Seconds until work is cancelled. */
enum { PATIENCE = 1 };

/* One context at a time is all that a target needs, and a callback gets nothing but its user. */
static struct {
    finnc_ctx *cx;
    size_t steps, left;
    volatile sig_atomic_t is_spent;
} budget;

static void spend(int number)
{
    (void)number;
    budget.is_spent = 1;
    finnc_ctx_cancel(budget.cx);
}

static void count(void *user, const char *what, size_t done, size_t total)
{
    (void)user;
    (void)what;
    (void)done;
    (void)total;
    if (budget.left == 0)
        spend(0);
    else
        budget.left--;
}

/* Of the processor, not of the clock on the wall: the machine may be busy. Work without steps that
 * can be counted is bounded by its input. */
static void set_timer(time_t seconds)
{
    if (budget.steps == SIZE_MAX)
        return;
    signal(SIGVTALRM, seconds ? spend : SIG_IGN);
    setitimer(ITIMER_VIRTUAL, &(struct itimerval){.it_value = {.tv_sec = seconds}}, NULL);
}

finnc_ctx *fuzz_ctx_create(uint64_t max_memory, size_t steps)
{
    budget.cx = finnc_ctx_create(
        &(finnc_ctx_options){.max_memory = max_memory, .threads = 1, .progress = count});
    CHECK(budget.cx, "no context");
    budget.steps = budget.left = steps;
    budget.is_spent = 0;
    set_timer(PATIENCE);
    return budget.cx;
}

void fuzz_ctx_renew(finnc_ctx *cx)
{
    budget.left = budget.steps;
    finnc_ctx_resume(cx);
    set_timer(PATIENCE);
}

bool fuzz_ctx_is_spent(void)
{
    return budget.is_spent;
}

void fuzz_ctx_destroy(finnc_ctx *cx)
{
    set_timer(0);
    CHECK(finnc_ctx_live_bytes(cx) == 0, "memory is left");
    finnc_ctx_destroy(cx);
}

void fuzz_check_words(finnc_ctx *cx, finnc_status status)
{
    const char *words = finnc_ctx_message(cx);
    CHECK((status == FINNC_OK) == !words[0], words);
    CHECK(!strchr(words, '\n'), words);
}

finnc_model *fuzz_model_read(finnc_ctx *cx, const char *text)
{
    finnc_model *model = NULL;
    const finnc_status status = finnc_model_read_text(cx, text, &model);
    fuzz_check_words(cx, status);
    finnc_ctx_clear(cx);
    return status == FINNC_OK ? model : NULL;
}

finnc_model *fuzz_model_need(finnc_ctx *cx, const char *text)
{
    finnc_model *model = NULL;
    CHECK(finnc_model_read_text(cx, text, &model) == FINNC_OK, finnc_ctx_message(cx));
    return model;
}

char *fuzz_model_print(finnc_ctx *cx, const finnc_model *model)
{
    fuzz_text text = {0};
    const finnc_status status =
        finnc_text_write(cx, model, FINNC_TEXT_WEIGHTS, fuzz_text_add, &text);
    fuzz_check_words(cx, status);
    if (status == FINNC_OK)
        return text.data;
    CHECK(status == FINNC_UNSUPPORTED || status == FINNC_NO_MEMORY || status == FINNC_CANCELLED,
          finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    free(text.data);
    return NULL;
}

/* Sizes that are not known are drawn as 1. */
static bool is_small(const finnc_value *value, int64_t nelems)
{
    int64_t n = 1;
    for (int axis = 0; axis < finnc_value_rank(value); axis++) {
        const int64_t size = finnc_value_dim(value, axis).size;
        if (size == 0)
            return true;
        if (size > nelems / n)
            return false;
        n *= size > 1 ? size : 1;
    }
    return true;
}

bool fuzz_model_is_small(const finnc_model *model, int64_t nelems)
{
    finnc_foreach_value (value, finnc_model_graph(model))
        if (!is_small(value, nelems))
            return false;
    return true;
}
