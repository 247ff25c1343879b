"""The guide: what it says of a decision and of an item, and how it is laid out in columns."""

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossprov import Rulebook, read_case
from crossprov.decide import decide, decider
from crossprov.decision import AmountShown, FactShown, LawRef, Missing, NearMiss, Notice, OfficeShown
from crossprov.report import as_text, explanation, guide, item_guide, padded, place_names, width_of, wrapped
from crossprov.texts import Text

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ITEM = "pension-transfer-enterprise"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def rulebook():
    return Rulebook.load()


@pytest.fixture(scope="module")
def decisions(rulebook):
    return {path.stem: decide(path.read_text("utf-8"), rulebook) for path in EXAMPLES.glob("*.json")}


@pytest.fixture
def yes(decisions):
    return decisions["transfer-49"]


@pytest.fixture
def no(decisions):
    return decisions["transfer-50"]


@pytest.fixture
def half(decisions):
    return decisions["half-known"]


def ids(found):
    return [section.id for section in found.sections]


def said(section):
    return "\n".join("\n".join([entry.words, *entry.notes]) for entry in section.entries)


def entry_with(section, words):
    return next(entry for entry in section.entries if words in entry.words)


# --- what a decision says -------------------------------------------------------------------------------


def test_a_yes_begins_with_the_answer_and_the_office(yes):
    found = guide(yes, "zh")
    assert found.title == "企业职工基本养老保险关系转移接续"
    assert found.lead[0] == "可以办理。"
    assert "重庆市渝中区" in found.lead[1]
    assert ids(found) == ["reasons", "conclusions", "where", "steps", "materials", "notices", "laws"]


def test_a_no_begins_with_the_reason(no):
    found = guide(no, "zh")
    assert found.lead[0] == "现在不能办理。"
    assert "临时缴费账户" in found.lead[1]
    first = found.section("reasons").entries[0]
    assert first.mark == "✗"
    assert any("临时缴费账户" in note and "不是" in note for note in first.notes)  # the near miss


def test_a_no_tells_no_steps_papers_or_windows(no):
    found = guide(no, "en")
    assert not {"steps", "materials", "money"} & set(ids(found))
    assert len(found.section("where").entries) == 1  # whom to ask


def test_what_is_missing_comes_first(half, rulebook):
    found = guide(half, "zh", place_names(rulebook, half.made_by.facts_on))
    assert found.sections[0].id == "missing"
    assert "请提供各地的养老保险参保缴费记录" in said(found.sections[0])
    assert "所有省份" in said(found.sections[0])
    assert found.section("reasons").entries[0].mark == "?"
    assert "尚不能确定" in entry_with(found.section("conclusions"), "待遇领取地").words
    assert any("（视情况）" in entry.words for entry in found.section("steps").entries)


def test_records_wanted_of_some_provinces_are_named(half, rulebook):
    wanted = Missing("pension.spells", Text("记录", "records"), None, ("500000", "510000"), everywhere=False)
    names = place_names(rulebook, half.made_by.facts_on)
    found = guide(replace(half, missing=(wanted,)), "zh", names).section("missing")
    assert found.entries[0].words == "记录"
    assert found.entries[0].notes == ("需要重庆市、四川省的记录",)
    assert "500000" in said(guide(replace(half, missing=(wanted,)), "zh").section("missing"))


def test_requirements_that_hold_show_the_facts_and_not_the_reason_for_a_no(yes):
    section = guide(yes, "zh").section("reasons")
    assert all(entry.mark == "✓" for entry in section.entries)
    assert "已领取职工基本养老金：否" in said(section)
    assert "不再转移" not in said(section)


def test_conclusions_that_do_not_apply_are_left_out(yes):
    section = guide(yes, "zh").section("conclusions")
    assert "待遇领取地" not in said(section)
    entry = entry_with(section, "新参保地账户类型：一般账户")
    assert any("49周岁" in note for note in entry.notes)


