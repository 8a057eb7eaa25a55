/* Counting answers. */
#include <finnc/eval.h>

#include <base/alloc.h>

#include <inttypes.h>
#include <math.h>

/* ---- what an output says ---- */

bool finnc_is_class_list(const finnc_tensor *t, int64_t first, int64_t count, int64_t nclasses)
{
    if (!finnc_elem_is_integer(finnc_tensor_elem(t)) && count != 1)
        return false;
    if (count == nclasses && count != 1)
        return false;
    for (int64_t i = first; i < first + count; i++) {
        double x = finnc_tensor_get(t, i);
        if (!(x >= 0) || x != rint(x))
            return false;
    }
    return true;
}

static bool is_better(const finnc_ranked *a, const finnc_ranked *b)
{
    if (isnan(a->score) || isnan(b->score))
        return !isnan(a->score) && isnan(b->score);
    return a->score > b->score;
}

size_t finnc_rank_classes(const finnc_tensor *t, int64_t first, int64_t count, bool is_list,
                          finnc_ranked *best, size_t top_k)
{
    size_t n = 0;
    for (int64_t i = 0; i < count; i++) {
        if (is_list && n == top_k)
            break;
        finnc_ranked one = {i, finnc_tensor_get(t, first + i), true};
        if (is_list)
            one = (finnc_ranked){.class_number = finnc_tensor_get_int(t, first + i)};
        size_t at = n;
        while (!is_list && at > 0 && is_better(&one, &best[at - 1]))
            at--;
        if (at == top_k)
            continue;
        n += n < top_k;
        for (size_t k = n - 1; k > at; k--)
            best[k] = best[k - 1];
        best[at] = one;
    }
    return n;
}

/* ---- counting ---- */

enum { MAX_CLASSES = 1 << 20 };

/* A line of the confusion matrix: as long as the largest class predicted for that truth. */
typedef struct line {
    size_t *counts;
    size_t length, total;
} line;

struct finnc_evaluation {
    finnc_ctx *cx;
    size_t top_k;
    size_t *hits; /* whose truth stands at place 0, 1, ... */
    line *lines;
    size_t nlines;
    int64_t nclasses;
    finnc_judged *judged;
    size_t count, room;
};

finnc_status finnc_evaluation_create(finnc_ctx *cx, size_t top_k, finnc_evaluation **evaluation)
{
    finnc_evaluation *e = fnc_alloc(cx, sizeof *e);
    if (!e)
        return finnc_no_memory(cx);
    e->cx = cx;
    e->top_k = top_k ? top_k : 1;
    e->hits = FNC_ALLOC_ARRAY(cx, size_t, e->top_k);
    if (!e->hits) {
        finnc_evaluation_destroy(e);
        return finnc_no_memory(cx);
    }
    *evaluation = e;
    return FINNC_OK;
}

void finnc_evaluation_destroy(finnc_evaluation *e)
{
    if (!e)
        return;
    for (size_t k = 0; k < e->nlines; k++)
        fnc_free(e->cx, e->lines[k].counts);
    fnc_free(e->cx, e->lines);
    fnc_free(e->cx, e->hits);
    fnc_free(e->cx, e->judged);
    fnc_free(e->cx, e);
}

/* An array of at least `need` elements, new ones zero: `*array` is replaced. */
static bool grow(finnc_ctx *cx, void **array, size_t *room, size_t need, size_t size)
{
    size_t wanted = *room ? *room : 16, nbytes;
    if (need <= *room)
        return true;
    while (wanted < need)
        if (!fnc_mul(wanted, 2, &wanted))
            return false;
    void *grown = fnc_mul(wanted, size, &nbytes) ? fnc_realloc(cx, *array, nbytes) : NULL;
    if (!grown)
        return false;
    *array = grown;
    *room = wanted;
    return true;
}

static bool count_pair(finnc_evaluation *e, int64_t truth, int64_t predicted)
{
    void *array = e->lines;
    bool has_room = grow(e->cx, &array, &e->nlines, (size_t)truth + 1, sizeof *e->lines);
    e->lines = array;
    if (!has_room)
        return false;
    line *l = &e->lines[truth];
    array = l->counts;
    has_room = grow(e->cx, &array, &l->length, (size_t)predicted + 1, sizeof *l->counts);
    l->counts = array;
    if (!has_room)
        return false;
    l->total++;
    l->counts[predicted]++;
    return true;
}

static finnc_status check_class(const finnc_evaluation *e, size_t sample, const char *what,
                                int64_t class_number)
{
    if (class_number < 0 || class_number >= MAX_CLASSES)
        return finnc_fail(e->cx, FINNC_BAD_VALUE,
                          "sample %zu: the %s is %" PRId64 ", classes are 0 to %d", sample, what,
                          class_number, MAX_CLASSES - 1);
    return FINNC_OK;
}

finnc_status finnc_evaluation_add(finnc_evaluation *e, size_t sample, int64_t truth,
                                  const int64_t *classes, size_t count)
{
    finnc_judged one = {
        .sample = sample, .truth = truth, .predicted = count ? classes[0] : -1, .place = SIZE_MAX};
    FINNC_TRY(check_class(e, sample, "label", truth));
    FINNC_TRY(check_class(e, sample, "answer", one.predicted));
    for (size_t k = 0; k < count && k < e->top_k && one.place == SIZE_MAX; k++)
        if (classes[k] == truth)
            one.place = k;
    void *array = e->judged;
    bool has_room = grow(e->cx, &array, &e->room, e->count + 1, sizeof *e->judged);
    e->judged = array;
    if (!has_room || !count_pair(e, truth, one.predicted))
        return finnc_no_memory(e->cx);
    e->judged[e->count++] = one;
    if (one.place != SIZE_MAX)
        e->hits[one.place]++;
    int64_t largest = truth > one.predicted ? truth : one.predicted;
    e->nclasses = largest + 1 > e->nclasses ? largest + 1 : e->nclasses;
    return FINNC_OK;
}

size_t finnc_evaluation_count(const finnc_evaluation *e)
{
    return e->count;
}

size_t finnc_evaluation_top_k(const finnc_evaluation *e)
{
    return e->top_k;
}

size_t finnc_evaluation_hits(const finnc_evaluation *e, size_t k)
{
    size_t hits = 0;
    for (size_t i = 0; i < k && i < e->top_k; i++)
        hits += e->hits[i];
    return hits;
}

int64_t finnc_evaluation_nclasses(const finnc_evaluation *e)
{
    return e->nclasses;
}

const size_t *finnc_evaluation_row(const finnc_evaluation *e, int64_t truth, size_t *length)
{
    bool is_there = truth >= 0 && (uint64_t)truth < e->nlines;
    *length = is_there ? e->lines[truth].length : 0;
    return is_there ? e->lines[truth].counts : NULL;
}

size_t finnc_evaluation_confusion(const finnc_evaluation *e, int64_t truth, int64_t predicted)
{
    size_t length;
    const size_t *row = finnc_evaluation_row(e, truth, &length);
    return predicted >= 0 && (uint64_t)predicted < length ? row[predicted] : 0;
}

size_t finnc_evaluation_support(const finnc_evaluation *e, int64_t truth)
{
    return truth < 0 || (uint64_t)truth >= e->nlines ? 0 : e->lines[truth].total;
}

const finnc_judged *finnc_evaluation_at(const finnc_evaluation *e, size_t i)
{
    return i < e->count ? &e->judged[i] : NULL;
}
