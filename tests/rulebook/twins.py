"""Twins for every problem a rulebook can have: a good file, and a bad one that differs in a single thing.

Each replaces ``old`` in a file of the fictional rulebook by ``good`` or ``bad``; ``«`` in ``bad``, or in ``at``
(a file and a snippet of it), stands where the problem must point.
"""

from typing import NamedTuple

FERRY, GRANT = "items/ferry-pass.yaml", "items/lighthouse-grant.yaml"
TRAVELLER, SERVICE = "vocabulary/traveller.yaml", "vocabulary/service.yaml"
LIMITS, MONEY = "parameters/limits.yaml", "parameters/money.yaml"
LAWS = "instruments.yaml"
HARBOUR, CASES, DOUBTS = "fragments/harbour.yaml", "examples/ferry-pass.yaml", "doubts.yaml"

CONDITION = "traveller.crew_since is not none and traveller.crew_since != '2020-02'"
AGE = "floor(months_between(traveller.birth_date, case.as_of) / 12)"
GROSS = "service.months * param.monthly_grant"
ODD = "service.last_gift_on is none and 'sign' in traveller.languages and trip.night not in [false]"
FIRST_MONTH = "min(s.start for s in service.spells)"


class Twin(NamedTuple):
    code: str
    file: str
    old: str
    good: str
    bad: str
    at: tuple[str, str] | None = None
    wide: bool = False
    others: bool = False  # further problems follow from this one


def condition(code, good, bad):
    return Twin(code, FERRY, f"when: {CONDITION}", f"when: {good}", f"when: {bad}")


def fact(code, good, bad, *, wide=False):
    """A fact more at the end of the vocabulary."""
    head = "\n  extra.fact:\n    label: {zh: 另, en: another}\n"
    return Twin(
        code, TRAVELLER, "", head + good, head + bad if "«" in bad else mark_name(head) + bad, wide=wide
    )


def mark_name(head):
    return head.replace("extra.fact", "«extra.fact")


