"""The strict door for XML: bytes in, elements out, and nothing fetched, expanded or run.

What a partner sends is read with lxml, which is optional (``pip install "salesorders[xml]"``) and
imported only here and only when a document is read or written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from salesorders.kernel.errors import InvalidValue, SalesOrdersError, invalid, shown
from salesorders.kernel.limits import LIMITS

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Builder", "Node", "parse_xml"]

INSTALL = 'pip install "salesorders[xml]"'
# Encodings whose ASCII part is ASCII (after NULs are dropped), so that a DOCTYPE can't hide.
_ENCODING = re.compile(
    rb"(?:utf-?(?:8|16|32)(?:le|be)?|us-ascii|ascii|iso-8859-[0-9]{1,2}|latin-?1|windows-125[0-9])\Z",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"'>]{0,40})[\"']")
_TEXT_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_BLANK = re.compile(rb"[ \t\r\n]*")
# Declaration and comments before the root, in bytes.
_PROLOG_MAX = 65_536
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def lxml_etree() -> Any:
    """Return ``lxml.etree``; raises ``extra.missing`` with the line that installs it."""
    try:
        from lxml import etree
    except ImportError:
        raise SalesOrdersError("extra.missing", "", f"XML needs lxml: {INSTALL}") from None
    return etree


def parse_xml(
    document: bytes | str,
    *,
    root: str,
    namespace: str,
    others: Iterable[str] = (),
    path: str = "document",
) -> Node:
    """Return the root of ``document``, which must be the element ``root`` of ``namespace``.

    A ``namespace`` that ends with a point holds all versions after it. Elements of other
    namespaces than the root's own and ``others`` are not seen.

    Takes bytes in UTF-8, UTF-16, UTF-32, ASCII, ISO 8859 or Windows 125x, with or without a byte
    order mark, or text. Raises ``extra.missing``, ``xml.type``, ``xml.too_large``,
    ``xml.encoding``, ``xml.doctype`` (every DOCTYPE: that is where entities are declared),
    ``xml.malformed``, ``xml.depth`` or ``xml.root``.
    """
    etree = lxml_etree()
    content = _bytes_of(document, path)
    _refuse_doctype(content, path)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        element = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = int(getattr(error, "lineno", 0) or 0)
        detail = f"this is not well-formed XML (line {line})"
        raise InvalidValue("xml.malformed", path, detail) from None
    if element is None:
        invalid("xml.malformed", path, "there is no root element")
    if element.getroottree().docinfo.internalDTD is not None:
        invalid("xml.doctype", path, "a document with a DOCTYPE is refused")
    if element.xpath("boolean(" + "/*" * (LIMITS.depth + 1) + ")"):
        invalid("xml.depth", path, f"elements are nested deeper than {LIMITS.depth}")
    name = etree.QName(element)
    space = name.namespace or ""
    fits = space.startswith(namespace) if namespace.endswith(".") else space == namespace
    if name.localname != root or not fits:
        invalid(
            "xml.root", path, f"{root} is wanted, not {shown(name.localname)} of {shown(space)}"
        )
    return Node(element, frozenset({space, *others}))


def _bytes_of(document: bytes | str, path: str) -> bytes:
    if isinstance(document, str):
        if len(document) > LIMITS.document_bytes:
            invalid("xml.too_large", path, f"at most {LIMITS.document_bytes} bytes are taken")
        # What text says about its encoding is no longer true once it is text.
        text = _TEXT_DECLARATION.sub("", document.removeprefix("\ufeff"), count=1)
        content = text.encode("utf-8", "surrogatepass")
    elif isinstance(document, bytes):
        content = document
    else:
        invalid("xml.type", path, f"bytes are wanted, not {type(document).__name__}")
    if len(content) > LIMITS.document_bytes:
        invalid("xml.too_large", path, f"at most {LIMITS.document_bytes} bytes are taken")
    return content


def _refuse_doctype(content: bytes, path: str) -> None:
    """Walk over the prolog: byte order mark, declaration, comments, instructions, then the root."""
    # UTF-16 and UTF-32 become readable ASCII without their NULs; others have no NULs at all.
    head = content[: 8 * _PROLOG_MAX].replace(b"\0", b"")
    for mark in _MARKS:
        head = head.removeprefix(mark)
    head = head.lstrip()
    declared = _DECLARED.match(head)
    if declared and not _ENCODING.match(declared[1]):
        invalid("xml.encoding", path, f"{shown(declared[1].decode('latin-1'))} is not read")
    at = 0
    while head.startswith((b"<?", b"<!--"), at):
        mark = b"?>" if head.startswith(b"<?", at) else b"-->"
        end = head.find(mark, at + 2)
        if end < 0 or end > _PROLOG_MAX:
            invalid("xml.malformed", path, "what stands before the root does not end")
        blank = _BLANK.match(head, end + len(mark))
        at = blank.end() if blank else end + len(mark)
    if head.startswith(b"<!", at):
        invalid("xml.doctype", path, "a document with a DOCTYPE is refused")
    if not head.startswith(b"<", at):
        invalid("xml.malformed", path, "this does not begin like XML")


class Node:
    """One element and its children by local name, in the namespaces of the document only."""

    __slots__ = ("_children", "_spaces", "element")

    def __init__(self, element: _Element, spaces: frozenset[str]) -> None:
        self.element = element
        self._spaces = spaces
        self._children: dict[str, list[Node]] | None = None

    def _named(self) -> dict[str, list[Node]]:
        if self._children is None:
            self._children = {}
            for child in self.element:
                tag = child.tag
                space, _, local = str(tag).rpartition("}")
                if space[1:] in self._spaces:
                    self._children.setdefault(local, []).append(Node(child, self._spaces))
        return self._children

    def all(self, *names: str) -> list[Node]:
        """Return every element under the path of local names."""
        nodes = [self]
        for name in names:
            nodes = [child for node in nodes for child in node._named().get(name, ())]
        return nodes

    def one(self, *names: str) -> Node | None:
        """Return the first element under the path, ``None`` where there is none."""
        return next(iter(self.all(*names)), None)

    def first(self, *paths: tuple[str, ...]) -> Node | None:
        """Return the first element under the first path that leads to one."""
        return next((node for path in paths if (node := self.one(*path)) is not None), None)

    def text(self, *names: str) -> str:
        """Return the text of the first element under the path, blanks collapsed, else ``""``."""
        node = self.one(*names)
        return "" if node is None else " ".join((node.element.text or "").split())

    def texts(self, *names: str) -> Iterator[str]:
        """Yield every text under the path that is not blank, blanks collapsed."""
        for node in self.all(*names):
            text = node.text()
            if text:
                yield text

    def attributes(self, name: str) -> set[str]:
        """Return every value of an attribute in the whole document."""
        found = self.element.xpath("//@*[local-name()=$name]", name=name)
        return {str(value) for value in found} if isinstance(found, list) else set()

    def attribute(self, name: str) -> str:
        """Return an attribute, blanks collapsed; ``""`` where there is none."""
        return " ".join(str(self.element.get(name) or "").split())


class Builder:
    """Builds one document: elements in the order in which they are added, blank ones left out."""

    def __init__(self, root: str, namespaces: dict[str | None, str]) -> None:
        self._etree = lxml_etree()
        self._spaces = namespaces
        self.root = self._etree.Element(self._tag(root), nsmap=namespaces)

    def _tag(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        return f"{{{self._spaces[prefix or None]}}}{local}"

    def group(self, parent: _Element, name: str) -> _Element:
        """Add an element that will hold others."""
        return self._etree.SubElement(parent, self._tag(name))  # type: ignore[no-any-return]  # lxml comes lazily

    def leaf(self, parent: _Element, name: str, text: str, **attributes: str) -> None:
        """Add an element with text; blank text adds nothing. Raises ``xml.characters``."""
        if not text.strip():
            return
        element = self.group(parent, name)
        try:
            element.text = text
            for key, value in attributes.items():
                if value:
                    element.set(key, value)
        except ValueError:
            detail = "control characters can't stand in XML"
            raise SalesOrdersError("xml.characters", name, detail) from None

    def to_bytes(self) -> bytes:
        """Return the document as UTF-8 with its declaration, indented."""
        self._etree.indent(self.root)
        content: bytes = self._etree.tostring(
            self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True
        )
        return content
