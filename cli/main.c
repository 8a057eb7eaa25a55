/* The program: picks the command, makes its context, and says what went wrong. */
#include "cli.h"
#include "help.h"
#include "json.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMAND(name) extern const cli_command cli_command_##name;
#include "commands.def"
#undef COMMAND

const cli_command *const cli_commands[] = {
#define COMMAND(name) &cli_command_##name,
#include "commands.def"
#undef COMMAND
    NULL};

/* What Ctrl-C reaches. The second one ends the program at once: the handler is used up. */
static finnc_ctx *interruptible;
static volatile sig_atomic_t caught;

/* All that would end the program in the middle of a file, and leave a part of it. */
static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXCPU};
enum { NENDING = sizeof ending / sizeof *ending };

static void on_signal(int number)
{
    caught = number;
    finnc_ctx_cancel(interruptible);
}

static void on_limit(int number)
{
    (void)number;
}

/* One that is ignored stays so: nohup and a shell's background want that. */
static void catch_signals(finnc_ctx *cx)
{
    interruptible = cx;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND}, old;
    for (size_t i = 0; i < NENDING; i++)
        if (sigaction(ending[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(ending[i], &action, NULL);
    /* Beyond the limit of sizes a write fails, and has words. Not ignored: commands that finnc
     * starts would inherit that. */
    sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = on_limit}, NULL);
}

static void let_go_of_signals(void)
{
    for (size_t i = 0; i < NENDING; i++) {
        struct sigaction now;
        if (sigaction(ending[i], NULL, &now) == 0 && now.sa_handler == on_signal)
            signal(ending[i], SIG_DFL);
    }
}

/* Leaves as the signal would have had us leave, so that a shell's loop stops too. */
static void die_of(int number)
{
    signal(number, SIG_DFL);
    raise(number);
}

/* Nine tenths of the machine: beyond that a desktop swaps instead of answering. */
static uint64_t sensible_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages / 10 * 9 * (uint64_t)size : 0;
}

static void explain_failure(cli *c, finnc_status status)
{
    cli_say(c, CLI_RED, "error", finnc_ctx_message(c->cx));
    cli_hint_near_file(c);
    if (c->hint[0])
        cli_say(c, CLI_YELLOW, "hint", c->hint);
    else if (c->exit_status == 2)
        fprintf(stderr, "Try 'finnc %s --help'.\n", c->command->name);
    else if (status == FINNC_NO_MEMORY && strstr(finnc_ctx_message(c->cx), "out of memory"))
        cli_say(c, CLI_YELLOW, "hint", "--max-memory raises the cap");
}

static int run_command(cli *c)
{
    c->max_memory = cli_count(c, "max-memory", sensible_memory());
    c->is_quiet = cli_has(c, "quiet");
    c->has_progress = isatty(STDERR_FILENO) && !c->is_quiet;
    finnc_ctx_options options = {
        .log = cli_log,
        .progress = c->has_progress ? cli_progress : NULL,
        .user = c,
        .max_memory = c->max_memory,
        .threads = cli_int(c, "threads", 0),
        .limits = cli_limits(c),
    };
    c->cx = finnc_ctx_create(&options);
    if (!c->cx) {
        cli_say(c, CLI_RED, "error", "out of memory");
        return 1;
    }
    finnc_ctx_set_timeout(c->cx, cli_number(c, "timeout", 0));
    catch_signals(c->cx);
    finnc_status status = c->command->run(c);
    cli_progress_end(c);
    if (status == FINNC_OK && (fflush(stdout) || ferror(stdout)))
        status = finnc_fail(c->cx, FINNC_BAD_FILE, "cannot write to standard output");
    if (status != FINNC_OK) {
        if (caught != SIGPIPE) /* nobody reads on: that is no failure to speak of */
            explain_failure(c, status);
        if (!c->exit_status)
            c->exit_status = 1;
    }
    let_go_of_signals();
    finnc_ctx_destroy(c->cx);
    if (caught)
        die_of(caught);
    return c->exit_status;
}

static int unknown_command(const cli *c, const char *name)
{
    static const char *const options[] = {"--help", "--version", NULL};
    const bool is_option = name[0] == '-';
    const char *near = is_option ? cli_nearest(name, options) : cli_command_nearest(name);
    char words[256];
    snprintf(words, sizeof words,
             is_option ? "before the command there is no option '%s'" : "there is no command '%s'",
             name);
    cli_say(c, CLI_RED, "error", words);
    snprintf(words, sizeof words, near ? "did you mean '%s'?" : "'finnc --help' lists the commands",
             near);
    cli_say(c, CLI_YELLOW, "hint", words);
    return 2;
}

/* The exit status of what was only to be printed. */
static int printed(const cli *c, int status)
{
    if (!fflush(stdout) && !ferror(stdout) && !status)
        return 0;
    cli_say(c, CLI_RED, "error", "cannot write to standard output");
    return 1;
}

int main(int argc, char **argv)
{
    const char *no_colour = getenv("NO_COLOR");
    cli c = {.has_colour = isatty(STDERR_FILENO) && !(no_colour && no_colour[0])};
    if (argc < 2) {
        cli_help_all(stderr);
        return 2;
    }
    const char *name = argv[1];
    if (!strcmp(name, "--help") || !strcmp(name, "-h"))
        return printed(&c, cli_help_all(stdout));
    if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
        printf("finnc %s\n", finnc_version());
        return printed(&c, 0);
    }
    c.command = cli_command_find(name);
    if (!c.command)
        return unknown_command(&c, name);
    cli_json_watch();
    int status = 2;
    if (cli_parse(&c, argc - 1, argv + 1))
        status = cli_has(&c, "help") ? printed(&c, cli_help_command(c.command, stdout))
                                     : run_command(&c);
    else if (c.exit_status)
        status = c.exit_status;
    cli_clear(&c);
    return status;
}
