"""The tables: which passes and operators there are."""

from __future__ import annotations

import ctypes
import itertools
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
class Formal:
    """An input or output of an op."""

    name: str
    doc: str
    type: str | None  #: one of the op's ``types``, or an element type; None: anything
    is_optional: bool
    is_variadic: bool  #: the last one: there may be any number
    is_mixed: bool  #: and they may be of different types
    since: int | None  #: versions of the op from this one on have it; None: from the first
    until: int | None  #: those before this one; None: to the last


@dataclass(frozen=True)
class Attribute:
    """An attribute of an op. A name may come twice, for other versions."""

    name: str
    kind: str  #: "INT", "FLOATS", "GRAPH"
    default: Any  #: None: there is none
    choices: tuple[str, ...] | None  #: nothing else is allowed; None: anything of its kind
    doc: str
    is_required: bool
    since: int | None
    until: int | None


@dataclass(frozen=True)
class Operator:
    """What is known of an op: all that ``finnc ops --json`` tells."""

    name: str
    domain: str
    summary: str
    versions: tuple[int, ...]
    inputs: tuple[Formal, ...]
    outputs: tuple[Formal, ...]
    attributes: tuple[Attribute, ...]
    types: dict[str, tuple[str, ...]]  #: element types by the names that formals give to sets of them
    traits: tuple[str, ...]  #: what generic code knows: "element-wise", "hardware layer"
    can_run: bool

    @property
    def is_hardware(self) -> bool:
        return "hardware layer" in self.traits


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


def _span(flags: int) -> dict[str, int | None]:
    """FINNC_SINCE_OF and FINNC_UNTIL_OF, which are macros."""
    return {"since": flags >> 8 & 0xFF or None, "until": flags >> 16 & 0xFF or None}


def _formal(f: Any) -> Formal:
    return Formal(
        name=f.name.decode(),
        doc=_text(f.doc),
        type=_text(f.type) or None,
        is_optional=bool(f.flags & _abi.FINNC_OPTIONAL),
        is_variadic=bool(f.flags & _abi.FINNC_VARIADIC),
        is_mixed=bool(f.flags & _abi.FINNC_MIXED),
        **_span(f.flags),
    )


def attributes_of(op: Any) -> list[Any]:
    """The records of an op's attributes, as the library has them."""
    found = []
    while spec := lib.finnc_op_attr(op, len(found)):
        found.append(spec.contents)
    return found


def _attribute(op: Any, a: Any) -> Attribute:
    choices = lib.finnc_op_choices(op, a.name)
    return Attribute(
        name=a.name.decode(),
        kind=_text(lib.finnc_attr_kind_name(a.kind)),
        default=None if a.fallback is None else json.loads(a.fallback),
        choices=None if choices is None else tuple(choices.decode().split()),
        doc=_text(a.doc),
        is_required=bool(a.flags & _abi.FINNC_REQUIRED),
        **_span(a.flags),
    )


def _elements(types: int) -> tuple[str, ...]:
    """The element types in a set."""
    names = ((e, lib.finnc_elem_name(e)) for e in range(1, types.bit_length()))
    return tuple(name.decode() for e, name in names if name and types >> e & 1)


def _traits(traits: int) -> tuple[str, ...]:
    names = (lib.finnc_op_trait_name(1 << bit) for bit in range(traits.bit_length()) if traits >> bit & 1)
    return tuple(name.decode() for name in names if name)


def _operator(pointer: Any) -> Operator:
    o = pointer.contents
    return Operator(
        name=o.name.decode(),
        domain=_text(o.domain),
        summary=_text(o.summary),
        versions=tuple(itertools.takewhile(bool, o.since)),
        inputs=tuple(map(_formal, _upto(o.in_, "name"))),
        outputs=tuple(map(_formal, _upto(o.out, "name"))),
        attributes=tuple(_attribute(pointer, a) for a in attributes_of(pointer)),
        types={t.name.decode(): _elements(t.types) for t in _upto(o.types, "name")},
        traits=_traits(o.traits),
        can_run=lib.finnc_op_can_run(pointer),
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
