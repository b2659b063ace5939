"""The command line: `quod COMMAND`. Each command is a module of `quod.commands`, imported only when it is asked for."""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

from quod import __version__
from quod.rows import CHECKS, Exit

_EXITS = """exit codes:
  0    all required evidence is there
  1    something is refuted
  2    bad usage or bad input (files that cannot be read, an empty selection)
  3    engines in conflict: one proves what another refutes
  4    unknown, vacuous, or weaker evidence than required
  130  interrupted; what had ended is recorded, and a second run goes on from there"""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_SELECTORS = "a claim's id or name, a topic, or a glob such as 'activations.*slope*'; without any: all claims"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; messages about bad input go to standard error, never a traceback."""
    try:
        code = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("quod: interrupted", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return Exit.INPUT
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _discard_output()
        fix = "make room, or send it elsewhere, and run again"
        print(f"quod: the output cannot be written ({error.strerror}); fix: {fix}", file=sys.stderr)
        return Exit.INPUT
    return code


def _run(argv: Sequence[str] | None) -> int:
    from quod.project import ProjectError
    from quod.selection import SelectionError

    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        command: Callable[[argparse.Namespace], int] = importlib.import_module(f"quod.commands.{options.module}").run
        return int(command(options))
    except (ProjectError, SelectionError) as error:
        print(f"quod: {error}", file=sys.stderr)
        return Exit.INPUT


def _discard_output() -> None:
    """What is still buffered would fail again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quod",
        description="State a mathematical claim once; quod proves it, attacks it, checks your code against it, "
        "and says exactly which of these it did and what it had to trust.",
        epilog=_EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"quod {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (_verify, _attack, _list, _show, _axioms, _recheck, _lock, _prove, _new, _report, _badge, _doctor):
        add(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _command(commands: Commands, name: str, help: str, description: str = "", module: str = "") -> argparse.ArgumentParser:
    made = commands.add_parser(
        name,
        help=help,
        description=description or f"{help[0].upper()}{help[1:]}.",
        epilog=_EXITS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(module=module or name)
    return made


def _selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("selectors", nargs="*", metavar="SELECTOR", help=_SELECTORS)
    parser.add_argument("-k", dest="expression", metavar="EXPRESSION", help="only ids that satisfy it, such as 'slope and not tanh'")


def _verify(commands: Commands) -> None:
    parser = _command(
        commands,
        "verify",
        "run every check of the selected claims",
        "Run every check of every selected claim (all, if none is named); a check whose result is recorded is not run again.",
    )
    _selection(parser)
    parser.add_argument("--only", type=_checks, default=CHECKS, metavar="CHECKS", help=f"only these checks, of {','.join(CHECKS)}")
    parser.add_argument("--jobs", type=_positive, default=_CORES, metavar="N", help="checks at once (default: one per core)")
    parser.add_argument("--timeout", type=_seconds, default=60.0, metavar="S", help="seconds for one check (default 60)")
    parser.add_argument("--memory", type=_megabytes, default=2048, metavar="MB", help="megabytes for one check (default 2048)")
    parser.add_argument("--seed", type=_natural, default=0, metavar="N", help="seed of everything random (default 0)")
    parser.add_argument("--digits", type=_digits, default=50, metavar="N", help="decimal digits of a fuzz evaluation (default 50)")
    parser.add_argument("--examples", type=_positive, default=200, metavar="N", help="points of a fuzz run per claim (default 200)")
    parser.add_argument("--locked", action="store_true", help="exit 4 where a result is not what trust.lock says, a line per difference")
    parser.add_argument("--attack", choices=("quick", "deep", "off"), default="quick", help="how hard claims are attacked (default quick)")
    parser.add_argument("--again", action="store_true", help="run everything, whatever is recorded")
    parser.add_argument("--json", metavar="FILE", help="write one row per claim, as `quod/report/schema.json` describes it")
    parser.add_argument("--junit", metavar="FILE", help="write the checks as JUnit XML")


def _list(commands: Commands) -> None:
    parser = _command(commands, "list", "list the selected claims with their sentences", module="catalogue")
    _selection(parser)
    parser.add_argument("--json", action="store_true", help="as a JSON list")


def _show(commands: Commands) -> None:
    parser = _command(
        commands,
        "show",
        "show a claim: statement, domain, source, verdict, what it trusts and assumes",
        module="show",
    )
    parser.add_argument("selectors", nargs="+", metavar="ID", help=_SELECTORS)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as a JSON list")
    form.add_argument("--latex", action="store_true", help="only the statement, in LaTeX")
    form.add_argument("--smt2", action="store_true", help="only the negated statement, as an SMT-LIB 2 problem")


def _axioms(commands: Commands) -> None:
    parser = _command(commands, "axioms", "list everything that the proof of a claim rests on", module="axioms")
    parser.add_argument("selectors", nargs="+", metavar="ID", help=_SELECTORS)
    parser.add_argument("--json", action="store_true", help="as a JSON list")


def _recheck(commands: Commands) -> None:
    parser = _command(
        commands,
        "recheck",
        "replay the stored certificates with the kernel alone",
        "Replay the stored certificate of every selected claim in a process where no solver can be imported, and compare what it proves "
        "with what spec/ states now. Nothing is searched for, and nothing is written but what --json names.",
    )
    _selection(parser)
    parser.add_argument("--jobs", type=_positive, default=min(2, _CORES), metavar="N", help="processes, if more than one pays (default 2)")
    parser.add_argument("--timeout", type=_seconds, default=60.0, metavar="S", help="seconds for one certificate (default 60)")
    parser.add_argument("--memory", type=_megabytes, default=2048, metavar="MB", help="megabytes for one certificate (default 2048)")
    parser.add_argument("--json", metavar="FILE", help="write a list with the outcome, reason, trusts and steps of each claim")


def _lock(commands: Commands) -> None:
    parser = _command(
        commands,
        "lock",
        "write what every claim rests on into trust.lock",
        "Write the verdict, method, trusts and assumes of every claim, as recorded, into trust.lock at the project's root. "
        "`quod verify --locked` holds a run against it.",
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 4 if the lock is out of date")


def _attack(commands: Commands) -> None:
    parser = _command(
        commands,
        "attack",
        "attack the selected claims: false twins, needless hypotheses, sharpness, edges",
        "Change every selected claim in one place at a time, and let counterexamples and provers decide each twin; drop each hypothesis; "
        "find how sharp each bound is. A twin that is proved although it is refuted is exit code 3.",
    )
    _selection(parser)
    parser.add_argument("--deep", action="store_true", help="every twin and every hypothesis, with more points and all provers")
    parser.add_argument("--all", action="store_true", help="also list the findings that decide nothing")
    parser.add_argument("--jobs", type=_positive, default=_CORES, metavar="N", help="claims at once (default: one per core)")
    parser.add_argument("--timeout", type=_seconds, default=60.0, metavar="S", help="seconds for one claim (default 60)")
    parser.add_argument("--memory", type=_megabytes, default=2048, metavar="MB", help="megabytes for one claim (default 2048)")
    parser.add_argument("--seed", type=_natural, default=0, metavar="N", help="seed of everything random (default 0)")
    parser.add_argument("--again", action="store_true", help="run everything, whatever is recorded")
    parser.add_argument("--json", metavar="FILE", help="write the findings of each claim")


def _prove(commands: Commands) -> None:
    parser = _command(
        commands,
        "prove",
        "run the provers on SMT-LIB 2 problems",
        "Decide problems over the reals and integers: unsat, sat with a verified model, or unknown with the reason. "
        "The expected answer is read from (set-info :status …); a wrong answer is exit code 3.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE.smt2", help="a problem; a folder stands for every .smt2 file below it")
    parser.add_argument("--timeout", type=_seconds, default=60.0, metavar="S", help="seconds per file (default 60)")
    parser.add_argument("--memory", type=_megabytes, default=2048, metavar="MB", help="megabytes per file (default 2048)")
    parser.add_argument("--jobs", type=_positive, default=_CORES, metavar="N", help="files at once (default: one per core)")
    parser.add_argument("--json", metavar="FILE", help="write a list of {file, expected, answer, seconds, method, trusts, reason, witness}")


def _new(commands: Commands) -> None:
    parser = _command(commands, "new", "write the stub of a claim at the right place")
    parser.add_argument("id", metavar="TOPIC.NAME", help="the id of the claim, such as activations.sigmoid_is_positive")
    parser.add_argument("--impl", action="store_true", help="also the stub of an implementation under test")
    parser.add_argument("--proof", action="store_true", help="also the stub of a proof script")


def _report(commands: Commands) -> None:
    parser = _command(commands, "report", "print the last run as a Markdown table, or put it into the README")
    parser.add_argument(
        "--readme", nargs="?", const="README.md", metavar="FILE", help="rewrite the block between the markers of quod (default README.md)"
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 4 if the block is out of date")


def _badge(commands: Commands) -> None:
    parser = _command(commands, "badge", "write a badge about the last run: an SVG, and JSON for a shields endpoint")
    parser.add_argument("--svg", default="badge.svg", metavar="FILE", help="where the picture goes (default badge.svg)")
    parser.add_argument("--json", default="badge.json", metavar="FILE", help="where the endpoint's JSON goes (default badge.json)")


def _doctor(commands: Commands) -> None:
    parser = _command(commands, "doctor", "show the version of every engine, what is missing, and a self-test of each")
    parser.add_argument("--json", action="store_true", help="as a JSON list")


def _checks(text: str) -> tuple[str, ...]:
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [part for part in wanted if part not in CHECKS]
    if unknown or not wanted:
        raise argparse.ArgumentTypeError(f"expected checks out of {','.join(CHECKS)}, got {text!r}")
    return tuple(check for check in CHECKS if check in wanted)


def _number(text: str, kind: Callable[[str], float], least: float, most: float, what: str) -> float:
    try:
        value = kind(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"expected {what} from {least:g} to {most:g}, got {text!r}")
    return value


def _positive(text: str) -> int:
    return int(_number(text, int, 1, 10**9, "a whole number"))


def _natural(text: str) -> int:
    return int(_number(text, int, 0, 2**63 - 1, "a whole number"))


def _digits(text: str) -> int:
    return int(_number(text, int, 15, 10_000, "a number of decimal digits"))


def _seconds(text: str) -> float:
    return _number(text, float, 0.001, 10**7, "seconds")


def _megabytes(text: str) -> int:
    return int(_number(text, int, 16, 10**7, "megabytes"))


if __name__ == "__main__":
    sys.exit(main())
