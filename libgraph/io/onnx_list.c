/* The two lists of a graph that tell about values: value_info and quantization_annotation.
 *
 * A value holds one type and one set of annotations, and a number that says where it stands in each
 * list. An entry that a value cannot hold (its second, or one for a value of an outer graph) is
 * kept as it is, marked with its own number. */
#include "onnx_graph.h"

#include <stdlib.h>
#include <string.h>

/* ---- a list in the making ---- */

typedef struct entry {
    uint64_t order;
    ProtobufCMessage *message;
} entry;

static int by_order(const void *a, const void *b)
{
    uint64_t x = ((const entry *)a)->order, y = ((const entry *)b)->order;
    return (x > y) - (x < y);
}

/* The messages alone, in order. */
static finnc_status finish(fnc_onnx_writer *w, entry *entries, size_t count,
                           ProtobufCMessage ***messages)
{
    bool sorted = true;
    for (size_t i = 1; i < count; i++)
        sorted &= entries[i - 1].order <= entries[i].order;
    if (!sorted)
        qsort(entries, count, sizeof *entries, by_order);
    *messages = FNC_NEW_ARRAY(w->arena, ProtobufCMessage *, count);
    if (!*messages)
        return finnc_no_memory(w->cx);
    for (size_t i = 0; i < count; i++)
        (*messages)[i] = entries[i].message;
    return FINNC_OK;
}

/* Room for what was kept and for as many values as the graph has. */
static finnc_status begin(fnc_onnx_writer *w, const finnc_graph *graph, size_t kept,
                          entry **entries)
{
    size_t room;
    *entries = fnc_add(kept, graph->nvalues, &room) ? FNC_NEW_ARRAY(w->arena, entry, room) : NULL;
    return *entries ? FINNC_OK : finnc_no_memory(w->cx);
}

/* The value that an entry is about: the graph's own, or one that comes to be because an entry tells
 * of it; NULL if the name is missing or means an outer value, which is then `outer`. */
static finnc_status find_subject(fnc_onnx_reader *r, finnc_graph *graph, const char *name,
                                 finnc_value **own, const finnc_value **outer)
{
    *own = NULL;
    *outer = NULL;
    if (!name || !*name)
        return FINNC_OK;
    *own = finnc_graph_find_value(graph, name);
    if (*own)
        return FINNC_OK;
    *outer = fnc_graph_resolve(graph, name);
    return *outer ? FINNC_OK : fnc_graph_add_value(r->cx, graph, name, own);
}

static const finnc_value *resolve(const finnc_graph *graph, const char *name)
{
    return name && *name ? fnc_graph_resolve(graph, name) : NULL;
}

/* ---- value_info ---- */

/* `told` knows, by a value's id, of which values this list told something already. */
static finnc_status read_info(fnc_onnx_reader *r, finnc_graph *graph, bool *told,
                              Onnx__ValueInfoProto *info, bool *taken)
{
    finnc_value *own;
    const finnc_value *outer;
    FINNC_TRY(find_subject(r, graph, info->name, &own, &outer));
    uint64_t order = fnc_next_order(r->model);
    *taken = false;
    if (own && !own->info_order) {
        bool first = !(own->flags & (FNC_VALUE_INPUT | FNC_VALUE_OUTPUT)) && !told[own->id];
        told[own->id] = true;
        FINNC_TRY(fnc_onnx_info_read(r, own, first, info, taken));
        own->info_order = *taken ? order : 0;
    }
    return *taken ? FINNC_OK : fnc_onnx_info_mark(r, own ? own : outer, order, info);
}

finnc_status fnc_onnx_infos_read(fnc_onnx_reader *r, finnc_graph *graph, size_t *count,
                                 Onnx__ValueInfoProto **infos)
{
    /* Each entry may bring a value into being. */
    bool *told = FNC_NEW_ARRAY(r->scratch, bool, r->model->next_value_id + *count);
    if (!told)
        return finnc_no_memory(r->cx);
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        bool taken;
        FINNC_TRY(read_info(r, graph, told, infos[i], &taken));
        if (!taken)
            infos[kept++] = infos[i];
    }
    *count = kept;
    return FINNC_OK;
}

finnc_status fnc_onnx_infos_write(fnc_onnx_writer *w, const finnc_graph *graph, size_t *count,
                                  Onnx__ValueInfoProto ***infos)
{
    entry *entries;
    FINNC_TRY(begin(w, graph, *count, &entries));
    size_t n = 0;
    for (size_t i = 0; i < *count; i++) {
        Onnx__ValueInfoProto *info = (*infos)[i];
        fnc_onnx_mark mark = fnc_onnx_info_unmark(info);
        bool holds;
        FINNC_TRY(fnc_onnx_mark_holds(w, &mark, resolve(graph, info->name), &holds));
        entries[n] = (entry){mark.order, &info->base};
        n += holds;
    }
    for (const finnc_value *v = graph->first_value; v; v = v->next) {
        if (!v->info_order)
            continue;
        Onnx__ValueInfoProto *info;
        FINNC_TRY(fnc_onnx_info_write(w, v, &info));
        entries[n++] = (entry){v->info_order, &info->base};
    }
    *count = n;
    return finish(w, entries, n, (ProtobufCMessage ***)infos);
}

