"""Frozen values, built while they are open.

``attrs`` sets each field of a frozen class by a call that gets past its being frozen. Here a value is
open while it is built - an instance of a subclass of the same layout that takes assignments - and is given its
own class when every field is set: a class of a dozen fields takes less than half the time (decision 0020).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import attrs

__all__ = ["FACTORY", "built_open", "copier", "open_twin"]

T = TypeVar("T")
FACTORY: type[Any] = type(attrs.Factory(list))


@cache
def open_twin(cls: type) -> type:
    """Return the subclass whose instances may be assigned to, and become those of ``cls`` by their ``__class__``.

    An instance of it never leaves the function that builds it.
    """
    body = {
        "__slots__": (),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
        "__module__": cls.__module__,
    }
    return type(cls)(cls.__name__, (cls,), body)


def built_open(cls: type[T]) -> type[T]:
    """Give a class of ``attrs.frozen`` an ``__init__`` that does the same in less time.

    For what is made often and has six fields or more; with fewer nothing is gained. Defaults, factories,
    converters and ``__attrs_post_init__`` work as they did, but that a converter is not asked about a
    default that it leaves as it is; a validator or a converter that wants
    the instance raises ``TypeError`` when the class is made. A subclass builds itself as ``attrs`` would.
    """
    kind: Any = cls
    by_attrs = kind.__init__
    names: dict[str, Any] = {
        "cls": cls,
        "Open": open_twin(kind),
        "put": object.__setattr__,
        "by_attrs": by_attrs,
        "NOTHING": attrs.NOTHING,
    }
    source = _source(attrs.fields(kind), names, hasattr(cls, "__attrs_post_init__"))
    exec(compile(source, f"<built open: {cls.__qualname__}>", "exec"), names)
    made = names["__init__"]
    made.__qualname__, made.__module__ = by_attrs.__qualname__, cls.__module__
    made.__annotations__ = by_attrs.__annotations__
    kind.__init__ = made
    return cls


@cache
def copier(cls: type, *others: str) -> Callable[[Any, dict[str, Any]], Any]:
    """Return what copies a value of ``cls`` with ``others`` of its fields as they are given; put together once."""
    names: dict[str, Any] = {"cls": cls, "Open": open_twin(cls), "made": object.__new__}
    copied = {field.name: f"value.{field.name}" for field in attrs.fields(cls)}
    if unknown := set(others) - set(copied):
        raise AttributeError(f"{cls.__name__} has no field {min(unknown)!r}")
    copied |= {name: f"fields[{name!r}]" for name in others}
    lines = "\n".join(f"    new.{name} = {part}" for name, part in copied.items())
    source = f"""def copied(value, fields):
    new = made(Open)
{lines}
    new.__class__ = cls
    return new
"""
    exec(compile(source, f"<copier of {cls.__qualname__}>", "exec"), names)
    copy: Callable[[Any, dict[str, Any]], Any] = names["copied"]
    return copy


def _source(fields: tuple[attrs.Attribute[Any], ...], names: dict[str, Any], then: bool) -> str:
    """Return ``__init__`` as source, as attrs puts it together; what it needs is put among ``names``."""
    placed = [field for field in fields if not field.kw_only]
    named = [field for field in fields if field.kw_only]
    taken = [_parameter(field, names) for field in placed] + ["*"] * bool(named)
    taken += [_parameter(field, names) for field in named]
    passed = [f"{field.alias}={field.alias}" for field in fields]
    lines = [
        f"def __init__(self, {', '.join(taken)}):",
        "    if self.__class__ is not cls:",
        f"        return by_attrs(self, {', '.join(passed)})",
        *(line for field in fields for line in _prepared(field, names)),
        "    put(self, '__class__', Open)",
        *(f"    self.{field.name} = {field.alias}" for field in fields),
        "    self.__class__ = cls",
    ]
    return "\n".join([*lines, "    self.__attrs_post_init__()"] if then else lines)


def _parameter(field: attrs.Attribute[Any], names: dict[str, Any]) -> str:
    default: Any = field.default
    if not field.init or field.validator is not None:
        raise TypeError(f"{field.name}: a field that is given, without a validator, is wanted")
    if default is attrs.NOTHING:
        return str(field.alias)
    if type(default) is FACTORY:
        return f"{field.alias}=NOTHING"
    names[f"default_{field.name}"] = default
    return f"{field.alias}=default_{field.name}"


def _prepared(field: attrs.Attribute[Any], names: dict[str, Any]) -> list[str]:
    """What may raise, before anything is set."""
    default: Any = field.default
    lines = []
    if type(default) is FACTORY:
        if default.takes_self:
            raise TypeError(f"{field.name}: a factory that wants no instance is wanted")
        names[f"new_{field.name}"] = default.factory
        lines += [
            f"    if {field.alias} is NOTHING:",
            f"        {field.alias} = new_{field.name}()",
        ]
    if field.converter is not None:
        if any(getattr(field.converter, name, False) for name in ("takes_self", "takes_field")):
            raise TypeError(f"{field.name}: a converter that wants no instance is wanted")
        names[f"convert_{field.name}"] = field.converter
        converted = f"{field.alias} = convert_{field.name}({field.alias})"
        if _stays(field):
            lines.append(f"    if {field.alias} is not default_{field.name}:")
            converted = f"    {converted}"
        lines.append(f"    {converted}")
    return lines


def _stays(field: attrs.Attribute[Any]) -> bool:
    """Whether the converter leaves the default as it is, so that it need not be asked for that."""
    default: Any = field.default
    if default is attrs.NOTHING or type(default) is FACTORY:
        return False
    converter: Any = field.converter
    same = converter(default)
    return type(same) is type(default) and repr(same) == repr(default)
