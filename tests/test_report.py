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
from crossprov.decision import (
    AmountShown,
    Channel,
    FactShown,
    IntakeShown,
    LawRef,
    Missing,
    NearMiss,
    Notice,
    OfficeShown,
)
from crossprov.report import (
    as_text,
    explanation,
    guide,
    item_guide,
    padded,
    place_names,
    traced,
    width_of,
    wrapped,
)
from crossprov.texts import Text
from rulebook.patches import copy, load, patched

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
    assert ids(found) == ["reasons", "conclusions", "where", "steps", "materials", "money", "notices", "laws"]


def test_a_no_begins_with_the_reason(no):
    found = guide(no, "zh")
    assert found.lead[0] == "现在不能办理。"
    assert "临时缴费账户" in found.lead[1]
    first = found.section("reasons").entries[0]
    assert first.mark == "✗"
    assert "如果“在新参保地建立临时缴费账户”为“否”，本项即符合" in first.notes  # the near miss
    assert not any("如果“转移情形”" in note for note in first.notes)  # that would be another request


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


def nameless(decision):
    return replace(decision, reasons=tuple(replace(one, name=None) for one in decision.reasons))


def test_requirements_that_hold_show_the_condition_and_not_the_reason_for_a_no(yes):
    section = guide(yes, "zh").section("reasons")
    assert all(entry.mark == "✓" for entry in section.entries)
    entry = entry_with(section, "没有领取基本养老金")
    assert "根据：已领取职工基本养老金：否" in entry.notes
    assert "不再转移" not in said(section)


def test_a_fact_behind_several_requirements_is_told_once(yes):
    assert sum("transfer.occasion" in {fact.name for fact in one.facts} for one in yes.reasons) > 1
    assert said(guide(yes, "zh").section("reasons")).count("转移情形：") == 1


def test_a_requirement_without_a_name_shows_its_facts(yes, half):
    section = guide(nameless(yes), "zh").section("reasons")
    assert entry_with(section, "已领取职工基本养老金：否").mark == "✓"
    assert "不再转移" not in said(section)
    open_ = guide(nameless(half), "zh").section("reasons").entries[0]
    assert (open_.mark, "：未知" in open_.words) == ("?", True)


def test_a_requirement_not_known_yet_names_what_is_open_and_no_unknown_value(half):
    entry = entry_with(guide(half, "zh").section("reasons"), "在转出地有企业职工基本养老保险关系")
    assert entry.mark == "?"
    assert entry.notes[0] == "待定的情况：在转出地有企业职工养老保险关系"
    assert entry.notes[1].startswith("如果不符合：")
    assert "未知" not in said(guide(half, "zh").section("reasons"))


def test_what_is_known_of_an_open_fact_is_told(half):
    reason = next(one for one in half.reasons if one.holds is None)
    bounded = FactShown("x", Text("月数", "months"), None, Text("至少 130", "at least 130"))
    entry = (
        guide(replace(half, reasons=(replace(reason, facts=(bounded,)),)), "zh").section("reasons").entries[0]
    )
    assert entry.notes[0] == "待定的情况：月数：至少 130"


def test_conclusions_that_do_not_apply_are_left_out(yes):
    section = guide(yes, "zh").section("conclusions")
    assert "待遇领取地" not in said(section)
    entry = entry_with(section, "新参保地账户类型：一般账户")
    assert any("49周岁" in note for note in entry.notes)


def test_possibilities_are_counted_only_if_these_are_all(half):
    place = next(one for one in half.conclusions if one.name == "benefit_place")
    assert place.others
    words = guide(half, "zh").section("conclusions")
    assert "种可能" not in entry_with(words, "待遇领取地：").words
    assert "还有2种可能" in entry_with(words, "适用的经办程序").words


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


def test_a_limit_that_may_not_apply_says_so_and_what_rests_on_it(yes):
    def with_promise(certain):
        promised = replace(yes.steps[3].due[0], certain=certain)
        last = replace(yes.steps[3], due=(promised, *yes.steps[3].due[1:]))
        return (
            guide(replace(yes, steps=(*yes.steps[:3], last, *yes.steps[4:])), "zh").section("steps").entries
        )

    for certain in (True, False):
        letter, _, close = with_promise(certain)[1:4]
        in_time = next(note for note in letter.notes if note.startswith("要使后面的步骤按期办结"))
        promise = next(note for note in close.notes if "承诺时限5个工作日" in note)
        assert ("（视情况）" in in_time, "（视情况）" in promise) == (not certain, not certain)


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


