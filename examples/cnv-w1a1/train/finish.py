#!/usr/bin/env python3
"""Makes what train.py exported ready for FINN's flow: pixels in, a label out.

    finish.py cnv-raw.onnx cnv-w1a1.onnx [--finnc finnc]

The training saw pixels divided by 255; that division is merged in front, so that the network takes pixels. The input is annotated
UINT8: data-type inference starts from it. TopK is appended. The rewriting is finnc's.
"""
import argparse
import os
import subprocess
import tempfile

import onnx
from onnx import TensorProto, helper, numpy_helper
import numpy as np

TIDY = "InferShapes,FoldConstants,GiveUniqueNodeNames,GiveReadableTensorNames,InferDataTypes,RemoveStaticGraphInputs"


def make_division(path, opset):
    """global_in / 255, as a model of its own."""
    shape = [1, 3, 32, 32]
    graph = helper.make_graph([helper.make_node("Div", ["pixels", "full"], ["fractions"])], "preprocessing",
                              [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("fractions", TensorProto.FLOAT, shape)],
                              [numpy_helper.from_array(np.float32(255), "full")])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)]), path)


def annotate_input(path):
    model = onnx.load(path)
    annotation = onnx.TensorAnnotation(tensor_name=model.graph.input[0].name)
    annotation.quant_parameter_tensor_names.add(key="finn_datatype", value="UINT8")
    model.graph.quantization_annotation.append(annotation)
    onnx.save(model, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("raw")
    parser.add_argument("out")
    parser.add_argument("--finnc", default="finnc")
    opt = parser.parse_args()

    def transform(model, out, passes):
        subprocess.run([opt.finnc, "transform", model, "-o", out, "--passes", passes], check=True)

    opset = next(o.version for o in onnx.load(opt.raw).opset_import if o.domain in ("", "ai.onnx"))
    with tempfile.TemporaryDirectory() as folder:
        division, merged = (os.path.join(folder, name) for name in ("division.onnx", "merged.onnx"))
        make_division(division, opset)
        transform(opt.raw, merged, f'{TIDY},MergeONNXModels{{pre_model="{division}"}}')
        annotate_input(merged)
        transform(merged, opt.out, f"InsertTopK{{k=1}},{TIDY}")
    print(f"wrote {opt.out}")


if __name__ == "__main__":
    main()
