#include "text_mutate.h"

#include "random.h"
#include "text_tokens.h"

#include <finnc/op.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

enum { WORD_MAX = 192 };

/* A text and what a mutation makes of it: `to` receives it, cut into what is before a token, what
 * comes instead, and what is behind. */
typedef struct draft {
    random_source *random;
    const char *text;
    size_t length;
    token *tokens;
    size_t ntokens;
    char *to;
    size_t written, room;
    bool is_full;
} draft;

static void add(draft *d, const char *text, size_t length)
{
    if (d->is_full || length > d->room - d->written) {
        d->is_full = true;
        return;
    }
    memcpy(d->to + d->written, text, length);
    d->written += length;
}

static void add_between(draft *d, const char *from, const char *end)
{
    add(d, from, (size_t)(end - from));
}

/* Puts `word` in the place of what lies from `from` to `end`. */
static void splice(draft *d, const char *from, const char *end, const char *word)
{
    add_between(d, d->text, from);
    add(d, word, strlen(word));
    add_between(d, end, d->text + d->length);
}

static void replace(draft *d, const token *t, const char *word)
{
    splice(d, t->at, t->at + t->length, word);
}

static void insert_before(draft *d, const token *t, const char *word)
{
    splice(d, t->at, t->at, word);
}

/* Any token of a kind, or NULL. */
static const token *any(draft *d, token_kind kind)
{
    const size_t start = below(d->random, (unsigned)d->ntokens);
    for (size_t i = 0; i < d->ntokens; i++) {
        const token *t = &d->tokens[(start + i) % d->ntokens];
        if (t->kind == kind)
            return t;
    }
    return NULL;
}

static const char *word_of(const token *t, char word[WORD_MAX])
{
    snprintf(word, WORD_MAX, "%.*s", (int)t->length, t->at);
    return word;
}

/* ---- words from the tables ---- */

static const finnc_op *random_op(random_source *r)
{
    size_t n = 0;
    while (finnc_op_at(n))
        n++;
    return finnc_op_at(below(r, (unsigned)n));
}

static const char *op_word(const finnc_op *op, char word[WORD_MAX])
{
    const bool is_onnx = !op->domain || !op->domain[0];
    snprintf(word, WORD_MAX, "%s%s%s", is_onnx ? "" : op->domain, is_onnx ? "" : ".", op->name);
    return word;
}

static const finnc_op *op_of(const token *t)
{
    char word[WORD_MAX];
    word_of(t, word);
    char *dot = strrchr(word, '.');
    if (!dot)
        return finnc_op_find("", word);
    *dot = '\0';
    return finnc_op_find(word, dot + 1);
}

static const char *random_number(random_source *r, char word[WORD_MAX])
{
    static const char *const numbers[] = {"0",
                                          "1",
                                          "2",
                                          "3",
                                          "4",
                                          "8",
                                          "-1",
                                          "-2",
                                          "0.5",
                                          "0.25",
                                          "-0.5",
                                          "1.5",
                                          "2.0",
                                          "7",
                                          "15",
                                          "16",
                                          "255",
                                          "127",
                                          "-128",
                                          "1e-3",
                                          "3.4e38",
                                          "1e-45",
                                          "256",
                                          "1000",
                                          "65536",
                                          "2147483647",
                                          "-2147483648",
                                          "4294967296",
                                          "9223372036854775807"};
    const unsigned n = sizeof numbers / sizeof *numbers;
    /* Huge ones are interesting once, and then mostly too large for anything. */
    snprintf(word, WORD_MAX, "%s", numbers[below(r, below(r, 8) ? 20 : n)]);
    return word;
}

static const char *random_dtype(random_source *r, char word[WORD_MAX])
{
    static const char *const names[] = {"BIPOLAR", "BINARY",     "TERNARY",      "FLOAT32",
                                        "FLOAT16", "FIXED<8,3>", "SCALEDINT<7>", "FLOAT<4,3,5>"};
    const unsigned n = sizeof names / sizeof *names, which = below(r, n + 8);
    if (which < n)
        snprintf(word, WORD_MAX, "%s", names[which]);
    else
        snprintf(word, WORD_MAX, "%sINT%u", which % 2 ? "U" : "", 1 + below(r, 33));
    return word;
}

