/* Stands for Criterion where its processes cannot run, under the thread sanitizer, and where it is
 * not, on another processor: one source becomes a program that runs its tests one after the other
 * and ends at the first failure. */
#ifndef TESTS_PLAIN_CRITERION_H
#define TESTS_PLAIN_CRITERION_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct plain_test {
    const char *name;
    void (*run)(void);
    struct plain_test *next;
} plain_test;

static plain_test *plain_tests, **plain_end = &plain_tests;

/* The suite's functions are called around each of its tests: there is one suite. */
#define TestSuite(suite, ...)                                                                      \
    static const struct {                                                                          \
        void (*init)(void), (*fini)(void);                                                         \
    } suite_##suite = {__VA_ARGS__};                                                               \
    int main(void)                                                                                 \
    {                                                                                              \
        for (const plain_test *test = plain_tests; test; test = test->next) {                      \
            suite_##suite.init();                                                                  \
            test->run();                                                                           \
            suite_##suite.fini();                                                                  \
            printf("%s/%s\n", #suite, test->name);                                                 \
        }                                                                                          \
        return plain_tests ? 0 : 1;                                                                \
    }                                                                                              \
    int main(void)

#define Test(suite, name)                                                                          \
    static void test_##name(void);                                                                 \
    __attribute__((constructor)) static void add_##name(void)                                      \
    {                                                                                              \
        static plain_test test = {#name, test_##name, NULL};                                       \
        *plain_end = &test;                                                                        \
        plain_end = &test.next;                                                                    \
    }                                                                                              \
    static void test_##name(void)

#define cr_assert(condition, ...)                                                                  \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            plain_explain(" " __VA_ARGS__);                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)
#define cr_assert_not(condition, ...) cr_assert(!(condition), __VA_ARGS__)
#define cr_assert_eq(a, b, ...)       cr_assert((a) == (b), __VA_ARGS__)
#define cr_assert_neq(a, b, ...)      cr_assert((a) != (b), __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...)   cr_assert(strcmp((a), (b)) == 0, __VA_ARGS__)
#define plain_explain(...)            (fprintf(stderr, __VA_ARGS__), fputc('\n', stderr))

#endif
