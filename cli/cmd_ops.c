/* finnc ops: the catalogue of operators, from their rows. */
#include "catalogue.h"
#include "json.h"

#include <string.h>
#include <strings.h>

static const char *domain_of(const finnc_op *op)
{
    return op->domain && op->domain[0] ? op->domain : "ai.onnx";
}

static bool opens_domain(size_t i)
{
    return !i || strcmp(domain_of(finnc_op_at(i)), domain_of(finnc_op_at(i - 1)));
}

/* ---- for people ---- */

static finnc_status list_ops(void)
{
    const finnc_op *op;
    for (size_t i = 0; (op = finnc_op_at(i)); i++) {
        if (opens_domain(i))
            printf("%s%s\n", i ? "\n" : "", domain_of(op));
        printf("  %-32s %s\n", op->name, op->summary ? op->summary : "");
    }
    return FINNC_OK;
}

/* Which versions of the op have it, unless all do. */
static void put_span(unsigned flags)
{
    const int since = FINNC_SINCE_OF(flags), until = FINNC_UNTIL_OF(flags);
    if (since && until)
        printf(" (versions %d to %d)", since, until - 1);
    else if (since)
        printf(" (since version %d)", since);
    else if (until)
        printf(" (before version %d)", until);
}

static void put_formals(const char *what, const finnc_formal *formals, size_t max)
{
    for (size_t i = 0; i < max && formals[i].name; i++) {
        const finnc_formal *f = &formals[i];
        printf("  %-10s %s: %s%s%s%s%s", i ? "" : what, f->name, f->doc ? f->doc : "",
               f->type ? ", " : "", f->type ? f->type : "",
               f->flags & FINNC_OPTIONAL ? " (optional)" : "",
               f->flags & FINNC_MIXED      ? " (any number, of any types)"
               : f->flags & FINNC_VARIADIC ? " (any number)"
                                           : "");
        put_span(f->flags);
        puts("");
    }
}

static void put_attr(const finnc_op *op, const finnc_attr_spec *a, const char *what)
{
    const char *words = finnc_op_choices(op, a->name);
    printf("  %-10s %s: %s%s%s", what, a->name, a->doc ? a->doc : "", a->doc ? ", " : "",
           finnc_attr_kind_name(a->kind));
    if (a->fallback)
        printf("; default %s", a->fallback);
    if (words)
        printf("; one of %s", words);
    if (a->flags & FINNC_REQUIRED)
        printf("; required");
    put_span(a->flags);
    puts("");
}

static void put_types(const finnc_op *op)
{
    char text[400];
    for (size_t i = 0; i < FINNC_OP_MAX_TYPES && op->types[i].name; i++)
        printf("  %-10s %s: %s\n", i ? "" : "types", op->types[i].name,
               finnc_types_text(op->types[i].types, text, sizeof text));
}

static void put_versions(const finnc_op *op)
{
    for (size_t i = 0; i < FINNC_OP_MAX_VERSIONS && op->since[i]; i++)
        printf("%s%d", i ? ", " : "", op->since[i]);
}

static void show_op(const finnc_op *op)
{
    printf("%s (%s)\n  %s\n\n  versions   ", op->name, domain_of(op),
           op->summary ? op->summary : "");
    put_versions(op);
    puts("");
    put_formals("inputs", op->in, FINNC_OP_MAX_FORMALS);
    put_formals("outputs", op->out, FINNC_OP_MAX_FORMALS);
    for (size_t i = 0; finnc_op_attr(op, i); i++)
        put_attr(op, finnc_op_attr(op, i), i ? "" : "attributes");
    put_types(op);
    bool is_first = true;
    for (unsigned trait = 1; finnc_op_trait_name(trait); trait <<= 1)
        if (op->traits & trait) {
            printf("%s%s", is_first ? "  traits     " : ", ", finnc_op_trait_name(trait));
            is_first = false;
        }
    puts(is_first ? "" : "\n");
    if (!finnc_op_can_run(op))
        puts("  It is not executed.\n");
}

/* ---- for programs ---- */

/* NULL: there is none. */
static json_t *bound_as_json(int version)
{
    return version ? json_integer(version) : NULL;
}

static json_t *formals_as_json(const finnc_formal *formals, size_t max)
{
    json_t *list = json_array();
    for (size_t i = 0; i < max && formals[i].name; i++) {
        const finnc_formal *f = &formals[i];
        json_array_append_new(list, json_pack("{s:s, s:s*, s:s*, s:b, s:b, s:b, s:o*, s:o*}",
                                              "name", f->name, "doc", f->doc, "type", f->type,
                                              "optional", (f->flags & FINNC_OPTIONAL) != 0,
                                              "variadic", (f->flags & FINNC_VARIADIC) != 0, "mixed",
                                              (f->flags & FINNC_MIXED) != 0, "since",
                                              bound_as_json(FINNC_SINCE_OF(f->flags)), "until",
                                              bound_as_json(FINNC_UNTIL_OF(f->flags))));
    }
    return list;
}

static json_t *attrs_as_json(const finnc_op *op)
{
    json_t *list = json_array();
    const finnc_attr_spec *a;
    for (size_t i = 0; (a = finnc_op_attr(op, i)); i++) {
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:b, s:o*, s:o*}", "name",
                                        a->name, "kind", finnc_attr_kind_name(a->kind), "default",
                                        a->fallback, "choices", finnc_op_choices(op, a->name),
                                        "doc", a->doc, "required", (a->flags & FINNC_REQUIRED) != 0,
                                        "since", bound_as_json(FINNC_SINCE_OF(a->flags)), "until",
                                        bound_as_json(FINNC_UNTIL_OF(a->flags))));
    }
    return list;
}