EXPRESSIONS = [
    condition("expression_empty", "otherwise", "'« '"),
    condition(
        "expression_too_long", " or ".join(["trip.night"] * 60), "«" + " or ".join(["trip.night"] * 80)
    ),
    condition("expression_too_deep", "not " * 40 + "trip.night", "not " * 41 + "«trip.night"),
    condition("expression_syntax", "trip.night and (trip.night)", "trip.night and «)trip.night"),
    condition("expression_syntax", "(trip.night)", "«(trip.night"),
    condition("expression_unsupported", "(trip.night)", "(«trip.night if trip.night else trip.night)"),
    condition("expression_unsupported", "trip.night", "trip.night and «traveller['x'].age > 3"),
    condition("expression_constant", "traveller.voyages > 100000", "traveller.voyages > «1e5"),
    condition("expression_constant", "traveller.voyages > 10", "traveller.voyages > «0x0a"),
    condition("expression_constant", "trip.reason in ['a', 'b']", "trip.reason in [«'a' 'b']"),
    condition("expression_is", "traveller.crew_since is none", "traveller.crew_since is «'2020-02'"),
    condition("expression_in", "traveller.rank in ['deck']", "traveller.rank in «traveller.languages"),
    condition("expression_in", "traveller.rank in ['deck']", "traveller.rank in «[]"),
    condition("unknown_function", "traveller.voyages > 1", "«round(traveller.voyages) > 1"),
    condition("unknown_fact", "traveller.rank == 'deck'", "«traveller.rang == 'deck'"),
    condition(
        "unknown_fact", "traveller.rank == 'deck'", "traveller.age > 1 or not «traveller.rang == 'deck'"
    ),
    condition(
        "unknown_parameter", "traveller.age < limit.child_age", "traveller.age < «limit.chld_age[trip.night]"
    ),
    condition(
        "parameter_keys",
        "service.months < limit.crew_months[traveller.sex]",
        "service.months < «limit.crew_months",
    ),
    condition(
        "parameter_keys", "traveller.age < limit.child_age", "traveller.age < «limit.child_age[traveller.sex]"
    ),
    condition("type_differs", "traveller.rank == 'deck'", "«traveller.rank == traveller.languages"),
    condition("type_differs", "trip.night", "«traveller.voyages"),
    condition("type_differs", "trip.night", "trip.night or «traveller.voyages"),
    condition(
        "type_differs",
        "service.months < limit.crew_months[traveller.sex]",
        "service.months < limit.crew_months[«traveller.rank]",
    ),
    condition("type_differs", "not 'sign' in traveller.languages", "not «'deck' in traveller.rank"),
    condition("unit_differs", "traveller.age < limit.child_age", "«traveller.age < limit.notice_days"),
    condition("not_ordered", "traveller.rank == 'deck'", "«traveller.rank < 'deck'"),
    condition(
        "set_compared", "not 'sign' in traveller.languages", "«traveller.languages == traveller.languages"
    ),
    condition("never_none", "traveller.crew_since is none", "«traveller.age is none"),
    condition("none_compared", "traveller.crew_since is none", "traveller.crew_since == «none"),
    condition(
        "none_compared", "traveller.crew_since is none", "traveller.crew_since in ['2020-02', «'none']"
    ),
    condition("constant_type", "traveller.rank == 'deck'", "traveller.rank == «'engine'"),
    condition("constant_type", "traveller.age < 3", "traveller.age < «'3'"),
    condition("constant_type", "traveller.crew_since > '2020-02'", "traveller.crew_since > «'2020-13'"),
    condition("constant_type", "traveller.savings > '1.00'", "traveller.savings > «1"),
    condition("constant_type", "not 'sign' in traveller.languages", "not «'french' in traveller.languages"),
    condition("condition_constant", "otherwise", "«true"),
    condition("condition_constant", "trip.night", "«1 == 1"),
    condition("condition_needs_name", "traveller.age > 2", "«traveller.age + 1 > 3"),
    condition("condition_needs_name", "traveller.age > 2", "trip.night and «traveller.sex == traveller.sex"),
    condition(
        "condition_parameter",
        "traveller.age < limit.child_age",
        "traveller.age < «value_on(limit.child_age, case.as_of)",
    ),
    Twin(
        "parameter_key_open",
        GRANT,
        "when: gift_months > 6",
        "when: 'traveller.discount < param.share[home_side]'",
        "when: 'traveller.discount < param.share[«service_side]'",
    ),
    Twin(
        "type_differs",
        GRANT,
        "gift.months > limit.gift_months[gift.cause] or",
        "gift.months > limit.gift_months[gift_cause] or",
        "gift.months > limit.crew_months[«gift.cause] or",
        others=True,
    ),
    Twin(
        "too_many_alternatives",
        FERRY,
        "- id: tell-the-authority\n    actor: authority\n    when: pass_class == 'crew'",
        "- id: tell-the-authority\n    actor: authority\n    when: "
        + " and ".join(["(trip.night or with_dog)"] * 3),
        "- «id: tell-the-authority\n    actor: authority\n    when: "
        + " and ".join(f"(traveller.voyages > {i} or traveller.age > {i})" for i in range(7)),
    ),
    Twin("function_arguments", TRAVELLER, AGE, "max(1, limit.child_age)", "«max(1)"),
    Twin(
        "function_arguments", TRAVELLER, AGE, "floor(traveller.voyages)", "1 + «floor(traveller.voyages, 2)"
    ),
    Twin(
        "function_arguments",
        TRAVELLER,
        AGE,
        "value_on(limit.child_age, case.as_of)",
        "«value_on(limit.child_age)",
    ),
    Twin(
        "unknown_records",
        SERVICE,
        FIRST_MONTH,
        "min(g.start for g in service.spells)",
        "min(s.start for s in «service.spell)",
    ),
    Twin(
        "unknown_function",
        SERVICE,
        FIRST_MONTH,
        "max(s.start for s in service.spells)",
        "«first(s.start for s in service.spells)",
    ),
    Twin(
        "name_taken",
        SERVICE,
        FIRST_MONTH,
        "max(z.start for z in service.spells)",
        "«max(traveller.start for traveller in service.spells)",
    ),
    Twin(
        "name_taken",
        SERVICE,
        FIRST_MONTH,
        "max(z.start for z in service.spells)",
        "«max(limit.start for limit in service.spells)",
    ),
    Twin(
        "expression_unsupported",
        TRAVELLER,
        AGE,
        "count(s for s in service.spells)",
        "«sum(count(g for g in service.gifts) for s in service.spells)",
    ),
    Twin("records_need_aggregate", TRAVELLER, AGE, "count(s for s in service.spells)", "1 + «service.spells"),
    Twin("not_a_number", TRAVELLER, AGE, "floor(traveller.voyages / 12)", "floor(«traveller.rank / 12)"),
    Twin(
        "not_a_number",
        TRAVELLER,
        AGE,
        "floor(sum(s.months_paid for s in service.spells) / 12)",
        "«sum(s.place for s in service.spells)",
    ),
    Twin("not_ordered", TRAVELLER, AGE, "max(limit.child_age, 1)", "«max(traveller.rank, 'deck')"),
    Twin("not_rounded", TRAVELLER, AGE, "ceil(traveller.voyages / 12)", "«traveller.voyages / 12"),
    Twin(
        "not_rounded",
        SERVICE,
        GROSS,
        "floor(param.monthly_grant + param.monthly_grant / 2)",
        "«param.monthly_grant + param.monthly_grant / 2",
    ),
    Twin(
        "not_rounded",
        SERVICE,
        GROSS,
        "floor(max(param.monthly_grant, param.monthly_grant / 2))",
        "«max(param.monthly_grant, param.monthly_grant / 2)",
    ),
    Twin("type_differs", SERVICE, GROSS, "param.monthly_grant + '1.00'", "«traveller.voyages"),
    Twin(
        "type_differs",
        SERVICE,
        GROSS,
        "param.monthly_grant * 2",
        "«param.monthly_grant * param.monthly_grant",
    ),
    Twin("unit_differs", TRAVELLER, AGE, "traveller.age", "«service.months")._replace(good="limit.child_age"),
    Twin(
        "type_differs",
        TRAVELLER,
        AGE,
        "months_between(case.as_of, case.applied_on)",
        "«months_between(case.as_of, grant.month)",
    )._replace(good="floor(months_between(case.as_of, case.applied_on))"),
    Twin("constant_type", TRAVELLER, AGE, "7", "\"«'7'\""),
    Twin("out_of_bounds", TRAVELLER, AGE, "150", "«151"),
    Twin(
        "may_be_none",
        SERVICE,
        "label: {zh: 最早服务月份, en: first month of service}\n    formula: " + FIRST_MONTH,
        "label: {zh: 最早服务月份, en: first month of service}\n    formula: " + FIRST_MONTH,
        "label: {zh: 最早服务月份, en: first month of service}\n    formula: " + FIRST_MONTH,
    )._replace(
        old="optional: true\n    label: {zh: 最早服务月份, en: first month of service}\n    formula: min(",
        good="optional: true\n    label: {zh: 最早服务月份, en: first month of service}\n    formula: min(",
        bad="label: {zh: 最早服务月份, en: first month of service}\n    formula: «min(",
    ),
]