def test_an_office_is_introduced_by_what_its_role_is(yes, half):
    section = guide(yes, "zh").section("where")
    assert entry_with(section, "锦江区").words.startswith("转出地经办机构：成都市锦江区")
    open_ = entry_with(guide(half, "zh").section("where"), "转出地省级经办机构")
    assert open_.words.startswith("转出地省级经办机构：缺少信息，尚不能确定")
    settling = entry_with(guide(half, "zh").section("steps"), "按年全额清算")
    assert any("转出地省级经办机构" in note for note in settling.notes)
    roles = tuple(replace(one, title=None) for one in yes.roles)
    untitled = guide(replace(yes, roles=roles), "zh").section("where")
    assert entry_with(untitled, "锦江区").words.startswith("参与机构：")


def intake(name, channels, zh=None, area=(), office=None):
    say = Text(zh, zh) if zh else None
    shown = tuple(Channel(one, Text(one, one)) for one in channels)
    return IntakeShown(name, True, office, area, shown, say, (), "read")


def test_a_channel_and_a_remark_are_said_once(yes):
    """The words of a rule stand in for channels that were named before."""
    window = replace(yes.competent, role="window", name=Text("某窗口", "a window"))
    found = (
        intake("a", ["窗口"], "由转入地受理"),
        intake("b", ["窗口"], "任一窗口均可", ("510000",), window),
        intake("c", ["网站"], None, ("510000",), window),
        intake("d", ["网站", "手机"], "由转入地受理"),
    )
    where = guide(replace(yes, intake=found), "zh").section("where").entries[-4:]
    assert [entry.words for entry in where] == [
        "申请渠道：窗口",
        "申请渠道：任一窗口均可",
        "申请渠道：网站",
        "申请渠道：手机",
    ]
    assert [len(entry.notes) for entry in where] == [1, 2, 1, 0]
    assert where[0].notes == ("由转入地受理",)
    assert where[1].notes == ("范围：510000", "您所在地的窗口：某窗口")
    assert where[2].notes == ("窗口只收件，办理机构不变",)


def test_a_notice_that_several_rules_give_is_said_once(yes):
    laws = [LawRef(f"甲法 第{n}条", Text("甲法", "Law A"), "read") for n in "一二"]
    same = Text("按省级理解", "read as the province")
    notices = (
        Notice("a", same, certain=False, law=(laws[0],)),
        Notice("b", same, certain=True, law=(laws[1], laws[0])),
    )
    entries = guide(replace(yes, notices=notices), "zh").section("notices").entries
    assert len(entries) == 1
    assert re.fullmatch(r"按省级理解\[\d+\]\[\d+\]", entries[0].words)


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
    dear = guide(replace(yes, amounts=(), fee=replace(fee, yuan="20.00")), "zh").section("money")
    assert dear.entries[0].words == "费用：20.00元"


def test_a_sum_that_cannot_be_calculated_yet_says_what_it_wants(yes):
    wanted = Missing("pension.spells", Text("缴费记录", "records"), None, (), everywhere=True)
    amount = AmountShown("pool", Text("统筹基金", "pooled fund"), None, (), "read", (wanted,))
    section = guide(replace(yes, amounts=(amount,)), "en").section("money")
    assert section.entries[0].words == "pooled fund: cannot be calculated until this is known: records"
    gap = guide(replace(yes, amounts=(replace(amount, missing=()),)), "zh").section("money")
    assert gap.entries[0].words == "统筹基金：规则不能算出，须由工作人员计算"


def fact(value, zh, en):
    return FactShown("pension.months", Text("月数", "months"), value, Text(zh, en))


@pytest.mark.parametrize(
    ("would_do", "shown", "words"),
    [
        ("120", Text("120个月", "120 months"), "如果“月数”为“120个月”，本项即符合"),
        ("510000", Text("四川省", "Sichuan"), "如果“月数”为“四川省”，本项即符合"),
        (None, None, "如果“月数”不是“100个月”，本项可能符合"),
    ],
)
def test_a_near_miss_in_words(no, would_do, shown, words):
    miss = NearMiss(fact("100", "100个月", "100 months"), would_do, shown)
    reason = replace(next(one for one in no.reasons if one.holds is False), near_misses=(miss,))
    entry = guide(replace(no, reasons=(reason,)), "zh").section("reasons").entries[0]
    assert entry.notes[-1] == words


