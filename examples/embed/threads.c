/* One model, several threads: threads MODEL
 *
 * Each thread has a context and a session of its own; the model is shared, and nobody changes it
 * meanwhile. */
#include <finnc/finnc.h>

#include <pthread.h>
#include <stdio.h>

enum { NTHREADS = 2 };

typedef struct worker {
    pthread_t thread;
    const finnc_model *model;
    finnc_status status;
    char words[512];
    double sum;
} worker;

static finnc_status run(finnc_ctx *cx, worker *w)
{
    finnc_session *session;
    FINNC_TRY(finnc_session_create(cx, w->model, NULL, &session));
    finnc_status status = finnc_session_feed_random(session, 1);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    if (status == FINNC_OK) {
        const finnc_value *output = finnc_graph_output(finnc_model_graph(w->model), 0);
        const finnc_tensor *y = finnc_session_fetch(session, finnc_value_name(output));
        for (int64_t i = 0; i < finnc_tensor_nelems(y); i++)
            w->sum += finnc_tensor_get(y, i);
    }
    finnc_session_destroy(session);
    return status;
}

static void *work(void *user)
{
    worker *w = user;
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.threads = 1});
    w->status = cx ? run(cx, w) : FINNC_NO_MEMORY;
    if (cx)
        snprintf(w->words, sizeof w->words, "%s", finnc_ctx_message(cx));
    finnc_ctx_destroy(cx);
    return NULL;
}

int main(int argc, char **argv)
{
    finnc_ctx *cx = argc == 2 ? finnc_ctx_create(NULL) : NULL;
    finnc_model *model = NULL;
    worker workers[NTHREADS] = {0};
    int failed = 0;
    if (!cx)
        return 2;
    if (finnc_model_read(cx, argv[1], &model) != FINNC_OK) {
        fprintf(stderr, "threads: %s\n", finnc_ctx_message(cx));
        failed = 1;
    }
    for (int i = 0; model && i < NTHREADS; i++) {
        workers[i].model = model;
        pthread_create(&workers[i].thread, NULL, work, &workers[i]);
    }
    for (int i = 0; model && i < NTHREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        if (workers[i].status == FINNC_OK)
            printf("thread %d: %g\n", i, workers[i].sum);
        else
            fprintf(stderr, "threads: %s\n", workers[i].words);
        failed |= workers[i].status != FINNC_OK;
    }
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
    return failed;
}
