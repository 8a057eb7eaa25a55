"""As qonnx.custom_op.base."""

from .registry import CustomOp

__all__ = ["CustomOp"]
