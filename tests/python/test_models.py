"""Models in and out, what is in them, and passes."""

import dataclasses
import json
import logging
import os
import pathlib
import subprocess
import tempfile
import threading
import unittest

import finnc
import numpy as np
import support

try:
    import onnx
except ImportError:
    onnx = None


class Models(unittest.TestCase):
    def test_a_model_is_read_from_a_path_and_from_bytes(self):
        data = support.CNV.read_bytes()
        for source in (support.CNV, str(support.CNV), data, memoryview(data)):
            model = finnc.load(source)
            self.assertEqual(len(model.nodes), 48)
            self.assertEqual([v.name for v in model.inputs], ["global_in"])
            self.assertEqual(model.inputs[0].shape, (1, 3, 32, 32))
            self.assertEqual(model.inputs[0].datatype, "UINT8")
            self.assertEqual(model.outputs[0].element_type, "INT64")

    def test_what_is_written_is_what_was_read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "out.onnx"
            finnc.load(support.CNV).save(path)
            self.assertTrue(finnc.compare(support.CNV, path))
            self.assertEqual(finnc.load(path).to_bytes(), finnc.load(support.CNV).to_bytes())

    @unittest.skipUnless(onnx, "needs onnx")
    def test_onnx_models_go_in_and_out(self):
        proto = onnx.load(support.CNV)
        model = finnc.load(proto)
        self.assertEqual(model.to_onnx(), proto)

    def test_dumps(self):
        model = finnc.Model.from_text(support.SCALES)
        self.assertIn("y = Mul", model.dump())
        self.assertEqual(len(json.loads(model.dump("json"))["nodes"]), 2)
        self.assertTrue(model.dump("dot").startswith("digraph"))
        with self.assertRaisesRegex(finnc.BadValue, "yaml"):
            model.dump("yaml")
        again = finnc.Model.from_text(model.dump(weights=True))
        self.assertTrue(finnc.compare(model, again))

    def test_nodes_and_values(self):
        model = finnc.Model.from_text(support.SCALES)
        first = model.find_node("first")
        self.assertEqual((first.op_type, first.domain), ("Mul", ""))
        self.assertEqual([v.name for v in first.inputs], ["x", "s"])
        self.assertEqual(first.inputs[1].array.tolist(), [0.5])
        self.assertEqual(first.outputs[0].consumers, [model.find_node("second")])
        self.assertEqual(first.outputs[0].producer, first)
        self.assertIsNone(first.inputs[0].producer)
        self.assertEqual(model.opsets, {"": 17})
        with self.assertRaisesRegex(finnc.NotFound, "third"):
            model.find_node("third")
        conv = next(n for n in finnc.load(support.CNV).nodes if n.op_type == "Conv")
        self.assertEqual(conv.attributes["kernel_shape"], [3, 3])

    def test_what_was_looked_at_before_a_change_says_so(self):
        model = finnc.Model.from_text(support.SCALES)
        first = model.find_node("first")
        model.transform("CollapseRepeatedMul")
        with self.assertRaises(ReferenceError):
            first.name

    def test_editing(self):
        model = finnc.Model.from_text(support.SCALES)
        model.set_array("s", np.float32([3]))
        model.set_datatype("x", "INT4")
        model.set_layout("x", "NC")
        model.set_metadata("who", "me")
        self.assertEqual(model.find_value("x").datatype, "INT4")
        self.assertEqual(model.find_value("x").layout, "NC")
        self.assertEqual(model.metadata["who"], "me")
        self.assertEqual(finnc.run(model, [np.ones((1, 4), np.float32)])["y"].tolist(), [[12.0] * 4])
        with self.assertRaisesRegex(finnc.BadValue, "INT-4"):
            model.set_datatype("x", "INT-4")

    def test_what_a_node_makes_cannot_become_an_initialiser(self):
        model = finnc.Model.from_text(support.SCALES)
        before = model.to_bytes()
        with self.assertRaisesRegex(finnc.BadValue, r"'a' .* node 'first' \(Mul\) makes it"):
            model.set_array("a", np.ones((1, 4), np.float32))
        for array in ([np.ones(2, np.float32)], None, {"k": 2.0}):
            with self.assertRaisesRegex(finnc.BadValue, "'s' cannot become an initialiser"):
                model.set_array("s", array)
        self.assertEqual(model.to_bytes(), before)
        self.assertEqual(finnc.check(model), [])

    def test_a_zero_byte_in_a_path_is_no_end_of_it(self):
        model, zero = finnc.Model.from_text(support.SCALES), "net.onnx\0.bak"
        calls = {
            "save": lambda path: model.save(path),
            "load": lambda path: finnc.load(path),
            "folder": lambda path: finnc.load(model.to_bytes(), folder=path),
            "read_image": finnc.read_image,
            "Dataset": finnc.Dataset,
            "truth": lambda path: finnc.Dataset(support.EXAMPLES, truth=path),
            "classes": lambda path: finnc.Dataset(support.EXAMPLES, classes=path),
            "Pipeline": finnc.Pipeline.read,
            "run_case": finnc.run_case,
            "replay": finnc.replay,
            "reproducer": lambda path: model.transform("InsertTopK", k=77, reproducer=path),
            "from_text": finnc.Model.from_text,
        }
        for name, call in calls.items():
            for path in (zero, pathlib.Path(zero), os.fsencode(zero))[: 1 if name == "from_text" else 2]:
                with self.subTest(name, path=path), self.assertRaisesRegex(finnc.BadValue, "zero byte"):
                    call(path)
        self.assertFalse(os.path.exists("net.onnx"))

    def test_errors_are_classes_with_the_programs_words(self):
        with self.assertRaisesRegex(finnc.NotFound, "nothing.onnx") as caught:
            finnc.load("nothing.onnx")
        self.assertIsInstance(caught.exception, finnc.Error)
        self.assertIsInstance(caught.exception, LookupError)
        with self.assertRaises(finnc.BadFile):
            finnc.load(b"this is no model")
        with self.assertRaises(TypeError):
            finnc.load(7)
        model = finnc.load(support.CNV)
        model.close()
        with self.assertRaises(ReferenceError):
            model.nodes

    def test_nodes_and_values_end_with_the_model(self):
        model = finnc.Model.from_text(support.SCALES)
        node, value = model.nodes[0], model.find_value("x")
        self.assertEqual((node.op_type, value.shape), ("Mul", (1, 4)))
        model.close()
        for look in (
            lambda: node.op_type,
            lambda: node.attributes,
            lambda: value.name,
            lambda: value.consumers,
            lambda: value == value,
        ):
            with self.assertRaisesRegex(ReferenceError, "closed"):
                look()

    def test_memory_is_capped(self):
        with self.assertRaises(finnc.NoMemory):
            finnc.load(support.CNV.read_bytes(), context=finnc.Context(max_memory=100000))


