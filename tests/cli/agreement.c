/* What is printed from the tables says the same wherever it is printed: help, manual pages,
 * completions. The site's pages of commands are the manual pages. */
#include "support/program.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* " format json weights ...": what a place has of one command, in its order. */
typedef struct names {
    char text[4096];
} names;

/* The name that begins at `at`, with '-' or a manual page's "\-" in it. */
static void add(names *to, const char *at)
{
    size_t n = strlen(to->text);
    to->text[n++] = ' ';
    for (; islower((unsigned char)*at) || *at == '-' || (at[0] == '\\' && at[1] == '-'); at++)
        if (*at != '\\')
            to->text[n++] = *at;
    cr_assert_lt(n, sizeof to->text);
    to->text[n] = '\0';
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end && end[1] ? end + 1 : NULL;
}

/* "  -f, --format=..." and "      --json ..." */
static names of_help(const char *help)
{
    names found = {""};
    for (const char *line = help; line; line = next_line(line))
        if (!strncmp(line, "      --", 8) ||
            (!strncmp(line, "  -", 3) && !strncmp(line + 4, ", --", 4)))
            add(&found, line + 8);
    return found;
}

/* ".TP" and "\fB\-f\fR, \fB\-\-format\fR=..." */
static names of_page(const char *page)
{
    names found = {""};
    const char *at = page;
    while ((at = strstr(at, "\n.TP\n\\fB\\-"))) {
        at += strlen("\n.TP\n");
        const char *name = strstr(at, "\\-\\-");
        if (name && name < strchr(at, '\n'))
            add(&found, name + 4);
    }
    return found;
}

/* "_finnc_words ' --format= --json ...'" of the command's case */
static names of_bash(const char *script, const char *command)
{
    names found = {""};
    char head[64];
    snprintf(head, sizeof head, "\n    %s)\n", command);
    const char *at = strstr(script, head);
    at = at ? strstr(at, "_finnc_words ' --") : NULL;
    for (const char *end = at ? strchr(at, '\n') : NULL;
         at && (at = strstr(at, " --")) && at < end;)
        add(&found, at += 3);
    return found;
}

/* In the command's case a line for each: the first "--" is its name. */
static names of_zsh(const char *script, const char *command)
{
    names found = {""};
    char head[64];
    snprintf(head, sizeof head, "\n        %s)\n", command);
    const char *begin = strstr(script, head);
    const char *line = begin ? next_line(begin + 1) : NULL, *end = line ? strstr(line, ";;") : NULL;
    for (; line && line < end; line = next_line(line)) {
        const char *at = strstr(line, "--");
        if (at && at < strchr(line, '\n'))
            add(&found, at + 2);
    }
    return found;
}

static names of_fish(const char *script, const char *command)
{
    names found = {""};
    char head[96];
    snprintf(head, sizeof head, "\ncomplete -c finnc -n '__fish_seen_subcommand_from %s' -l ",
             command);
    for (const char *at = script; (at = strstr(at, head));)
        add(&found, at += strlen(head));
    return found;
}

static const char *const commands[] = {
#define COMMAND(name) #name,
#include "cli/commands.def"
#undef COMMAND
};
enum { NCOMMANDS = sizeof commands / sizeof *commands };

/* channels-last for channels_last */
static const char *typed(size_t i, char name[32])
{
    snprintf(name, 32, "%s", commands[i]);
    for (char *s = name; (s = strchr(s, '_'));)
        *s = '-';
    return name;
}

static names help_of(const char *command)
{
    char line[64];
    snprintf(line, sizeof line, "%s --help", command);
    return of_help(finnc_run(line, NULL)->out);
}

static void check_once(const char *command, const names *found)
{
    char word[64];
    for (const char *at = found->text; *at; at += strlen(word)) {
        snprintf(word, sizeof word, "%.*s", 1 + (int)strcspn(at + 1, " "), at);
        for (const char *other = at; (other = strstr(other + 1, word));)
            cr_expect(other[strlen(word)] && other[strlen(word)] != ' ', "%s has --%s twice",
                      command, word + 1);
    }
}

Test(agreement, manual_pages_have_the_options_of_the_help)
{
    for (size_t i = 0; i < NCOMMANDS; i++) {
        char name[32], line[64];
        const names help = help_of(typed(i, name));
        cr_assert(strstr(help.text, " help"), "%s: %s", name, help.text);
        check_once(name, &help);
        snprintf(line, sizeof line, "man %s", name);
        const names page = of_page(finnc_run(line, NULL)->out);
        cr_expect_str_eq(page.text, help.text, "%s: \"%s\" and \"%s\"", name, page.text, help.text);
    }
}

static void check_completions(const char *shell, names (*of)(const char *, const char *))
{
    char line[64];
    snprintf(line, sizeof line, "completions %s -o script", shell);
    cr_assert_eq(finnc_run(line, NULL)->status, 0);
    for (size_t i = 0; i < NCOMMANDS; i++) {
        char name[32];
        const names help = help_of(typed(i, name)), offered = of(test_read("script"), name);
        cr_expect_str_eq(offered.text, help.text, "%s, %s: \"%s\" and \"%s\"", shell, name,
                         offered.text, help.text);
    }
}

Test(agreement, completions_have_the_options_of_the_help)
{
    check_completions("bash", of_bash);
    check_completions("zsh", of_zsh);
    check_completions("fish", of_fish);
}

/* -b of one command must not be another one's. Most letters are too few for that. */
Test(agreement, b_is_batch_wherever_it_is)
{
    size_t n = 0;
    for (size_t i = 0; i < NCOMMANDS; i++) {
        char name[32], line[64];
        snprintf(line, sizeof line, "%s --help", typed(i, name));
        const char *at = strstr(finnc_run(line, NULL)->out, "\n  -b, --");
        n += at != NULL;
        cr_expect(!at || !strncmp(at + 9, "batch ", 6), "%s has -b for something else", name);
    }
    cr_expect_gt(n, 2);
}

/* A page without the backslashes in its text. */
static void plain(const char *page, char *to)
{
    for (; *page; page++)
        if (page[0] != '\\')
            *to++ = *page;
    *to = '\0';
}

/* "  dump          show what is ..." of the program's help is in its page, as a sentence. */
Test(agreement, summaries_are_the_same_everywhere)
{
    char help[1 << 16], page[1 << 16];
    snprintf(help, sizeof help, "%s", finnc_run("--help", NULL)->out);
    plain(finnc_run("man", NULL)->out, page);
    for (size_t i = 0; i < NCOMMANDS; i++) {
        char name[32], line[64], summary[128];
        snprintf(line, sizeof line, "\n  %-13s ", typed(i, name));
        const char *at = strstr(help, line);
        cr_assert(at, "%s", name);
        at += strlen(line);
        snprintf(summary, sizeof summary, "%.*s", (int)strcspn(at, "\n"), at);
        summary[0] = (char)toupper((unsigned char)summary[0]);
        cr_expect(strstr(page, summary), "%s: \"%s\" is not in finnc(1)", name, summary);
        snprintf(line, sizeof line, "%s --help", name);
        cr_expect(strstr(finnc_run(line, NULL)->out, summary), "%s: \"%s\" is not in its help",
                  name, summary);
    }
}
