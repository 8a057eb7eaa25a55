#include "layer_text.h"

#include <support/check_pass.h>

#include <criterion/criterion.h>
#include <finnc/model.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The model and its first node, for one check. */
typedef struct layer {
    finnc_ctx *cx;
    finnc_model *model;
    finnc_node *node;
    char text[512];
} layer;

static layer open_layer(const char *text)
{
    layer l = {.cx = finnc_ctx_create(NULL)};
    cr_assert(l.cx);
    l.model = test_read_text(l.cx, text);
    l.node = finnc_graph_first_node(finnc_model_graph(l.model));
    cr_assert(l.node);
    return l;
}

static void close_layer(layer *l)
{
    finnc_model_destroy(l->model);
    finnc_ctx_destroy(l->cx);
}

static void say(layer *l, const char *format, ...)
{
    const size_t used = strlen(l->text);
    va_list args;
    va_start(args, format);
    vsnprintf(l->text + used, sizeof l->text - used, format, args);
    va_end(args);
}

static void say_list(layer *l, const int64_t *x, int n)
{
    say(l, "[");
    for (int i = 0; i < n; i++)
        say(l, i ? ",%" PRId64 : "%" PRId64, x[i]);
    say(l, "]");
}

static void compare(const layer *l, const char *file, int line, finnc_status status,
                    const char *expected)
{
    cr_assert(status == FINNC_OK, "%s:%d: %s", file, line, finnc_ctx_message(l->cx));
    cr_assert(strcmp(l->text, expected) == 0, "%s:%d: is \"%s\", should be \"%s\"", file, line,
              l->text, expected);
}

static finnc_status ask(layer *l, int what, size_t i, finnc_stream *stream)
{
    int64_t cycles;
    if (what == 2)
        return finnc_layer_cycles(l->cx, l->node, &cycles);
    return what ? finnc_layer_output(l->cx, l->node, i, stream)
                : finnc_layer_input(l->cx, l->node, i, stream);
}

void check_stream_at(const char *file, int line, const char *text, int is_output, size_t i,
                     const char *expected)
{
    layer l = open_layer(text);
    finnc_stream s;
    char name[FINNC_DTYPE_NAME_MAX];
    const finnc_status status = ask(&l, is_output, i, &s);
    say(&l, "%s", finnc_dtype_name(s.dtype, name));
    say_list(&l, s.dims, s.rank);
    if (s.width) {
        say(&l, " ");
        say_list(&l, s.folded, s.folded_rank);
        say(&l, " %" PRId64 " bits, %" PRId64 " words", s.width, s.words);
    }
    compare(&l, file, line, status, expected);
    close_layer(&l);
}

void check_folds_at(const char *file, int line, const char *text, const char *expected)
{
    layer l = open_layer(text);
    finnc_fold folds[FINNC_LAYER_MAX_FOLDS];
    size_t n;
    const finnc_status status = finnc_layer_folds(l.cx, l.node, folds, &n);
    for (size_t i = 0; i < n; i++) {
        say(&l, "%s%s %" PRId64, i ? ", " : "", folds[i].attr, folds[i].now);
        if (folds[i].is_switch)
            say(&l, folds[i].of ? " or 1" : " only");
        else
            say(&l, "/%" PRId64, folds[i].of);
    }
    compare(&l, file, line, status, expected);
    close_layer(&l);
}

void check_cycles_at(const char *file, int line, const char *text, int64_t expected)
{
    layer l = open_layer(text);
    int64_t cycles;
    cr_assert(finnc_layer_cycles(l.cx, l.node, &cycles) == FINNC_OK, "%s:%d: %s", file, line,
              finnc_ctx_message(l.cx));
    cr_assert(cycles == expected, "%s:%d: %" PRId64 " cycles, should be %" PRId64, file, line,
              cycles, expected);
    close_layer(&l);
}

static void say_amount(layer *l, const char *name, double amount, bool is_float)
{
    if (amount != 0)
        say(l, is_float ? "%s%s %.1f" : "%s%s %.0f", *l->text ? ", " : "", name, amount);
}

void check_resources_at(const char *file, int line, const char *text, finnc_dsp dsp,
                        const char *expected)
{
    layer l = open_layer(text);
    const finnc_part part = {.dsp = dsp, .is_versal = dsp == FINNC_DSP58};
    finnc_resources r;
    const finnc_status status = finnc_layer_resources(l.cx, l.node, &part, &r);
    say_amount(&l, "BRAM", r.bram_18k, false);
    if (r.bram_efficiency != 1)
        say(&l, " (%.6g)", r.bram_efficiency);
    say_amount(&l, "LUT", r.lut, r.lut_is_float);
    say_amount(&l, "URAM", r.uram, r.uram_is_float);
    if (r.uram_efficiency != 1)
        say(&l, " (%.6g)", r.uram_efficiency);
    say_amount(&l, "DSP", r.dsp, false);
    compare(&l, file, line, status, expected);
    close_layer(&l);
}

void check_counts_at(const char *file, int line, const char *text, const char *expected)
{
    layer l = open_layer(text);
    finnc_layer_count counts[FINNC_LAYER_MAX_COUNTS];
    size_t n;
    const finnc_status status = finnc_layer_counts(l.cx, l.node, counts, &n);
    for (size_t i = 0; i < n; i++)
        say(&l, "%s%s %.0f", i ? ", " : "", counts[i].key, counts[i].amount);
    compare(&l, file, line, status, expected);
    close_layer(&l);
}

void check_layer_fails_at(const char *file, int line, const char *text, int what, size_t i,
                          const char *words)
{
    layer l = open_layer(text);
    finnc_stream s;
    cr_assert(ask(&l, what, i, &s) != FINNC_OK, "%s:%d: does not fail", file, line);
    cr_assert(strstr(finnc_ctx_message(l.cx), words), "%s:%d: \"%s\" lacks \"%s\"", file, line,
              finnc_ctx_message(l.cx), words);
    close_layer(&l);
}
