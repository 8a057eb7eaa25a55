#include "argument.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_choice(const char *words, const char *text)
{
    size_t length = strlen(text);
    for (const char *at = words; length && (at = strstr(at, text)); at++)
        if ((at == words || at[-1] == '|') && (at[length] == '|' || !at[length]))
            return true;
    return false;
}

bool cli_read_count(const char *text, uint64_t *count)
{
    if (!isdigit((unsigned char)text[0]))
        return false;
    char *end;
    errno = 0;
    *count = strtoull(text, &end, 10);
    return !errno && !*end;
}

bool cli_read_integer(const char *text, int *integer)
{
    const bool is_negative = text[0] == '-';
    uint64_t count;
    if (!cli_read_count(text + is_negative, &count) || count > INT_MAX)
        return false;
    *integer = is_negative ? -(int)count : (int)count;
    return true;
}

bool cli_read_size(const char *text, uint64_t *size)
{
    static const char units[] = "KMGT";
    if (!isdigit((unsigned char)text[0]))
        return false;
    char *end;
    errno = 0;
    *size = strtoull(text, &end, 10);
    if (errno)
        return false;
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    int shift = unit ? 10 * (int)(unit - units + 1) : 0;
    end += unit != NULL;
    if (unit && *end == 'i')
        end++;
    if (*end == 'B')
        end++;
    if (*end || *size > UINT64_MAX >> shift)
        return false;
    *size <<= shift;
    return true;
}

bool cli_read_number(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && !*end;
}

const finnc_limit_info *cli_limit_of(const char *text)
{
    const finnc_limit_info *info;
    const size_t length = strcspn(text, "=");
    for (size_t i = 0; (info = finnc_limit_at(i)); i++)
        if (strlen(info->name) == length && !strncmp(info->name, text, length))
            return info;
    return NULL;
}

bool cli_read_limit(finnc_limits *limits, const char *text)
{
    uint64_t value;
    const finnc_limit_info *info = cli_limit_of(text);
    const char *number = strchr(text, '=');
    return info && number && cli_read_size(number + 1, &value) &&
           finnc_limits_set(limits, info->name, value ? value : 1);
}

const char *cli_complaint(cli_kind kind, const char *words, const char *text)
{
    uint64_t count;
    int integer;
    double number;
    switch (kind) {
    case CLI_CHOICE:
        return is_choice(words, text) ? NULL : "is none of";
    case CLI_COUNT:
        return cli_read_count(text, &count) ? NULL : "is not a whole number";
    case CLI_SOME:
        return cli_read_count(text, &count) && count > 0 ? NULL : "is not a whole number above 0";
    case CLI_INTEGER:
        return cli_read_integer(text, &integer) ? NULL : "is not a whole number";
    case CLI_SIZE:
        return cli_read_size(text, &count) ? NULL : "is not a size, such as 500M or 2G";
    case CLI_LIMIT:
        return cli_read_limit(&(finnc_limits){0}, text) ? NULL : "is none of";
    case CLI_NUMBER:
        return cli_read_number(text, &number) ? NULL : "is not a number";
    case CLI_SECONDS:
        return cli_read_number(text, &number) && number > 0 && isfinite(number)
                   ? NULL
                   : "is no time in seconds, a number above 0";
    case CLI_FILE:
    case CLI_FOLDER:
        return text[0] ? NULL : "is empty";
    case CLI_FLAG:
    case CLI_TEXT:
    case CLI_PASSES:
    case CLI_PASS:
    case CLI_OP:
    case CLI_COMMAND:
    case CLI_ISA: /* the library says which there are, and what they take */
        return NULL;
    }
    return NULL;
}
