"""Explaining, bisecting, replaying and reducing."""

import pathlib
import tempfile
import unittest

import finnc
import numpy as np
import support

# A product that streamlines and answers differently: examples/bisect tells why.
DETECTOR = support.EXAMPLES / "bisect" / "detector.onnxtxt"
RECORDED = np.load(support.EXAMPLES / "bisect" / "recorded.npz")["samples"]

# A factor for each channel, which cannot be moved past a Conv that mixes them.
PER_CHANNEL = (
    support.HEAD
    + """g (float[1,2,3,3] x) => (float[1,1,3,3] y)
<float[1,2,1,1] s = {0.5,0.25}, float[1,2,1,1] w = {1.0,-1.0}>
{
  [scale] a = Mul(x, s)
  [conv] y = Conv(a, w)
}
"""
)


class Explain(unittest.TestCase):
    def test_what_became_of_a_node(self):
        model = finnc.Model.from_text(support.SCALES)
        found = finnc.explain(model, "first", "CollapseRepeatedMul", "RemoveIdentityOps")
        self.assertEqual([(f.kind, f.step) for f in found], [("rewritten", 1), ("step", 1), ("step", 2)])
        rewritten = found[0]
        self.assertEqual((rewritten.pass_name, rewritten.op_type), ("CollapseRepeatedMul", "Mul"))
        self.assertEqual(rewritten.rewrite, 1)
        self.assertEqual(sorted(rewritten.values.values()), ["0.5", "4"])
        for fate in found[1:]:
            self.assertEqual([(f.op_type, f.output) for f in fate.now], [("Mul", "y")])
        self.assertEqual(len(model.nodes), 2)

    def test_why_not_more(self):
        model = finnc.Model.from_text(PER_CHANNEL)
        for name, followed in (("conv", "conv (Conv)"), ("y", "conv (Conv)"), ("scale", "scale (Mul)")):
            found = [f for f in finnc.explain(model, name, "MoveScalarMulPastConv") if f.kind == "declined"]
            self.assertEqual(len(found), 1, name)
            self.assertEqual(found[0].rewrite, 0)
            self.assertEqual(found[0].values["s"], "2 values, 0.25 to 0.5")
            self.assertTrue(str(found[0]).startswith(f"- MoveScalarMulPastConv: {followed}: "))
        self.assertEqual([f.kind for f in finnc.explain(model, "conv", "MoveAddPastConv")], ["step"])
        far = finnc.explain(model, "conv", "MoveAddPastConv", wants_far=True)
        self.assertTrue(any(f.kind == "declined" and f.is_far for f in far))

    def test_a_node_that_is_not_there(self):
        with self.assertRaisesRegex(finnc.NotFound, "third"):
            finnc.explain(finnc.Model.from_text(support.SCALES), "third", "Streamline")
        with self.assertRaisesRegex(finnc.NotFound, "Streamline"):
            finnc.explain(finnc.Model.from_text(support.SCALES), "first", "Streamlin")


class Bisect(unittest.TestCase):
    def test_the_rewrite_that_changes_a_result(self):
        inputs = {"samples": RECORDED}
        found = finnc.bisect(DETECTOR, "tidy", "Streamline", inputs=inputs)
        self.assertFalse(found)
        self.assertEqual((found.pass_name, found.op_type), ("RoundAndClipThresholds", "MultiThreshold"))
        self.assertEqual((found.rewrite, found.last, found.rewrites), (8, 8, 8))
        self.assertEqual(found.failure, "")
        self.assertFalse(found.on_purpose)
        self.assertEqual(found.comparison.difference.largest, 0.125)
        # Three thresholds on each side; the wrong one was 40.5.
        levels = [max(v.array.max() for v in m.values if v.array is not None) for m in (found.before, found.after)]
        self.assertEqual(levels, [40.5, 16])
        renamed = {found.before.inputs[0].name: RECORDED}
        self.assertFalse(finnc.compare(found.before, found.after, renamed))

    def test_none_changes_a_result(self):
        found = finnc.bisect(DETECTOR, "tidy", "Streamline")
        self.assertTrue(found)
        self.assertEqual((found.rewrite, found.rewrites), (0, 8))
        self.assertIsNone(found.comparison)
        self.assertEqual(str(found), "equal: none of 8 rewrites changes a result")

    def test_a_pass_that_refuses_is_no_rewrite(self):
        model = finnc.Model.from_text(support.SCALES)
        with self.assertRaisesRegex(finnc.BadValue, "no rewrite is wrong.*77"):
            finnc.bisect(model, "CollapseRepeatedMul", ("InsertTopK", {"k": 77}))
        self.assertTrue(finnc.bisect(model, "CollapseRepeatedMul", ("InsertTopK", {"k": 77}), stop_after=1))

    def test_changes_on_purpose_are_told_as_such(self):
        model = finnc.Model.from_text(support.SCALES)
        found = finnc.bisect(model, "InsertTopK", k=1)
        self.assertEqual((found.pass_name, found.on_purpose), ("InsertTopK", True))


