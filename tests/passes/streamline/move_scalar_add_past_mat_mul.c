#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_scalar_add_past_mat_mul, adds_the_sums_of_the_columns)
{
    check_pass("MoveScalarAddPastMatMul",
               "n (float[3,2] x) => (float[3,2] y) <float a = {2}, float[2,2] w = {1, 2, 3, -4}>"
               " { m = Add(x, a) y = MatMul(m, w) }",
               "n (float[3,2] x) => (float[3,2] y) <float[2] a = {8, -4},"
               " float[2,2] w = {1, 2, 3, -4}> { m = MatMul(x, w) y = Add(m, a) }");
    check_pass("MoveScalarAddPastMatMul",
               "n (float[3,2] x) => (float[3,2] y) <float[1,1] a = {2},"
               " float[2,2] w = {1, 2, 3, -4}> { m = Add(x, a) y = MatMul(m, w) }",
               "n (float[3,2] x) => (float[3,2] y) <float[1,2] a = {8, -4},"
               " float[2,2] w = {1, 2, 3, -4}> { m = MatMul(x, w) y = Add(m, a) }");
}

Test(move_scalar_add_past_mat_mul, works_on_stacks_and_vectors)
{
    check_pass("MoveScalarAddPastMatMul",
               "n (float[2,3,1] x) => (float[2,3,2] y) <float a = {2},"
               " float[2,1,2] w = {1, 2, 3, -4}> { m = Add(x, a) y = MatMul(m, w) }",
               "n (float[2,3,1] x) => (float[2,3,2] y) <float[2,1,2] a = {2, 4, 6, -8},"
               " float[2,1,2] w = {1, 2, 3, -4}> { m = MatMul(x, w) y = Add(m, a) }");
    check_pass("MoveScalarAddPastMatMul",
               "n (float[3,2] x) => (float[3] y) <float a = {2}, float[2] w = {1, -4}>"
               " { m = Add(x, a) y = MatMul(m, w) }",
               "n (float[3,2] x) => (float[3] y) <float a = {-6}, float[2] w = {1, -4}>"
               " { m = MatMul(x, w) y = Add(m, a) }");
}

Test(move_scalar_add_past_mat_mul, says_why_not)
{
    check_remark("MoveScalarAddPastMatMul",
                 "n (float[3,2] x) => (float[3,1] y) <float[2] a = {2, 3}, float[2,1] w = {1, 2}>"
                 " { m = Add(x, a) y = MatMul(m, w) }",
                 "the number added is not one number: 2 values, 2 to 3");
    check_remark("MoveScalarAddPastMatMul",
                 "n (float[2] x) => (float[1,1] y) <float[1,1] a = {2}, float[2,1] w = {1, 2}>"
                 " { m = Add(x, a) y = MatMul(m, w) }",
                 "the number added has 2 axes, more than x with 1");
}

/* The product of a vector and a stack of matrices is a matrix: so are the sums of the columns. */
Test(move_scalar_add_past_mat_mul, a_vector_times_a_stack_makes_a_row_of_each)
{
    check_pass("MoveScalarAddPastMatMul",
               "g (float[3] x) => (float[2,2] y) <float a = {1}, "
               "float[2,3,2] w = {1,2,3,4,5,6,7,8,9,10,11,12}> { v = Add(x, a) y = MatMul(v, w) }",
               "g (float[3] x) => (float[2,2] y) <float[2,2] a = {9,12,27,30}, "
               "float[2,3,2] w = {1,2,3,4,5,6,7,8,9,10,11,12}> { v = MatMul(x, w) y = Add(v, a) }");
}

/* 2^53 + 1 is no double. */
Test(move_scalar_add_past_mat_mul, whole_numbers_stay)
{
    check_remark("MoveScalarAddPastMatMul",
                 "g (int64[1,1] x) => (int64[1,1] y) "
                 "<int64 a = {1}, int64[1,1] w = {9007199254740993}> "
                 "{ v = Add(x, a) y = MatMul(v, w) }",
                 "the matrix is INT64");
}
