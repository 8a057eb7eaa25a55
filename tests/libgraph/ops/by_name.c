/* CONTRIBUTING.md lists what has to be looked at for a new op because it knows ops by name. */
#include <finnc/op.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file that has so many names of ops as words of their own knows a list of them. */
enum { LIST = 8, PATH = 256, MOST = 1 << 20 };

static char *read_file(const char *path)
{
    char full[PATH + sizeof FNC_SOURCE_DIR];
    snprintf(full, sizeof full, "%s/%s", FNC_SOURCE_DIR, path);
    FILE *file = fopen(full, "r");
    if (!file)
        return NULL;
    char *text = calloc(1, MOST);
    cr_assert_not_null(text);
    const size_t n = fread(text, 1, MOST - 1, file);
    cr_assert_lt(n, MOST - 1, "%s", path);
    fclose(file);
    return text;
}

static size_t count_ops(const char *text)
{
    size_t count = 0;
    for (size_t i = 0; finnc_op_at(i); i++) {
        char word[128];
        const char *name = finnc_op_at(i)->name;
        snprintf(word, sizeof word, "\"%s\"", name);
        bool is_new = true; /* one name may be in several domains */
        for (size_t k = 0; k < i && is_new; k++)
            is_new = strcmp(finnc_op_at(k)->name, name) != 0;
        count += is_new && strstr(text, word);
    }
    return count;
}

/* The section of CONTRIBUTING.md. */
static char *read_section(void)
{
    char *page = read_file("CONTRIBUTING.md");
    cr_assert_not_null(page);
    char *begin = strstr(page, "### What else knows ops by name");
    cr_assert_not_null(begin);
    char *end = strstr(begin, "\n## ");
    cr_assert_not_null(end);
    *end = '\0';
    memmove(page, begin, strlen(begin) + 1);
    return page;
}

static void check_file(const char *section, const char *path)
{
    char quoted[PATH + 2];
    char *text = read_file(path);
    cr_assert_not_null(text, "%s", path);
    const size_t count = count_ops(text);
    free(text);
    snprintf(quoted, sizeof quoted, "`%s`", path);
    cr_expect(
        count < LIST || strstr(section, quoted),
        "%s has %zu ops by name: CONTRIBUTING.md, \"What else knows ops by name\", should say "
        "what for",
        path, count);
}

Test(by_name, every_list_of_ops_is_in_the_page)
{
    char path[PATH], *section = read_section();
    size_t count = 0;
    FILE *pipe = popen("cd '" FNC_SOURCE_DIR "' && find interp passes analysis cli libgraph/layers "
                       "libgraph/io tests/fuzz -name '*.[ch]' -o -name '*.def'",
                       "r");
    cr_assert_not_null(pipe);
    while (fgets(path, sizeof path, pipe)) {
        path[strcspn(path, "\n")] = '\0';
        check_file(section, path);
        count++;
    }
    cr_expect_eq(pclose(pipe), 0);
    cr_expect_gt(count, 300);
    free(section);
}

Test(by_name, what_the_page_names_is_there)
{
    char *section = read_section();
    size_t count = 0;
    for (char *at = section; (at = strchr(at, '`')); at++) {
        char *end = strchr(++at, '`');
        cr_assert_not_null(end);
        *end = '\0';
        char *text = strchr(at, '/') ? read_file(at) : NULL;
        cr_expect(text || !strchr(at, '/'), "%s is not there", at);
        count += text != NULL;
        free(text);
        at = end;
    }
    cr_expect_gt(count, 10);
    free(section);
}
