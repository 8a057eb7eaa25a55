/* A network on channels-first data becomes one on channels-last data: its layers first, each
 * between Transposes, which then move until they meet and cancel, or end up at the inputs and
 * outputs. What is left of them may move up in one step and down in the next; so it is repeated
 * until a round ends with the graph that it began with, not until nothing was moved. */
#include "pass.h"

#include <base/arena.h>

#include <inttypes.h>

static const char insert[] = "InsertChannelsLastDomainsAndTrafos";
static const char move[] = "RemoveConsecutiveChanFirstAndChanLastTrafos,"
                           "MoveChanLastUpstream,"
                           "FoldTransposeIntoQuantInit,"
                           "RemoveConsecutiveChanFirstAndChanLastTrafos,"
                           "MoveChanFirstDownstream,"
                           "MoveTransposePastFork,"
                           "RemoveConsecutiveChanFirstAndChanLastTrafos,"
                           "AbsorbChanFirstIntoMatMul";
static const char turn_input[] = "MakeInputChannelsLast,"
                                 "RemoveConsecutiveChanFirstAndChanLastTrafos";
static const char clean[] = "InferShapes,FoldConstants";

enum { MAX_ROUNDS = 1000 };

/* Which node reads and makes what, in order: enough to tell whether anything was moved for good. */
typedef struct wiring {
    const void **items;
    size_t count;
} wiring;

static size_t count_items(const finnc_graph *graph)
{
    size_t count = 0;
    finnc_foreach_node (node, graph)
        count += 1 + finnc_node_ninputs(node) + finnc_node_noutputs(node);
    return count;
}

static finnc_status read_wiring(finnc_ctx *cx, fnc_arena *arena, const finnc_graph *graph,
                                wiring *w)
{
    w->count = 0;
    w->items = FNC_NEW_ARRAY(arena, const void *, count_items(graph));
    if (!w->items)
        return finnc_no_memory(cx);
    finnc_foreach_node (node, graph) {
        w->items[w->count++] = node;
        for (size_t i = 0; i < finnc_node_ninputs(node); i++)
            w->items[w->count++] = finnc_node_input(node, i);
        for (size_t i = 0; i < finnc_node_noutputs(node); i++)
            w->items[w->count++] = finnc_node_output(node, i);
    }
    return FINNC_OK;
}

static bool is_same(const wiring *a, const wiring *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = a->items[i] == b->items[i];
    return same;
}

static finnc_status turn_round(finnc_pass_run *run, finnc_graph *graph, fnc_arena *arena,
                               bool *settled)
{
    wiring before, after;
    finnc_ctx *cx = finnc_pass_ctx(run);
    FINNC_TRY(finnc_pass_call(run, insert));
    FINNC_TRY(read_wiring(cx, arena, graph, &before));
    FINNC_TRY(finnc_pass_call(run, move));
    if (finnc_pass_bool(run, "make_input_channels_last"))
        FINNC_TRY(finnc_pass_call(run, turn_input));
    FINNC_TRY(read_wiring(cx, arena, graph, &after));
    *settled = is_same(&before, &after);
    return finnc_pass_call(run, clean);
}

static finnc_status convert(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    bool settled = false;
    for (int i = 0; i < MAX_ROUNDS && !settled; i++) {
        fnc_arena arena;
        FINNC_TRY(finnc_ctx_check(cx));
        fnc_arena_init(&arena, cx);
        const finnc_status status = turn_round(run, graph, &arena, &settled);
        fnc_arena_clear(&arena);
        FINNC_TRY(status);
    }
    return settled ? FINNC_OK
                   : finnc_fail(cx, FINNC_BAD_VALUE, "still changes the graph after %d rounds",
                                MAX_ROUNDS);
}

const finnc_pass fnc_pass_convert_to_channels_last_and_clean = {
    .name = "ConvertToChannelsLastAndClean",
    .summary = "the whole network works on channels-last data, with few Transposes left",
    .upstream = "qonnx.transformation.channels_last",
    .notes =
        "Expects a model that was tidied up. Layers whose shapes are not known stay as they are, "
        "with a remark, where upstream ends with an error. A Transpose is left where channels-first "
        "data come in, unless make_input_channels_last turns the first input itself, and where a "
        "node stays that wants them.",
    .flags = FINNC_PASS_CHANGES_IO,
    .params = {{"make_input_channels_last", FINNC_PARAM_BOOL, "false",
                "the first graph input takes its channels as the last axis"}},
    .run = convert,
};
