#include "help.h"

#include <string.h>

const char *cli_group_title(cli_group group)
{
    switch (group) {
    case CLI_LOOK:
        return "Look at a model";
    case CLI_ANALYSE:
        return "Analyse it";
    case CLI_CHANGE:
        return "Change it";
    case CLI_RUN:
        return "Run it";
    case CLI_LEARN:
        return "Learn more";
    }
    return "";
}

const char *cli_option_spelling(const cli_option *option, char *text, size_t size)
{
    char letter[8] = "    ";
    if (option->letter)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    bool may = option->flags & CLI_MAY;
    snprintf(text, size, "%s--%s%s%s%s%s", letter, option->name, may ? "[" : "",
             option->arg ? "=" : "", option->arg ? option->arg : "", may ? "]" : "");
    return text;
}

bool cli_next_exclusion(const char **at, cli_exclusion *e)
{
    const char *word = *at ? *at : "";
    if (!e->option || *word == '\n') {
        e->option = word += *word == '\n';
        e->option_length = (int)strcspn(word, " \n");
        word += e->option_length;
    }
    if (!*word)
        return false;
    e->other = word + 1;
    e->other_length = (int)strcspn(e->other, " \n");
    *at = e->other + e->other_length;
    return true;
}

/* What there is a list of that is not in the row. */
static int add_list(const cli_option *option, char text[CLI_ABOUT_MAX], int n)
{
    finnc_isa isa;
    for (size_t i = 0; option->kind == CLI_ISA && finnc_isa_at(i, &isa); i++)
        if (n >= 0 && n < CLI_ABOUT_MAX)
            n += snprintf(text + n, CLI_ABOUT_MAX - (size_t)n, "%s%s", i ? ", " : ": ", isa.name);
    return n;
}

const char *cli_option_about(const cli_command *command, const cli_option *option,
                             char text[CLI_ABOUT_MAX])
{
    const char *at = command ? command->excludes : NULL, *before = "; not with";
    cli_exclusion e = {0};
    int n = add_list(option, text, snprintf(text, CLI_ABOUT_MAX, "%s", option->help));
    while (cli_next_exclusion(&at, &e) && n >= 0 && n < CLI_ABOUT_MAX) {
        if (strlen(option->name) != (size_t)e.option_length ||
            strncmp(option->name, e.option, (size_t)e.option_length) != 0)
            continue;
        n += snprintf(text + n, CLI_ABOUT_MAX - (size_t)n, "%s --%.*s", before, e.other_length,
                      e.other);
        before = ",";
    }
    return text;
}

const char *cli_usage(const cli_command *command, char *text, size_t size)
{
    int n = snprintf(text, size, "[OPTION]...");
    for (const cli_operand *o = command->operands; o->name && n >= 0 && (size_t)n < size; o++) {
        bool may = o->flags & CLI_MAY;
        n += snprintf(text + n, size - (size_t)n, " %s%s%s%s", may ? "[" : "",
                      o->arg ? o->arg : o->name, may ? "]" : "", o->flags & CLI_MANY ? "..." : "");
    }
    return text;
}

bool cli_next_example(const char **at, const char **line, int *line_length, const char **what,
                      int *what_length)
{
    if (!*at || !**at)
        return false;
    *line = *at;
    *line_length = (int)strcspn(*at, "\n");
    *at += *line_length + ((*at)[*line_length] == '\n');
    *what = "";
    *what_length = 0;
    const char *mark = strstr(*line, " # ");
    if (mark && mark < *line + *line_length) {
        *what = mark + 3;
        *what_length = *line_length - (int)(*what - *line);
        *line_length = (int)(mark - *line);
    }
    return true;
}

enum { WIDTH = 96, OPTION_COLUMN = 30 };

/* Prints paragraphs broken before WIDTH, each line behind `indent` blanks; the cursor is there. */
static void put_wrapped(FILE *to, const char *text, int indent)
{
    int column = indent;
    while (*text) {
        int length = (int)strcspn(text, " \n");
        bool is_first = column == indent;
        if (!is_first && column + 1 + length > WIDTH) {
            fprintf(to, "\n%*s", indent, "");
            column = indent;
        } else if (!is_first) {
            putc(' ', to);
            column++;
        }
        fprintf(to, "%.*s", length, text);
        column += length;
        text += length;
        if (text[0] == '\n' && text[1] == '\n') {
            fprintf(to, "\n\n%*s", indent, "");
            column = indent;
        }
        text += strspn(text, " \n");
    }
    putc('\n', to);
}

static void put_option(FILE *to, const cli_command *command, const cli_option *option)
{
    char spelling[128];
    int n = fprintf(to, "  %s", cli_option_spelling(option, spelling, sizeof spelling));
    if (n > OPTION_COLUMN - 2) {
        putc('\n', to);
        n = 0;
    }
    fprintf(to, "%*s", OPTION_COLUMN - n, "");
    char about[CLI_ABOUT_MAX];
    put_wrapped(to, cli_option_about(command, option, about), OPTION_COLUMN);
}

static int finish(FILE *to)
{
    return fflush(to) || ferror(to) ? 1 : 0;
}

int cli_help_all(FILE *to)
{
    fputs("Usage: finnc COMMAND [OPTION]... [ARGUMENT]...\n\n"
          "Opens, explains, transforms, checks, draws and runs quantised neural networks\n"
          "(FINN-ONNX, QONNX and plain ONNX), bit-exactly and without Python.\n",
          to);
    for (cli_group group = CLI_LOOK; group <= CLI_LEARN; group++) {
        fprintf(to, "\n%s:\n", cli_group_title(group));
        for (size_t i = 0; cli_commands[i]; i++)
            if (cli_commands[i]->group == group)
                fprintf(to, "  %-13s %s\n", cli_commands[i]->name, cli_commands[i]->summary);
    }
    fputs("\n"
          "'finnc COMMAND --help' explains a command and its options; 'finnc --version' tells the "
          "version.\n"
          "A model, a report or a file of arrays '-' is standard input or output; models "
          "FILE.onnxtxt are in ONNX's textual syntax.\n"
          "Exit status: 0 done and equal, 1 it failed or a comparison differs, 2 the command line "
          "is wrong.\n",
          to);
    return finish(to);
}

int cli_help_command(const cli_command *command, FILE *to)
{
    char usage[256];
    fprintf(to, "Usage: finnc %s %s\n\n%c%s.\n", command->name,
            cli_usage(command, usage, sizeof usage), command->summary[0] - 'a' + 'A',
            command->summary + 1);
    if (command->about) {
        putc('\n', to);
        put_wrapped(to, command->about, 0);
    }
    if (command->options[0].name)
        fputs("\nOptions:\n", to);
    for (const cli_option *option = command->options; option->name; option++)
        put_option(to, command, option);
    fputs("\nCommon options:\n", to);
    for (const cli_option *option = cli_common; option->name; option++)
        if (!cli_has_own(command, option))
            put_option(to, command, option);
    const char *at = command->examples, *line, *what;
    int n, m;
    if (at)
        fputs("\nExamples:\n", to);
    while (cli_next_example(&at, &line, &n, &what, &m))
        fprintf(to, "  %.*s\n      %.*s\n", n, line, m, what);
    return finish(to);
}
