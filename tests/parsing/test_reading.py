from __future__ import annotations

import codecs
import os
from pathlib import Path
from random import Random

import pytest

from tui_digest.errors import SourceError
from tui_digest.parsing import decoding
from tui_digest.parsing.decoding import read_source, source_from_bytes
from tui_digest.text.cleaning import clean, is_clean

KOREAN = "2024년 1월 2주차\nhttps://arxiv.org/abs/2401.00001\n가나다 가가 학습률을 낮추면 좋다.\n"


@pytest.mark.parametrize(
    "data",
    [
        KOREAN.encode(),
        codecs.BOM_UTF8 + KOREAN.encode(),
        KOREAN.encode("utf-16"),
        codecs.BOM_UTF16_BE + KOREAN.encode("utf-16-be"),
        KOREAN.encode("utf-16-le"),
        KOREAN.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + KOREAN.encode("utf-32-le"),
        KOREAN.encode("cp949"),
        KOREAN.encode("euc-kr"),
        KOREAN.replace("\n", "\r\n").encode(),
        KOREAN.replace("\n", "\r").encode("cp949"),
    ],
)
def test_encodings(data: bytes) -> None:
    assert source_from_bytes(data, "/x/a.txt").text == KOREAN


def test_one_broken_byte_costs_one_character() -> None:
    assert source_from_bytes(KOREAN.encode() + b"\xff.\n", "/x").text == KOREAN + "\ufffd.\n"
    assert source_from_bytes(b"J\xe9r\xf4me and plain ASCII\n", "/x").text == "J\ufffdr\ufffdme and plain ASCII\n"
    assert source_from_bytes(KOREAN.encode("cp949") + b"\xff\n", "/x").text == KOREAN + "\ufffd\n"


def test_a_stray_nul_is_dropped() -> None:
    damaged = KOREAN.encode()[:30] + b"\0" + KOREAN.encode()[30:]
    assert source_from_bytes(damaged, "/x").text == KOREAN
    assert source_from_bytes(b"plain ASCII, long enough to be told\0\n", "/x").text.startswith("plain ASCII")
    for encoding in ("utf-16-le", "utf-16-be"):
        assert source_from_bytes("가나다라마바사 아자차카타파하".encode(encoding), "/x").text.startswith("가나다")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n....",
        b"%PDF-1.7 text",
        b"PK\x03\x04abc",
        b"\x7fELF\x02\x01" + bytes(60),
        b"a\0b\0\0\0c" * 9,
        Random(1).randbytes(4096),
    ],
)
def test_binary_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        source_from_bytes(data, "/x/a.txt")
    assert caught.value.message_id == "source.binary"
    assert caught.value.details == {"path": "/x/a.txt"}


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def message(path: Path) -> str:
        with pytest.raises(SourceError) as caught:
            read_source(path)
        assert caught.value.details["path"] == str(path)
        return caught.value.message_id

    assert message(tmp_path / "gone.txt") == "source.vanished"
    assert message(tmp_path) == "source.unreadable"
    os.mkfifo(tmp_path / "pipe.txt")
    assert message(tmp_path / "pipe.txt") == "source.not_a_file"
    (tmp_path / "big.txt").write_text("x" * 50, "utf-8")
    monkeypatch.setattr(decoding, "MAX_BYTES", 49)
    assert message(tmp_path / "big.txt") == "source.too_large"


def test_an_empty_file_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    with pytest.raises(SourceError) as caught:
        read_source(tmp_path / "a.txt")
    assert caught.value.message_id == "source.empty"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\x1b[31mred\x1b[0m b", "ared b"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
        ("a\x1bPq#0;payload\x1b\\b", "ab"),
        ("a\x1b]52;c;never closed\nb", "a52;c;never closed\nb"),
        ("a\x9b1mb\x9dx\x9cc", "abc"),
        ("a\x1bcb\x1b(Bc", "abc"),
        ("a\x1b[31한", "a한"),
        ("x\u202egnp.exe\u202c\u2066y\u2069", "xgnp.exey"),
        ("a\u200bb\ufeffc\x00\x7f\x85d", "abc d"),
        ("👩\u200d💻 🏳\ufe0f\u200d🌈", "👩\u200d💻 🏳\ufe0f\u200d🌈"),
        ("a\x0bb\x0cc\u2028d\u2029e\x1ef", "a b c d e f"),
        ("a\r\nb\rc\n\rd", "a\nb\nc\n\nd"),
        ("tab\there", "tab\there"),
        ("e\u0301 ᄒ\u1161ᆫ", "e\u0301 ᄒ\u1161ᆫ"),
        ("\ud800", "\ufffd"),
    ],
)
def test_cleaning(raw: str, kept: str) -> None:
    assert clean(raw) == kept


def test_bytes_tell_of_every_letter_whether_it_needs_cleaning() -> None:
    for first in range(0, 0x110000, 256):
        letters = [chr(code) for code in range(first, first + 256) if not 0xD800 <= code <= 0xDFFF]
        if not is_clean("".join(letters).encode()):
            for letter in letters:
                told = f"a{letter}가"
                assert is_clean(told.encode()) == (clean(told) == told), hex(ord(letter))
        else:
            assert clean("".join(letters)) == "".join(letters), hex(first)
