/* The life of one node in a pipeline: remarks, heard by somebody who knows which nodes to listen
 * for. */
#include <finnc/explain.h>

#include <base/text.h>

#include <stdio.h>
#include <string.h>

enum { MAX_FOLLOWED = 64 };

/* What of a node outlives it. */
typedef struct followed {
    const finnc_node *node;
    char made[256]; /* the name of what it makes ... */
    char data[256]; /* ... and of its first input */
    bool is_told;   /* a remark of the pass at work was about it */
} followed;

typedef struct follower {
    const finnc_graph *graph;
    followed all[MAX_FOLLOWED];
    size_t count;
    void (*tell)(void *user, const finnc_fate *fate);
    void *user;
    const finnc_node *now[MAX_FOLLOWED];
} follower;

/* ---- who is followed ---- */

static void note_name(char name[256], const finnc_value *value)
{
    snprintf(name, 256, "%s", value ? finnc_value_name(value) : "");
}

static void follow(follower *f, const finnc_node *node)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->all[i].node == node)
            return;
    if (f->count == MAX_FOLLOWED || finnc_node_is_erased(node))
        return;
    followed *one = &f->all[f->count++];
    *one = (followed){.node = node};
    note_name(one->made, finnc_node_output(node, 0));
    note_name(one->data, finnc_node_input(node, 0));
}

static void leave(follower *f, size_t i)
{
    f->all[i] = f->all[--f->count];
}

static bool is_among(const finnc_node *node, const finnc_node *const *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

/* Values change their makers and names, as long as nodes live. */
static void refresh(follower *f)
{
    for (size_t i = 0; i < f->count; i++) {
        followed *one = &f->all[i];
        if (finnc_node_is_erased(one->node))
            continue;
        note_name(one->made, finnc_node_output(one->node, 0));
        note_name(one->data, finnc_node_input(one->node, 0));
    }
}

/* ---- telling ---- */

static void tell(follower *f, finnc_fate *fate, const finnc_node *about)
{
    fate->node = about ? finnc_node_name(about) : "";
    fate->op_type = about ? finnc_node_op_type(about) : "";
    for (size_t i = 0; i < f->count; i++)
        f->now[i] = f->all[i].node;
    fate->now = f->now;
    fate->nnow = f->count;
    f->tell(f->user, fate);
}

static finnc_fate fate_of(const finnc_remark *r, finnc_fate_kind kind)
{
    return (finnc_fate){.kind = kind,
                        .step = r->step,
                        .pass = r->pass,
                        .rule = r->rule,
                        .text = r->text,
                        .rewrite = r->rewrite,
                        .is_far = r->is_far,
                        .values = r->values,
                        .nvalues = r->nvalues};
}

/* ---- what becomes of them ---- */

static bool is_new(const finnc_remark *r, const finnc_node *node)
{
    return !finnc_node_is_erased(node) && !is_among(node, r->nodes, r->nnodes);
}

/* The nodes made of the same op; or all that were made; or those that it went into. */
static void follow_heirs(follower *f, const finnc_remark *r, const char *op_type)
{
    const size_t before = f->count;
    for (size_t i = 0; i < r->nmade; i++)
        if (is_new(r, r->made[i]) && !strcmp(finnc_node_op_type(r->made[i]), op_type))
            follow(f, r->made[i]);
    for (size_t i = 0; i < r->nmade && f->count == before; i++)
        if (is_new(r, r->made[i]))
            for (size_t k = i; k < r->nmade; k++)
                if (is_new(r, r->made[k]))
                    follow(f, r->made[k]);
    for (size_t i = 0; i < r->nmade && f->count == before; i++)
        if (!finnc_node_is_erased(r->made[i]))
            follow(f, r->made[i]);
}

/* A picture tells all nodes that it was laid on. */
static void hear_picture(follower *f, const finnc_remark *r)
{
    const finnc_node *about = NULL;
    const size_t count = f->count;
    for (size_t i = count; i-- > 0;) {
        const finnc_node *node = f->all[i].node;
        if (!is_among(node, r->nodes, r->nnodes))
            continue;
        about = node;
        if (!finnc_node_is_erased(node))
            continue;
        leave(f, i);
        follow_heirs(f, r, finnc_node_op_type(node));
    }
    refresh(f);
    if (about) {
        finnc_fate fate = fate_of(r, FINNC_FATE_REWRITTEN);
        tell(f, &fate, about);
    }
}

static followed *find_followed(follower *f, const finnc_node *node)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->all[i].node == node)
            return &f->all[i];
    return NULL;
}

static followed *first_followed(follower *f, const finnc_remark *r)
{
    followed *one = find_followed(f, r->at);
    for (size_t i = 0; i < r->nnodes && !one; i++)
        one = find_followed(f, r->nodes[i]);
    return one;
}

