"""The stand-in for qonnx: by hand, and where qonnx is installed against it."""

import copy
import importlib
import importlib.util
import inspect
import os
import subprocess
import sys
import unittest
import warnings

import finnc
import numpy as np
import support

try:
    import onnx
except ImportError:
    raise unittest.SkipTest("needs onnx") from None

from finnc import upstream
from finnc.qonnx.core.datatype import DataType, FixedPointType, IntType
from finnc.qonnx.core.modelwrapper import ModelWrapper
from finnc.qonnx.core.onnx_exec import compare_execution, execute_onnx
from finnc.qonnx.custom_op.registry import getCustomOp, is_custom_op
from finnc.qonnx.transformation import base, general
from finnc.qonnx.transformation.fold_constants import FoldConstantsFiltered
from finnc.qonnx.transformation.infer_shapes import InferShapes
from finnc.qonnx.transformation.insert_topk import InsertTopK
from finnc.qonnx.util import basic
from finnc.qonnx.util.cleanup import cleanup_model

SCRIPT = support.EXAMPLES / "python" / "qonnx_script.py"
has_qonnx = importlib.util.find_spec("qonnx") is not None and importlib.util.find_spec("onnxruntime") is not None
X = np.arange(4, dtype=np.float32).reshape(1, 4)


def scales():
    wrapper = ModelWrapper(finnc.Model.from_text(support.SCALES).to_onnx())
    return wrapper.transform(InferShapes())


class DataTypes(unittest.TestCase):
    def test_what_types_hold(self):
        for name, bits, low, high, count, container, hls in [
            ("BINARY", 1, 0, 1, 2, "uint8", "ap_uint<1>"),
            ("BIPOLAR", 1, -1, 1, 2, "int8", "ap_int<1>"),
            ("TERNARY", 2, -1, 1, 3, "int8", "ap_int<2>"),
            ("INT4", 4, -8, 7, 16, "int8", "ap_int<4>"),
            ("UINT64", 64, 0, 2**64 - 1, 2**64, "uint64", "ap_uint<64>"),
            ("INT33", 33, -(2**32), 2**32 - 1, 2**33, "int64", "ap_int<33>"),
            ("FIXED<8,3>", 8, -4.0, 4 - 2**-5, 256, "float32", "ap_fixed<8, 3>"),
        ]:
            with self.subTest(name):
                t = DataType[name]
                self.assertEqual((t.bitwidth(), t.min(), t.max()), (bits, low, high))
                self.assertEqual((t.get_num_possible_values(), t.to_numpy_dt()), (count, np.dtype(container)))
                self.assertEqual((t.get_hls_datatype_str(), t.name, str(t)), (hls, name, name))
                self.assertEqual((t.is_integer(), t.is_fixed_point()), (name[0] != "F", name[0] == "F"))
                self.assertEqual(copy.deepcopy(t), t)

    def test_names_and_equality(self):
        self.assertEqual(DataType["UINT1"], DataType["BINARY"])
        self.assertEqual(DataType["INT4"], "INT4")
        self.assertNotEqual(DataType["INT4"], DataType["INT5"])
        self.assertIsInstance(DataType["UINT3"], IntType)
        self.assertEqual(DataType["FIXED<4,2>"].scale_factor(), 0.25)
        self.assertIsInstance(DataType["FIXED<4,2>"], FixedPointType)
        for wrong, error in [("INT", Exception), ("FOO", KeyError), (3, TypeError)]:
            with self.assertRaises(error):
                DataType[wrong]

    def test_what_is_allowed(self):
        self.assertEqual(DataType["INT2"].allowed(np.array([-2, 0.5, 1, 2])).tolist(), [True, False, True, False])
        self.assertIs(DataType["BIPOLAR"].allowed(0), False)
        self.assertEqual(DataType["FIXED<4,2>"].allowed(np.array([0.25, 0.3])).tolist(), [True, False])

    def test_bounds_of_64_bits_are_exact_for_numbers(self):
        for name, bound in (("INT64", 2**63), ("UINT64", 2**64), ("UINT63", 2**63), ("INT32", 2**31)):
            for number in (bound, float(bound)):
                self.assertIs(DataType[name].allowed(number), False)
            self.assertIs(DataType[name].allowed(bound - 1), True)
        for number in (float("nan"), float("inf"), 10**400):
            self.assertIs(DataType["INT64"].allowed(number), False)

    def test_smallest_possible(self):
        for x, name in [
            (0, "BINARY"),
            (3, "UINT2"),
            (256, "UINT9"),
            (-1, "BIPOLAR"),
            (-2, "INT2"),
            (-129, "INT9"),
            (0.5, "FLOAT32"),
        ]:
            self.assertEqual(DataType.get_smallest_possible(x), name)