class Replay(unittest.TestCase):
    def test_a_failure_is_kept_and_run_again(self):
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder) / "failure"
            tidy = finnc.transform(DETECTOR, "tidy")
            keep = dict(verify_each=True, verify_on={"global_in": RECORDED}, reproducer=place)
            with self.assertRaises(finnc.VerificationError) as caught:
                finnc.transform(tidy, "Streamline", **keep)
            found = finnc.replay(place)
            self.assertTrue(found and found.is_same)
            self.assertEqual((found.recorded.cause, found.recorded.pass_name), ("verification", "Streamline"))
            self.assertEqual(found.recorded.message, str(caught.exception))
            self.assertEqual(found.now, found.recorded)
            self.assertEqual(found.recorded_version, finnc.__version__)
            # Mended: the annotation was wrong, not the pass.
            mended = finnc.load(place / "model.onnx")
            mended.set_datatype("global_in", "UINT8")
            mended.save(place / "model.onnx")
            self.assertFalse(finnc.replay(place))
            # Where it cannot be kept, the failure is still the one that was.
            with self.assertRaises(finnc.VerificationError), self.assertLogs("finnc", "WARNING"):
                finnc.transform(tidy, "Streamline", **keep)
            with self.assertRaises(finnc.Error):
                finnc.replay(folder)


class Reduce(unittest.TestCase):
    def test_what_matters_is_left(self):
        heard = []
        found = finnc.reduce(
            support.CNV, lambda m: any(n.op_type == "MaxPool" for n in m.nodes), better=lambda m: heard.append(m)
        )
        self.assertEqual([n.op_type for n in found.model.nodes], ["MaxPool"])
        self.assertTrue(found.finished)
        self.assertEqual(found.smaller, len(heard))
        self.assertEqual(heard[-1].to_bytes(), found.model.to_bytes())
        self.assertGreater(found.candidates, found.smaller)
        self.assertEqual(len(finnc.load(support.CNV).nodes), 48)

    def test_limits(self):
        found = finnc.reduce(support.CNV, lambda m: True, candidates=2)
        self.assertEqual((found.candidates, found.finished), (2, False))
        with self.assertRaisesRegex(finnc.BadValue, "seconds"):
            finnc.reduce(support.CNV, lambda m: True, seconds=-1)

    def test_the_model_itself_has_to_be_interesting(self):
        with self.assertRaises(finnc.BadValue):
            finnc.reduce(support.CNV, lambda m: False)

    def test_a_question_that_raises_ends_the_search(self):
        model = finnc.Model.from_text(support.SCALES)
        with self.assertRaisesRegex(KeyError, "from a question"):
            finnc.reduce(model, lambda m: {}["from a question"])
        with self.assertRaisesRegex(KeyError, "from an answer"):
            finnc.reduce(model, lambda m: True, better=lambda m: {}["from an answer"])
        self.assertEqual(len(model.nodes), 2)

    def test_candidates_may_be_kept_and_worked_on(self):
        kept = []

        def differs(candidate):
            kept.append(candidate)
            done = finnc.transform(candidate, "RoundAndClipThresholds")
            inputs = {v.name: np.full(v.shape, 33, np.float32) for v in candidate.free_inputs}
            return not finnc.compare(candidate, done, inputs)

        streamlined = finnc.transform(DETECTOR, "tidy,AbsorbAddIntoMultiThreshold,AbsorbMulIntoMultiThreshold")
        found = finnc.reduce(streamlined, differs)
        self.assertEqual([n.op_type for n in found.model.nodes], ["MultiThreshold"])
        self.assertEqual(len(kept), found.candidates + 1)  # it is asked about the model itself, first
        self.assertEqual(len(kept[0].nodes), len(streamlined.nodes))


if __name__ == "__main__":
    unittest.main()
