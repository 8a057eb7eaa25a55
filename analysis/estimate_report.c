/* FINN's report files. Numbers are whole where upstream's are, but for the totals, which it adds up
 * as floats. */
#include "report_json.h"

#include <finnc/estimate.h>

#include <base/compiler.h>

#include <math.h>

static const char *const files[] = {
    [FINNC_REPORT_LAYER_CYCLES] = "estimate_layer_cycles.json",
    [FINNC_REPORT_LAYER_RESOURCES] = "estimate_layer_resources.json",
    [FINNC_REPORT_ALTERNATIVES] = "estimate_layer_config_alternatives.json",
    [FINNC_REPORT_NETWORK_PERFORMANCE] = "estimate_network_performance.json",
    [FINNC_REPORT_COUNTS] = "op_and_param_counts.json",
};

const char *finnc_report_file(finnc_report report)
{
    return files[report];
}

static json_t *number(double x)
{
    return x == floor(x) && fabs(x) < 9e15 ? json_integer((json_int_t)x) : json_real(x);
}

static json_t *resources_json(const finnc_resources *r)
{
    json_t *o = json_object();
    o = fnc_report_put(o, "BRAM_18K", number(r->bram_18k));
    o = fnc_report_put(o, "BRAM_efficiency", number(r->bram_efficiency));
    o = fnc_report_put(o, "LUT", number(r->lut));
    o = fnc_report_put(o, "URAM", number(r->uram));
    o = fnc_report_put(o, "URAM_efficiency", number(r->uram_efficiency));
    return fnc_report_put(o, "DSP", number(r->dsp));
}

static json_t *cycles_json(const finnc_estimate *e)
{
    const finnc_layer_estimate *l;
    json_t *o = json_object();
    for (size_t i = 0; (l = finnc_estimate_layer(e, i)); i++)
        o = fnc_report_put(o, l->name, json_integer((json_int_t)l->cycles));
    return o;
}

static json_t *layers_json(const finnc_estimate *e)
{
    const finnc_layer_estimate *l;
    const finnc_resources *total = &finnc_estimate_summarise(e)->total;
    json_t *o = json_object(), *sum = json_object();
    for (size_t i = 0; (l = finnc_estimate_layer(e, i)); i++)
        o = fnc_report_put(o, l->name, resources_json(&l->resources));
    sum = fnc_report_put(sum, "BRAM_18K", json_real(total->bram_18k));
    sum = fnc_report_put(sum, "LUT", json_real(total->lut));
    sum = fnc_report_put(sum, "URAM", json_real(total->uram));
    sum = fnc_report_put(sum, "DSP", json_real(total->dsp));
    return fnc_report_put(o, "total", sum);
}

static json_t *performance_json(const finnc_estimate *e, double clock_ns)
{
    const finnc_estimate_summary *s = finnc_estimate_summarise(e);
    json_t *o = json_object();
    o = fnc_report_put(o, "critical_path_cycles",
                       json_integer((json_int_t)s->critical_path_cycles));
    o = fnc_report_put(o, "max_cycles", json_integer((json_int_t)s->max_cycles));
    o = fnc_report_put(o, "max_cycles_node_name",
                       json_string(s->bottleneck ? s->bottleneck->name : ""));
    o = fnc_report_put(o, "estimated_throughput_fps", json_real(finnc_estimate_fps(e, clock_ns)));
    return fnc_report_put(o, "estimated_latency_ns",
                          number(finnc_estimate_latency_ns(e, clock_ns)));
}

/* Adds to the entry `key` of `sum`. */
static json_t *add_count(json_t *sum, const char *key, double amount)
{
    if (!sum)
        return NULL;
    return fnc_report_put(sum, key, json_real(json_real_value(json_object_get(sum, key)) + amount));
}

static json_t *counts_json(const finnc_estimate *e)
{
    const finnc_layer_estimate *l;
    json_t *o = json_object(), *total = json_object();
    for (size_t i = 0; (l = finnc_estimate_layer(e, i)); i++) {
        json_t *own = json_object();
        for (size_t k = 0; k < l->ncounts; k++) {
            own = fnc_report_put(own, l->counts[k].key, number(l->counts[k].amount));
            total = add_count(total, l->counts[k].key, l->counts[k].amount);
        }
        o = fnc_report_put(o, l->name, own);
    }
    return fnc_report_put(o, "total", total);
}

/* As many as there are words; one, as it is, for a layer without a choice. */
static finnc_status choices_json(finnc_ctx *cx, const finnc_estimate *e,
                                 const finnc_layer_estimate *l, json_t **list)
{
    const finnc_part *part = finnc_estimate_summarise(e)->part;
    const finnc_layer_choice choice = finnc_layer_find_choice(l->node);
    finnc_resources r = l->resources;
    *list = json_array();
    if (!choice.attr)
        return json_array_append_new(*list, resources_json(&r)) ? finnc_no_memory(cx) : FINNC_OK;
    for (size_t w = 0; w < 4 && choice.words[w]; w++) {
        FINNC_TRY(finnc_layer_resources_if(cx, l->node, choice.attr, choice.words[w], part, &r));
        if (json_array_append_new(*list, resources_json(&r)) != 0)
            return finnc_no_memory(cx);
    }
    return FINNC_OK;
}

static finnc_status alternatives_json(finnc_ctx *cx, const finnc_estimate *e, json_t **object)
{
    const finnc_layer_estimate *l;
    json_t *o = json_object();
    for (size_t i = 0; (l = finnc_estimate_layer(e, i)); i++) {
        json_t *list;
        const finnc_status status = choices_json(cx, e, l, &list);
        o = fnc_report_put(o, l->name, list);
        if (status != FINNC_OK) {
            json_decref(o);
            return status;
        }
    }
    *object = o;
    return FINNC_OK;
}

static finnc_status make(finnc_ctx *cx, const finnc_estimate *e, finnc_report report,
                         double clock_ns, json_t **object)
{
    switch (report) {
    case FINNC_REPORT_LAYER_CYCLES:
        *object = cycles_json(e);
        return FINNC_OK;
    case FINNC_REPORT_LAYER_RESOURCES:
        *object = layers_json(e);
        return FINNC_OK;
    case FINNC_REPORT_ALTERNATIVES:
        return alternatives_json(cx, e, object);
    case FINNC_REPORT_NETWORK_PERFORMANCE:
        *object = performance_json(e, clock_ns);
        return FINNC_OK;
    case FINNC_REPORT_COUNTS:
        *object = counts_json(e);
        return FINNC_OK;
    case FINNC_NREPORTS:
        break;
    }
    return finnc_fail(cx, FINNC_BAD_VALUE, "there is no such report");
}

finnc_status finnc_report_write(finnc_ctx *cx, const finnc_estimate *estimate, finnc_report report,
                                double clock_ns, finnc_write_fn write, void *user)
{
    json_t *object = NULL;
    const bool needs_part =
        report == FINNC_REPORT_LAYER_RESOURCES || report == FINNC_REPORT_ALTERNATIVES;
    if (needs_part && !finnc_estimate_summarise(estimate)->part)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s is about resources: a part has to be said",
                          files[report]);
    FINNC_TRY(make(cx, estimate, report, clock_ns, &object));
    return fnc_report_write(cx, object, write, user);
}
