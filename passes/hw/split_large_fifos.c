/*      StreamingFIFO of 1200 words     becomes     one of 1024 -> one of 176
 * Vivado's FIFOs come in powers of two and up to a largest one; the rest of a depth is not worth
 * being rounded up. */
#include "fifo.h"
#include "stream.h"

#include <base/buf.h>

#include <inttypes.h>

/* More in a row than this, and the depth is none that anybody meant. */
enum { MOST_PARTS = 1024 };

static int64_t power_of_two_up_to(int64_t n)
{
    int64_t power = 1;
    while (power <= n / 2)
        power *= 2;
    return power;
}

/* The depth of the first FIFO when `depth` words are to be queued. */
static int64_t first_part(int64_t depth, int64_t max_srl, int64_t max_vivado)
{
    const int64_t chunk = depth < max_vivado ? depth : max_vivado;
    return chunk <= max_srl ? chunk : power_of_two_up_to(chunk);
}

/* The parts of a depth that is not a chunk: a chunk is split up before the next one begins. */
static finnc_status split_depth(finnc_ctx *cx, int64_t depth, int64_t max_srl, int64_t max_vivado,
                                int64_t *parts, size_t *count)
{
    *count = 0;
    for (int64_t rest = depth; rest > 0;) {
        int64_t chunk = rest < max_vivado ? rest : max_vivado;
        rest -= chunk;
        for (int64_t part; chunk > 0; chunk -= part) {
            if (*count == MOST_PARTS)
                return finnc_fail(cx, FINNC_BAD_VALUE,
                                  "a depth of %" PRId64 " is more than %d FIFOs of %" PRId64
                                  " words can hold",
                                  depth, (int)MOST_PARTS, max_vivado);
            part = first_part(chunk, max_srl, max_vivado);
            parts[(*count)++] = part;
        }
    }
    return FINNC_OK;
}

static finnc_status name_part(finnc_ctx *cx, finnc_node *part, const char *name, size_t i)
{
    fnc_buf text;
    fnc_buf_init(&text, cx);
    fnc_buf_printf(&text, "%s_%zu", name, i);
    finnc_status status = fnc_buf_check(&text);
    if (status == FINNC_OK)
        status = finnc_node_rename(cx, part, fnc_buf_text(&text));
    fnc_buf_clear(&text);
    return status;
}

static finnc_status replace(finnc_ctx *cx, finnc_node *fifo, const int64_t *parts, size_t count,
                            int64_t max_srl)
{
    finnc_graph *graph = finnc_node_graph(fifo);
    finnc_value *input = finnc_node_input(fifo, 0), *last = finnc_node_output(fifo, 0);
    finnc_node *before = finnc_node_next(fifo);
    finnc_graph_erase_node(fifo);
    for (size_t i = 0; i < count; i++) {
        finnc_value *output = last;
        finnc_node *part;
        if (i + 1 < count) {
            FINNC_TRY(fnc_hw_insert_twin(cx, graph, last, &output));
        }
        FINNC_TRY(finnc_graph_insert_like(cx, fifo, &input, 1, &output, 1, before, &part));
        FINNC_TRY(name_part(cx, part, finnc_node_name(fifo), i));
        FINNC_TRY(finnc_node_set_int(cx, part, "depth", parts[i]));
        FINNC_TRY(
            finnc_node_set_string(cx, part, "impl_style", parts[i] > max_srl ? "vivado" : "rtl"));
        input = output;
    }
    return FINNC_OK;
}

static finnc_status split(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const int64_t max_srl = finnc_pass_int(run, "max_qsrl_depth");
    const int64_t max_vivado = finnc_pass_int(run, "max_vivado_depth");
    bool was_split = false;
    if (max_srl < 1 || max_vivado < 1)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "max_qsrl_depth is %" PRId64 " and max_vivado_depth %" PRId64
                          ": both are words, at least one",
                          max_srl, max_vivado);
    finnc_foreach_node (node, graph) {
        int64_t depth, parts[MOST_PARTS];
        size_t count;
        if (!fnc_hw_is(node, "StreamingFIFO") || finnc_node_style(node) != FINNC_STYLE_RTL)
            continue;
        FNC_AT_NODE(cx, node);
        FINNC_TRY(finnc_node_need_int(cx, node, "depth", &depth));
        if (depth <= max_srl || !finnc_pass_may_rewrite(run))
            continue;
        fnc_hw_reason why;
        if (!fnc_hw_has_inputs(&why, node, 1)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        FINNC_TRY(split_depth(cx, depth, max_srl, max_vivado, parts, &count));
        if (count < 2)
            continue;
        finnc_pass_applied(run, node, "%" PRId64 " words in %zu FIFOs, the first of %" PRId64,
                           depth, count, parts[0]);
        FINNC_TRY(replace(cx, node, parts, count, max_srl));
        was_split = true;
    }
    return was_split ? finnc_pass_call(run, "SortGraph,GiveReadableTensorNames") : FINNC_OK;
}

const finnc_pass fnc_pass_split_large_fifos = {
    .name = "SplitLargeFIFOs",
    .summary = "splits deep FIFOs into powers of two that can be built",
    .upstream = "finn.transformation.fpgadataflow.set_fifo_depths",
    .notes =
        "Only FIFOs that are bound to RTL already. The parts keep the attributes of the whole, "
        "where upstream keeps shapes, type and RAM style alone.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"max_qsrl_depth", FINNC_PARAM_INT, "256", "words up to which they are FINN's own"},
               {"max_vivado_depth", FINNC_PARAM_INT, "32768", "words of Vivado's largest"}},
    .run = split,
};
