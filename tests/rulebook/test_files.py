"""Files that cannot be read, also hostile ones: refused quickly, each with its own problem."""

import os
import time

import pytest

from crossprov import Rulebook
from crossprov._errors import RulebookError, UnknownItemError
from crossprov.rulebook import loading, source
from crossprov.rulebook.source import parse_yaml
from rulebook.patches import FICTIONAL, MARK, copy, load, patched, position, problems

PATIENCE = 20  # a guard against hanging, not a measure of speed

# code, good twin, bad twin; MARK stands where the problem must point
RAW = [
    ("yaml_syntax", "a: [1, 2]", "a: [1, 2\n«"),
    ("yaml_syntax", "a: 'b'", "a: 'b\n«"),
    ("yaml_syntax", "a:\n  b: 1", "a:\n«\tb: 1"),
    ("yaml_syntax", "a: b", "a: b«: c"),
    ("yaml_syntax", "a: b", "«%YAML 9.9\n---\na: b"),
    ("yaml_anchor", "a: b", "a: «&x b"),
    ("yaml_anchor", "a: b", "a: «*x"),
    ("yaml_anchor", "a: [x, x]", "a: [x, «*x]"),
    ("yaml_anchor", "a: {b: c}", "a: {<<: «*x}"),
    ("yaml_tag", "a: '1'", "a: «!!str 1"),
    ("yaml_tag", "a: now", "a: «!!python/object/apply:os.system ['true']"),
    ("yaml_tag", "a: x", "a: «!env x"),
    ("yaml_key", "a: 1", "? «[a]\n: 1"),
    ("yaml_key", "a: 1", "«{a: b}: 1"),
    ("yaml_key", "a: 1", "«&x a: 1"),
    ("yaml_too_deep", "[" * 24 + "]" * 24, "[" * 25 + "«[" + "]" * 26),
    ("duplicate_key", "a: 1\nb: 2", "a: 1\n«a: 2"),
    ("duplicate_key", "{a: 1, b: {a: 1}}", "{a: 1, b: {a: 1, «'a': 2}}"),
    ("several_documents", "---\na: 1", "a: 1\n«---\nb: 1"),
    ("file_empty", "a: 1", "«"),
    ("file_empty", "a: 1", "«# nothing but a comment\n"),
    ("file_character", "a: 1", "a: «\x00"),
    ("file_character", "中文: ok", "中文: ok\n文: 字«\x07"),
    ("file_character", "a: 1", "a: «\ufffe"),
]


@pytest.mark.parametrize(("code", "good", "bad"), RAW)
def test_the_good_twin_is_read(code, good, bad):
    assert parse_yaml(good.encode(), "x.yaml").data is not None


@pytest.mark.parametrize(("code", "good", "bad"), RAW)
def test_the_bad_twin_is_refused_where_it_is_wrong(code, good, bad):
    with pytest.raises(RulebookError) as caught:
        parse_yaml(bad.replace(MARK, "").encode(), "x.yaml")
    (found,) = caught.value.problems
    assert (found.code, found.file, (found.line, found.column)) == (code, "x.yaml", position(bad))


def refused(raw):
    """Every code with which a file is refused, which must not take long."""
    start = time.perf_counter()
    with pytest.raises(RulebookError) as caught:
        parse_yaml(raw, "x.yaml")
    assert time.perf_counter() - start < PATIENCE
    assert all(len(problem.text("en")) < 300 for problem in caught.value.problems)
    return {problem.code for problem in caught.value.problems}


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (LAUGHS.encode(), "yaml_anchor"),
        (b"[" * 10_000, "yaml_too_deep"),
        (b"- " * 10_000 + b"x", "yaml_too_deep"),
        (b"{a: " * 10_000, "yaml_too_deep"),
        (b"\n".join(b" " * i + b"a:" for i in range(1_400)), "yaml_too_deep"),
        (b"a: " + b"x" * 3_000_000, "file_too_large"),
        (b"[" + b"a," * 900_000 + b"a]", "yaml_too_many"),
        (b"".join(b"k%d: 1\n" % i for i in range(150_000)), "yaml_too_many"),
        (b"? " * 900_000, "yaml_key"),
        (b"a" * 1_900_000 + b": b: c", "yaml_syntax"),
        (b"a: \xff\xfe", "file_not_utf8"),
        (b"a: b\nc: \xe4\xb8", "file_not_utf8"),
        ("a: b".encode("utf-16"), "file_not_utf8"),
        (b"a: \xed\xa0\x80", "file_not_utf8"),
    ],
)
def test_hostile_files_are_refused_at_once(raw, code):
    assert refused(raw) == {code}