SHAPES = [
    Twin("key_missing", FERRY, "  - id: resident\n", "  - id: resident\n", "  - «sources: [a book]\n"),
    Twin(
        "key_missing",
        FERRY,
        "name: {zh: 渡轮证, en: ferry pass}",
        "name: {zh: 证, en: pass}",
        "«name: {zh: 证}",
    ),
    Twin(
        "key_unknown",
        FERRY,
        "    holds: traveller.savings",
        "    holds: traveller.savings",
        "    «hollds: 1\n    holds: traveller.savings",
    ),
    Twin(
        "key_unknown",
        TRAVELLER,
        "    level: any\n    label: {zh: 常住地,",
        "    level: any\n    label: {zh: 常住地,",
        "    level: any\n    «size: 3\n    label: {zh: 常住地,",
    ),
    Twin("not_one_of", FERRY, "else: out_of_scope", "else: ineligible", "else: «inelligible"),
    Twin("not_one_of", "rulebook.yaml", "language: 1", "language: 1", "language: «2"),
    Twin(
        "not_a_day",
        FERRY,
        "reviewed: {by: 测试处, on: 2024-01-02}",
        "reviewed: {by: 甲, on: 2024-02-29}",
        "reviewed: {by: 甲, on: «2023-02-29}",
    ),
    Twin("not_a_day", CASES, "as_of: 2019-12-31", "as_of: 2019-12-31", "as_of: «2019-12"),
    Twin("not_an_id", FERRY, "id: known-tongue", "id: tongue", "id: «Known_tongue"),
    Twin(
        "not_a_name",
        TRAVELLER,
        "",
        "\n  other.fact: {type: bool, label: {zh: 另, en: other}, formula: trip.night}\n",
        "\n  «Other.Fact: {type: bool, label: {zh: 另, en: other}, formula: trip.night}\n",
    ),
    Twin(
        "not_a_name",
        TRAVELLER,
        "",
        "\n  other.fact: {type: bool, label: {zh: 另, en: other}, formula: trip.night}\n",
        "\n  «other.class: {type: bool, label: {zh: 另, en: other}, formula: trip.night}\n",
    ),
    Twin("not_a_name", FERRY, "\n  with_dog:\n", "\n  with_a_dog:\n", "\n  «none:\n", others=True),
    Twin(
        "not_a_name",
        FERRY,
        "\n  pass_is_long:\n",
        "\n  pass_is_long:\n",
        "\n  other: {type: bool, label: {zh: 另, en: other}, formula: trip.night}\n  «true: {type: bool, label: {zh: 另, en: other}, formula: trip.night}\n  pass_is_long:\n",
    ),
    Twin("value_unusable", FERRY, "number: 1", "number: 2", "number: «one"),
    Twin("value_unusable", FERRY, "serves: [citizen]", "serves: [citizen]", "«serves: []"),
    Twin("value_unusable", FERRY, "serves: [citizen]", "serves: [citizen]", "serves: «citizen"),
    Twin("value_unusable", FERRY, "length: 10 working_days", "length: 11 working_days", "length: «ten days"),
    Twin(
        "value_unusable",
        FERRY,
        "mode: {zh: 全程网办, en: online throughout}",
        "mode: {zh: 网办, en: online}",
        "mode: «online",
    ),
    Twin("value_unusable", FERRY, "en: rate of", "en: rate of", "en: rate of")._replace(
        file=TRAVELLER,
        old="optional: true\n    label: {zh: 担保人",
        good="optional: true\n    label: {zh: 担保人",
        bad="optional: «yes\n    label: {zh: 担保人",
    ),
    Twin("value_unusable", FERRY, "help", "", "")._replace(
        file=TRAVELLER,
        old="values: {deck: {zh: 甲板, en: deck}, bridge: {zh: 舰桥, en: bridge}}",
        good="values: {deck: {zh: 甲, en: d}, bridge: {zh: 桥, en: b}}",
        bad="values: «deck",
    ),
    Twin(
        "value_unusable",
        LAWS,
        "title: {zh: 两地合作协议, en: agreement of both provinces}",
        "title: {zh: 协议, en: agreement}",
        "title: {zh: 协议, en: '«'}",
    ),
    Twin(
        "value_unusable",
        LAWS,
        "title: {zh: 两地合作协议, en: agreement of both provinces}",
        "title: {zh: 协议, en: agreement}",
        "«title: {zh: [协议], en: agreement}",
    )._replace(bad="title: {«zh: [协议], en: agreement}"),
    Twin(
        "value_unusable",
        LAWS,
        "title: {zh: 两地合作协议, en: agreement of both provinces}",
        "title: {zh: 协议, en: agreement}",
        "title: {zh: 协议, en: «" + "x" * 2001 + "}",
    ),
    Twin(
        "value_unusable",
        FERRY,
        "provenance:\n  batch: 1\n",
        "provenance:\n  batch: 1\n",
        "provenance:\n  batch: «1.5\n",
    ),
    Twin("item_file_name", FERRY, "item: ferry-pass", "item: ferry-pass", "item: «ferry-card"),
]

