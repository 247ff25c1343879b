"""Whole journeys of people; what comes out stands in the law, and in the worked examples of the items."""

import datetime as dt
from itertools import pairwise

from web.journey import Journey, fact_of

WUHOU = ("510000", "510100", "510107")
JINJIANG = ("510000", "510100", "510104")
YUZHONG = ("500000", "500103")


def transfer(born, sex):
    """Insured in Sichuan, at work in Chongqing since 10 February 2026, registered in Sichuan."""
    return {
        "transfer.occasion": "跨省就业后在新参保地接续",
        "move.from_place": JINJIANG,
        "move.to_place": YUZHONG,
        "move.contributed": "是",
        "move.enrolled_on": dt.date(2026, 2, 10),
        "move.transfer_approved": "否",
        "person.status": "内地居民",
        "person.sex": sex,
        "person.birth_date": born,
        "benefits.drawn": [],
        "hukou.spells": [{"户籍地": JINJIANG, "自": dt.date(1976, 5, 7)}],
        "pension.lump_sums": [],
        "pension.spells": [
            {
                "险种": "企业职工", "参保地": JINJIANG, "账户类型": "一般账户",
                "参保登记日期": dt.date(2003, 7, 1), "第一个月": "2003-07",
                "最后一个月": "2025-12", "实际缴费月数": "270", "欠费月数": "0",
            },
            {
                "险种": "企业职工", "参保地": YUZHONG, "账户类型": "一般账户",
                "参保登记日期": dt.date(2026, 2, 10), "第一个月": "2026-02",
                "实际缴费月数": "1", "欠费月数": "0", "目前状态": "正常缴费",
            },
        ],
    }  # fmt: skip


def test_at_49_a_pension_moves_and_at_50_or_a_woman_at_40_it_stays(open_page, picture):
    page = open_page()
    journey = Journey(page, "zh", "2026-03-09")
    journey.begin("pension-transfer-enterprise")
    journey.answer_all(transfer(dt.date(1976, 5, 7), "男"), picture)
    assert page.locator(".verdict h1").inner_text() == "可以办理。"
    assert "重庆市渝中区" in page.locator(".verdict .lead").inner_text()
    assert "一般账户" in page.locator(".part-conclusions").inner_text()
    assert "参保缴费凭证" in page.locator(".never").inner_text()
    picture(page, "result-zh")
    page.get_by_role("button", name="如果今天申请").click()
    page.locator(".note").first.wait_for()
    # 国办发〔2009〕66号 第八条: 15 working days for the letter after the application
    assert "最迟 2026-03-30" in journey.step("发出联系函")
    # The two sides promise the whole within 5 working days, of which the last step tells.
    assert "2026-03-16（承诺）" in page.locator(".glance").inner_text()
    page.locator(".part-steps").scroll_into_view_if_needed()
    picture(page, "steps-zh")
    assert journey.violations() == []
    assert page.url.endswith("/#/zh/result/pension-transfer-enterprise")

    for label, born, sex in (("出生日期", dt.date(1976, 2, 10), "男"), ("性别", dt.date(1986, 2, 10), "女")):
        journey.change(label)
        journey.answer_all(transfer(born, sex))
        assert page.locator(".verdict h1").inner_text() == "现在不能办理。"
        assert "临时缴费账户" in page.locator(".verdict .lead").first.inner_text()
    assert journey.violations() == []
    page.set_viewport_size({"width": 1100, "height": 800})
    picture(page, "ineligible-zh")


