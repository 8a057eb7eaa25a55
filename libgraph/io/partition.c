/* Where the model of a partition lies, and reading it from there. A model file may come from
 * anybody, so what it names is opened only below its own folder, or below the folder that the
 * program was started in. */
#include "partition_path.h"

#include "../ir/partitions.h"

#include "../base/compiler.h"

#include <finnc/op.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two paths without links. The root is no folder of models: everything is below it. */
static bool is_inside(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return length > 1 && !strncmp(path, folder, length) && path[length] == '/';
}

typedef struct search {
    const char *bases[2]; /* folders without links */
    char text[2][PATH_MAX];
    size_t nbases;
    bool is_outside; /* there is such a file, elsewhere */
    char *path;      /* PATH_MAX bytes */
} search;

static void add_base(search *s, const char *folder)
{
    if (folder && realpath(*folder ? folder : ".", s->text[s->nbases])) {
        s->bases[s->nbases] = s->text[s->nbases];
        s->nbases++;
    }
}

static bool try_path(search *s, const char *path)
{
    if (!realpath(path, s->path))
        return false;
    for (size_t i = 0; i < s->nbases; i++)
        if (is_inside(s->path, s->bases[i]))
            return true;
    s->is_outside = true;
    return false;
}

/* Below each of the folders: `name`. */
static bool try_below(search *s, const char *name)
{
    char whole[PATH_MAX];
    for (size_t i = 0; i < s->nbases; i++) {
        int n = snprintf(whole, sizeof whole, "%s/%s", s->bases[i], name);
        if (n > 0 && (size_t)n < sizeof whole && try_path(s, whole))
            return true;
    }
    return false;
}

/* FINN writes whole paths of folders that are long gone, and a parent may be moved together with
 * its parts, away from the folder that a path began in: the file beside the model is meant. */
static bool find(search *s, const char *name)
{
    const char *slash = strrchr(name, '/');
    if (*name == '/' ? try_path(s, name) : try_below(s, name))
        return true;
    return slash && try_below(s, slash + 1);
}

finnc_status finnc_node_find_partition(finnc_ctx *cx, const finnc_node *node, char *path,
                                       size_t size)
{
    const char *name;
    char found[PATH_MAX];
    search s = {.path = found};
    FINNC_TRY(finnc_node_need_string(cx, node, "model", &name));
    if (!*name)
        return finnc_fail(cx, FINNC_BAD_VALUE, "attribute model is empty");
    add_base(&s, finnc_model_folder(finnc_graph_model(finnc_node_graph(node))));
    add_base(&s, ".");
    if (find(&s, name)) {
        size_t length = strlen(found);
        if (length >= size)
            return finnc_fail(cx, FINNC_BAD_VALUE, "the path of its model has %zu bytes", length);
        memcpy(path, found, length + 1);
        return FINNC_OK;
    }
    if (s.is_outside)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "its model %s lies outside the model's folder: put it beside the model",
                          name);
    return finnc_fail(cx, FINNC_NOT_FOUND, "there is no file %s, its model", name);
}

static finnc_status read_partition(finnc_ctx *cx, const finnc_node *node, char *path, size_t size,
                                   finnc_model **part)
{
    FINNC_TRY(finnc_node_find_partition(cx, node, path, size));
    return finnc_model_read(cx, path, part);
}

bool fnc_path_leads_out(const char *path)
{
    for (const char *part = path; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
        if (!strncmp(part, "..", 2) && (part[2] == '/' || part[2] == '\0'))
            return true;
    return *path == '/';
}

/* What a path that leads out becomes: relative to the model's folder, if it comes back to what lies
 * below, else beside the model. */
static const char *relative(const finnc_node *node, const char *path)
{
    char folder[PATH_MAX];
    const char *base = finnc_model_folder(node->graph->model);
    if (realpath(base && *base ? base : ".", folder) && is_inside(path, folder))
        return path + strlen(folder) + 1;
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Under the name that it is to have from now on, which another node may have given it. */
static finnc_status keep(finnc_ctx *cx, finnc_node *node, const char *name, const char *path,
                         finnc_model *read, finnc_model **part)
{
    FINNC_TRY(finnc_node_set_string(cx, node, "model", name));
    const fnc_partition_model *there = fnc_partition_find(node);
    if (there && !(there->source && !strcmp(there->source, path)))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "its model %s would become %s, which is another partition's", path, name);
    if (!there)
        FINNC_TRY(fnc_partition_put(cx, node, name, read, path));
    else
        finnc_model_destroy(read);
    *part = finnc_node_partition(node);
    return FINNC_OK;
}

finnc_status finnc_node_need_partition(finnc_ctx *cx, finnc_node *node, finnc_model **part)
{
    char path[PATH_MAX];
    finnc_model *read;
    *part = finnc_node_partition(node);
    if (*part)
        return FINNC_OK;
    FINNC_TRY(read_partition(cx, node, path, sizeof path, &read));
    const char *name = finnc_node_string(node, "model", "");
    const finnc_status status =
        keep(cx, node, fnc_path_leads_out(name) ? relative(node, path) : name, path, read, part);
    if (status != FINNC_OK)
        finnc_model_destroy(read);
    return status;
}

finnc_status finnc_node_open_partition(finnc_ctx *cx, const finnc_node *node, char *path,
                                       size_t size, finnc_model **part)
{
    const finnc_model *held = finnc_node_partition(node);
    if (!held)
        return read_partition(cx, node, path, size, part);
    snprintf(path, size, "%s", finnc_node_string(node, "model", ""));
    return finnc_model_clone(cx, held, part);
}
