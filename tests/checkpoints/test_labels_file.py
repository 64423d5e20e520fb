"""Labels in a CSV: what can be written there, and what cannot be used."""

from pathlib import Path

import numpy as np
import pytest

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.labels_file import LabelTable, read_labels


def read(folder: Path, text: str, count: int | None = None) -> LabelTable:
    path = folder / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return read_labels(path, count)


def test_yes_and_no_probabilities_and_scores(tmp_path: Path) -> None:
    text = "seed,smiling,hat,age\n5,1,0.9,-3\n0,0,0.2,4\n9,1,,0.5\n"
    found = read(tmp_path, text)
    assert found.names == ("smiling", "hat", "age")
    assert found.seeds.tolist() == [5, 0, 9]
    assert found.positive.tolist() == [
        [True, True, False], [False, False, True], [True, False, True],
    ]  # fmt: skip
    assert found.known.tolist() == [[True] * 3, [True] * 3, [True, False, True]]
    assert found.ranked == (False, True, True)
    np.testing.assert_allclose(found.sure[:2], [[0.5, 0.4, 3], [0.5, 0.3, 4]])


def test_without_seeds_rows_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "\ufeffsmiling\n1\n0\n1\n", 3)
    assert found.seeds.tolist() == [0, 1, 2] and found.names == ("smiling",)
    said = r"labels\.csv labels 3 images and 4 seeds are asked for: ask for 3 seeds"
    with pytest.raises(FileError, match=said):
        read(tmp_path, "smiling\n1\n0\n1\n", 4)
    # Rows that name their seeds may be as many as they like.
    assert len(read(tmp_path, "seed,smiling\n7,1\n9,0\n", 4).seeds) == 2


def test_one_class_is_said_and_the_rest_is_used(tmp_path: Path) -> None:
    found = read(tmp_path, "smiling,hat,scarf\n1,0,\n0,0,\n")
    assert found.names == ("smiling",)
    assert found.notes == (
        "labels.csv says no to hat of every image: one class only.",
        "labels.csv labels no image with scarf.",
    )
    with pytest.raises(FileError) as error:
        read(tmp_path, "seed,hat\n1,1\n2,1\n")
    assert str(error.value) == (
        "labels.csv cannot be used: labels.csv says yes to hat of every image: "
        "one class only"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("smiling\n", "no rows"),
        ("", "is empty"),
        ("seed\n1\n", "no column of labels"),
        ("a,a\n1,0\n0,1\n", "two columns of one name"),
        ("a,b\n1,0\n0\n", "row 2 of labels.csv has 1 cells, not 2"),
        ("a\n1\nyes\n", "row 2 of labels.csv says yes under a: no number"),
        ("a\n1\nnan\n", "no number"),
        ("seed,a\n1.5,1\n2,0\n", "no whole number"),
        ("seed,a\n-1,1\n2,0\n", "no whole number"),
        ("seed,a\n2,1\n2,0\n", "a seed twice"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(FileError) as error:
        read(tmp_path, text)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_no_csv_at_all(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(FileError, match="no CSV"):
        read_labels(path)
    with pytest.raises(FileError, match="not there"):
        read_labels(tmp_path / "none.csv")
