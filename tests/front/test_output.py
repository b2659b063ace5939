"""What quod prints and writes where there is no room, and to what is no file."""

from __future__ import annotations

import json
import os
import resource
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from quod.cli import main

ROOT = str(Path(__file__).parents[2])
NO_ROOM = "quod: the output cannot be written (File too large); fix: make room, or send it elsewhere, and run again\n"


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["show", "activations.slope_is_positive"]])
def test_no_room_behind_standard_output(arguments: list[str], project: Path) -> None:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20, resource.RLIM_INFINITY))

    environment = {**os.environ, "PYTHONPATH": ROOT}
    with open("out.txt", "w") as full:
        command = [sys.executable, "-m", "quod", *arguments]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment, preexec_fn=no_room)
    assert (ended.returncode, ended.stderr) == (2, NO_ROOM)


def test_a_pipe_is_written_to_and_not_replaced(project: Path, engines: Any) -> None:
    os.mkfifo("rows.json")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(Path("rows.json").read_text()))
    reader.start()
    assert main(["verify", "--json", "rows.json"]) == 0
    reader.join(timeout=10)
    assert len(json.loads(read[0])) == 3
    assert stat.S_ISFIFO(Path("rows.json").stat().st_mode)


@pytest.mark.parametrize(("name", "why"), [("missing/rows.json", "No such file or directory"), ("spec", "Is a directory")])
def test_a_file_that_cannot_be_written_is_named_as_it_was_given(
    name: str, why: str, project: Path, engines: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in ("--json", "--junit"):
        assert main(["verify", option, name]) == 2
        assert capsys.readouterr().err == f"quod: {name}: cannot be written ({why}); fix: name a file in a folder that exists\n"


def test_ctrl_c_before_anything_has_begun(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("quod.cli._parser", interrupt)
    assert main(["list"]) == 130
    assert capsys.readouterr().err == "quod: interrupted\n"
