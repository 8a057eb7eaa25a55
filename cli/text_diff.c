/* The longest common subsequence of lines, by the table that every textbook has: what is alike at
 * both ends is taken off before, and what remains is small, since one pass changes little. */
#include "text_diff.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 1 << 24 };

typedef struct lines {
    const char **at; /* where each begins */
    size_t *length;
    size_t count;
} lines;

static void lines_clear(lines *l)
{
    free(l->at);
    free(l->length);
}

static bool split(const char *text, lines *l)
{
    size_t n = 0;
    for (const char *at = text; *at; at++)
        n += *at == '\n';
    *l = (lines){.at = calloc(n + 2, sizeof *l->at), .length = calloc(n + 2, sizeof *l->length)};
    if (!l->at || !l->length)
        return false;
    for (const char *at = text; *at;) {
        const size_t length = strcspn(at, "\n");
        l->at[l->count] = at;
        l->length[l->count++] = length;
        at += length + (at[length] == '\n');
    }
    return true;
}

static bool same(const lines *a, size_t i, const lines *b, size_t k)
{
    return a->length[i] == b->length[k] && !memcmp(a->at[i], b->at[k], a->length[i]);
}

static void put(cli *c, FILE *to, char sign, const lines *l, size_t i)
{
    const cli_colour colour = sign == '-' ? CLI_RED : sign == '+' ? CLI_GREEN : CLI_DIM;
    fprintf(to, "%s%c ", cli_colour_code(c, colour), sign);
    char *line = strndup(l->at[i], l->length[i]);
    cli_put(to, line ? line : "");
    free(line);
    fprintf(to, "%s\n", cli_colour_code(c, CLI_PLAIN));
}

/* Lines of `a` from `i` and of `b` from `k` on to their ends, by a table of how many the rest has
 * in common. */
static void walk(cli *c, FILE *to, const lines *a, size_t i, size_t n, const lines *b, size_t k,
                 size_t m, const unsigned *common)
{
    const size_t width = m - k + 1, i0 = i, k0 = k;
    while (i < n || k < m) {
        const unsigned *here = common ? common + (i - i0) * width + (k - k0) : NULL;
        if (i < n && k < m && same(a, i, b, k)) {
            i++;
            k++;
        } else if (k == m || (i < n && (!here || here[width] >= here[1]))) {
            put(c, to, '-', a, i++);
        } else {
            put(c, to, '+', b, k++);
        }
    }
}

static unsigned *table_of(const lines *a, size_t i, size_t n, const lines *b, size_t k, size_t m)
{
    const size_t width = m - k + 1, height = n - i + 1;
    if (height > MOST_CELLS / width)
        return NULL;
    unsigned *common = calloc(width * height, sizeof *common);
    for (size_t y = height - 1; common && y-- > 0;)
        for (size_t x = width - 1; x-- > 0;) {
            unsigned *at = common + y * width + x;
            *at = same(a, i + y, b, k + x) ? at[width + 1] + 1
                  : at[width] > at[1]      ? at[width]
                                           : at[1];
        }
    return common;
}

finnc_status cli_text_diff(cli *c, const char *a, const char *b, FILE *to)
{
    lines x = {.count = 0}, y = {.count = 0};
    if (!split(a, &x) || !split(b, &y)) {
        lines_clear(&x);
        lines_clear(&y);
        return finnc_no_memory(c->cx);
    }
    size_t begin = 0, n = x.count, m = y.count;
    while (begin < n && begin < m && same(&x, begin, &y, begin))
        begin++;
    while (n > begin && m > begin && same(&x, n - 1, &y, m - 1)) {
        n--;
        m--;
    }
    const bool differs = n > begin || m > begin;
    unsigned *common = differs ? table_of(&x, begin, n, &y, begin, m) : NULL;
    if (differs && begin > 0)
        put(c, to, ' ', &x, begin - 1);
    walk(c, to, &x, begin, n, &y, begin, m, common);
    if (differs && n < x.count)
        put(c, to, ' ', &x, n);
    free(common);
    lines_clear(&x);
    lines_clear(&y);
    return FINNC_OK;
}
