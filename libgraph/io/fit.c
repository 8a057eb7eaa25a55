/* Data as a model's input wants them: numbers, element type, layout and rank, in that order. What
 * was done is told in words, because each of these steps is one that people get wrong. */
#include "fit_axes.h"

#include <finnc/io.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct fitting {
    finnc_ctx *cx;
    const finnc_fit *fit;
    const finnc_value *value;
    finnc_tensor *tensor; /* as far as it is */
    char layout[8];       /* of `tensor`; "" if it is not known */
    int64_t nclipped;     /* elements beyond what the input's element type holds, and one of them */
    double clipped;
} fitting;

/* Puts what a step made in place of what it was made from. */
static finnc_status next(fitting *f, finnc_status status, finnc_tensor *const *made)
{
    if (status != FINNC_OK)
        return status;
    finnc_tensor_release(f->tensor);
    f->tensor = *made;
    return FINNC_OK;
}

/* ---- layouts ---- */

const char *finnc_value_axes(const finnc_value *value)
{
    const char *layout = finnc_value_layout(value);
    if (finnc_value_rank(value) != 4)
        return "";
    if (layout && (!strcmp(layout, "NCHW") || !strcmp(layout, "NHWC")))
        return layout;
    int64_t first = finnc_value_dim(value, 1).size, last = finnc_value_dim(value, 3).size;
    bool is_last = (last == 1 || last == 3) && first != 1 && first != 3;
    return is_last ? "NHWC" : "NCHW";
}

/* Layouts that data may have, and what they are with all four axes. */
static const struct {
    const char *name, *complete;
} layouts[] = {
    {"NCHW", "NCHW"}, {"NHWC", "NHWC"}, {"CHW", "NCHW"},
    {"HWC", "NHWC"},  {"NHW", "NCHW"},  {"HW", "NCHW"},
};
enum { NLAYOUTS = sizeof layouts / sizeof *layouts };

static finnc_status unfit(const fitting *f, const char *layout)
{
    return finnc_fail(f->cx, FINNC_BAD_VALUE, "the layout is said to be %s, the data have %d axes",
                      layout, finnc_tensor_rank(f->tensor));
}

/* Adds axes of one element until there are four. With the N of a layout the data may leave it out,
 * and without it they may have it: what is meant by "HWC" and "NHWC" is the order. */
static finnc_status complete_axes(fitting *f)
{
    int64_t dims[4];
    const char *layout = f->fit->layout ? f->fit->layout : finnc_value_axes(f->value);
    int rank = finnc_tensor_rank(f->tensor), k = 0, at = 0;
    if (!layout[0] || (!f->fit->layout && rank != 4))
        return FINNC_OK;
    while (k < NLAYOUTS && strcmp(layouts[k].name, layout) != 0)
        k++;
    if (k == NLAYOUTS)
        return finnc_fail(f->cx, FINNC_BAD_VALUE, "there is no layout %s", layout);
    bool has_channels = strchr(layout, 'C');
    int picture = has_channels ? 3 : 2; /* axes of one */
    if (rank != picture && rank != picture + 1)
        return unfit(f, layout);
    for (int i = 0; i < 4; i++) {
        char axis = layouts[k].complete[i];
        bool is_given = axis == 'N' ? rank > picture : axis != 'C' || has_channels;
        dims[i] = is_given ? finnc_tensor_dim(f->tensor, at++) : 1;
    }
    snprintf(f->layout, sizeof f->layout, "%s", layouts[k].complete);
    if (rank == 4)
        return FINNC_OK;
    finnc_tensor *made = NULL;
    return next(f, finnc_tensor_reshape(f->cx, f->tensor, 4, dims, &made), &made);
}

/* The place of an axis in the data, or -1. */
static int axis_of(const fitting *f, char name)
{
    const char *at = f->layout[0] ? strchr(f->layout, name) : NULL;
    return at ? (int)(at - f->layout) : -1;
}

/* Brings the data's axes into that order. */
static finnc_status turn(fitting *f, const char *want)
{
    int perm[4], rank = (int)strlen(f->layout);
    if (!want[0] || !f->layout[0] || !strcmp(want, f->layout))
        return FINNC_OK;
    for (int i = 0; i < rank; i++) {
        perm[i] = axis_of(f, want[i]);
        if (perm[i] < 0)
            return finnc_fail(f->cx, FINNC_BAD_VALUE, "the data are %s, the model wants %s",
                              f->layout, want);
    }
    snprintf(f->layout, sizeof f->layout, "%s", want);
    finnc_tensor *made = NULL;
    return next(f, finnc_tensor_transpose(f->cx, f->tensor, perm, &made), &made);
}

