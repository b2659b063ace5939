"""How long the everyday commands take: whole processes, wall-clock, medians.

Usage: python benchmarks/commands.py [RUNS]     from the project's root, with quod installed
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time

TOPICS = ["elementary", "activations", "vanishing_gradients", "convolution", "mixer"]
TOPICS += ["piecewise_function", "piecewise_reflection", "piecewise_descent", "sequences"]
COMMANDS = {
    "quod list": (["list"], 0.3),
    "quod verify, nothing changed": (["verify", *TOPICS], 1.0),
    "quod verify --again, the topics of activations, convolution, mixer and piecewise descent": (["verify", "--again", *TOPICS], 30.0),
    "quod verify --again, everything": (["verify", "--again"], 60.0),
}


def seconds(arguments: list[str]) -> float:
    """The wall-clock time of one run of `quod` with these arguments."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "quod", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main() -> None:
    """Prints the median of each command beside what it is meant to take."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}; medians of {runs} runs (of 1 for --again)")
    seconds(["verify", *TOPICS])
    for name, (arguments, target) in COMMANDS.items():
        times = [seconds(arguments) for _ in range(1 if "--again" in arguments else runs)]
        print(f"{name}: {statistics.median(times):.2f} s (meant to be below {target:g} s)")


if __name__ == "__main__":
    main()
