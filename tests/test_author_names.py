"""One author's text in its parts, as every export divides it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_digest.export.names import Name, name_of, names_of
from tui_digest.text.people import _BEHIND, is_others, people

DIVIDED = [
    ("Kevin Yang", Name("Yang", "Kevin")),
    ("Yang, Kevin", Name("Yang", "Kevin")),
    ("Robert Downey Jr.", Name("Downey", "Robert", suffix="Jr.")),
    ("Robert Downey, Jr.", Name("Downey", "Robert", suffix="Jr.")),
    ("Sammy Davis III", Name("Davis", "Sammy", suffix="III")),
    ("Davis, III, Sammy", Name("Davis", "Sammy", suffix="III")),
    ("Davis, Sammy, III", Name("Davis", "Sammy", suffix="III")),
    ("Laurens van der Maaten", Name("Maaten", "Laurens", "van der")),
    ("van der Maaten, Laurens", Name("Maaten", "Laurens", "van der")),
    ("Charles de la Vallée Poussin", Name("Vallée Poussin", "Charles", "de la")),
    ("Luc Van Gool", Name("Van Gool", "Luc")),
    ("Nguyen Van Anh", Name("Anh", "Nguyen Van")),
    ("Gerardus 't Hooft", Name("Hooft", "Gerardus", "'t")),
    ("José García y López", Name("García y López", "José")),
    ("Bernhard Schölkopf", Name("Schölkopf", "Bernhard")),
    ("Jean-Luc O’Neill", Name("O’Neill", "Jean-Luc")),
    ("bell hooks", Name("hooks", "bell")),
    ("Vaswani A.", Name("Vaswani", "A.")),
    ("J. R. R. Tolkien", Name("Tolkien", "J. R. R.")),
    ("Illia Polosukhin*", Name("Polosukhin", "Illia")),
    ("Ashish Vaswani†‡", Name("Vaswani", "Ashish")),
    ("Ann Lee (MIT)", Name("Lee", "Ann")),
    ("Ann Lee, PhD", Name("Lee", "Ann")),
    ("Google DeepMind: Sue Doe", Name("Doe", "Sue")),
    ("박 민수", Name("박", "민수")),
    ("박민수", Name("박", "민수")),
    ("민수 박", Name("박", "민수")),
    ("남궁민수", Name("남궁", "민수")),
    ("박민수 교수", Name("박", "민수")),
    ("王小明", Name("王", "小明")),
    ("欧阳修", Name("欧阳", "修")),
    ("山田 太郎", Name("山田", "太郎")),
    # Nothing says where to divide these, and half a name is worse than a whole one.
    ("山田太郎", Name("山田太郎")),
    ("Plato", Name("Plato")),
    # Words of groups that are people's names, too.
    ("George Berkeley", Name("Berkeley", "George")),
    ("Xin Ai", Name("Ai", "Xin")),
]
GROUPS = [
    "Qwen Team", "Team PyTorch at Meta", "The LLaMA Collaboration", "DeepSeek-AI", "Meta AI", "OpenAI", "AI @ Meta",
    "Search and Rescue Team", "University of Nowhere", "네이버 연구팀", "清华大学", "Lantern Project, Inc.",
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), DIVIDED)
def test_people_have_parts(text: str, name: Name) -> None:
    assert name_of(text) == name
    assert name_of(f"  {text} ") == name


@pytest.mark.parametrize("text", GROUPS)
def test_groups_stay_whole(text: str) -> None:
    assert name_of(text) == Name(text, group=True)


def test_who_is_not_named_is_nobody() -> None:
    assert names_of(["Ann Lee", "et al."]) == ([Name("Lee", "Ann")], True)
    assert names_of(["Ann Lee 외 2명"]) == ([Name("Lee", "Ann")], True)
    assert names_of(["Ann Lee", "Bo Ray"]) == ([Name("Lee", "Ann"), Name("Ray", "Bo")], False)
    assert names_of([]) == ([], False)


@given(st.text(min_size=1, max_size=40))
def test_any_text_has_a_name(text: str) -> None:
    name = name_of(text)
    assert bool(name.family) or not text.strip()
    assert name_of(name.family_first) is not None


WORD = st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True).filter(
    lambda word: name_of(f"Ann {word}") == Name(word, "Ann") and name_of(f"{word} Lee") == Name("Lee", word)
)


@given(
    st.lists(WORD, min_size=1, max_size=3),
    st.sampled_from(["", "van", "van der", "de la", "von", "'t"]),
    WORD,
    st.sampled_from(["", "Jr.", "Jr", "Sr.", "II", "III"]),
)
def test_what_was_put_together_comes_apart(given_names: list[str], particle: str, family: str, suffix: str) -> None:
    name = Name(family, " ".join(given_names), particle, suffix)
    written = " ".join(filter(None, (name.given, particle, family, suffix)))
    if any(name_of(f"Ann {word} Lee") != Name("Lee", f"Ann {word}") for word in given_names):
        return  # `Van`, `La`: part of the family
    assert name_of(written) == name
    assert name_of(name.family_first) == name


@given(
    st.lists(
        st.text(max_size=6)
        | st.sampled_from(["et al.", "Others", "and others", "Kim 외 2명", "more", "B 等", "3 more"])
    )
)
def test_the_quick_way_to_names_is_the_long_one(items: list[str]) -> None:
    named = [_BEHIND.sub("", each) for each in items if not is_others(each)]
    assert people(items) == tuple(name for name in named if name)
