#include "cases.h"

#include <criterion/criterion.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_text_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s cannot be read", path);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    cr_assert(text && fread(text, 1, (size_t)size, file) == (size_t)size, "%s", path);
    text[size] = '\0';
    fclose(file);
    return text;
}

/* Copies up to `end` and moves on to it. */
static void take(const char **at, const char *end, char *word, size_t room, const char *where)
{
    size_t length = (size_t)(end - *at);
    cr_assert(length < room, "%s: '%.*s' is too long", where, (int)length, *at);
    memcpy(word, *at, length);
    word[length] = '\0';
    *at = end;
}

static const char *end_of_word(const char *at, const char *stops)
{
    return at + strcspn(at, stops);
}

static void read_choices(const char **at, case_binding *binding, const char *where)
{
    do {
        cr_assert(binding->count < CASE_MAX_CHOICES, "%s: too many choices", where);
        *at += **at == ',';
        take(at, end_of_word(*at, ", \n"), binding->choices[binding->count++],
             sizeof binding->choices[0], where);
    } while (**at == ',');
    binding->is_all = binding->count == 1 && !strcmp(binding->choices[0], "*");
}

/* KEY=CHOICE,CHOICE... */
static void read_binding(const char **at, op_case *c, const char *where)
{
    case_binding b = {.count = 0};
    const char *equals = end_of_word(*at, "=\n");
    cr_assert(*equals == '=', "%s: '%.20s' has no '='", where, *at);
    take(at, equals, b.word, sizeof b.word, where);
    ++*at;
    if (!strcmp(b.word, "fails")) {
        cr_assert(**at == '"', "%s: fails=\"words\"", where);
        ++*at;
        take(at, end_of_word(*at, "\"\n"), c->fails, sizeof c->fails, where);
        *at += **at == '"';
        return;
    }
    read_choices(at, &b, where);
    if (!strcmp(b.word, "opset")) {
        for (size_t i = 0; i < b.count; i++)
            c->versions[c->nversions++] = atoi(b.choices[i]);
    } else if (!strcmp(b.word, "tol")) {
        c->tolerance = strtod(b.choices[0], NULL);
    } else {
        cr_assert(c->ntypes < CASE_MAX_BINDINGS, "%s: too many types", where);
        c->types[c->ntypes++] = b;
    }
}

/* [Op: words] KEY=VALUE... */
static void read_header(const char **at, op_case *c, const char *where)
{
    ++*at;
    take(at, end_of_word(*at, ":]\n"), c->op, sizeof c->op, where);
    if (**at == ':') {
        *at += strspn(*at, ": ");
        take(at, end_of_word(*at, "]\n"), c->words, sizeof c->words, where);
    }
    cr_assert(**at == ']', "%s: no ']'", where);
    ++*at;
    while (*(*at += strspn(*at, " ")) != '\n' && **at)
        read_binding(at, c, where);
}

static bool is_next_case(const char *line)
{
    return *line == '[' || *line == '\0';
}

/* The lines up to the next header, comments left out. */
static const char *read_body(const char *at, op_case *c, int *line)
{
    size_t length = 0;
    c->body = malloc(strlen(at) + 1);
    cr_assert(c->body);
    while (!is_next_case(at)) {
        size_t n = strcspn(at, "\n");
        n += at[n] == '\n';
        if (*at != '#') {
            memcpy(c->body + length, at, n);
            length += n;
        }
        at += n;
        ++*line;
    }
    c->body[length] = '\0';
    return at;
}

op_case *read_cases(const char *path, size_t *count)
{
    char *text = read_text_file(path), where[512];
    const char *at = text;
    op_case *cases = NULL;
    int line = 1;
    *count = 0;
    for (; *at && !is_next_case(at); line++) { /* comments before the first one */
        cr_assert(*at == '#' || *at == '\n', "%s:%d: outside of a case", path, line);
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    while (*at) {
        cases = realloc(cases, (*count + 1) * sizeof *cases);
        cr_assert(cases);
        op_case *c = &cases[(*count)++];
        *c = (op_case){.line = line};
        snprintf(where, sizeof where, "%s:%d", path, line);
        read_header(&at, c, where);
        at = read_body(at, c, &line);
    }
    free(text);
    return cases;
}

void free_cases(op_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(cases[i].body);
    free(cases);
}