def test_a_file_that_is_not_utf8_is_refused_on_its_line():
    with pytest.raises(RulebookError) as caught:
        parse_yaml(b"a: b\nc: \xff", "x.yaml")
    assert caught.value.problems[0].line == 2


@pytest.mark.parametrize(
    "raw",
    ["\ufeffa: [1, 文]\nb: x\n".encode(), b"a: [1, \xe6\x96\x87]\r\nb: x\r\n", "a: [1, 文]\rb: x\r".encode()],
)
def test_byte_order_marks_and_line_ends_make_no_difference(raw):
    plain = parse_yaml("a: [1, 文]\nb: x\n".encode(), "x.yaml")
    other = parse_yaml(raw, "x.yaml")
    assert other.data == plain.data
    assert other.positions == plain.positions


def test_words_that_yaml_takes_for_truth_values_and_numbers_stay_words():
    text = "[yes, No, on, OFF, true, false, 1, 007, 0x1F, 1_000, 1e3, 2024-05-06, 12:30:00, ~, 1.50, -4]"
    assert parse_yaml(text.encode(), "x").data == [
        "yes", "No", "on", "OFF", True, False, 1, "007", "0x1F", "1_000", "1e3", "2024-05-06", "12:30:00", None, "1.50", -4,
    ]  # fmt: skip


def test_a_number_of_5000_digits_is_no_number():
    assert parse_yaml(b"a: " + b"9" * 5_000, "x").data == {"a": "9" * 5_000}


def test_where_a_text_is_folded_its_start_is_shown():
    document = parse_yaml('中: 文\na: >-\n  b\n  c\nd: "e\\u0041f"\n'.encode(), "x")
    for path, place in ((("中",), (1, 4)), (("a",), (2, 4)), (("d",), (5, 5))):
        found = document.problem("yaml_key", path, 2 if path == ("a",) or path == ("d",) else 0)
        assert (found.line, found.column) == place


# --- the directory ------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path):
    return copy(tmp_path / "rules")


def codes(root):
    start = time.perf_counter()
    found = [(problem.code, problem.file) for problem in problems(root)]
    assert time.perf_counter() - start < PATIENCE
    return found


@pytest.mark.parametrize("file", ["rulebook.yaml", "instruments.yaml"])
def test_a_missing_file_is_named(root, file):
    (root / file).unlink()
    assert codes(root) == [("file_missing", file)]


