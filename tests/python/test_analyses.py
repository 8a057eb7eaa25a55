"""Analyses, and classifying a data set: the figures are those of the program's own tests and documents."""

import pathlib
import tempfile
import unittest

import finnc
import numpy as np
import support

TFC = support.EXAMPLES / "tfc-hardware"
PART = "xc7z020clg400-1"


def layers():
    """TFC as hardware layers: examples/tfc-hardware."""
    pipeline = finnc.Pipeline.read(TFC / "streamline.yaml")
    model = finnc.transform(TFC / "tfc.onnxtxt", pipeline)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "t.onnx"
        finnc.transform(model, "hw-step").save(path)
        return finnc.transform(path, ("SpecializeLayers", {"fpgapart": PART}), "GiveUniqueNodeNames")


class Analyses(unittest.TestCase):
    def test_a_valid_model_has_no_findings(self):
        self.assertEqual(finnc.check(support.CNV), [])
        text = support.SCALES.replace("float[1] s = {0.5}", "float[1] s {INT2} = {0.5}")
        found = finnc.check(finnc.Model.from_text(text))
        self.assertTrue(any("INT2" in finding.text and finding.is_error for finding in found))

    def test_what_only_finn_relies_on_is_no_error(self):
        found = finnc.check(finnc.Model.from_text(support.SCALES.replace("[second]", "[first]")))
        self.assertEqual([f.is_error for f in found], [False])
        self.assertIn("first", found[0].text)

    def test_topology(self):
        found = finnc.topology(support.CNV)
        self.assertTrue(found.is_linear and found["nodes_topologically_sorted"])

    def test_cost_counts_as_qonnx_does(self):
        # FINN's paper: 57.9 million binary products of CNV, 1.5 million of the first layer.
        found = finnc.cost(finnc.transform(support.CNV, "cost-preparation"))
        self.assertEqual(found.total.amounts["op_mac_BIPOLAR_BIPOLAR"], 57906176)
        self.assertEqual(found.total.macs, 57906176 + 1555200)
        self.assertEqual(sum(n.macs for n in found.nodes.values()), found.total.macs)
        self.assertEqual(found.total.weights, 1542848)

    def test_ranges_by_hand(self):
        model = finnc.Model.from_text(support.SCALES)
        found = finnc.ranges(model, {"x": (-1, [1, 2, 3, 4])})
        self.assertEqual((found["y"].min, found["y"].max), (-2, 8))
        self.assertEqual(found["a"].channel_max, [0.5, 1.0, 1.5, 2.0])
        self.assertEqual(finnc.ranges(model, {"x": (-1, [1, 2, 3, 4])}, axis=-1)["a"].channel_max, [0.5, 1.0, 1.5, 2.0])
        self.assertEqual(finnc.ranges(model, {"x": (-1, 4)}, axis=-2)["a"].channel_max, [2.0])

    def test_an_input_with_a_default_has_no_range(self):
        model = finnc.Model.from_text(
            support.HEAD + "g (float[2] x, float[2] c) => (float[2] y) <float[2] c = {1, 1}> { y = Add(x, c) }"
        )
        with self.assertRaisesRegex(finnc.BadValue, "'c', which has a default"):
            finnc.ranges(model, {"c": (100, 100)})
        self.assertEqual(finnc.ranges(model, {"x": (2, 3)})["y"].max, 4)

    def test_statistics_by_hand(self):
        model = finnc.Model.from_text(support.SCALES)
        x = np.float32([[0, 1, 2, 5]])
        found = finnc.stats(model, {"x": x}, axes=[1])
        self.assertEqual((found["y"].max, found["y"].mean), (10.0, 4.0))
        self.assertEqual(found["y"].axes[1].max, [0.0, 2.0, 4.0, 10.0])

    def test_layers_are_estimated_folded_and_get_fifos(self):
        model = layers()
        found = finnc.estimate(model, part=PART, clock_ns=10)
        self.assertEqual(found.max_cycles, 1024)  # 64 by 16 products, one a cycle
        self.assertEqual(found.bottleneck, "MVAU_hls_0")
        self.assertAlmostEqual(found.fps, 1e8 / 1024)
        self.assertEqual(found.reports["estimate_layer_cycles.json"]["MVAU_hls_0"], 1024)
        self.assertTrue(finnc.estimate(model, svg=True).svg.startswith("<svg"))
        folded = finnc.fold(model, part=PART, max_cycles=64, apply=True)
        self.assertLessEqual(folded.max_cycles, 64)
        self.assertIn("PE", folded.folding["MVAU_hls_0"])
        self.assertEqual(finnc.estimate(model).max_cycles, folded.max_cycles)
        self.assertEqual(finnc.config(model)["MVAU_hls_0"]["PE"], folded.folding["MVAU_hls_0"]["PE"])
        fifos = finnc.fifo(model)
        self.assertEqual(fifos.period, folded.max_cycles)
        self.assertFalse(fifos.is_deadlock)
        with self.assertRaisesRegex(finnc.BadValue, "lutt"):
            finnc.fold(model, part=PART, budget={"lutt": 3})

    def test_a_target_in_frames_is_a_number_of_cycles(self):
        model = layers()
        self.assertEqual(finnc.fold(model, part=PART, fps=1e8 / 64).max_cycles, 64)
        slowest = finnc.fold(model, part=PART, max_cycles=2**63 - 1).max_cycles
        for fps in (1e-12, 1e-320, 5e-324):
            self.assertEqual(finnc.fold(model, part=PART, fps=fps).max_cycles, slowest)
        self.assertEqual(finnc.fold(model, part=PART, fps=1e8, keeps=True).max_cycles, 1024)
        for fps in (0, -1, float("nan")):
            with self.assertRaisesRegex(finnc.BadValue, "frames a second"):
                finnc.fold(model, part=PART, fps=fps)
        with self.assertRaisesRegex(finnc.BadValue, "less than a cycle"):
            finnc.fold(model, part=PART, fps=1e9)
        for cycles in (-5, 2**63, 2**64):
            with self.assertRaises(finnc.BadValue):
                finnc.fold(model, part=PART, max_cycles=cycles)
        with self.assertRaises(finnc.NotFound):
            finnc.estimate(model, part="xc8z")

    def test_layers_are_bound_in_a_copy(self):
        abstract = finnc.Model.from_text(
            "<ir_version: 8, opset_import: ['finn.custom_op.fpgadataflow' : 1]>"
            "g (float[1,4] x {INT2}) => (float[1,4] y {INT3}) { y = finn.custom_op.fpgadataflow.AddStreams"
            "<NumChannels = 4, PE = 1, inputDataType = 'INT2', numInputVectors = [1]>(x, x) }".replace("'", '"')
        )
        with self.assertRaisesRegex(finnc.BadValue, "SpecializeLayers comes before"):
            finnc.estimate(abstract)
        with self.assertRaisesRegex(finnc.BadValue, "no part is given"):
            finnc.dataflow(abstract)
        bound = finnc.dataflow(abstract, part=PART)
        self.assertEqual([n.op_type for n in bound.nodes], ["AddStreams_hls"])
        self.assertEqual(finnc.estimate(bound).max_cycles, 4)  # four channels, one a cycle
        self.assertEqual([n.op_type for n in abstract.nodes], ["AddStreams"])