def test_the_steps_are_a_timeline(yes):
    section = guide(yes, "zh").section("steps")
    assert [entry.mark for entry in section.entries] == [f"{n}." for n in range(1, len(section.entries) + 1)]
    apply, letter, record, close = section.entries[:4]
    assert "已于2026-03-09完成" in apply.notes
    assert any(
        "最迟2026-03-30：法定时限15个工作日，自2026-03-09（第1步）起算" in note for note in letter.notes
    )
    # The clock of the record starts when the letter is sent, which is not known yet.
    assert any(note.startswith("预计最迟2026-04-21：") for note in record.notes)
    assert any("最迟2026-03-16：承诺时限5个工作日" in note for note in close.notes)
    # The promise for the whole is kept only if the letter is sent before its own limit is over.
    assert any("2026-03-16" in note and "前" in note for note in letter.notes)
    assert any("成都市锦江区" in note for note in record.notes)


def test_a_day_beyond_the_published_holidays_is_marked(yes):
    due = replace(yes.steps[1].due[0], provisional=True)
    steps = (yes.steps[0], replace(yes.steps[1], due=(due,)))
    assert "暂定" in said(guide(replace(yes, steps=steps), "zh").section("steps"))
    assert "暂定" not in said(guide(yes, "zh").section("steps"))


def test_a_limit_whose_clock_is_unknown_has_no_day(yes):
    due = replace(yes.steps[1].due[0], day=None, started_on=None)
    step = replace(yes.steps[1], due=(due,), in_time_by=None)
    notes = guide(replace(yes, steps=(yes.steps[0], step)), "en").section("steps").entries[1].notes
    assert any(note.startswith("statutory limit of 15 working days from step 1") for note in notes)


def test_where_to_go_names_who_decides_and_who_takes_in(yes, rulebook):
    section = guide(yes, "zh", place_names(rulebook, yes.made_by.facts_on)).section("where")
    assert section.entries[0].words.startswith("办理机构：重庆市渝中区社会保险经办机构（通用名称）")
    assert any("通用名称" in note for note in section.entries[0].notes)
    assert "范围：四川省、重庆市" in said(section)
    assert "si.12333.gov.cn" in said(section)


def test_an_office_of_a_directory_shows_address_telephone_and_hours(yes):
    real = replace(
        yes.competent,
        name=Text("某局", "Some bureau"),
        generic=False,
        address="某路1号",
        phone="12333",
        hours="9-17",
    )
    entry = guide(replace(yes, competent=real), "zh").section("where").entries[0]
    assert entry.words.startswith("办理机构：某局")
    assert {"地址：某路1号", "电话：12333", "办公时间：9-17"} <= set(entry.notes)
    assert not any("通用名称" in note for note in entry.notes)


def test_an_office_that_is_not_known_says_why_and_between_which_places(yes, rulebook):
    assert isinstance(yes.competent, OfficeShown)
    open_ = replace(yes.competent, name=None, undetermined="divided", candidates=("500103", "510104"))
    names = place_names(rulebook, yes.made_by.facts_on)
    entry = guide(replace(yes, competent=open_), "zh", names).section("where").entries[0]
    assert "街道" in entry.words
    assert "可能的地点：渝中区、锦江区" in entry.notes


def test_papers_and_what_nobody_may_ask_for(yes):
    section = guide(yes, "zh").section("materials")
    assert entry_with(section, "身份证件").mark == "•"
    assert entry_with(section, "参保缴费凭证").words.startswith("任何人不得要求提交：")


def test_money(yes):
    amount = AmountShown("pool", Text("统筹基金", "pooled fund"), "5040.00", (), "read")
    fee = AmountShown("fee", Text("费用", "fee"), "0.00", (), "read")
    section = guide(replace(yes, amounts=(amount,), fee=fee), "zh").section("money")
    assert [entry.words for entry in section.entries] == ["统筹基金：5040.00元", "不收费"]
    dear = guide(replace(yes, fee=replace(fee, yuan="20.00")), "zh").section("money")
    assert dear.entries[0].words == "费用：20.00元"


def fact(value, zh, en):
    return FactShown("pension.months", Text("月数", "months"), value, Text(zh, en))


