"""Every finding of a document says its sentence to people."""

import re
from pathlib import Path

from salesorders import interchange
from salesorders.kernel.messages import registered

OURS = (
    "einvoice",
    "reading",
    "statement",
    "totals",
    "ubl_invoice",
    "ubl_order",
    "ubl_party",
    "camt",
)
FOUND = re.compile(r"""(?:refuse|refer|allow|found)\(\s*(?:effect, )?"([a-z_.]+)"|invalid\(never""")


def test_every_finding_has_a_sentence():
    folder = Path(interchange.__file__).parent
    codes = {
        code
        for name in OURS
        for code in FOUND.findall((folder / f"{name}.py").read_text(encoding="utf-8"))
        if code
    }
    assert len(codes) > 30
    assert codes - set(registered()) - ELSEWHERE == set()


# Codes of errors and of other packages, which explain themselves.
ELSEWHERE = {
    "money.precision",
    "money.negative",
    "text.too_long",
    "id.too_long",
    "currency.mismatch",
}
