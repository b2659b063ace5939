"""quod.processes: every way in which a worker can fail ends its own task, and nothing else."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from quod import processes
from quod.processes import Crashed, Finished, Limits, OutOfMemory, Pool, Raised, Task, TaskError, TimedOut, run

MB = 1 << 20
QUICK = Limits(seconds=20.0, memory=400 * MB)
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def pool():
    """One pool for all tests: each finds it in the state in which the failures before have left it."""
    with Pool(2, QUICK) as pool:
        yield pool


def alive(pid):
    """Whether the process runs; a zombie whose parent is slow to reap it does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        if sys.platform == "linux":
            return False
        shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        state = shown.stdout.strip()[:1]
    return state not in {"", "Z", "X"}


def gone(pids, within=5.0):
    """Whether all these processes end within the given seconds."""
    until = time.monotonic() + within
    while any(alive(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.01)
    return not any(alive(pid) for pid in pids)


def pids_written(path, count=2, within=20.0):
    """The process ids a task has left in a file, once they are there."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if path.exists() and len(path.read_text().split()) == count:
            return [int(word) for word in path.read_text().split()]
        time.sleep(0.01)
    raise AssertionError(f"{path} was not written")


def test_a_value_comes_back_with_its_time():
    outcome = run("process_tasks:double", "ab", limits=QUICK)
    assert isinstance(outcome, Finished)
    assert outcome.value == "abab"
    assert 0 <= outcome.seconds < 1


def test_results_come_as_they_end_and_workers_are_reused(pool):
    tasks = [Task("process_tasks:process_id", key=number) for number in range(40)]
    ended = list(pool.run(tasks))
    assert sorted(task.key for task, _ in ended) == list(range(40))
    assert {outcome.value for _, outcome in ended} <= set(pool.workers)
    slow, fast = Task("process_tasks:sleep", (0.6,)), Task("process_tasks:sleep", (0.0,))
    assert [task for task, _ in pool.run([slow, fast])] == [fast, slow]


def test_progress_tells_of_every_start_and_end():
    seen = []
    with Pool(1, QUICK, progress=lambda task, outcome: seen.append((task.key, outcome is None))) as pool:
        for _ in pool.run([Task("process_tasks:double", (1,), key=key) for key in "ab"]):
            pass
    assert seen == [("a", True), ("a", False), ("b", True), ("b", False)]


def test_tasks_may_be_added_while_results_are_read(pool):
    pool.submit(Task("process_tasks:double", (1,)))
    values = []
    for _, outcome in pool.results():
        values.append(outcome.value)
        if outcome.value < 100:
            pool.submit(Task("process_tasks:double", (outcome.value,)))
    assert values == [2, 4, 8, 16, 32, 64, 128]


def test_late_tasks_are_killed_with_what_they_have_started(tmp_path):
    where = tmp_path / "pids"
    with Pool(2, QUICK) as pool:
        late = Task("process_tasks:leave_child_behind", (str(where),), limits=Limits(seconds=1.0, memory=QUICK.memory))
        outcomes = dict(pool.run([late, *(Task("process_tasks:double", (n,)) for n in range(5))]))
    assert outcomes.pop(late) == TimedOut(1.0)
    assert all(isinstance(outcome, Finished) for outcome in outcomes.values())
    assert gone(pids_written(where))


def test_a_hang_in_c_that_blocks_polite_signals_is_killed_in_time():
    started = time.monotonic()
    assert run("process_tasks:hang_in_c", limits=Limits(seconds=0.5)) == TimedOut(0.5)
    assert time.monotonic() - started < 5


def test_the_limit_holds_while_the_parent_is_busy_elsewhere(pool):
    quick, late = Task("process_tasks:double", (1,)), Task("process_tasks:sleep", (600,), limits=Limits(seconds=0.3))
    results = pool.run([quick, late])
    assert next(results)[0] is quick
    time.sleep(0.3 + 1.0 + 0.5)
    assert sum(alive(pid) for pid in pool.workers) == 1
    assert next(results) == (late, TimedOut(0.3))


@pytest.mark.parametrize("function", ["eat_memory", "eat_memory_in_c"])
def test_memory_is_limited(pool, function):
    limits = Limits(seconds=20.0, memory=300 * MB)
    outcome = pool.call(f"process_tasks:{function}", limits=limits)
    assert outcome == OutOfMemory(300 * MB)
    assert outcome.reason == "needed more than 300 MB of memory"
    assert pool.call("process_tasks:double", 4).value == 8


def test_resident_memory_is_watched_where_the_system_does_not_limit_it(pool, monkeypatch):
    monkeypatch.setattr(processes, "_WATCH_RESIDENT", True)
    monkeypatch.setattr(processes.Child, "resident", lambda child: 301 * MB)
    assert pool.call("process_tasks:sleep", 5, limits=Limits(20.0, 300 * MB)) == OutOfMemory(300 * MB)
    monkeypatch.undo()
    assert pool.call("process_tasks:double", 4).value == 8
    assert all(4 * MB < child.resident() < 300 * MB for child in pool._children)


def test_a_worker_that_keeps_memory_is_replaced(pool):
    assert pool.call("process_tasks:keep_memory", 8 * MB).value in pool.workers
    assert pool.call("process_tasks:keep_memory", 200 * MB).value not in pool.workers


@pytest.mark.parametrize(
    ("function", "args", "signal_number", "exit_code"),
    [
        ("leave", (3,), None, 3),
        ("leave", (0,), None, 0),
        ("segfault", (), signal.SIGSEGV, None),
        ("kill_self", (int(signal.SIGKILL),), signal.SIGKILL, None),
        ("kill_self", (int(signal.SIGALRM),), signal.SIGALRM, None),
    ],
)
def test_a_dead_worker_says_how_it_died(pool, function, args, signal_number, exit_code):
    outcome = pool.call(f"process_tasks:{function}", *args)
    assert isinstance(outcome, Crashed)
    assert (outcome.signal, outcome.exit_code) == (signal_number, exit_code)
    assert str(signal_number or exit_code) in outcome.reason.replace("SIG", "") or outcome.signal
    assert pool.call("process_tasks:double", 4).value == 8


def test_a_crash_shows_the_last_words(pool):
    outcome = pool.call("process_tasks:segfault")
    assert "Segmentation fault" in outcome.stderr
    assert "process_tasks.py" in outcome.stderr
    assert outcome.reason.startswith("the worker process was killed by signal 11 (Segmentation fault): Fatal Python error")


@pytest.mark.parametrize(
    ("function", "args", "expected"),
    [
        ("fail", ("no luck",), "ValueError: no luck"),
        ("fail_without_words", (), "Mute: (RuntimeError while printing it)"),
        ("leave_politely", (4,), "SystemExit: 4"),
        ("no_such_function", (), "AttributeError: module 'process_tasks' has no attribute 'no_such_function'"),
        ("MB", (), "AttributeError: module 'process_tasks' has no attribute 'MB'"),
        ("unpicklable", (), "TypeError: process_tasks:unpicklable returned a lock that cannot be sent to another process"),
        ("unreadable", (), "RuntimeError: the returned value cannot be read back: not readable"),
        ("fail", ("solver: out of memory",), "needed more than 400 MB of memory"),
    ],
)
def test_what_a_task_raises_is_told_and_the_worker_stays(pool, function, args, expected):
    before = set(pool.workers)
    outcome = pool.call(f"process_tasks:{function}", *args)
    assert isinstance(outcome, Raised | OutOfMemory)
    assert outcome.reason.startswith(expected)
    assert isinstance(outcome, OutOfMemory) or before <= set(pool.workers)


def test_a_raised_exception_has_its_place(pool):
    outcome = pool.call("process_tasks:fail", "no luck")
    assert (outcome.type, outcome.message) == ("ValueError", "no luck")
    assert Path(outcome.where.rpartition(":")[0]).name == "process_tasks.py"
    assert "raise ValueError(text)" in outcome.trace


def test_rubbish_on_standard_output_harms_nothing(pool):
    assert pool.call("process_tasks:print_rubbish", 500).value == "clean"
    assert pool.call("process_tasks:close_output_and_sleep", 1).value < 0.2


@pytest.mark.parametrize("function", ["write_to_every_pipe", "close_everything"])
def test_a_broken_pipe_ends_only_its_task(pool, function):
    bad, good = Task(f"process_tasks:{function}"), [Task("process_tasks:double", (n,)) for n in range(5)]
    outcomes = dict(pool.run([bad, *good]))
    assert isinstance(outcomes.pop(bad), Crashed)
    assert [outcomes[task].value for task in good] == [0, 2, 4, 6, 8]


def test_a_task_that_forks_answers_once(pool):
    before = set(pool.workers)
    assert pool.call("process_tasks:fork_and_return").value is True
    assert [pool.call("process_tasks:double", n).value for n in range(20)] == list(range(0, 40, 2))
    assert before <= set(pool.workers)


def test_files_in_the_current_folder_do_not_shadow_the_standard_library(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    assert run("process_tasks:double", 4, limits=QUICK).value == 8


def test_large_arguments_and_values_pass(pool):
    assert pool.call("process_tasks:size_of", b"x" * (8 * MB)).value == 8 * MB
    assert len(pool.call("process_tasks:big", 8 * MB).value) == 8 * MB
    assert "at most 268435456 can be sent" in pool.call("process_tasks:big", 257 * MB, limits=Limits(20, 1024 * MB)).reason


def test_nested_pools_work(pool):
    assert pool.call("process_tasks:nested", 0.3).value is True


def test_workers_are_killed_at_random_and_every_task_ends():
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    with Pool(2, QUICK) as pool:
        over = threading.Event()

        def assassin():
            while not over.wait(dice.uniform(0.01, 0.15)):
                for pid in dice.sample(pool.workers, k=min(1, len(pool.workers))):
                    if alive(pid):
                        os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=assassin)
        killer.start()
        try:
            ended = list(pool.run(Task("process_tasks:sleep", (0.02,), key=key) for key in range(60)))
        finally:
            over.set()
            killer.join()
        assert sorted(task.key for task, _ in ended) == list(range(60)), seed
        for _, outcome in ended:
            assert outcome == Finished(0.02, getattr(outcome, "seconds", 0.0)) or outcome.signal == signal.SIGKILL, (seed, outcome)
        assert pool.call("process_tasks:double", 4).value == 8


def test_a_worker_killed_while_idle_costs_no_task(pool):
    for _ in range(3):
        pool.call("process_tasks:double", 1)
        for pid in pool.workers:
            os.kill(pid, signal.SIGKILL)
        assert pool.call("process_tasks:double", 4).value == 8


def test_a_worker_killed_while_it_starts_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setenv("DIES_AT_IMPORT", str(tmp_path / "mark"))
    with Pool(1, QUICK, preload=["dies_at_import", "no_such_module"]) as pool:
        assert pool.call("process_tasks:double", 4).value == 8
    monkeypatch.setenv("DIES_AT_IMPORT", str(tmp_path / "nowhere" / "mark"))
    with Pool(1, QUICK, preload=["dies_at_import"]) as pool:
        assert pool.call("process_tasks:double", 4).value == 8


def test_workers_that_never_start_end_every_task(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    outcome = run("process_tasks:double", 1, limits=QUICK)
    assert outcome == Crashed("exited with code 1", exit_code=1)
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    outcome = run("process_tasks:double", 1, limits=QUICK)
    assert "could not be started" in outcome.reason


def test_leaving_the_loop_drops_the_rest(pool):
    for task, _ in pool.run([Task("process_tasks:double", (1,)), Task("process_tasks:sleep", (600,))]):
        assert task.function.endswith("double")
        break
    assert len(pool.workers) < 2
    assert pool.call("process_tasks:double", 4).value == 8


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (Task("double"), "expected a task named 'package.module:function', importable elsewhere, got 'double'"),
        (Task("__main__:double"), "importable elsewhere, got '__main__:double'"),
        (Task("process_tasks:double", (lambda: 1,)), "the arguments of process_tasks:double cannot be sent to another process"),
    ],
)
def test_tasks_that_cannot_be_meant_are_refused(pool, task, expected):
    with pytest.raises(TaskError) as refused:
        pool.submit(task)
    assert expected in str(refused.value)
    assert pool.call("process_tasks:double", 4).value == 8


def test_limits_that_cannot_be_meant_are_refused():
    with pytest.raises(TaskError, match="expected limits of more than 0 s and at least 1048576 bytes, got 0 s and 5 bytes"):
        Limits(0, 5)
    with pytest.raises(TaskError, match="expected limits"):
        Limits(float("nan"))
    with pytest.raises(TaskError, match="expected at least 1 parallel job, got jobs=0"):
        Pool(0)


def test_workers_run_one_thread_with_a_fixed_hash_seed(pool, monkeypatch):
    assert pool.call("process_tasks:environment", "OPENBLAS_NUM_THREADS").value == "1"
    assert pool.call("process_tasks:environment", "PYTHONHASHSEED").value == os.environ.get("PYTHONHASHSEED", "0")


PARENT = """
import sys
sys.path[:0] = {path!r}
from quod.processes import Limits, Pool, Task
tasks = [Task("process_tasks:leave_child_behind", (name,)) for name in sys.argv[1:]]
try:
    with Pool(2, Limits(60.0)) as pool:
        for task, outcome in pool.run(tasks):
            print(outcome)
except KeyboardInterrupt:
    print("interrupted with", len(pool.workers), "workers left")
    sys.exit(130)
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)])
def test_no_process_outlives_the_parent(tmp_path, number, code):
    files = [tmp_path / "one", tmp_path / "two"]
    script = PARENT.format(path=[str(HERE), str(HERE.parent)])
    parent = subprocess.Popen([sys.executable, "-c", script, *map(str, files)], stdout=subprocess.PIPE, text=True)
    pids = [pid for file in files for pid in pids_written(file)]
    assert all(alive(pid) for pid in pids)
    os.kill(parent.pid, number)
    output, _ = parent.communicate(timeout=20)
    assert parent.returncode == code
    assert gone(pids)
    if number == signal.SIGINT:
        assert output == "interrupted with 0 workers left\n"
