"""A script as one writes it for qonnx: nothing in it is finnc's.

python qonnx_script.py                            with qonnx
python -m finnc.qonnx qonnx_script.py             with finnc in its place
python -m finnc.qonnx --compare qonnx_script.py   with both: same arrays? how much faster?
"""

import os

import numpy as np
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.base import Transformation
from qonnx.transformation.general import ConvertDivToMul, GiveReadableTensorNames, GiveUniqueNodeNames
from qonnx.transformation.infer_datatypes import InferDataTypes
from qonnx.transformation.infer_shapes import InferShapes
from qonnx.transformation.lower_convs_to_matmul import LowerConvsToMatMul
from qonnx.util.basic import gen_finn_dt_tensor
from qonnx.util.cleanup import cleanup_model

HERE = os.path.dirname(os.path.abspath(__file__))


class CountWeights(Transformation):
    """A transformation of one's own runs as ever."""

    def apply(self, model):
        bits = sum(model.get_tensor_datatype(t.name).bitwidth() * int(np.prod(t.dims)) for t in model.graph.initializer)
        model.set_metadata_prop("weight_bits", str(bits))
        return model, False


model = ModelWrapper(os.path.join(HERE, "..", "cnv-w1a1", "cnv-w1a1.onnx"))
model = cleanup_model(model)
model = model.transform(InferDataTypes())
model = model.transform(CountWeights())
print(len(model.graph.node), "nodes,", model.get_metadata_prop("weight_bits"), "bits of weights and parameters")

name = model.get_first_global_in()
np.random.seed(0)
picture = gen_finn_dt_tensor(DataType["UINT8"], model.get_tensor_shape(name))
before = execute_onnx(model, {name: picture}, return_full_exec_context=True)

lowered = model.transform(ConvertDivToMul())
lowered = lowered.transform(LowerConvsToMatMul())
for step in (InferShapes(), InferDataTypes(), GiveUniqueNodeNames(), GiveReadableTensorNames()):
    lowered = lowered.transform(step)
print(len(lowered.graph.node), "nodes with products in place of convolutions")

after = execute_onnx(lowered, {lowered.get_first_global_in(): picture})
answer = before[model.get_first_global_out()]
assert (after[lowered.get_first_global_out()] == answer).all()
for _ in range(5):
    picture = gen_finn_dt_tensor(DataType["UINT8"], picture.shape)
    print("class", int(execute_onnx(model, {name: picture})[model.get_first_global_out()].squeeze()))
