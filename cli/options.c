/* A command's arguments: getopt_long driven by the rows, checked by kind before the command runs.
 */
#include "cli.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const cli_option cli_common[] = {
    {"threads", 0, CLI_COUNT, "N", "use N threads; 0, the default: one per core", 0},
    {"max-memory", 0, CLI_SIZE, "SIZE",
     "fail rather than take more than SIZE bytes (K, M, G, T); default: 90 % of the machine's", 0},
    {"max", 0, CLI_LIMIT, "NAME=N",
     "set another limit (K, M, G, T): tensor-bytes, nodes, nesting, string-bytes or pixels",
     CLI_MANY},
    {"timeout", 0, CLI_SECONDS, "SECONDS", "give up after that long", 0},
    {"quiet", 'q', CLI_FLAG, NULL, "no notes, no progress: errors and results only", 0},
    {"help", 'h', CLI_FLAG, NULL, "explain the command", 0},
    {.name = NULL},
};

enum { NCOMMON = sizeof cli_common / sizeof *cli_common - 1 };

const cli_command *cli_command_find(const char *name)
{
    for (size_t i = 0; cli_commands[i]; i++)
        if (!strcmp(cli_commands[i]->name, name))
            return cli_commands[i];
    return NULL;
}

bool cli_has_own(const cli_command *command, const cli_option *common)
{
    for (const cli_option *option = command->options; option->name; option++)
        if (!strcmp(option->name, common->name))
            return true;
    return false;
}

/* The command's i-th option, the common ones behind its own; NULL past the end. */
static const cli_option *option_at(const cli_command *command, size_t i)
{
    size_t own = 0;
    while (command->options[own].name)
        own++;
    if (i < own)
        return &command->options[i];
    return i - own < NCOMMON ? &cli_common[i - own] : NULL;
}

static const cli_option *option_by_letter(const cli_command *command, int letter)
{
    const cli_option *option;
    for (size_t i = 0; (option = option_at(command, i)); i++)
        if (option->letter && option->letter == letter)
            return option;
    return NULL;
}

/* ---- arguments by kind ---- */

static bool is_choice(const char *words, const char *text)
{
    size_t length = strlen(text);
    for (const char *at = words; length && (at = strstr(at, text)); at++)
        if ((at == words || at[-1] == '|') && (at[length] == '|' || !at[length]))
            return true;
    return false;
}

static bool read_count(const char *text, uint64_t *count)
{
    if (!isdigit((unsigned char)text[0]))
        return false;
    char *end;
    errno = 0;
    *count = strtoull(text, &end, 10);
    return !errno && !*end;
}

static bool read_size(const char *text, uint64_t *size)
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

static bool read_number(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && !*end;
}

/* The limit that "nodes=5" is about; NULL: there is none. */
static const finnc_limit_info *limit_of(const char *text)
{
    const finnc_limit_info *info;
    const size_t length = strcspn(text, "=");
    for (size_t i = 0; (info = finnc_limit_at(i)); i++)
        if (strlen(info->name) == length && !strncmp(info->name, text, length))
            return info;
    return NULL;
}

static bool read_limit(finnc_limits *limits, const char *text)
{
    uint64_t value;
    const finnc_limit_info *info = limit_of(text);
    const char *number = strchr(text, '=');
    return info && number && read_size(number + 1, &value) &&
           finnc_limits_set(limits, info->name, value ? value : 1);
}

/* What is wrong with an argument, or NULL. */
static const char *complaint(cli_kind kind, const char *words, const char *text)
{
    uint64_t count;
    double number;
    switch (kind) {
    case CLI_CHOICE:
        return is_choice(words, text) ? NULL : "is none of";
    case CLI_COUNT:
        return read_count(text, &count) ? NULL : "is not a whole number";
    case CLI_SIZE:
        return read_size(text, &count) ? NULL : "is not a size, such as 500M or 2G";
    case CLI_LIMIT:
        return read_limit(&(finnc_limits){0}, text) ? NULL : "is none of";
    case CLI_NUMBER:
        return read_number(text, &number) ? NULL : "is not a number";
    case CLI_SECONDS:
        return read_number(text, &number) && number > 0 && isfinite(number)
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
        return NULL;
    }
    return NULL;
}

