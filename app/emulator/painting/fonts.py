"""Typefaces: the one that Pillow brings for Latin, and whatever the machine has for other scripts."""

from __future__ import annotations

import os
import re
import sys
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import ImageFont

# Families that hold Chinese, Japanese or Korean, tried first; then a plain sans; then any font at all.
_EAST_ASIAN = (
    *("notosanscjk", "notoserifcjk", "sourcehan", "wqy", "droidsansfallback", "arphic", "ukai", "uming", "unifont"),
    *("pingfang", "hiragino", "stheiti", "heiti", "songti", "msyh", "simhei", "simsun", "yugoth", "malgun"),
    *("nanum", "ipag", "takao"),
)
_SANS = ("dejavusans", "notosans", "liberationsans", "arial", "helvetica", "freesans", "segoeui")
_SUFFIXES = (".ttf", ".ttc", ".otf")
_MOST_FILES = 400
_PROBE_SIZE = 24
_LATIN_NAME = re.compile(r"LATIN (SMALL|CAPITAL) (?:LETTER|LIGATURE) (\w\w?)(?: WITH .*)?")
_NOWHERE = Path()  # no face has the character; None stands for Pillow's own face
_ABSENT = "\uffff"  # a noncharacter: every font answers it with its "no such glyph" box

Run = tuple[ImageFont.FreeTypeFont, str]


def system_directories() -> list[Path]:
    """Where this kind of machine keeps its fonts."""
    home = Path.home() if "HOME" in os.environ or sys.platform == "win32" else Path("/")
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        return [Path(os.environ.get("SYSTEMROOT", "C:/Windows")) / "Fonts"]
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    ]


def _covers(font: ImageFont.FreeTypeFont, char: str) -> bool:
    box, glyph = font.getmask(_ABSENT), font.getmask(char)
    return glyph.size != box.size or bytes(glyph) != bytes(box)


class Fonts:
    """Finds a face for each character. Directories are read when the first unusual character comes.

    Thread-safe; the same characters always get the same face.
    """

    def __init__(self, directories: Sequence[Path] | None = None) -> None:
        self._directories = system_directories() if directories is None else list(directories)
        self._files: list[Path] | None = None
        self._faces: dict[tuple[Path | None, int], ImageFont.FreeTypeFont] = {}
        self._chosen: dict[str, Path | None] = {}
        self._lock = threading.RLock()

    def plain(self, size: int) -> ImageFont.FreeTypeFont:
        """Pillow's own face at ``size`` pixels."""
        return self._face(None, size)

    def can_draw(self, char: str) -> bool:
        return char.isspace() or self._path_for(char) != _NOWHERE

    def runs(self, text: str, size: int) -> Iterator[Run]:
        """``text`` cut into pieces of one face each; characters that no face holds are left out."""
        face: ImageFont.FreeTypeFont | None = None
        piece = ""
        latin = self._latin_path(text)
        for char in text:
            path = None if char.isspace() else self._path_for(char) or latin
            if path == _NOWHERE:
                continue
            wanted = face if char.isspace() and face else self._face(path, size)
            if face is not None and wanted is not face:
                yield face, piece
                piece = ""
            face, piece = wanted, piece + char
        if face is not None and piece:
            yield face, piece

    def _latin_path(self, text: str) -> Path | None:
        """The face for plain letters: the one that its accented ones need, so that words are of one piece."""
        paths = (self._path_for(char) for char in text if not char.isascii() and script_of(char) == "Latin")
        return next((path for path in paths if path not in (None, _NOWHERE)), None)

    def _face(self, path: Path | None, size: int) -> ImageFont.FreeTypeFont:
        with self._lock:
            key = (path, size)
            if key not in self._faces:
                self._faces[key] = _load(path, size)
            return self._faces[key]

    def _path_for(self, char: str) -> Path | None:
        """The font file for ``char``, None for Pillow's own face, ``_NOWHERE`` when nothing has it."""
        if char.isascii():
            return None if char.isprintable() else _NOWHERE
        if unicodedata.category(char)[0] == "C":
            return _NOWHERE
        with self._lock:
            if char not in self._chosen:
                self._chosen[char] = self._search(char)
            return self._chosen[char]

    def _search(self, char: str) -> Path | None:
        if _covers(self._face(None, _PROBE_SIZE), char):
            return None
        # What already serves another character is tried first: one caption, few faces.
        known = [path for path in dict.fromkeys(self._chosen.values()) if path and path != _NOWHERE]
        for path in [*known, *self._found_files()]:
            try:
                if _covers(self._face(path, _PROBE_SIZE), char):
                    return path
            except (OSError, ValueError):
                continue
        return _NOWHERE

    def _found_files(self) -> list[Path]:
        if self._files is None:
            found = [
                path
                for directory in self._directories
                if directory.is_dir()
                for path in directory.rglob("*")
                if path.suffix.lower() in _SUFFIXES
            ]
            self._files = sorted(found, key=_preference)[:_MOST_FILES]
        return self._files


def _preference(path: Path) -> tuple[int, bool, str]:
    name = path.name.lower().replace("-", "").replace("_", "").replace(" ", "")
    regular = not any(word in name for word in ("bold", "italic", "oblique", "light", "black", "mono"))
    family = next((rank for rank, families in enumerate((_EAST_ASIAN, _SANS)) if any(map(name.count, families))), 2)
    return family, not regular, str(path)


def _load(path: Path | None, size: int) -> ImageFont.FreeTypeFont:
    if path is not None:
        return ImageFont.truetype(str(path), size)
    face = ImageFont.load_default(size)
    assert isinstance(face, ImageFont.FreeTypeFont)  # Pillow is always built with FreeType in its wheels
    return face


def simplified(char: str) -> str:
    """A Latin letter or sign in plain ASCII ("é" → "e", "Ł" → "L", "—" → "-"), or "" when there is no such way.

    Pillow's own face holds hardly more than ASCII; a machine without other fonts still shows readable words.
    """
    special = {"ß": "ss", "—": "-", "–": "-", "•": "·", "×": "x"}
    plain = special.get(char) or "".join(part for part in unicodedata.normalize("NFKD", char) if part.isascii())
    if not plain:
        named = _LATIN_NAME.fullmatch(unicodedata.name(char, ""))
        if named:
            plain = named[2].lower() if named[1] == "SMALL" else named[2]
    return plain if plain.isprintable() else ""


def script_of(char: str) -> str:
    """The English name of the writing a character belongs to: "Chinese", "Arabic", …; "" for signs."""
    if not char.isalpha():
        return ""
    first = unicodedata.name(char, "").split(" ")[0]
    names = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
    return names.get(first, first.capitalize())