@pytest.mark.parametrize("file", ["rulebook.yaml", "vocabulary/extra.yaml", "items/ferry-pass.yaml"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_plain_file_is_refused_and_nobody_waits_for_it(root, file, kind):
    path = root / file
    path.unlink(missing_ok=True)
    {"pipe": lambda: os.mkfifo(path), "folder": path.mkdir, "device": lambda: path.symlink_to("/dev/zero")}[
        kind
    ]()
    assert codes(root) == [("file_irregular", file)]


@pytest.mark.parametrize("file", ["divisions.csv", "streets.csv"])
def test_a_pipe_in_place_of_a_table_is_refused(root, file):
    (root / file).unlink()
    os.mkfifo(root / file)
    with pytest.raises(RulebookError) as caught:
        load(root).divisions  # noqa: B018 - read when asked for
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [("file_irregular", file)]


def test_a_link_to_itself_is_refused(root):
    (root / "vocabulary/extra.yaml").symlink_to("extra.yaml")
    assert codes(root) == [("file_unreadable", "vocabulary/extra.yaml")]


def test_a_link_to_a_plain_file_is_followed(root):
    (root / "vocabulary/service.yaml").rename(root / "elsewhere.txt")
    (root / "vocabulary/service.yaml").symlink_to(root / "elsewhere.txt")
    assert codes(root) == []


def test_a_link_to_the_folder_itself_is_no_trap(root):
    (root / "items/loop").symlink_to(root, target_is_directory=True)
    assert codes(root) == []
    assert load(root).hash


def test_the_size_of_a_file_is_looked_at_before_it_is_read(root):
    with (root / "vocabulary/extra.yaml").open("wb") as file:
        file.truncate(2**40)  # a sparse file of a terabyte
    assert codes(root) == [("file_too_large", "vocabulary/extra.yaml")]


def test_too_many_files_are_refused(root, monkeypatch):
    monkeypatch.setattr(loading, "MAX_FILES", 5)
    with pytest.raises(RulebookError) as caught:
        load(root).hash  # noqa: B018 - made when asked for
    assert [problem.code for problem in caught.value.problems] == ["too_many_files"]


def test_what_is_no_directory_of_rules_is_refused(tmp_path):
    with pytest.raises(RulebookError) as caught:
        Rulebook.load(tmp_path / "nowhere")
    assert [problem.code for problem in caught.value.problems] == ["no_rulebook_here"]


def test_a_pack_that_is_not_installed_is_refused():
    with pytest.raises(RulebookError) as caught:
        Rulebook.pack("nobody")
    assert [problem.code for problem in caught.value.problems] == ["no_such_pack"]


def test_an_item_is_found_by_its_official_code_and_an_unknown_one_names_those_near_it():
    rulebook = load()
    assert rulebook.item("F000000001") is rulebook.item("ferry-pass")
    with pytest.raises(UnknownItemError) as caught:
        rulebook.item("ferry-pas")
    assert "ferry-pass" in caught.value.text("en")


@pytest.mark.parametrize("name", ["110101200001010015", "张三", "zhang 13800000000", "x-110101200001010015"])
def test_what_was_asked_for_in_place_of_an_item_is_not_repeated(name):
    with pytest.raises(UnknownItemError) as caught:
        load().item(name)
    for language in ("zh", "en"):
        assert name not in caught.value.text(language)
        assert "`<?>`" in caught.value.text(language)


@pytest.mark.parametrize(
    "name", ["../rulebook", "/etc/passwd", "items/ferry-pass", "ferry-pass.yaml", "", "\x00"]
)
def test_an_item_is_never_looked_for_outside_the_items(name):
    with pytest.raises(UnknownItemError):
        load().item(name)


def test_many_unknown_keys_are_reported_at_once_and_not_all(root):
    patched(root, "instruments.yaml", "", "".join(f"key_{i}: 1\n" for i in range(20_000)))
    found = codes(root)
    assert 0 < len(found) <= 100
    assert set(found) == {("key_unknown", "instruments.yaml")}


def test_a_circle_of_thousands_of_facts_is_found(root):
    size = 3_000
    facts = "facts:\n" + "".join(
        f"  a{i}: {{type: bool, label: {{zh: 甲, en: a}}, formula: a{(i + 1) % size}}}\n" for i in range(size)
    )
    (root / "vocabulary/extra.yaml").write_text(facts, encoding="utf-8")
    found = problems(root)
    assert [problem.code for problem in found] == ["circular_facts"]


def test_the_hash_follows_what_the_files_hold(root):
    before = load(root).hash
    assert before == load(FICTIONAL).hash
    patched(root, "items/ferry-pass.yaml", "then: 30", "then: 29")
    assert load(root).hash != before


@pytest.mark.parametrize(
    ("file", "read"),
    [
        ("items/ferry-pass.yaml", lambda rulebook: rulebook.item("ferry-pass")),
        ("region.yaml", lambda rulebook: rulebook.region),
        ("divisions.csv", lambda rulebook: rulebook.divisions),
    ],
)
def test_a_file_that_changed_after_loading_is_refused_when_it_is_read(root, file, read):
    rulebook = load(root)
    patched(root, file, "", "\n")
    with pytest.raises(RulebookError) as caught:
        read(rulebook)
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [("rules_changed", file)]


def test_limits_are_what_the_page_says():
    assert (source.MAX_BYTES, source.MAX_DEPTH) == (2_000_000, 24)


def test_a_second_file_adds_articles_to_a_law_and_changes_nothing_of_it(root):
    (root / "instruments").mkdir()
    path = root / "instruments" / "more.yaml"
    entry = """instruments:
  - number: 虚构通知第2号
    title: {zh: 渡轮与灯塔法的通知, en: Fictional Notice 2}
    sources: [a second reading]
    articles:
      第四条: {confidence: read, zh: 其他, en: other things}
"""
    path.write_text(entry, encoding="utf-8")
    found = load(root).instruments.cite("虚构通知第2号 第四条").instrument
    assert (found.through.year, set(found.sources)) == (2029, {"made up for the tests", "a second reading"})
    for line in ("through: 2025-12-31", "confidence: read", "issuer: {zh: 他, en: another}"):
        path.write_text(entry.replace("    sources:", f"    {line}\n    sources:"), encoding="utf-8")
        assert codes(root) == [("name_taken", "instruments/more.yaml")]
