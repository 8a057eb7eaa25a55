"""Numbers that C has no room for: ctypes cuts them down without a word, so each is looked at before."""

import inspect
import math
import pathlib
import tempfile
import unittest

import finnc
import numpy as np
import support

X = np.ones((1, 4), np.float32)
SMALL = support.SCALES.replace("x)", "x {INT4})")


def with_whole_numbers():
    """What is called with numbers, by its name: the function, and those parameters."""
    found = {name: getattr(finnc, name) for name in finnc.__all__}
    functions = {name: f for name, f in found.items() if inspect.isfunction(f)}
    for kind in (finnc.Session, finnc.Context):
        functions[kind.__name__] = kind
    for method in (finnc.Session.run_random, finnc.Dataset.name, finnc.Dataset.__getitem__):
        functions[method.__qualname__] = method
    for name, function in functions.items():
        parameters = inspect.signature(function).parameters.values()
        numbers = [p.name for p in parameters if p.annotation in ("int", "int | None", "Sequence[int]")]
        if numbers:
            yield name, function, numbers


class Numbers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        np.savez(pathlib.Path(cls.folder.name, "set.npz"), images=np.zeros((3, 4), np.float32), labels=np.arange(3))
        cls.data = finnc.Dataset(pathlib.Path(cls.folder.name, "set.npz"), images="images", labels="labels")
        model = cls.model = finnc.Model.from_text(SMALL)
        cls.arguments = {
            "Context": (),
            "Session": (model,),
            "Session.run_random": (finnc.Session(model),),
            "Dataset.name": (cls.data,),
            "Dataset.__getitem__": (cls.data,),
            "bisect": (model, "CollapseRepeatedMul"),
            "compare": (model, model),
            "draw_inputs": (model,),
            "evaluate": (model, cls.data),
            "explain": (model, "first", "CollapseRepeatedMul"),
            "fifo": (model,),
            "fold": (model,),
            "ranges": (model,),
            "reduce": (model, lambda _: True),
            "stats": (model,),
        }

    def test_each_is_refused_beyond_what_c_has_room_for(self):
        listed = {name: numbers for name, _, numbers in with_whole_numbers() if name != "bench"}  # by Session
        self.assertEqual(listed.keys(), self.arguments.keys())
        required = {"fold": {"part": "Pynq-Z1"}}
        for name, function, numbers in with_whole_numbers():
            for parameter in numbers if name in listed else []:
                for number in (-(2**63), 2**64, 2**64 + 1):
                    keywords = {parameter: [number] if parameter == "axes" else number, **required.get(name, {})}
                    with self.subTest(name, **keywords), self.assertRaisesRegex(
                        IndexError if name.startswith("Dataset") else finnc.BadValue, str(number)
                    ):
                        function(*self.arguments[name], **keywords)

    def test_so_are_those_of_a_transformation(self):
        for parameter in ("verify_inputs", "verify_seed", "stop_after", "rewrite_limit"):
            for number in (-1, 2**64):
                with self.subTest(parameter, number=number), self.assertRaisesRegex(finnc.BadValue, parameter):
                    finnc.transform(self.model, "CollapseRepeatedMul", **{parameter: number})
        done = finnc.transform(self.model, "CollapseRepeatedMul", verify_each=True, verify_seed=2**64 - 1)
        self.assertEqual(done.report.verified, 1)

    def test_the_largest_are_taken(self):
        largest = finnc.draw_inputs(self.model, seed=2**64 - 1)["x"]
        np.testing.assert_array_equal(finnc.draw_inputs(self.model, seed=np.uint64(2**64 - 1))["x"], largest)
        self.assertFalse(np.array_equal(finnc.draw_inputs(self.model, seed=0)["x"], largest))
        self.assertEqual(list(finnc.stats(self.model, axes=[-1, 0])["x"].axes), [1, 0])

    def test_samples_below_none_are_not_equal(self):
        a = finnc.Model.from_text(SMALL)
        b = finnc.Model.from_text(SMALL.replace("{4.0}", "{-4.0}"))
        self.assertFalse(finnc.compare(a, b))
        for samples in (-1, -5, 0):
            with self.subTest(samples), self.assertRaisesRegex(finnc.BadValue, "samples"):
                finnc.compare(a, b, samples=samples)

    def test_tolerances_and_clocks_are_numbers(self):
        for rtol in (math.nan, math.inf, -1.0):
            with self.subTest(rtol=rtol):
                with self.assertRaisesRegex(finnc.BadValue, "tolerance"):
                    finnc.compare_arrays(X, 2 * X, rtol=rtol)
                with self.assertRaisesRegex(finnc.BadValue, "tolerance"):
                    finnc.compare(self.model, self.model, rtol=rtol)
        for clock in (math.nan, math.inf, -1.0, 0):
            with self.subTest(clock_ns=clock):
                with self.assertRaisesRegex(finnc.BadValue, "clock"):
                    finnc.estimate(self.model, clock_ns=clock)
                with self.assertRaisesRegex(finnc.BadValue, "clock"):
                    finnc.fold(self.model, part="Pynq-Z1", clock_ns=clock)

    def test_codes_of_small_floats_fit(self):
        model = finnc.Model.from_text(support.identity("float4e2m1"))
        with self.assertRaisesRegex(finnc.BadValue, "200 is no FLOAT4E2M1, which goes from 0 to 15"):
            finnc.run(model, [np.full((2, 3), 200, np.uint8)])

    def test_bytes_that_are_looked_at_as_bools_are_true_or_false(self):
        x = np.array([[2, 0, 1], [0, 255, 0]], np.uint8).view(bool)
        text = support.HEAD + "g (bool[2,3] x) => (int64[2,3] y) { y = Cast<to = 7>(x) }"
        found = finnc.run(finnc.Model.from_text(text), [x])["y"]
        np.testing.assert_array_equal(found, [[1, 0, 1], [0, 1, 0]])


if __name__ == "__main__":
    unittest.main()
