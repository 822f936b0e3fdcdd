#!/usr/bin/env bash
# tensorflow-datasets 4.9.10 (with TensorFlow 2.21.0, etils 1.15.0): installed by pip alone it imports,
# but no dataset can be opened. Making any builder imports importlib_resources, which is not in Python's
# standard library (importlib.resources is) and is required by none of the packages that pip installs.
#
# Output seen:
#   as pip installs it: ModuleNotFoundError: No module named 'importlib_resources'
#   with importlib_resources 7.1.0: tiny/1.0.0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip="$folder/venv/bin/pip install --quiet --disable-pip-version-check"
$pip tensorflow-datasets==4.9.10 tensorflow==2.21.0 etils==1.15.0
cat > "$folder/open.py" <<'PROGRAM'
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
import tensorflow_datasets as tfds

label = tfds.features.ClassLabel(names=["a", "b"])
try:
    built = tfds.dataset_builders.store_as_tfds_dataset(
        "tiny",
        version="1.0.0",
        data_dir=sys.argv[1],
        features=tfds.features.FeaturesDict({"label": label}),
        split_datasets={"train": tf.data.Dataset.from_tensor_slices({"label": [0, 1]})},
    )
    print(built.info.full_name)
except ModuleNotFoundError as error:
    print(f"ModuleNotFoundError: {error}")
PROGRAM
{
    echo "as pip installs it: $("$folder/venv/bin/python" "$folder/open.py" "$folder/a" 2> /dev/null | tail -n 1)"
    $pip importlib_resources==7.1.0
    echo "with importlib_resources 7.1.0: $("$folder/venv/bin/python" "$folder/open.py" "$folder/b" 2> /dev/null | tail -n 1)"
} | tee "$folder/seen.txt"
diff "$folder/seen.txt" - <<'SEEN'
as pip installs it: ModuleNotFoundError: No module named 'importlib_resources'
with importlib_resources 7.1.0: tiny/1.0.0
SEEN
