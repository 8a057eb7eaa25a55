/* Names, which check_pass does not compare: what passes that give names make of a graph. */
#ifndef TEST_NAMES_H
#define TEST_NAMES_H

#include <stddef.h>

/* Runs `passes` on `text` and writes a line per node: "Conv_0: global_in w -> Conv_0_out0". Fails
 * the test if a pass does, or if the outputs change. */
void names_after(const char *passes, const char *text, char *names, size_t room);

#define check_names(passes, text, expected)                                                        \
    do {                                                                                           \
        char names[4096];                                                                          \
        names_after((passes), (text), names, sizeof names);                                        \
        cr_expect_str_eq(names, (expected));                                                       \
    } while (0)

#endif
