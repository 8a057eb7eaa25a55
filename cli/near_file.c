/* A file that is not there, by a slip of the fingers: which one was meant? */
#include "cli.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_PATH = 1024 };

static bool exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Of what lies in `folder`, the name nearest to `wanted`, into `near`. */
static bool find_in(const char *folder, const char *wanted, char near[MAX_PATH])
{
    struct dirent **entries;
    int n = scandir(folder, &entries, is_visible, alphasort);
    if (n < 0)
        return false;
    const char *best = NULL;
    const char **names = calloc((size_t)n + 1, sizeof *names);
    for (int i = 0; names && i < n; i++)
        names[i] = entries[i]->d_name;
    if (names)
        best = cli_nearest(wanted, names);
    if (best)
        snprintf(near, MAX_PATH, "%s", best);
    for (int i = 0; i < n; i++)
        free(entries[i]);
    free(entries);
    free(names);
    return best != NULL;
}

/* Whatever is the first to be missing of a path's parts is replaced by its nearest neighbour; the
 * path has to exist then. */
static bool find_near(const char *path, char near[MAX_PATH])
{
    char part[MAX_PATH], name[MAX_PATH], rest[MAX_PATH];
    size_t begin = 0, length = strlen(path);
    if (length >= MAX_PATH)
        return false;
    while (begin < length) {
        size_t end = begin + strcspn(path + begin, "/");
        snprintf(part, sizeof part, "%.*s", (int)end, path);
        if (end > begin && !exists(part))
            break;
        begin = end + 1;
    }
    if (begin >= length)
        return false;
    size_t end = begin + strcspn(path + begin, "/");
    snprintf(part, sizeof part, "%.*s", (int)(end - begin), path + begin);
    snprintf(rest, sizeof rest, "%s", path + end);
    snprintf(near, MAX_PATH, "%.*s", (int)begin, path);
    if (!find_in(begin ? near : ".", part, name))
        return false;
    int n = snprintf(near, MAX_PATH, "%.*s%s%s", (int)begin, path, name, rest);
    return n > 0 && n < MAX_PATH && exists(near);
}

/* A file among the arguments that the failure's words name, and that is not there. */
static bool offer(cli *c, const char *text)
{
    char near[MAX_PATH];
    if (!text || !*text || exists(text) || !strstr(finnc_ctx_message(c->cx), text) ||
        !find_near(text, near))
        return false;
    cli_hint(c, "did you mean %s?", near);
    return true;
}

/* A file that was to be made, in a folder that is not there. */
static bool offer_folder(cli *c, const char *text)
{
    char folder[MAX_PATH], near[MAX_PATH];
    const char *slash = text ? strrchr(text, '/') : NULL;
    if (!slash || slash == text || slash - text >= MAX_PATH ||
        !strstr(finnc_ctx_message(c->cx), text))
        return false;
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - text), text);
    if (exists(folder) || !find_near(folder, near))
        return false;
    cli_hint(c, "did you mean %s%s?", near, slash);
    return true;
}

static bool is_file(cli_kind kind)
{
    return kind == CLI_FILE || kind == CLI_FOLDER;
}

void cli_hint_near_file(cli *c)
{
    const cli_operand *operand = c->command->operands;
    for (size_t i = 0; i < c->noperands && operand->name; i++) {
        if (is_file(operand->kind) && offer(c, c->operands[i]))
            return;
        operand += !(operand->flags & CLI_MANY);
    }
    for (size_t i = 0; i < c->ngiven; i++) {
        const cli_option *option = c->given[i].option;
        const char *text = c->given[i].text;
        const char *file = text ? strchr(text, '=') : NULL; /* NAME=FILE */
        if (option->kind == CLI_LIMIT)                      /* "nodes=5" is none */
            continue;
        if (option->flags & CLI_WRITES
                ? offer_folder(c, text)
                : (is_file(option->kind) && offer(c, text)) || (file && offer(c, file + 1)))
            return;
    }
}