/* ---- parsing ---- */

FINNC_PRINTF(2, 3) static bool bad_line(const cli *c, const char *format, ...)
{
    char words[512];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    cli_say(c, CLI_RED, "error", words);
    return false;
}

static bool see_help(const cli *c)
{
    fprintf(stderr, "Try 'finnc %s --help'.\n", c->command->name);
    return false;
}

/* 'jsn' is none of text|json|onnx. */
static bool wrong_choice(const cli *c, const char *words, const char *text)
{
    char near[CLI_WORD_MAX], hint[CLI_WORD_MAX + 32];
    if (!cli_nearest_choice(text, words, near))
        return see_help(c);
    snprintf(hint, sizeof hint, "did you mean %s?", near);
    cli_say(c, CLI_YELLOW, "hint", hint);
    return false;
}

static bool unknown_option(const cli *c, const char *word)
{
    char name[128];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    bad_line(c, "%s: there is no option %s", c->command->name, name);
    const char *names[CLI_MAX_OPTIONS + NCOMMON + 1];
    size_t n = 0;
    for (const cli_option *option; (option = option_at(c->command, n)); n++)
        names[n] = option->name;
    names[n] = NULL;
    const char *near = !strncmp(name, "--", 2) ? cli_nearest(name + 2, names) : NULL;
    if (!near)
        return see_help(c);
    char words[160];
    snprintf(words, sizeof words, "did you mean --%s?", near);
    cli_say(c, CLI_YELLOW, "hint", words);
    return false;
}

/* The limits that there are, as a hint; before them the one that "node=5" may mean. */
static void say_limits(const cli *c, const char *text)
{
    enum { MAX_LIMITS = 16 };
    const char *names[MAX_LIMITS + 1] = {NULL};
    char words[256], name[32];
    for (size_t i = 0; finnc_limit_at(i) && i < MAX_LIMITS; i++)
        names[i] = finnc_limit_at(i)->name;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
    const char *near = *name ? cli_nearest(name, names) : NULL;
    words[0] = '\0';
    if (near)
        snprintf(words, sizeof words, "did you mean %s=N? ", near);
    for (size_t i = 0; names[i]; i++) {
        const size_t length = strlen(words);
        snprintf(words + length, sizeof words - length, "%s%s=N", i ? ", " : "there are ",
                 names[i]);
    }
    cli_say(c, CLI_YELLOW, "hint", words);
}

/* "nodes=many", "node=5" or "nesting=65" was given. */
static bool wrong_limit(const cli *c, const cli_option *option, const char *text)
{
    const finnc_limit_info *info = limit_of(text);
    const char *number = strchr(text, '=');
    uint64_t value;
    if (!info || !number) {
        bad_line(c, "%s: --%s: '%s' sets no limit", c->command->name, option->name, text);
        say_limits(c, text);
        return false;
    }
    if (!read_size(number + 1, &value))
        bad_line(c, "%s: --%s: '%s': '%s' is no number, such as 5000 or 2G", c->command->name,
                 option->name, text, number + 1);
    else
        bad_line(c, "%s: --%s: '%s' is beyond %" PRIu64 " %s, the most that it can be",
                 c->command->name, option->name, text, info->most, info->unit);
    return see_help(c);
}

static bool add_option(cli *c, const cli_option *option, const char *text)
{
    const char *wrong = text ? complaint(option->kind, option->arg, text) : NULL;
    if (wrong && option->kind == CLI_LIMIT)
        return wrong_limit(c, option, text);
    if (wrong) {
        bool is_choice_ = option->kind == CLI_CHOICE;
        bad_line(c, "%s: --%s: '%s' %s%s%s", c->command->name, option->name, text, wrong,
                 is_choice_ ? " " : "", is_choice_ ? option->arg : "");
        return is_choice_ ? wrong_choice(c, option->arg, text) : see_help(c);
    }
    c->given[c->ngiven++] = (cli_given){option, text};
    return true;
}

