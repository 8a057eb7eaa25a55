#include <support/infer_text.h>

#include <criterion/criterion.h>

#define SCATTER(op, attrs, t)                                                                      \
    "<opset_import: [\"\": 18]> n (float[1,2] x {INT4}, float[1,1] u {" t "}) => (y)"              \
    " <int64[1,1] i = {0}> { y = " op attrs "(x, i, u) }"

Test(scatter, types_hold_the_updates_too)
{
    check_dtypes(SCATTER("ScatterElements", "<axis = 1>", "INT4"), "INT4");
    check_dtypes(SCATTER("ScatterElements", "<axis = 1>", "UINT8"), "INT9");
    check_dtypes(SCATTER("ScatterElements", "<axis = 1>", "FLOAT32"), "FLOAT32");
    check_dtypes(SCATTER("ScatterElements", "<reduction = \"max\">", "UINT8"), "INT9");
    check_dtypes("<opset_import: [\"\": 18]> n (float[2] x {INT4}, float[1] u {UINT8}) => (y)"
                 " <int64[1,1] i = {0}> { y = ScatterND(x, i, u) }",
                 "INT9");
}

Test(scatter, sums_and_products_of_updates_have_no_type)
{
    check_dtypes(SCATTER("ScatterElements", "<reduction = \"add\">", "INT4"), "FLOAT32");
    check_dtypes(SCATTER("ScatterElements", "<reduction = \"mul\">", "INT4"), "FLOAT32");
}
