"""Parquet registers: typed columns, only those that are wanted; damaged files are refused whole."""

import datetime as dt

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

BENEFIT, LAST = "certification.benefit", "certification.last_on"
FRAME = pl.DataFrame(
    {
        "person": ["甲", "乙", "丙"],
        BENEFIT: ["paid_once", None, "zzz"],
        LAST: [dt.date(2026, 1, 5), None, None],
        LAST + ".none": [False, True, None],
        "notes": [[1], [], None],
    }
)


def test_typed_columns_are_decided_and_others_kept(batch, tmp_path):
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    FRAME.write_parquet(source)
    assert "column 1" in batch(source, target).err
    ran = batch(source, target, "--keep")
    assert ran.code == 1
    found = pl.read_parquet(target)
    assert found.select("row", "person", "notes").rows() == [(1, "甲", [1]), (2, "乙", [])]
    assert found["outcome"][0] == "out_of_scope"
    assert found.schema["due.pass-result"] == pl.Date
    refused = pl.read_parquet(tmp_path / "out.refused.parquet").to_dicts()
    assert [(row["row"], row["line"], row["field"], row["code"]) for row in refused] == [
        (3, None, BENEFIT, "fact_not_of_type")
    ]
    assert "zzz" not in str(refused)


def test_the_size_of_pieces_does_not_show(batch, tmp_path, monkeypatch):
    source = tmp_path / "in.parquet"
    pl.concat([FRAME] * 7).write_parquet(source, row_group_size=4)
    batch(source, tmp_path / "one.parquet", "--keep")
    monkeypatch.setattr("crossprov.batch.parquet_file.PARQUET_ROWS", 5)
    ran = batch(source, tmp_path / "many.parquet", "--keep")
    assert "Rows read: 21; decided: 14; refused: 7." in ran.out
    assert pl.read_parquet(tmp_path / "one.parquet").equals(pl.read_parquet(tmp_path / "many.parquet"))
    refused = pl.read_parquet(tmp_path / "many.refused.parquet")
    assert refused["row"].to_list() == [3, 6, 9, 12, 15, 18, 21]


def test_a_column_of_the_wrong_type_is_told_before_anything_is_written(batch, tmp_path):
    source = tmp_path / "in.parquet"
    pl.DataFrame({LAST: ["2026-01-05"]}).write_parquet(source)
    ran = batch(source, tmp_path / "out.parquet")
    assert (ran.code, LAST in ran.err, "String" in ran.err, "Date" in ran.err) == (2, True, True, True)
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize(
    ("kept", "held_by"),
    [
        (pl.Series([[1], []]), {"jsonl", "parquet"}),
        (pl.Series([{"a": 1}, {"a": 2}]), {"jsonl", "parquet"}),
        (pl.Series([dt.timedelta(1), None]), {"jsonl", "parquet"}),
        (pl.Series([b"\xff", None]), {"parquet"}),
        (pl.Series([{"a": [b"\xff"]}, None]), {"parquet"}),
        (pl.Series([dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC), None]), {"csv", "jsonl", "parquet"}),
    ],
    ids=["list", "struct", "duration", "bytes", "bytes within", "time"],
)
def test_a_kept_column_that_a_kind_of_file_cannot_hold_is_told(batch, tmp_path, kept, held_by, ending):
    source = tmp_path / "in.parquet"
    pl.DataFrame({BENEFIT: ["paid_once"] * 2, "notes": kept}).write_parquet(source)
    ran = batch(source, tmp_path / f"out.{ending}", "--keep")
    if ending in held_by:
        assert (ran.code, ran.err) == (0, "")
    else:
        assert (ran.code, "`notes`" in ran.err, "write Parquet" in ran.err) == (2, True, True)
        assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


WIDE, ZONED = pa.decimal256(70, 2), pa.timestamp("us", "Etc/Nowhere")
STRANGE = {
    "decimal": pa.array([None], WIDE),
    "decimal within": pa.array([{"a": [None]}], pa.struct({"a": pa.list_(WIDE)})),
    "list": pa.array([[1]], pa.list_view(pa.int64())),
    "time zone": pa.array([1], ZONED),
    "time zone within": pa.array([[(1, None)]], pa.map_(pa.int64(), ZONED)),
}


@pytest.mark.parametrize(("kind", "rows"), [*((kind, 1) for kind in STRANGE), ("time zone", 0)])
def test_a_column_of_a_type_that_no_frame_holds_is_told(batch, tmp_path, kind, rows):
    source, column = tmp_path / "in.parquet", STRANGE[kind].slice(0, rows)
    pq.write_table(pa.table({BENEFIT: pa.array(["paid_once"] * rows, pa.string()), "notes": column}), source)
    ran = batch(source, tmp_path / "out.parquet", "--keep")
    inner = WIDE if "decimal" in kind else ZONED if "zone" in kind else "list_view"
    said = f"column 2 (`notes`) is of the type {inner},"
    assert (ran.code, said in ran.err, "leave it out" in ran.err) == (2, True, True), ran.err
    pq.write_table(pa.table({LAST: column}), source)
    ran = batch(source, tmp_path / "out.parquet")
    assert (ran.code, f"{LAST}: the column as a whole holds {inner}; Date is wanted" in ran.err) == (
        2,
        True,
    )
    pq.write_table(pa.table({BENEFIT: ["paid_once"], "person.sex": STRANGE[kind]}), source)
    if rows:
        assert batch(source, tmp_path / "out.parquet").code == 0  # nobody reads it


