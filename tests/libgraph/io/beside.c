#include "libgraph/io/beside.h"

#include <criterion/criterion.h>

#include <finnc/io.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static finnc_ctx *cx;

static void begin(void)
{
    strcpy(folder, "/tmp/finnc-test-XXXXXX");
    cr_assert(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    char command[128];
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_expect_eq(system(command), 0);
}

TestSuite(beside, .init = begin, .fini = end);

static void put(const char *path, const char *text)
{
    cr_assert_eq(finnc_file_write(cx, path, text, strlen(text)), FINNC_OK);
}

Test(beside, nothing_outside_a_folder_is_mapped)
{
    cr_assert_eq(mkdir("model", 0777), 0);
    cr_assert_eq(mkdir("model/sub", 0777), 0);
    put("secret", "s");
    put("model/sub/w", "weights");
    cr_assert_eq(symlink("../secret", "model/link"), 0);
    cr_assert_eq(symlink("..", "model/up"), 0);
    cr_assert_eq(mkfifo("model/fifo", 0666), 0);
    static const char *const bad[] = {"",     "/etc/passwd", "../secret", "sub/../../secret",
                                      "link", "up/secret",   "sub",       "sub/",
                                      "fifo", "sub/w/x",     ".."};
    fnc_backing *backing;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(fnc_beside_map(cx, "model", bad[i], &backing), FINNC_BAD_FILE, "%s", bad[i]);
    cr_expect_eq(fnc_beside_map(cx, "model", "none", &backing), FINNC_NOT_FOUND);
    static const char *const good[] = {"sub/w", "./sub/w", "sub//w"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cr_assert_eq(fnc_beside_map(cx, "model", good[i], &backing), FINNC_OK, "%s",
                     finnc_ctx_message(cx));
        cr_expect_eq(backing->nbytes, 7);
        fnc_backing_release(backing);
    }
}

/* What `path` means below the folder "model". */
static const char *found(const char *path)
{
    static char location[PATH_MAX];
    cr_assert_eq(fnc_beside_find(cx, "model", path, location, sizeof location), FINNC_OK, "%s: %s",
                 path, finnc_ctx_message(cx));
    cr_expect_str_eq(finnc_ctx_message(cx), "", "what was tried left words");
    return location;
}

Test(beside, the_longest_tail_that_there_is_is_found)
{
    char location[8];
    cr_assert_eq(mkdir("model", 0777), 0);
    cr_assert_eq(mkdir("model/sub", 0777), 0);
    put("model/sub/w", "weights");
    put("model/w", "others");
    put("model/...", "a name as any other");
    cr_assert_eq(symlink("sub", "model/link"), 0);
    cr_expect_str_eq(found("w"), "w");
    cr_expect_str_eq(found("sub/w"), "sub/w");
    cr_expect_str_eq(found("/gone/sub/w"), "sub/w");
    cr_expect_str_eq(found("/gone/model/w"), "w");
    cr_expect_str_eq(found("a/b/.///sub/./w"), "sub/w");
    cr_expect_str_eq(found("sub/../w"), "w");
    cr_expect_str_eq(found("../../sub/w"), "sub/w");
    cr_expect_str_eq(found("/sub/../..."), "...");
    cr_expect_str_eq(found("link/w"), "w", "links are not followed");
    cr_expect_str_eq(found("w/w"), "w", "a file is no folder");
    cr_expect_eq(fnc_beside_find(cx, "model", "link", location, sizeof location), FINNC_BAD_FILE);
    static const char *const none[] = {"none", "/", "", ".", "..", "sub/..", "sub/w/..", "w/none"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        cr_expect_neq(fnc_beside_find(cx, "model", none[i], location, sizeof location), FINNC_OK,
                      "%s", none[i]);
    cr_expect_eq(fnc_beside_find(cx, "none", "w", location, sizeof location), FINNC_NOT_FOUND);
    cr_expect_eq(fnc_beside_find(cx, "model", "sub/w", location, 5), FINNC_BAD_VALUE);
}

/* A file may say anything. */
Test(beside, long_paths_have_an_end)
{
    static char path[2 * PATH_MAX], location[PATH_MAX];
    cr_assert_eq(mkdir("model", 0777), 0);
    put("model/w", "weights");
    memset(path, 'x', 1000);
    memcpy(path + 1000, "/w", 3);
    cr_expect_str_eq(found(path), "w", "a name longer than any");
    for (size_t i = 0; i < sizeof path - 1; i++)
        path[i] = i % 2 ? 'x' : '/';
    cr_expect_eq(fnc_beside_find(cx, "model", path, location, sizeof location), FINNC_BAD_VALUE);
    memcpy(path + sizeof path - 6, "/../w", 6);
    cr_expect_eq(fnc_beside_find(cx, "model", path, location, sizeof location), FINNC_BAD_VALUE);
}

Test(beside, who_leads_out)
{
    static const char *const out[] = {"/", "/a", "..", "../a", "a/..", "a/../b"};
    static const char *const in[] = {"", "a", "a/b", ".", "...", "..a/b", "a../b", "a/..."};
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        cr_expect(fnc_beside_leads_out(out[i]), "%s", out[i]);
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        cr_expect_not(fnc_beside_leads_out(in[i]), "%s", in[i]);
}
