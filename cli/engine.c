#include "engine.h"

cli_ran cli_ran_of(const finnc_session *session)
{
    return (cli_ran){.engine = finnc_session_engine(session),
                     .nnodes = finnc_session_nnodes(session),
                     .nfast = finnc_session_nfast(session)};
}

const char *cli_engine_name(finnc_engine engine)
{
    switch (engine) {
    case FINNC_ENGINE_REFERENCE:
        return "reference";
    case FINNC_ENGINE_FAST:
        return "fast";
    case FINNC_ENGINE_AUTO:
        return "auto";
    }
    return "";
}

void cli_ran_json(const cli_ran *ran, json_t *object)
{
    if (!object)
        return;
    json_object_set_new(object, "engine", json_string(cli_engine_name(ran->engine)));
    json_object_set_new(object, "nodes", json_integer((json_int_t)ran->nnodes));
    json_object_set_new(object, "fast_nodes", json_integer((json_int_t)ran->nfast));
}

void cli_ran_put(const cli *c, const cli_ran *ran, FILE *to)
{
    if (!cli_has(c, "engine"))
        return;
    fprintf(to, "%s engine", cli_engine_name(ran->engine));
    if (ran->engine == FINNC_ENGINE_FAST)
        fprintf(to, ", %zu of %zu nodes are fast", ran->nfast, ran->nnodes);
    putc('\n', to);
}

/* The first reason among the nodes, with its node; cut off where it is long. */
static void put_reason(const finnc_session *session, char *text, size_t size)
{
    for (size_t i = 0; i < finnc_session_nnodes(session); i++) {
        const finnc_how how = finnc_session_how(session, i);
        if (!how.why)
            continue;
        char words[FINNC_NODE_WORDS_MAX];
        snprintf(text, size, "no node is fast: %s: %s", finnc_node_words(how.node, words), how.why);
        return;
    }
    snprintf(text, size, "no node is fast: what is recorded or held to data types runs plainly");
}

void cli_ran_note(const cli *c, finnc_engine asked, const finnc_session *session)
{
    char text[512];
    if (c->is_quiet || asked != FINNC_ENGINE_FAST || finnc_session_nfast(session) > 0 ||
        finnc_session_nnodes(session) == 0)
        return;
    put_reason(session, text, sizeof text);
    cli_say(c, CLI_DIM, "note", text);
}