/* `name = value`, of an attribute that the op has. */
static bool attr_words(random_source *r, const finnc_op *op, char words[WORD_MAX])
{
    size_t n = 0;
    while (finnc_op_attr(op, n))
        n++;
    if (n == 0)
        return false;
    const finnc_attr_spec *attr = finnc_op_attr(op, below(r, (unsigned)n));
    char value[WORD_MAX];
    random_number(r, value);
    if (attr->fallback && below(r, 3) == 0)
        snprintf(value, WORD_MAX, "%.180s", attr->fallback);
    else if (attr->kind == FINNC_ATTR_STRING)
        snprintf(value, WORD_MAX, "\"%.40s\"", random_dtype(r, (char[WORD_MAX]){0}));
    else if (attr->kind == FINNC_ATTR_INTS || attr->kind == FINNC_ATTR_FLOATS)
        snprintf(value, WORD_MAX, "[%u, %u]", below(r, 4), below(r, 4));
    return snprintf(words, WORD_MAX, "%s = %.100s", attr->name, value) < WORD_MAX;
}

/* ---- mutations: false where there is nothing for them ---- */

typedef bool mutation(draft *d);

static bool change_number(draft *d)
{
    const token *t = any(d, TOKEN_NUMBER), *other = any(d, TOKEN_NUMBER);
    char word[WORD_MAX];
    if (!t)
        return false;
    const unsigned how = below(d->random, 4);
    if (how == 0)
        word_of(other, word);
    else if (how == 1)
        random_number(d->random, word);
    else
        snprintf(word, WORD_MAX, "%lld", strtoll(t->at, NULL, 10) / 2 * 2 + (how == 2));
    replace(d, t, word);
    return true;
}

static bool change_name(draft *d)
{
    const token *t = any(d, TOKEN_NAME), *other = any(d, TOKEN_NAME);
    if (t)
        replace(d, t, word_of(other, (char[WORD_MAX]){0}));
    return t != NULL;
}

static bool change_op(draft *d)
{
    const token *t = any(d, TOKEN_OP);
    if (t)
        replace(d, t, op_word(random_op(d->random), (char[WORD_MAX]){0}));
    return t != NULL;
}

static bool change_elem(draft *d)
{
    const token *t = any(d, TOKEN_ELEM);
    if (t)
        replace(d, t, text_elems[below(d->random, (unsigned)text_nelems)]);
    return t != NULL;
}

/* Strings are mostly data types and layouts. */
static bool change_string(draft *d)
{
    const token *t = any(d, TOKEN_STRING), *other = any(d, TOKEN_STRING);
    char word[WORD_MAX], quoted[WORD_MAX + 2];
    if (!t)
        return false;
    if (below(d->random, 2)) {
        snprintf(quoted, sizeof quoted, "\"%s\"", random_dtype(d->random, word));
        replace(d, t, quoted);
    } else {
        replace(d, t, word_of(other, word));
    }
    return true;
}

/* Annotates a value, or annotates it otherwise, or turns its axes. */
static bool annotate(draft *d)
{
    static const char *const layouts[] = {"NCHW", "NHWC", "NC", "NWC", "NCW"};
    const token *t = any(d, TOKEN_NAME);
    char word[WORD_MAX], braces[WORD_MAX + 8];
    if (!t)
        return false;
    if (below(d->random, 4))
        random_dtype(d->random, word);
    else
        snprintf(word, WORD_MAX, "%s", layouts[below(d->random, 5)]);
    if (t > d->tokens && token_is(t - 1, "{") && below(d->random, 2)) {
        replace(d, t, word);
        return true;
    }
    snprintf(braces, sizeof braces, " {%s}", word);
    splice(d, t->at + t->length, t->at + t->length, braces);
    return true;
}

static bool swap_two(draft *d)
{
    const token *a = any(d, TOKEN_MARK + 1 + below(d->random, 5)), *b = a ? any(d, a->kind) : NULL;
    if (!b || a == b)
        return false;
    if (a > b) {
        const token *first = b;
        b = a;
        a = first;
    }
    add_between(d, d->text, a->at);
    add(d, b->at, b->length);
    add_between(d, a->at + a->length, b->at);
    add(d, a->at, a->length);
    add_between(d, b->at + b->length, d->text + d->length);
    return true;
}

static bool insert_attr(draft *d)
{
    const token *t = any(d, TOKEN_OP);
    const finnc_op *op = t ? op_of(t) : NULL;
    char words[WORD_MAX], text[WORD_MAX + 8];
    if (!op || !attr_words(d->random, op, words))
        return false;
    if (token_is(t + 1, "<")) {
        snprintf(text, sizeof text, "<%s, ", words);
        replace(d, t + 1, text);
    } else {
        snprintf(text, sizeof text, " <%s> (", words);
        replace(d, t + 1, text);
    }
    return true;
}

