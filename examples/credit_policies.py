"""Three credit policies over the orders of a folder: which orders each would hold, and why, side by side.

``marimo edit examples/credit_policies.py`` opens it as a notebook, ``python examples/credit_policies.py``
prints it; ``--data FOLDER`` reads other orders than the sample, as ``past_orders.py`` says. Change a
function, and everything below follows.
"""

import marimo

__generated_with = "0.9.0"
app = marimo.App()


@app.cell
def _():
    import sys
    from decimal import Decimal
    from pathlib import Path

    import marimo as mo

    import salesorders as so

    sys.path.insert(0, str(Path(__file__).parent))
    import past_orders

    return Decimal, Path, mo, past_orders, so


@app.cell
def _(Path, mo, past_orders):
    folder = Path(mo.cli_args().get("data") or past_orders.SAMPLE)
    history = past_orders.read(folder)
    mo.md(
        f"{len(history.orders)} orders of {len(history.limits)} customers, in {history.currency}."
    )
    return (history,)


@app.cell
def _(Decimal, so):
    # A policy as data: a static limit, an overdue share, and a door for small orders.
    today = so.CreditPolicy(
        so.PolicyVersion("today"),
        overdue_share_percent_max=Decimal(50),
        exclusions=(so.Exclusion("small", amount_max=Decimal(150)),),
    )
    return (today,)


@app.cell
def _(Decimal, so):
    # Two policies as plain functions of an account and a request. Nothing to subclass or to register.
    def gentle(account, request):
        """Only what is more than a quarter over the limit waits."""
        after = account.exposure.total + request.amount
        if account.limit.kind == "amount" and after > account.limit.amount * Decimal("1.25"):
            return so.Finding("gentle.far_over", so.Effect.REFER, "customer", {"after": after})
        return None

    def watchful(account, request):
        """Whoever owes for something more than three weeks late waits, whatever the limit."""
        late = [d for d in account.items_by_day if d.on and (request.on - d.on).days > 21]
        if late:
            owed = sum(d.amount for d in late)
            yield so.Finding("watchful.late", so.Effect.REFER, "customer", {"late": owed})
        if account.exposure.open_items and request.amount > account.exposure.open_items * 5:
            yield so.Finding("watchful.unusual", so.Effect.REFER, "order", {"is": request.amount})

    return gentle, watchful


@app.cell
def _(gentle, history, so, today, watchful):
    result = so.replay(history, {"today": today, "gentle": gentle, "watchful": watchful})
    return (result,)


@app.cell
def _(result):
    print(result.table())
    result.table()
    return


@app.cell
def _(result):
    print(result.held())
    result.held()
    return


@app.cell
def _(result):
    print(f"\nThe policies differ on {len(result.differences())} orders.")
    result.differences()
    return


@app.cell
def _(result, so):
    try:
        picture = result.plot()
    except so.SalesOrdersError as missing:  # without the extra "plot" the tables are all there is
        picture = str(missing)
    picture
    return (picture,)


if __name__ == "__main__":
    app.run()
