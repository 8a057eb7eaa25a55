/* finnc man: manual pages, from the rows. */
#include "cli.h"
#include "help.h"

#include <ctype.h>
#include <string.h>

/* Text as roff takes it: '-' and '\' escaped, a '.' or '\'' that begins a line too; an empty line
 * is a new paragraph. */
static void put_roff(FILE *to, const char *text, int length)
{
    bool is_line_start = true;
    for (int i = 0; i < length; i++) {
        char ch = text[i];
        if (ch == '\n' && i + 1 < length && text[i + 1] == '\n') {
            fputs("\n.PP\n", to);
            i++;
            is_line_start = true;
            continue;
        }
        if (is_line_start && (ch == '.' || ch == '\''))
            fputs("\\&", to);
        if (ch == '\\')
            fputs("\\e", to);
        else if (ch == '-')
            fputs("\\-", to);
        else
            putc(ch, to);
        is_line_start = ch == '\n';
    }
}

static void put_words(FILE *to, const char *text)
{
    put_roff(to, text, (int)strlen(text));
}

static void put_sentence(FILE *to, const char *summary)
{
    putc(toupper((unsigned char)summary[0]), to);
    put_words(to, summary + 1);
    fputs(".\n", to);
}

static void put_option(FILE *to, const cli_command *command, const cli_option *option)
{
    bool may = option->flags & CLI_MAY;
    fputs(".TP\n", to);
    if (option->letter)
        fprintf(to, "\\fB\\-%c\\fR, ", option->letter);
    fputs("\\fB\\-\\-", to);
    put_words(to, option->name);
    fputs("\\fR", to);
    if (option->arg) {
        fprintf(to, "%s=\\fI", may ? "[" : "");
        put_words(to, option->arg);
        fprintf(to, "\\fR%s", may ? "]" : "");
    }
    putc('\n', to);
    char about[CLI_ABOUT_MAX];
    put_words(to, cli_option_about(command, option, about));
    fputs(".\n", to);
}

static void put_common_end(FILE *to)
{
    fputs(".SH EXIT STATUS\n"
          "0: done and equal; 1: it failed, or a comparison differs; 2: the command line is "
          "wrong.\n",
          to);
}

static void put_title(FILE *to, const char *name)
{
    fputs(".TH FINNC", to);
    if (name)
        putc('-', to);
    for (; name && *name; name++)
        putc(toupper((unsigned char)*name), to);
    fprintf(to, " 1 \"\" \"finnc %s\" \"User Commands\"\n", finnc_version());
}

static void put_command_page(FILE *to, const cli_command *command)
{
    char usage[256];
    put_title(to, command->name);
    fputs(".SH NAME\nfinnc\\-", to);
    put_words(to, command->name);
    fputs(" \\- ", to);
    put_words(to, command->summary);
    fputs("\n.SH SYNOPSIS\n\\fBfinnc ", to);
    put_words(to, command->name);
    fputs("\\fR ", to);
    put_words(to, cli_usage(command, usage, sizeof usage));
    fputs("\n.SH DESCRIPTION\n", to);
    put_sentence(to, command->summary);
    if (command->about) {
        fputs(".PP\n", to);
        put_words(to, command->about);
        putc('\n', to);
    }
    fputs(".SH OPTIONS\n", to);
    for (const cli_option *option = command->options; option->name; option++)
        put_option(to, command, option);
    for (const cli_option *option = cli_common; option->name; option++)
        if (!cli_has_own(command, option))
            put_option(to, command, option);
    const char *at = command->examples, *line, *what;
    int n, m;
    if (at)
        fputs(".SH EXAMPLES\n", to);
    while (cli_next_example(&at, &line, &n, &what, &m)) {
        fputs(".TP\n\\fB", to);
        put_roff(to, line, n);
        fputs("\\fR\n", to);
        put_roff(to, what, m);
        putc('\n', to);
    }
    put_common_end(to);
    fputs(".SH SEE ALSO\n.BR finnc (1)\n", to);
}

static void put_program_page(FILE *to)
{
    put_title(to, NULL);
    fputs(".SH NAME\n"
          "finnc \\- open, explain, transform, check, draw and run quantised neural networks\n"
          ".SH SYNOPSIS\n"
          "\\fBfinnc\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n"
          ".SH DESCRIPTION\n"
          "Works on models in ONNX and its dialects FINN\\-ONNX and QONNX, bit\\-exactly and "
          "without Python.\n"
          "Every command has a page of its own.\n"
          "A model, a report or a file of arrays \\fB\\-\\fR is standard input or output;\n"
          "a model \\fIFILE\\fR\\fB.onnxtxt\\fR is in ONNX\\(aqs textual syntax.\n",
          to);
    for (cli_group group = CLI_LOOK; group <= CLI_LEARN; group++) {
        fprintf(to, ".SS %s\n", cli_group_title(group));
        for (size_t i = 0; cli_commands[i]; i++) {
            if (cli_commands[i]->group != group)
                continue;
            fputs(".TP\n.BR finnc\\-", to);
            put_words(to, cli_commands[i]->name);
            fputs(" (1)\n", to);
            put_sentence(to, cli_commands[i]->summary);
        }
    }
    fputs(".SH OPTIONS\nEvery command takes:\n", to);
    for (const cli_option *option = cli_common; option->name; option++)
        put_option(to, NULL, option);
    put_common_end(to);
    fputs(".SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nIf it is set and not empty, nothing is "
          "coloured.\n",
          to);
}

static finnc_status man(cli *c)
{
    cli_output output;
    const cli_command *command = NULL;
    if (c->noperands && !(command = cli_command_find(c->operands[0])))
        return cli_no_command(c, c->operands[0]);
    FINNC_TRY(cli_output_open(c, cli_text(c, "output", NULL), &output));
    if (command)
        put_command_page(output.stream, command);
    else
        put_program_page(output.stream);
    return cli_output_close(c, &output, FINNC_OK);
}

const cli_command cli_command_man = {
    .name = "man",
    .group = CLI_LEARN,
    .summary = "print a manual page, as man(1) reads it",
    .examples = "finnc man run | man -l - # read it\n",
    .operands = {{"COMMAND", CLI_COMMAND, CLI_MAY, NULL}},
    .options = {{"output", 'o', CLI_FILE, "FILE", "write there instead of standard output",
                 CLI_WRITES}},
    .run = man,
};