static fnc_axes axes_of(const fitting *f)
{
    return (fnc_axes){f->layout, finnc_tensor_rank(f->tensor), finnc_tensor_dims(f->tensor)};
}

static bool has_other_rank(const fitting *f)
{
    int rank = finnc_value_rank(f->value), is = finnc_tensor_rank(f->tensor);
    return rank >= 1 && rank <= FINNC_MAX_RANK && is >= 1 && rank != is;
}

/* ---- colours and numbers ---- */

/* Does the input take one channel, not three? */
static bool wants_grey(const fitting *f)
{
    fnc_axes_goal goal;
    const char *want = finnc_value_axes(f->value);
    const finnc_tensor *t = f->tensor;
    const int64_t dims[] = {finnc_tensor_dim(t, 0), 1, finnc_tensor_dim(t, 2),
                            finnc_tensor_dim(t, 3)};
    const fnc_axes colour = axes_of(f), grey = {f->layout, 4, dims};
    if (want[0])
        return finnc_value_dim(f->value, (int)(strchr(want, 'C') - want)).size == 1;
    if (finnc_value_nelems(f->value) == finnc_tensor_nelems(t)) /* colours of another size */
        return false;
    return has_other_rank(f) && !fnc_axes_place(&colour, f->value, &goal) &&
           fnc_axes_place(&grey, f->value, &goal);
}

