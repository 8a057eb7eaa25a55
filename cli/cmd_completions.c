/* finnc completions: scripts by which shells complete our command lines, from the rows. */
#include "cli.h"

#include <string.h>

/* ---- words to choose from ---- */

/* Prints the words of an argument with blanks between; false: they are files or anything. */
static bool put_choices(FILE *to, cli_kind kind, const char *arg)
{
    finnc_isa isa;
    switch (kind) {
    case CLI_CHOICE:
        for (; *arg; arg++)
            putc(*arg == '|' ? ' ' : *arg, to);
        return true;
    case CLI_PASS:
    case CLI_PASSES:
        for (size_t i = 0; finnc_pass_at(i); i++)
            fprintf(to, "%s%s", i ? " " : "", finnc_pass_at(i)->name);
        for (size_t i = 0; finnc_recipe_at(i); i++)
            fprintf(to, " %s", finnc_recipe_at(i)->name);
        return true;
    case CLI_OP:
        for (size_t i = 0; finnc_op_at(i); i++)
            fprintf(to, "%s%s", i ? " " : "", finnc_op_at(i)->name);
        return true;
    case CLI_LIMIT:
        for (size_t i = 0; finnc_limit_at(i); i++)
            fprintf(to, "%s%s=", i ? " " : "", finnc_limit_at(i)->name);
        return true;
    case CLI_ISA:
        for (size_t i = 0; finnc_isa_at(i, &isa); i++)
            fprintf(to, "%s%s", i ? " " : "", isa.name);
        return true;
    case CLI_COMMAND:
        for (size_t i = 0; cli_commands[i]; i++)
            fprintf(to, "%s%s", i ? " " : "", cli_commands[i]->name);
        return true;
    case CLI_FLAG:
    case CLI_TEXT:
    case CLI_COUNT:
    case CLI_SOME:
    case CLI_INTEGER:
    case CLI_NUMBER:
    case CLI_SECONDS:
    case CLI_SIZE:
    case CLI_FILE:
    case CLI_FOLDER:
        return false;
    }
    return false;
}

static bool is_path(cli_kind kind)
{
    return kind == CLI_FILE || kind == CLI_FOLDER;
}

/* Inside single quotes, and with a backslash before each of `special`. */
static void put_quoted(FILE *to, const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '\'') {
            fputs("'\\''", to);
            continue;
        }
        if (strchr(special, *text))
            putc('\\', to);
        putc(*text, to);
    }
}

/* Calls `put` for every option of a command, the common ones last. */
static void each_option(FILE *to, const cli_command *command,
                        void (*put)(FILE *to, const cli_command *, const cli_option *))
{
    for (const cli_option *option = command->options; option->name; option++)
        put(to, command, option);
    for (const cli_option *option = cli_common; option->name; option++)
        if (!cli_has_own(command, option))
            put(to, command, option);
}

/* ---- bash ---- */

static void bash_name(FILE *to, const cli_command *command, const cli_option *option)
{
    (void)command;
    fprintf(to, " --%s%s", option->name, option->kind == CLI_FLAG ? "" : "=");
}

static void bash_argument(FILE *to, const cli_command *command, const cli_option *option)
{
    (void)command;
    if (option->kind == CLI_FLAG)
        return;
    fputs("        ", to);
    if (option->letter)
        fprintf(to, "-%c | ", option->letter);
    fprintf(to, "--%s) ", option->name);
    if (is_path(option->kind)) {
        fprintf(to, "_finnc_paths -%c ;;\n", option->kind == CLI_FILE ? 'f' : 'd');
        return;
    }
    fprintf(to, "_finnc_%s '", option->kind == CLI_PASSES ? "list" : "words");
    put_choices(to, option->kind, option->arg);
    fputs("' ;;\n", to);
}