class Evaluations(unittest.TestCase):
    def test_a_folder_of_pictures_is_classified(self):
        images = support.EXAMPLES / "cnv-w1a1" / "images"
        names = (support.EXAMPLES / "cnv-w1a1" / "labels.txt").read_text().split()
        with tempfile.TemporaryDirectory() as folder:
            for picture in images.glob("*.png"):
                place = pathlib.Path(folder) / str(names.index(picture.stem.partition("-")[2]))
                place.mkdir(exist_ok=True)
                (place / picture.name).write_bytes(picture.read_bytes())
            dataset = finnc.Dataset(folder)
            self.assertEqual(len(dataset), len(list(images.glob("*.png"))))
            sample, label = dataset[0]
            self.assertEqual((sample.shape, sample.dtype), ((1, 3, 32, 32), np.uint8))
            found = finnc.evaluate(support.CNV, dataset)
            plain = finnc.evaluate(support.CNV, dataset, engine="reference")
            self.assertEqual((plain.engine, plain.fast_nodes, plain.top), ("reference", 0, found.top))
            fast = finnc.evaluate(support.CNV, dataset, engine="fast")
            self.assertEqual((fast.engine, fast.fast_nodes, fast.top), ("fast", 47, found.top))
            with self.assertRaisesRegex(finnc.BadValue, "threads: -2"):
                finnc.evaluate(support.CNV, dataset, threads=-2)
            session, right = finnc.Session(support.CNV), 0
            for i in range(len(dataset)):
                sample, label = dataset[i]
                right += int(session.run(sample.astype(np.float32))["global_out"].item() == label)
        self.assertEqual(found.samples, len(dataset))
        self.assertEqual(found.confusion.sum(), len(dataset))
        self.assertEqual(found.accuracy, np.mean(found.predicted == found.truth))
        self.assertEqual(found.top[0], right)
        self.assertGreater(found.accuracy, 0.5)


if __name__ == "__main__":
    unittest.main()