/* Enough operands, not too many, and each of its kind? */
static bool check_operands(const cli *c)
{
    const cli_operand *operand = c->command->operands;
    size_t i = 0;
    for (; operand->name; operand++) {
        if (i == c->noperands && !(operand->flags & CLI_MAY)) {
            bad_line(c, "%s: %s is missing", c->command->name, operand->name);
            return see_help(c);
        }
        for (bool more = true; more && i < c->noperands; i++) {
            const char *wrong = complaint(operand->kind, operand->arg, c->operands[i]);
            if (wrong) {
                bad_line(c, "%s: '%s' %s %s", c->command->name, c->operands[i], wrong,
                         operand->arg ? operand->arg : operand->name);
                return operand->kind == CLI_CHOICE ? wrong_choice(c, operand->arg, c->operands[i])
                                                   : see_help(c);
            }
            more = operand->flags & CLI_MANY;
        }
    }
    if (i < c->noperands) {
        bad_line(c, "%s: '%s' is one argument too many", c->command->name, c->operands[i]);
        return see_help(c);
    }
    return true;
}

/* getopt's two descriptions of the options. A leading '-' hands operands over as they come, so
 * that POSIXLY_CORRECT does not change what a command line means. */
static void describe_options(const cli_command *command, char *letters, struct option *longs)
{
    *letters++ = '-';
    *letters++ = ':';
    const cli_option *option;
    for (size_t i = 0; (option = option_at(command, i)); i++) {
        int has = option->kind == CLI_FLAG         ? no_argument
                  : (option->flags & CLI_MAY) != 0 ? optional_argument
                                                   : required_argument;
        *longs++ = (struct option){option->name, has, NULL, 256 + (int)i};
        if (!option->letter)
            continue;
        *letters++ = option->letter;
        for (int colons = has; colons > 0; colons--)
            *letters++ = ':';
    }
    *letters = 0;
    *longs = (struct option){0};
}

/* One answer of getopt_long. */
static bool take(cli *c, int answer, const char *word)
{
    if (answer == 1) {
        c->operands[c->noperands++] = optarg;
        return true;
    }
    if (answer == ':') {
        bad_line(c, "%s: %s needs an argument", c->command->name, word);
        return see_help(c);
    }
    if (answer == '?') {
        const cli_option *known =
            optopt >= 256 ? option_at(c->command, (size_t)optopt - 256) : NULL;
        if (known) {
            bad_line(c, "%s: --%s takes no argument", c->command->name, known->name);
            return see_help(c);
        }
        char letter[] = {'-', (char)optopt, 0};
        return unknown_option(c, optopt ? letter : word);
    }
    const cli_option *option = answer >= 256 ? option_at(c->command, (size_t)answer - 256)
                                             : option_by_letter(c->command, answer);
    return option ? add_option(c, option, optarg) : unknown_option(c, word);
}

bool cli_parse(cli *c, int argc, char **argv)
{
    char letters[3 * (CLI_MAX_OPTIONS + NCOMMON) + 3];
    struct option longs[CLI_MAX_OPTIONS + NCOMMON + 1];
    describe_options(c->command, letters, longs);
    size_t most = 1; /* options: "-abc" may be three */
    for (int i = 0; i < argc; i++)
        most += strlen(argv[i]);
    c->given = calloc(most, sizeof *c->given);
    c->operands = calloc((size_t)argc, sizeof *c->operands);
    if (!c->given || !c->operands) {
        c->exit_status = 1;
        return bad_line(c, "out of memory");
    }

    opterr = 0;
    optind = 0; /* glibc: start anew */
    for (;;) {
        int at = optind ? optind : 1;
        int answer = getopt_long(argc, argv, letters, longs, NULL);
        if (answer < 0)
            break;
        if (!take(c, answer, argv[at]))
            return false;
    }
    for (int i = optind; i < argc; i++)
        c->operands[c->noperands++] = argv[i];
    return cli_has(c, "help") || check_operands(c);
}

