#include <finnc/layer.h>
#include <finnc/op.h>

#include <criterion/criterion.h>
#include <string.h>

static bool is_layer(const char *name)
{
    const finnc_layer *layer;
    for (size_t i = 0; (layer = finnc_layer_at(i)); i++)
        if (!strcmp(finnc_layer_name(layer), name))
            return true;
    return false;
}

/* An op that is hardware and has no row in layers.def would count for nothing. */
Test(layer, every_hardware_op_is_one)
{
    const finnc_op *op;
    size_t nops = 0, nlayers = 0;
    for (size_t i = 0; (op = finnc_op_at(i)); i++) {
        if (!(op->traits & FINNC_OP_HARDWARE) || op->traits & FINNC_OP_PARTITION)
            continue;
        cr_expect(is_layer(op->name), "%s has no row in layers.def", op->name);
        nops++;
    }
    while (finnc_layer_at(nlayers))
        nlayers++;
    cr_expect_eq(nlayers, nops, "%zu layers, %zu ops", nlayers, nops);
}

Test(layer, rows_are_sorted)
{
    const finnc_layer *a, *b;
    for (size_t i = 0; (a = finnc_layer_at(i)) && (b = finnc_layer_at(i + 1)); i++)
        cr_expect_lt(strcmp(finnc_layer_name(a), finnc_layer_name(b)), 0, "%s, %s",
                     finnc_layer_name(a), finnc_layer_name(b));
}
