"""What stands on the reference pages around the lists that ``make_reference.py`` fills in."""

MADE = "% Made by tools/make_reference.py from the library; run it again instead of editing.\n\n"
RULES_PAGE = """# Rules

Every code that a finding carries, and the questions that decisions answer. Codes are for ever; sentences may be worded
anew, and a host may register others. Words in *italics* are facts, parameters or cures of the finding, by name. What a
code does - *allow*, *refer*, *refuse* - stands behind it where it is always the same.

"""
ERRORS_PAGE = """# Errors

What the library raises. Ordinary business - too little credit, an unknown item in an order - is an
[answer](rules.md) and never one of these.

Every error has a `code` that never changes, a `path` to the field at fault (`lines[2].quantity`) and a `detail` for
people, bounded in length and without secrets. `InvalidValue` is a `ValueError` too, `NotFound` a `LookupError`,
`NotAllowed` a `PermissionError`.

| class | is a | default code | raised when |
| --- | --- | --- | --- |
{classes}

## Codes by class

Every error prints its place on this page: `money.precision at price: ... [errors.html#error-money-precision]`. What
`unwrap()` raises prints the place of the rule that refused on the [page of rules](rules.md).

{codes}
"""
COUNTERS_PAGE = """# The desk's counters

The same on {{py:class}}`salesorders.Desk <salesorders.sync.Desk>` and, as coroutines, on
{{py:class}}`salesorders.aio.Desk`. Duties are those of the default policy; a host may set others
({{doc}}`../how-to/embed-the-desk`).

## Writing verbs

Each takes `key=` (wanted), `by=` (an actor for this one call) and, but for `cash.import_statement`, `dry_run=`, which
makes it answer with a `Preview` of the same.

| verb | duty | answers | what it does |
| --- | --- | --- | --- |
{writing}

## Reading verbs

Nothing is written. Where no role is named, whoever holds the desk may read; what a user of the host may see is the
host's matter.

| verb | duty | answers | what it does |
| --- | --- | --- | --- |
{reading}

## Documents

These counters have `get(id)`, which raises a `...unknown` error where the tenant has no such document, and `find(...)`,
which answers with a `Page`: `items` in order of reference, and `after`, the cursor for the next page. `limit=` is 1 to
1,000.

| counter | document | lookups |
| --- | --- | --- |
{papers}
"""
BAD_INPUT_PAGE = """# Bad input

What is sent to a public door, and the code and path that answer. Each row is a test: the answer comes in bounded time,
what is huge takes little memory, and nothing was changed - documents, versions and effects are what they were.

{count}

Besides, every field of every request is sent values of wrong types, sizes and characters, one at a time (about
2,800 rows), and every reader is given mutilated and random bytes.

| | what is sent | code | path |
| --- | --- | --- | --- |
{cases}

## Without a row

| | why |
| --- | --- |
{others}
"""
POLICIES_PAGE = """# Policies and their defaults

Everything that a host may set, in one bundle: {py:class}`salesorders.Policies <salesorders.lifecycle.Policies>`. What a
field means, with its unit and bounds, stands with its class.

"""
PORTS_PAGE = """# Ports

What the shell asks of the outside. They are protocols: a class with these methods will do, none has to be derived from.
On `salesorders.aio` what is marked `async` is a coroutine, on `salesorders.sync` an ordinary method.

"""