/* One item of a list goes, or comes twice. */
static bool change_list(draft *d)
{
    const token *t = &d->tokens[below(d->random, (unsigned)d->ntokens)];
    for (size_t i = 0; i < d->ntokens && !token_is(t, ","); i++)
        t = t + 1 < d->tokens + d->ntokens ? t + 1 : d->tokens;
    const token *end = t + 1, *last = d->tokens + d->ntokens;
    if (!token_is(t, ","))
        return false;
    for (int depth = 0; end < last; end++) {
        depth += token_is(end, "(") || token_is(end, "{") || token_is(end, "[");
        depth -= token_is(end, ")") || token_is(end, "}") || token_is(end, "]");
        if (depth < 0 || (depth == 0 && (token_is(end, ",") || token_is(end, ">"))))
            break;
    }
    if (end >= last)
        return false;
    if (below(d->random, 2)) {
        splice(d, t->at, end->at, "");
        return true;
    }
    add_between(d, d->text, end->at);
    add_between(d, t->at, d->text + d->length);
    return true;
}

/* The bracket that closes the last graph. */
static const token *last_brace(const draft *d)
{
    for (size_t i = d->ntokens; i-- > 0;)
        if (token_is(&d->tokens[i], "}"))
            return &d->tokens[i];
    return NULL;
}

/* A node more, which somebody reads or which is an output. */
static bool insert_node(draft *d)
{
    const token *used = any(d, TOKEN_NAME), *like = any(d, TOKEN_OP), *end = last_brace(d);
    char op[WORD_MAX], name[WORD_MAX], text[4 * WORD_MAX];
    const unsigned number = below(d->random, 100), arity = below(d->random, 3);
    if (!used || !end || used > end)
        return false;
    if (like && below(d->random, 2))
        word_of(like, op);
    else
        op_word(random_op(d->random), op);
    word_of(used, name);
    snprintf(text, sizeof text, " f%u = %s (%s%s%s) ", number, op, name, arity ? ", " : "",
             arity == 1   ? name
             : arity == 2 ? word_of(any(d, TOKEN_NAME), (char[WORD_MAX]){0})
                          : "");
    add_between(d, d->text, used->at);
    char reader[16];
    snprintf(reader, sizeof reader, "f%u", number);
    add(d, reader, strlen(reader));
    add_between(d, used->at + used->length, end->at);
    add(d, text, strlen(text));
    add_between(d, end->at, d->text + d->length);
    return true;
}

/* What a node makes becomes an output, too. */
static bool insert_output(draft *d)
{
    const token *name = any(d, TOKEN_NAME);
    for (size_t i = 2; name && i + 1 < d->ntokens; i++) {
        if (!token_is(&d->tokens[i], "(") || !token_is(&d->tokens[i - 1], ">") ||
            !token_is(&d->tokens[i - 2], "="))
            continue;
        char text[WORD_MAX + 4], word[WORD_MAX];
        snprintf(text, sizeof text, "%s, ", word_of(name, word));
        insert_before(d, &d->tokens[i + 1], text);
        return true;
    }
    return false;
}

/* ---- a constant of another shape, and with as many elements as that has ---- */

/* `[4, 2] w = {` begins at token `i`: where its numbers begin, or 0. */
static size_t constant_at(const draft *d, size_t i, int64_t dims[4], size_t *rank)
{
    *rank = 0;
    if (!token_is(&d->tokens[i], "["))
        return 0;
    for (i++; i + 1 < d->ntokens && d->tokens[i].kind == TOKEN_NUMBER && *rank < 4; i += 2) {
        dims[(*rank)++] = strtoll(d->tokens[i].at, NULL, 10);
        if (token_is(&d->tokens[i + 1], "]"))
            break;
    }
    for (i += 2; i + 1 < d->ntokens; i++) {
        if (token_is(&d->tokens[i], "=") && token_is(&d->tokens[i + 1], "{"))
            return *rank ? i + 2 : 0;
        if (token_is(&d->tokens[i], ",") || token_is(&d->tokens[i], ">"))
            return 0;
    }
    return 0;
}