@pytest.mark.parametrize(
    ("now", "would_do", "words"),
    [
        (fact("100", "100个月", "100 months"), "120", "如果“月数”为“120个月”，本项即符合"),
        (fact("true", "是", "yes"), "false", "如果“月数”为“否”，本项即符合"),
        (
            fact("2024-05-06", "2024-05-06", "2024-05-06"),
            "2024-05-07",
            "如果“月数”为“2024-05-07”，本项即符合",
        ),
        (fact("500000", "重庆市", "Chongqing"), "510000", "如果“月数”不是“重庆市”，本项可能符合"),
        (
            fact("temporary", "临时账户", "temporary account"),
            "general",
            "如果“月数”不是“临时账户”，本项可能符合",
        ),
        (fact("100", "100个月", "100 months"), None, "如果“月数”不是“100个月”，本项可能符合"),
    ],
)
def test_a_near_miss_in_words(no, now, would_do, words):
    reason = replace(
        next(one for one in no.reasons if one.holds is False), near_misses=(NearMiss(now, would_do),)
    )
    entry = guide(replace(no, reasons=(reason,)), "zh").section("reasons").entries[0]
    assert entry.notes[-1] == words


def test_who_must_decide_when_the_rules_do_not(yes):
    opened = [replace(one, refer=True, known=False, value=None) for one in yes.conclusions if one.applies]
    found = guide(replace(yes, outcome="refer_to_person", conclusions=tuple(opened)), "zh")
    assert "工作人员" in found.lead[0]
    assert "新参保地账户类型" in found.lead[1]
    assert "须由工作人员确定" in found.section("conclusions").entries[0].words


def test_a_day_without_rules_says_so():
    data = json.loads((EXAMPLES / "transfer-49.json").read_text("utf-8"))
    found = guide(decide(data, law_on=dt.date(2009, 12, 31)), "zh")
    assert found.lead[0] == "不属于本事项。"
    assert "2010年1月1日以前" in found.lead[1]


def test_by_what_it_was_made(yes):
    made = " ".join(guide(yes, "en").footer)
    for part in (
        yes.made_by.rulebook,
        yes.made_by.rulebook_hash[:12],
        yes.made_by.library,
        "index",
        "2026-03-09",
    ):
        assert part in made


# --- laws -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["transfer-49", "transfer-50", "half-known"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_law_cited_is_listed_and_every_law_listed_is_cited(decisions, name, language):
    found = guide(decisions[name], language)
    cited = {n for one in found.sections if one.id != "laws" for n in re.findall(r"\[(\d+)\]", said(one))}
    listed = [n for note in said(found.section("laws")).split("\n") for n in re.findall(r"^\[(\d+)\]", note)]
    assert listed == [str(n) for n in range(1, len(listed) + 1)]
    assert cited == set(listed)


def test_how_sure_we_are_of_a_law_is_shown(yes):
    laws = {
        sure: LawRef(f"甲 {sure}", Text("甲法", "Law A"), sure)
        for sure in ("read", "read_copy", "recalled", "inferred")
    }
    notices = tuple(Notice(sure, Text("话", "words"), certain=True, law=(law,)) for sure, law in laws.items())
    shown = guide(replace(yes, notices=notices), "zh").section("laws")
    notes = {sure: next(note for note in said(shown).split("\n") if f"甲 {sure}" in note) for sure in laws}
    assert notes["read"].endswith("甲 read")
    assert "转载" in notes["read_copy"]
    assert "凭记忆" in notes["recalled"]
    assert "推定" in notes["inferred"]


def test_no_law_found_is_said_and_not_listed(yes):
    notice = Notice("x", Text("话", "words"), certain=True, law=(LawRef("none_found", None, "inferred"),))
    found = guide(replace(yes, notices=(notice,)), "en")
    assert found.section("notices").entries[0].words == "words [no law found]"
    assert "none_found" not in said(found.section("laws"))


def test_a_rule_less_sure_than_its_law_says_so(yes):
    step = replace(yes.steps[0], confidence="inferred")
    assert "〔推定〕" in guide(replace(yes, steps=(step,)), "zh").section("steps").entries[0].words
    step = replace(yes.steps[0], confidence="read")
    assert "〔推定〕" not in guide(replace(yes, steps=(step,)), "zh").section("steps").entries[0].words


@pytest.mark.parametrize("name", ["transfer-49", "transfer-50", "half-known"])
def test_the_english_guide_is_english_but_for_the_names_of_laws(decisions, rulebook, name):
    decision = decisions[name]
    found = guide(decision, "en", place_names(rulebook, decision.made_by.facts_on))
    for section in found.sections:
        if section.id != "laws":
            assert CHINESE.search(said(section)) is None, said(section)
    assert CHINESE.search(" ".join([found.title, *found.lead, *found.footer])) is None


