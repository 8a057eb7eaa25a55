"""Arrays go in and come out without a copy, are what they were, and stay it."""

import gc
import unittest

import finnc
import numpy as np
import support
from finnc import tensor

PLAIN = {
    "float": "float32",
    "double": "float64",
    "float16": "float16",
    "int8": "int8",
    "uint8": "uint8",
    "int16": "int16",
    "uint16": "uint16",
    "int32": "int32",
    "uint32": "uint32",
    "int64": "int64",
    "uint64": "uint64",
    "bool": "bool",
    "complex64": "complex64",
    "complex128": "complex128",
}
BEYOND = {
    "bfloat16": "bfloat16",
    "float8e4m3fn": "float8_e4m3fn",
    "float8e4m3fnuz": "float8_e4m3fnuz",
    "float8e5m2": "float8_e5m2",
    "float8e5m2fnuz": "float8_e5m2fnuz",
    "float8e8m0": "float8_e8m0fnu",
}


def through(kind, x, shape="[2,3]"):
    """The array that comes back from a model that gives back what it got."""
    return finnc.Session(finnc.Model.from_text(support.identity(kind, shape))).run([x])["y"]


def address(array):
    return array.__array_interface__["data"][0]


class Arrays(unittest.TestCase):
    def test_what_the_library_gave_comes_out_where_it_lies(self):
        for kind, name in PLAIN.items():
            with self.subTest(kind):
                x = np.arange(6).reshape(2, 3).astype(name)
                y = through(kind, x)
                self.assertEqual(y.dtype, x.dtype)
                np.testing.assert_array_equal(y, x)
                self.assertEqual(address(through(kind, y)), address(y))
                self.assertEqual(address(through(kind, y[:1], "[1,3]")), address(y))

    def test_what_is_given_is_looked_at_where_it_lies(self):
        session, x = finnc.Session(finnc.Model.from_text(support.SCALES)), np.ones((1, 4), np.float32)
        for i in range(3):
            x[:] = i
            np.testing.assert_array_equal((session.run() if i else session.run(x))["y"], 2 * x)

    def test_a_result_does_not_change_with_what_was_given(self):
        head = support.HEAD + "g (float[1,4] x) => (float[1,4] y, z) <int64[1] s = {-1}> "
        bodies = {
            "tensor": "{ y = Relu(x) z = Reshape(x, s) }",
            "sequence": "{ y = Relu(x) z = SequenceConstruct(y, x) }",
            "optional": "{ y = Relu(x) z = Optional(x) }",
            "branch": "{ y = Relu(x) c = Constant<value = bool {1}>() z = If<then_branch = t () => (r) { r = Identity(x) }, "
            "else_branch = e () => (r) { r = Neg(x) }>(c) }",
        }
        for kind, body in bodies.items():
            for engine in ("reference", "fast"):
                with self.subTest(kind, engine=engine):
                    seen = []
                    session = finnc.Session(finnc.Model.from_text(head + body), engine, keep=["x"], trace=seen.append)
                    x, found = np.empty((1, 4), np.float32), []
                    for i in range(3):
                        x[:] = i
                        found.append(session.run([x]))
                    for i, run in enumerate(found):
                        np.testing.assert_array_equal(np.unique(run["z"]), [i])
                        np.testing.assert_array_equal(np.unique(run["x"]), [i])
                    last = [trace.outputs["z"] for trace in seen if "z" in trace.outputs]
                    self.assertEqual([np.unique(z).tolist() for z in last], [[0], [1], [2]])
                    with self.assertRaises(ValueError):
                        found[0]["x"][0, 0] = 5

    def test_an_initialiser_does_not_change_with_the_array_that_it_was_made_of(self):
        model, s = finnc.Model.from_text(support.SCALES), np.float32([3])
        model.set_array("s", s)
        session = finnc.Session(model, "reference")
        s[:] = 100
        x = np.ones((1, 4), np.float32)
        np.testing.assert_array_equal(session.run([x])["y"], 12 * x)
        np.testing.assert_array_equal(finnc.run(model, [x])["y"], 12 * x)
        array = model.find_value("s").array
        model.set_array("t", array)
        self.assertEqual(address(model.find_value("t").array), address(array))

    def test_types_beyond_numpys_are_those_of_ml_dtypes_or_their_bits(self):
        for kind, name in BEYOND.items():
            with self.subTest(kind):
                dtype = getattr(tensor.ml_dtypes, name, None)
                bits = np.array([[0x10, 0x11, 0x20], [0x21, 0x30, 0x31]], "uint16" if kind == "bfloat16" else "uint8")
                for x in [bits] if dtype is None else [bits, bits.view(dtype)]:
                    y = through(kind, x)
                    self.assertEqual(y.dtype, dtype or bits.dtype)
                    np.testing.assert_array_equal(y.view(bits.dtype), bits)
                    self.assertEqual(address(through(kind, y)), address(y))

    def test_packed_integers_are_bytes(self):
        for kind, low, high in [("int4", -8, 7), ("uint4", 0, 15), ("int2", -2, 1), ("uint2", 0, 3)]:
            with self.subTest(kind):
                x = np.array([[low, high, 0], [1, high, low]], "int8" if low else "uint8")
                y = through(kind, x)
                self.assertEqual(y.dtype, x.dtype)
                np.testing.assert_array_equal(y, x)
                with self.assertRaisesRegex(finnc.BadValue, str(high + 1)):
                    through(kind, x + np.int8(1) if low else x + np.uint8(1))

    def test_small_floats_are_codes_or_those_of_ml_dtypes(self):
        codes = np.array([[0, 1, 2], [7, 8, 15]], np.uint8)
        y = through("float4e2m1", codes)
        np.testing.assert_array_equal(y.view(np.uint8), codes)

    def test_strings_are_objects(self):
        for x in [np.array(["", "ä", "two\0parts"], object), np.array(["a", "bc", "d"])]:
            y = through("string", x, "[3]")
            self.assertEqual(y.dtype, object)
            self.assertEqual(y.tolist(), x.tolist())

    def test_other_byte_orders_and_strides_are_copied(self):
        x = np.arange(6, dtype=">f4").reshape(3, 2).T
        np.testing.assert_array_equal(through("float", x), x)

    def test_no_elements_and_no_axes(self):
        self.assertEqual(through("float", np.zeros((0, 3), np.float32), "[N,3]").shape, (0, 3))
        y = through("float", np.array(2, np.float32), "")
        self.assertEqual((y.shape, float(y)), ((), 2.0))

    def test_a_result_outlives_its_session_and_is_read_only(self):
        session = finnc.Session(finnc.Model.from_text(support.SCALES))
        x = np.arange(4, dtype=np.float32).reshape(1, 4)
        y = session.run({"x": x})["y"]
        session.run({"x": x + 1})
        session.close()
        del session
        gc.collect()
        np.testing.assert_array_equal(y, 2 * x)
        with self.assertRaises(ValueError):
            y[0, 0] = 1

    def test_a_weight_outlives_its_model(self):
        model = finnc.load(support.CNV)
        value = next(v for v in model.values if v.array is not None and v.array.size > 1000)
        array, copied = value.array, np.array(value.array)
        del value
        model.close()
        del model
        gc.collect()
        np.testing.assert_array_equal(array, copied)

    def test_an_array_is_let_go(self):
        session = finnc.Session(finnc.Model.from_text(support.identity("float")))
        kept = len(tensor._kept)
        for _ in range(5):
            session.run([np.zeros((2, 3), np.float32)])
        self.assertLessEqual(len(tensor._kept), kept + 1)
        session.close()
        gc.collect()
        self.assertEqual(len(tensor._kept), kept)

    def test_a_type_that_onnx_has_not_is_an_error(self):
        with self.assertRaisesRegex(finnc.BadValue, "datetime64"):
            through("float", np.zeros((2, 3), "datetime64[s]"))

    def test_sequences_are_lists(self):
        text = support.HEAD + "g (seq(float[2]) x) => (seq(float[2]) y) { y = Identity(x) }"
        x = [np.float32([1, 2]), np.float32([3, 4])]
        y = finnc.run(finnc.Model.from_text(text), {"x": x})["y"]
        np.testing.assert_array_equal(y, x)


if __name__ == "__main__":
    unittest.main()
