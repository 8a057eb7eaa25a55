#include "support/check_pass.h"

#include <criterion/criterion.h>

#define NET                                                                                        \
    "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}, float[2] a, float[2] b> {"               \
    "    a = Add(x, w) b = Relu(a) y = Neg(b) }"
#define AFTER(outputs)                                                                             \
    "g (float[2] x) => (float[2] y, " outputs ") <float[2] w = {1, 2}, float[2] a, float[2] b> {"  \
    "    a = Add(x, w) b = Relu(a) y = Neg(b) }"

Test(expose_intermediate_tensors_lambda, shows_what_is_chosen)
{
    check_pass("ExposeIntermediateTensorsLambda", NET, AFTER("a, b"));
    check_pass("ExposeIntermediateTensorsLambda{tensor_filter={\"name\":[\"?\"]}}", NET,
               AFTER("a, b"));
    check_pass("ExposeIntermediateTensorsLambda{tensor_filter={\"producer\":\"Relu\"}}", NET,
               AFTER("b"));
    check_pass("ExposeIntermediateTensorsLambda{tensor_filter={\"name\":\"w\", "
               "\"dynamic_only\":false}}",
               NET, AFTER("w"));
    check_unchanged("ExposeIntermediateTensorsLambda{tensor_filter={\"name\":\"[w]\"}}", NET);
}

Test(expose_intermediate_tensors_lambda, what_nobody_makes_stays_inside)
{
    check_unchanged("ExposeIntermediateTensorsLambda",
                    "g (float[2] x) => (float[2] y) <float[2] a> { y = Neg(x) }");
}

Test(expose_intermediate_tensors_lambda, refuses_what_is_no_filter)
{
    check_refused("ExposeIntermediateTensorsLambda{tensor_filter=[]}", NET, "is no object");
    check_refused("ExposeIntermediateTensorsLambda{tensor_filter={\"size\":1}}", NET,
                  "tensor_filter has no size, but name, producer and dynamic_only");
    check_refused("ExposeIntermediateTensorsLambda{tensor_filter={\"name\":[1]}}", NET,
                  "name is not a text or a list of texts");
    check_refused("ExposeIntermediateTensorsLambda{tensor_filter={\"dynamic_only\":1}}", NET,
                  "dynamic_only is not true or false");
    check_refused("ExposeIntermediateTensorsLambda{tensor_filter={\"producer\":1}}", NET,
                  "a filter is an op type");
}
