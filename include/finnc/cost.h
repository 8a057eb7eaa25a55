/* What one inference costs, as qonnx's inference_cost counts: multiply-accumulates by the data
 * types of their factors, memory for weights and outputs, per node, per op type and in total.
 *
 * It counts what is there. Weights are weights once they are initialisers with a data type, so
 * quantisers of weights have to be folded before: the recipe `cost-preparation` does as upstream's
 * tool does. */
#ifndef FINNC_COST_H
#define FINNC_COST_H

#include <finnc/model.h>
#include <finnc/op.h>

FINNC_BEGIN_DECLS

typedef struct finnc_cost_report finnc_cost_report;

/** A sum of costs. Amounts go by upstream's keys: "op_mac_INT2_INT4" are products of such numbers,
 * "mem_w_INT4" weights and "mem_o_INT32" outputs of nodes, in elements. */
typedef struct finnc_cost_sum {
    const char *of; /**< name of the node, in a partition behind those of the nodes around it
                       ("Part_0/MVAU_3"), op type, or NULL: all */
    const finnc_node *node;
    bool assumes_ones; /**< sizes that are not known were taken as 1: figures of one sample */
    size_t nkeys;      /**< in the order in which the nodes brought them up */
    const char *const *keys;
    const double *amounts; /**< one per key */
    double macs;
    double bops; /**< products times the bits of both factors */
    double weights, weight_bits;
    double outputs, output_bits;
} finnc_cost_sum;

typedef struct finnc_cost_options {
    /** Count products with zeros of constants, and their memory, too. By default they are left out,
     * as upstream. */
    bool counts_zeros;
    /** Called with the copy of each partition's model before it is counted: what is done to the
     * whole before belongs there, too. NULL: its shapes are inferred. */
    finnc_status (*prepare)(void *user, finnc_ctx *cx, finnc_model *part);
    void *user;
} finnc_cost_options;

/** Adds up what the nodes of a graph and of the models of its partitions cost; bodies of If and
 * Loop are left out, as upstream. `options` may be NULL. BAD_VALUE names a node that depends on a
 * tensor of which not even the rank is known. Fails as reading a partition's model, too. The report
 * lives no longer than the graph, unedited. */
FINNC_API FINNC_MUST_USE finnc_status finnc_cost_report_create(finnc_ctx *cx,
                                                               const finnc_graph *graph,
                                                               const finnc_cost_options *options,
                                                               finnc_cost_report **report);
/** NULL is fine. */
FINNC_API void finnc_cost_report_destroy(finnc_cost_report *report);

FINNC_API const finnc_cost_sum *finnc_cost_report_total(const finnc_cost_report *report);
/** The nodes that cost anything, in the graph's order; NULL past the end. */
FINNC_API const finnc_cost_sum *finnc_cost_report_node(const finnc_cost_report *report, size_t i);
/** The op types of those, in the order in which they come up; NULL past the end. */
FINNC_API const finnc_cost_sum *finnc_cost_report_op_type(const finnc_cost_report *report,
                                                          size_t i);
/** The op types of which nobody has said what they cost, each once, in the order in which they come
 * up; NULL past the end. */
FINNC_API const char *finnc_cost_report_unsupported(const finnc_cost_report *report, size_t i);

FINNC_END_DECLS
#endif
