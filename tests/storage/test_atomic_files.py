import contextlib
import errno
import hashlib
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from capsnet.storage import atomic_files
from capsnet.storage.atomic_files import check_place, replacing, sha256, write_json


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "kept.json"
    write_json(path, {"kept": True})
    with pytest.raises(TypeError):
        write_json(path, {"kept": object()})
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert json.loads(path.read_text()) == {"kept": True}
    assert list(tmp_path.iterdir()) == [path]


def test_threads_write_the_same_file_at_once(tmp_path):
    path = tmp_path / "kept.json"
    together = threading.Barrier(4)

    def write(content):
        with replacing(path) as temporary:
            temporary.write_text(content * 1000)
            together.wait()
            assert temporary.read_text() == content * 1000

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, "abcd"))
    assert len(set(path.read_text())) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.ENOSPC])
def test_a_disk_that_cannot_be_asked_to_sync_is_written_all_the_same(tmp_path, monkeypatch, number):
    def refused(descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refused)
    is_full = number == errno.ENOSPC
    with pytest.raises(OSError) if is_full else contextlib.nullcontext():
        write_json(tmp_path / "kept.json", {"kept": True})
    assert (tmp_path / "kept.json").exists() != is_full


def test_sha256_is_of_the_content(tmp_path):
    path = tmp_path / "some.bin"
    path.write_bytes(b"weights" * 100_000)
    assert sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_room_is_asked_for_and_given_back(tmp_path):
    atomic_files.need_room(tmp_path, 1000)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError):
        atomic_files.need_room(tmp_path, 2**62)
    assert list(tmp_path.iterdir()) == []


def test_room_is_looked_up_where_it_cannot_be_kept(tmp_path, monkeypatch):
    monkeypatch.delattr(atomic_files.os, "posix_fallocate", raising=False)
    atomic_files.need_room(tmp_path, 1000)
    with pytest.raises(OSError):
        atomic_files.need_room(tmp_path, 2**62)


def test_what_is_kept_is_on_the_disk_before_it_takes_its_place(tmp_path, monkeypatch):
    path, seen = tmp_path / "kept.json", []
    monkeypatch.setattr(atomic_files.os, "fsync", lambda _: seen.append(path.exists()))
    write_json(path, {}, durable=False)
    assert seen == []
    path.unlink()
    write_json(path, {"kept": True})
    assert seen == [False]
    assert json.loads(path.read_text()) == {"kept": True}


def test_a_full_disk_is_told_with_the_path(tmp_path):
    path = tmp_path / "kept.json"
    with pytest.raises(OSError) as raised, replacing(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert raised.value.filename == str(path)


@pytest.mark.parametrize("name", [".", "folder.npz", "picture.png", "nothing"])
def test_a_place_for_a_file_is_not_another_thing(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(ValueError, match=r"Expected a file ending in \.npz .*Received: ") as raised:
        check_place(Path(name), ".npz")
    assert ("a folder" in str(raised.value)) == Path(name).is_dir()
    check_place(Path("new.npz"), ".npz")


def test_an_error_that_only_says_what_it_is_keeps_its_words(tmp_path):
    with pytest.raises(OSError, match="Unable to write"), replacing(tmp_path / "a"):
        raise OSError("Unable to write")  # as of h5py
