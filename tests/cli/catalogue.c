/* finnc passes and finnc ops: the tables, printed. */
#include "support/program.h"

#include <finnc/op.h>
#include <finnc/pass.h>
#include <finnc/run.h>

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

Test(passes, each_is_explained)
{
    const finnc_pass *pass;
    for (size_t i = 0; (pass = finnc_pass_at(i)); i++) {
        char line[128];
        snprintf(line, sizeof line, "passes %s", pass->name);
        const outcome *o = finnc_run(line, NULL);
        cr_assert_eq(o->status, 0, "%s", line);
        cr_assert(strstr(o->out, pass->summary), "%s", line);
        for (const finnc_rule *rule = pass->rules; rule->have; rule++)
            cr_assert(strstr(o->out, rule->have), "%s: its picture is not shown", pass->name);
        snprintf(line, sizeof line, "passes --json %s", pass->name);
        json_t *root = json_loads(finnc_run(line, NULL)->out, 0, NULL);
        cr_assert_str_eq(json_string_value(json_object_get(root, "name")), pass->name);
        json_decref(root);
    }
}

Test(passes, an_unknown_one_is_unknown)
{
    const outcome *o = finnc_run("passes MoveScalarMulPastCnv", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert_str_eq(o->err, "finnc: error: unknown pass 'MoveScalarMulPastCnv'\n"
                             "finnc: hint: did you mean MoveScalarMulPastConv?\n");
}

static void check_runs(const json_t *list)
{
    json_t *op;
    size_t i;
    json_array_foreach(list, i, op)
    {
        const char *domain = json_string_value(json_object_get(op, "domain"));
        const char *name = json_string_value(json_object_get(op, "name"));
        cr_expect_eq(json_is_true(json_object_get(op, "runs")),
                     finnc_op_can_run(finnc_op_find(domain, name)), "%s", name);
    }
}

Test(ops, each_is_explained)
{
    const finnc_op *op;
    for (size_t i = 0; (op = finnc_op_at(i)); i++) {
        char line[128];
        snprintf(line, sizeof line, "ops %s", op->name);
        const outcome *o = finnc_run(line, NULL);
        cr_assert_eq(o->status, 0, "%s", line);
        cr_assert(strstr(o->out, op->name));
        snprintf(line, sizeof line, "ops --json %s", op->name);
        json_t *root = json_loads(finnc_run(line, NULL)->out, 0, NULL);
        const json_t *list = json_object_get(root, "ops");
        cr_assert_gt(json_array_size(list), 0, "%s", line);
        check_runs(list);
        json_decref(root);
    }
}

Test(ops, one_without_a_kernel_says_so_and_only_such_a_one)
{
    const finnc_op *op;
    for (size_t i = 0; (op = finnc_op_at(i)); i++) {
        char line[128];
        snprintf(line, sizeof line, "ops %s", op->name);
        bool says_so = strstr(finnc_run(line, NULL)->out, "It is not executed.") != NULL;
        cr_expect(says_so || finnc_op_can_run(op), "%s", op->name);
    }
    cr_expect_not(strstr(finnc_run("ops Relu", NULL)->out, "executed"));
}

Test(ops, an_unknown_one_is_unknown)
{
    const outcome *o = finnc_run("ops MultiTreshold", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert_str_eq(o->err, "finnc: error: unknown op 'MultiTreshold'\n"
                             "finnc: hint: did you mean MultiThreshold?\n");
}

/* ---- all at once ---- */

static void check_listed(const char *line, const char *const *words)
{
    const outcome *o = finnc_run(line, NULL);
    cr_assert_eq(o->status, 0, "%s: %s", line, o->err);
    for (; *words; words++)
        cr_expect(strstr(o->out, *words), "%s: no %s", line, *words);
}

Test(catalogue, lists_hold_every_row)
{
    const char *names[1024] = {NULL};
    size_t n = 0;
    for (size_t i = 0; finnc_pass_at(i); i++)
        names[n++] = finnc_pass_at(i)->name;
    for (size_t i = 0; finnc_recipe_at(i); i++)
        names[n++] = finnc_recipe_at(i)->name;
    check_listed("passes", names);
    n = 0;
    memset(names, 0, sizeof names);
    for (size_t i = 0; finnc_op_at(i) && n < 1000; i++)
        names[n++] = finnc_op_at(i)->name;
    check_listed("ops", names);
}

Test(catalogue, a_recipe_is_shown_as_it_is_written)
{
    const finnc_recipe *recipe = finnc_recipe_find("tidy");
    const outcome *o = finnc_run("passes tidy", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "a recipe\n"), "%s", o->out);
    cr_assert(strstr(o->out, recipe->yaml), "%s", o->out);
}

Test(catalogue, for_programs_there_is_an_entry_for_each_pass_and_recipe)
{
    size_t n = 0, nrecipes = 0;
    while (finnc_pass_at(n))
        n++;
    while (finnc_recipe_at(nrecipes))
        nrecipes++;
    /* More than finnc_run keeps: the program writes a file of it by itself. */
    const outcome *o = finnc_run("passes --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    size_t nentries = 0;
    for (const char *at = o->out; (at = strstr(at, "\n   \"name\": ")); at++)
        nentries++;
    cr_assert(nentries == n + nrecipes || o->out_length >= sizeof o->out - 1, "%zu of %zu",
              nentries, n + nrecipes);
}

Test(catalogue, a_page_is_of_all_of_them)
{
    static const char *const lines[] = {"passes --markdown tidy", "ops --markdown Conv"};
    for (size_t i = 0; i < 2; i++) {
        const outcome *o = finnc_run(lines[i], NULL);
        cr_assert_eq(o->status, 2);
        cr_assert(strstr(o->err, "--markdown is for all"), "%s", o->err);
    }
}
