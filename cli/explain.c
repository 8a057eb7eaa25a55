#include "explain.h"
#include "json.h"

static finnc_status put_table(cli *c, const finnc_session *session, FILE *to)
{
    cli_table table;
    size_t n = finnc_session_nnodes(session), nfast = 0;
    cli_table_init(&table, "<<<<");
    cli_table_add(&table, "node");
    cli_table_add(&table, "op");
    cli_table_add(&table, "engine");
    cli_table_add(&table, "how");
    for (size_t i = 0; i < n; i++) {
        finnc_how how = finnc_session_how(session, i);
        nfast += how.is_fast;
        cli_table_add(&table, "%s", finnc_node_name(how.node));
        cli_table_add(&table, "%s", finnc_node_op_type(how.node));
        cli_table_add(&table, "%s", how.is_fast ? "fast" : "reference");
        cli_table_add(&table, "%s", how.why ? how.why : how.kind);
    }
    FINNC_TRY(cli_table_print(c, &table, "  ", to));
    fprintf(to, "\n%zu of %zu nodes are fast (%s)\n", nfast, n, finnc_session_isa(session));
    return FINNC_OK;
}

static finnc_status put_json(cli *c, const finnc_session *session, FILE *to)
{
    json_t *nodes = json_array();
    for (size_t i = 0; i < finnc_session_nnodes(session); i++) {
        finnc_how how = finnc_session_how(session, i);
        json_t *node =
            json_pack("{s:s, s:s, s:b, s:i, s:s, s:s?}", "name", finnc_node_name(how.node), "op",
                      finnc_node_op_type(how.node), "fast", how.is_fast, "program", how.program,
                      "kind", how.kind, "why", how.why);
        json_array_append_new(nodes, node);
    }
    json_t *all = json_pack("{s:s?, s:o}", "isa", finnc_session_isa(session), "nodes", nodes);
    return cli_json_answer(c, "plan", all, to);
}

finnc_status cli_explain_plan(cli *c, const finnc_model *model, FILE *to)
{
    const finnc_session_options options = {.engine = FINNC_ENGINE_FAST};
    finnc_session *session;
    FINNC_TRY(finnc_session_create(c->cx, model, &options, &session));
    finnc_status status = cli_has(c, "json") ? put_json(c, session, to) : put_table(c, session, to);
    finnc_session_destroy(session);
    return status;
}
