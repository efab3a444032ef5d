"""Values that every capability shares and that know no trade but arithmetic, time and answers.

Read ``errors.py``, ``limits.py``, ``money.py``, ``quantity.py``, ``calendar.py``, ``ids.py``,
``actors.py``; then ``decision.py``, ``policy.py``, ``change.py``, ``claim.py``; then ``events.py`` and ``codec.py``.
"""

__all__: list[str] = []
