"""Strings, signals, sequences, and the operators of ai.onnx.ml."""
import numpy as np
from onnx import TensorProto as T, helper

from .draw import INTS, Unfit, broadcast, family


# ---- strings ----

@family("StringConcat")
def string_concat(d):
    dims = d.dims(0, 3)
    d.node([d.tensor(0, broadcast(d, dims)), d.tensor(1, broadcast(d, dims))])


@family("StringSplit")
def string_split(d):
    d.node([d.tensor(0, d.dims(1, 2))], 2, **d.attrs(delimiter=d.pick([" ", "a", None]), maxsplit=d.pick([1, 2, None])))


@family("RegexFullMatch")
def regex_full_match(d):
    d.node([d.tensor(0, d.dims(1, 2))], pattern=d.pick(["a.*", "[ab]+", ".*", r"\d", ""]))


@family("StringNormalizer")
def string_normalizer(d):
    d.node([d.array(T.STRING, d.pick([[4], [1, 3]]))], case_change_action=d.pick(["LOWER", "UPPER", "NONE"]), is_case_sensitive=d.between(0, 1),
           **d.attrs(stopwords=d.pick([["a"], ["A", "b"], None])))


@family("TfIdfVectorizer")
def tf_idf(d):
    d.node([d.array(d.pick([T.INT32, T.INT64]), d.pick([[8], [2, 6]]), "unit")], mode=d.pick(["TF", "IDF", "TFIDF"]), min_gram_length=1,
           max_gram_length=2, max_skip_count=d.between(0, 2), ngram_counts=[0, 2], ngram_indexes=[0, 1, 2, 3], pool_int64s=[0, 1, 1, 1, 0, 1],
           **d.attrs(weights=[0.5, 2.0, 1.0, 3.0] if d.flip() else None))


# ---- signals ----

@family("DFT")
def dft(d):
    dims = d.dims(2, 3, 1, 12)
    inverse, onesided = d.between(0, 1), d.between(0, 1)
    parts = (2 if inverse else 1) if onesided else d.between(1, 2)
    rank = len(dims) + 1
    axis = d.between(1, len(dims) - 1) - (rank if d.flip(0.3) else 0)
    length = d.ints(d.between(1, 14), d.elem(1)) if d.flip() else None
    if dims[axis if axis >= 0 else axis + rank] < 2:
        raise Unfit
    x = d.tensor(0, dims + [parts])
    if d.has("axis"):
        d.node([x, length], inverse=inverse, onesided=onesided, axis=axis)
    else:
        d.node([x, length, d.ints(axis)], inverse=inverse, onesided=onesided)


@family("STFT")
def stft(d):
    frame, length, onesided = d.between(2, 8), d.between(8, 20), d.between(0, 1)
    window = d.tensor(2, [frame], "positive") if d.flip() else None
    d.node([d.tensor(0, [d.between(1, 2), length, 1 if onesided or d.flip() else 2]), d.ints(d.between(1, 4), d.elem(1)), window,
            d.ints(frame, d.elem(3)) if window is None or d.flip() else None], onesided=onesided)


@family("HannWindow HammingWindow BlackmanWindow")
def window(d):
    d.node([d.ints(d.between(0, 20), d.elem())], periodic=d.between(0, 1), output_datatype=d.pick([T.FLOAT, T.DOUBLE]))


@family("MelWeightMatrix")
def mel(d):
    rate = d.pick([8000, 8192, 44100])
    low = d.rng.uniform(0, rate / 8)
    high = d.rng.uniform(low, rate / 2)
    f = helper.tensor_dtype_to_np_dtype(d.elem(3))
    d.node([d.ints(d.between(1, 10), d.elem()), d.ints(d.between(4, 64), d.elem()), d.ints(rate, d.elem()), np.array(low, f), np.array(high, f)],
           output_datatype=d.pick([T.FLOAT, T.DOUBLE]))


# ---- sequences, looked at through tensors ----

