/* What a graph of hardware layers takes on an FPGA, by FINN's formulas: cycles and resources per
 * layer, the bottleneck, throughput and latency; and FINN's report files.
 *
 * Layers have to be bound to HLS or RTL (SpecializeLayers, or finnc_dataflow_open). A partition's
 * model is read from its file, and its layers count. */
#ifndef FINNC_ESTIMATE_H
#define FINNC_ESTIMATE_H

#include <finnc/io.h>
#include <finnc/layer.h>

FINNC_BEGIN_DECLS

typedef struct finnc_estimate finnc_estimate;

typedef struct finnc_layer_estimate {
    const char
        *name; /**< the node's; of one in a partition "PARTITION/NODE" if there are several */
    const finnc_node *node;
    int64_t cycles;
    finnc_resources resources; /**< all zero without a part */
    const finnc_layer_count *counts;
    size_t ncounts;
} finnc_layer_estimate;

typedef struct finnc_estimate_summary {
    size_t nlayers;
    const finnc_layer_estimate *bottleneck; /**< the first of those that take most cycles; NULL:
                                               there is no layer, or all take none */
    int64_t max_cycles;                     /**< of one layer: a frame can begin that often */
    int64_t critical_path_cycles;           /**< the longest path's layers, one after the other */
    finnc_resources total;                  /**< efficiencies are averages over layers */
    const finnc_part *part;                 /**< NULL: none */
} finnc_estimate_summary;

/** `part` may be NULL: then resources are not looked at. The estimate lives no longer than the
 * graph, unedited. BAD_VALUE: a layer is not bound. Fails as the layers do (finnc/layer.h), as
 * reading a partition's model, and with UNSUPPORTED if a node is a hardware layer that nobody
 * knows. */
FINNC_API FINNC_MUST_USE finnc_status finnc_estimate_create(finnc_ctx *cx, const finnc_graph *graph,
                                                            const finnc_part *part,
                                                            finnc_estimate **estimate);
FINNC_API void finnc_estimate_destroy(finnc_estimate *estimate); /**< NULL is fine */
/** All layers together; lives as long as the estimate. */
FINNC_API const finnc_estimate_summary *finnc_estimate_summarise(const finnc_estimate *estimate);
/** Along the data, whatever the order of the list; NULL past the end. */
FINNC_API const finnc_layer_estimate *finnc_estimate_layer(const finnc_estimate *estimate,
                                                           size_t i);
/** Frames per second at a clock period in nanoseconds; 0 if no layer takes a cycle. */
FINNC_API double finnc_estimate_fps(const finnc_estimate *estimate, double clock_ns);
/** Nanoseconds that a frame takes if no layer overlaps another: critical_path_cycles at that clock
 * period. */
FINNC_API double finnc_estimate_latency_ns(const finnc_estimate *estimate, double clock_ns);

/** FINN's report files. */
typedef enum finnc_report {
    FINNC_REPORT_LAYER_CYCLES,        /**< estimate_layer_cycles.json */
    FINNC_REPORT_LAYER_RESOURCES,     /**< estimate_layer_resources.json */
    FINNC_REPORT_ALTERNATIVES,        /**< estimate_layer_config_alternatives.json */
    FINNC_REPORT_NETWORK_PERFORMANCE, /**< estimate_network_performance.json */
    FINNC_REPORT_COUNTS,              /**< op_and_param_counts.json */
    FINNC_NREPORTS
} finnc_report;
/** The name that FINN gives the file. */
FINNC_API const char *finnc_report_file(finnc_report report);
/** Writes the JSON text of one. BAD_VALUE if it is about resources and there is no part. */
FINNC_API FINNC_MUST_USE finnc_status finnc_report_write(finnc_ctx *cx,
                                                         const finnc_estimate *estimate,
                                                         finnc_report report, double clock_ns,
                                                         finnc_write_fn write, void *user);
/** Draws cycles per layer as an SVG bar chart, the bottleneck marked. */
FINNC_API FINNC_MUST_USE finnc_status finnc_estimate_draw(finnc_ctx *cx,
                                                          const finnc_estimate *estimate,
                                                          double clock_ns, finnc_write_fn write,
                                                          void *user);

FINNC_END_DECLS
#endif
