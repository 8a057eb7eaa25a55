"""The tables: which passes and operators there are."""

from __future__ import annotations

import ctypes
import json
from dataclasses import dataclass
from typing import Any

from . import _abi
from ._library import lib
from .errors import NotFound
from .model import _text, encode

_PARAM_KINDS = {
    _abi.FINNC_PARAM_INT: "int",
    _abi.FINNC_PARAM_FLOAT: "float",
    _abi.FINNC_PARAM_BOOL: "bool",
    _abi.FINNC_PARAM_STRING: "str",
    _abi.FINNC_PARAM_JSON: "json",
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a pass."""

    name: str
    kind: str  #: "int", "float", "bool", "str", "json"
    default: Any
    is_required: bool
    summary: str


@dataclass(frozen=True)
class Pass:
    """A pass: its name is upstream's class, ``upstream`` the module there (None: finnc's own)."""

    name: str
    summary: str
    room: str
    upstream: str | None
    notes: str
    parameters: tuple[Parameter, ...]
    pictures: tuple[tuple[str, str], ...]  #: before and after
    steps: str | None  #: of which it consists
    changes_values: bool


@dataclass(frozen=True)
class Recipe:
    """A pipeline that comes with the library and may stand where a pass may."""

    name: str
    summary: str
    yaml: str


@dataclass(frozen=True)
class Operator:
    """What is known of an op."""

    name: str
    domain: str
    summary: str
    versions: tuple[int, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]  #: name and default; None where there is none
    can_run: bool
    is_hardware: bool


@dataclass(frozen=True)
class InstructionSet:
    """One that the fast engine has kernels for: what ``isa`` may be."""

    name: str
    needs: str  #: what it takes, in words
    is_here: bool  #: this machine has it
    is_untried: bool  #: no processor has run it yet: only who names it gets it


def _parameter(p: Any) -> Parameter:
    fallback = None if p.fallback is None else json.loads(p.fallback)
    return Parameter(p.name.decode(), _PARAM_KINDS[p.kind], fallback, p.fallback is None, _text(p.summary))


def _upto(array: Any, field: str) -> list[Any]:
    """The entries of a fixed array before the first one whose `field` is NULL."""
    found = []
    for entry in array:
        if getattr(entry, field) is None:
            break
        found.append(entry)
    return found


def _pass(pointer: Any, room: str) -> Pass:
    p = pointer.contents
    return Pass(
        name=p.name.decode(),
        summary=_text(p.summary),
        room=room,
        upstream=_text(p.upstream) or None,
        notes=_text(p.notes),
        parameters=tuple(_parameter(q) for q in _upto(p.params, "name")),
        pictures=tuple((_text(r.have), _text(r.want)) for r in _upto(p.rules, "have")),
        steps=_text(p.steps) or None,
        changes_values=bool(p.flags & _abi.FINNC_PASS_CHANGES_VALUES),
    )


def passes() -> list[Pass]:
    """All passes, in the list's order (docs/passes.md)."""
    found = []
    while pointer := lib.finnc_pass_at(len(found)):
        found.append(_pass(pointer, _text(lib.finnc_pass_room(len(found)))))
    return found


def find_pass(name: str) -> Pass:
    """The pass of a name; case, '-' and '_' do not matter."""
    pointer = lib.finnc_pass_find(encode(name))
    if not pointer:
        near = lib.finnc_pass_nearest(encode(name))
        raise NotFound(f"unknown pass {name}" + (f"; did you mean {near.decode()}?" if near else ""))
    name = pointer.contents.name.decode()
    return next(p for p in passes() if p.name == name)


def recipes() -> list[Recipe]:
    """The pipelines that come with the library."""
    found = []
    while pointer := lib.finnc_recipe_at(len(found)):
        r = pointer.contents
        found.append(Recipe(r.name.decode(), _text(r.summary), _text(r.yaml)))
    return found


def _fallback(spec: Any) -> Any:
    return None if spec.fallback is None else json.loads(spec.fallback)


def _operator(pointer: Any) -> Operator:
    o = pointer.contents
    attributes, count = {}, 0
    while spec := lib.finnc_op_attr(pointer, count):
        attributes[spec.contents.name.decode()] = _fallback(spec.contents)  # the newest comes last
        count += 1
    versions = []
    for version in o.since:
        if not version:
            break
        versions.append(version)
    return Operator(
        name=o.name.decode(),
        domain=_text(o.domain),
        summary=_text(o.summary),
        versions=tuple(versions),
        inputs=tuple(f.name.decode() for f in _upto(o.in_, "name")),
        outputs=tuple(f.name.decode() for f in _upto(o.out, "name")),
        attributes=attributes,
        can_run=lib.finnc_op_can_run(pointer),
        is_hardware=bool(o.traits & _abi.FINNC_OP_HARDWARE),
    )


def ops() -> list[Operator]:
    """All operators, by domain and name (docs/ops.md)."""
    found = []
    while pointer := lib.finnc_op_at(len(found)):
        found.append(_operator(pointer))
    return found


def instruction_sets() -> list[InstructionSet]:
    """Those for this kind of processor, the plainest first (docs/fast-engine.md)."""
    found, isa = [], _abi.finnc_isa()
    while lib.finnc_isa_at(len(found), ctypes.byref(isa)):
        found.append(InstructionSet(_text(isa.name), _text(isa.needs), isa.is_here, isa.is_untried))
    return found


def find_op(name: str, domain: str = "") -> Operator | None:
    """The operator of a name in a domain, which may be the old one; None if nobody knows it."""
    pointer = lib.finnc_op_find(encode(domain), encode(name))
    return _operator(pointer) if pointer else None