COHERENCE = [
    fact("name_taken", "    type: bool\n    formula: trip.night\n", "")._replace(
        bad="\n  «service.months: {type: bool, label: {zh: 另, en: another}, formula: trip.night}\n",
    ),
    Twin("name_taken", LAWS, "", "", "  - number: «虚构法第1号\n    title: {zh: 又, en: again}\n    sources: [made up]\n"),
    # A variable that hides a fact, a list, a parameter, or what stands before the point in the name of one.
    *(
        Twin("name_taken", GRANT, "for_each: gift in service.gifts\n    when", "for_each: gift in service.gifts\n    when", f"for_each: «{taken} in service.gifts\n    when", others=True)
        for taken in ("service", "limit", "service_side", "gift_shares")
    ),
    Twin("name_taken", FERRY, "\n  pass_is_long:\n", "\n  pass_is_long:\n", "\n  «traveller.age: {type: int, label: {zh: 另, en: other}, formula: traveller.voyages}\n  pass_is_long:\n"),
    fact("enum_without_values", "    type: enum\n    values: [a]\n    formula: \"'a'\"\n", "    type: enum\n    formula: \"'a'\"\n"),
    fact("type_not_for_facts", "    type: bool\n    formula: trip.night\n", "    type: «exact\n    formula: trip.night\n"),
    fact("fact_source", "    type: bool\n    formula: trip.night\n", "    type: bool\n"),
    fact(
        "fact_source", "    type: bool\n    formula: trip.night\n",
        "    type: bool\n    formula: trip.night\n    given: told\n    question: {zh: 问, en: ask}\n",
    ),
    Twin("own_fact_source", GRANT, "\n  gift_months:\n", "\n  gift_months:\n", "\n  «more: {type: bool, label: {zh: 另, en: other}, given: told, question: {zh: 问, en: ask}}\n  gift_months:\n"),
    fact("key_missing", "    type: bool\n    given: told\n    question: {zh: 问, en: ask}\n", "    type: bool\n    given: told\n"),
    fact("unknown_fact", "    type: bool\n    function: sides:side_of\n    reads: [trip.night]\n", "    type: bool\n    function: sides:side_of\n    «reads: [trip.nigh]\n"),
    fact("constant_type", "    type: int\n    min: 1\n    formula: traveller.voyages\n", "    type: int\n    min: one\n    formula: traveller.voyages\n"),
    Twin("function_not_found", TRAVELLER, "function: sides:side_of", "function: sides:side_of", "function: «sides:side_off", wide=True),
    Twin("function_not_found", TRAVELLER, "function: sides:side_of", "function: sides:side_of", "function: «os:getcwd", wide=True),
    Twin("function_reads_concluded", GRANT, "facts:\n  gift_months:", "facts:\n  gifts:\n    type: int\n    unit: months\n    label: {zh: 赠, en: gifts}\n    function: sides:gifts_counted_in_full\n    reads: [gift_counts, traveller.home_province]\n  gift_months:", "facts:\n  gifts:\n    type: int\n    unit: months\n    label: {zh: 赠, en: gifts}\n    function: sides:gifts_counted_in_full\n    reads: [«gift_shares, traveller.home_province]\n  gift_months:", wide=True),
    Twin("function_reads", TRAVELLER, "function: sides:side_of\n    reads: [traveller.home_province]", "function: sides:side_of\n    reads: [traveller.home_province]", "function: «sides:side_of\n    reads: [traveller.home_province, trip.night]", wide=True),
    Twin("given_unknown", TRAVELLER, "given: applicant.residence", "given: applicant.residence", "given: «applicant.home", wide=True),
    Twin("given_unknown", SERVICE, "given: applicant.insurance.lump_sums", "given: applicant.insurance.lump_sums", "given: «applicant.insurance.gifts", wide=True),
    Twin("unknown_instrument", HARBOUR, "identity paper}, law: none_found}", "identity paper}, law: 虚构法第1号}", "identity paper}, law: «虚构法第7号 第一条}"),
    Twin("unknown_article", MONEY, "value: 980101, law: none_found", "value: 980101, law: 虚构法第1号 第一条", "value: 980101, law: «虚构法第1号 第八条"),
    Twin("versions_overlap", FERRY, "- {id: issue, from: 2021-05-01,", "- {id: issue, from: 2021-05-02,", "- «{id: issue, from: 2021-04-30,"),
    Twin("versions_overlap", LIMITS, "through: 2019-12-31, value: 12", "through: 2019-12-31, value: 12", "through: 2020-01-01, value: 12", (LIMITS, "max: 30\n    label: {zh: 儿童年龄界限, en: age below which one is a child}\n    «versions:")),
    Twin("versions_overlap", FERRY, "- {id: year, when: traveller.voyages != 0", "- {id: year, when: traveller.voyages != 0", "- «{id: short, when: traveller.voyages != 0"),
    Twin("ends_before_start", FERRY, "through: 2021-04-30, step: issue", "through: 2010-01-01, step: issue", "through: «2009-12-31, step: issue"),
    # In a fragment a version may have ended before the item began; not before its own first day.
    Twin("ends_before_start", HARBOUR, "- {id: identity-paper, name", "- {id: identity-paper, through: 2009-12-31, name", "- {id: identity-paper, from: 2010-06-01, through: «2010-01-01, name"),
    Twin("ends_before_start", LIMITS, "through: 2019-12-31, value: 12", "through: 2010-01-01, value: 12", "through: «2009-12-31, value: 12"),
    Twin("parameter_value_key", LIMITS, "- {from: 2010-01-01, value: 2000-01, law: none_found}", "- {from: 2010-01-01, value: 2000-02, law: none_found}", "- «{from: 2010-01-01, law: none_found}"),
    Twin("parameter_value_key", MONEY, 'values: {deck: {true: "33.00", false: "22.50"}, bridge', 'values: {deck: {true: "33.00", false: "22.00"}, bridge', "values: {deck: «'33.00', bridge")._replace(
        bad="values: {deck: '«33.00', bridge"
    ),
    Twin("parameter_key_missing", MONEY, 'values: {deck: {true: "33.00", false: "22.50"}', 'values: {deck: {true: "33.00", false: "22.00"}', 'values: {«deck: {true: "33.00"}'),
    Twin("parameter_key_missing", LIMITS, "values: {male: 24, female: 18}", "values: {male: 24, female: 19}", "«values: {male: 24}"),
    Twin("constant_type", LIMITS, "values: {male: 24, female: 18}", "values: {male: 24, female: 19}", "values: {male: 24, female: 18, other: «9}"),
    Twin("unknown_fact", LIMITS, "keyed_by: traveller.sex", "keyed_by: [traveller.sex]", "keyed_by: «traveller.sx", others=True),
    Twin("parameter_too_late", LIMITS, "{from: 2010-01-01, value: 2000-01,", "{from: 2009-01-01, value: 2000-01,", "{from: 2010-01-02, value: 2000-01,", (FERRY, "when: «traveller.crew_since is not none and traveller.crew_since < limit.senior_from")),
    Twin("rows_after_otherwise", FERRY, "{id: short, when: pass_class == 'child' and traveller.voyages < 10,", "{id: short, when: traveller.voyages < 10,", "{id: short, when: «otherwise,"),
    Twin(
        "then_ambiguous", FERRY, "      plain: {zh: 普通, en: plain}\n    label: {zh: 证的种类, en: class of the pass}\n    hit: first\n    rows:\n      - {id: child, when: traveller.is_child, then: child,", "      plain: {zh: 普通, en: plain}\n    label: {zh: 证的种类, en: class of the pass}\n    hit: first\n    rows:\n      - {id: child, when: traveller.is_child, then: plain,",
        "      home_side: {zh: 侧, en: side}\n      plain: {zh: 普通, en: plain}\n    label: {zh: 证的种类, en: class of the pass}\n    hit: first\n    rows:\n      - {id: child, when: traveller.is_child, then: «home_side,", others=True,
    ),
    Twin("wider_type", FERRY, "type: text\n    optional: true\n    label: {zh: 证上的原因, en: reason on the pass}", "", "")._replace(
        good="type: text\n    optional: true\n    label: {zh: 原因, en: reason}", bad="type: text\n    label: {zh: 原因, en: reason}",
        at=(FERRY, "- {id: own-reason, when: otherwise, then: «trip.reason"),
    ),
    Twin("wider_type", TRAVELLER, "formula: province_of(traveller.home, case.as_of)", "formula: province_of(traveller.home, case.applied_on)", "formula: «traveller.home"),
    Twin("otherwise_in_unique", FERRY, "when: not trip.night, then", "when: trip.night == false, then", "when: otherwise, then", (FERRY, "en: supplement}\n    hit: «unique")),
    Twin("set_conclusion", FERRY, "label: {zh: 证上的语言, en: languages on the pass}", "label: {zh: 语言, en: languages}", "label: {zh: 语言, en: languages}\n    when: trip.night", others=True, at=(FERRY, "  spoken:\n    type: «set")),
    Twin("then_unusable", FERRY, "when: otherwise, then: plain", "when: otherwise, then: crew", "when: otherwise, then: «plane"),
    Twin("then_unusable", FERRY, "then: 365", "then: 366", "then: «'366'")._replace(bad="then: '«366'"),
    # What tests for none would never find it in an optional set.
    Twin(
        "type_not_for_facts", GRANT, "facts:\n  gift_months:", "facts:\n  signs:\n    type: set\n    values: [a]\n    label: {zh: 集, en: set}\n    function: gifts:x\n  gift_months:",
        "facts:\n  signs:\n    type: «set\n    optional: true\n    values: [a]\n    label: {zh: 集, en: set}\n    function: gifts:x\n  gift_months:",
    ),
    Twin("type_not_for_facts", GRANT, "  gift_bonus:\n    type: rate", "  gift_bonus:\n    type: rate", "  gift_bonus:\n    type: «exact", others=True),
    Twin("out_of_bounds", FERRY, "then: 365", "then: 366", "then: «-1"),
    Twin("out_of_bounds", LIMITS, "value: 14, law", "value: 30, law", "value: «31, law"),
    Twin("type_differs", FERRY, "street: traveller.home_street", "street: trip.reason", "street: «traveller.birth_date"),
    Twin("type_differs", FERRY, "then: grant.month", "then: grant.month", "then: «grant.reminder_on"),
    Twin("circular_facts", TRAVELLER, "formula: traveller.age < limit.child_age", "formula: traveller.age < 3", "formula: traveller.age < 3 or traveller.was_child")._replace(
        old='\n  traveller.was_child:\n    type: bool\n    label: {zh: 申请时按当时界限为儿童, en: "was a child by the limit of the day of the application"}\n    formula: traveller.age < value_on(limit.child_age, case.applied_on)',
        good="\n  traveller.was_child:\n    type: bool\n    label: {zh: 申, en: was}\n    formula: not traveller.is_child",
        bad="\n  «traveller.was_child:\n    type: bool\n    label: {zh: 申, en: was}\n    formula: not traveller.was_child",
    ),
    Twin("circular_conclusions", FERRY, "then: 30", "then: 29", "then: 29")._replace(
        old="when: pass_class == 'child' and traveller.voyages < 10", good="when: pass_class == 'crew' and traveller.voyages < 10",
        bad="when: with_dog and traveller.voyages < 10", at=(FERRY, "«item: ferry-pass"),
    ),
    Twin("conclusion_absent", FERRY, "- {id: no-dog, when: otherwise,", "- {id: no-dog, when: otherwise,", "")._replace(
        old="- {id: as-told, when: otherwise,", good="- {id: as-told, from: 2010-01-01, when: otherwise,", bad="- {id: as-told, from: 2010-01-02, when: otherwise,",
        at=(FERRY, "- «{id: long-pass"),
    ),
    Twin("unknown_records", GRANT, "label: {zh: 赠礼如何计入, en: how a gift counts}\n    for_each: gift in service.gifts", "label: {zh: 赠礼如何计入, en: how a gift counts}\n    for_each: gift in service.gifts", "")._replace(
        bad="label: {zh: 赠礼如何计入, en: how a gift counts}\n    for_each: «gift in service.gift", others=True,
    ),
    Twin("unknown_actor", FERRY, "id: issue\n    actor: competent", "id: issue\n    actor: authority", "id: issue\n    actor: «competend"),
    Twin("unknown_actor", FERRY, "{id: competent-window, at: competent", "{id: competent-window, at: authority", "{id: competent-window, at: «competend"),
    Twin("unknown_step", FERRY, "actor: intake, after: apply", "actor: intake, after: [apply]", "actor: intake, after: «aply"),
    Twin("unknown_step", FERRY, "step: check-papers, starts_with: apply", "step: check-papers, starts_with: issue", "step: check-papers, starts_with: «aply"),
    Twin("unknown_step", FERRY, "step: check-papers, starts_with: apply", "step: issue, starts_with: apply", "step: «check, starts_with: apply"),
    Twin("unknown_life_event", FERRY, "life_events: [first_voyage]", "life_events: [first_voyage, storm_damage]", "life_events: [first_voyage, «storm]"),
    Twin("number_of_related", GRANT, "catalogue: related\n", "catalogue: related\n", "catalogue: related\nnumber: «3\n"),
    Twin("circular_steps", FERRY, "actor: intake, after: apply", "actor: intake, after: [apply]", "actor: intake, after: «tell-the-authority"),
    Twin("unknown_fact", FERRY, "street: traveller.home_street", "street: trip.reason", "street: «traveller.street"),
    Twin("unknown_fact", FERRY, "value: pass_price", "value: grant.net", "value: «pass_prize"),
    Twin("type_differs", FERRY, "value: pass_price", "value: grant.net", "value: «pass_days"),
    Twin("unknown_office_function", FERRY, "function: ferry_office", "function: village_pier", "function: «fery_office", wide=True),
    Twin("unknown_office_function", FERRY, "function: village_pier", "function: ferry_office", "function: «vilage_pier", wide=True),
    Twin("unknown_office_function", FERRY, "street: traveller.home_street,", "street: traveller.home_street, function: harbour_authority,", "street: traveller.home_street, function: «harbor_authority,", wide=True),
    Twin("office_rows_alike", FERRY, "when: home_side == 'south', then: \"980101\",", "when: home_side == 'south', then: \"980101\", function: ferry_office,", "when: home_side == 'south', then: traveller.home, function: «ferry_office,", wide=True),
    Twin("unknown_channel", FERRY, "channels: [window, signal_post]", "channels: [window]", "channels: [window, «signal_pots]", wide=True),
    Twin("unknown_code", FERRY, "when: traveller.sponsor_place is not none,", "when: traveller.sponsor_place == '980101',", "when: traveller.sponsor_place == '980109',", (FERRY, "- «{id: of-the-sponsor"), wide=True),
    Twin(
        "unknown_code", FERRY, "when: home_side == 'south', then: \"980101\",", "when: home_side == 'south', then: \"980102\",", "when: home_side == 'south', then: \"980109\",",
        (FERRY, "- «{id: home-port"), wide=True,
    ),
    fact(
        "unknown_code", "    type: bool\n    formula: traveller.home == '980101'\n", "    type: bool\n    formula: «traveller.home == '980109'\n", wide=True
    ),
    Twin("code_twice", GRANT, "catalogue: related\n", "number: 2\n", "number: 1\n", (GRANT, "«item: lighthouse-grant"), wide=True),
    Twin("given_unknown", SERVICE, "start: {type: month}", "start: {type: month}\n      end: {type: month}", "start: {type: month}\n      «stop: {type: month}", wide=True),
    Twin("unknown_placeholder", FERRY, "say: {zh: 任一码头, en: any pier}", "say: {zh: '{home_side}的码头', en: any pier}", "say: {zh: '«{homeside}的码头', en: any pier}"),
    Twin("intake_place", FERRY, "- {id: competent-window, at: competent, channels", "- {id: competent-window, at: authority, channels", "- «{id: competent-window, channels"),
    Twin("no_competent_office", GRANT, "offices:\n  competent:\n", "offices:\n  competent:\n", "")._replace(
        file=FERRY, old="offices:\n  competent:\n", good="offices:\n  competent:\n", bad="offices:\n  other_office:\n", at=(FERRY, "«item: ferry-pass"), others=True,
    ),
    Twin("example_failed", CASES, "expect: {outcome: ineligible, reasons: [known-tongue]}", "expect: {outcome: ineligible}", "«expect: {outcome: eligible}", wide=True),
    Twin("unknown_rule", CASES, "no_notices: [storms]", "no_notices: [storms, crew]", "«no_notices: [strom]", wide=True),
    Twin("example_unusable", CASES, 'facts: {traveller.home: "960101"}', 'facts: {traveller.home: "960000"}', "")._replace(
        old='  - id: F03\n    title: {zh: 常住远岛省, en: lives in Faraway}\n    as_of: 2024-05-06\n    facts: {traveller.home: "960101"}',
        good='  - id: F03\n    title: {zh: 常住远岛省, en: lives in Faraway}\n    as_of: 2024-05-06\n    facts: {traveller.home: "960000"}',
        bad='  - «id: F03\n    title: {zh: 常住远岛省, en: lives in Faraway}\n    as_of: 2024-05-06\n    facts: {traveller.house: "960000"}', wide=True, others=True,
    ),
    Twin("unknown_fragment", GRANT, "uses: [asking]", "uses: [asking, harbour-fee]", "uses: [asking, «harbor-fee]"),
    Twin("fragment_unused", HARBOUR, "fragments:\n", "fragments:\n", "fragments:\n  «idle:\n    about: {zh: 闲, en: idle}\n"),
    Twin("name_taken", FERRY, "uses: [asking, harbour-fee]", "uses: [harbour-fee, asking]", "uses: [asking, harbour-fee, «asking]"),
    Twin("name_taken", FERRY, "uses: [asking, harbour-fee]\n", "uses: [asking, harbour-fee]\n", 'uses: [asking, harbour-fee]\n«fee: {amount: "2.00", law: none_found}\n'),
    Twin("name_taken", HARBOUR, "    differences:", "    differences:", "    offices:\n      competent:\n        function: ferry_office\n        rows:\n          - {id: home, when: otherwise, then: none, law: none_found}\n    differences:", (FERRY, "offices:\n  «competent:\n")),
    Twin("versions_overlap", HARBOUR, "      - {id: identity-paper, name", "      - {id: identity-paper, through: 2020-01-01, name", "      - {id: crew-book, name", (FERRY, "  - «id: crew-book")),
    Twin("unknown_actor", HARBOUR, "actor: applicant", "actor: employer", "actor: «somebody", others=True),
    Twin("key_unknown", HARBOUR, "about: {zh: 由申请人提出申请, en: the person asks}", "about: {zh: 由, en: the}", "«for: {zh: 由, en: the}\n    about: {zh: 由, en: the}"),
    Twin("unknown_example", CASES, "like: F01", "like: F03", "like: «F99"),
    Twin("unknown_example", CASES, "like: F01", "like: F04", "like: «F05"),
    Twin("name_taken", CASES, "id: F05", "id: F06", "id: «F04"),
    Twin("key_missing", CASES, 'as_of: 2024-05-06\n    facts: {traveller.home: "960101"}', 'as_of: 2024-05-06\n    facts: {traveller.home: "960101"}', 'facts: {traveller.home: "960101"}', (CASES, "  - «id: F03"), others=True),
    Twin("not_one_of", DOUBTS, "kind: unread", "kind: start", "kind: «unseen"),
    Twin("name_taken", DOUBTS, "id: two-piers", "id: three-piers", "id: «storms-unread"),
    Twin("unknown_item", DOUBTS, "items: [ferry-pass, lighthouse-grant]", "items: [ferry-pass, dock-licence]", "items: [ferry-pass, «lighthouse]"),
]  # fmt: skip

TWINS = [*EXPRESSIONS, *SHAPES, *COHERENCE]
