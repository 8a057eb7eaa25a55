#include "sink.h"

enum { MUCH = 1 << 16 };

void fnc_sink_init(fnc_sink *sink, finnc_ctx *cx, finnc_write_fn write, void *user)
{
    *sink = (fnc_sink){.write = write, .user = user};
    fnc_buf_init(&sink->buf, cx);
}

static finnc_status hand_on(fnc_sink *sink)
{
    FINNC_TRY(fnc_buf_check(&sink->buf));
    finnc_status status = FINNC_OK;
    if (sink->buf.length > 0)
        status = sink->write(sink->user, sink->buf.cx, fnc_buf_text(&sink->buf), sink->buf.length);
    fnc_buf_truncate(&sink->buf, 0);
    return status;
}

finnc_status fnc_sink_flow(fnc_sink *sink)
{
    return sink->buf.length < MUCH && !sink->buf.failed ? FINNC_OK : hand_on(sink);
}

finnc_status fnc_sink_end(fnc_sink *sink, finnc_status status)
{
    if (status == FINNC_OK)
        status = hand_on(sink);
    fnc_buf_clear(&sink->buf);
    return status;
}
