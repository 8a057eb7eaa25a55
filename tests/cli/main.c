/* The program as a whole: commands, help, statuses, words. */
#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const commands[] = {
#define COMMAND(name) #name,
#include "cli/commands.def"
#undef COMMAND
};
enum { NCOMMANDS = sizeof commands / sizeof *commands };

/* As it is typed: channels-last for channels_last. */
static const char *command_name(size_t i)
{
    static char name[32];
    snprintf(name, sizeof name, "%s", commands[i]);
    for (char *s = name; (s = strchr(s, '_'));)
        *s = '-';
    return name;
}

/* As a manual page spells it. */
static const char *roff_name(size_t i)
{
    static char name[64];
    char *to = name;
    for (const char *s = command_name(i); *s; s++) {
        if (*s == '-')
            *to++ = '\\';
        *to++ = *s;
    }
    *to = '\0';
    return name;
}

Test(main, help_lists_every_command)
{
    const outcome *o = finnc_run("--help", NULL);
    cr_assert_eq(o->status, 0);
    for (size_t i = 0; i < NCOMMANDS; i++) {
        char line[64];
        snprintf(line, sizeof line, "\n  %-13s ", command_name(i));
        cr_assert(strstr(o->out, line), "%s is not listed", command_name(i));
    }
    cr_assert_str_empty(o->err);
}

Test(main, version_is_a_line)
{
    const outcome *o = finnc_run("--version", NULL);
    cr_assert_eq(o->status, 0);
    cr_assert(!strncmp(o->out, "finnc ", 6) && isdigit((unsigned char)o->out[6]));
}

Test(main, no_command_is_a_wrong_line)
{
    const outcome *o = finnc_run("", NULL);
    cr_assert_eq(o->status, 2);
    cr_assert_str_empty(o->out);
    cr_assert(strstr(o->err, "Usage: finnc COMMAND"));
}

Test(main, each_command_explains_itself)
{
    for (size_t i = 0; i < NCOMMANDS; i++) {
        char line[64], help[sizeof((outcome *)0)->out];
        snprintf(line, sizeof line, "%s --help", command_name(i));
        const outcome *o = finnc_run(line, NULL);
        cr_assert_eq(o->status, 0, "%s", line);
        snprintf(line, sizeof line, "Usage: finnc %s ", command_name(i));
        cr_assert(!strncmp(o->out, line, strlen(line)));
        cr_assert(strstr(o->out, "--max-memory=SIZE"));
        strcpy(help, o->out);
        snprintf(line, sizeof line, "help %s", command_name(i));
        cr_assert_str_eq(finnc_run(line, NULL)->out, help, "%s", line);
    }
}

Test(main, each_command_has_a_manual_page)
{
    for (size_t i = 0; i < NCOMMANDS; i++) {
        char line[128];
        snprintf(line, sizeof line, "man %s", command_name(i));
        const outcome *o = finnc_run(line, NULL);
        cr_assert_eq(o->status, 0);
        snprintf(line, sizeof line, ".SH NAME\nfinnc\\-%s \\- ", roff_name(i));
        cr_assert(strstr(o->out, line));
    }
    cr_assert(strstr(finnc_run("man", NULL)->out, ".TH FINNC 1 "));
}

Test(main, each_command_refuses_options_that_it_has_not)
{
    for (size_t i = 0; i < NCOMMANDS; i++) {
        char line[64];
        snprintf(line, sizeof line, "%s --frobnicate", command_name(i));
        const outcome *o = finnc_run(line, NULL);
        cr_assert_eq(o->status, 2, "%s ended with %d", line, o->status);
        cr_assert(strstr(o->err, "there is no option --frobnicate"), "%s", o->err);
    }
}

Test(main, a_misspelt_command_is_suggested)
{
    const outcome *o = finnc_run("dunp x.onnx", NULL);
    cr_assert_eq(o->status, 2);
    cr_assert_str_eq(o->err, "finnc: error: there is no command 'dunp'\n"
                             "finnc: hint: did you mean 'dump'?\n");
    o = finnc_run("frobnicate", NULL);
    cr_assert_eq(o->status, 2);
    cr_assert(strstr(o->err, "'finnc --help' lists the commands"));
    o = finnc_run("--vresion", NULL);
    cr_assert_eq(o->status, 2);
    cr_assert_str_eq(o->err, "finnc: error: before the command there is no option '--vresion'\n"
                             "finnc: hint: did you mean '--version'?\n");
}

Test(main, a_missing_file_is_named)
{
    const outcome *o = finnc_run("dump nowhere.onnx", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(!strncmp(o->err, "finnc: error: nowhere.onnx: ", 28), "%s", o->err);
    cr_assert_str_empty(o->out);
}

Test(main, a_broken_file_is_an_error_of_one_line)
{
    test_write("broken.onnx", "\xff\xff\xff\xff this is no model");
    const outcome *o = finnc_run("dump broken.onnx", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(!strncmp(o->err, "finnc: error: broken.onnx: ", 27), "%s", o->err);
    cr_assert_eq(strchr(o->err, '\n') - o->err, (long)strlen(o->err) - 1);
    cr_assert_str_empty(o->out);
}

Test(main, names_from_a_file_do_not_steer_the_terminal)
{
    const outcome *o = finnc_run("dump '\033[2Jnet.onnx'", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert_null(strchr(o->err, '\033'));
    cr_assert(strstr(o->err, "[2Jnet.onnx"), "%s", o->err);
}

Test(main, memory_can_be_capped)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("dump m.onnxtxt --max-memory 1K", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "hint: --max-memory raises the cap"), "%s", o->err);
    cr_assert_eq(finnc_run("dump m.onnxtxt --max-memory 64M", NULL)->status, 0);
}

/* Ctrl-C ends a command with words, as a signal ends a program: a shell's loop stops too. */
Test(main, an_interrupt_cancels)
{
    int in[2], err[2];
    char words[256] = "";
    cr_assert(!pipe(in) && !pipe(err));
    pid_t child = fork();
    if (!child) {
        dup2(in[0], 0);
        dup2(err[1], 2);
        close(in[1]);
        execl(FNC_BINARY_DIR "/finnc", "finnc", "dump", "-", NULL);
        _exit(127);
    }
    usleep(500000); /* it waits for a model by now */
    kill(child, SIGINT);
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT, "status %x", (unsigned)status);
    close(err[1]);
    cr_assert_gt(read(err[0], words, sizeof words - 1), 0);
    cr_assert(strstr(words, "finnc: error: ") && strstr(words, "cancelled"), "%s", words);
}

Test(main, a_full_disk_is_an_error)
{
    if (access("/dev/full", W_OK))
        cr_skip_test("there is no /dev/full");
    pid_t child = fork();
    if (!child) {
        cr_assert(freopen("/dev/full", "w", stdout) && freopen("/dev/null", "w", stderr));
        execl(FNC_BINARY_DIR "/finnc", "finnc", "passes", NULL);
        _exit(127);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
}