def test_unemployment_benefit_is_claimed_in_english(open_page, picture):
    page = open_page()
    journey = Journey(page, "en", "2025-03-03")
    journey.begin("unemployment-benefit-claim")
    journey.answer_all(
        {
            "unemployment.claim": "benefit after work was lost",
            "unemployment.stop_ground": "none",
            "unemployment.seeks_work": "yes",
            "unemployment.registered_on": dt.date(2025, 3, 3),
            "unemployment.leaving_ground": "the contract expired, or ended with the employer's bankruptcy or closure",
            "unemployment.claim_at": "last place of insurance",
            "unemployment.service_months": "0",
            "person.status": "mainland resident",
            "person.birth_date": dt.date(1985, 6, 15),
            "benefits.drawn": [],
            "unemployment.grants": [],
            "hukou.spells": [{"place": YUZHONG, "from": dt.date(1985, 6, 15)}],
            "unemployment.spells": [
                {
                    "place": YUZHONG, "first month": "2024-03", "last month": "2025-02",
                    "number of months paid": "12", "the employer": "yes", "the person": "yes",
                }
            ],
        }
    )  # fmt: skip
    # worked example U04: twelve months paid give three months of benefit; 10 working days to decide
    assert page.locator(".verdict h1").inner_text() == "This can be done."
    assert (
        "Yuzhong" in page.locator(".verdict .lead").inner_text()
        or "渝中区" in page.locator(".verdict .lead").inner_text()
    )
    assert "3 months" in page.locator(".part-conclusions").inner_text()
    page.get_by_role("button", name="If I applied today").click()
    page.locator(".note").first.wait_for()
    assert "2025-03-17" in page.locator(".timeline").inner_text()
    assert journey.violations() == []
    page.set_viewport_size({"width": 1100, "height": 1400})
    picture(page, "result-en", full_page=True)


def test_a_pension_of_sichuan_is_certified_from_chongqing(open_page):
    page = open_page(width=820, height=1100)
    journey = Journey(page, "zh", "2026-11-27")
    journey.begin("pension-eligibility-certification")
    journey.answer_all(
        {
            "certification.benefit": "企业职工基本养老金",
            "certification.paying_place": JINJIANG,
            "certification.loss_event": "无",
            "certification.last_on": dt.date(2026, 5, 11),
            "certification.first_paid": "2019-08",
            "certification.suspended_since": "none",
            "benefits.drawn": [
                {"待遇种类": "企业职工基本养老金", "发放地": JINJIANG, "自": dt.date(2019, 8, 1)}
            ],
        }
    )
    assert page.locator(".verdict h1").inner_text() == "可以办理。"
    assert "锦江区" in page.locator(".verdict .lead").inner_text()
    assert journey.violations() == []


def test_a_lost_card_is_reported_with_the_keyboard_alone(open_page):
    page = open_page()
    journey = Journey(page, "zh", "2026-11-27")
    page.goto("/#/zh")
    page.locator("h1").wait_for()
    press(page, "搜索事项")
    page.keyboard.type("挂失")
    press(page, "社会保障卡挂失", prefix=True)
    page.keyboard.press("Enter")
    page.locator(".begin").wait_for()
    press(page, "看看我能不能办")
    page.keyboard.press("Enter")
    page.locator(".level").wait_for()
    for code in WUHOU:
        page.keyboard.press("Tab")
        page.locator(":focus").select_option(
            code
        )  # the list of a select is drawn by the system, not the page
    press(page, "继续")
    page.keyboard.press("Enter")
    for choice in ("正常", "临时挂失"):
        page.get_by_label(choice, exact=True).wait_for()
        page.keyboard.press("Tab")
        for _ in range(8):
            if page.evaluate("document.activeElement.labels[0].textContent") == choice:
                break
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
    page.locator("input.year").wait_for()
    for part in ("2026", "11", "27"):
        page.keyboard.press("Tab")
        page.keyboard.type(part)
    page.keyboard.press("Enter")
    page.locator(".verdict").wait_for()
    assert page.locator(".verdict h1").inner_text() == "可以办理。"
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert "武侯区" in page.locator(".verdict .lead").inner_text()
    assert journey.violations() == []