static void bash_command(FILE *to, const cli_command *command)
{
    fprintf(to, "    %s)\n        case $prev in\n", command->name);
    each_option(to, command, bash_argument);
    fputs("        *)\n            if [[ $cur == -* ]]; then\n                _finnc_words '", to);
    each_option(to, command, bash_name);
    fputs("'\n                [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n", to);
    const cli_operand *operand = command->operands;
    if (operand->name) {
        fputs("            else\n                ", to);
        if (is_path(operand->kind)) {
            fputs("_finnc_paths -f\n", to);
        } else {
            fputs("_finnc_words '", to);
            put_choices(to, operand->kind, operand->arg);
            fputs("'\n", to);
        }
    }
    fputs("            fi\n            ;;\n        esac\n        ;;\n", to);
}

static void put_bash(FILE *to)
{
    fputs("# bash completion for finnc: eval \"$(finnc completions bash)\"\n"
          "_finnc_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$cur\")); }\n"
          "_finnc_paths() { compopt -o filenames; local IFS=$'\\n'; COMPREPLY=($(compgen $1 -- "
          "\"$cur\")); }\n"
          "_finnc_list() { # of words with commas between: the last one is completed\n"
          "    compopt -o nospace\n"
          "    local head=\n"
          "    [[ $cur == *,* ]] && head=${cur%,*},\n"
          "    COMPREPLY=($(compgen -P \"$head\" -W \"$1\" -- \"${cur##*,}\"))\n"
          "}\n"
          "_finnc() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    COMPREPLY=()\n"
          "    if [[ $cur == '=' ]]; then\n"
          "        cur=\n"
          "    elif [[ $prev == '=' ]]; then\n"
          "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    fi\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        _finnc_words '",
          to);
    put_choices(to, CLI_COMMAND, NULL);
    fputs(" --help --version'\n        return\n    fi\n    case ${COMP_WORDS[1]} in\n", to);
    for (size_t i = 0; cli_commands[i]; i++)
        bash_command(to, cli_commands[i]);
    fputs("    esac\n}\ncomplete -F _finnc finnc\n", to);
}

/* ---- zsh ---- */

static void zsh_action(FILE *to, cli_kind kind, const char *arg)
{
    if (kind == CLI_FILE)
        fputs("_files", to);
    else if (kind == CLI_FOLDER)
        fputs("_files -/", to);
    else if (kind == CLI_PASSES) {
        fputs("_sequence compadd - ", to);
        put_choices(to, kind, arg);
    } else if (kind != CLI_TEXT && kind != CLI_COUNT && kind != CLI_SOME && kind != CLI_INTEGER &&
               kind != CLI_NUMBER && kind != CLI_SECONDS && kind != CLI_SIZE) {
        putc('(', to);
        put_choices(to, kind, arg);
        putc(')', to);
    }
}

static void zsh_option(FILE *to, const cli_command *command, const cli_option *option)
{
    (void)command;
    bool has = option->kind != CLI_FLAG, many = option->flags & CLI_MANY;
    fputs(" \\\n            ", to);
    if (many)
        fputs("'*'", to);
    else if (option->letter)
        fprintf(to, "'(-%c --%s)'", option->letter, option->name);
    if (option->letter)
        fprintf(to, "{-%c%s,--%s%s}", option->letter, has ? "+" : "", option->name, has ? "=" : "");
    else
        fprintf(to, "--%s%s", option->name, has ? "=-" : "");
    fputs("'[", to);
    put_quoted(to, option->help, "[]:\\");
    putc(']', to);
    if (has) {
        fputs(option->flags & CLI_MAY ? "::" : ":", to);
        put_quoted(to, option->kind == CLI_CHOICE ? option->name : option->arg, ":\\[]");
        putc(':', to);
        zsh_action(to, option->kind, option->arg);
    }
    putc('\'', to);
}

