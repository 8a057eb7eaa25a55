/* Classifies pictures, and folders of them: classify MODEL LABELS PICTURE|FOLDER...
 *
 * The shortest whole program: a context, a model, a session, and what a failure looks like. */
#define _XOPEN_SOURCE 700
#include <finnc/finnc.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_CLASSES = 1000 };

static char labels[MAX_CLASSES][64];

static finnc_status read_labels(finnc_ctx *cx, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return finnc_fail(cx, FINNC_BAD_FILE, "%s: cannot be read", path);
    for (size_t i = 0; i < MAX_CLASSES && fgets(labels[i], sizeof labels[i], file); i++)
        labels[i][strcspn(labels[i], "\n")] = '\0';
    fclose(file);
    return FINNC_OK;
}

static finnc_status feed(finnc_ctx *cx, finnc_session *session, const finnc_value *input,
                         const char *path)
{
    finnc_tensor *picture, *fitted;
    FINNC_TRY(finnc_image_read(cx, path, &picture));
    const finnc_fit fit = {.layout = "NCHW", .is_colour = true};
    finnc_status status = finnc_tensor_fit(cx, picture, &fit, input, &fitted, NULL);
    finnc_tensor_release(picture);
    FINNC_TRY(status);
    status = finnc_session_feed(session, finnc_value_name(input), fitted);
    finnc_tensor_release(fitted);
    return status;
}

static finnc_status classify_picture(finnc_ctx *cx, const finnc_model *model,
                                     finnc_session *session, const char *path)
{
    const finnc_graph *graph = finnc_model_graph(model);
    const char *output = finnc_value_name(finnc_graph_output(graph, 0));
    FINNC_TRY(feed(cx, session, finnc_graph_input(graph, 0), path));
    FINNC_TRY(finnc_session_run(session));
    int64_t number = finnc_tensor_get_int(finnc_session_fetch(session, output), 0);
    if (number < 0 || number >= MAX_CLASSES)
        return finnc_fail(cx, FINNC_BAD_VALUE, "class %d has no label", (int)number);
    printf("%s\t%s\n", path, labels[number]);
    return FINNC_OK;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The files of a folder, in the order of their names; the first that is no picture ends it. */
static finnc_status classify_folder(finnc_ctx *cx, const finnc_model *model, finnc_session *session,
                                    const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_visible, alphasort);
    finnc_status status = FINNC_OK;
    if (count < 0)
        return finnc_fail(cx, FINNC_BAD_FILE, "%s: cannot be read", path);
    for (int i = 0; i < count; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        if (status == FINNC_OK)
            status = classify_picture(cx, model, session, name);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static finnc_status classify(finnc_ctx *cx, const finnc_model *model, finnc_session *session,
                             const char *path)
{
    struct stat about;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return classify_folder(cx, model, session, path);
    return classify_picture(cx, model, session, path);
}

static finnc_status run(finnc_ctx *cx, int argc, char **argv)
{
    finnc_model *model;
    finnc_session *session;
    FINNC_TRY(read_labels(cx, argv[2]));
    FINNC_TRY(finnc_model_read(cx, argv[1], &model));
    finnc_status status = finnc_session_create(cx, model, NULL, &session);
    if (status == FINNC_OK) {
        for (int i = 3; i < argc && status == FINNC_OK; i++)
            status = classify(cx, model, session, argv[i]);
        finnc_session_destroy(session);
    }
    finnc_model_destroy(model);
    return status;
}

static finnc_ctx *interrupted;

static void on_interrupt(int number)
{
    (void)number;
    finnc_ctx_cancel(interrupted);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "Usage: classify MODEL LABELS PICTURE|FOLDER...\n");
        return 2;
    }
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = UINT64_C(1) << 30});
    if (!cx)
        return 1;
    interrupted = cx;
    signal(SIGINT, on_interrupt);
    finnc_status status = run(cx, argc, argv);
    if (status != FINNC_OK)
        fprintf(stderr, "classify: %s\n", finnc_ctx_message(cx));
    finnc_ctx_destroy(cx);
    return status == FINNC_OK ? 0 : 1;
}
