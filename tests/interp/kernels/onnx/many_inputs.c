/* Nodes of many inputs: as many as a file of some kilobytes can give them. */
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

enum { MANY = 5001 };

/* `text` with `item`, MANY times and with commas, for each "@". */
static char *spread(const char *text, const char *item)
{
    const size_t length = strlen(item);
    char *made = malloc(strlen(text) + (size_t)2 * MANY * (length + 1) + 1), *at = made;
    cr_assert(made);
    for (; *text; text++) {
        if (*text != '@') {
            *at++ = *text;
            continue;
        }
        for (int i = 0; i < MANY; i++) {
            memcpy(at, item, length);
            at += length;
            *at++ = ',';
        }
        at--;
    }
    *at = '\0';
    return made;
}

#define HEAD "<ir_version: 8, opset_import: [\"\" : 17]> g () => "

Test(many_inputs, einsum_takes_each_once)
{
    /* Two times an odd power of -1; the first operand is told apart by its second axis. */
    char *text = spread(HEAD "(float[2,3] y) <float[3,2] f = {1, 1, 2, 2, 3, 3}, float[2] i = "
                             "{-1, 1}> { y = Einsum <equation = \"ki,#->ik\"> (f, @) }",
                        "i");
    char *terms = spread("@", "i"), *hash = strchr(text, '#');
    char *whole = malloc(strlen(text) + strlen(terms) + 1);
    cr_assert(whole);
    memcpy(whole, text, (size_t)(hash - text));
    strcpy(whole + (hash - text), terms);
    strcat(whole, hash + 1);
    check_output(whole, "[2,3]", 0, -1, -2, -3, 1, 2, 3);
    free(whole);
    free(terms);
    free(text);
}

Test(many_inputs, sequence_construct_takes_each_once)
{
    char *text = spread(HEAD "(int64 y) <float a = {1}> { s = SequenceConstruct (@)"
                             " y = SequenceLength (s) }",
                        "a");
    check_output(text, "[]", 0, MANY);
    free(text);
}
