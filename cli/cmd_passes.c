/* finnc passes: the catalogue of passes, from their rows. */
#include "catalogue.h"
#include "json.h"

#include <string.h>

/* What the flags promise, in words. */
static const struct {
    unsigned flag;
    const char *words;
} promises[] = {
    {FINNC_PASS_CHANGES_VALUES, "changes what the model computes, on purpose"},
    {FINNC_PASS_CHANGES_IO, "changes the model's inputs or outputs"},
    {FINNC_PASS_REPEATS, "repeats until nothing changes"},
    {FINNC_PASS_KEEPS_GRAPH,
     "changes no nodes and no values' names: fit for models with Gradient nodes"},
};
enum { NPROMISES = sizeof promises / sizeof *promises };

static const char *pass_room(const finnc_pass *pass)
{
    for (size_t i = 0; finnc_pass_at(i); i++)
        if (finnc_pass_at(i) == pass)
            return finnc_pass_room(i);
    return "";
}

/* ---- for people ---- */

static finnc_status list_passes(void)
{
    const finnc_pass *pass;
    const char *room = "";
    for (size_t i = 0; (pass = finnc_pass_at(i)); i++) {
        if (strcmp(room, finnc_pass_room(i)))
            printf("%s%s\n", i ? "\n" : "", finnc_pass_room(i));
        room = finnc_pass_room(i);
        printf("  %-40s %s\n", pass->name, pass->summary);
    }
    const finnc_recipe *recipe;
    for (size_t i = 0; (recipe = finnc_recipe_at(i)); i++)
        printf("%s  %-40s %s\n", i ? "" : "\nrecipes: pipelines of passes\n", recipe->name,
               recipe->summary);
    return FINNC_OK;
}

static void put_params(const finnc_pass *pass)
{
    for (const finnc_param *p = pass->params; p->name; p++) {
        printf("  parameter  %s: %s, %s", p->name, p->summary ? p->summary : "",
               cli_param_kind_name(p->kind));
        if (p->fallback)
            printf("; default %s\n", p->fallback);
        else
            puts("; must be given");
    }
}

static finnc_status show_pass(const finnc_pass *pass)
{
    printf("%s\n  %s\n\n  room       %s\n", pass->name, pass->summary, pass_room(pass));
    if (pass->upstream)
        printf("  upstream   %s.%s\n", pass->upstream, pass->name);
    put_params(pass);
    for (const finnc_rule *rule = pass->rules; rule->have; rule++)
        printf("  before     %s\n  after      %s%s\n", rule->have, rule->want ? rule->want : "",
               rule->when ? "  (under conditions)" : "");
    if (pass->steps)
        printf("  steps      %s\n", pass->steps);
    if (pass->each)
        printf("  after each %s\n", pass->each);
    if (pass->finish)
        printf("  at the end %s\n", pass->finish);
    for (size_t i = 0; i < NPROMISES; i++)
        if (pass->flags & promises[i].flag)
            printf("  %s\n", promises[i].words);
    if (pass->notes)
        printf("\n%s\n", pass->notes);
    return FINNC_OK;
}

static finnc_status show_recipe(const finnc_recipe *recipe)
{
    printf("%s, a recipe\n  %s\n\n%s", recipe->name, recipe->summary, recipe->yaml);
    return FINNC_OK;
}

/* ---- for programs ---- */

static json_t *params_as_json(const finnc_pass *pass)
{
    json_t *list = json_array();
    for (const finnc_param *p = pass->params; p->name; p++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s*, s:b, s:s*}", "name", p->name, "kind",
                                        cli_param_kind_name(p->kind), "default", p->fallback,
                                        "required", p->fallback == NULL, "summary", p->summary));
    return list;
}

static json_t *rules_as_json(const finnc_pass *pass)
{
    json_t *list = json_array();
    for (const finnc_rule *rule = pass->rules; rule->have; rule++)
        json_array_append_new(list, json_pack("{s:s, s:s*, s:b}", "before", rule->have, "after",
                                              rule->want, "conditions", rule->when != NULL));
    return list;
}

static json_t *pass_as_json(const finnc_pass *pass, const char *room)
{
    return json_pack("{s:s, s:s, s:s, s:s*, s:o, s:o, s:s*, s:s*, s:s*, s:s*, s:b, s:b}", "name",
                     pass->name, "room", room, "summary", pass->summary, "upstream", pass->upstream,
                     "parameters", params_as_json(pass), "rules", rules_as_json(pass), "steps",
                     pass->steps, "each", pass->each, "finish", pass->finish, "notes", pass->notes,
                     "changes_values", (pass->flags & FINNC_PASS_CHANGES_VALUES) != 0, "changes_io",
                     (pass->flags & FINNC_PASS_CHANGES_IO) != 0);
}

static json_t *recipe_as_json(const finnc_recipe *recipe)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "name", recipe->name, "room", "recipes", "summary",
                     recipe->summary, "yaml", recipe->yaml);
}

static json_t *passes_as_json(void)
{
    const finnc_pass *pass;
    const finnc_recipe *recipe;
    json_t *list = json_array();
    for (size_t i = 0; (pass = finnc_pass_at(i)); i++)
        json_array_append_new(list, pass_as_json(pass, finnc_pass_room(i)));
    for (size_t i = 0; (recipe = finnc_recipe_at(i)); i++)
        json_array_append_new(list, recipe_as_json(recipe));
    return list;
}

