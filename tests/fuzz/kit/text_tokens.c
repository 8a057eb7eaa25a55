#include "text_tokens.h"

#include <ctype.h>
#include <string.h>

const char *const text_elems[] = {
    "float",      "uint8",  "int8",   "uint16", "int16",     "int32",     "int64",   "string",
    "bool",       "double", "uint32", "uint64", "complex64", "bfloat16",  "float16", "float8e4m3fn",
    "float8e5m2", "uint4",  "int4",   "uint2",  "int2",      "float4e2m1"};
const size_t text_nelems = sizeof text_elems / sizeof *text_elems;

bool token_is(const token *t, const char *text)
{
    return t->length == strlen(text) && !memcmp(t->at, text, t->length);
}

static bool is_elem(const token *t)
{
    for (size_t i = 0; i < text_nelems; i++)
        if (token_is(t, text_elems[i]))
            return true;
    return false;
}

static bool begins_number(const char *at, const char *end)
{
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    return at < end && isdigit((unsigned char)*at);
}

static const char *end_of_word(const char *at, const char *end)
{
    while (at < end && (isalnum((unsigned char)*at) || *at == '_' || *at == '.'))
        at++;
    return at;
}

static const char *end_of_number(const char *at, const char *end)
{
    at = end_of_word(at + 1, end);
    const bool has_exponent = at < end && (*at == '-' || *at == '+') && (at[-1] | 32) == 'e';
    return has_exponent ? end_of_word(at + 1, end) : at;
}

static const char *end_of_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\' && at + 1 < end;
    return at < end ? at + 1 : end;
}

static token take(const char *at, const char *end)
{
    if (begins_number(at, end))
        return (token){at, (size_t)(end_of_number(at, end) - at), TOKEN_NUMBER};
    if (*at == '"')
        return (token){at, (size_t)(end_of_string(at, end) - at), TOKEN_STRING};
    const char *word = end_of_word(at, end);
    if (word == at)
        return (token){at, 1, TOKEN_MARK};
    return (token){at, (size_t)(word - at), TOKEN_NAME};
}

/* A word behind '=' and before its attributes or inputs. */
static void tell_ops(token *tokens, size_t n)
{
    for (size_t i = 1; i + 1 < n; i++)
        if (tokens[i].kind == TOKEN_NAME && token_is(&tokens[i - 1], "=") &&
            (token_is(&tokens[i + 1], "(") || token_is(&tokens[i + 1], "<")))
            tokens[i].kind = TOKEN_OP;
}

size_t text_tokens(const char *text, size_t length, token *tokens)
{
    const char *end = text + length;
    size_t n = 0;
    for (const char *at = text; at < end && n < MAX_TOKENS;) {
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        tokens[n] = take(at, end);
        if (tokens[n].kind == TOKEN_NAME && is_elem(&tokens[n]))
            tokens[n].kind = TOKEN_ELEM;
        at += tokens[n++].length;
    }
    tell_ops(tokens, n);
    return n;
}
