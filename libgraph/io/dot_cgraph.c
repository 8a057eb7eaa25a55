#include "dot_graph.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t cgraph_lock = PTHREAD_MUTEX_INITIALIZER;
static char complaint[256]; /* under the lock, as is: */
static bool is_error;       /* do the words of one come next? */
static IDTYPE nnameless;    /* objects of the drawing at hand that have no name: edges */

/* A complaint comes in pieces: "Error" or "Warning", ": ", the words. Warnings are about looks. */
static int keep_complaint(char *text)
{
    if (strcmp(text, "Error") == 0 || strcmp(text, "Warning") == 0) {
        is_error = *text == 'E' && !*complaint;
    } else if (is_error && strcmp(text, ": ") != 0) {
        snprintf(complaint, sizeof complaint, "%s", text);
        complaint[strcspn(complaint, "\n")] = 0;
        is_error = false;
    }
    return 0;
}

void fnc_dot_enter(fnc_dot_session *session)
{
    pthread_mutex_lock(&cgraph_lock);
    complaint[0] = 0;
    is_error = false;
    nnameless = 0;
    session->before = agseterrf(keep_complaint);
}

void fnc_dot_leave(fnc_dot_session *session)
{
    agseterrf(session->before);
    pthread_mutex_unlock(&cgraph_lock);
}

const char *fnc_dot_complaint(void)
{
    return complaint;
}

/* ---- ids ---- */

static const char root_name[] = "finnc", cluster_name[] = "cluster", node_name[] = "n";

/* cgraph's own ids are addresses of names, and it writes clusters in the order of their ids: the
 * same model would give another text now and then. Ours are the numbers in our names, made even;
 * what has no name counts up in odd ones. */
static void *open_ids(Agraph_t *graph, Agdisc_t *disc)
{
    (void)disc;
    return graph;
}

static bool read_number(const char *name, const char *prefix, IDTYPE *number)
{
    size_t n = strlen(prefix);
    char *end;
    if (strncmp(name, prefix, n) || name[n] < '0' || name[n] > '9')
        return false;
    *number = strtoul(name + n, &end, 10);
    return !*end;
}

/* 0: a name that is not ours (the layout makes some); cgraph keeps those. */
static long map_id(void *state, int kind, char *name, IDTYPE *id, int create)
{
    (void)state;
    IDTYPE number = 0;
    if (!name && create) {
        *id = 2 * nnameless++ + 1;
        return 1;
    }
    if (!name || kind == AGEDGE)
        return 0;
    if (strcmp(name, root_name) &&
        !read_number(name, kind == AGNODE ? node_name : cluster_name, &number))
        return 0;
    *id = 2 * number;
    return 1;
}

static char *name_of_id(void *state, int kind, IDTYPE id)
{
    char name[32];
    if (id % 2 || kind == AGEDGE)
        return NULL;
    snprintf(name, sizeof name, "%s%lu", kind == AGNODE ? node_name : cluster_name,
             (unsigned long)id / 2);
    /* Kept with the graph, as the callers of agnameof expect. */
    return agstrdup(state, kind == AGRAPH && !id ? (char *)root_name : name);
}

static long take_id(void *state, int kind, IDTYPE id)
{
    (void)state, (void)kind, (void)id;
    return 0;
}

static void free_id(void *state, int kind, IDTYPE id)
{
    (void)state, (void)kind, (void)id;
}

static void close_ids(void *state)
{
    (void)state;
}

static void register_id(void *state, int kind, void *object)
{
    (void)state, (void)kind, (void)object;
}

Agraph_t *fnc_dot_open(void)
{
    static Agiddisc_t ids = {open_ids,   map_id,    take_id,    free_id,
                             name_of_id, close_ids, register_id};
    Agdisc_t disc = {.id = &ids};
    return agopen((char *)root_name, Agdirected, &disc);
}

/* ---- objects ---- */

Agnode_t *fnc_dot_add_node(fnc_dot_names *names, Agraph_t *where)
{
    char name[32];
    snprintf(name, sizeof name, "%s%zu", node_name, ++names->nnodes);
    return agnode(where, name, 1);
}

Agraph_t *fnc_dot_add_cluster(fnc_dot_names *names, Agraph_t *where, const char *label)
{
    char name[32];
    snprintf(name, sizeof name, "%s%zu", cluster_name, ++names->nclusters);
    Agraph_t *cluster = agsubg(where, name, 1);
    fnc_dot_set(cluster, "label", label);
    fnc_dot_set(cluster, "labeljust", "l");
    fnc_dot_set(cluster, "style", "rounded,filled");
    fnc_dot_set(cluster, "color", "#b8b8b8");
    fnc_dot_set(cluster, "fillcolor", "#fafafa");
    return cluster;
}

/* cgraph takes texts that it doesn't write into as char *. */
void fnc_dot_set(void *object, const char *name, const char *text)
{
    agsafeset(object, (char *)name, (char *)text, "");
}

void fnc_dot_style_node(Agnode_t *node, const fnc_dot_node_style *style)
{
    fnc_dot_set(node, "shape", style->shape);
    fnc_dot_set(node, "style", style->style);
    fnc_dot_set(node, "fillcolor", style->fill);
    fnc_dot_set(node, "color", style->line);
    fnc_dot_set(node, "margin", style->margin);
}

/* ---- the legend ---- */

/* Stacks the legend's entries: `last` is the one above. */
static Agnode_t *add_entry(fnc_dot_names *names, Agraph_t *legend, const char *label,
                           Agnode_t **last)
{
    Agnode_t *entry = fnc_dot_add_node(names, legend);
    fnc_dot_set(entry, "label", label);
    if (*last)
        fnc_dot_set(agedge(legend, *last, entry, NULL, 1), "style", "invis");
    *last = entry;
    return entry;
}

static void add_line_entry(fnc_dot_names *names, Agraph_t *legend, const char *label,
                           const char *colour, Agnode_t **last)
{
    Agnode_t *entry = add_entry(names, legend, label, last);
    fnc_dot_set(entry, "shape", "plaintext");
    fnc_dot_set(entry, "fontcolor", colour);
    fnc_dot_set(entry, "fontsize", "10");
    fnc_dot_set(entry, "height", "0.2");
    fnc_dot_set(entry, "margin", "0.02,0");
}

void fnc_dot_add_legend(fnc_dot_names *names, Agraph_t *root, const bool kinds[FNC_NKINDS],
                        const bool flows[FNC_NFLOWS], bool has_bottleneck)
{
    Agnode_t *last = NULL;
    Agraph_t *legend = fnc_dot_add_cluster(names, root, "legend");
    bool has_lines = false;
    for (int k = 0; k < FNC_NKINDS; k++)
        if (kinds[k])
            fnc_dot_style_node(add_entry(names, legend, fnc_dot_node_styles[k].legend, &last),
                               &fnc_dot_node_styles[k]);
    if (has_bottleneck)
        fnc_dot_style_node(add_entry(names, legend, fnc_dot_bottleneck_style.legend, &last),
                           &fnc_dot_bottleneck_style);
    for (int f = 0; f < FNC_NFLOWS; f++) {
        if (!flows[f])
            continue;
        char label[64];
        snprintf(label, sizeof label, "\xe2\x94\x81\xe2\x94\x81  %s",
                 fnc_dot_edge_styles[f].legend);
        add_line_entry(names, legend, label, fnc_dot_edge_styles[f].colour, &last);
        has_lines = true;
    }
    if (has_lines)
        add_line_entry(names, legend, "the wider, the more bits", "#777777", &last);
}
