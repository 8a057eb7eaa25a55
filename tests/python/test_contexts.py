"""Contexts: settings are held, refused where they make no sense, and handed on."""

import gc
import inspect
import math
import time
import unittest

import finnc
import numpy as np
import support
from finnc._library import lib

ENDLESS = {"rounds": np.array(10**9), "x": np.ones(2, np.float32)}

FILLED = (
    support.HEAD
    + """g (int64[1] n) => (float[N] y) {
  y = ConstantOfShape(n)
}
"""
)


class Settings(unittest.TestCase):
    def test_limits_hold_in_models_copies_and_sessions(self):
        for name in ("tensor-bytes", "tensor_bytes"):
            model = finnc.Model.from_text(FILLED, context=finnc.Context(limits={name: 4000}))
            for which in (model, model.copy(), model.copy().copy()):
                session = finnc.Session(which)
                self.assertEqual(session.run(n=np.array([1000]))["y"].shape, (1000,))
                with self.assertRaisesRegex(finnc.NoMemory, "beyond the limit of 4000"):
                    session.run(n=np.array([1001]))

    def test_the_size_of_a_model_is_limited(self):
        with self.assertRaisesRegex(finnc.NoMemory, "beyond the limit of 40"):
            finnc.load(support.CNV, context=finnc.Context(limits={"nodes": 40}))
        self.assertEqual(len(finnc.load(support.CNV, context=finnc.Context(limits={"nodes": 48})).nodes), 48)

    def test_limits_that_are_not_said_are_the_usual_ones(self):
        usual = finnc.Context().limits
        self.assertEqual(usual["tensor-bytes"], 2**34)
        self.assertEqual(usual["nesting"], 64)
        said = finnc.Context(limits={"nodes": 1e3, "pixels": 0, "string_bytes": None, "tensor-bytes": math.inf}).limits
        self.assertEqual(said, usual | {"nodes": 1000, "string-bytes": None, "tensor-bytes": None})

    def test_each_call_has_its_time(self):
        model = finnc.Model.from_text(support.LOOP, context=finnc.Context(timeout=0.2))
        time.sleep(0.3)
        session = finnc.Session(model.copy())
        for _ in range(2):
            start = time.monotonic()
            with self.assertRaisesRegex(finnc.Cancelled, "0.2 seconds"):
                session.run(ENDLESS)
            self.assertLess(time.monotonic() - start, 30)
        np.testing.assert_array_equal(session.run(rounds=np.array(2))["y"], [0, 0])

    def test_what_a_callback_calls_shares_the_time(self):
        model = finnc.Model.from_text(support.LOOP, context=finnc.Context(timeout=0.2))

        def trace(_):
            time.sleep(0.01)
            session._context._core.call(lib.finnc_progress, b"looking", 0, 0)

        session = finnc.Session(model, trace=trace)
        with self.assertRaises(finnc.Cancelled):
            session.run(ENDLESS | {"rounds": np.array(50)})

    def test_no_timeout_is_none(self):
        for timeout in (None, 0, 0.0):
            self.assertIsNone(finnc.Context(timeout=timeout).timeout)
        self.assertEqual(finnc.Context(timeout=2).like().timeout, 2)
        model = finnc.Model.from_text(support.SCALES, context=finnc.Context(timeout=math.inf))
        self.assertEqual(finnc.run(model, np.ones((1, 4), np.float32))["y"].tolist(), [[2.0] * 4])

    def test_what_makes_no_sense_is_refused(self):
        for setting, words in [
            ({"threads": -1}, "threads: -1"),
            ({"threads": 2**31}, "threads"),
            ({"max_memory": -1}, "max_memory: -1"),
            ({"max_memory": 2**64}, "max_memory"),
            ({"timeout": -0.5}, "-0.5"),
            ({"timeout": math.nan}, "nan"),
            ({"limits": {"nodes": -3}}, "nodes: -3"),
            ({"limits": {"nodes": 2**64}}, "nodes"),
            ({"limits": {"tensors": 3}}, "tensor-bytes, .*'tensors'"),
        ]:
            with self.subTest(setting), self.assertRaisesRegex(finnc.BadValue, words):
                finnc.Context(**setting)
        for setting in ({"threads": 1.5}, {"limits": {"nodes": "many"}}):
            with self.subTest(setting), self.assertRaises(TypeError):
                finnc.Context(**setting)
        with self.assertRaisesRegex(finnc.BadValue, "threads: -2"):
            finnc.Session(finnc.Model.from_text(support.SCALES), threads=-2)

    def test_each_setting_is_handed_on(self):
        settings = {
            "threads": 2,
            "max_memory": 2**30,
            "limits": {"nodes": 100},
            "timeout": 50.0,
            "progress": lambda *_: None,
        }
        self.assertEqual(set(settings), set(inspect.signature(finnc.Context).parameters))
        context = finnc.Context(**settings)
        model = finnc.Model.from_text(support.SCALES, context=context)
        self.assertEqual(context.like()._settings, settings)
        self.assertEqual(model.copy()._context._settings, settings)
        self.assertEqual(finnc.Session(model)._context._settings, settings)
        self.assertEqual(finnc.Session(model, threads=1)._context._settings, settings | {"threads": 1})


def contexts():
    gc.collect()
    return sum(isinstance(thing, finnc.Context) for thing in gc.get_objects())


class Lending(unittest.TestCase):
    """Copies share weights, so the context that made these lives as long as anything that has them, and no longer."""

    def test_weights_outlive_whatever_they_went_through(self):
        model = finnc.Model.from_text(support.SCALES)
        for _ in range(5):
            model = model.copy()
        array = model.find_value("s").array
        session = finnc.Session(model)
        del model
        gc.collect()
        x = np.ones((1, 4), np.float32)
        np.testing.assert_array_equal(session.run([x])["y"], 2 * x)
        del session
        gc.collect()
        self.assertEqual(array.tolist(), [0.5])

    def test_a_context_that_borrows_again_and_again_keeps_nothing(self):
        before, context = contexts(), finnc.Context()
        for _ in range(10):
            finnc.Model.from_text(support.SCALES).copy(context=context)
        self.assertLessEqual(contexts(), before + 2)

    def test_nor_does_a_row_of_transformations(self):
        before, model = contexts(), finnc.Model.from_text(support.SCALES)
        for i in range(20):
            model = finnc.transform(model, "InferShapes")
            if i % 3 == 0:
                model.set_array("s", np.float32([0.5]))
        self.assertLessEqual(contexts(), before + 5)
        model = None
        self.assertEqual(contexts(), before)

    def test_two_that_borrow_of_each_other_end(self):
        before, a, b = contexts(), finnc.Context(), finnc.Context()
        model = finnc.Model.from_text(support.SCALES, context=a).copy(context=b).copy(context=a)
        self.assertEqual(contexts(), before + 2)
        del model, a, b
        self.assertEqual(contexts(), before)

    def test_a_long_row_ends(self):
        before, models = contexts(), [finnc.Model.from_text(support.SCALES)]
        for _ in range(1200):  # more than there are frames for, were they to end inside one another
            models.append(models[-1].copy())
            models[-1].set_array("s", np.float32([0.5]))
        arrays = [model.find_value("s").array for model in models]
        models.clear()
        self.assertEqual({float(array[0]) for array in arrays}, {0.5})
        arrays.clear()
        self.assertEqual(contexts(), before)


if __name__ == "__main__":
    unittest.main()
