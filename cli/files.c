/* Models and reports in and out: files, standard input and output. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

bool cli_has_suffix(const char *path, const char *suffix)
{
    size_t n = strlen(path), m = strlen(suffix);
    return n > m && !strcasecmp(path + n - m, suffix);
}

static bool is_stdio(const char *path)
{
    return !path || !strcmp(path, "-");
}

/* Is it where standard output goes, by another name? Devices such as /dev/null take anything. */
static bool leads_to_stdout(const char *path)
{
    struct stat there, out;
    return stat(path, &there) == 0 && fstat(STDOUT_FILENO, &out) == 0 &&
           there.st_dev == out.st_dev && there.st_ino == out.st_ino &&
           (!S_ISCHR(out.st_mode) || isatty(STDOUT_FILENO));
}

bool cli_is_stdout(const cli *c, const char *option)
{
    const char *path = cli_text(c, option, NULL);
    return path && (is_stdio(path) || leads_to_stdout(path));
}

const char *cli_file_name(const char *path)
{
    return is_stdio(path) ? "standard input" : path;
}

/* ---- in ---- */

typedef struct bytes {
    char *data; /* free() it; a zero byte stands behind the end */
    size_t nbytes;
} bytes;

static finnc_status slurp(cli *c, FILE *from, bytes *into)
{
    size_t room = 1 << 16;
    *into = (bytes){.data = malloc(room)};
    while (into->data) {
        into->nbytes += fread(into->data + into->nbytes, 1, room - 1 - into->nbytes, from);
        FINNC_TRY(finnc_ctx_check(c->cx)); /* a signal interrupts the read */
        if (ferror(from))
            return finnc_fail(c->cx, FINNC_BAD_FILE, "cannot read: %s", strerror(errno));
        if (feof(from)) {
            into->data[into->nbytes] = 0;
            return FINNC_OK;
        }
        if (c->max_memory && room > c->max_memory / 2)
            return finnc_no_memory(c->cx);
        char *more = realloc(into->data, room * 2);
        if (!more)
            break;
        into->data = more;
        room *= 2;
    }
    return finnc_no_memory(c->cx);
}

/* The textual syntax begins with '<'; no protobuf message does. */
static finnc_status parse(cli *c, const bytes *from, finnc_model **model)
{
    if (from->data[0] != '<')
        return finnc_model_read_bytes(c->cx, from->data, from->nbytes, NULL, model);
    if (strlen(from->data) != from->nbytes)
        return finnc_fail(c->cx, FINNC_BAD_FILE, "a zero byte at offset %zu of a text",
                          strlen(from->data));
    return finnc_model_read_text(c->cx, from->data, model);
}

static finnc_status read_stdin(cli *c, finnc_model **model)
{
    bytes all = {NULL, 0};
    finnc_status status = slurp(c, stdin, &all);
    if (status == FINNC_OK)
        status = parse(c, &all, model);
    free(all.data);
    return status;
}

static finnc_status read_file(cli *c, const char *path, finnc_model **model)
{
    finnc_model *read;
    FINNC_TRY(finnc_model_read(c->cx, path, &read));
    const finnc_status status = cli_data_check(c, read);
    if (status == FINNC_OK)
        *model = read;
    else
        finnc_model_destroy(read);
    return status;
}

finnc_status cli_model_read(cli *c, const char *path, finnc_model **model)
{
    if (!is_stdio(path))
        return read_file(c, path, model);
    const int depth = finnc_ctx_enter(c->cx, "", cli_file_name(path), NULL);
    const finnc_status status = read_stdin(c, model);
    finnc_ctx_leave(c->cx, depth);
    return status;
}

/* ---- out ---- */

finnc_status cli_write(void *user, finnc_ctx *cx, const char *text, size_t length)
{
    FILE *to = user;
    if (fwrite(text, 1, length, to) != length)
        return finnc_fail(cx, FINNC_BAD_FILE, "cannot write: %s", strerror(errno));
    return FINNC_OK;
}

finnc_status cli_output_open(cli *c, const char *path, cli_output *output)
{
    *output = (cli_output){.path = is_stdio(path) ? NULL : path};
    output->stream = cli_collect(&output->data, &output->nbytes);
    return output->stream ? FINNC_OK : finnc_no_memory(c->cx);
}

finnc_status cli_output_close(cli *c, cli_output *output, finnc_status status)
{
    if (!output->stream)
        return status;
    bool is_whole = !ferror(output->stream);
    is_whole = !fclose(output->stream) && is_whole;
    if (status == FINNC_OK && !is_whole)
        status = finnc_no_memory(c->cx);
    if (status == FINNC_OK)
        status = output->path ? finnc_file_write(c->cx, output->path, output->data, output->nbytes)
                              : cli_write(stdout, c->cx, output->data, output->nbytes);
    free(output->data);
    *output = (cli_output){.path = NULL};
    return status;
}

static finnc_status write_stdout(cli *c, const finnc_model *model, finnc_external external)
{
    if (external == FINNC_EXTERNAL_SPLIT)
        return cli_wrong(c, "split-off weights lie beside a file; say which with -o");
    if (isatty(STDOUT_FILENO))
        return cli_wrong(c, "a terminal cannot show an ONNX file; redirect standard output");
    finnc_foreach_node (node, finnc_model_graph(model))
        if (finnc_node_partition(node))
            return cli_wrong(c, "the models of partitions lie beside a file; say which with -o");
    void *data;
    size_t nbytes;
    FINNC_TRY(finnc_model_write_bytes(c->cx, model, &data, &nbytes));
    finnc_status status = cli_write(stdout, c->cx, data, nbytes);
    finnc_bytes_destroy(c->cx, data);
    return status;
}

finnc_status cli_model_write(cli *c, const finnc_model *model, const char *path,
                             finnc_external external)
{
    if (is_stdio(path))
        return write_stdout(c, model, external);
    return finnc_model_write(c->cx, model, path, external);
}

finnc_status cli_folder_make(cli *c, const char *path)
{
    struct stat info;
    if (!mkdir(path, 0777) || (errno == EEXIST && !stat(path, &info) && S_ISDIR(info.st_mode)))
        return FINNC_OK;
    return finnc_fail(c->cx, FINNC_BAD_FILE, "%s: cannot make the folder: %s", path,
                      strerror(errno == EEXIST ? ENOTDIR : errno));
}

finnc_status cli_model_apply(cli *c, const finnc_pipeline *pipeline)
{
    finnc_model *model;
    FINNC_TRY(cli_model_read(c, c->operands[0], &model));
    const int depth = finnc_ctx_enter(c->cx, "", cli_file_name(c->operands[0]), NULL);
    finnc_status status = finnc_transform(c->cx, model, pipeline, NULL);
    finnc_ctx_leave(c->cx, depth);
    if (status == FINNC_OK)
        status = cli_model_write(c, model, cli_text(c, "output", "-"), FINNC_EXTERNAL_KEEP);
    finnc_model_destroy(model);
    return status;
}