static void hear(void *user, const finnc_remark *r)
{
    follower *f = user;
    if (r->kind == FINNC_REMARK_APPLIED && r->nnodes > 0) {
        hear_picture(f, r);
        return;
    }
    followed *one = first_followed(f, r);
    if (!one || r->kind == FINNC_REMARK_ANALYSIS)
        return;
    one->is_told |= r->kind == FINNC_REMARK_APPLIED;
    finnc_fate fate =
        fate_of(r, r->kind == FINNC_REMARK_APPLIED ? FINNC_FATE_REWRITTEN : FINNC_FATE_DECLINED);
    tell(f, &fate, one->node);
}

enum { MAX_HEIRS = 8 };

/* A pass that is a function tells one node, if any. Whoever makes now what an erased node made is
 * its heir, with those between it and what the erased node read. */
static bool follow_makers(follower *f, const followed *old)
{
    const finnc_value *made = finnc_graph_find_value(f->graph, old->made);
    const finnc_node *heirs[MAX_HEIRS];
    size_t count = 0;
    const finnc_node *node = made ? finnc_value_producer(made) : NULL;
    const bool has_heir = node != NULL;
    const finnc_value *data = made;
    while (node && count < MAX_HEIRS && strcmp(finnc_value_name(data), old->data) != 0) {
        heirs[count++] = node;
        data = finnc_node_input(node, 0);
        node = data ? finnc_value_producer(data) : NULL;
    }
    if (count > 1 && !(data && !strcmp(finnc_value_name(data), old->data)))
        count = 1;
    for (size_t i = count; i-- > 0;)
        follow(f, heirs[i]);
    return has_heir;
}

static void look_for_heirs(follower *f, const finnc_pass_report *report)
{
    for (size_t i = f->count; i-- > 0;) {
        const followed old = f->all[i];
        f->all[i].is_told = false;
        if (!finnc_node_is_erased(old.node))
            continue;
        leave(f, i);
        const bool has_heir = follow_makers(f, &old);
        if (old.is_told)
            continue;
        finnc_fate fate = {.kind = FINNC_FATE_REWRITTEN,
                           .step = report->step,
                           .pass = report->pass,
                           .rule = "",
                           .text = has_heir ? "another node makes its value now"
                                            : "neither it nor its value is there any more"};
        tell(f, &fate, old.node);
    }
}

static finnc_status look(void *user, finnc_ctx *cx, const finnc_pass_report *report,
                         const finnc_model *model)
{
    (void)cx, (void)model;
    follower *f = user;
    look_for_heirs(f, report);
    refresh(f);
    if (report->depth == 0) {
        finnc_fate fate = {.kind = FINNC_FATE_STEP,
                           .step = report->step,
                           .pass = report->pass,
                           .rule = "",
                           .text = ""};
        tell(f, &fate, NULL);
    }
    return FINNC_OK;
}

/* ---- the call ---- */

static finnc_status find(finnc_ctx *cx, const finnc_graph *graph, const char *name,
                         const finnc_node **node)
{
    *node = finnc_graph_find_node(graph, name);
    const finnc_value *value = *node ? NULL : finnc_graph_find_value(graph, name);
    if (value)
        *node = finnc_value_producer(value);
    if (*node)
        return FINNC_OK;
    if (value)
        return finnc_fail(cx, FINNC_NOT_FOUND, "no node makes %s: it is %s", name,
                          finnc_value_is_input(value) ? "a graph input" : "a constant");
    fnc_nearest near = {.wanted = name};
    finnc_foreach_node (each, graph)
        fnc_nearest_offer(&near, finnc_node_name(each));
    return finnc_fail(
        cx, FINNC_NOT_FOUND, "there is no node %s, nor one that makes a value of that name%s%s%s",
        name, near.best ? "; did you mean " : "", near.best ? near.best : "", near.best ? "?" : "");
}

finnc_status finnc_explain(finnc_ctx *cx, const finnc_model *model, const finnc_pipeline *pipeline,
                           const char *name, const finnc_explain_options *options,
                           void (*tell_user)(void *user, const finnc_fate *fate), void *user)
{
    finnc_model *clone;
    const finnc_node *node;
    FINNC_TRY(finnc_model_clone(cx, model, &clone));
    follower f = {.graph = finnc_model_graph(clone), .tell = tell_user, .user = user};
    const finnc_transform_options run = {.remark = hear,
                                         .wants_far = options && options->wants_far,
                                         .after = look,
                                         .user = &f,
                                         .stop_after = options ? options->stop_after : 0};
    finnc_status status = find(cx, f.graph, name, &node);
    if (status == FINNC_OK) {
        follow(&f, node);
        status = finnc_transform(cx, clone, pipeline, &run);
    }
    finnc_model_destroy(clone);
    return status;
}
