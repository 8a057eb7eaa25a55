#!/usr/bin/env python3
"""Writes a binary network of many equal residual layers, to see how cost grows with depth.

    residual.py OUT.onnx [--layers 100] [--channels 64] [--size 16] [--standard]

Each layer is a 3x3 convolution with weights -1 and 1 over bits, a threshold a channel, the sum with what went in, and a threshold on that;
behind the last one a product for ten classes. FINN-ONNX with MultiThreshold; with --standard the same in operators of ONNX alone, which
onnxruntime runs. Both compute the same. Weights are drawn, thresholds chosen in the middle of what drawn weights sum up to.
"""
import argparse

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

QONNX = "qonnx.custom_op.general"


class Writer:
    def __init__(self, is_standard):
        self.is_standard = is_standard
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.asarray(array, dtype=np.float32), name))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def threshold(self, x, name, thresholds):
        """1 where the channel reaches its threshold, else 0."""
        if not self.is_standard:
            return self.node("MultiThreshold", [x, self.constant(name + "_t", thresholds.reshape(-1, 1))], name, domain=QONNX,
                             out_dtype="BINARY")
        self.node("GreaterOrEqual", [x, self.constant(name + "_t", thresholds.reshape(-1, 1, 1))], name + "_is")
        return self.node("Cast", [name + "_is"], name, to=TensorProto.FLOAT)


def build(layers, channels, size, is_standard):
    w, rng = Writer(is_standard), np.random.default_rng(1)
    x = "x"
    for i in range(layers):
        weights = rng.choice([-1, 1], (channels, channels, 3, 3))
        y = w.node("Conv", [x, w.constant(f"w{i}", weights)], f"conv{i}", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        y = w.threshold(y, f"bits{i}", np.round(weights.sum(axis=(1, 2, 3)) / 2))
        y = w.node("Add", [y, x], f"sum{i}")
        x = w.threshold(y, f"layer{i}", rng.integers(1, 3, channels))
    w.node("Flatten", [x], "flat")
    w.node("MatMul", ["flat", w.constant("classes", rng.choice([-1, 1], (channels * size * size, 10)))], "y")
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, channels, size, size])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 10])]
    graph = helper.make_graph(w.nodes, "residual", inputs, outputs, w.constants)
    if not is_standard:
        entry = onnx.StringStringEntryProto(key="finn_datatype", value="BINARY")
        graph.quantization_annotation.append(onnx.TensorAnnotation(tensor_name="x", quant_parameter_tensor_names=[entry]))
    imports = [helper.make_opsetid("", 13)] + ([] if is_standard else [helper.make_opsetid(QONNX, 1)])
    model = helper.make_model(graph, opset_imports=imports)
    model.ir_version = 8
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--layers", type=int, default=100)
    parser.add_argument("--channels", type=int, default=64)
    parser.add_argument("--size", type=int, default=16)
    parser.add_argument("--standard", action="store_true")
    opt = parser.parse_args()
    onnx.save(build(opt.layers, opt.channels, opt.size, opt.standard), opt.out)


if __name__ == "__main__":
    main()
