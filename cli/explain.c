#include "explain.h"
#include "engine.h"

#include <math.h>

/* What auto would do, were there samples without end; and from how many on. */
static finnc_status choose(cli *c, const finnc_model *model, finnc_engine_choice *choice)
{
    const finnc_session_options options = {
        .engine = FINNC_ENGINE_AUTO, .isa = cli_isa(c), .mode = cli_mode(c)};
    finnc_session *session;
    FINNC_TRY(finnc_session_create(c->cx, model, &options, &session));
    finnc_session_choice(session, choice);
    finnc_session_destroy(session);
    return FINNC_OK;
}

static void put_choice(const finnc_engine_choice *choice, FILE *to)
{
    char reference[CLI_NUMBER_MAX], fast[CLI_NUMBER_MAX], compile[CLI_NUMBER_MAX];
    if (choice->engine == FINNC_ENGINE_FAST)
        fprintf(to, "auto takes the fast engine from %.0f sample%s on: ", ceil(choice->samples),
                choice->samples > 1 ? "s" : "");
    else
        fprintf(to, "auto takes the reference engine: ");
    fprintf(to, "a sample is estimated at %s us there against %s us, compiling at %s us\n",
            cli_thousands(ceil(choice->reference), reference),
            cli_thousands(ceil(choice->fast), fast), cli_thousands(ceil(choice->compile), compile));
}

static json_t *choice_json(const finnc_engine_choice *choice)
{
    json_t *json =
        json_pack("{s:s, s:f, s:f, s:f}", "engine", cli_engine_name(choice->engine), "reference_us",
                  choice->reference, "fast_us", choice->fast, "compile_us", choice->compile);
    if (choice->engine == FINNC_ENGINE_FAST)
        json_object_set_new(json, "samples", json_real(choice->samples));
    return json;
}

static finnc_status put_table(cli *c, const finnc_session *session,
                              const finnc_engine_choice *choice, FILE *to)
{
    cli_table table;
    size_t n = finnc_session_nnodes(session);
    cli_table_init(&table, "<<<<");
    cli_table_add(&table, "node");
    cli_table_add(&table, "op");
    cli_table_add(&table, "engine");
    cli_table_add(&table, "how");
    for (size_t i = 0; i < n; i++) {
        finnc_how how = finnc_session_how(session, i);
        cli_table_add(&table, "%s", finnc_node_name(how.node));
        cli_table_add(&table, "%s", finnc_node_op_type(how.node));
        cli_table_add(&table, "%s", how.is_fast ? "fast" : "reference");
        cli_table_add(&table, "%s", how.why ? how.why : how.kind);
    }
    FINNC_TRY(cli_table_print(c, &table, "  ", to));
    fprintf(to, "\n%zu of %zu nodes are fast (%s)\n", finnc_session_nfast(session), n,
            finnc_session_isa(session));
    put_choice(choice, to);
    return FINNC_OK;
}

static finnc_status put_json(cli *c, const finnc_session *session,
                             const finnc_engine_choice *choice, FILE *to)
{
    json_t *nodes = json_array();
    for (size_t i = 0; i < finnc_session_nnodes(session); i++) {
        finnc_how how = finnc_session_how(session, i);
        json_t *node = json_pack(
            "{s:o, s:o, s:b, s:i, s:s, s:o?}", "name", cli_json_text(finnc_node_name(how.node)),
            "op", cli_json_text(finnc_node_op_type(how.node)), "fast", how.is_fast, "program",
            how.program, "kind", how.kind, "why", cli_json_text(how.why));
        json_array_append_new(nodes, node);
    }
    json_t *all = json_pack("{s:s?, s:o, s:o}", "isa", finnc_session_isa(session), "auto",
                            choice_json(choice), "nodes", nodes);
    return cli_json_answer(c, "plan", all, to);
}

finnc_status cli_explain_plan(cli *c, const finnc_model *model, FILE *to)
{
    const finnc_session_options options = {
        .engine = FINNC_ENGINE_FAST, .isa = cli_isa(c), .mode = cli_mode(c)};
    finnc_session *session;
    finnc_engine_choice choice;
    FINNC_TRY(choose(c, model, &choice));
    FINNC_TRY(finnc_session_create(c->cx, model, &options, &session));
    finnc_status status =
        cli_has(c, "json") ? put_json(c, session, &choice, to) : put_table(c, session, &choice, to);
    finnc_session_destroy(session);
    return status;
}