class Wrappers(unittest.TestCase):
    def test_following_edges(self):
        m = scales()
        first, second = m.graph.node
        self.assertEqual(m.find_producer("a"), first)
        self.assertIsNone(m.find_producer("x"))
        self.assertEqual(m.find_consumers("a"), [second])
        self.assertEqual(m.find_direct_successors(first), [second])
        self.assertIsNone(m.find_direct_predecessors(first))
        self.assertEqual(m.find_upstream("y", lambda n: n.name == "first"), [second, first])
        self.assertEqual(m.find_upstream("y", lambda n: False), [])
        self.assertFalse(m.is_fork_node(first) or m.is_join_node(second))
        self.assertEqual((m.get_node_index(second), m.get_node_from_name("first")), (1, first))
        self.assertEqual(m.get_tensor_fanout("a"), 1)

    def test_tensors(self):
        m = scales()
        self.assertEqual(m.get_tensor_shape("a"), [1, 4])
        self.assertEqual(m.get_tensor_datatype("x"), "FLOAT32")
        m.set_tensor_datatype("x", DataType["INT4"])
        m.set_tensor_layout("x", ["N", "C"])
        m.set_tensor_sparsity("x", {1: {0, 3}})
        again = ModelWrapper(m.model.SerializeToString())
        self.assertEqual(again.get_tensor_datatype("x"), "INT4")
        self.assertEqual(again.get_tensor_layout("x"), ["N", "C"])
        self.assertEqual(again.get_tensor_sparsity("x"), {1: {0, 3}})
        m.set_initializer("s", np.float32([[1, 2, 3, 4]]))
        self.assertEqual(m.get_tensor_shape("s"), [1, 4])
        m.rename_tensor("s", "scale")
        np.testing.assert_array_equal(m.get_initializer("scale"), [[1, 2, 3, 4]])
        self.assertIsNone(m.get_initializer("s"))
        np.testing.assert_array_equal(execute_onnx(m, {"x": X})["y"], 4 * X * [[1, 2, 3, 4]])
        m.set_metadata_prop("k", "v")
        self.assertEqual((m.get_metadata_prop("k"), m.get_metadata_prop("l")), ("v", None))
        m.set_opset_import("new", 3)
        self.assertEqual(m.get_opset_imports(), {"": 17, "new": 3})

    def test_constants_are_declared(self):
        m = ModelWrapper(finnc.Model.from_text(support.SCALES).to_onnx())
        self.assertEqual(m.get_tensor_valueinfo("s").type.tensor_type.elem_type, onnx.TensorProto.FLOAT)

    def test_custom_ops(self):
        node = onnx.helper.make_node(
            "Quant",
            ["x", "s", "z", "b"],
            ["y"],
            domain="qonnx.custom_op.general",
            signed=1,
            narrow=0,
            rounding_mode="CEIL",
        )
        op = getCustomOp(node)
        self.assertEqual((op.get_nodeattr("signed"), op.get_nodeattr("rounding_mode")), (1, "CEIL"))
        op.set_nodeattr("narrow", 1)
        self.assertEqual(op.get_nodeattr("narrow"), 1)
        with self.assertRaises(AttributeError):
            op.get_nodeattr("wide")
        with self.assertRaises(TypeError):
            op.set_nodeattr("narrow", "yes")
        with self.assertRaises(ValueError):
            op.set_nodeattr("narrow", 7)
        op.set_nodeattr("rounding_mode", "floor")  # in any case, as upstream
        self.assertEqual(op.get_nodeattr("rounding_mode"), "floor")
        op.set_nodeattr("rounding_mode", "CEIL")
        context = {"x": np.float32([0.3, 1.7]), "s": np.float32(1), "z": np.float32(0), "b": np.float32(4), "y": None}
        op.execute_node(context, None)
        np.testing.assert_array_equal(context["y"], [1, 2])
        self.assertTrue(is_custom_op("onnx.brevitas") and is_custom_op("qonnx.custom_op.general", "Quant"))
        self.assertFalse(is_custom_op("") or is_custom_op("qonnx.custom_op.general", "Nothing"))
        with self.assertRaises(KeyError):
            getCustomOp(onnx.helper.make_node("Add", ["a", "b"], ["c"]))


