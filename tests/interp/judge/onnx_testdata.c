/* ONNX's own test cases (Debian's libonnx-testdata): all of them have to pass. The folder is
 * FINNC_ONNX_TESTDATA, or Debian's. */
#include <finnc/finnc.h>

#include <criterion/criterion.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *root(void)
{
    const char *given = getenv("FINNC_ONNX_TESTDATA");
    return given ? given : "/usr/include/onnx/backend/test/data";
}

struct tally {
    int ran, failed, random;
};

/* A case whose model says something else than what its outputs were recorded with: it has to give
 * them with that put right. */
static const struct correction {
    const char *name, *op, *attr;
    float value;
} corrections[] = {
    /* The recorded steps were made with an epsilon of 0.01, which the node does not say. */
    {"test_adam_multiple", "Adam", "epsilon", 1e-2F},
};

static const struct correction *correction_of(const char *name)
{
    for (size_t i = 0; i < sizeof corrections / sizeof *corrections; i++)
        if (!strcmp(corrections[i].name, name))
            return &corrections[i];
    return NULL;
}

/* A folder with the corrected model and the recorded data. */
static void make_corrected(finnc_ctx *cx, const char *folder, const struct correction *c,
                           char *corrected)
{
    char path[4600], data[4600];
    finnc_model *model;
    strcpy(corrected, "/tmp/finnc-case-XXXXXX");
    cr_assert(mkdtemp(corrected));
    snprintf(path, sizeof path, "%s/model.onnx", folder);
    cr_assert_eq(finnc_model_read(cx, path, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_foreach_node (node, finnc_model_graph(model))
        if (finnc_node_is(node, c->op)) {
            cr_assert_null(finnc_node_find_attr(node, c->attr), "%s: corrected upstream", folder);
            cr_assert_eq(finnc_node_set_float(cx, node, c->attr, (double)c->value), FINNC_OK);
        }
    snprintf(path, sizeof path, "%s/model.onnx", corrected);
    cr_assert_eq(finnc_model_write(cx, model, path, FINNC_EXTERNAL_INLINE), FINNC_OK);
    finnc_model_destroy(model);
    snprintf(data, sizeof data, "%s/test_data_set_0", folder);
    snprintf(path, sizeof path, "%s/test_data_set_0", corrected);
    cr_assert_eq(symlink(data, path), 0);
}

static void remove_corrected(const char *corrected)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/test_data_set_0", corrected);
    unlink(path);
    snprintf(path, sizeof path, "%s/model.onnx", corrected);
    unlink(path);
    rmdir(corrected);
}

static void check_case(const char *folder, const char *name, struct tally *tally)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_case_result result;
    const struct correction *correction = correction_of(name);
    char corrected[64];
    if (correction)
        make_corrected(cx, folder, correction, corrected);
    finnc_status status = finnc_case_run(cx, correction ? corrected : folder, NULL, NULL, &result);
    cr_assert_eq(status, FINNC_OK, "%s: %s", folder, finnc_ctx_message(cx));
    if (correction)
        remove_corrected(corrected);
    tally->ran++;
    tally->random += result.is_random;
    if (!result.passed) {
        tally->failed++;
        cr_log_error("%s: %s", folder, result.words);
    }
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%s: %llu bytes leaked", folder,
                 (unsigned long long)finnc_ctx_live_bytes(cx));
    finnc_ctx_destroy(cx);
}

static void check_folder(const char *folder, struct tally *tally)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        char path[4400], model[4500];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        snprintf(model, sizeof model, "%s/model.onnx", path);
        if (access(model, R_OK) == 0)
            check_case(path, entry->d_name, tally);
    }
    closedir(dir);
}

Test(onnx_testdata, every_case_gives_the_recorded_outputs)
{
    static const char *const kinds[] = {"node", "simple", "pytorch-converted", "pytorch-operator"};
    struct tally tally = {0};
    if (access(root(), R_OK) != 0)
        cr_skip("%s is not there: install libonnx-testdata", root());
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char folder[4000];
        snprintf(folder, sizeof folder, "%s/%s", root(), kinds[i]);
        check_folder(folder, &tally);
    }
    cr_log_info("%d cases ran, %d of them by type and shape", tally.ran, tally.random);
    cr_assert_gt(tally.ran, 1000, "only %d cases ran", tally.ran);
    cr_assert_eq(tally.failed, 0, "%d of %d cases failed", tally.failed, tally.ran);
}
