/* The processes and channels of a graph of layers. */
#include "fifo.h"
#include "streams.h"

#include <base/divisors.h>

#include <inttypes.h>
#include <string.h>

enum { MOST_WORDS = 1 << 26 }; /* a schedule takes 3 GB then */

typedef struct builder {
    fnc_network *n;
    finnc_ctx *cx;
    const finnc_graph *graph;
    fnc_streams streams; /* the process of a layer has its number */
    size_t process_room, channel_room;
} builder;

static const fnc_process *process_of(const fnc_network *n, size_t i)
{
    return &n->processes[i];
}

/* ---- room ---- */

/* A layer has an end, or a channel and a converter, per input and output. */
static finnc_status make_room(builder *b)
{
    size_t nodes = 0, ends = 0;
    finnc_foreach_node (node, b->graph) {
        nodes++;
        ends += finnc_node_ninputs(node) + finnc_node_noutputs(node);
    }
    b->process_room = nodes + 2 * ends + 1;
    b->channel_room = 2 * ends + 1;
    b->n->processes = FNC_NEW_ARRAY(&b->n->arena, fnc_process, b->process_room);
    b->n->channels = FNC_NEW_ARRAY(&b->n->arena, fnc_channel, b->channel_room);
    if (!b->n->processes || !b->n->channels)
        return finnc_no_memory(b->cx);
    return FINNC_OK;
}

/* ---- processes ---- */

static size_t add_process(fnc_network *n, const finnc_node *node, const finnc_flow *flow)
{
    n->processes[n->nprocesses] = (fnc_process){.node = node, .flow = *flow};
    return n->nprocesses++;
}

static finnc_status add_layers(builder *b)
{
    for (size_t l = 0; l < b->streams.nlayers; l++) {
        finnc_flow flow;
        FINNC_TRY(finnc_layer_flow(b->cx, b->streams.layers[l], &flow));
        add_process(b->n, b->streams.layers[l], &flow);
        b->n->nlayers += !flow.is_queue;
    }
    if (b->n->nlayers == 0)
        return finnc_fail(b->cx, FINNC_BAD_VALUE,
                          "all layers of the graph are FIFOs: there is nothing between them");
    return FINNC_OK;
}

/* A source or sink of `words` words, one per cycle. */
static size_t add_end(fnc_network *n, bool is_source, int64_t words)
{
    finnc_flow flow = {.times = 1, .nphases = 1, .loop = 1, .cycles = words};
    flow.phases[0] =
        (finnc_phase){.repeat = words, .cycles = 1, .reads = !is_source, .writes = is_source};
    return add_process(n, NULL, &flow);
}

/* In front of `node`; as a StreamingDataWidthConverter of these words. */
static size_t add_converter(fnc_network *n, const finnc_node *node, int64_t in, int64_t out)
{
    const int64_t a = fnc_gcd(in, out), reads = in / a, writes = out / a;
    finnc_flow flow = {.times = 1, .nphases = 1, .loop = 1};
    flow.phases[0] = (finnc_phase){
        .repeat = a, .cycles = reads > writes ? reads : writes, .reads = reads, .writes = writes};
    flow.cycles = in > out ? in : out;
    const size_t at = add_process(n, node, &flow);
    n->processes[at].is_converter = true;
    return at;
}

/* ---- channels ---- */

/* An entry of inFIFODepths or outFIFODepths, as InsertFIFO reads it. */
static int64_t depth_of(const finnc_node *node, const char *attr, size_t i)
{
    size_t count;
    const int64_t *depths = node ? finnc_node_ints(node, attr, &count) : NULL;
    return depths && i < count && depths[i] > 2 ? depths[i] : 2;
}

/* The deeper of what both ends ask for; a converter asks for nothing. */
static int64_t given_depth(const finnc_fifo *f)
{
    const int64_t out =
        f->place == FINNC_FIFO_BEHIND ? 2 : depth_of(f->from, "outFIFODepths", f->output);
    const int64_t in =
        f->place == FINNC_FIFO_BEFORE ? 2 : depth_of(f->to, "inFIFODepths", f->input);
    return out > in ? out : in;
}

static void add_channel(fnc_network *n, size_t from, size_t to, const finnc_fifo *fifo,
                        const finnc_stream *stream, int64_t queued)
{
    fnc_channel *c = &n->channels[n->nchannels++];
    *c = (fnc_channel){.from = from, .to = to, .fifo = *fifo};
    c->is_side = process_of(n, to)->node && !process_of(n, to)->is_converter && fifo->input > 0;
    c->fifo.words = stream->words;
    c->fifo.width = stream->width;
    c->given = queued > 0 ? queued : given_depth(fifo);
}

static int64_t elements(const finnc_stream *s)
{
    int64_t n = finnc_stream_word(s);
    return fnc_mul_i64(n, s->words, &n) ? n : -1;
}

