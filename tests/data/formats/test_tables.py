"""Tables, CSV and Parquet: a row a picture."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from capsnet.errors import DataError
from tests.data.formats.the_digits import assert_same, png, read


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("zipped", ["", ".gz"])
def test_csv_as_kaggle_writes_it_and_without_its_header(tmp_path, digits, header, zipped):
    for split, (x, y) in digits.items():
        table = pd.DataFrame(x.reshape(-1, 784), columns=[f"pixel{n}" for n in range(784)])
        table.insert(0, "label", y)
        table.to_csv(tmp_path / f"{split}.csv{zipped}", index=False, header=header)
    assert_same(read(tmp_path), digits)


def test_csv_without_labels_can_only_be_predicted(tmp_path, digits):
    x = digits["test"][0].reshape(-1, 784)
    pd.DataFrame(x, columns=[f"pixel{n}" for n in range(784)]).to_csv(
        tmp_path / "test.csv", index=False
    )
    found = read(tmp_path / "test.csv")
    np.testing.assert_array_equal(found.images["test"][..., 0], digits["test"][0])
    assert not found.labels and "no labels" in found.steps[-1]


def test_csv_that_pandas_has_indexed_and_whose_header_it_made(tmp_path, digits):
    x, y = digits["train"]
    table = np.column_stack([y, x.reshape(-1, 784)])
    np.savetxt(tmp_path / "plain.csv", table, "%d", ",")
    again = pd.read_csv(tmp_path / "plain.csv")  # takes the first row for a header
    again.to_csv(tmp_path / "again.csv", index=False)
    found = read(tmp_path / "again.csv")
    np.testing.assert_array_equal(found.images["all"][..., 0], x[1:])
    assert any("a header that pandas made" in step for step in found.steps)
    pd.DataFrame(table).to_csv(tmp_path / "indexed.csv")
    np.testing.assert_array_equal(read(tmp_path / "indexed.csv").images["all"][..., 0], x)


def test_parquet_as_hugging_face_writes_it(tmp_path, digits):
    features = {
        "image": {"_type": "Image"},
        "label": {"_type": "ClassLabel", "names": list("abcdefghij")},
    }
    for split, (x, y) in digits.items():
        table = pa.table({"image": [{"bytes": png(i), "path": None} for i in x], "label": y})
        table = table.replace_schema_metadata(
            {"huggingface": json.dumps({"info": {"features": features}})}
        )
        for shard in range(2):
            name = f"{split}-0000{shard}-of-00002.parquet"
            parquet.write_table(table.slice(shard * len(x) // 2, len(x) // 2), tmp_path / name)
    found = read(tmp_path)
    assert found.class_names == tuple("abcdefghij")
    for split in digits:
        np.testing.assert_array_equal(found.images[split][..., 0], digits[split][0])
    (tmp_path / "train-00001-of-00002.parquet").unlink()
    with pytest.raises(DataError, match="Expected 2 files, as .* says. Received: 1"):
        read(tmp_path)


@pytest.mark.parametrize("form", ["list", "nested", "fixed", "columns"])
def test_parquet_with_pixels(tmp_path, digits, form):
    x, y = digits["train"]
    flat = x.reshape(-1, 784)
    if form == "columns":
        table = pa.table({"label": y} | {f"pixel{n}": flat[:, n] for n in range(784)})
    else:
        column = {
            "list": lambda: pa.array(list(flat)),
            "nested": lambda: pa.array(
                [image.tolist() for image in x], pa.list_(pa.list_(pa.uint8()))
            ),
            "fixed": lambda: pa.FixedSizeListArray.from_arrays(flat.ravel(), 784),
        }[form]()
        table = pa.table({"image": column, "label": y})
    parquet.write_table(table, tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet")
    np.testing.assert_array_equal(found.images["all"][..., 0], x)
    np.testing.assert_array_equal(found.labels["all"], y)