static json_t *types_as_json(const finnc_op *op)
{
    json_t *vars = json_object();
    for (size_t i = 0; i < FINNC_OP_MAX_TYPES && op->types[i].name; i++) {
        json_t *names = json_array();
        for (int e = 1; e < 40; e++)
            if (op->types[i].types >> e & 1)
                json_array_append_new(names, json_string(finnc_elem_name((finnc_elem)e)));
        json_object_set_new(vars, op->types[i].name, names);
    }
    return vars;
}

static json_t *op_as_json(const finnc_op *op)
{
    json_t *since = json_array(), *names = json_array();
    for (size_t i = 0; i < FINNC_OP_MAX_VERSIONS && op->since[i]; i++)
        json_array_append_new(since, json_integer(op->since[i]));
    for (unsigned trait = 1; finnc_op_trait_name(trait); trait <<= 1)
        if (op->traits & trait)
            json_array_append_new(names, json_string(finnc_op_trait_name(trait)));
    return json_pack("{s:s, s:s, s:s*, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "name", op->name,
                     "domain", domain_of(op), "summary", op->summary, "versions", since, "inputs",
                     formals_as_json(op->in, FINNC_OP_MAX_FORMALS), "outputs",
                     formals_as_json(op->out, FINNC_OP_MAX_FORMALS), "attributes",
                     attrs_as_json(op), "types", types_as_json(op), "traits", names, "runs",
                     finnc_op_can_run(op));
}

/* ---- docs/ops.md ---- */

static finnc_status put_markdown(void)
{
    const finnc_op *op;
    char text[400];
    puts("# Operators\n\n"
         "Made from the ops' rows by `finnc ops --markdown`; `./dev docs` makes it anew. "
         "`finnc ops NAME` tells an op's\ninputs, outputs and attributes. A model may hold any "
         "other op too: it is loaded, kept and saved as it is.");
    for (size_t i = 0; (op = finnc_op_at(i)); i++) {
        if (opens_domain(i))
            printf("\n## %s\n\n| op | versions | element types | inferred | runs | |\n"
                   "| --- | --- | --- | --- | --- | --- |\n",
                   domain_of(op));
        printf("| %s | ", op->name);
        put_versions(op);
        printf(" | ");
        for (size_t t = 0; t < FINNC_OP_MAX_TYPES && op->types[t].name; t++)
            printf("%s%s: %s", t ? "<br>" : "", op->types[t].name,
                   finnc_types_text(op->types[t].types, text, sizeof text));
        printf(" | %s%s%s | %s | ", op->shapes ? "shapes" : "",
               op->shapes && op->dtypes ? ", " : "", op->dtypes ? "data types" : "",
               finnc_op_can_run(op) ? "yes" : "no");
        cli_markdown_cell(stdout, op->summary ? op->summary : "");
        puts(" |");
    }
    return FINNC_OK;
}

/* ---- the command ---- */

static const char *nearest_op(const char *name)
{
    const char *names[1024];
    size_t n = 0;
    for (; n < 1023 && finnc_op_at(n); n++)
        names[n] = finnc_op_at(n)->name;
    names[n] = NULL;
    return cli_nearest(name, names);
}

/* Ops of that name in any domain; all if it is NULL. */
static finnc_status json_ops(cli *c, const char *name)
{
    const finnc_op *op;
    json_t *list = json_array();
    for (size_t i = 0; (op = finnc_op_at(i)); i++)
        if (!name || !strcasecmp(op->name, name))
            json_array_append_new(list, op_as_json(op));
    return cli_json_answer_list(c, "ops", list, stdout);
}

static finnc_status ops(cli *c)
{
    bool as_json = cli_has(c, "json");
    if (!c->noperands)
        return as_json ? json_ops(c, NULL) : cli_has(c, "markdown") ? put_markdown() : list_ops();
    if (cli_has(c, "markdown"))
        return cli_wrong(c, "--markdown is for all ops");
    const char *name = c->operands[0];
    const finnc_op *op;
    size_t nfound = 0;
    for (size_t i = 0; (op = finnc_op_at(i)); i++)
        if (!strcasecmp(op->name, name) && ++nfound && !as_json)
            show_op(op);
    if (nfound)
        return as_json ? json_ops(c, name) : FINNC_OK;
    const char *near = nearest_op(name);
    if (near)
        cli_hint(c, "did you mean %s?", near);
    return finnc_fail(c->cx, FINNC_NOT_FOUND, "unknown op '%s'", name);
}

const cli_command cli_command_ops = {
    .name = "ops",
    .group = CLI_LEARN,
    .summary = "list the operators, or explain one: inputs, outputs, attributes",
    .examples = "finnc ops # all of them\n"
                "finnc ops MultiThreshold # one\n",
    .operands = {{"NAME", CLI_OP, CLI_MAY, NULL}},
    .options = {{"json", 0, CLI_FLAG, NULL, "for programs", 0},
                {"markdown", 0, CLI_FLAG, NULL, "as docs/ops.md", 0}},
    .run = ops,
};
