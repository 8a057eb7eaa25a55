/* finnc reduce: the smallest model that still fails. */
#include "json.h"

#include <finnc/reduce.h>

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct checking {
    cli *c;
    char *folder;   /* of candidates; NULL: there is none */
    char *path;     /* of the candidate at hand */
    char *command;  /* with the path in it */
    size_t nnodes;  /* of the best */
    bool is_stream; /* what is written there cannot be replaced by something better */
} checking;

/* Standard output, a pipe, or whatever is behind /dev/fd/3. */
static bool is_stream(const cli *c)
{
    struct stat info;
    const char *path = cli_text(c, "output", "-");
    return cli_is_stdout(c, "output") || !strncmp(path, "/dev/", 5) ||
           (stat(path, &info) == 0 && !S_ISREG(info.st_mode));
}

/* A word of the shell. What needs no quotes has none: {} may stand between quotes. */
static void put_word(const char *word, FILE *to)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
    if (!word[strspn(word, plain)]) {
        fputs(word, to);
        return;
    }
    putc('\'', to);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", to);
        else
            putc(*word, to);
    putc('\'', to);
}

/* CHECK with the path for every {}, or behind it. */
static char *fill_in(const char *check, const char *path)
{
    char *text = NULL;
    size_t size;
    FILE *to = cli_collect(&text, &size);
    bool is_in = false;
    if (!to)
        return NULL;
    for (const char *at = check; *at; at++) {
        const bool is_place = at[0] == '{' && at[1] == '}';
        is_in |= is_place;
        if (is_place)
            put_word(path, to);
        else
            putc(*at, to);
        at += is_place;
    }
    if (!is_in) {
        putc(' ', to);
        put_word(path, to);
    }
    if (fclose(to)) {
        free(text);
        return NULL;
    }
    return text;
}

