#include "libgraph/io/file_set.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static finnc_ctx *cx;
static fnc_file_set set;

static void begin(void)
{
    strcpy(folder, "/tmp/finnc-test-XXXXXX");
    cr_assert(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    cx = finnc_ctx_create(NULL);
    fnc_file_set_init(&set, cx);
}

static void end(void)
{
    char command[128];
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_expect_eq(system(command), 0);
}

TestSuite(file_set, .init = begin, .fini = end);

static void add(const char *path, const char *text)
{
    fnc_file_out *out;
    cr_assert_eq(fnc_file_set_begin(&set, path, (fnc_file_owner){.who = path}, &out), FINNC_OK,
                 "%s", finnc_ctx_message(cx));
    fnc_file_add(out, text, strlen(text));
    bool found;
    cr_expect_eq(fnc_file_set_find(&set, path, (fnc_file_owner){.who = path}, &found), FINNC_OK);
    cr_expect(found);
}

static const char *content(const char *path)
{
    static char text[64];
    FILE *f = fopen(path, "rb");
    if (!f)
        return "(none)";
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static int nnames(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (int)info.st_nlink : 0;
}

Test(file_set, all_are_put_in_place)
{
    cr_assert_eq(fnc_file_set_folder(&set, "a/b"), FINNC_OK);
    bool found = true;
    cr_expect_eq(fnc_file_set_find(&set, "a/b/one", (fnc_file_owner){NULL, NULL}, &found),
                 FINNC_OK);
    cr_expect_not(found);
    add("two", "old");
    add("a/b/one", "1");
    cr_assert_eq(fnc_file_set_commit(&set), FINNC_OK);
    fnc_file_set_init(&set, cx);
    add("two", "2");
    cr_expect_str_eq(content("two"), "old");
    add("a/b/one", "11");
    cr_assert_eq(fnc_file_set_commit(&set), FINNC_OK);
    cr_expect_str_eq(content("two"), "2");
    cr_expect_str_eq(content("a/b/one"), "11");
    cr_expect_eq(nnames("a/b/one"), 1);
}

Test(file_set, dropping_leaves_no_file_and_no_folder)
{
    cr_assert_eq(mkdir("a", 0777), 0);
    cr_assert_eq(fnc_file_set_folder(&set, "a/b/c"), FINNC_OK);
    add("a/b/c/one", "1");
    fnc_file_set_drop(&set);
    cr_expect_eq(access("a", F_OK), 0);
    cr_expect_neq(access("a/b", F_OK), 0);
}

/* A folder takes the place of the first one's target meanwhile, which is put in place last. */
Test(file_set, if_one_cannot_be_put_in_place_the_others_come_back)
{
    add("kept", "old");
    cr_assert_eq(fnc_file_set_commit(&set), FINNC_OK);
    fnc_file_set_init(&set, cx);
    add("model", "m");
    add("kept", "new");
    cr_assert_eq(fnc_file_set_folder(&set, "d"), FINNC_OK);
    add("d/made", "x");
    cr_assert_eq(mkdir("model", 0777), 0);
    cr_expect_eq(fnc_file_set_commit(&set), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "model"), "%s", finnc_ctx_message(cx));
    cr_expect_str_eq(content("kept"), "old");
    cr_expect_eq(nnames("kept"), 1);
    cr_expect_neq(access("d", F_OK), 0);
}

Test(file_set, a_file_in_the_way_of_a_folder)
{
    add("f", "x");
    cr_assert_eq(fnc_file_set_commit(&set), FINNC_OK);
    fnc_file_set_init(&set, cx);
    cr_expect_eq(fnc_file_set_folder(&set, "new/../f/g"), FINNC_BAD_FILE);
    fnc_file_set_drop(&set);
    cr_expect_neq(access("new", F_OK), 0);
}

/* By whatever path: with the same source it is one file, else two in one place. */
Test(file_set, one_place_is_for_one_file)
{
    fnc_file_out *out;
    bool found = false;
    cr_assert_eq(mkdir("d", 0777), 0);
    const fnc_file_owner a = {.source = "a"}, b = {.source = "b"}, nobody = {NULL, NULL};
    cr_assert_eq(fnc_file_set_begin(&set, "d/f", a, &out), FINNC_OK);
    cr_expect_eq(fnc_file_set_find(&set, "./d//f", a, &found), FINNC_OK);
    cr_expect(found);
    cr_expect_eq(fnc_file_set_find(&set, "d/../d/f", b, &found), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "written twice"));
    cr_expect_eq(fnc_file_set_find(&set, "d/f", nobody, &found), FINNC_BAD_VALUE);
    fnc_file_set_drop(&set);
}

Test(file_set, nothing_takes_the_place_of_what_is_kept)
{
    fnc_file_out *out;
    bool found = false;
    cr_assert_eq(mkdir("d", 0777), 0);
    cr_assert_eq(symlink("d/kept", "link"), 0);
    const fnc_file_owner kept = {.source = "d/kept"}, b = {.source = "b"};
    cr_assert_eq(fnc_file_set_keep(&set, "d/kept"), FINNC_OK);
    cr_expect_eq(fnc_file_set_keep(&set, "./d/kept"), FINNC_OK, "once more is no matter");
    cr_expect_eq(fnc_file_set_find(&set, "d//kept", kept, &found), FINNC_OK);
    cr_expect(found);
    cr_expect_eq(fnc_file_set_find(&set, "d/kept", b, &found), FINNC_BAD_VALUE);
    cr_expect_eq(fnc_file_set_begin(&set, "d/kept", b, &out), FINNC_BAD_VALUE);
    cr_expect_eq(fnc_file_set_begin(&set, "link", b, &out), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "link would be replaced, and what is written needs"));
    cr_assert_eq(fnc_file_set_begin(&set, "d/new", b, &out), FINNC_OK);
    cr_expect_eq(fnc_file_set_keep(&set, "d/new"), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "d/new would be replaced, and what is written needs"));
    cr_expect_eq(fnc_file_set_begin(&set, "./d/new", b, &out), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "written twice"));
    fnc_file_set_drop(&set);
    cr_expect_neq(access("d/new", F_OK), 0);
}
