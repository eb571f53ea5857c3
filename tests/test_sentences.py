"""Whatever people are told from inside can be told in another language: it is made by `say`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

_MESSAGE = {"Problem": (2, "message"), "Fault": (1, "message"), "NotFound": (0, "sentence")}
"""Where each of these has its sentence: which argument, and its name."""

_AGAIN = "replace"
"""What makes a fault or a problem of another one, with its message by name."""

_TALKING = {"BadPicture": 1, "NotAPicture": 0, "Undecodable": 0, "of_content": 0}
"""The same for what passes a sentence on to them."""

_ENGLISH = {"emulator", "cli"}
"""The emulator plays OpenAI's API; commands speak to whoever runs the server, as logs do."""

_SAYING = {"say": 1, "say_counted": 3}


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _is_text(node: ast.expr | None) -> bool:
    """Whether the expression is, or may become, text that `say` did not make."""
    match node:
        case ast.JoinedStr():
            return True
        case ast.Constant(value=str(text)):
            return text != ""
        case ast.BinOp(left=left, right=right):
            return _is_text(left) or _is_text(right)
        case ast.IfExp(body=one, orelse=other):
            return _is_text(one) or _is_text(other)
        case ast.BoolOp(values=values):
            return any(map(_is_text, values))
        case ast.Call(func=ast.Attribute(attr="join" | "format")):
            return True
        case _:
            return False


def _texts_of_names(tree: ast.AST) -> dict[str, ast.expr]:
    """What each name was last given, for sentences that are written a line above."""
    return {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _message_of(call: ast.Call) -> ast.expr | None:
    place, keyword = _MESSAGE.get(_name(call), (_TALKING.get(_name(call)), ""))
    if _name(call) == _AGAIN:
        keyword = "message"
    elif place is None:
        return None
    elif len(call.args) > place:
        return call.args[place]
    return next((given.value for given in call.keywords if given.arg == keyword), None)


def untold(source: str) -> Iterator[int]:
    """The lines where people are told what is not made by `say`, or `say` is given what is no literal."""
    tree = ast.parse(source)
    return _untold(tree, _texts_of_names(tree))


def _untold(node: ast.AST, names: dict[str, ast.expr]) -> Iterator[int]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        names = names | _texts_of_names(node)
    if isinstance(node, ast.Call):
        message = _message_of(node)
        if _is_text(names.get(message.id) if isinstance(message, ast.Name) else message):
            yield node.lineno
        if isinstance(node.func, ast.Name) and node.func.id in _SAYING:  # a method may be called `say` too
            templates = node.args[int(node.func.id == "say_counted") : _SAYING[node.func.id]]
            if not all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in templates):
                yield node.lineno
    for child in ast.iter_child_nodes(node):
        yield from _untold(child, names)


def test_whatever_goes_wrong_is_said_in_sentences_that_can_be_told_in_every_language() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in (ROOT / "app").rglob("*.py")
        if path.relative_to(ROOT / "app").parts[0] not in _ENGLISH and path.name != "sentences.py"
        for line in untold(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "line",
    [
        'Problem("n", "invalid_value", "Too many.")',
        'Fault("not_ready", f"{name} is full.")',
        'Fault("not_ready", message="It is full.")',
        'NotFound("There is no such picture.")',
        'errors.Fault("not_ready", "It" + " is full.")',
        'Fault("not_ready", "It is full." if full else say("It is empty."))',
        'Fault("not_ready", " ".join(words))',
        'def told():\n    sentence = "It is full."\n    return Fault("not_ready", sentence)',
        'BadPicture("invalid_image", "It is damaged.")',
        'replace(fault, message="It is gone.")',
        "say(template)",
        'say(f"It is {word}.")',
        'say_counted(n, "one", f"{n}")',
    ],
)
def test_a_planted_sentence_that_stays_english_is_found(line: str) -> None:
    assert list(untold(line))


@pytest.mark.parametrize(
    "line",
    [
        'Problem("n", "invalid_value", say("Too many."))',
        'Fault("not_ready", sentence)',
        'Fault("not_ready", joined(say("It is full."), quoted(words)))',
        'def told():\n    sentence = say("It is full.")\n    return Fault("not_ready", sentence)',
        'say_counted(n, "{count} picture", "{count} pictures")',
    ],
)
def test_what_is_said_as_it_should_be_passes(line: str) -> None:
    assert not list(untold(line))
