"""Every statement of the store, as text with named parameters; the tenant stands in each.

They are made ready for a dialect once: putting SQL together anew takes longer than running it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesorders.kernel.codec import quoted

__all__ = ["BESIDES", "Statements"]

_ROW = "seq, key, body, recorded_at, text, before, hash, at"
_OF_TENANT = "WHERE tenant = :tenant"
_EFFECT = "key, number, effect, tries, failing_since"
_WAITING = f"SELECT {_EFFECT} FROM salesorders_outbox {_OF_TENANT}"


def _rows(name: str, columns: str) -> str:
    """Return rows out of one JSON text, with their place in it."""
    told = f"json_to_recordset(CAST(:{name} AS JSON)) AS ({columns})"
    names = ", ".join(column.partition(" ")[0] for column in columns.split(", "))
    return f"ROWS FROM ({told}) WITH ORDINALITY AS new ({names}, place)"


# As sqlite3 and as psycopg read a parameter.
_PARAMETER = re.compile(r":([a-z_]+)")
_STYLE = {"postgresql": r"%(\1)s", "sqlite": r":\1"}
# A list is one text: a driver takes longer to write an array than PostgreSQL to take a text apart.
_APART = "string_to_array(:{name}, chr(31))"
_AMONG = {
    "postgresql": f"{{column}} = ANY({_APART})",
    "sqlite": "{column} IN (SELECT value FROM json_each(:{name}))",
}
_READS = {
    "postgresql": (
        f"unnest({_APART.format(name='reads')}, CAST({_APART.format(name='versions')} AS BIGINT[]))"
        " AS seen (ref, version)"
    ),
    "sqlite": (
        "(SELECT one.value AS ref, other.value AS version FROM json_each(:reads) AS one"
        " JOIN json_each(:versions) AS other ON other.key = one.key) AS seen"
    ),
}
# Documents are looked for one by one: a planner that has not counted the rows yet would rather look at all of them,
# and go on doing so when there are many.
_ONE = "SELECT {columns} FROM salesorders_documents WHERE tenant = :tenant AND ref = {which}.ref"
_READ = {
    "postgresql": (
        f"SELECT held.ref, held.version, held.body FROM unnest({_APART.format(name='refs')}) AS wanted (ref)"
        f" CROSS JOIN LATERAL ({_ONE.format(columns='ref, version, body', which='wanted')} LIMIT 1) AS held"
    ),
    "sqlite": (
        f"SELECT ref, version, body FROM salesorders_documents {_OF_TENANT}"
        " AND ref IN (SELECT value FROM json_each(:refs))"
    ),
}
# Nothing has moved on that an answer was made from.
_UNMOVED = (
    f"NOT EXISTS (SELECT 1 FROM {{reads}} WHERE"
    f" coalesce(({_ONE.format(columns='version', which='seen')}), 0) <> seen.version)"
)
# What a command writes, each part as one JSON text, in the order of the text. A document that is not over the
# version it was made from gets no version at all, which the table refuses: nothing of it is written then. What is
# written besides comes after all documents, or two that make the same one would meet at its names first.
# A row that is there is looked for by itself: the planner does not know how few rows a text holds.
_PUT = (
    ", put AS (INSERT INTO salesorders_documents AS held (tenant, ref, version, body)"
    " SELECT :tenant, new.ref, CASE WHEN new.version = 1 THEN 1 ELSE (SELECT new.version"
    " FROM salesorders_documents WHERE tenant = :tenant AND ref = new.ref) END, new.body"
    f" FROM noted CROSS JOIN {_rows('written', 'ref TEXT, version BIGINT, body TEXT')}"
    " ORDER BY new.place"
    " ON CONFLICT (tenant, ref) DO UPDATE SET body = excluded.body, version ="
    " CASE WHEN held.version = excluded.version - 1 THEN excluded.version END RETURNING ref),"
    " done AS (SELECT key FROM noted WHERE (SELECT count(*) FROM put) >= 0)"
)
_LOOKUP = "kind TEXT, name TEXT, value TEXT, ref TEXT"
BESIDES = {
    "gone": (
        ", forgotten AS (DELETE FROM salesorders_lookups WHERE ctid = ANY(ARRAY("
        "SELECT (SELECT ctid FROM salesorders_lookups WHERE tenant = :tenant AND kind = new.kind"
        " AND name = new.name AND value = new.value AND ref = new.ref)"
        f" FROM done CROSS JOIN {_rows('gone', _LOOKUP)})))"
    ),
    "named": (
        ", named AS (INSERT INTO salesorders_lookups (tenant, kind, name, value, ref)"
        " SELECT :tenant, new.kind, new.name, new.value, new.ref"
        f" FROM done CROSS JOIN {_rows('named', _LOOKUP)} ORDER BY new.place)"
    ),
    "effects": (
        ", queued AS (INSERT INTO salesorders_outbox (tenant, key, number, gateway, effect)"
        " SELECT :tenant, :key, new.number, new.gateway, new.effect FROM done CROSS JOIN"
        f" {_rows('effects', 'number INTEGER, gateway TEXT, effect TEXT')} ORDER BY new.place)"
    ),
}
# Which rows were chosen is found out first, and they are looked up by it: a planner that does not know how few are
# wanted would rather read all that wait.
_CHOSEN = {"postgresql": "= ANY(ARRAY", "sqlite": "IN"}
_WITHOUT_WAITING = {"postgresql": " FOR UPDATE SKIP LOCKED", "sqlite": ""}
# A row's waiters all wake up when it has changed, to look at it again; those of a lock by its name one by one.
_IN_LINE = (
    "wanted.ref || CAST(pg_advisory_xact_lock(hashtextextended(:tenant || wanted.ref, 0)) AS TEXT)"
)
_HOLD = (
    "WITH noted AS (INSERT INTO salesorders_commands (tenant, key, body, at, text)"
    " VALUES (:tenant, :key, :body, :at, '')"
    " ON CONFLICT (tenant, key) DO NOTHING RETURNING key)"
    " SELECT held.ref, held.version, held.body FROM noted LEFT JOIN"
    f" (unnest({_APART.format(name='refs')}) AS wanted (ref) CROSS JOIN LATERAL"
    " (SELECT {which}) AS lined (ref) CROSS JOIN LATERAL"
    f" ({_ONE.format(columns='ref, version, body', which='lined')} FOR UPDATE) AS held) ON TRUE"
)
_LOCK = {"postgresql": "SELECT pg_advisory_xact_lock(hashtext(:tenant))", "sqlite": "SELECT 1"}

_TEXTS = {
    "read": "{read}",
    "find": (
        "SELECT l.ref, d.version, d.body FROM salesorders_lookups AS l"
        " JOIN salesorders_documents AS d ON d.tenant = l.tenant AND d.ref = l.ref"
        " WHERE l.tenant = :tenant AND l.kind = :kind AND l.name = :name AND l.value = :value"
        " AND l.ref > :after ORDER BY l.ref LIMIT :most"
    ),
    "documents": (
        f"SELECT ref, version, body FROM salesorders_documents {_OF_TENANT} ORDER BY ref"
    ),
    # A new document, or the next version over the one before; otherwise no row is touched.
    "put": (
        "INSERT INTO salesorders_documents AS held (tenant, ref, version, body)"
        " SELECT :tenant, :ref, CAST(:version AS BIGINT), :body"
        " WHERE CAST(:version AS BIGINT) = 1 OR EXISTS (SELECT 1 FROM salesorders_documents"
        " WHERE tenant = :tenant AND ref = :ref)"
        " ON CONFLICT (tenant, ref) DO UPDATE SET version = excluded.version, body = excluded.body"
        " WHERE held.version = excluded.version - 1"
    ),
    "forget": (
        f"DELETE FROM salesorders_lookups {_OF_TENANT} AND kind = :kind AND name = :name"
        " AND value = :value AND ref = :ref"
    ),
    "name": (
        "INSERT INTO salesorders_lookups (tenant, kind, name, value, ref)"
        " VALUES (:tenant, :kind, :name, :value, :ref)"
    ),
    "answer": f"SELECT {_ROW} FROM salesorders_commands {_OF_TENANT} AND key = :key",
    "last": (
        "SELECT seq, key, recorded_at, hash"
        f" FROM salesorders_commands {_OF_TENANT} AND seq IS NOT NULL"
        " ORDER BY seq DESC LIMIT 1"
    ),
    "rows": (
        f"SELECT {_ROW} FROM salesorders_commands {_OF_TENANT} AND seq > :after"
        " ORDER BY seq LIMIT :most"
    ),
    "unsealed": (
        f"SELECT {_ROW} FROM salesorders_commands {_OF_TENANT} AND seq IS NULL"
        " ORDER BY id LIMIT :most"
    ),
    "command": (
        "INSERT INTO salesorders_commands"
        " (tenant, key, body, at, text, seq, recorded_at, before, hash)"
        " VALUES (:tenant, :key, :body, :at, :text, :seq, :recorded_at, :before, :hash)"
        " ON CONFLICT (tenant, key) DO NOTHING"
    ),
    # A key that stands for its command until that is decided, and then its documents, in the order in which they
    # are written; no row where the key was used.
    "hold": _HOLD.replace("{which}", "wanted.ref"),
    # The same for one that waits in line for the name of a document before it waits for the row.
    "line": _HOLD.replace("{which}", _IN_LINE),
    # An answer that writes no document, where nothing has moved that it was made from.
    "answered": (
        "INSERT INTO salesorders_commands"
        " (tenant, key, body, at, text, seq, recorded_at, before, hash)"
        " SELECT :tenant, :key, :body, :at, :text,"
        " CAST(:seq AS BIGINT), :recorded_at, :before, :hash"
        " WHERE {unmoved}"
        " ON CONFLICT (tenant, key) DO NOTHING"
    ),
    # A command with all that it writes in one statement, which is a transaction and one way to the server.
    "noted": (
        "WITH noted AS (INSERT INTO salesorders_commands (tenant, key, body, at, text)"
        " SELECT :tenant, :key, :body, :at, :text WHERE {unmoved}"
        " ON CONFLICT (tenant, key) DO NOTHING RETURNING key)"
    ),
    # The same for one that is decided with its documents in hand: its key stands there. Its place in the
    # order of arrival is behind all whose documents it has seen, so it is drawn again. Where something has moved that
    # it leans on it gets no text, which the table refuses.
    "decided": (
        "WITH noted AS (UPDATE salesorders_commands SET at = :at, text = CASE WHEN {unmoved} THEN :text END,"
        " id = nextval(pg_get_serial_sequence('salesorders_commands', 'id'))"
        f" {_OF_TENANT} AND key = :key RETURNING key)"
    ),
    "seal": (
        "UPDATE salesorders_commands SET seq = :seq, recorded_at = :recorded_at,"
        f" before = :before, hash = :hash {_OF_TENANT} AND key = :key AND seq IS NULL"
    ),
    "lock": "{lock}",
    "queue": (
        "INSERT INTO salesorders_outbox (tenant, key, number, gateway, effect)"
        " VALUES (:tenant, :key, :number, :gateway, :effect)"
    ),
    # An effect as it waited elsewhere.
    "queue_again": (
        f"INSERT INTO salesorders_outbox (tenant, gateway, {_EFFECT})"
        " VALUES (:tenant, :gateway, :key, :number, :effect, :tries, :failing_since)"
    ),
    "waiting": f"{_WAITING} ORDER BY id LIMIT :most",
    "waiting_for": f"{_WAITING} AND {{gateways}} ORDER BY id LIMIT :most",
    "lease": (
        "UPDATE salesorders_outbox SET leased_by = :worker, leased_until = :until WHERE id {chosen}"
        f" (SELECT id FROM salesorders_outbox {_OF_TENANT} AND {{gateways}}"
        " AND (leased_until IS NULL OR leased_until <= :now) ORDER BY id LIMIT :most{unlocked}){chosen_end}"
        f" RETURNING id, {_EFFECT}"
    ),
    "give_back": (
        f"UPDATE salesorders_outbox SET leased_by = NULL, leased_until = NULL {_OF_TENANT}"
        " AND key = :key AND number = :number AND leased_by = :worker"
    ),
    "failed": (
        "UPDATE salesorders_outbox SET leased_by = NULL, leased_until = NULL, tries = tries + 1,"
        f" failing_since = coalesce(failing_since, :at) {_OF_TENANT}"
        " AND key = :key AND number = :number AND leased_by = :worker"
    ),
    # A command counts as soon as it was said, whether it has a place in the chain or not.
    "occupied": (
        f"SELECT 1 FROM salesorders_documents {_OF_TENANT}"
        f" UNION ALL SELECT 1 FROM salesorders_commands {_OF_TENANT} LIMIT 1"
    ),
    "restore": (
        "INSERT INTO salesorders_documents (tenant, ref, version, body)"
        " VALUES (:tenant, :ref, :version, :body)"
    ),
    "delivered": (
        f"DELETE FROM salesorders_outbox {_OF_TENANT} AND key = :key AND number = :number"
    ),
}


class Statements:
    """The texts for one dialect, by name; parameters go with them as mappings."""

    def __init__(self, dialect: str) -> None:
        among = _AMONG[dialect]
        parts = {
            "read": _READ[dialect],
            "gateways": among.format(column="gateway", name="gateways"),
            "unlocked": _WITHOUT_WAITING[dialect],
            "chosen": _CHOSEN[dialect],
            "chosen_end": ")" if dialect == "postgresql" else "",
            "unmoved": _UNMOVED.format(reads=_READS[dialect]),
            "lock": _LOCK[dialect],
        }
        self._style = _STYLE[dialect]
        self._arrays = dialect == "postgresql"
        self._texts = {
            name: _PARAMETER.sub(self._style, sentence.format(**parts))
            for name, sentence in _TEXTS.items()
        }

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def whole(self, name: str, besides: Sequence[str]) -> str:
        """Return ``noted`` or ``decided`` with what a command writes ``besides`` documents, of :data:`BESIDES`."""
        key = " and ".join((name, "documents", *besides))
        if key not in self._texts:
            parts = "".join([_PUT, *(BESIDES[one] for one in besides)])
            told = _PARAMETER.sub(self._style, f"{parts} SELECT count(*) FROM noted")
            self._texts[key] = self._texts[name] + told
        return self._texts[key]

    def listed(self, values: Sequence[str | int]) -> str:
        """Return a list as the one text that the dialect takes apart."""
        if self._arrays:
            return "\x1f".join([str(one) for one in values])
        return (
            f"[{','.join([quoted(one) if one.__class__ is str else str(one) for one in values])}]"
        )
