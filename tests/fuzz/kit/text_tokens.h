/* The words of a model in ONNX's textual syntax, by what they are likely to be. */
#ifndef FUZZ_TEXT_TOKENS_H
#define FUZZ_TEXT_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum token_kind {
    TOKEN_MARK, /* a single character */
    TOKEN_NUMBER,
    TOKEN_STRING, /* quotes included */
    TOKEN_ELEM,   /* float, int64, ... */
    TOKEN_OP,     /* Op or domain.Op of a node */
    TOKEN_NAME    /* any other word */
} token_kind;

typedef struct token {
    const char *at;
    size_t length;
    token_kind kind;
} token;

enum { MAX_TOKENS = 4096 };

/* Returns how many there are, at most MAX_TOKENS. */
size_t text_tokens(const char *text, size_t length, token *tokens);
bool token_is(const token *t, const char *text);

/* The element types' names in the syntax. */
extern const char *const text_elems[];
extern const size_t text_nelems;

#endif
