/* Where the model of a partition lies, and reading it from there. */
#include "beside.h"
#include "file.h"
#include "read_mapped.h"

#include "../ir/partitions.h"

#include "../base/compiler.h"

#include <finnc/op.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A partition's file. */
typedef struct place {
    char folder[PATH_MAX]; /* without links, of the model that names it */
    char location[PATH_MAX];
    char path[PATH_MAX]; /* both */
} place;

static finnc_status find(finnc_ctx *cx, const finnc_node *node, place *p)
{
    const char *name;
    const char *folder = finnc_model_folder(node->graph->model);
    FINNC_TRY(finnc_node_need_string(cx, node, "model", &name));
    if (!*name)
        return finnc_fail(cx, FINNC_BAD_VALUE, "attribute model is empty");
    if (!folder)
        return finnc_fail(cx, FINNC_BAD_FILE,
                          "its model is a file (%s), and a model in memory has no folder", name);
    if (!realpath(*folder ? folder : ".", p->folder))
        return fnc_file_fail(cx, "cannot open the model's folder", errno);
    FINNC_TRY(fnc_beside_find(cx, p->folder, name, p->location, sizeof p->location));
    const char *slash = p->folder[1] ? "/" : ""; /* the root ends with one */
    const int n = snprintf(p->path, sizeof p->path, "%s%s%s", p->folder, slash, p->location);
    if (n < 0 || (size_t)n >= sizeof p->path)
        return finnc_fail(cx, FINNC_BAD_VALUE, "the path of its model has %d bytes", n);
    return FINNC_OK;
}

static finnc_status give_path(finnc_ctx *cx, const char *from, char *path, size_t size)
{
    const size_t length = strlen(from);
    if (length >= size)
        return finnc_fail(cx, FINNC_BAD_VALUE, "the path of its model has %zu bytes", length);
    memcpy(path, from, length + 1);
    return FINNC_OK;
}

finnc_status finnc_node_find_partition(finnc_ctx *cx, const finnc_node *node, char *path,
                                       size_t size)
{
    place p;
    FINNC_TRY(find(cx, node, &p));
    return give_path(cx, p.path, path, size);
}

static finnc_status read_partition(finnc_ctx *cx, const finnc_node *node, place *p,
                                   finnc_model **part)
{
    fnc_backing *backing;
    FINNC_TRY(find(cx, node, p));
    FNC_AT_FILE(cx, p->path);
    FINNC_TRY(fnc_beside_map(cx, p->folder, p->location, &backing));
    const finnc_status status = fnc_model_read_mapped(cx, backing, p->path, part);
    fnc_backing_release(backing);
    return status;
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
    place p;
    finnc_model *read;
    *part = finnc_node_partition(node);
    if (*part)
        return FINNC_OK;
    FINNC_TRY(read_partition(cx, node, &p, &read));
    const finnc_status status = keep(cx, node, p.location, p.path, read, part);
    if (status != FINNC_OK)
        finnc_model_destroy(read);
    return status;
}

finnc_status finnc_node_open_partition(finnc_ctx *cx, const finnc_node *node, char *path,
                                       size_t size, finnc_model **part)
{
    const finnc_model *held = finnc_node_partition(node);
    place p;
    if (held) {
        FINNC_TRY(give_path(cx, finnc_node_string(node, "model", ""), path, size));
        return finnc_model_clone(cx, held, part);
    }
    FINNC_TRY(read_partition(cx, node, &p, part));
    const finnc_status status = give_path(cx, p.path, path, size);
    if (status != FINNC_OK)
        finnc_model_destroy(*part);
    return status;
}
