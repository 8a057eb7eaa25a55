#include "dot_layer.h"

#include <inttypes.h>
#include <stdio.h>

/* The words of a failure that only means that something is not known are dropped. */
static finnc_status forgive(finnc_ctx *cx, finnc_status status, bool *is_known)
{
    *is_known = status == FINNC_OK;
    if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    if (status != FINNC_OK)
        finnc_ctx_clear(cx);
    return FINNC_OK;
}

static bool is_bound_layer(const finnc_node *node)
{
    return finnc_layer_find(node) && finnc_node_style(node) != FINNC_STYLE_ABSTRACT;
}

/* "32,400" */
static void put_thousands(fnc_buf *buf, int64_t n)
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%" PRId64, n);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            fnc_buf_putc(buf, ',');
        fnc_buf_putc(buf, digits[i]);
    }
}

/* ---- nodes ---- */

finnc_status fnc_dot_layer_cycles(finnc_ctx *cx, const finnc_node *node, int64_t *cycles)
{
    bool is_known;
    *cycles = 0;
    if (!is_bound_layer(node))
        return FINNC_OK;
    int64_t found = 0;
    FINNC_TRY(forgive(cx, finnc_layer_cycles(cx, node, &found), &is_known));
    *cycles = is_known ? found : 0;
    return FINNC_OK;
}

static finnc_status put_folds(finnc_ctx *cx, fnc_buf *buf, const finnc_node *node)
{
    finnc_fold folds[FINNC_LAYER_MAX_FOLDS];
    size_t count = 0;
    bool is_known, is_first = true;
    FINNC_TRY(forgive(cx, finnc_layer_folds(cx, node, folds, &count), &is_known));
    for (size_t i = 0; is_known && i < count; i++) {
        const finnc_fold *f = &folds[i];
        if (f->is_switch ? f->now == 0 : f->now <= 1 && !is_bound_layer(node))
            continue;
        fnc_buf_puts(buf, is_first ? "\\n" : "  ");
        fnc_buf_puts(buf, f->attr);
        if (!f->is_switch)
            fnc_buf_printf(buf, " %" PRId64, f->now);
        is_first = false;
    }
    return FINNC_OK;
}

finnc_status fnc_dot_layer_lines(finnc_ctx *cx, fnc_buf *buf, const finnc_node *node,
                                 int64_t cycles, int64_t max_cycles)
{
    if (!finnc_layer_find(node))
        return FINNC_OK;
    FINNC_TRY(put_folds(cx, buf, node));
    const int64_t depth = finnc_node_int(node, "depth", 0);
    if (depth > 0)
        fnc_buf_printf(buf, "\\ndepth %" PRId64, depth);
    if (cycles <= 0)
        return FINNC_OK;
    fnc_buf_puts(buf, "\\n");
    put_thousands(buf, cycles);
    fnc_buf_printf(buf, " cycles, %.0f %%", 100 * (double)cycles / (double)max_cycles);
    return FINNC_OK;
}

/* ---- edges ---- */

/* Bits of a word; 0: there are none, or nobody knows. */
static finnc_status find_width(finnc_ctx *cx, const finnc_node *node, bool is_output, size_t i,
                               int64_t *width)
{
    finnc_stream stream = {0};
    bool is_known;
    *width = 0;
    if (!node || !finnc_layer_find(node))
        return FINNC_OK;
    FINNC_TRY(forgive(cx,
                      is_output ? finnc_layer_output(cx, node, i, &stream)
                                : finnc_layer_input(cx, node, i, &stream),
                      &is_known));
    *width = is_known ? stream.width : 0;
    return FINNC_OK;
}

/* An entry of inFIFODepths or outFIFODepths; 0 where nothing is said. */
static int64_t depth_of(const finnc_node *node, const char *attr, size_t i)
{
    size_t count;
    const int64_t *depths =
        node && finnc_layer_find(node) ? finnc_node_ints(node, attr, &count) : NULL;
    return depths && i < count ? depths[i] : 0;
}

finnc_status fnc_dot_stream_line(finnc_ctx *cx, fnc_buf *buf, const finnc_node *from, size_t o,
                                 const finnc_node *to, size_t i)
{
    int64_t out, in;
    FINNC_TRY(find_width(cx, from, true, o, &out));
    FINNC_TRY(find_width(cx, to, false, i, &in));
    if (out <= 0 && in <= 0)
        return FINNC_OK;
    fnc_buf_puts(buf, "\\n  ");
    if (out > 0 && in > 0 && out != in)
        fnc_buf_printf(buf, "%" PRId64 " > ", out);
    fnc_buf_printf(buf, "%" PRId64 " bits", in > 0 ? in : out);
    const int64_t a = depth_of(from, "outFIFODepths", o), b = depth_of(to, "inFIFODepths", i);
    if (a > 0 || b > 0)
        fnc_buf_printf(buf, ", FIFO %" PRId64, a > b ? a : b);
    return FINNC_OK;
}
