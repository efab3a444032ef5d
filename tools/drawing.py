"""A drawing as SVG: boxes, lines and words, in colours that can be read on white and on black."""

from html import escape

LETTER = 6.6
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1d2733}.small{font-size:10.5px;fill:#45525f}"
    ".label{font-size:10.5px;fill:#45525f;paint-order:stroke;stroke:#fff;stroke-width:4px}"
    ".head{font-weight:600}.box{fill:#eef3f8;stroke:#7d93a8}.strong{fill:#dbe8f5;stroke:#3f6d99}"
    ".line{fill:none;stroke:#3f6d99;stroke-width:1.3}.page{fill:#fff}"
)


class Drawing:
    """Pieces of SVG, in the order in which they are painted; words come last, over every line."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._pieces: list[str] = []
        self._words: list[str] = []
        self._right = self._low = 0.0

    def _reach(self, x: float, y: float) -> None:
        self._right, self._low = max(self._right, x), max(self._low, y)

    def box(self, x: float, y: float, width: float, height: float, kind: str = "box") -> None:
        """Draw a box with round corners."""
        self._pieces.append(
            f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5"/>'
        )
        self._reach(x + width, y + height)

    def words(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        """Write a line of text; ``y`` is its foot."""
        named = f' class="{kind}"' if kind else ""
        self._words.append(
            f'<text{named} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'
        )
        self._reach(x + (LETTER * len(text) if anchor == "start" else 0), y)

    def arrow(self, *points: tuple[float, float]) -> None:
        """Draw a line over these points with a head at the last."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self._pieces.append(f'<polyline class="line" points="{path}" marker-end="url(#tip)"/>')
        for x, y in points:
            self._reach(x, y)

    def svg(self) -> str:
        """The whole drawing."""
        width, height = self._right + 16, self._low + 16
        tip = (
            '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#3f6d99"/></marker>'
        )
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">',
                f"<title>{escape(self.title)}</title><style>{STYLE}</style><defs>{tip}</defs>",
                f'<rect class="page" width="{width:g}" height="{height:g}"/>',
                *self._pieces,
                *self._words,
                "</svg>\n",
            ]
        )
