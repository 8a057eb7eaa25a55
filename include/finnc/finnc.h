/* Everything that finnc offers to a program that embeds it. */
#ifndef FINNC_FINNC_H
#define FINNC_FINNC_H

#include <finnc/attr.h>
#include <finnc/bisect.h>
#include <finnc/check.h>
#include <finnc/compare.h>
#include <finnc/config.h>
#include <finnc/cost.h>
#include <finnc/ctx.h>
#include <finnc/dataflow.h>
#include <finnc/dataset.h>
#include <finnc/dtype.h>
#include <finnc/estimate.h>
#include <finnc/eval.h>
#include <finnc/explain.h>
#include <finnc/export.h>
#include <finnc/fifo.h>
#include <finnc/fold.h>
#include <finnc/graph.h>
#include <finnc/io.h>
#include <finnc/kernel.h>
#include <finnc/layer.h>
#include <finnc/limit.h>
#include <finnc/model.h>
#include <finnc/op.h>
#include <finnc/pass.h>
#include <finnc/range.h>
#include <finnc/reduce.h>
#include <finnc/reproducer.h>
#include <finnc/run.h>
#include <finnc/stats.h>
#include <finnc/tensor.h>
#include <finnc/testcase.h>
#include <finnc/version.h>

#endif
