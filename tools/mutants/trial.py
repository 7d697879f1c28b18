"""The copy of the checkout in which mutants are tried one after the other."""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Optional

from .faults import ROOT, Mutant
from .reach import Reach, kept_or_measured

_MEMORY = 8 << 30
_FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/.*?)(?: - |$)", re.MULTILINE)


class Trial:
    """A run that takes more than five times the processor time that the tests take unharmed does not end; `seconds` by
    the clock are added to that for one that waits for nothing."""

    def __init__(self, tests: list[str], seconds: int):
        self._seconds = seconds
        self._folder = Path(tempfile.mkdtemp(prefix="onemap-mutation-"))
        self._copy = self._folder / "onemap"
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
        for name in (n for n in listed if (ROOT / n).is_file() and not (ROOT / n).is_symlink()):
            target = self._copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        self.reach: Reach = kept_or_measured(listed, tests, self._measure)
        self._killers: list[str] = []

    def __enter__(self) -> "Trial":
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _measure(self, files: list[str]) -> dict:
        import json

        target = self._folder / "map.json"
        run = self._run(files, {"ONEMAP_MUTATION_MAP": str(target)}, None, "-q")
        if run is None or run.returncode not in (0, 1):
            sys.exit("the tests cannot be run:\n" + (run.stdout[-3000:] if run else "no end"))
        for test in _FAILED.findall(run.stdout):
            print(f"left out, as it fails without any mutant: {test}", flush=True)
        return json.loads(target.read_text(encoding="utf-8"))

    def killer(self, mutant: Mutant) -> Optional[str]:
        """The test that notices a mutant ("" for a run that does not end or cannot begin); None when none does."""
        with self._harmed(mutant):
            turns = (self._failed(tests) for tests in self.reach.in_turns(self.reach.of(mutant)))
            found = next((failed for failed in turns if failed is not None), None)
        if found:
            self._killers.append(found)
        return found

    def fail_unharmed(self) -> Optional[str]:
        """One of the tests that noticed a mutant and fails without any, too; None when all of them pass."""
        return self._failed(sorted(set(self._killers))) if self._killers else None

    @contextmanager
    def _harmed(self, mutant: Mutant) -> Iterator[None]:
        place = self._copy / mutant.file
        place.write_text(mutant.source, encoding="utf-8")
        try:
            yield
        finally:
            shutil.copy2(ROOT / mutant.file, place)

    def _failed(self, tests: list[str]) -> Optional[str]:
        names = self._folder / "tests.txt"
        names.write_text("\n".join(tests), encoding="utf-8")
        files = sorted({test.split("::")[0] for test in tests})
        cpu = 30 + 5 * sum(self.reach.seconds.get(test, 1) for test in tests)
        run = self._run(files, {"ONEMAP_MUTATION_TESTS": str(names)}, int(cpu), "-q", "-x")
        if run is None or run.returncode not in (0, 1, 5):
            return ""
        found = _FAILED.search(run.stdout)
        return found.group(1) if found else ("" if run.returncode else None)

    def _run(
        self, files: list[str], environment: dict[str, str], cpu: Optional[int], *how: str
    ) -> Optional[subprocess.CompletedProcess]:
        """One run of pytest in the copy; None when it does not end in time."""
        command = [sys.executable, "-m", "pytest", *how, "-p", "no:cacheprovider", "-p", "mutants.session", *files]
        around = {"PYTHONPATH": str(ROOT / "tools"), "PYTHONDONTWRITEBYTECODE": "" if cpu is None else "1"}
        try:
            return subprocess.run(
                command, cwd=self._copy, env={**os.environ, **around, **environment}, capture_output=True, text=True,
                timeout=self._seconds + 4 * cpu if cpu else None, preexec_fn=lambda: _bound(cpu),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return None


def _bound(cpu: Optional[int]) -> None:
    if cpu:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
