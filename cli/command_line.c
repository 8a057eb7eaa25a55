/* Reads a command's arguments: getopt_long driven by the rows. Each is checked by its kind before
 * the command runs, and what is wrong is said with what may have been meant. */
#include "argument.h"

#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const cli_option *option_by_letter(const cli_command *command, int letter)
{
    const cli_option *option;
    for (size_t i = 0; (option = cli_option_at(command, i)); i++)
        if (option->letter && option->letter == letter)
            return option;
    return NULL;
}

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
    const char *names[CLI_MAX_OPTIONS + CLI_NCOMMON + 1];
    size_t n = 0;
    for (const cli_option *option; (option = cli_option_at(c->command, n)); n++)
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
    const finnc_limit_info *info = cli_limit_of(text);
    const char *number = strchr(text, '=');
    uint64_t value;
    if (!info || !number) {
        bad_line(c, "%s: --%s: '%s' sets no limit", c->command->name, option->name, text);
        say_limits(c, text);
        return false;
    }
    if (!cli_read_size(number + 1, &value))
        bad_line(c, "%s: --%s: '%s': '%s' is no number, such as 5000 or 2G", c->command->name,
                 option->name, text, number + 1);
    else
        bad_line(c, "%s: --%s: '%s' is beyond %" PRIu64 " %s, the most that it can be",
                 c->command->name, option->name, text, info->most, info->unit);
    return see_help(c);
}

static bool add_option(cli *c, const cli_option *option, const char *text)
{
    const char *wrong = text ? cli_complaint(option->kind, option->arg, text) : NULL;
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
            const char *wrong = cli_complaint(operand->kind, operand->arg, c->operands[i]);
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

/* Was "engine=reference", or "engine" with whatever argument, given? */
static bool is_given(const cli *c, const char *word, int word_length)
{
    const size_t length = (size_t)word_length, name = strcspn(word, "= \n");
    for (size_t i = 0; i < c->ngiven; i++) {
        const cli_given *given = &c->given[i];
        const char *text = given->text ? given->text : "";
        if (strlen(given->option->name) != name || strncmp(given->option->name, word, name) != 0)
            continue;
        if (name >= length || (strlen(text) == length - name - 1 &&
                               !strncmp(text, word + name + 1, length - name - 1)))
            return true;
    }
    return false;
}

/* A word of `excludes` that is no option is our own mistake. */
static void assert_option(const cli_command *command, const char *word)
{
    const size_t length = strcspn(word, "= \n");
    const cli_option *option;
    size_t i = 0;
    while ((option = cli_option_at(command, i)) &&
           (strlen(option->name) != length || strncmp(option->name, word, length) != 0))
        i++;
    assert(option && "an option that is not in the command's row");
    (void)option;
}

static bool check_exclusions(const cli *c)
{
    const char *at = c->command->excludes;
    cli_exclusion e = {0};
    while (cli_next_exclusion(&at, &e)) {
        assert_option(c->command, e.option);
        assert_option(c->command, e.other);
        if (is_given(c, e.option, e.option_length) && is_given(c, e.other, e.other_length)) {
            bad_line(c, "%s: --%.*s and --%.*s exclude each other", c->command->name,
                     e.option_length, e.option, e.other_length, e.other);
            return see_help(c);
        }
    }
    return true;
}

/* Each file that is written has to be one of its own. */
static bool check_files(const cli *c)
{
    char words[400];
    if (!cli_has_clash(c, words, sizeof words))
        return true;
    bad_line(c, "%s: %s", c->command->name, words);
    return see_help(c);
}

/* getopt's two descriptions of the options. A leading '-' hands operands over as they come, so
 * that POSIXLY_CORRECT does not change what a command line means. */
static void describe_options(const cli_command *command, char *letters, struct option *longs)
{
    *letters++ = '-';
    *letters++ = ':';
    const cli_option *option;
    for (size_t i = 0; (option = cli_option_at(command, i)); i++) {
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
            optopt >= 256 ? cli_option_at(c->command, (size_t)optopt - 256) : NULL;
        if (known) {
            bad_line(c, "%s: --%s takes no argument", c->command->name, known->name);
            return see_help(c);
        }
        char letter[] = {'-', (char)optopt, 0};
        return unknown_option(c, optopt ? letter : word);
    }
    const cli_option *option = answer >= 256 ? cli_option_at(c->command, (size_t)answer - 256)
                                             : option_by_letter(c->command, answer);
    return option ? add_option(c, option, optarg) : unknown_option(c, word);
}

bool cli_parse(cli *c, int argc, char **argv)
{
    char letters[3 * (CLI_MAX_OPTIONS + CLI_NCOMMON) + 3];
    struct option longs[CLI_MAX_OPTIONS + CLI_NCOMMON + 1];
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
    return cli_has(c, "help") || (check_operands(c) && check_exclusions(c) && check_files(c));
}

void cli_clear(cli *c)
{
    free(c->given);
    free(c->operands);
}
