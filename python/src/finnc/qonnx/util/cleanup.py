"""As qonnx.util.cleanup."""

from __future__ import annotations

import ast
from typing import Any

from ..core.modelwrapper import ModelWrapper


def cleanup_model(
    model: ModelWrapper, preserve_qnt_ops: bool = True, override_inpsize: Any = None, extract_conv_bias: bool = False
) -> ModelWrapper:
    """Infers shapes, folds constants, drops what nobody needs, gives readable names."""
    if isinstance(override_inpsize, str):
        override_inpsize = ast.literal_eval(override_inpsize)
    parameters = {
        "preserve_qnt_ops": preserve_qnt_ops,
        "override_inpsize": list(override_inpsize) if isinstance(override_inpsize, tuple) else override_inpsize,
        "extract_conv_bias": extract_conv_bias,
    }
    return model.transform(("Cleanup", parameters))


def cleanup(
    in_file: str,
    *,
    out_file: str | None = None,
    preserve_qnt_ops: bool = True,
    override_inpsize: str | None = None,
    extract_conv_bias: bool = False,
) -> None:
    """The same from file to file; by default to one with _clean behind its name."""
    model = cleanup_model(ModelWrapper(in_file), preserve_qnt_ops, override_inpsize, extract_conv_bias)
    model.save(out_file or in_file.replace(".onnx", "_clean.onnx"))
