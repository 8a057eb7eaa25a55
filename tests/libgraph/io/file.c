#include "libgraph/io/file.h"

#include <criterion/criterion.h>

#include <finnc/io.h>

#include <dirent.h>
#include <fcntl.h>
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

TestSuite(file, .init = begin, .fini = end);

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    cr_assert(f, "%s", path);
    fputs(text, f);
    fclose(f);
}

static bool holds(const char *path, const char *text)
{
    char content[256] = "";
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    size_t n = fread(content, 1, sizeof content - 1, f);
    fclose(f);
    return n == strlen(text) && !memcmp(content, text, n);
}

static size_t nfiles(void)
{
    size_t n = 0;
    DIR *d = opendir(".");
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        n += e->d_name[0] != '.' || strlen(e->d_name) > 2;
    closedir(d);
    return n;
}

Test(file, writing_makes_a_file_and_leaves_no_other)
{
    cr_assert_eq(finnc_file_write(cx, "a", "new", 3), FINNC_OK);
    cr_expect(holds("a", "new"));
    cr_expect_eq(nfiles(), 1);
}

Test(file, writing_keeps_the_mode_of_the_old_file_and_leaves_its_readers_the_old_bytes)
{
    put("a", "old");
    cr_assert_eq(chmod("a", 0640), 0);
    fnc_backing *backing;
    cr_assert_eq(fnc_file_map(cx, "a", &backing), FINNC_OK);
    cr_assert_eq(finnc_file_write(cx, "a", "new!", 4), FINNC_OK);
    struct stat st;
    cr_assert_eq(stat("a", &st), 0);
    cr_expect_eq(st.st_mode & 07777, 0640);
    cr_expect(holds("a", "new!"));
    cr_expect_eq(backing->nbytes, 3);
    cr_expect(!memcmp(backing->data, "old", 3));
    fnc_backing_release(backing);
}