class Passes(unittest.TestCase):
    def test_a_transformed_model_is_another_one(self):
        model = finnc.Model.from_text(support.SCALES)
        done = finnc.transform(model, "CollapseRepeatedMul", verify_each=True)
        self.assertEqual((len(model.nodes), len(done.nodes)), (2, 1))
        self.assertEqual(done.report.verified, 1)
        self.assertEqual(done.report.rewrites, 1)
        applied = [r for r in done.report.remarks if r.kind == "applied"]
        self.assertEqual([r.pass_name for r in applied], ["CollapseRepeatedMul"])
        self.assertEqual(done.report.passes[0].nodes_before, 2)

    def test_ways_to_say_a_pass(self):
        model = finnc.load(support.CNV)
        for steps, keywords in [
            (["InsertTopK"], {"k": 3}),
            (["InsertTopK{k=3}"], {}),
            ([("InsertTopK", {"k": np.int64(3)})], {}),
            ([{"InsertTopK": {"k": 3}}], {}),
            ([["insert-top-k{k=3}"]], {}),
            ([finnc.Pipeline("InsertTopK", k=3)], {}),
            ([finnc.Pipeline.from_yaml("- InsertTopK: {k: 3}")], {}),
        ]:
            text = finnc.Model.from_text(support.SCALES)
            self.assertEqual(finnc.transform(text, *steps, **keywords).outputs[0].shape, (1, 3))
        streamlined = finnc.transform(model, "Streamline", "ConvertBipolarMatMulToXnorPopcount")
        self.assertEqual([p.step for p in streamlined.report.passes if p.depth == 0], [1, 2])
        self.assertTrue(finnc.compare(model, finnc.transform(model, "cnv")))

    def test_a_spelling_mistake_gets_the_nearest_name(self):
        with self.assertRaisesRegex(finnc.NotFound, "unknown pass Streamlin.*Streamline"):
            finnc.transform(support.CNV, "Streamlin")
        with self.assertRaisesRegex(finnc.NotFound, "Streamline"):
            finnc.find_pass("Streamlin")
        with self.assertRaisesRegex(finnc.BadValue, "InsertTopK"):
            finnc.transform(support.CNV, "InsertTopK", kk=3)

    def test_a_failed_pass_leaves_the_model_whole(self):
        model = finnc.Model.from_text(support.SCALES)
        before = model.to_bytes()
        with self.assertRaises(finnc.BadValue):
            model.transform("InsertTopK", k=77)
        self.assertEqual(model.to_bytes(), before)

    def test_a_wrong_step_is_found_on_inputs_of_ones_own(self):
        folder = support.EXAMPLES / "bisect"
        recorded = {"global_in": np.load(folder / "recorded.npz")["samples"]}
        tidy = finnc.transform(folder / "detector.onnxtxt", "tidy")
        finnc.transform(tidy, "Streamline", verify_each=True)
        with self.assertRaisesRegex(finnc.VerificationError, "Streamline") as caught:
            finnc.transform(tidy, "Streamline", verify_each=True, verify_on=recorded)
        np.testing.assert_array_equal(caught.exception.inputs["global_in"], recorded["global_in"])
        self.assertEqual(caught.exception.pass_name, "Streamline")
        self.assertGreater(len(caught.exception.report.passes), 1)

    def test_a_callback_that_raises_ends_the_run(self):
        def hear(remark):
            raise KeyError("from a callback")

        model = finnc.Model.from_text(support.SCALES)
        with self.assertRaisesRegex(KeyError, "from a callback"):
            model.transform("CollapseRepeatedMul", on_remark=hear)
        model.transform("CollapseRepeatedMul")
        self.assertEqual(len(model.nodes), 1)

    def test_progress_is_heard_and_may_raise(self):
        heard = []
        model = finnc.load(support.CNV, context=finnc.Context(progress=lambda *a: heard.append(a)))
        model.transform("Streamline", "InferShapes")
        self.assertIn("transforming", {what for what, _, _ in heard})

        def refuse(what, done, total):
            raise InterruptedError(what)

        model = finnc.load(support.CNV, context=finnc.Context(progress=refuse))
        with self.assertRaises(InterruptedError):
            model.transform("Streamline")

    def test_notes_and_warnings_are_logged(self):
        text = support.HEAD + "g (int64[1] x) => (float[1] y) { t = my.Unknown(x) \n y = Cast<to = 1>(t) }"
        model = finnc.Model.from_text(text)
        with self.assertLogs("finnc", logging.WARNING):
            model.transform("InferShapes", "RemoveIdentityOps", "GiveUniqueNodeNames", verify_each=True)

    def test_warnings_of_files_are_logged_those_of_partitions_too(self):
        def with_unknown_type(text):
            model = finnc.Model.from_text(text)
            model.set_datatype("x", "INT4")
            return model.to_bytes().replace(b"INT4", b"INTX")

        head = '<ir_version: 8, opset_import: ["" : 17, "qonnx.custom_op.general" : 1]>\n'
        graph = "g (float[2] x) => (float[2] y) { y = %s(x) }"
        parent = head + graph % 'qonnx.custom_op.general.GenericPartition<model = "part.onnx">'
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
            pathlib.Path(folder, "part.onnx").write_bytes(with_unknown_type(head + graph % "Neg"))
            with self.assertLogs("finnc", logging.WARNING) as heard:
                model = finnc.load(with_unknown_type(parent), folder=folder)
            self.assertRegex(heard.output[0], "'INTX'")
            for act in (model.nodes[0].open_partition, lambda: model.save(pathlib.Path(other, "out.onnx"))):
                with self.assertLogs("finnc", logging.WARNING) as heard:
                    act()
                self.assertEqual(len(heard.output), 1)
                self.assertRegex(heard.output[0], "part.onnx.*'INTX'")
            self.assertEqual(sorted(os.listdir(other)), ["out.onnx", "part.onnx"])

    def test_a_cancelled_context_says_so(self):
        context = finnc.Context()
        model = finnc.load(support.CNV, context=context)
        context.cancel()
        with self.assertRaises(finnc.Cancelled):
            model.transform("Streamline")
        context.resume()
        model.transform("Streamline")

    def test_pipelines_are_written_as_yaml(self):
        text = finnc.Pipeline("tidy, InsertTopK{k=2}").to_yaml()
        again = finnc.Pipeline.from_yaml(text)
        self.assertEqual(again.to_yaml(), text)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "p.yaml")
            pathlib.Path(path).write_text(text)
            self.assertEqual(len(finnc.Pipeline.read(path)), len(again))

    def test_models_are_transformed_side_by_side(self):
        whole, wrong = finnc.transform(support.CNV, "cnv").to_bytes(), []

        def work():
            if finnc.transform(support.CNV, "cnv").to_bytes() != whole:
                wrong.append(1)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertFalse(wrong)


