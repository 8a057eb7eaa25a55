"""Arrays go in and come out without a copy, and are what they were."""

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
    def test_what_comes_out_lies_where_what_went_in_lies(self):
        for kind, name in PLAIN.items():
            with self.subTest(kind):
                x = np.arange(6).reshape(2, 3).astype(name)
                y = through(kind, x)
                self.assertEqual(y.dtype, x.dtype)
                np.testing.assert_array_equal(y, x)
                self.assertEqual(address(y), address(x))

    def test_types_beyond_numpys_are_those_of_ml_dtypes_or_their_bits(self):
        for kind, name in BEYOND.items():
            with self.subTest(kind):
                dtype = getattr(tensor.ml_dtypes, name, None)
                bits = np.array([[0x10, 0x11, 0x20], [0x21, 0x30, 0x31]], "uint16" if kind == "bfloat16" else "uint8")
                for x in [bits] if dtype is None else [bits, bits.view(dtype)]:
                    y = through(kind, x)
                    self.assertEqual(y.dtype, dtype or bits.dtype)
                    np.testing.assert_array_equal(y.view(bits.dtype), bits)
                    self.assertEqual(address(y), address(x))

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
