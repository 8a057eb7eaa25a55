/* A model's files: its own, and those of its partitions, which may have partitions in turn. All of
 * them are replaced, or none. */
#include "../ir/partitions.h"
#include "beside.h"
#include "onnx_save.h"
#include "replace.h"
#include "text_file.h"

#include <finnc/op.h>

#include <nodes/nesting.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PATH = 4096 };

/* A model on its way. */
typedef struct saving {
    finnc_ctx *cx;
    fnc_arena *arena;
    const finnc_model *model;
    fnc_file_set *set;
    const char *folder; /* of the target */
    fnc_replacing replacing;
} saving;

static finnc_status save(fnc_file_set *set, const finnc_model *model, const char *path,
                         fnc_file_owner owner, finnc_external external, int depth);

/* ---- partitions ---- */

/* A partition on its way. */
typedef struct part {
    const fnc_partition_model *held; /* NULL: it is in a file */
    const char *name, *target;
    char source[MAX_PATH]; /* the file that it comes from; "": none */
} part;

/* Where the model of a partition goes; NULL: no memory. What a file says is not trusted. */
static const char *target_of(saving *s, const fnc_partition_model *held, const char *name)
{
    const bool is_trusted = held && !held->source;
    if (is_trusted && *name == '/')
        return name;
    if (!is_trusted && fnc_beside_leads_out(name)) {
        const char *slash = strrchr(name, '/');
        name = slash ? slash + 1 : "";
    }
    return fnc_arena_printf(s->arena, "%s/%s", s->folder, name);
}

/* Does the file that the model is going to replace name this one as a partition's? */
static finnc_status find_in_old(saving *s, const char *target, bool *found)
{
    const finnc_model *old;
    FINNC_TRY(fnc_replacing_find_old(&s->replacing, &old));
    for (const finnc_graph *g = old ? old->graphs : NULL; g && !*found; g = g->next_graph)
        finnc_foreach_node (node, g) {
            const char *name = finnc_node_string(node, "model", "");
            if (!finnc_node_has_trait(node, FINNC_OP_PARTITION) || !*name)
                continue;
            const char *there = target_of(s, NULL, name);
            if (!there)
                return finnc_no_memory(s->cx);
            *found |= !strcmp(there, target);
        }
    return FINNC_OK;
}

static finnc_status hold_same(finnc_ctx *cx, const char *a, const char *b, bool *same)
{
    fnc_backing *x, *y = NULL;
    FINNC_TRY(fnc_file_map(cx, a, &x));
    const finnc_status status = fnc_file_map(cx, b, &y);
    if (status == FINNC_OK)
        *same = x->nbytes == y->nbytes && !memcmp(x->data, y->data, x->nbytes);
    fnc_backing_release(x);
    fnc_backing_release(y);
    return status;
}

/* A file that is there already is replaced only if it is this partition's: the one that was read,
 * or the one of the model that is replaced. `*is_done`: it holds what would be written. */
static finnc_status check_target(saving *s, const part *p, bool *is_done)
{
    bool is_ours = false;
    *is_done = false;
    if (access(p->target, F_OK) != 0)
        return FINNC_OK;
    const bool is_as_read = *p->source && !(p->held && fnc_partition_is_edited(p->held));
    if (*p->source && fnc_file_same(p->source, p->target)) {
        *is_done = is_as_read;
        return FINNC_OK;
    }
    if (is_as_read)
        FINNC_TRY(hold_same(s->cx, p->source, p->target, is_done));
    if (!*is_done)
        FINNC_TRY(find_in_old(s, p->target, &is_ours));
    return *is_done || is_ours ? FINNC_OK : fnc_replacing_refuse(&s->replacing, p->target);
}

static finnc_status save_part(saving *s, const part *p, const finnc_model *model,
                              finnc_external external, int depth)
{
    const char *folder = fnc_file_folder(s->arena, p->target);
    if (!folder)
        return finnc_no_memory(s->cx);
    FINNC_TRY(fnc_check_nesting(s->cx, depth, 0));
    FINNC_TRY(fnc_file_set_folder(s->set, folder));
    const char *source = fnc_arena_strdup(&s->set->arena, p->source);
    if (!source)
        return finnc_no_memory(s->cx);
    const fnc_file_owner owner = {.who = p->held, .source = *source ? source : NULL};
    return save(s->set, model, p->target, owner, external, depth + 1);
}

/* One that is in a file goes along to another folder. */
static finnc_status save_file(saving *s, const part *p, finnc_external external, int depth)
{
    finnc_model *model;
    FINNC_TRY(finnc_model_read(s->cx, p->source, &model));
    const finnc_status status = save_part(s, p, model, external, depth);
    finnc_model_destroy(model);
    return status;
}

/* The file that a partition comes from. One that is not there, or not to be opened, stays behind:
 * the model is no worse for that than it was. */
