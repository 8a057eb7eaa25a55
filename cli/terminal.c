/* Words on stderr: errors, notes, progress, colours where somebody sees them. */
#include "cli.h"

#include "clock.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *cli_colour_code(const cli *c, cli_colour colour)
{
    if (!c->has_colour)
        return "";
    switch (colour) {
    case CLI_PLAIN:
        return "\033[0m";
    case CLI_BOLD:
        return "\033[1m";
    case CLI_RED:
        return "\033[1;31m";
    case CLI_YELLOW:
        return "\033[33m";
    case CLI_GREEN:
        return "\033[32m";
    case CLI_DIM:
        return "\033[2m";
    }
    return "";
}

void cli_put(FILE *to, const char *text)
{
    for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
        /* C1 controls in UTF-8 (0xc2 0x80 to 0x9f) steer terminals as ESC does. */
        bool is_c1 = *s == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0;
        if (*s < 0x20 || *s == 0x7f)
            fprintf(to, "\\x%02x", *s);
        else if (is_c1)
            fprintf(to, "\\x%02x", *++s);
        else
            putc(*s, to);
    }
}

void cli_say(const cli *c, cli_colour colour, const char *kind, const char *text)
{
    cli_progress_end(c);
    fprintf(stderr, "finnc: %s%s:%s ", cli_colour_code(c, colour), kind,
            cli_colour_code(c, CLI_PLAIN));
    cli_put(stderr, text);
    putc('\n', stderr);
}

void cli_log(void *user, finnc_severity severity, const char *line)
{
    const cli *c = user;
    if (severity == FINNC_WARNING)
        cli_say(c, CLI_YELLOW, "warning", line);
    else if (!c->is_quiet)
        cli_say(c, CLI_DIM, "note", line);
}

/* The progress line is the one thing that is not in `c`: it is on the terminal. */
static bool line_is_shown;
static double line_time, job_start;
static char job[64]; /* what the line is about */

static void put_bar(size_t done, size_t total, double elapsed)
{
    enum { WIDTH = 30 };
    double part = done < total ? (double)done / (double)total : 1;
    int full = (int)(part * WIDTH);
    fprintf(stderr, " [%.*s%*s] %zu/%zu", full, "##############################", WIDTH - full, "",
            done, total);
    if (elapsed > 2 && done > 0 && done < total) {
        double left = elapsed / part - elapsed;
        if (left < 100)
            fprintf(stderr, ", %.0f s left", left);
        else
            fprintf(stderr, ", %.0f min left", left / 60);
    }
}

void cli_progress(void *user, const char *what, size_t done, size_t total)
{
    const cli *c = user;
    double time = cli_now();
    if (c->job && strcmp(c->job, what) != 0)
        return;
    if (strncmp(job, what, sizeof job - 1) != 0) {
        snprintf(job, sizeof job, "%s", what);
        job_start = time;
    }
    if (time - line_time < 0.1)
        return;
    line_time = time;
    line_is_shown = true;
    fputs("\r\033[K", stderr);
    cli_put(stderr, what);
    if (total)
        put_bar(done, total, time - job_start);
}

void cli_progress_end(const cli *c)
{
    if (c->has_progress && line_is_shown)
        fputs("\r\033[K", stderr);
    line_is_shown = false;
}