static void put_zsh(FILE *to)
{
    fputs("#compdef finnc\n"
          "# zsh completion for finnc: put this into a folder of $fpath, as _finnc\n"
          "_finnc() {\n"
          "    local curcontext=$curcontext state line\n"
          "    local -a commands\n"
          "    commands=(\n",
          to);
    for (size_t i = 0; cli_commands[i]; i++) {
        fprintf(to, "        '%s:", cli_commands[i]->name);
        put_quoted(to, cli_commands[i]->summary, ":\\");
        fputs("'\n", to);
    }
    fputs("    )\n"
          "    _arguments -C '(- *)--help[explain the program]' '(- *)--version[tell the version]' "
          "\\\n"
          "        '1:command:->command' '*::argument:->argument'\n"
          "    case $state in\n"
          "    command) _describe -t commands 'finnc command' commands ;;\n"
          "    argument)\n"
          "        case $words[1] in\n",
          to);
    for (size_t i = 0; cli_commands[i]; i++) {
        const cli_command *command = cli_commands[i];
        fprintf(to, "        %s)\n            _arguments -s", command->name);
        each_option(to, command, zsh_option);
        size_t place = 1;
        for (const cli_operand *o = command->operands; o->name; o++, place++) {
            fputs(" \\\n            '", to);
            if (o->flags & CLI_MANY)
                putc('*', to);
            else
                fprintf(to, "%zu", place);
            fprintf(to, "%s%s:", o->flags & CLI_MAY && !(o->flags & CLI_MANY) ? "::" : ":",
                    o->name);
            zsh_action(to, o->kind, o->arg);
            putc('\'', to);
        }
        fputs("\n            ;;\n", to);
    }
    fputs("        esac\n        ;;\n    esac\n}\n_finnc \"$@\"\n", to);
}

/* ---- fish ---- */

static void fish_option(FILE *to, const cli_command *command, const cli_option *option)
{
    fprintf(to, "complete -c finnc -n '__fish_seen_subcommand_from %s' -l %s", command->name,
            option->name);
    if (option->letter)
        fprintf(to, " -s %c", option->letter);
    if (is_path(option->kind)) {
        fputs(" -r -F", to);
    } else if (option->kind != CLI_FLAG) {
        fputs(" -x -a '", to);
        put_choices(to, option->kind, option->arg);
        putc('\'', to);
    }
    fputs(" -d '", to);
    put_quoted(to, option->help, "");
    fputs("'\n", to);
}

static void put_fish(FILE *to)
{
    fputs("# fish completion for finnc: finnc completions fish | source\n"
          "complete -c finnc -n '__fish_use_subcommand' -f\n",
          to);
    for (size_t i = 0; cli_commands[i]; i++) {
        const cli_command *command = cli_commands[i];
        fprintf(to, "complete -c finnc -n '__fish_use_subcommand' -a %s -d '", command->name);
        put_quoted(to, command->summary, "");
        fputs("'\n", to);
        each_option(to, command, fish_option);
        const cli_operand *operand = command->operands;
        if (operand->name && !is_path(operand->kind)) {
            fprintf(to, "complete -c finnc -n '__fish_seen_subcommand_from %s' -f -a '",
                    command->name);
            put_choices(to, operand->kind, operand->arg);
            fputs("'\n", to);
        }
    }
}

/* ---- the command ---- */

static const struct {
    const char *name;
    void (*put)(FILE *to);
} shells[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}};

static finnc_status completions(cli *c)
{
    cli_output output;
    FINNC_TRY(cli_output_open(c, cli_text(c, "output", NULL), &output));
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (!strcmp(shells[i].name, c->operands[0]))
            shells[i].put(output.stream);
    return cli_output_close(c, &output, FINNC_OK);
}

const cli_command cli_command_completions = {
    .name = "completions",
    .group = CLI_LEARN,
    .summary = "print a script by which a shell completes finnc's command lines",
    .examples = "eval \"$(finnc completions bash)\" # for this shell\n",
    .operands = {{"SHELL", CLI_CHOICE, 0, "bash|zsh|fish"}},
    .options = {{"output", 'o', CLI_FILE, "FILE", "write there instead of standard output",
                 CLI_WRITES}},
    .run = completions,
};
