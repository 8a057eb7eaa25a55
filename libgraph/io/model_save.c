/* A model's files: its own, and those of its partitions, which may have partitions in turn. All of
 * them are replaced, or none. */
#include "../ir/partitions.h"
#include "onnx_save.h"
#include "text_file.h"

#include <finnc/op.h>

#include <string.h>
#include <unistd.h>

/* Partitions in partitions end somewhere. */
enum { MAX_DEPTH = 32, MAX_PATH = 4096 };

/* A model on its way. */
typedef struct saving {
    finnc_ctx *cx;
    fnc_arena *arena;
    const finnc_model *model;
    fnc_file_set *set;
    const char *folder; /* of the target */
} saving;

static finnc_status save(fnc_file_set *set, const finnc_model *model, const char *path,
                         finnc_external external, int depth);

/* ---- partitions ---- */

/* Does a path lead out of the folder that it starts in? */
static bool leads_out(const char *path)
{
    for (const char *part = path; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
        if (!strncmp(part, "..", 2) && (part[2] == '/' || part[2] == '\0'))
            return true;
    return *path == '/';
}

/* Where the model of a partition goes; NULL: no memory. What a file says is not trusted. */
static const char *target_of(saving *s, const fnc_partition_model *held, const char *name)
{
    const bool is_trusted = held && held->is_made;
    if (is_trusted && *name == '/')
        return name;
    if (!is_trusted && leads_out(name)) {
        const char *slash = strrchr(name, '/');
        name = slash ? slash + 1 : "";
    }
    return fnc_arena_printf(s->arena, "%s/%s", s->folder, name);
}

static finnc_status save_part(saving *s, const finnc_model *part, const char *target,
                              finnc_external external, int depth)
{
    const char *folder = fnc_file_folder(s->arena, target);
    if (!folder)
        return finnc_no_memory(s->cx);
    if (depth >= MAX_DEPTH)
        return finnc_fail(s->cx, FINNC_BAD_VALUE, "partitions are nested %d deep", depth);
    FINNC_TRY(fnc_file_set_folder(s->set, folder));
    return save(s->set, part, target, external, depth);
}

/* One that is in a file goes along to another folder, if it is there at all. */
static finnc_status save_file(saving *s, const finnc_node *node, const char *target,
                              finnc_external external, int depth)
{
    char path[MAX_PATH];
    finnc_model *part;
    const char *folder = finnc_model_folder(s->model);
    if (folder && fnc_file_same(*folder ? folder : ".", s->folder))
        return FINNC_OK;
    if (finnc_node_open_partition(s->cx, node, path, sizeof path, &part) != FINNC_OK) {
        finnc_ctx_clear(s->cx);
        return FINNC_OK;
    }
    const finnc_status status =
        fnc_file_same(path, target) ? FINNC_OK : save_part(s, part, target, external, depth);
    finnc_model_destroy(part);
    return status;
}

static finnc_status save_partition(saving *s, const finnc_node *node, finnc_external external,
                                   int depth)
{
    const fnc_partition_model *held = fnc_partition_find(node);
    const char *name = finnc_node_string(node, "model", "");
    if (!*name)
        return FINNC_OK;
    const char *target = target_of(s, held, name);
    if (!target)
        return finnc_no_memory(s->cx);
    if (fnc_file_set_has(s->set, target)) /* it is another node's as well */
        return FINNC_OK;
    FNC_AT_NODE(s->cx, node);
    if (!held)
        return save_file(s, node, target, external, depth);
    if (!fnc_partition_is_edited(held) && access(target, F_OK) == 0)
        return FINNC_OK;
    if (held->is_made && external == FINNC_EXTERNAL_KEEP)
        external = FINNC_EXTERNAL_INLINE;
    return save_part(s, held->model, target, external, depth);
}

static finnc_status save_partitions(saving *s, finnc_external external, int depth)
{
    for (const finnc_graph *g = s->model->graphs; g; g = g->next_graph)
        finnc_foreach_node (node, g)
            if (finnc_node_has_trait(node, FINNC_OP_PARTITION))
                FINNC_TRY(save_partition(s, node, external, depth + 1));
    return FINNC_OK;
}

/* ---- all of it ---- */

/* Into a pipe or a device goes the model alone. */
static finnc_status save_into(saving *s, finnc_external external, fnc_file_out *out, int depth)
{
    if (fnc_is_text_file(out->path)) {
        FINNC_TRY(fnc_text_file_add(s->cx, s->model, out));
        FINNC_TRY(fnc_file_finish(out));
    } else {
        FINNC_TRY(fnc_onnx_save(s->set, s->model, external, out));
    }
    return out->direct ? FINNC_OK : save_partitions(s, external, depth);
}

/* The file is begun first, so that it is put in place last. */
static finnc_status save(fnc_file_set *set, const finnc_model *model, const char *path,
                         finnc_external external, int depth)
{
    fnc_arena arena;
    fnc_file_out *out;
    FINNC_TRY(fnc_file_set_begin(set, path, &out));
    fnc_arena_init(&arena, set->cx);
    saving s = {.cx = set->cx, .arena = &arena, .model = model, .set = set, .folder = out->folder};
    const finnc_status status = save_into(&s, external, out, depth);
    fnc_arena_clear(&arena);
    return status;
}

finnc_status finnc_model_write(finnc_ctx *cx, const finnc_model *model, const char *path,
                               finnc_external external)
{
    fnc_file_set set;
    fnc_file_set_init(&set, cx);
    const finnc_status status = save(&set, model, path, external, 0);
    if (status == FINNC_OK)
        return fnc_file_set_commit(&set);
    fnc_file_set_drop(&set);
    return status;
}