class Catalogue(unittest.TestCase):
    def test_passes_recipes_and_ops_are_listed(self):
        names = {p.name for p in finnc.passes()}
        self.assertIn("Streamline", names)
        self.assertIn("cnv", {r.name for r in finnc.recipes()})
        insert = finnc.find_pass("insert-top-k")
        self.assertEqual(insert.upstream, "qonnx.transformation.insert_topk")
        self.assertEqual([p.name for p in insert.parameters], ["k", "axis", "largest", "sorted"])
        self.assertEqual(finnc.find_op("Conv").name, "Conv")
        quant = finnc.find_op("Quant", "qonnx.custom_op.general")
        self.assertEqual([f.name for f in quant.inputs], ["X", "scale", "zeropt", "bitwidth"])
        self.assertFalse(quant.is_hardware)
        self.assertTrue(finnc.find_op("MVAU", "finn.custom_op.fpgadataflow").is_hardware)
        self.assertIsNone(finnc.find_op("NoSuchOp"))
        self.assertGreater(len(finnc.ops()), 200)

    def test_versions_have_what_they_have(self):
        squeeze = finnc.find_op("Squeeze")
        self.assertEqual([(a.name, a.since, a.until) for a in squeeze.attributes], [("axes", None, 13)])
        self.assertEqual([(f.name, f.is_optional, f.since, f.until) for f in squeeze.inputs][1], ("axes", True, 13, None))

    @unittest.skipUnless((support.BUILD / "finnc").exists(), "the program was not built")
    def test_ops_are_told_as_the_program_tells_them(self):
        """The same facts of all ops, key by key."""
        done = subprocess.run([support.BUILD / "finnc", "ops", "--json"], check=True, capture_output=True, text=True)
        told = json.loads(done.stdout)["ops"]
        renamed = {"is_optional": "optional", "is_variadic": "variadic", "is_mixed": "mixed", "is_required": "required", "can_run": "runs"}

        def facts(of):
            if dataclasses.is_dataclass(of):
                pairs = ((field.name, getattr(of, field.name)) for field in dataclasses.fields(of))
                return {renamed.get(name, name): facts(value) for name, value in pairs if value not in (None, "")}
            if isinstance(of, dict):
                return {name: facts(value) for name, value in of.items() if value not in (None, "")}
            return [facts(value) for value in of] if isinstance(of, (list, tuple)) else of

        for op in told:  # where the program has texts, and the standard's domain a name
            if op["domain"] == "ai.onnx":
                del op["domain"]
            for attribute in op["attributes"]:
                if "default" in attribute:
                    attribute["default"] = json.loads(attribute["default"])
                if "choices" in attribute:
                    attribute["choices"] = attribute["choices"].split()
        self.assertEqual(len(told), len(finnc.ops()))
        for op, known in zip(told, finnc.ops()):
            self.assertEqual(facts(known), facts(op))

    def test_instruction_sets_are_what_a_session_may_ask_for(self):
        sets = finnc.instruction_sets()
        self.assertEqual((sets[0].name, sets[0].is_here, sets[0].is_untried), ("portable", True, False))
        for known in sets:
            if known.is_here:
                self.assertEqual(finnc.Session(support.CNV, "fast", isa=known.name).isa, known.name)


if __name__ == "__main__":
    unittest.main()