static finnc_status find_source(saving *s, const finnc_node *node, part *p, bool *is_there)
{
    *is_there = true;
    if (p->held) {
        snprintf(p->source, sizeof p->source, "%s", p->held->source ? p->held->source : "");
        return FINNC_OK;
    }
    const finnc_status status = finnc_node_find_partition(s->cx, node, p->source, sizeof p->source);
    if (status != FINNC_NOT_FOUND && status != FINNC_BAD_FILE)
        return status;
    finnc_ctx_clear(s->cx);
    *is_there = false;
    finnc_log(s->cx, FINNC_WARNING, "its model %s is not there, and does not go along", p->name);
    return FINNC_OK;
}

static bool stays_in_its_folder(const saving *s)
{
    const char *folder = finnc_model_folder(s->model);
    return folder && fnc_file_same(*folder ? folder : ".", s->folder);
}

static finnc_status save_partition(saving *s, const finnc_node *node, finnc_external external,
                                   int depth)
{
    part p = {.held = fnc_partition_find(node), .name = finnc_node_string(node, "model", "")};
    bool is_there, is_done;
    if (!*p.name)
        return FINNC_OK;
    FNC_AT_NODE(s->cx, node);
    p.target = target_of(s, p.held, p.name);
    if (!p.target)
        return finnc_no_memory(s->cx);
    if (!p.held && stays_in_its_folder(s))
        return fnc_file_set_keep(s->set, p.target);
    FINNC_TRY(find_source(s, node, &p, &is_there));
    if (!is_there)
        return FINNC_OK;
    const fnc_file_owner owner = {.who = p.held, .source = *p.source ? p.source : NULL};
    FINNC_TRY(fnc_file_set_find(s->set, p.target, owner, &is_done)); /* another node's as well */
    if (is_done)
        return FINNC_OK;
    FINNC_TRY(check_target(s, &p, &is_done));
    if (is_done)
        return fnc_file_set_keep(s->set, p.target);
    if (!p.held)
        return save_file(s, &p, external, depth);
    if (!p.held->source && external == FINNC_EXTERNAL_KEEP)
        external = FINNC_EXTERNAL_INLINE;
    return save_part(s, &p, p.held->model, external, depth);
}

static finnc_status save_partitions(saving *s, finnc_external external, int depth)
{
    for (const finnc_graph *g = s->model->graphs; g; g = g->next_graph)
        finnc_foreach_node (node, g)
            if (finnc_node_has_trait(node, FINNC_OP_PARTITION))
                FINNC_TRY(save_partition(s, node, external, depth));
    return FINNC_OK;
}

/* ---- all of it ---- */

/* Into a pipe or a device goes the model alone; partitions that are nowhere else would be lost. */
static finnc_status check_alone(const saving *s)
{
    for (const finnc_graph *g = s->model->graphs; g; g = g->next_graph)
        finnc_foreach_node (node, g) {
            const fnc_partition_model *held = fnc_partition_find(node);
            if (!held || (held->source && !fnc_partition_is_edited(held)))
                continue;
            FNC_AT_NODE(s->cx, node);
            return finnc_fail(s->cx, FINNC_UNSUPPORTED,
                              "its model lies in a file beside the one that is written, and beside "
                              "%s there is none",
                              s->replacing.path);
        }
    return FINNC_OK;
}

static finnc_status save_into(saving *s, finnc_external external, fnc_file_out *out, int depth)
{
    FINNC_TRY(out->direct ? check_alone(s) : fnc_replacing_check(&s->replacing));
    if (fnc_is_text_file(out->path)) {
        FINNC_TRY(fnc_text_file_add(s->cx, s->model, out));
        FINNC_TRY(fnc_file_finish(out));
    } else {
        FINNC_TRY(fnc_onnx_save(s->set, &s->replacing, external, out));
    }
    return out->direct ? FINNC_OK : save_partitions(s, external, depth);
}

/* The file is begun first, so that it is put in place last. */
static finnc_status save(fnc_file_set *set, const finnc_model *model, const char *path,
                         fnc_file_owner owner, finnc_external external, int depth)
{
    fnc_arena arena;
    fnc_file_out *out;
    FINNC_TRY(fnc_file_set_begin(set, path, owner, &out));
    fnc_arena_init(&arena, set->cx);
    saving s = {.cx = set->cx, .arena = &arena, .model = model, .set = set, .folder = out->folder};
    fnc_replacing_init(&s.replacing, set->cx, model, out->path);
    const finnc_status status = save_into(&s, external, out, depth);
    fnc_replacing_clear(&s.replacing);
    fnc_arena_clear(&arena);
    return status;
}

finnc_status finnc_model_write(finnc_ctx *cx, const finnc_model *model, const char *path,
                               finnc_external external)
{
    fnc_file_set set;
    fnc_file_set_init(&set, cx);
    const finnc_status status =
        save(&set, model, path, (fnc_file_owner){.who = model}, external, 0);
    if (status == FINNC_OK)
        return fnc_file_set_commit(&set);
    fnc_file_set_drop(&set);
    return status;
}
