#include "text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool fnc_same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* The next letter or digit at or after `s`, lower case; moves `s` behind it. 0 at the end. */
static int next_alnum(const char **s)
{
    while (**s && !isalnum((unsigned char)**s))
        (*s)++;
    return **s ? tolower((unsigned char)*(*s)++) : 0;
}

bool fnc_same_loosely(const char *a, const char *b)
{
    for (;;) {
        int x = next_alnum(&a), y = next_alnum(&b);
        if (x != y)
            return false;
        if (!x)
            return true;
    }
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

int fnc_distance(const char *a, const char *b, int limit)
{
    enum { LONGEST = 127 };
    size_t na = strlen(a), nb = strlen(b);
    if (na > LONGEST || nb > LONGEST)
        return limit + 1;
    /* Three rows of the Damerau-Levenshtein table (optimal string alignment). */
    int rows[3][LONGEST + 1];
    for (size_t j = 0; j <= nb; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= na; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= nb; j++) {
            int ca = tolower((unsigned char)a[i - 1]), cb = tolower((unsigned char)b[j - 1]);
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
                cb == tolower((unsigned char)a[i - 2]))
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return least(rows[na % 3][nb], limit + 1);
}

void fnc_nearest_offer(fnc_nearest *nearest, const char *candidate)
{
    /* A third of the letters may be wrong: fewer hints miss mistakes, more suggest strangers. */
    int limit = (int)(strlen(nearest->wanted) + 2) / 3;
    int distance = fnc_distance(nearest->wanted, candidate, limit);
    if (distance <= limit && (!nearest->best || distance < nearest->distance)) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}

static size_t put_dim(char *text, size_t room, size_t n, int64_t size, const char *symbol)
{
    const char *comma = n > 1 ? "," : "";
    int k = size >= 0 ? snprintf(text + n, room - n, "%s%" PRId64, comma, size)
                      : snprintf(text + n, room - n, "%s%.16s", comma, symbol ? symbol : "?");
    return n + (k > 0 ? (size_t)k : 0);
}

enum { DIM_LENGTH = 24 }; /* at most, and the bracket behind it */

const char *fnc_dims_text(int rank, const finnc_dim *dims, char *text, size_t room)
{
    size_t n = (size_t)snprintf(text, room, "[");
    for (int i = 0; i < rank && n + DIM_LENGTH < room; i++)
        n = put_dim(text, room, n, dims[i].size, dims[i].symbol);
    snprintf(text + n, room - n, "]");
    return text;
}

const char *fnc_sizes_text(int rank, const int64_t *sizes, char *text, size_t room)
{
    size_t n = (size_t)snprintf(text, room, "[");
    for (int i = 0; i < rank && n + DIM_LENGTH < room; i++)
        n = put_dim(text, room, n, sizes[i], NULL);
    snprintf(text + n, room - n, "]");
    return text;
}
