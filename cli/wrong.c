/* The samples that were put into the wrong class, for looking at them. */
#include "judgement.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

static void put_line(const cli_judgement *k, const finnc_judged *j, FILE *to)
{
    char truth[CLI_CLASS_MAX], predicted[CLI_CLASS_MAX], number[CLI_CLASS_MAX];
    const char *name = finnc_dataset_name(k->dataset, j->sample);
    snprintf(number, sizeof number, "%zu", j->sample);
    cli_put(to, name ? name : number);
    putc('\t', to);
    cli_put(to, cli_class(k->dataset, j->truth, truth));
    putc('\t', to);
    cli_put(to, cli_class(k->dataset, j->predicted, predicted));
    putc('\n', to);
}

static finnc_status write_list(const cli_judgement *k, const char *path)
{
    cli_output output;
    FINNC_TRY(cli_output_open(k->c, path, &output));
    fputs("sample\ttruth\tpredicted\n", output.stream);
    for (size_t i = 0; i < finnc_evaluation_count(k->evaluation); i++) {
        const finnc_judged *j = finnc_evaluation_at(k->evaluation, i);
        if (j->truth != j->predicted)
            put_line(k, j, output.stream);
    }
    return cli_output_close(k->c, &output, FINNC_OK);
}

/* Only harmless letters of a class's name reach the file system. */
static void append(char *text, size_t size, const char *words)
{
    size_t n = strlen(text);
    for (const char *s = words; *s && n + 1 < size; s++)
        text[n++] = isalnum((unsigned char)*s) || *s == '_' || *s == '-' ? *s : '_';
    text[n] = 0;
}

/* DIR/000017-cat-as-dog.npy */
static finnc_status write_sample(const cli_judgement *k, const finnc_judged *j, const char *folder)
{
    char path[4096], classes[200] = "", room[CLI_CLASS_MAX];
    finnc_tensor *tensor;
    append(classes, 80, cli_class(k->dataset, j->truth, room));
    append(classes, sizeof classes, "-as-");
    append(classes, sizeof classes, cli_class(k->dataset, j->predicted, room));
    int n = snprintf(path, sizeof path, "%s/%06zu-%s.npy", folder, j->sample, classes);
    if (n < 0 || (size_t)n >= sizeof path)
        return finnc_fail(k->c->cx, FINNC_BAD_VALUE, "--wrong: the name is too long");
    FINNC_TRY(finnc_dataset_read(k->c->cx, k->dataset, j->sample, &tensor));
    finnc_status status = finnc_npy_write(k->c->cx, path, tensor);
    finnc_tensor_release(tensor);
    return status;
}

static bool is_folder(const char *path)
{
    struct stat info;
    size_t n = strlen(path);
    return (n && path[n - 1] == '/') || (!stat(path, &info) && S_ISDIR(info.st_mode));
}

finnc_status cli_wrong_write(const cli_judgement *k, const char *path)
{
    char list[4096];
    if (!is_folder(path))
        return write_list(k, path);
    FINNC_TRY(cli_folder_make(k->c, path));
    int n = snprintf(list, sizeof list, "%s/wrong.tsv", path);
    if (n < 0 || (size_t)n >= sizeof list)
        return finnc_fail(k->c->cx, FINNC_BAD_VALUE, "--wrong: the name is too long");
    FINNC_TRY(write_list(k, list));
    for (size_t i = 0; i < finnc_evaluation_count(k->evaluation); i++) {
        const finnc_judged *j = finnc_evaluation_at(k->evaluation, i);
        if (j->truth != j->predicted)
            FINNC_TRY(write_sample(k, j, path));
    }
    return FINNC_OK;
}