static finnc_status differ(builder *b, const finnc_node *node, const finnc_node *reader,
                           const finnc_stream *from, const finnc_stream *to, const char *hint)
{
    char words[FINNC_NODE_WORDS_MAX];
    FNC_AT_NODE(b->cx, node);
    return finnc_fail(
        b->cx, FINNC_BAD_VALUE,
        "makes %" PRId64 " words of %" PRId64 " bits, %s takes %" PRId64 " words of %" PRId64 "%s",
        from->words, from->width, finnc_node_words(reader, words), to->words, to->width, hint);
}

/* `queued`: room in StreamingFIFOs on the way, or 0. */
static finnc_status connect(builder *b, size_t from, size_t to, finnc_fifo fifo, int64_t queued)
{
    fnc_network *n = b->n;
    finnc_stream made, taken;
    FINNC_TRY(finnc_layer_output(b->cx, fifo.from, fifo.output, &made));
    FINNC_TRY(finnc_layer_input(b->cx, fifo.to, fifo.input, &taken));
    const bool is_rigid = finnc_layer_is_rigid(fifo.from) || finnc_layer_is_rigid(fifo.to);
    const bool converts = finnc_layer_converts(fifo.from, finnc_stream_word(&made), fifo.to,
                                               finnc_stream_word(&taken));
    if (!is_rigid && elements(&made) != elements(&taken))
        return differ(b, fifo.from, fifo.to, &made, &taken, ", which is not as much");
    if (!converts && made.words != taken.words)
        return differ(b, fifo.from, fifo.to, &made, &taken, ", and no converter can come between");
    if (!converts) {
        add_channel(n, from, to, &fifo, &made, queued);
        return FINNC_OK;
    }
    const size_t converter = add_converter(n, fifo.to, made.words, taken.words);
    fifo.place = FINNC_FIFO_BEFORE;
    add_channel(n, from, converter, &fifo, &made, queued);
    fifo.place = FINNC_FIFO_BEHIND;
    fifo.queue = NULL;
    add_channel(n, converter, to, &fifo, &taken, 0);
    return FINNC_OK;
}

/* ---- edges ---- */

static finnc_status need_words(builder *b, const finnc_node *node, const finnc_stream *stream)
{
    if (stream->words > 0)
        return FINNC_OK;
    FNC_AT_NODE(b->cx, node);
    return finnc_fail(b->cx, FINNC_BAD_VALUE, "one of its streams has no words");
}

/* The graph's inputs are read once, too. */
static finnc_status check_source(builder *b, const fnc_stream_edge *e)
{
    const finnc_node *reader = b->streams.layers[e->to];
    const finnc_value *value = finnc_node_input(reader, e->input);
    return finnc_value_is_constant(value) ? FINNC_OK
                                          : fnc_streams_need_one_reader(b->cx, reader, value);
}

/* Back through StreamingFIFOs to who made what comes in; SIZE_MAX: nobody here. */
static finnc_status find_maker(builder *b, const fnc_stream_edge *e, size_t *maker,
                               finnc_fifo *fifo, int64_t *queued)
{
    const fnc_streams *s = &b->streams;
    while ((*maker = e->from) != SIZE_MAX) {
        const fnc_process *p = process_of(b->n, *maker);
        fifo->output = e->output;
        if (!p->flow.is_queue)
            return FINNC_OK;
        fifo->queue = *queued == 0 ? p->node : NULL; /* one of several would not do */
        if (!fnc_add_i64(*queued, p->flow.depth, queued))
            *queued = INT64_MAX;
        if (s->first[*maker] == s->first[*maker + 1]) {
            *maker = SIZE_MAX;
            return FINNC_OK;
        }
        e = &s->edges[s->first[*maker]];
    }
    return check_source(b, e);
}

static finnc_status add_input(builder *b, const fnc_stream_edge *e)
{
    const finnc_node *node = b->streams.layers[e->to];
    finnc_stream stream;
    finnc_fifo fifo = {.to = node, .input = e->input};
    size_t maker;
    int64_t queued = 0;
    FINNC_TRY(finnc_layer_input(b->cx, node, e->input, &stream));
    FINNC_TRY(need_words(b, node, &stream));
    FINNC_TRY(find_maker(b, e, &maker, &fifo, &queued));
    if (maker != SIZE_MAX) {
        fifo.from = process_of(b->n, maker)->node;
        return connect(b, maker, e->to, fifo, queued);
    }
    const size_t source = add_end(b->n, true, stream.words);
    add_channel(b->n, source, e->to, &fifo, &stream, queued);
    return FINNC_OK;
}

/* The StreamingFIFO that reads a value, or NULL. */
static const fnc_process *queue_behind(const builder *b, const finnc_value *value)
{
    const finnc_use *use = finnc_value_first_use(value);
    const finnc_value *made = use ? finnc_node_output(finnc_use_node(use), 0) : NULL;
    const size_t at = made ? fnc_value_index_find(&b->streams.made, made) : SIZE_MAX;
    return at != SIZE_MAX && process_of(b->n, at)->flow.is_queue ? process_of(b->n, at) : NULL;
}