/* ---- docs/passes.md ---- */

static void put_pass_section(const finnc_pass *pass)
{
    printf("\n### %s\n\n", pass->name);
    cli_markdown_text(stdout, pass->summary);
    puts(".\n");
    if (pass->upstream)
        printf("Upstream: `%s.%s`.\n\n", pass->upstream, pass->name);
    for (const finnc_rule *rule = pass->rules; rule->have; rule++)
        printf("```\nbefore  %s\nafter   %s\n```\n\n", rule->have, rule->want ? rule->want : "");
    if (pass->steps)
        printf("Runs `%s`%s%s%s.\n\n", pass->steps, pass->each ? "; after each of them `" : "",
               pass->each ? pass->each : "", pass->each ? "`" : "");
    if (pass->finish)
        printf("At the end, if anything changed: `%s`.\n\n", pass->finish);
    if (pass->params[0].name)
        puts("| parameter | kind | default | |\n| --- | --- | --- | --- |");
    for (const finnc_param *p = pass->params; p->name; p++) {
        printf("| `%s` | %s | %s%s%s | ", p->name, cli_param_kind_name(p->kind),
               p->fallback ? "`" : "", p->fallback ? p->fallback : "must be given",
               p->fallback ? "`" : "");
        cli_markdown_cell(stdout, p->summary ? p->summary : "");
        puts(" |");
    }
    if (pass->params[0].name)
        puts("");
    for (size_t i = 0; i < NPROMISES; i++)
        if (pass->flags & promises[i].flag)
            printf("It %s.\n\n", promises[i].words);
    if (pass->notes) {
        cli_markdown_text(stdout, pass->notes);
        puts("");
    }
}

static finnc_status put_markdown(void)
{
    const finnc_pass *pass;
    const char *room = "";
    puts("# Passes\n\n"
         "Made from the passes' rows by `finnc passes --markdown`; `./dev docs` makes it anew. A "
         "pass is called\nby its name, `finnc transform MODEL -o OUT --passes NAME`; case, dashes "
         "and underscores do not matter.\n"
         "Pictures: `x` is any value, `$s` a constant, `n:Op(...)` a node that `after` keeps as "
         "`n`.\n");
    for (size_t i = 0; (pass = finnc_pass_at(i)); i++) {
        if (strcmp(room, finnc_pass_room(i)))
            printf("%s## %s\n\n| pass | |\n| --- | --- |\n", i ? "\n" : "", finnc_pass_room(i));
        room = finnc_pass_room(i);
        printf("| [%s](#", pass->name);
        cli_markdown_anchor(stdout, pass->name);
        fputs(") | ", stdout);
        cli_markdown_cell(stdout, pass->summary);
        puts(" |");
    }
    const finnc_recipe *recipe;
    for (size_t i = 0; (recipe = finnc_recipe_at(i)); i++) {
        if (!i)
            puts("\n## recipes\n\nPipelines that come with finnc; they stand wherever a pass may, "
                 "and `finnc passes NAME` shows their steps.\n\n| recipe | |\n| --- | --- |");
        printf("| %s | ", recipe->name);
        cli_markdown_cell(stdout, recipe->summary);
        puts(" |");
    }
    puts("\n## One by one");
    for (size_t i = 0; (pass = finnc_pass_at(i)); i++)
        put_pass_section(pass);
    return FINNC_OK;
}

/* ---- the command ---- */

static finnc_status passes(cli *c)
{
    bool as_json = cli_has(c, "json");
    if (!c->noperands)
        return as_json ? cli_json_answer_list(c, "passes", passes_as_json(), stdout)
               : cli_has(c, "markdown") ? put_markdown()
                                        : list_passes();
    if (cli_has(c, "markdown"))
        return cli_wrong(c, "--markdown is for all passes");
    const char *name = c->operands[0], *near = finnc_pass_nearest(name);
    const finnc_pass *pass = finnc_pass_find(name);
    if (pass)
        return as_json ? cli_json_answer(c, "pass", pass_as_json(pass, pass_room(pass)), stdout)
                       : show_pass(pass);
    const finnc_recipe *recipe = finnc_recipe_find(name);
    if (recipe)
        return as_json ? cli_json_answer(c, "recipe", recipe_as_json(recipe), stdout)
                       : show_recipe(recipe);
    if (near)
        cli_hint(c, "did you mean %s?", near);
    return finnc_fail(c->cx, FINNC_NOT_FOUND, "unknown pass '%s'", name);
}

const cli_command cli_command_passes = {
    .name = "passes",
    .group = CLI_LEARN,
    .summary = "list the passes, or explain one: picture, parameters, why it is right",
    .examples =
        "finnc passes # all of them\n"
        "finnc passes MoveScalarMulPastConv # one: what it looks for, what it makes of it\n",
    .operands = {{"NAME", CLI_PASS, CLI_MAY, NULL}},
    .options = {{"json", 0, CLI_FLAG, NULL, "for programs", 0},
                {"markdown", 0, CLI_FLAG, NULL, "as docs/passes.md", 0}},
    .run = passes,
};
