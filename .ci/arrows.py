#!/usr/bin/env python3
"""Finds arrows that point the wrong way between the modules and files of src.

Modules stand in src/lib.rs in the order of the data flow, and each uses only those declared before it. Inside a module,
no two files need each other, directly or through others: such a circle can only be read, tested and moved as one. The
compiler accepts both faults, so this script reads the paths that each file names, follows re-exports to the file that
defines the name, and fails with file, line and reason. Tests may point anywhere. `--test` checks the script itself.
"""

import re
import sys
import tempfile
from pathlib import Path

SILENT = re.compile(r'//[^\n]*|/\*.*?\*/|b?r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"|b?\'(?:\\[^\n]+?|[^\\\'\n])\'', re.S)
TEST_ITEM = re.compile(r"#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*[^;{]*[;{]")
USE = re.compile(r"(?<!\w)(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);")
PATH = re.compile(r"(?<![\w:.$])(?<!\(in )((?:[a-z_]\w*)(?:\s*::\s*\w+)+)")


def blanks(found):
    """Spaces instead of a text, so that line numbers stay."""
    return re.sub(r"[^\n]", " ", found[0])


def without_tests(text):
    """Code only: no comments, strings, or items for tests."""
    text = SILENT.sub(blanks, text)
    while found := TEST_ITEM.search(text):
        end, depth = found.end(), found[0].endswith("{")
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        text = text[: found.start()] + blanks([text[found.start() : end]]) + text[end:]
    return text


def leaves(tree):
    """The paths of a `use`, with the name that each gets: `a::{b, c as d}` is a::b as b and a::c as d."""
    head, brace, inner = tree.partition("{")
    if not brace:
        path, _, name = tree.partition(" as ")
        steps = [step for step in map(str.strip, path.split("::")) if step != "self"]
        return [(steps, name.strip() or steps[-1])]
    found, depth, part = [], 0, ""
    for char in inner[: inner.rindex("}")] + ",":
        depth += {"{": 1, "}": -1}.get(char, 0)
        part += char
        if char == "," and depth == 0:
            found += leaves(head + part[:-1]) if part[:-1].strip() else []
            part = ""
    return found


class House:
    """The files under src, the names that each imports and the paths that each uses."""

    def __init__(self, src):
        self.files, self.names = {}, {}
        for file in sorted(src.rglob("*.rs")):
            steps = list(file.relative_to(src).with_suffix("").parts)
            if "tests" not in steps and not steps[-1].endswith("_tests") and steps != ["main"]:
                self.files[tuple(steps[:-1] if steps[-1] in ("mod", "lib") else steps)] = file
        self.order = re.findall(r"^(?:pub(?:\(crate\))? )?mod (\w+);", self.files[()].read_text(), re.M)
        texts = {module: without_tests(file.read_text()) for module, file in self.files.items() if module}
        uses = [(module, found, *leaf) for module, text in texts.items() for found in USE.finditer(text)
                for leaf in leaves(found[2])]
        for module, _, steps, name in uses:
            self.names.setdefault(module, {})[name] = self.absolute(module, steps)
        # A module that hands on what its own files define does not need them.
        used = [(module, found.start(2), path) for module, found, steps, _ in uses
                if (path := self.absolute(module, steps)) and not (found[1] and path[: len(module)] == module)]
        used += [(module, found.start(), path) for module, text in texts.items()
                 for found in PATH.finditer(USE.sub(blanks, text))
                 if (path := self.absolute(module, found[1].split("::")))]
        self.arrows = {}
        for module, start, path in sorted(used):
            home = self.home(path)
            if home and home != module:
                self.arrows.setdefault((module, home), texts[module].count("\n", 0, start) + 1)

    def absolute(self, module, steps):
        """A path from the top of the crate; None if it leads to another crate."""
        steps = [step.strip() for step in steps if step.strip() != "self"]
        ups = steps.count("super")
        if ups:
            return module[: len(module) - ups] + tuple(steps[ups:])
        if steps[0] == "crate":
            return tuple(steps[1:])
        if module + tuple(steps[:1]) in self.files:
            return module + tuple(steps)
        origin = self.names.get(module, {}).get(steps[0])
        return origin and origin + tuple(steps[1:])

    def home(self, path, seen=()):
        """The module whose file defines what a path names."""
        at = next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self.files)
        origin = self.names.get(at, {}).get(path[len(at)]) if len(at) < len(path) else None
        return self.home(origin + path[len(at) + 1 :], (*seen, path)) if origin and path not in seen else at

    def faults(self):
        needs = {}
        for (module, home), line in self.arrows.items():
            if module[0] == home[0]:
                needs.setdefault(module, []).append(home)
            elif self.order.index(module[0]) < self.order.index(home[0]):
                yield f"{self.files[module]}:{line}: {module[0]} uses {home[0]}, which lib.rs declares after it"
        for (module, home), line in self.arrows.items():
            if module[0] == home[0] and (way := shortest(home, module, needs)):
                circle = " -> ".join(str(self.files[step]) for step in [module, *way])
                yield f"{self.files[module]}:{line}: a circle of files: {circle}"


def shortest(start, end, needs):
    """The shortest way along the arrows; None if there is none."""
    ways, todo = {start: [start]}, [start]
    for step in todo:
        new = [home for home in needs.get(step, []) if home not in ways]
        ways |= {home: [*ways[step], home] for home in new}
        todo += new
    return ways.get(end)


def test():
    """Both faults are found in small trees, and a sound tree has none."""
    sound = {"lib.rs": "pub mod low;\npub(crate) mod high;\n", "high.rs": "use crate::low::A;",
             "low/mod.rs": "mod a;\npub use a::A;\n", "low/a.rs": "pub struct A;"}
    for files, lines in [
        ({}, []),
        ({"low/a.rs": "// crate::high\nuse crate::{\n  high::{B as C, D},\n};"}, ["low/a.rs:2: low uses high"]),
        ({"low/a.rs": "#[cfg(test)]\nmod tests {\n use crate::high::B;\n}\nfn a() { \"crate::high::B\" }"}, []),
        ({"low/a.rs": "use super::D;", "low/mod.rs": "mod a;\npub use a::A;\npub struct D;"}, []),
        ({"low/a.rs": "use super::b::B;", "low/b.rs": "\nfn b() { super::A::new() }"}, ["low/a.rs:1", "low/b.rs:2"]),
        ({"low/a.rs": "use super::c;", "low/mod.rs": "mod a;\nfn c() { a::b(); }"}, ["low/a.rs:1", "low/mod.rs:2"]),
    ]:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "low").mkdir()
            for name, text in (sound | files).items():
                Path(folder, name).write_text(text)
            found = sorted(fault.removeprefix(f"{folder}/") for fault in House(Path(folder)).faults())
        assert len(found) == len(lines) and all(map(str.startswith, found, lines)), (files, found)


if sys.argv[1:] == ["--test"]:
    test()
else:
    faults = list((house := House(Path("src"))).faults())
    print("\n".join(faults) or f"{len(house.files)} files, {len(house.arrows)} arrows, 0 against the order, 0 circles")
    sys.exit(1 if faults else 0)
