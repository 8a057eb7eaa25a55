/* finnc help: what --help prints, for those who ask in words. */
#include "cli.h"
#include "help.h"

static finnc_status printed(cli *c, int status)
{
    return status ? finnc_fail(c->cx, FINNC_BAD_FILE, "cannot write to standard output") : FINNC_OK;
}

static finnc_status help(cli *c)
{
    if (!c->noperands)
        return printed(c, cli_help_all(stdout));
    const cli_command *command = cli_command_find(c->operands[0]);
    if (!command)
        return cli_no_command(c, c->operands[0]);
    return printed(c, cli_help_command(command, stdout));
}

const cli_command cli_command_help = {
    .name = "help",
    .group = CLI_LEARN,
    .summary = "explain the program or one of its commands",
    .operands = {{"COMMAND", CLI_COMMAND, CLI_MAY, NULL}},
    .run = help,
};