@family("SequenceConstruct SequenceAt SequenceLength ConcatFromSequence SequenceInsert SequenceErase")
def sequence(d):
    elem = d.pick([T.FLOAT, T.INT64, T.DOUBLE, T.STRING, T.BOOL])
    n, dims = d.between(1, 4), d.dims(1, 3)
    s = d.node([d.array(elem, dims) for _ in range(n)], op="SequenceConstruct")
    if d.op == "SequenceInsert":
        s = d.node([s, d.array(elem, dims), d.ints(d.between(-n, n)) if d.flip() else None])
    if d.op == "SequenceErase":
        s = d.node([s, d.ints(d.between(-n, n - 1)) if d.flip() else None])
        if n == 1:
            raise Unfit
    if d.op == "SequenceLength":
        d.node([s])
    elif d.op == "SequenceAt":
        d.node([s, d.ints(d.between(-n, n - 1))])
    else:
        d.node([s], op="ConcatFromSequence", axis=d.axis(len(dims)), new_axis=0)


# ---- classical machine learning ----

ML = "ai.onnx.ml"


@family("Normalizer", ML)
def normalizer(d):
    d.node([d.tensor(0, d.dims(1, 2))], norm=d.pick(["MAX", "L1", "L2"]))


@family("Binarizer", ML)
def binarizer(d):
    d.node([d.tensor(0, d.dims(1, 3))], threshold=0.5)


@family("Scaler", ML)
def scaler(d):
    n = d.between(1, 4)
    each = n if d.flip() else 1
    d.node([d.tensor(0, [d.between(1, 3), n])], offset=[0.5 * i for i in range(each)], scale=[2.0 - i for i in range(each)])


@family("Imputer", ML)
def imputer(d):
    n, elem = d.between(1, 4), d.elem()
    x = d.array(elem, [2, n])
    if elem in INTS:
        d.node([x], imputed_value_int64s=[7], replaced_value_int64=1)
    else:
        d.node([np.where(d.rng.random(x.shape) < 0.3, np.array(np.nan, x.dtype), x)], imputed_value_floats=[7.0] * d.pick([1, n]), replaced_value_float=float("nan"))


@family("ArrayFeatureExtractor", ML)
def array_feature_extractor(d):
    dims = d.dims(1, 3)
    if 0 in dims:
        raise Unfit
    d.node([d.tensor(0, dims), d.rng.integers(dims[-1], size=d.between(1, 4))])


@family("LabelEncoder", ML)
def label_encoder(d):
    if d.version < 2:
        raise Unfit
    keys, values = d.pick(["strings", "int64s", "floats"]), d.pick(["strings", "int64s", "floats"])
    lists = {"strings": ["a", "b", ""], "int64s": [1, 2, 0], "floats": [0.5, 1.0, 2.0]}
    x = np.array(lists[keys], dtype={"strings": object, "int64s": np.int64, "floats": np.float32}[keys])
    d.node([x[d.rng.integers(3, size=d.dims(1, 2))]], **{f"keys_{keys}": lists[keys][:2], f"values_{values}": lists[values][1:]})


@family("LinearRegressor", ML)
def linear_regressor(d):
    n, targets = d.between(1, 4), d.between(1, 2)
    d.node([d.tensor(0, [d.between(1, 3), n])], coefficients=[float(v) for v in d.array(T.FLOAT, [n * targets])], targets=targets,
           **({"intercepts": [0.5] * targets} if d.flip() else {}), post_transform=d.pick(["NONE", "SOFTMAX", "LOGISTIC"]))


@family("FeatureVectorizer", ML)
def feature_vectorizer(d):
    n = d.between(1, 3)
    widths = [d.between(1, 3) for _ in range(n)]
    d.node([d.tensor(0, [2, w]) for w in widths], inputdimensions=widths)


@family("OneHotEncoder", ML)
def one_hot_encoder(d):
    x = d.pick([d.array(T.INT64, [4], "unit"), d.array(T.STRING, [4])])
    cats = {"cats_strings": ["a", "b", "ab"]} if x.dtype == object else {"cats_int64s": [0, 1, 5]}
    d.node([x], zeros=1, **cats)
