/* The rows, and what commands ask of the arguments that they were given. */
#include "argument.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const cli_option cli_common[CLI_NCOMMON + 1] = {
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

const cli_option *cli_option_at(const cli_command *command, size_t i)
{
    size_t own = 0;
    while (command->options[own].name)
        own++;
    if (i < own)
        return &command->options[i];
    return i - own < CLI_NCOMMON ? &cli_common[i - own] : NULL;
}

/* ---- asking ---- */

bool cli_knows(const cli *c, const char *option)
{
    const cli_option *known;
    size_t i = 0;
    while ((known = cli_option_at(c->command, i)) && strcmp(known->name, option))
        i++;
    return known;
}

static const cli_given *last_given(const cli *c, const char *name)
{
    assert(cli_knows(c, name) && "an option that is not in the command's row");
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
    bool is_read = given->option->kind == CLI_SIZE ? cli_read_size(given->text, &count)
                                                   : cli_read_count(given->text, &count);
    return is_read ? count : absent;
}

finnc_limits cli_limits(const cli *c)
{
    finnc_limits limits = {0};
    const char *text;
    for (size_t i = 0; (text = cli_nth(c, "max", i)); i++)
        (void)cli_read_limit(&limits, text); /* checked when it was given */
    return limits;
}

int cli_int(const cli *c, const char *option, int absent)
{
    uint64_t count = cli_count(c, option, (uint64_t)absent);
    return count > INT_MAX ? INT_MAX : (int)count;
}

int cli_integer(const cli *c, const char *option, int absent)
{
    const char *text = cli_text(c, option, NULL);
    int integer;
    return text && cli_read_integer(text, &integer) ? integer : absent;
}

double cli_number(const cli *c, const char *option, double absent)
{
    const char *text = cli_text(c, option, NULL);
    double number;
    return text && cli_read_number(text, &number) ? number : absent;
}

const char *cli_nth(const cli *c, const char *option, size_t i)
{
    assert(cli_knows(c, option) && "an option that is not in the command's row");
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