/* "folder/name", or NULL: no memory. */
static char *join(const char *folder, const char *name)
{
    const size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static finnc_status checking_init(checking *k, cli *c)
{
    *k = (checking){.c = c, .is_stream = is_stream(c)};
    const char *said = getenv("TMPDIR"), *base = said && *said ? said : "/tmp";
    char *folder = join(base, "finnc-reduce-XXXXXX");
    if (!folder)
        return finnc_no_memory(c->cx);
    if (!mkdtemp(folder)) {
        free(folder);
        return finnc_fail(c->cx, FINNC_BAD_FILE, "%s: cannot make a folder for candidates: %s",
                          base, strerror(errno));
    }
    k->folder = folder;
    k->path = join(folder, "candidate.onnx");
    if (!k->path)
        return finnc_no_memory(c->cx);
    k->command = fill_in(cli_text(c, "check", ""), k->path);
    return k->command ? FINNC_OK : finnc_no_memory(c->cx);
}

static int erase(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

/* Candidates with partitions have files, and folders, of their own. Links are not followed. */
static void checking_clear(checking *k)
{
    enum { OPEN_FOLDERS = 16 };
    if (k->folder)
        nftw(k->folder, erase, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    free(k->command);
    free(k->path);
    free(k->folder);
}

static finnc_status check(void *user, finnc_ctx *cx, const finnc_model *candidate,
                          bool *is_interesting)
{
    checking *k = user;
    FINNC_TRY(finnc_model_write(cx, candidate, k->path, FINNC_EXTERNAL_INLINE));
    fflush(NULL);
    const int status = system(k->command);
    if (status == -1 || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
        return finnc_fail(cx, FINNC_NOT_FOUND, "cannot run the check: %s", k->command);
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM))
        finnc_ctx_cancel(cx);
    *is_interesting = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return finnc_ctx_check(cx);
}

static finnc_status write_model(const checking *k, const finnc_model *model)
{
    return cli_model_write(k->c, model, cli_text(k->c, "output", "-"), FINNC_EXTERNAL_INLINE);
}

/* The best one is on the disk at any time; a stream gets the last one. */
static finnc_status keep(void *user, finnc_ctx *cx, const finnc_model *model)
{
    checking *k = user;
    (void)cx;
    k->nnodes = finnc_graph_nnodes(finnc_model_graph(model));
    return k->is_stream ? FINNC_OK : write_model(k, model);
}

static finnc_status put_result(cli *c, const finnc_reduction *r, size_t before, size_t after)
{
    if (cli_has(c, "json")) {
        json_t *root =
            json_pack("{s:I, s:I, s:I, s:I, s:b}", "nodes_before", (json_int_t)before,
                      "nodes_after", (json_int_t)after, "candidates", (json_int_t)r->ncandidates,
                      "smaller", (json_int_t)r->nbetter, "finished", r->is_finished);
        return cli_json_answer(c, "reduction", root, stdout);
    }
    printf("%zu -> %zu nodes, %llu candidates%s\n", before, after,
           (unsigned long long)r->ncandidates, r->is_finished ? "" : "; the time was up");
    return FINNC_OK;
}

static finnc_status reduce_model(cli *c, checking *k, const finnc_model *model)
{
    finnc_model *reduced;
    finnc_reduction reduction;
    const finnc_reduce_options options = {
        .better = keep, .user = k, .seconds = cli_number(c, "time-limit", 0)};
    const size_t before = finnc_graph_nnodes(finnc_model_graph(model));
    const int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = finnc_reduce(c->cx, model, check, &options, &reduced, &reduction);
    finnc_ctx_leave(c->cx, depth);
    cli_progress_end(c);
    if (status == FINNC_BAD_VALUE)
        cli_hint(c, "the check has to succeed on the model: exit status 0 means that it is still "
                    "what you are after");
    FINNC_TRY(status);
    const size_t after = finnc_graph_nnodes(finnc_model_graph(reduced));
    status = write_model(k, reduced); /* also if nothing could be taken away */
    finnc_model_destroy(reduced);
    FINNC_TRY(status);
    return cli_is_stdout(c, "output") ? FINNC_OK : put_result(c, &reduction, before, after);
}

static finnc_status reduce(cli *c)
{
    checking k;
    finnc_model *model = NULL;
    if (!cli_has(c, "check"))
        return cli_wrong(c, "say with --check how to tell a model that is still interesting");
    if (!cli_has(c, "output"))
        return cli_wrong(c, "say where the result goes with -o");
    if (cli_has(c, "time-limit") && !(cli_number(c, "time-limit", 0) > 0))
        return cli_wrong(c, "--time-limit: more than 0 seconds");
    if (cli_is_stdout(c, "output") && cli_has(c, "json"))
        return cli_wrong(c, "standard output takes either the model or --json");
    finnc_status status = checking_init(&k, c);
    if (status == FINNC_OK)
        status = cli_model_read(c, c->operands[0], &model);
    if (status == FINNC_OK)
        status = reduce_model(c, &k, model);
    finnc_model_destroy(model);
    checking_clear(&k);
    return status;
}

const cli_command cli_command_reduce = {
    .name = "reduce",
    .group = CLI_CHANGE,
    .summary = "shrink a model as long as a command says that it is still interesting",
    .about =
        "Takes away outputs, nodes and sizes, in large pieces first, and asks COMMAND each time: "
        "it gets the candidate's path for every {} in it, or behind it, and its exit status 0 "
        "means that the candidate is still what you are after. The best one so far is in the "
        "output file at any time; standard output gets the last one, and nothing else. The same "
        "answers give the same model.",
    .examples =
        "finnc reduce net.onnx -o small.onnx --check '! finnc transform {} -n --passes Streamline "
        "--verify-each -q' # that Streamline still fails on\n"
        "finnc reduce net.onnx -o small.onnx --time-limit 60 --check './still-wrong.sh' # for a "
        "minute\n",
    .operands = {{"MODEL", CLI_FILE, 0, NULL}},
    .options = {{"output", 'o', CLI_FILE, "FILE", "the smallest model found",
                 CLI_WRITES | CLI_REPLACES},
                {"check", 'c', CLI_TEXT, "COMMAND", "for the shell: 0 means still interesting", 0},
                {"time-limit", 0, CLI_NUMBER, "SECONDS", "begin no candidate after that long", 0},
                {"json", 0, CLI_FLAG, NULL, "how it went, as JSON", 0}},
    .run = reduce,
};
