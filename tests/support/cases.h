/* Cases of operators, written down as text: small models with the outputs that the standard's
 * definition gives them, spread over element types and versions. tests/interp/cases/README.md
 * describes the files. */
#ifndef TEST_CASES_H
#define TEST_CASES_H

#include <stdbool.h>
#include <stddef.h>

enum { CASE_MAX_BINDINGS = 6, CASE_MAX_CHOICES = 32 };

/* A word of the body and what it stands for, one after the other. */
typedef struct case_binding {
    char word[24];
    char choices[CASE_MAX_CHOICES][40];
    size_t count;
    bool is_all; /* "*": whatever the op's row says */
} case_binding;

typedef struct op_case {
    char op[64], words[128];
    case_binding types[CASE_MAX_BINDINGS];
    size_t ntypes;
    int versions[CASE_MAX_CHOICES]; /* of the op's domain; none: the newest */
    size_t nversions;
    double tolerance; /* relative; 0: as the element type has it */
    char fails[160];  /* "": it does not */
    char *body;       /* the model, without its header */
    int line;         /* of the file */
} op_case;

/* Reads all cases of a file; the test fails with file and line if they are not well formed. The
 * caller frees what read_cases_free frees. */
op_case *read_cases(const char *path, size_t *count);
void free_cases(op_case *cases, size_t count);

#endif
