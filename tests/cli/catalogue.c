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
