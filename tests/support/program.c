#include "support/program.h"

#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the folder ---- */

static char folder[64];

static int erase(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

static void erase_folder(void)
{
    nftw(folder, erase, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_folder(void)
{
    if (!folder[0]) {
        strcpy(folder, "/tmp/finnc-test-XXXXXX");
        cr_assert(mkdtemp(folder), "no folder for the test");
        atexit(erase_folder);
    }
    return folder;
}

static const char *in_folder(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", test_folder(), name);
    return path;
}

void test_write(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "wb");
    cr_assert(file, "cannot write %s", name);
    fputs(text, file);
    fclose(file);
}

bool test_exists(const char *name)
{
    return access(in_folder(name), F_OK) == 0;
}

const char *test_read(const char *name)
{
    static char text[1 << 18];
    FILE *file = fopen(in_folder(name), "rb");
    if (!file)
        return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.' || entry->d_name[1] > '.';
}

const char *test_list(void)
{
    static char names[4096];
    struct dirent **entries;
    int n = scandir(test_folder(), &entries, is_visible, alphasort);
    names[0] = 0;
    for (int i = 0; i < n; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? " " : "", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return names;
}

/* ---- the program ---- */

enum { ARGUMENTS = 64 };

/* Cuts `text`, which it changes, at blanks outside of '...'. */
static void split(char *text, char *argv[ARGUMENTS])
{
    int n = 0;
    argv[n++] = FNC_BINARY_DIR "/finnc";
    while (*(text += strspn(text, " "))) {
        cr_assert(n < ARGUMENTS - 1);
        char *to = text;
        argv[n++] = text;
        for (bool quoted = false; *text && (quoted || *text != ' '); text++) {
            if (*text == '\'')
                quoted = !quoted;
            else
                *to++ = *text;
        }
        text += *text != 0;
        *to = 0;
    }
    argv[n] = NULL;
}

static void become_finnc(char *const argv[], int in, int out, int err)
{
    if (chdir(test_folder()) || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
        _exit(126);
    execv(argv[0], argv);
    _exit(127);
}

static size_t drain(int from, char *text, size_t size)
{
    ssize_t n = pread(from, text, size - 1, 0);
    text[n < 0 ? 0 : n] = 0;
    close(from);
    return n < 0 ? 0 : (size_t)n;
}

static int scratch_file(const char *text)
{
    char path[] = "/tmp/finnc-test-XXXXXX";
    int file = mkstemp(path);
    cr_assert(file >= 0);
    unlink(path);
    size_t n = strlen(text);
    cr_assert_eq(write(file, text, n), (ssize_t)n);
    cr_assert_eq(lseek(file, 0, SEEK_SET), 0);
    return file;
}

const outcome *finnc_run(const char *arguments, const char *input)
{
    static outcome result;
    static char words[1 << 14];
    char *argv[ARGUMENTS];
    cr_assert_lt(strlen(arguments), sizeof words);
    strcpy(words, arguments);
    split(words, argv);
    test_folder();

    int in = scratch_file(input ? input : ""), out = scratch_file(""), err = scratch_file("");
    pid_t child = fork();
    cr_assert(child >= 0);
    if (!child)
        become_finnc(argv, in, out, err);
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    close(in);
    result.out_length = drain(out, result.out, sizeof result.out);
    drain(err, result.err, sizeof result.err);
    return &result;
}