class Transforming(unittest.TestCase):
    def test_ways_to_say_a_pass(self):
        m = scales()
        for what in (InsertTopK(k=2), InsertTopK(2), "InsertTopK{k=2}", ("InsertTopK", {"k": 2})):
            done = m.transform(what)
            self.assertEqual([n.op_type for n in done.graph.node], ["Mul", "Mul", "TopK"])
            self.assertEqual(len(m.graph.node), 2)
        self.assertGreaterEqual(m.transform("CollapseRepeatedMul", verify_each=True).report.verified, 1)

    def test_a_users_own_class_runs_on_the_proto(self):
        class Rename(base.Transformation):
            calls = 0

            def apply(self, model):
                self.calls += 1
                model.graph.node[0].name = "renamed"
                return model, self.calls < 3

        mine, m = Rename(), scales()
        done = m.transform(mine)
        self.assertEqual((mine.calls, done.graph.node[0].name), (3, "renamed"))
        self.assertEqual(m.graph.node[0].name, "first")

        class Number(base.NodeLocalTransformation):
            def applyNodeLocal(self, node):
                node.name += "_"
                return node, False

        self.assertEqual([n.name for n in m.transform(Number()).graph.node], ["first_", "second_"])

    def test_in_place(self):
        m = scales()
        proto = m.model
        self.assertIs(m.transform(general.GiveUniqueNodeNames(prefix="p_"), make_deepcopy=False), m)
        self.assertEqual([n.name for n in proto.graph.node], ["p_Mul_0", "p_Mul_1"])

    def test_a_users_own_class_may_apply_ours(self):
        m = scales()
        done, again = general.GiveUniqueNodeNames().apply(m)
        self.assertEqual((done.graph.node[0].name, again), ("Mul_0", False))

    def test_functions_are_asked(self):
        text = support.SCALES.replace("Mul(x, s)", "Add(x, s)").replace(
            "[second] y = Mul(a, t)", "[second] c = Neg(t)\n [third] y = Mul(a, c)"
        )
        m = ModelWrapper(finnc.Model.from_text(text).to_onnx())
        done = m.transform(FoldConstantsFiltered(lambda model, node: node.op_type == "Neg"))
        self.assertEqual([n.op_type for n in done.graph.node], ["Add", "Mul"])
        same = m.transform(FoldConstantsFiltered(lambda model, node: False))
        self.assertEqual(len(same.graph.node), 3)

    def test_partitions_are_files(self):
        from finnc.qonnx.transformation.create_generic_partitions import PartitionFromDict

        m = scales().transform(PartitionFromDict({0: [1]}))
        self.assertEqual([n.op_type for n in m.graph.node], ["Mul", "GenericPartition"])
        self.assertTrue(os.path.isfile(getCustomOp(m.graph.node[1]).get_nodeattr("model")))
        np.testing.assert_array_equal(execute_onnx(m, {"x": X})["y"], 2 * X)

    def test_every_pass_of_qonnx_is_a_class_at_its_place(self):
        for known in finnc.passes():
            if known.upstream and known.upstream.startswith("qonnx.transformation."):
                module = importlib.import_module("finnc." + known.upstream)
                parameters = list(inspect.signature(getattr(module, known.name)).parameters)
                self.assertEqual(sorted(parameters), sorted(p.name for p in known.parameters))

    def test_wrong_arguments_have_words(self):
        with self.assertRaisesRegex(TypeError, "InsertTopK"):
            InsertTopK(kk=3)