@pytest.mark.parametrize(
    "kind", [pl.Int128, pl.List(pl.Int128), pl.Struct({"a": pl.Array(pl.UInt128, 1)})], ids=str
)
def test_whole_numbers_of_more_than_64_bits_are_told_and_no_damage(batch, tmp_path, kind):
    """Arrow refuses the whole file for them, whoever reads the column."""
    source = tmp_path / "in.parquet"
    pl.DataFrame({BENEFIT: ["paid_once"], "sum": pl.Series([None], dtype=kind)}).write_parquet(source)
    for options in ([], ["--keep"]):
        ran = batch(source, tmp_path / "out.parquet", *options)
        said = ran.code, "column 2 (`sum`) is of the type" in ran.err, "up to 64 bits" in ran.err
        assert said == (2, True, True), ran.err
        assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_an_extension_goes_along_where_it_can(batch, tmp_path, ending):
    source, target = tmp_path / "in.parquet", tmp_path / f"out.{ending}"
    flag = pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1], pa.int8()))
    pq.write_table(pa.table({BENEFIT: ["paid_once"], "flag": flag}), source)
    ran = batch(source, target, "--keep")
    assert (ran.code, "`flag`" in ran.err) == ((2, True) if ending == "csv" else (0, False))


FAR = pa.array([0, 2_932_897, -719_163, 2**31 - 1], pa.int32()).cast(pa.date32())


def test_days_that_python_cannot_count_refuse_their_rows_alone(batch, tmp_path):
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({LAST: FAR}), source)
    ran = batch(source, tmp_path / "out.parquet")
    assert (ran.code, pl.read_parquet(tmp_path / "out.parquet")["row"].to_list()) == (1, [1])
    refused = pl.read_parquet(tmp_path / "out.refused.parquet").select("row", "field", "code", "found")
    assert refused.rows() == [(row, LAST, "cell", "a value outside what is possible") for row in (2, 3, 4)]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize(
    "kept", [FAR, pa.array([0, 2**62, None, 0], pa.timestamp("us", "UTC"))], ids=["days", "times"]
)
def test_far_days_go_along_only_where_they_can_be_written(batch, tmp_path, kept, ending):
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({BENEFIT: ["paid_once"] * 4, "notes": kept}), source)
    ran = batch(source, tmp_path / f"out.{ending}", "--keep")
    assert (ran.code, "`notes`" in ran.err) == ((0, False) if ending == "parquet" else (2, True))


@pytest.mark.parametrize("keep", [[], ["--keep"]])
def test_text_that_is_no_utf8_is_told_and_no_damage(batch, tmp_path, keep):
    """Arrow hands on whatever bytes a system has written as text."""
    source, raw = tmp_path / "in.parquet", "无此".encode("gb18030")
    text = pa.StringArray.from_buffers(
        1, pa.py_buffer(bytes([0, 0, 0, 0, len(raw), 0, 0, 0])), pa.py_buffer(raw)
    )
    columns = {BENEFIT: ["paid_once"], "notes": text} if keep else {BENEFIT: text}
    pq.write_table(pa.table(columns), source)
    ran = batch(source, tmp_path / "out.parquet", *keep)
    assert (ran.code, "holds text that is not UTF-8" in ran.err, "damaged" in ran.err) == (2, True, False)
    assert f"column {len(columns)} (`{[*columns][-1]}`)" in ran.err


@pytest.mark.parametrize(("found", "instead"), [(b"PAR1", b"PARE"), (b"person", "无此人".encode("gb18030"))])
def test_a_file_that_is_encrypted_or_has_strange_names_is_not_called_damaged(batch, tmp_path, found, instead):
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({BENEFIT: ["paid_once"], "person": ["b"]}), source, store_schema=False)
    source.write_bytes(source.read_bytes().replace(found, instead))
    ran = batch(source, tmp_path / "out.parquet")
    said = ran.code, "encrypted, or names" in ran.err, "damaged" in ran.err
    assert said == (2, True, False), ran.err


def test_no_rows(batch, tmp_path):
    source = tmp_path / "in.parquet"
    FRAME.clear().write_parquet(source)
    ran = batch(source, tmp_path / "out.parquet", "--keep")
    assert ran.code == 0, ran.err
    assert pl.read_parquet(tmp_path / "out.parquet").height == 0


@pytest.mark.parametrize("part", ["head", "half", "middle", "nothing"])
def test_a_damaged_file_is_refused_whole(batch, tmp_path, part):
    source = tmp_path / "in.parquet"
    many = pl.DataFrame(
        {BENEFIT: ["paid_once", "resident_pension"] * 5_000, LAST: [dt.date(2026, 1, 5)] * 10_000}
    )
    many.write_parquet(source, row_group_size=2_000)
    whole = source.read_bytes()
    middle = len(whole) // 3
    damaged = {
        "head": whole[:100],
        "half": whole[: len(whole) // 2],
        "middle": whole[:middle] + bytes(200) + whole[middle + 200 :],
        "nothing": b"",
    }[part]
    source.write_bytes(damaged)
    ran = batch(source, tmp_path / "out.parquet")
    assert ran.code == 2, ran.out
    assert "truncated or damaged" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]
