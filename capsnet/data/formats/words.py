"""What the names of files, folders and arrays say: a split, and pictures or labels."""

from __future__ import annotations

import re
from typing import Literal

from capsnet.data.formats.base import IMAGE_WORDS, LABEL_WORDS, SPLIT_WORDS, SplitName

Role = Literal["images", "labels"]


def words(name: str) -> list[str]:
    """The words of a name, in lower case: "X_train/imageData" is x, train, image, data, imagedata.

    Digits end a word, so that `arr_0` and `train0` say arr and train; `t10k` is kept whole.
    """
    found: list[str] = []
    for piece in re.split(r"[^A-Za-z0-9]+", name):
        parts = re.findall(r"[tT]\d+[kK]|[A-Z]?[a-z]+|[A-Z]+(?![a-z])", piece)
        found.extend(part.lower() for part in parts)
        if len(parts) > 1:
            found.append(piece.lower())
    return found


def split_of(name: str) -> SplitName:
    """The split that a name speaks of; "all" where it says nothing."""
    splits = [SPLIT_WORDS[word] for word in words(name) if word in SPLIT_WORDS]
    return splits[-1] if splits else "all"


def role_of(name: str) -> Role | None:
    """Whether a name speaks of pictures or of labels; None where it says neither, or both."""
    said = set(words(name))
    images, labels = said & IMAGE_WORDS, said & LABEL_WORDS
    if images and labels:  # "train_data/labels": the narrower word decides
        images -= {"data", "dat"}
    if bool(images) == bool(labels):
        return None
    return "images" if images else "labels"


def family(name: str) -> str:
    """A file's name without what says split, role and format: the same for files of one set."""
    stem = re.sub(r"(\.gz|\.bz2|\.xz)$", "", name)
    kept = re.split(r"[^A-Za-z0-9]+", re.sub(r"\.[A-Za-z]\w{1,8}$", "", stem))
    dropped = SPLIT_WORDS.keys() | IMAGE_WORDS | LABEL_WORDS | {"ubyte", "info", "int", "of"}
    return "-".join(
        word
        for word in kept
        if word
        and word.lower() not in dropped
        and not re.fullmatch(r"idx\d(int|ubyte)?|\d+(x\d+)*", word.lower())
    )