class Executing(unittest.TestCase):
    def test_outputs_and_the_full_context(self):
        m = scales()
        found = execute_onnx(m, {"x": X})
        self.assertEqual(list(found), ["y"])
        np.testing.assert_array_equal(found["y"], 2 * X)
        found["y"][0, 0] = 7  # they are the caller's
        full = execute_onnx(m, {"x": X}, return_full_exec_context=True)
        self.assertEqual(set(full), {"x", "y", "a", "s", "t", ""})
        np.testing.assert_array_equal(full["a"], X / 2)
        np.testing.assert_array_equal(full["s"], [0.5])
        self.assertIsNone(full[""])

    def test_what_is_not_given_is_zero_and_shapes_have_to_fit(self):
        m = scales()
        np.testing.assert_array_equal(execute_onnx(m, {"nobody": X})["y"], 0 * X)
        with self.assertRaisesRegex(Exception, r"\(1, 5\)"):
            execute_onnx(m, {"x": np.zeros((1, 5), np.float32)})

    def test_parts(self):
        m = scales()
        first, second = m.graph.node
        np.testing.assert_array_equal(execute_onnx(m, {"a": X}, start_node=second)["y"], 4 * X)
        full = execute_onnx(m, {"x": X}, True, end_node=first)
        np.testing.assert_array_equal(full["a"], X / 2)
        np.testing.assert_array_equal(full["y"], 0 * X)

    def test_a_changed_model_runs_changed(self):
        m = scales()
        for factor in (0.5, 3):
            m.set_initializer("s", np.float32([factor]))
            for _ in range(4):  # the last of them compiled
                np.testing.assert_array_equal(execute_onnx(m, {"x": X})["y"], factor * 4 * X)

    def test_models_are_compared(self):
        a, b = scales(), scales()
        self.assertTrue(compare_execution(a, b, {"x": X}))
        b.set_initializer("s", np.float32([1]))
        self.assertFalse(compare_execution(a, b, {"x": X}))

    def test_inputs_are_not_cut_down(self):
        m = ModelWrapper(finnc.Model.from_text(support.identity("int64", "[1,4]")).to_onnx())
        np.testing.assert_array_equal(execute_onnx(m, {"x": X})["y"], X)
        for wrong in (X + 0.5, X * np.nan, X * 1e30, X + 1j):
            with self.assertRaisesRegex(Exception, "input x .* int64"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                execute_onnx(m, {"x": wrong})
        with self.assertRaisesRegex(Exception, "input x .* float32"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            execute_onnx(scales(), {"x": X + 1j})

    def test_the_full_context_has_inputs_as_they_were_rounded(self):
        m = scales()
        m.set_tensor_datatype("x", DataType["INT8"])
        full = execute_onnx(m, {"x": X + np.float32(1e-4)}, return_full_exec_context=True)
        np.testing.assert_array_equal(full["x"], X)

    def test_sanitising_can_be_switched_off(self):
        m = scales()
        m.set_tensor_datatype("a", DataType["INT8"])
        with self.assertRaises(Exception):
            execute_onnx(m, {"x": X + 0.5})
        os.environ["SANITIZE_QUANT_TENSORS"] = "0"
        try:
            np.testing.assert_array_equal(execute_onnx(m, {"x": X + 0.5})["y"], 2 * X + 1)
        finally:
            del os.environ["SANITIZE_QUANT_TENSORS"]

    def test_cleanup(self):
        done = cleanup_model(scales())
        self.assertEqual([n.name for n in done.graph.node], ["Mul_0", "Mul_1"])
        self.assertEqual(done.get_first_global_in(), "global_in")


class Helpers(unittest.TestCase):
    def test_numbers_and_tensors(self):
        self.assertEqual(basic.roundup_to_integer_multiple(7, 4), 8)
        self.assertEqual(basic.roundup_to_integer_multiple(7, -1), 7)
        self.assertIs(type(basic.roundup_to_integer_multiple(8, 4.0)), int)
        self.assertEqual(basic.pad_tensor_to_multiple_of(np.ones((3, 2)), [4, -1], val=2).tolist()[3], [2, 2])
        rows = basic.interleave_matrix_outer_dim_from_partitions(np.arange(8).reshape(4, 2), 2)
        self.assertEqual(rows.tolist(), [[[0, 1], [4, 5]], [[2, 3], [6, 7]]])
        a = np.array([[1, -1], [2, 3]])
        self.assertEqual(basic.calculate_matvec_accumulator_range(a, DataType["INT2"]), (-7, 5))
        self.assertEqual(basic.calculate_signed_dot_prod_range(DataType["INT2"], DataType["INT2"], 3), (-6, 12))
        self.assertEqual(basic.auto_pad_to_explicit_padding("SAME_UPPER", 5, 5, 2, 2, 1, 1, 2), [0, 0, 1, 1])


class Scripts(unittest.TestCase):
    def run_script(self, *arguments):
        command = [sys.executable, "-m", "finnc.qonnx", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=280)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_an_unmodified_script_runs(self):
        self.assertIn("nodes with products in place of convolutions", self.run_script(str(SCRIPT)))

    @unittest.skipUnless(has_qonnx, "needs qonnx")
    def test_it_gives_the_same_arrays_and_the_speed_up_is_printed(self):
        text = self.run_script(str(SCRIPT), "--compare")
        self.assertRegex(text, r"execute_onnx +7 .*x\n")
        self.assertRegex(text, r"arrays of execute_onnx: \d+, of which")

    def test_what_is_not_there_is_said(self):
        code = "import finnc.qonnx; finnc.qonnx.install(); import qonnx.util.nothing"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.assertIn("no module qonnx.util.nothing", done.stderr)


@unittest.skipUnless(has_qonnx, "needs qonnx")
class AgainstQonnx(unittest.TestCase):
    def test_every_public_name_is_there_with_its_parameters(self):
        for name in (
            "core.modelwrapper",
            "core.onnx_exec",
            "core.data_layout",
            "util.basic",
            "util.onnx",
            "util.cleanup",
            "util.config",
            "util.inference_cost",
            "util.to_channels_last",
            "analysis.topology",
        ):
            theirs, ours = importlib.import_module("qonnx." + name), importlib.import_module("finnc.qonnx." + name)
            for key, thing in vars(theirs).items():
                if key.startswith("_") or key == "main" or getattr(thing, "__module__", None) != theirs.__name__:
                    continue
                self.compare(f"{name}.{key}", thing, getattr(ours, key, None))
                for method, function in vars(thing).items() if inspect.isclass(thing) else ():
                    if not method.startswith("_") and inspect.isfunction(function):
                        self.compare(f"{name}.{key}.{method}", function, getattr(getattr(ours, key), method, None))

    def compare(self, name, theirs, ours):
        with self.subTest(name):
            self.assertIsNotNone(ours)
            if inspect.isfunction(theirs):
                wanted = list(inspect.signature(theirs).parameters)
                self.assertEqual(list(inspect.signature(ours).parameters)[: len(wanted)], wanted)

    def test_types_are_qonnx_types(self):
        from qonnx.core.datatype import DataType as Theirs

        names = Theirs.get_accumulator_dt_cands() + ["FLOAT32", "FLOAT16", "FIXED<8,3>", "FLOAT<4,3>", "FLOAT<5,2,15>"]
        self.assertEqual(DataType.get_accumulator_dt_cands(), Theirs.get_accumulator_dt_cands())
        probe = np.float32([-300, -128, -2.5, -1, -0.25, 0, 0.1, 1, 2, 127, 300])
        for name in names:
            with self.subTest(name):
                a, b = DataType[name], Theirs[name]
                for question in (
                    "name",
                    "bitwidth",
                    "min",
                    "max",
                    "is_integer",
                    "is_fixed_point",
                    "signed",
                    "to_numpy_dt",
                ):
                    x, y = getattr(a, question), getattr(b, question)
                    self.assertEqual(x() if callable(x) else x, y() if callable(y) else y, question)
                np.testing.assert_array_equal(a.allowed(probe), b.allowed(probe))

    def test_their_transformation_objects_are_passes(self):
        for known in finnc.passes():
            if not (known.upstream or "").startswith("qonnx.transformation."):
                continue
            kind = getattr(importlib.import_module(known.upstream), known.name, None)
            if kind is None:
                continue
            with self.subTest(known.name), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                given = {p.name: 2 if p.kind == "int" else "FIXED<8,3>" for p in known.parameters if p.is_required}
                if known.name == "ComposedTransformation":
                    given = {"transformations": [InferShapes()]}
                theirs = kind(**given)
                self.assertEqual(upstream.as_step(theirs, scales())[0], known.name)
        from qonnx.transformation.fixedpt_quantize import FixedPointQuantizeParamsFromDict as Fixed

        for mode in ("ROUND", "CEIL", "FLOOR", "UP", "DOWN", "HALF_UP", "HALF_DOWN"):
            step = upstream.as_step(Fixed({"t": "FIXED<8,3>"}, rounding_mode=mode))
            self.assertEqual(step[1].get("rounding_mode", "ROUND"), mode)
            self.assertEqual(step[1]["fixedpt_dict"], {"t": "FIXED<8,3>"})
        from qonnx.transformation.insert_topk import InsertTopK as Theirs

        self.assertEqual(len(scales().transform(Theirs(k=2)).graph.node), 3)
        self.assertEqual(len(finnc.transform(finnc.Model.from_text(support.SCALES), Theirs(k=2)).nodes), 3)

    def test_wrappers_answer_alike(self):
        from qonnx.core.modelwrapper import ModelWrapper as Theirs

        theirs, ours = Theirs(str(support.CNV)), ModelWrapper(str(support.CNV))
        self.assertEqual(theirs.model, ours.model)
        for name in theirs.get_all_tensor_names():
            for question in ("get_tensor_datatype", "get_tensor_shape", "get_tensor_layout", "get_tensor_fanout"):
                x, y = getattr(theirs, question)(name), getattr(ours, question)(name)
                self.assertEqual(str(x), str(y), (question, name))
            self.assertEqual(theirs.find_consumers(name), ours.find_consumers(name))
        for a, b in zip(theirs.graph.node, ours.graph.node):
            self.assertEqual(
                (theirs.is_fork_node(a), theirs.is_join_node(a)), (ours.is_fork_node(b), ours.is_join_node(b))
            )
        x, y = theirs.make_empty_exec_context(), ours.make_empty_exec_context()
        self.assertEqual(list(x), list(y))

    def test_random_values_are_the_same_ones(self):
        from qonnx.core.datatype import DataType as Theirs
        from qonnx.util.basic import gen_finn_dt_tensor

        for name in ("BIPOLAR", "BINARY", "INT4", "UINT33", "TERNARY", "FIXED<8,3>", "FLOAT32"):
            np.random.seed(7)
            x = gen_finn_dt_tensor(Theirs[name], [3, 4])
            np.random.seed(7)
            np.testing.assert_array_equal(basic.gen_finn_dt_tensor(DataType[name], [3, 4]), x)

    def test_costs_are_the_same(self):
        from finnc.qonnx.util.inference_cost import inference_cost as ours
        from qonnx.util.inference_cost import inference_cost as theirs

        a, b = theirs(str(support.CNV), cost_breakdown=True), ours(str(support.CNV), cost_breakdown=True)
        a["total_cost"].pop("unsupported"), b["total_cost"].pop("unsupported")
        self.assertEqual(a, b)


if __name__ == "__main__":
    unittest.main()