/* ---- quantization_annotation ---- */

/* Can a value hold these entries: each a key and a text, no key twice? */
static bool is_plain(const Onnx__TensorAnnotation *annotation)
{
    Onnx__StringStringEntryProto *const *entries = annotation->quant_parameter_tensor_names;
    size_t n = annotation->n_quant_parameter_tensor_names;
    /* FINN writes three keys. The comparison below takes quadratic time, so hostile lists end here.
     */
    if (n > 64)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!entries[i]->key || !entries[i]->value || entries[i]->base.n_unknown_fields)
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp(entries[k]->key, entries[i]->key) == 0)
                return false;
    }
    return true;
}

static finnc_status take_annotation(fnc_onnx_reader *r, finnc_value *value, uint64_t order,
                                    Onnx__TensorAnnotation *annotation)
{
    FNC_AT_TENSOR(r->cx, value->name);
    value->annotation_order = order;
    for (size_t i = 0; i < annotation->n_quant_parameter_tensor_names; i++) {
        const Onnx__StringStringEntryProto *e = annotation->quant_parameter_tensor_names[i];
        FINNC_TRY(finnc_value_annotate(r->cx, value, e->key, e->value));
    }
    annotation->tensor_name = NULL;
    annotation->n_quant_parameter_tensor_names = 0;
    return fnc_onnx_keep(r, &annotation->base, &value->annotation_extra);
}

finnc_status fnc_onnx_annotations_read(fnc_onnx_reader *r, finnc_graph *graph, size_t *count,
                                       Onnx__TensorAnnotation **annotations)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        Onnx__TensorAnnotation *annotation = annotations[i];
        uint64_t order = fnc_next_order(r->model);
        finnc_value *own;
        const finnc_value *outer;
        FINNC_TRY(find_subject(r, graph, annotation->tensor_name, &own, &outer));
        if (own && !own->annotation_order && is_plain(annotation)) {
            FINNC_TRY(take_annotation(r, own, order, annotation));
            continue;
        }
        FINNC_TRY(fnc_pb_note(r->cx, r->scratch, &annotation->base, FNC_PB_NOTE_ORDER, order));
        annotations[kept++] = annotation;
    }
    *count = kept;
    return FINNC_OK;
}

static finnc_status write_annotation(fnc_onnx_writer *w, const finnc_value *value,
                                     ProtobufCMessage **message)
{
    Onnx__TensorAnnotation *p;
    FINNC_TRY(fnc_onnx_begin(w, &onnx__tensor_annotation__descriptor, value->annotation_extra, &p));
    *message = &p->base;
    p->tensor_name = fnc_pb_text(value->name);
    size_t n = finnc_value_nannotations(value);
    Onnx__StringStringEntryProto **list =
        FNC_NEW_ARRAY(w->arena, Onnx__StringStringEntryProto *, n);
    Onnx__StringStringEntryProto *entries =
        FNC_NEW_ARRAY(w->arena, Onnx__StringStringEntryProto, n);
    if (!list || !entries)
        return finnc_no_memory(w->cx);
    size_t i = 0;
    for (const fnc_annotation *a = value->annotations; a; a = a->next, i++) {
        list[i] = &entries[i];
        onnx__string_string_entry_proto__init(list[i]);
        list[i]->key = fnc_pb_text(a->key);
        list[i]->value = fnc_pb_text(a->text);
    }
    p->quant_parameter_tensor_names = list;
    p->n_quant_parameter_tensor_names = n;
    return FINNC_OK;
}

finnc_status fnc_onnx_annotations_write(fnc_onnx_writer *w, const finnc_graph *graph, size_t *count,
                                        Onnx__TensorAnnotation ***annotations)
{
    entry *entries;
    FINNC_TRY(begin(w, graph, *count, &entries));
    size_t n = 0;
    for (size_t i = 0; i < *count; i++) {
        Onnx__TensorAnnotation *annotation = (*annotations)[i];
        const char *name = annotation->tensor_name;
        entries[n].message = &annotation->base;
        bool marked = fnc_pb_take_note(&annotation->base, FNC_PB_NOTE_ORDER, &entries[n].order);
        n += marked && (!name || !*name || resolve(graph, name));
    }
    for (const finnc_value *v = graph->first_value; v; v = v->next) {
        if (!v->annotation_order)
            continue;
        entries[n].order = v->annotation_order;
        FINNC_TRY(write_annotation(w, v, &entries[n].message));
        n++;
    }
    *count = n;
    return finish(w, entries, n, (ProtobufCMessage ***)annotations);
}