static bool reshape_constant(draft *d)
{
    const size_t start = below(d->random, (unsigned)d->ntokens);
    int64_t dims[4];
    size_t rank = 0, i = start, at = 0;
    for (size_t k = 0; k < d->ntokens && !at; k++)
        at = constant_at(d, i = (start + k) % d->ntokens, dims, &rank);
    if (!at || d->tokens[at].kind != TOKEN_NUMBER)
        return false;
    dims[below(d->random, (unsigned)rank)] = 1 + below(d->random, 4);
    int64_t nelems = 1;
    add_between(d, d->text, d->tokens[i].at + 1);
    for (size_t k = 0; k < rank; k++) {
        char text[32];
        add(d, text,
            (size_t)snprintf(text, sizeof text, "%s%lld", k ? "," : "", (long long)dims[k]));
        nelems = dims[k] > 0 && dims[k] < 64 ? nelems * dims[k] : 0;
    }
    if (nelems < 1 || nelems > 1024)
        return false;
    size_t close = i, end = at;
    while (close < at && !token_is(&d->tokens[close], "]"))
        close++;
    while (end < d->ntokens && !token_is(&d->tokens[end], "}"))
        end++;
    if (end == d->ntokens || close == at)
        return false;
    add_between(d, d->tokens[close].at, d->tokens[at].at);
    for (int64_t k = 0; k < nelems; k++) {
        const token *t = &d->tokens[at + 2 * (size_t)k % (end - at)];
        add(d, k ? "," : "", k ? 1 : 0);
        add(d, t->at, t->kind == TOKEN_NUMBER ? t->length : 0);
        add(d, "1", t->kind == TOKEN_NUMBER ? 0 : 1);
    }
    add_between(d, d->tokens[end].at, d->text + d->length);
    return true;
}

static mutation *const mutations[] = {
    change_number, change_number, change_number, change_name, change_name,      change_op,
    change_elem,   change_string, annotate,      swap_two,    swap_two,         insert_attr,
    change_list,   insert_node,   insert_output, insert_node, reshape_constant, reshape_constant};

/* `text` becomes `to`; 0: it could not. */
static size_t mutate_once(random_source *r, const char *text, size_t length, char *to, size_t room,
                          token *tokens)
{
    draft d = {
        .random = r, .text = text, .length = length, .tokens = tokens, .to = to, .room = room};
    d.ntokens = text_tokens(text, length, tokens);
    if (d.ntokens < 4)
        return 0;
    const bool done = mutations[below(r, sizeof mutations / sizeof *mutations)](&d);
    return done && !d.is_full ? d.written : 0;
}

/* A few times: models want more than one thing to be changed together. */
static size_t mutate_text(random_source *r, char *text, size_t length, size_t room)
{
    token *tokens = malloc((MAX_TOKENS + 1) * sizeof *tokens);
    char *to = malloc(room + 1);
    for (unsigned rounds = 1 + below(r, 3); tokens && to && rounds > 0; rounds--) {
        const size_t n = mutate_once(r, text, length, to, room, tokens);
        if (n)
            memcpy(text, to, length = n);
    }
    free(tokens);
    free(to);
    return length;
}

size_t lined_text_mutate(uint8_t *data, size_t size, size_t max_size, unsigned seed,
                         line_mutator *mutate_line)
{
    random_source r = random_from(seed);
    if (size < 8 || below(&r, 10) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    char *begin = (char *)data, line[1024];
    char *brk = mutate_line ? memchr(begin, '\n', size) : NULL;
    const size_t skipped = brk ? (size_t)(brk + 1 - begin) : 0;
    if (mutate_line && brk && below(&r, 6) == 0) {
        const size_t n = mutate_line(begin, skipped - 1, line, sizeof line, below(&r, 1u << 30));
        if (n + size - skipped + 1 > max_size)
            return size;
        memmove(begin + n, brk, size - skipped + 1);
        memcpy(begin, line, n);
        return n + size - skipped + 1;
    }
    char *text = begin + skipped, *zero = memchr(text, 0, size - skipped);
    const size_t length = zero ? (size_t)(zero - text) : size - skipped;
    const size_t tail = size - skipped - length;
    if (tail > 1 && below(&r, 2) == 0) {
        const size_t n =
            LLVMFuzzerMutate((uint8_t *)zero + 1, tail - 1, max_size - skipped - length - 1);
        return skipped + length + 1 + n;
    }
    char *copy = malloc(max_size + 1), *behind = malloc(tail + 1);
    memcpy(copy, text, length);
    memcpy(behind, text + length, tail);
    const size_t n = mutate_text(&r, copy, length, max_size - skipped - tail);
    memcpy(text, copy, n);
    memcpy(text + n, behind, tail);
    free(copy);
    free(behind);
    return skipped + n + tail;
}

size_t text_mutate(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return lined_text_mutate(data, size, max_size, seed, NULL);
}