def test_a_decision_has_the_words_of_its_near_misses(no):
    misses = next(one for one in no.reasons if one.holds is False).near_misses
    found = {miss.fact.name: miss for miss in misses}
    assert found.keys() == {"account.is_temporary"}
    account = found["account.is_temporary"]
    assert account.would_do == "false"
    assert account.shown is not None
    assert account.shown.zh == "否"


def test_the_place_that_would_do_is_named(tmp_path):
    """The fictional rules, with one condition about a place."""
    root = copy(tmp_path / "rules")
    patched(
        root,
        "items/ferry-pass.yaml",
        "holds: home_side in ['north', 'south']",
        "holds: traveller.home == '980102'",
    )
    case = {
        "item": "ferry-pass",
        "as_of": "2024-05-06",
        "applicant": {"kind": "citizen", "residence": "970101"},
    }
    reason = next(one for one in decide(case, load(root)).reasons if one.code == "resident")
    (miss,) = reason.near_misses
    assert (miss.would_do, miss.shown) == ("980102", Text("西屿区", "West Isle District"))


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
    requirements = found.section("requirements")
    assert "〔转出地欠费月数〕" in said(requirements)
    drawing = entry_with(requirements, "没有领取基本养老金")
    assert drawing.notes == (
        "适用于：转移情形为“跨省就业后在新参保地接续”或“达到待遇领取条件后归集”",
        "如果不符合：已按国家规定领取基本养老保险待遇的，不再转移关系。",
    )
    assert entry_with(found.section("where"), "转出地经办机构").words.endswith("社会保险经办机构")
    assert "办理人：转出地经办机构" in said(found.section("steps"))
    assert not any("{" in said(section) for section in found.sections)
    assert "（视情况）" in said(found.section("materials"))
    rows = entry_with(found.section("tables"), "新参保地账户类型").notes
    assert rows[0] == "只在以下情况认定：转移情形为“跨省就业后在新参保地接续”"
    assert any(
        "户籍" in when and then.startswith("一般账户——回户籍省份")
        for when, _, then in (row.partition("：") for row in rows)
    )
    assert rows[-1].startswith("其他情况：临时缴费账户——")
    assert "须由工作人员确定" in said(found.section("where"))


def test_a_guide_of_an_item_says_whom_a_requirement_concerns(rulebook):
    """Else a reader would take the grounds of which one is enough for conditions that must all be met."""
    item = rulebook.item("personal-pension-withdrawal")
    found = item_guide(decider(rulebook), item, dt.date(2026, 3, 9), "zh").section("requirements")
    assert entry_with(found, "医药费超过本省上一年度居民人均可支配收入").notes[0] == (
        "适用于：领取个人养老金的理由为“医药费负担较重”"
    )
    assert not any("适用于" in note for note in entry_with(found, "已开立个人养老金账户").notes)


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


def test_an_explanation_says_where_further_values_are_possible(rulebook):
    found = explained(rulebook, "half-known")
    assert found.section("conclusion:benefit_place").entries[0].words.endswith("，或者其他")
    assert not found.section("conclusion:procedure").entries[0].words.endswith("，或者其他")


def test_a_trace_is_plain_data_in_both_languages(rulebook):
    case = read_case((EXAMPLES / "half-known.json").read_text("utf-8"))
    trace = traced(decider(rulebook), rulebook.item(ITEM), case, (case.as_of, case.as_of))
    found = json.loads(json.dumps(trace.to_dict()))
    tables = {one["name"]: one for one in found["tables"]}
    place = tables["conclusion:benefit_place"]
    assert (place["open"], place["others"]) == (True, True)
    assert place["label"] == {"zh": "待遇领取地", "en": "benefit place"}
    assert place["wants"]["pension.spells"]["en"] == "pension records"
    rows = {row["id"]: row for row in tables["requirement:not-drawing"]["rows"]}
    assert rows["not-drawing"]["decides"]
    assert rows["not-drawing"]["law"][0]["citation"] == "国办发〔2009〕66号 第二条"
    assert {one["name"]: one["known"] for one in found["facts"]}[
        "pension.last_general_is_hukou_province"
    ] is False


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