/* Luma of ITU-R BT.601, in the 16-bit integers that PIL's mode "L" uses. */
static finnc_status make_grey(fitting *f)
{
    finnc_tensor *t = f->tensor, *grey;
    if (!f->fit->is_colour || strcmp(f->layout, "NCHW") != 0 ||
        finnc_tensor_elem(t) != FINNC_ELEM_UINT8 || finnc_tensor_dim(t, 1) != 3 || !wants_grey(f))
        return FINNC_OK;
    const int64_t dims[] = {finnc_tensor_dim(t, 0), 1, finnc_tensor_dim(t, 2),
                            finnc_tensor_dim(t, 3)};
    int64_t n = dims[2] * dims[3];
    FINNC_TRY(finnc_tensor_create(f->cx, FINNC_ELEM_UINT8, 4, dims, &grey));
    for (int64_t i = 0; i < dims[0] * n; i++) {
        int64_t at = i / n * 3 * n + i % n;
        int64_t red = finnc_tensor_get_int(t, at), green = finnc_tensor_get_int(t, at + n),
                blue = finnc_tensor_get_int(t, at + 2 * n);
        finnc_tensor_set_int(grey, i, (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
    }
    return next(f, FINNC_OK, &grey);
}

/* What becomes of a number, with the factors of a channel. */
typedef struct affine {
    double scale, mean, std;
} affine;

static double nth(const double *numbers, size_t count, size_t i, double absent)
{
    return !count ? absent : numbers[count == 1 ? 0 : i];
}

static affine affine_of(const finnc_fit *fit, size_t channel)
{
    return (affine){nth(fit->scale, fit->nscale, channel, 1),
                    nth(fit->mean, fit->nmean, channel, 0), nth(fit->std, fit->nstd, channel, 1)};
}

static double apply(affine a, double x)
{
    return (x * a.scale - a.mean) / a.std;
}

/* Do the numbers change anything? */
static bool is_identity(const finnc_fit *fit)
{
    bool is = true;
    for (size_t i = 0; i < fit->nscale; i++)
        is &= fit->scale[i] == 1;
    for (size_t i = 0; i < fit->nmean; i++)
        is &= fit->mean[i] == 0;
    for (size_t i = 0; i < fit->nstd; i++)
        is &= fit->std[i] == 1;
    return is;
}

/* Counts a number that the integer type `elem` does not hold, rounded though it may be. */
static void count_clipped(fitting *f, finnc_elem elem, double x)
{
    int bits = finnc_elem_bits(elem);
    bool is_signed = finnc_elem_is_signed(elem);
    double low = is_signed ? -ldexp(1, bits - 1) : 0, above = ldexp(1, is_signed ? bits - 1 : bits);
    if (x >= low - 0.5 && x < above - 0.5)
        return;
    f->clipped = x;
    f->nclipped++;
}

/* Elements `at` to `at` + `n`, which are of one channel. */
static void convert_run(fitting *f, finnc_tensor *to, affine a, int64_t at, int64_t n)
{
    const finnc_tensor *from = f->tensor;
    const finnc_elem elem = finnc_tensor_elem(to);
    if (finnc_tensor_elem(from) == FINNC_ELEM_UINT8 && elem == FINNC_ELEM_FLOAT && n >= 256) {
        const void *data;
        float table[256], *out = (float *)finnc_tensor_edit(to) + at;
        if (finnc_tensor_need_data(f->cx, from, &data) == FINNC_OK) {
            for (int x = 0; x < 256; x++)
                table[x] = (float)apply(a, x);
            for (int64_t i = 0; i < n; i++)
                out[i] = table[((const uint8_t *)data)[at + i]];
            return;
        }
        finnc_ctx_clear(f->cx);
    }
    for (int64_t i = at; i < at + n; i++) {
        double x = apply(a, finnc_tensor_get(from, i));
        finnc_tensor_set(to, i, x);
        if (finnc_elem_is_integer(elem))
            count_clipped(f, elem, x);
    }
}

/* Values as they are: none may be clipped. */
static finnc_status cast(fitting *f, finnc_elem elem)
{
    const finnc_tensor *t = f->tensor;
    finnc_tensor *made = NULL;
    if (finnc_elem_is_integer(elem) && elem != finnc_tensor_elem(t))
        for (int64_t i = 0; i < finnc_tensor_nelems(t); i++)
            count_clipped(f, elem, finnc_tensor_get(t, i));
    if (f->nclipped)
        return finnc_fail(f->cx, FINNC_BAD_VALUE,
                          "%.17g is beyond what %s holds: a scale or a mean has to bring it there",
                          f->clipped, finnc_elem_name(elem));
    return next(f, finnc_tensor_cast(f->cx, t, elem, &made), &made);
}

static finnc_status check_counts(const fitting *f, int64_t nchannels)
{
    const size_t counts[] = {f->fit->nscale, f->fit->nmean, f->fit->nstd};
    for (size_t i = 0; i < 3; i++)
        if (counts[i] > 1 && (int64_t)counts[i] != nchannels)
            return finnc_fail(f->cx, FINNC_BAD_VALUE, "%zu numbers for %" PRId64 " channels",
                              counts[i], nchannels);
    for (size_t i = 0; i < f->fit->nstd; i++)
        if (f->fit->std[i] == 0)
            return finnc_fail(f->cx, FINNC_BAD_VALUE, "a division by zero is asked for");
    return FINNC_OK;
}

static bool has_numbers(const finnc_fit *fit)
{
    return fit->nscale || fit->nmean || fit->nstd;
}

static finnc_status convert(fitting *f)
{
    const finnc_tensor *t = f->tensor;
    finnc_elem elem = finnc_value_elem(f->value);
    finnc_tensor *made = NULL;
    if (elem == FINNC_ELEM_UNDEFINED)
        elem = has_numbers(f->fit) && finnc_elem_is_integer(finnc_tensor_elem(t))
                   ? FINNC_ELEM_FLOAT
                   : finnc_tensor_elem(t);
    if (!has_numbers(f->fit))
        return cast(f, elem);
    int c = axis_of(f, 'C');
    int64_t nchannels = c < 0 ? 1 : finnc_tensor_dim(t, c), run = 1;
    FINNC_TRY(check_counts(f, nchannels));
    if (finnc_tensor_elem(t) == FINNC_ELEM_STRING || elem == FINNC_ELEM_STRING)
        return finnc_fail(f->cx, FINNC_UNSUPPORTED, "strings are no numbers to scale");
    if (is_identity(f->fit) && finnc_elem_is_integer(elem))
        return cast(f, elem);
    FINNC_TRY(finnc_tensor_create(f->cx, elem, finnc_tensor_rank(t), finnc_tensor_dims(t), &made));
    for (int i = c < 0 ? 0 : c + 1; i < finnc_tensor_rank(t); i++)
        run *= finnc_tensor_dim(t, i);
    for (int64_t at = 0, i = 0; at < finnc_tensor_nelems(t); at += run, i++)
        convert_run(f, made, affine_of(f->fit, (size_t)(nchannels ? i % nchannels : 0)), at, run);
    return next(f, FINNC_OK, &made);
}

/* ---- rank ---- */

static finnc_status fit_rank(fitting *f)
{
    fnc_axes_goal goal;
    finnc_tensor *made = NULL;
    const fnc_axes axes = axes_of(f);
    int rank = finnc_value_rank(f->value);
    if (!has_other_rank(f) || !fnc_axes_place(&axes, f->value, &goal))
        return FINNC_OK;
    FINNC_TRY(turn(f, goal.layout));
    snprintf(f->layout, sizeof f->layout, "%s", goal.name);
    return next(f, finnc_tensor_reshape(f->cx, f->tensor, rank, goal.dims, &made), &made);
}

/* ---- words ---- */

typedef struct line {
    char *text;
    size_t used;
} line;

FINNC_PRINTF(2, 3) static void put(line *l, const char *format, ...)
{
    va_list args;
    size_t room = FINNC_FIT_WORDS_MAX - l->used;
    va_start(args, format);
    int n = vsnprintf(l->text + l->used, room, format, args);
    va_end(args);
    if (n > 0)
        l->used += (size_t)n < room ? (size_t)n : room - 1;
}

static void put_tensor(line *l, const finnc_tensor *t, const char *layout)
{
    put(l, "%s ", finnc_elem_name(finnc_tensor_elem(t)));
    for (int i = 0; i < finnc_tensor_rank(t); i++)
        put(l, "%s%" PRId64, i ? "x" : "", finnc_tensor_dim(t, i));
    if (layout[0])
        put(l, " (%s)", layout);
}

static void put_numbers(line *l, const char *before, const double *numbers, size_t count,
                        const char *behind)
{
    put(l, "%s", before);
    for (size_t i = 0; i < count; i++)
        put(l, "%s%.6g", i ? "," : "", numbers[i]);
    put(l, "%s", behind);
}

static void put_affine(line *l, const finnc_fit *fit)
{
    put(l, ", %s", fit->nmean && fit->nstd ? "(x" : "x");
    if (fit->nscale)
        put_numbers(l, " * ", fit->scale, fit->nscale, "");
    if (fit->nmean)
        put_numbers(l, " - ", fit->mean, fit->nmean, fit->nstd ? ")" : "");
    if (fit->nstd)
        put_numbers(l, " / ", fit->std, fit->nstd, "");
}

static bool is_same_shape(const finnc_tensor *a, const finnc_tensor *b)
{
    int rank = finnc_tensor_rank(a);
    return rank == finnc_tensor_rank(b) &&
           (!rank ||
            !memcmp(finnc_tensor_dims(a), finnc_tensor_dims(b), (size_t)rank * sizeof(int64_t)));
}

static void describe(const fitting *f, const finnc_tensor *data, const char *layout, char *words)
{
    line l = {words, 0};
    bool is_cast = finnc_tensor_elem(data) != finnc_tensor_elem(f->tensor);
    words[0] = 0;
    if (!is_cast && is_same_shape(data, f->tensor) && !strcmp(layout, f->layout) &&
        is_identity(f->fit))
        return;
    put_tensor(&l, data, layout);
    put(&l, " becomes ");
    put_tensor(&l, f->tensor, f->layout);
    if (!is_identity(f->fit))
        put_affine(&l, f->fit);
    else if (is_cast)
        put(&l, ", values as they are");
    if (f->nclipped)
        put(&l, ", %" PRId64 " of %" PRId64 " clipped", f->nclipped,
            finnc_tensor_nelems(f->tensor));
}

/* ---- all of it ---- */

static finnc_status run(fitting *f, const finnc_tensor *data, char *words)
{
    FINNC_TRY(complete_axes(f));
    const char *given = f->fit->layout ? f->fit->layout : f->layout;
    char layout[8];
    snprintf(layout, sizeof layout, "%s", given);
    FINNC_TRY(make_grey(f));
    FINNC_TRY(convert(f));
    FINNC_TRY(turn(f, finnc_value_axes(f->value)));
    FINNC_TRY(fit_rank(f));
    if (words)
        describe(f, data, layout, words);
    return FINNC_OK;
}

finnc_status finnc_tensor_fit(finnc_ctx *cx, const finnc_tensor *data, const finnc_fit *fit,
                              const finnc_value *value, finnc_tensor **fitted,
                              char words[FINNC_FIT_WORDS_MAX])
{
    fitting f = {.cx = cx, .fit = fit, .value = value, .tensor = finnc_tensor_retain(data)};
    if (words)
        words[0] = 0;
    finnc_status status = FINNC_OK;
    if (finnc_tensor_kind(data) == FINNC_KIND_TENSOR)
        status = run(&f, data, words);
    if (status == FINNC_OK)
        *fitted = f.tensor;
    else
        finnc_tensor_release(f.tensor);
    return status;
}
