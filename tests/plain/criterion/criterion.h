/* Stands for Criterion where its processes cannot run: under the thread sanitizer. A source with
 * one test becomes a program of its own. */
#ifndef TESTS_TSAN_CRITERION_H
#define TESTS_TSAN_CRITERION_H

#include <stdio.h>
#include <stdlib.h>

#define TestSuite(suite, ...)                                                                      \
    static const struct {                                                                          \
        void (*init)(void), (*fini)(void);                                                         \
    } suite_##suite = {__VA_ARGS__}

#define Test(suite, name)                                                                          \
    static void test_##name(void);                                                                 \
    int main(void)                                                                                 \
    {                                                                                              \
        suite_##suite.init();                                                                      \
        test_##name();                                                                             \
        suite_##suite.fini();                                                                      \
        return 0;                                                                                  \
    }                                                                                              \
    static void test_##name(void)

#define cr_assert(condition, ...)                                                                  \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)
#define cr_assert_eq(a, b, ...)  cr_assert((a) == (b))
#define cr_assert_neq(a, b, ...) cr_assert((a) != (b))

#endif
