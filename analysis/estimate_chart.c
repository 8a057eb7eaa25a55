/* Cycles per layer as bars, the longest one whole; SVG that needs no style sheet. */
#include <finnc/estimate.h>

#include <base/buf.h>

#include <inttypes.h>
#include <string.h>

enum { ROW = 22, TOP = 56, LEFT = 290, WIDEST = 420, RIGHT = 210, BAR = 14 };

static void put_escaped(fnc_buf *b, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            fnc_buf_puts(b, "&lt;");
        else if (*text == '&')
            fnc_buf_puts(b, "&amp;");
        else if ((unsigned char)*text >= ' ')
            fnc_buf_putc(b, *text);
    }
}

static void put_title(fnc_buf *b, const finnc_estimate *e, double clock_ns)
{
    const finnc_estimate_summary *s = finnc_estimate_summarise(e);
    fnc_buf_printf(b, "<text x=\"10\" y=\"22\" font-size=\"15\" font-weight=\"bold\">");
    fnc_buf_printf(b, "%.6g frames/s at %.6g MHz</text>\n", finnc_estimate_fps(e, clock_ns),
                   1e3 / clock_ns);
    fnc_buf_printf(b,
                   "<text x=\"10\" y=\"42\" fill=\"#555\">%zu layers, %" PRId64
                   " cycles per frame, %" PRId64 " from end to end",
                   s->nlayers, s->max_cycles, s->critical_path_cycles);
    if (s->part) {
        fnc_buf_puts(b, ", ");
        put_escaped(b, s->part->name);
    }
    fnc_buf_puts(b, "</text>\n");
}

static void put_bar(fnc_buf *b, const finnc_estimate_summary *s, const finnc_layer_estimate *l,
                    size_t i)
{
    const double share = s->max_cycles > 0 ? (double)l->cycles / (double)s->max_cycles : 0;
    const int y = TOP + (int)i * ROW;
    const bool is_slowest = l == s->bottleneck;
    fnc_buf_printf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", LEFT - 8, y + 12);
    put_escaped(b, l->name);
    fnc_buf_printf(b,
                   "</text>\n<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
                   LEFT, y, share * WIDEST, BAR, is_slowest ? "#c0392b" : "#4a7fb5");
    fnc_buf_printf(b, "<text x=\"%.1f\" y=\"%d\"%s>%" PRId64 " (%.0f %%)%s</text>\n",
                   LEFT + share * WIDEST + 6, y + 12, is_slowest ? " font-weight=\"bold\"" : "",
                   l->cycles, 100 * share, is_slowest ? " bottleneck" : "");
}

finnc_status finnc_estimate_draw(finnc_ctx *cx, const finnc_estimate *estimate, double clock_ns,
                                 finnc_write_fn write, void *user)
{
    enum { MOST_ROWS = 100000 }; /* far more than a picture is good for; sizes stay ints */
    const finnc_estimate_summary *s = finnc_estimate_summarise(estimate);
    const finnc_layer_estimate *l;
    fnc_buf b;
    if (s->nlayers > MOST_ROWS)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "%zu layers do not fit a chart", s->nlayers);
    const int height = TOP + (int)s->nlayers * ROW + 8, width = LEFT + WIDEST + RIGHT;
    fnc_buf_init(&b, cx);
    fnc_buf_printf(&b,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                   " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
                   "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
                   width, height, width, height);
    put_title(&b, estimate, clock_ns);
    for (size_t i = 0; (l = finnc_estimate_layer(estimate, i)); i++)
        put_bar(&b, s, l, i);
    fnc_buf_puts(&b, "</svg>\n");
    finnc_status status = fnc_buf_check(&b);
    if (status == FINNC_OK)
        status = write(user, cx, fnc_buf_text(&b), b.length);
    fnc_buf_clear(&b);
    return status;
}