void cli_clear(cli *c)
{
    free(c->given);
    free(c->operands);
}

/* ---- asking ---- */

static void assert_known(const cli *c, const char *name)
{
    const cli_option *option;
    size_t i = 0;
    while ((option = option_at(c->command, i)) && strcmp(option->name, name))
        i++;
    assert(option && "an option that is not in the command's row");
    (void)option;
}

static const cli_given *last_given(const cli *c, const char *name)
{
    assert_known(c, name);
    for (size_t i = c->ngiven; i-- > 0;)
        if (!strcmp(c->given[i].option->name, name))
            return &c->given[i];
    return NULL;
}

bool cli_has(const cli *c, const char *option)
{
    return last_given(c, option) != NULL;
}

const char *cli_text(const cli *c, const char *option, const char *absent)
{
    const cli_given *given = last_given(c, option);
    return given && given->text ? given->text : absent;
}

finnc_engine cli_engine(const cli *c)
{
    const char *engine = cli_text(c, "engine", "auto");
    return !strcmp(engine, "auto")   ? FINNC_ENGINE_AUTO
           : !strcmp(engine, "fast") ? FINNC_ENGINE_FAST
                                     : FINNC_ENGINE_REFERENCE;
}

const char *cli_isa(const cli *c)
{
    return cli_text(c, "isa", NULL);
}

finnc_mode cli_mode(const cli *c)
{
    const char *mode = cli_text(c, "mode", "");
    return !strcmp(mode, "images")   ? FINNC_MODE_IMAGES
           : !strcmp(mode, "planes") ? FINNC_MODE_PLANES
                                     : FINNC_MODE_ESTIMATED;
}

uint64_t cli_count(const cli *c, const char *option, uint64_t absent)
{
    const cli_given *given = last_given(c, option);
    uint64_t count;
    if (!given || !given->text)
        return absent;
    bool is_read = given->option->kind == CLI_SIZE ? read_size(given->text, &count)
                                                   : read_count(given->text, &count);
    return is_read ? count : absent;
}

finnc_limits cli_limits(const cli *c)
{
    finnc_limits limits = {0};
    const char *text;
    for (size_t i = 0; (text = cli_nth(c, "max", i)); i++)
        (void)read_limit(&limits, text); /* checked when it was given */
    return limits;
}

int cli_int(const cli *c, const char *option, int absent)
{
    uint64_t count = cli_count(c, option, (uint64_t)absent);
    return count > INT_MAX ? INT_MAX : (int)count;
}

double cli_number(const cli *c, const char *option, double absent)
{
    const char *text = cli_text(c, option, NULL);
    double number;
    return text && read_number(text, &number) ? number : absent;
}

const char *cli_nth(const cli *c, const char *option, size_t i)
{
    assert_known(c, option);
    for (size_t k = 0; k < c->ngiven; k++)
        if (!strcmp(c->given[k].option->name, option) && i-- == 0)
            return c->given[k].text;
    return NULL;
}

#undef cli_wrong
finnc_status cli_wrong(cli *c, const char *format, ...)
{
    char words[512];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    c->exit_status = 2;
    return finnc_fail(c->cx, FINNC_BAD_VALUE, "%s: %s", c->command->name, words);
}

finnc_status cli_no_command(cli *c, const char *name)
{
    const char *near = cli_command_nearest(name);
    if (near)
        cli_hint(c, "did you mean '%s'?", near);
    return cli_wrong(c, "there is no command '%s'", name);
}

void cli_hint(cli *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(c->hint, sizeof c->hint, format, args);
    va_end(args);
}