def press(page, name, *, prefix=False):
    """Go on with Tab until the element with this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        if found.startswith(name) if prefix else found == name:
            return
    raise AssertionError(name)


def test_every_view_is_accessible_in_both_languages_light_and_dark(open_page, picture):
    for language, scheme in (("zh", "light"), ("en", "dark")):
        page = open_page(scheme=scheme)
        journey = Journey(page, language, "2026-11-27")
        for view in (
            "",
            "/item/pension-transfer-enterprise",
            "/ask/card-loss-report",
            "/ask/pension-transfer-enterprise",
        ):
            page.goto(f"/#/{language}{view}")
            page.locator("main:not([aria-busy]) h1").wait_for()
            picture(page, f"view-{language}{view.replace('/', '-')}")
            assert journey.violations() == [], view
            levels = page.evaluate(
                "[...document.querySelectorAll('h1,h2,h3')].map(one => Number(one.tagName[1]))"
            )
            assert levels[0] == 1
            assert levels.count(1) == 1
            assert all(after <= before + 1 for before, after in pairwise(levels)), view


def test_what_is_no_answer_is_told_where_it_stands(open_page):
    page = open_page()
    journey = Journey(page, "zh", "2026-11-27")
    page.goto("/#/zh/ask/pension-eligibility-certification")
    page.locator("button[type=submit]").click()
    assert "请选择一项" in page.locator(".error").inner_text()
    journey.give(page.locator(".one-question"), "企业职工基本养老金")
    page.locator("button[type=submit]").click()
    page.locator(".level").wait_for()
    journey.give(page.locator(".one-question"), JINJIANG[:2])
    page.locator("button[type=submit]").click()
    assert "请选到最后一级" in page.locator(".error").inner_text()
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    assert journey.violations() == []


def test_what_does_not_fit_in_an_entry_is_told_by_its_field(open_page):
    page = open_page(expected=["a status of 422 (Unprocessable Entity)"])
    journey = Journey(page, "en", "2025-03-03")
    journey.begin("unemployment-benefit-claim")
    while fact_of(page.locator("h1.question").inner_text()) != "unemployment.spells":
        before = page.locator("h1.question").inner_text()
        if fact_of(before) in ("unemployment.claim", "unemployment.stop_ground"):
            journey.give(
                page.locator(".one-question"),
                {"unemployment.claim": "benefit after work was lost"}.get(fact_of(before), "none"),
            )
            page.locator("button[type=submit]").click()
        else:
            page.locator(".actions button").nth(1).click()
        page.wait_for_function(
            "before => document.querySelector('h1.question')?.textContent !== before", arg=before
        )
    spell = {
        "place": YUZHONG,
        "first month": "2024-03",
        "last month": "2024-05",
        "number of months paid": "12",
    }
    journey.give(page.locator(".one-question"), [spell])
    page.locator("button[type=submit]").click()
    page.locator(".error:not(:empty)").wait_for()
    assert "Entry 1" in page.locator(".error").inner_text()
    assert "at most the number of months in the period" in page.locator(".error").inner_text()


def test_nothing_is_wider_than_a_small_phone(open_page):
    page = open_page(width=360, height=640)
    for view in ("", "/item/unemployment-benefit-claim", "/ask/pension-eligibility-certification"):
        page.goto(f"/#/en{view}")
        page.locator("main:not([aria-busy]) h1").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, view


def test_what_is_erased_while_the_service_is_asked_stays_erased(open_page):
    page = open_page()
    page.goto("/#/zh/ask/pension-eligibility-certification")
    page.get_by_role("button", name="我不知道").click()
    page.locator(".answers").wait_for()
    held = []
    page.route("**/interview", lambda route: held.append(route))  # the answer of the service is still to come
    with page.expect_request("**/interview"):
        page.get_by_role("button", name="我不知道").click()
    page.get_by_role("button", name="清除全部回答").click()
    page.locator(".begin").wait_for()
    assert len(held) == 1
    with page.expect_response("**/interview"):
        held[0].continue_()
    page.unroute("**/interview")
    page.goto("/#/zh")
    page.locator(".items").first.wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    assert page.url.endswith("/#/zh")


def test_pressed_twice_is_asked_once(open_page):
    page = open_page()
    page.goto("/#/zh/ask/pension-eligibility-certification")
    page.locator("h1.question").wait_for()  # the first question has been asked for
    asked = []
    page.route("**/interview", lambda route: asked.append(route))
    with page.expect_request("**/interview"):
        page.get_by_role("button", name="我不知道").dblclick()
    page.wait_for_function("document.querySelector('.ask').hasAttribute('aria-busy')")
    assert len(asked) == 1
    with page.expect_response("**/interview"):
        asked[0].continue_()
    page.locator(".answers").wait_for()


def test_a_link_that_the_browser_may_not_copy_is_shown(open_page):
    page = open_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto("/#/zh/item/card-loss-report")
    page.get_by_role("button", name="复制链接").click()
    shown = page.locator(".address")
    shown.wait_for()
    assert shown.inner_text().startswith("请复制此链接")
    assert shown.inner_text().endswith("/#/zh/item/card-loss-report")
