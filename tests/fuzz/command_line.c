/* Input: a command line, an argument per line. Property: it is refused with words, or all that its
 * command may ask of it is there and of its kind; and commands that neither read nor write files
 * run, and leave 0, 1 or 2. Nothing is left over. */
#include "kit/check.h"
#include "kit/text.h"

#include <cli.h>

#include <string.h>

enum { MAX_ARGS = 64 };

int finnc_main(int argc, char **argv); /* cli/main.c */

static bool is_file(cli_kind kind)
{
    return kind == CLI_FILE || kind == CLI_FOLDER;
}

/* The program speaks to people: nobody listens here. */
static FILE *nowhere(void)
{
    static FILE *file;
    if (!file)
        file = fopen("/dev/null", "w");
    CHECK(file, "/dev/null");
    return file;
}

/* Whatever a command asks for by its row. */
static void ask(const cli *c)
{
    for (const cli_option *option = c->command->options; option->name; option++) {
        const char *text = cli_text(c, option->name, NULL);
        CHECK(!text || cli_has(c, option->name), option->name);
        CHECK(!is_file(option->kind) || !text || text[0], option->name);
        if (option->kind == CLI_COUNT || option->kind == CLI_SOME || option->kind == CLI_SIZE) {
            CHECK(cli_int(c, option->name, 0) >= 0, option->name);
            CHECK(!text || cli_count(c, option->name, 1) == cli_count(c, option->name, 2), text);
        }
        if (option->kind == CLI_INTEGER)
            CHECK(!text || cli_integer(c, option->name, 1) == cli_integer(c, option->name, 2),
                  option->name);
        if ((option->kind == CLI_NUMBER || option->kind == CLI_SECONDS) && text)
            (void)cli_number(c, option->name, 0);
        size_t n = 0;
        while (cli_nth(c, option->name, n))
            n++;
        CHECK(n <= c->ngiven, option->name);
    }
    size_t least = 0;
    for (const cli_operand *operand = c->command->operands; operand->name; operand++)
        least += !(operand->flags & CLI_MAY);
    CHECK(cli_has(c, "help") || c->noperands >= least, "operands are missing");
}

/* May it run? Not where the row speaks of files at all: a command may write beside them. */
static bool is_harmless(const cli_command *command)
{
    for (const cli_operand *operand = command->operands; operand->name; operand++)
        if (is_file(operand->kind))
            return false;
    return true;
}

static bool has_files(const cli *c)
{
    for (size_t i = 0; i < c->ngiven; i++)
        if (is_file(c->given[i].option->kind))
            return true;
    return false;
}

/* Parses; true: it may run. */
static bool try_parse(int argc, char **argv)
{
    cli c = {.command = cli_command_find(argv[1])};
    if (!c.command)
        return true;
    const bool is_good = cli_parse(&c, argc - 1, argv + 1);
    if (is_good)
        ask(&c);
    const bool may_run = !is_good || (is_harmless(c.command) && !has_files(&c));
    cli_clear(&c);
    return may_run;
}

static void try_line(int argc, char **argv)
{
    char *copy[MAX_ARGS + 1]; /* getopt turns the order */
    memcpy(copy, argv, ((size_t)argc + 1) * sizeof *argv);
    if (argc > 1 && !try_parse(argc, copy))
        return;
    const int status = finnc_main(argc, argv);
    CHECK(status >= 0 && status <= 2, "another status");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size), *argv[MAX_ARGS + 1] = {"finnc"}, *rest = text;
    int argc = 1;
    for (char *word; argc < MAX_ARGS && (word = strsep(&rest, "\n"));)
        argv[argc++] = word;
    argv[argc] = NULL;
    FILE *out = stdout, *err = stderr;
    stdout = nowhere();
    stderr = nowhere();
    try_line(argc, argv);
    stdout = out;
    stderr = err;
    free(text);
    return 0;
}