/* Past StreamingFIFOs to where a value ends up; `queued`: the room in them. */
static const finnc_value *follow_queues(const builder *b, const finnc_value *value,
                                        finnc_fifo *fifo, int64_t *queued)
{
    const fnc_process *queue;
    while ((queue = queue_behind(b, value)) && finnc_node_output(queue->node, 0)) {
        fifo->queue = *queued == 0 ? queue->node : NULL;
        if (!fnc_add_i64(*queued, queue->flow.depth, queued))
            *queued = INT64_MAX;
        value = finnc_node_output(queue->node, 0);
    }
    return value;
}

static bool is_read(const finnc_value *value)
{
    const finnc_use *use = finnc_value_first_use(value);
    return use && finnc_layer_find(finnc_use_node(use));
}

static finnc_status add_output(builder *b, size_t at, size_t o)
{
    const finnc_node *node = process_of(b->n, at)->node;
    const finnc_value *value = finnc_node_output(node, o);
    finnc_stream stream;
    finnc_fifo fifo = {.from = node, .output = o};
    int64_t queued = 0;
    if (!value || is_read(follow_queues(b, value, &fifo, &queued)))
        return FINNC_OK;
    FINNC_TRY(finnc_layer_output(b->cx, node, o, &stream));
    if (stream.width == 0)
        return FINNC_OK;
    FINNC_TRY(need_words(b, node, &stream));
    const size_t sink = add_end(b->n, false, stream.words);
    add_channel(b->n, at, sink, &fifo, &stream, queued);
    return FINNC_OK;
}

static finnc_status add_edges(builder *b)
{
    const fnc_streams *s = &b->streams;
    for (size_t l = 0; l < s->nlayers; l++) {
        if (process_of(b->n, l)->flow.is_queue)
            continue;
        for (size_t e = s->first[l]; e < s->first[l + 1]; e++)
            FINNC_TRY(add_input(b, &s->edges[e]));
        for (size_t o = 0; o < finnc_node_noutputs(s->layers[l]); o++)
            FINNC_TRY(add_output(b, l, o));
    }
    return FINNC_OK;
}

/* ---- the network ---- */

static finnc_status hand_out_channels(fnc_network *n)
{
    for (size_t c = 0; c < n->nchannels; c++) {
        n->processes[n->channels[c].from].nout++;
        n->processes[n->channels[c].to].nin++;
    }
    for (size_t p = 0; p < n->nprocesses; p++) {
        fnc_process *x = &n->processes[p];
        x->in = FNC_NEW_ARRAY(&n->arena, size_t, x->nin + 1);
        x->out = FNC_NEW_ARRAY(&n->arena, size_t, x->nout + 1);
        if (!x->in || !x->out)
            return finnc_no_memory(n->cx);
        x->nin = x->nout = 0;
    }
    for (size_t c = 0; c < n->nchannels; c++) {
        fnc_process *from = &n->processes[n->channels[c].from];
        fnc_process *to = &n->processes[n->channels[c].to];
        from->out[from->nout++] = c;
        to->in[to->nin++] = c;
    }
    return FINNC_OK;
}

/* What is said here is worked through word by word. */
static finnc_status check_sizes(const fnc_network *n)
{
    int64_t words = 0;
    for (size_t c = 0; c < n->nchannels; c++)
        if (!fnc_add_i64(words, n->channels[c].fifo.words, &words) || words > MOST_WORDS)
            return finnc_fail(n->cx, FINNC_UNSUPPORTED,
                              "more than %d words go through the graph for a frame, which is too "
                              "much to be followed",
                              (int)MOST_WORDS);
    if (n->period > FNC_FIFO_LONGEST)
        return finnc_fail(n->cx, FINNC_UNSUPPORTED,
                          "a frame takes %" PRId64 " cycles, which is too long to be followed",
                          n->period);
    return FINNC_OK;
}

static void find_period(fnc_network *n)
{
    for (size_t p = 0; p < n->nprocesses; p++)
        if (n->processes[p].flow.cycles > n->period) {
            n->period = n->processes[p].flow.cycles;
            n->bottleneck = p;
        }
}

finnc_status fnc_network_init(fnc_network *network, finnc_ctx *cx, const finnc_graph *graph)
{
    builder b = {.n = network, .cx = cx, .graph = graph};
    *network = (fnc_network){.cx = cx};
    fnc_arena_init(&network->arena, cx);
    FINNC_TRY(fnc_streams_init(&b.streams, cx, &network->arena, graph));
    FINNC_TRY(make_room(&b));
    FINNC_TRY(add_layers(&b));
    FINNC_TRY(add_edges(&b));
    FINNC_TRY(hand_out_channels(network));
    find_period(network);
    return check_sizes(network);
}

void fnc_network_clear(fnc_network *network)
{
    fnc_arena_clear(&network->arena);
}