Test(file, writing_to_a_link_replaces_what_it_names)
{
    cr_assert_eq(mkdir("sub", 0777), 0);
    put("sub/a", "old");
    cr_assert_eq(symlink("sub/a", "link"), 0);
    cr_assert_eq(symlink("sub/b", "to_nothing"), 0);
    cr_assert_eq(symlink("round", "round"), 0);
    cr_assert_eq(finnc_file_write(cx, "link", "new", 3), FINNC_OK);
    cr_expect(holds("sub/a", "new"));
    cr_assert_eq(finnc_file_write(cx, "to_nothing", "new", 3), FINNC_OK);
    cr_expect(holds("sub/b", "new"));
    cr_expect_eq(finnc_file_write(cx, "round", "new", 3), FINNC_BAD_FILE);
    struct stat st;
    cr_expect(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
}

Test(file, writing_to_a_pipe_goes_through_it)
{
    cr_assert_eq(finnc_file_write(cx, "/dev/null", "new", 3), FINNC_OK);
    struct stat st;
    cr_expect(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
}

/* A redirected standard output is not to be replaced under the shell's hands. */
Test(file, a_file_that_is_open_is_written_on_where_it_stands)
{
    char name[64];
    const int fd = open("log", O_WRONLY | O_CREAT | O_APPEND, 0666);
    cr_assert(fd >= 0 && write(fd, "old ", 4) == 4);
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    cr_assert_eq(symlink(name, "link"), 0);
    cr_assert_eq(finnc_file_write(cx, name, "new ", 4), FINNC_OK, "%s", finnc_ctx_message(cx));
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    cr_assert_eq(finnc_file_write(cx, name, "newer ", 6), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(finnc_file_write(cx, "link", "newest", 6), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_eq(write(fd, ".", 1), 1);
    close(fd);
    cr_expect(holds("log", "old new newer newest."));
    cr_expect_eq(nfiles(), 2);
}

Test(file, an_open_pipe_and_a_number_that_is_not_open)
{
    char name[64], got[8] = "";
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    snprintf(name, sizeof name, "/dev/fd/%d", ends[1]);
    cr_expect_eq(finnc_file_write(cx, name, "new", 3), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(read(ends[0], got, sizeof got), 3);
    cr_expect_str_eq(got, "new");
    close(ends[0]);
    close(ends[1]);
    cr_expect_eq(finnc_file_write(cx, name, "new", 3), FINNC_NOT_FOUND);
}

Test(file, a_folder_and_a_place_that_is_not_there_are_refused)
{
    cr_assert_eq(mkdir("sub", 0777), 0);
    cr_expect_eq(finnc_file_write(cx, "sub", "x", 1), FINNC_BAD_FILE);
    cr_expect_str_eq(finnc_ctx_message(cx), "sub: is a folder");
    cr_expect_eq(finnc_file_write(cx, "nowhere/a", "x", 1), FINNC_NOT_FOUND);
    cr_expect_eq(finnc_file_write(cx, "", "x", 1), FINNC_NOT_FOUND);
    cr_expect_eq(nfiles(), 1);
}

Test(file, a_file_that_is_dropped_leaves_the_old_one)
{
    put("a", "old");
    fnc_file_out out;
    cr_assert_eq(fnc_file_begin(cx, "a", &out), FINNC_OK);
    fnc_file_add(&out, "new", 3);
    cr_expect_eq(nfiles(), 2);
    fnc_file_drop(&out);
    cr_expect(holds("a", "old"));
    cr_expect_eq(nfiles(), 1);
}

Test(file, a_write_that_fails_leaves_the_old_file_and_says_why)
{
    char *large = calloc(1, 1 << 20);
    cr_expect_eq(finnc_file_write(cx, "/dev/full", large, 1 << 20), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "/dev/full: cannot write it: "));
    cr_expect_eq(finnc_file_write(cx, "/dev/full", "x", 1), FINNC_BAD_FILE);
    free(large);
}

/* Three files in the making, a and b over old ones; what is put in `spoilt`'s way keeps it from its
 * place. */
static finnc_status commit_three(const char *spoilt)
{
    static const char *const names[] = {"a", "b", "c"};
    fnc_file_out files[3], *outs[3];
    put("a", "old a");
    put("b", "old b");
    for (size_t i = 0; i < 3; i++) {
        outs[i] = &files[i];
        cr_assert_eq(fnc_file_begin(cx, names[i], outs[i]), FINNC_OK);
        fnc_file_add(outs[i], names[i], 1);
    }
    if (spoilt) {
        unlink(spoilt);
        cr_assert_eq(mkdir(spoilt, 0777), 0);
    }
    return fnc_files_commit(outs, 3);
}

Test(file, several_take_their_places_together)
{
    cr_expect_eq(commit_three(NULL), FINNC_OK);
    cr_expect(holds("a", "a") && holds("b", "b") && holds("c", "c"));
    cr_expect_eq(nfiles(), 3);
}

Test(file, where_the_last_cannot_take_its_place_none_does)
{
    cr_expect_eq(commit_three("c"), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "c: cannot put it in place: "), "%s",
              finnc_ctx_message(cx));
    cr_expect(holds("a", "old a") && holds("b", "old b"));
    cr_expect_eq(nfiles(), 3);
}

Test(file, where_an_early_one_cannot_be_set_aside_none_takes_its_place)
{
    cr_expect_eq(commit_three("b"), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "b: "), "%s", finnc_ctx_message(cx));
    cr_expect(holds("a", "old a"));
    cr_expect_eq(nfiles(), 2);
}

Test(file, what_was_not_there_before_goes_again)
{
    fnc_file_out first, second, *outs[] = {&first, &second};
    cr_assert_eq(fnc_file_begin(cx, "new", &first), FINNC_OK);
    cr_assert_eq(fnc_file_begin(cx, "taken", &second), FINNC_OK);
    cr_assert_eq(mkdir("taken", 0777), 0);
    cr_expect_eq(fnc_files_commit(outs, 2), FINNC_BAD_FILE);
    cr_expect_eq(nfiles(), 1);
}

Test(file, what_is_added_in_pieces_of_any_size_arrives_in_order)
{
    enum { N = 300000 };
    uint8_t *bytes = malloc(N);
    for (size_t i = 0; i < N; i++)
        bytes[i] = (uint8_t)(i * 7 + i / 251);
    fnc_file_out out;
    cr_assert_eq(fnc_file_begin(cx, "a", &out), FINNC_OK);
    for (size_t at = 0, n = 1; at < N; at += n, n = n * 3 % 70001) {
        n = n < N - at ? n : N - at;
        fnc_file_add(&out, bytes + at, n);
    }
    fnc_file_align(&out, 4096);
    cr_expect_eq(out.length, (N + 4095) / 4096 * 4096);
    cr_assert_eq(fnc_file_commit(&out), FINNC_OK);
    fnc_backing *backing;
    cr_assert_eq(fnc_file_map(cx, "a", &backing), FINNC_OK);
    cr_expect_eq(backing->nbytes, (N + 4095) / 4096 * 4096);
    cr_expect(!memcmp(backing->data, bytes, N));
    cr_expect_eq(backing->data[N], 0);
    fnc_backing_release(backing);
    free(bytes);
}

Test(file, an_empty_file_and_a_pipe_are_mapped_too)
{
    fnc_backing *backing;
    put("empty", "");
    cr_assert_eq(fnc_file_map(cx, "empty", &backing), FINNC_OK);
    cr_expect_eq(backing->nbytes, 0);
    fnc_backing_release(backing);
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], "through", 7), 7);
    close(ends[1]);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    cr_assert_eq(fnc_file_map(cx, path, &backing), FINNC_OK);
    cr_expect_eq(backing->nbytes, 7);
    cr_expect(!memcmp(backing->data, "through", 7));
    fnc_backing_release(backing);
    close(ends[0]);
}
