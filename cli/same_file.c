/* Two arguments that are one file: what is written would replace the other one without a word. */
#include "cli.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LINKS = 40 };

/* A file, or where one would be: what of its path is not there yet, seen from what is. */
typedef struct place {
    dev_t dev;
    ino_t ino;
    char missing[PATH_MAX]; /* "" : the file is there */
} place;

/* ---- places ---- */

/* Where a link leads in the end, whether there is something or not. */
static bool follow(char path[PATH_MAX])
{
    char to[PATH_MAX], joined[2 * PATH_MAX];
    struct stat info;
    for (int i = 0; i < MAX_LINKS; i++) {
        if (lstat(path, &info) || !S_ISLNK(info.st_mode))
            return true;
        const ssize_t n = readlink(path, to, sizeof to - 1);
        if (n < 0)
            return true;
        to[n] = '\0';
        const char *slash = to[0] == '/' ? NULL : strrchr(path, '/');
        const int folder = slash ? (int)(slash + 1 - path) : 0;
        snprintf(joined, sizeof joined, "%.*s%s", folder, path, to);
        const size_t length = strlen(joined);
        if (length >= PATH_MAX)
            return false;
        memcpy(path, joined, length + 1);
    }
    return false;
}

/* a//b/./c is a/b/c. */
static void copy_plainly(const char *path, char plain[PATH_MAX])
{
    size_t n = 0;
    while (*path) {
        const size_t length = strcspn(path, "/");
        if (length && !(length == 1 && *path == '.')) {
            if (n)
                plain[n++] = '/';
            memcpy(plain + n, path, length);
            n += length;
        }
        path += length + (path[length] == '/');
    }
    plain[n] = '\0';
}

/* The nearest folder that there is. */
static bool find_absent(char path[PATH_MAX], place *p)
{
    char folder[PATH_MAX];
    struct stat info;
    size_t end = strlen(path);
    do {
        while (end && path[end - 1] != '/')
            end--;
        snprintf(folder, sizeof folder, "%.*s", end ? (int)end : 1, end ? path : ".");
        if (!stat(folder, &info)) {
            p->dev = info.st_dev;
            p->ino = info.st_ino;
            copy_plainly(path + end, p->missing);
            return p->missing[0];
        }
        while (end && path[end - 1] == '/')
            end--;
    } while (end);
    return false;
}

static bool take(const struct stat *info, place *p)
{
    p->dev = info->st_dev;
    p->ino = info->st_ino;
    return S_ISREG(info->st_mode);
}

/* False: nothing that could be lost, such as a pipe, a device or a folder. */
static bool find_place(const char *path, place *p)
{
    char target[PATH_MAX];
    struct stat info;
    p->missing[0] = '\0';
    if (!stat(path, &info))
        return take(&info, p);
    const size_t length = strlen(path);
    if (length >= sizeof target)
        return false;
    memcpy(target, path, length + 1);
    return follow(target) && find_absent(target, p);
}

static bool is_one_place(const place *a, const place *b)
{
    return a->dev == b->dev && a->ino == b->ino && !strcmp(a->missing, b->missing);
}

bool cli_is_same_file(const char *path, const char *other)
{
    place a, b;
    return find_place(path, &a) && find_place(other, &b) && is_one_place(&a, &b);
}

/* ---- the arguments ---- */

/* A file among the arguments. */
typedef struct file {
    const char *path;
    const cli_option *option; /* NULL: an operand */
    const char *operand;
    bool is_model; /* the one that the command is about */
    place place;
} file;

static bool find_file(file *f)
{
    struct stat info;
    if (strcmp(f->path, "-") != 0)
        return find_place(f->path, &f->place);
    f->place.missing[0] = '\0';
    const bool is_read = !f->option || !(f->option->flags & CLI_WRITES);
    return is_read && !fstat(STDIN_FILENO, &info) && take(&info, &f->place);
}

/* Of an option that may be given once the last one counts. */
static bool counts(const cli *c, size_t i)
{
    const cli_option *option = c->given[i].option;
    for (size_t k = i + 1; k < c->ngiven && !(option->flags & CLI_MANY); k++)
        if (c->given[k].option == option)
            return false;
    return option->kind == CLI_FILE && c->given[i].text;
}

/* The file of the i-th option given. */
static bool option_file(const cli *c, size_t i, file *f)
{
    static const char named[] = "[NAME=]";
    if (!counts(c, i))
        return false;
    const cli_option *option = c->given[i].option;
    const char *text = c->given[i].text;
    const char *equals = strncmp(option->arg, named, strlen(named)) ? NULL : strchr(text, '=');
    *f = (file){.path = equals ? equals + 1 : text, .option = option};
    return find_file(f);
}

/* The i-th operand's. */
static bool operand_file(const cli *c, size_t i, file *f)
{
    const cli_operand *operand = c->command->operands;
    for (size_t k = 0; k < i && !(operand->flags & CLI_MANY); k++)
        operand++;
    if (operand->kind != CLI_FILE)
        return false;
    *f = (file){.path = c->operands[i], .operand = operand->name, .is_model = i == 0};
    return find_file(f);
}

static bool clash(const file *out, const file *other, char *words, size_t size)
{
    const char *name = other->option ? other->option->name : other->operand;
    const bool is_written = other->option && other->option->flags & CLI_WRITES;
    if (!is_one_place(&out->place, &other->place) ||
        (other->is_model && out->option->flags & CLI_REPLACES))
        return false;
    snprintf(words, size, "--%s and %s%s are one file, %.250s: %s would be lost", out->option->name,
             other->option ? "--" : "", name, out->path,
             is_written ? "one of the two" : "what it holds");
    return true;
}

bool cli_has_clash(const cli *c, char *words, size_t size)
{
    file out, other;
    for (size_t i = 0; i < c->ngiven; i++) {
        if (!(c->given[i].option->flags & CLI_WRITES) || !option_file(c, i, &out))
            continue;
        for (size_t k = 0; k < c->noperands; k++)
            if (operand_file(c, k, &other) && clash(&out, &other, words, size))
                return true;
        for (size_t k = 0; k < c->ngiven; k++)
            if (k != i && option_file(c, k, &other) && clash(&out, &other, words, size))
                return true;
    }
    return false;
}

finnc_status cli_data_check(cli *c, const finnc_model *model)
{
    file out;
    place data;
    const char *path;
    for (size_t i = 0; i < c->ngiven; i++) {
        const unsigned flags = c->given[i].option->flags;
        if (!(flags & CLI_WRITES) || flags & CLI_REPLACES || !option_file(c, i, &out))
            continue;
        for (size_t k = 0; (path = finnc_model_data_file(model, k)); k++)
            if (find_place(path, &data) && is_one_place(&out.place, &data))
                return cli_wrong(c,
                                 "--%s is %s, where weights of the model lie: they would be lost",
                                 out.option->name, out.path);
    }
    return FINNC_OK;
}
