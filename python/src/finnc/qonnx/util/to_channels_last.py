"""As qonnx.util.to_channels_last."""

from __future__ import annotations

from ..core.modelwrapper import ModelWrapper


def to_channels_last(in_file: str, *, make_input_channels_last: bool = False, out_file: str | None = None) -> None:
    """Converts from file to file; by default to one with _channels_last behind its name."""
    step = ("ConvertToChannelsLastAndClean", {"make_input_channels_last": make_input_channels_last})
    ModelWrapper(in_file).transform(step).save(out_file or in_file.replace(".onnx", "_channels_last.onnx"))
