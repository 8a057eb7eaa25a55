/* What only a terminal gets to see: the program runs on one of the test's own. */
#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* All that finnc writes to the terminal, run in the test's folder; it has to end with `want`. */
static const char *run_to(const char *const *argv, int want)
{
    static char seen[1 << 16];
    size_t n = 0;
    int terminal, status;
    const char *folder = test_folder();
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    cr_assert_geq(child, 0);
    if (!child) {
        if (!chdir(folder))
            execv(FNC_BINARY_DIR "/finnc", (char *const *)argv);
        _exit(127);
    }
    ssize_t got;
    while (n < sizeof seen - 1 && (got = read(terminal, seen + n, sizeof seen - 1 - n)) > 0)
        n += (size_t)got;
    seen[n] = 0;
    close(terminal);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == want, "%s", seen);
    return seen;
}

static const char *run_on_terminal(const char *const *argv)
{
    return run_to(argv, 0);
}

static const unsigned char three_pictures[] = {0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0,
                                               0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6};

static void write_samples(void)
{
    char path[512];
    snprintf(path, sizeof path, "%s/x-idx3-ubyte", test_folder());
    FILE *f = fopen(path, "wb");
    cr_assert(f);
    cr_assert_eq(fwrite(three_pictures, 1, sizeof three_pictures, f), sizeof three_pictures);
    fclose(f);
    test_write("m.onnxtxt", TWICE);
}

Test(terminal, a_job_of_several_samples_has_a_bar_that_goes_at_the_end)
{
    write_samples();
    const char *const argv[] = {"finnc", "run", "m.onnxtxt", "x-idx3-ubyte", NULL};
    const char *seen = run_on_terminal(argv);
    const char *bar = strstr(seen, "\r\033[Krunning samples [                              ] 0/3");
    cr_assert(bar, "%s", seen);
    cr_assert_not(strstr(seen, "\r\033[Krunning ["), "the nodes are shown: %s", seen);
    const char *wiped = strstr(bar + 4, "\r\033[K"), *result = strstr(seen, "3 runs, ");
    cr_assert(wiped && result && wiped < result, "%s", seen);
}

Test(terminal, quiet_or_elsewhere_there_is_none)
{
    write_samples();
    const char *const argv[] = {"finnc", "run", "-q", "m.onnxtxt", "x-idx3-ubyte", NULL};
    const char *seen = run_on_terminal(argv);
    cr_assert_not(strstr(seen, "running"), "%s", seen);
    cr_assert(strstr(seen, "3 runs, "), "%s", seen);
    const outcome *o = finnc_run("run m.onnxtxt x-idx3-ubyte", NULL);
    cr_assert_eq(o->status, 0);
    cr_assert_not(strstr(o->err, "running"), "%s", o->err);
}

Test(terminal, errors_are_red_and_hints_are_not)
{
    const char *const argv[] = {"finnc", "passes", "InferShape", NULL};
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    const char *seen = run_to(argv, 1);
    cr_assert(strstr(seen, "\033[1;31merror"), "%s", seen);
    cr_assert(strstr(seen, "\033[33mhint"), "%s", seen);
    setenv("NO_COLOR", "1", 1);
    seen = run_to(argv, 1);
    cr_assert_not(strchr(seen, '\033'), "%s", seen);
    cr_assert(strstr(seen, "error: unknown pass 'InferShape'"), "%s", seen);
}

Test(terminal, what_no_terminal_can_show_is_not_written_to_it)
{
    const char *const drawn[] = {"finnc", "dot", "m.onnxtxt", "-T", "png", NULL};
    test_write("m.onnxtxt", TWICE);
    const char *seen = run_to(drawn, 2);
    cr_assert(strstr(seen, "a terminal cannot show a png"), "%s", seen);
    const char *const transformed[] = {"finnc", "transform", "m.onnxtxt", "--passes",
                                       "tidy",  "-o",        "-",         NULL};
    seen = run_to(transformed, 2);
    cr_assert(strstr(seen, "redirect standard output"), "%s", seen);
}