# --- an item without a case, an explanation -------------------------------------------------------------


def test_a_guide_of_an_item_has_names_where_a_decision_has_values(rulebook):
    item = rulebook.item(ITEM)
    found = item_guide(decider(rulebook), item, dt.date(2026, 3, 9), "zh")
    assert "〔转出地欠费月数〕" in said(found.section("requirements"))
    assert not any("{" in said(section) for section in found.sections)
    assert "（视情况）" in said(found.section("materials"))
    rows = entry_with(found.section("tables"), "新参保地账户类型").notes
    assert rows[0].startswith("一般账户——回户籍省份")
    assert rows[-1].startswith("临时缴费账户——")
    assert "须由工作人员确定" in said(found.section("where"))


def test_a_guide_of_an_item_outside_its_days(rulebook):
    found = item_guide(decider(rulebook), rulebook.item(ITEM), dt.date(2009, 12, 31), "zh")
    assert not {"requirements", "steps", "materials", "laws"} & set(ids(found))
    assert any("2009-12-31没有有效的规则" in words for words in found.lead)


def explained(rulebook, name, language="zh"):
    case = read_case((EXAMPLES / f"{name}.json").read_text("utf-8"))
    return explanation(decider(rulebook), rulebook.item(case.item), case, (case.as_of, case.as_of), language)


def test_an_explanation_marks_one_row_where_one_decided(rulebook):
    table = explained(rulebook, "transfer-49").section("conclusion:account_type")
    assert table.entries[0].words == "结果：一般账户"
    assert [entry.words.partition("：")[0] for entry in table.entries if entry.mark == "→"] == ["under-age"]
    assert {entry.mark for entry in table.entries[1:]} <= {"→", "·", "○"}


def test_an_explanation_marks_every_row_that_is_possible(rulebook):
    table = explained(rulebook, "half-known").section("conclusion:benefit_place")
    possible = [entry.words.partition("：")[0] for entry in table.entries if entry.mark == "?"]
    assert "last-is-hukou" in possible
    assert len(possible) > 1
    assert any("pension.spells" in entry.words for entry in table.entries)


def test_an_explanation_has_every_table_and_where_each_fact_is_from(rulebook):
    found = explained(rulebook, "transfer-49")
    assert {f"requirement:{one.id}" for one in rulebook.item(ITEM).shape.requirements} <= set(ids(found))
    facts = {entry.words: entry.notes for entry in found.section("facts").entries}
    age = next(notes for words, notes in facts.items() if "（person.age_at_enrolment）：49周岁" in words)
    assert age == ("计算：floor(months_between(person.birth_date, move.enrolled_on) / 12)",)


# --- columns --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["transfer-49", "transfer-50", "half-known"])
def test_no_line_is_wider_than_the_page(decisions, name, language, width):
    lines = as_text(guide(decisions[name], language), width).splitlines()
    assert max(map(width_of, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_a_chinese_character_takes_two_columns():
    assert width_of("川a渝") == 5
    assert padded("川渝", 6) == "川渝  "


WORDS = st.lists(
    st.text("川渝社保，。（）《》、“”abcXYZ09-", min_size=1, max_size=8), min_size=1, max_size=30
)
_CLOSING = "，。）》、”"
_OPENING = "（《“"


@given(WORDS, st.integers(20, 100))
def test_wrapping_keeps_every_character_in_order(words, width):
    joined = " ".join(words)
    assert "".join("".join(wrapped(joined, width)).split()) == "".join(joined.split())


@given(st.text("川渝社保险关系转移接续 abc", max_size=200), st.integers(30, 100))
def test_lines_fill_the_page_and_no_more(words, width):
    lines = wrapped(" ".join(word[:20] for word in words.split(" ")), width)
    assert all(width_of(line) <= width for line in lines)


@given(WORDS, st.integers(40, 100))
def test_no_line_begins_with_a_closing_or_ends_with_an_opening_mark(words, width):
    lines = wrapped("".join(words), width)
    assert not any(line[0] in _CLOSING for line in lines[1:])
    assert not any(line[-1] in _OPENING for line in lines[:-1])


def test_latin_words_stay_whole():
    assert wrapped("川渝 Sichuan and Chongqing", 12) == ["川渝 Sichuan", "and", "Chongqing"]
    assert wrapped("", 10) == [""]
