"""The lesson's words: complete in each language."""

import re

import pytest

from capsnet.data.lesson_texts import FOLDER, LANGUAGES, lesson_texts

BRACES = re.compile(r"\{(\w+)\}")


def flat(words, path=""):
    """Every text by its place in the file."""
    if isinstance(words, dict):
        return {k: v for key in words for k, v in flat(words[key], f"{path}.{key}").items()}
    if isinstance(words, list):
        return {k: v for n, one in enumerate(words) for k, v in flat(one, f"{path}[{n}]").items()}
    return {path: words}


def test_every_file_is_offered():
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_language_is_complete(language):
    first, other = flat(lesson_texts()), flat(lesson_texts(language))
    assert list(first) == list(other)
    for place, words in first.items():
        if isinstance(words, str):
            assert other[place].strip(), place
            assert set(BRACES.findall(words)) == set(BRACES.findall(other[place])), place
            long = len(words) > 60
            assert not long or words != other[place], f"{place} is not translated"
        else:
            assert words == other[place], place


def test_the_lesson_takes_45_minutes_and_each_stop_asks_one_question():
    stops = lesson_texts()["stops"]
    assert len(stops) == 8
    assert sum(stop["minutes"] for stop in stops) == 45
    assert all(stop["question"].count("?") >= 1 and len(stop["choices"]) >= 2 for stop in stops)


def test_another_language_is_told_what_there_is():
    with pytest.raises(ValueError, match="'en' or 'de'. Received: 'fr'"):
        lesson_texts("fr")
