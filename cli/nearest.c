/* Which word was meant? */
#include "cli.h"

#include <string.h>
#include <strings.h>

/* Insertions, deletions, changes and swaps of neighbours. Names are short. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 96 };
    size_t rows[3][LONGEST + 1], na = strlen(a), nb = strlen(b);
    if (na > LONGEST || nb > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= nb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t changed = above[j - 1] + (strncasecmp(a + i - 1, b + j - 1, 1) != 0);
            size_t shifted = 1 + (above[j] < row[j - 1] ? above[j] : row[j - 1]);
            row[j] = changed < shifted ? changed : shifted;
            if (i > 1 && j > 1 && !strncasecmp(a + i - 1, b + j - 2, 1) &&
                !strncasecmp(a + i - 2, b + j - 1, 1) && two_above[j - 2] + 1 < row[j])
                row[j] = two_above[j - 2] + 1;
        }
    }
    return rows[na % 3][nb];
}

const char *cli_nearest(const char *wanted, const char *const *names)
{
    const char *best = NULL;
    size_t least = (strlen(wanted) + 1) / 3; /* farther away is no typing mistake */
    for (; *names; names++) {
        size_t d = distance(wanted, *names);
        bool is_start = strlen(wanted) >= 3 && !strncasecmp(wanted, *names, strlen(wanted));
        if (is_start)
            d = 1;
        if (d <= least && (!best || d < least)) {
            best = *names;
            least = d;
        }
    }
    return best;
}

const char *cli_command_nearest(const char *name)
{
    const char *names[64];
    size_t n = 0;
    for (; n < 63 && cli_commands[n]; n++)
        names[n] = cli_commands[n]->name;
    names[n] = NULL;
    return cli_nearest(name, names);
}

bool cli_nearest_choice(const char *wanted, const char *words, char near[CLI_WORD_MAX])
{
    enum { MAX_WORDS = 16 };
    char copies[MAX_WORDS][CLI_WORD_MAX];
    const char *names[MAX_WORDS + 1] = {NULL};
    for (size_t n = 0; *words && n < MAX_WORDS; n++) {
        const size_t length = strcspn(words, "|");
        snprintf(copies[n], CLI_WORD_MAX, "%.*s", (int)length, words);
        names[n] = copies[n];
        words += length + (words[length] == '|');
    }
    const char *best = cli_nearest(wanted, names);
    if (best)
        snprintf(near, CLI_WORD_MAX, "%s", best);
    return best != NULL;
}
