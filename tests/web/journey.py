"""Going through the page as a person does: by what is written on it."""

import datetime as dt
import json
import re

from axe_playwright_python.sync_playwright import Axe

from crossprov.decide import builtin

axe = Axe()


def fact_of(question):
    """The fact that a question asks for, by its words."""
    vocabulary = builtin().vocabulary
    for name, one in {**vocabulary.facts, **vocabulary.records}.items():
        if one.shape.question is not None and question in (one.shape.question.zh, one.shape.question.en):
            return name
    raise AssertionError(question)


class Journey:
    """A visit of one language, on a day: the page itself always asks for today."""

    def __init__(self, page, language, day):
        self.page, self.language, self.asked = page, language, []
        page.route("**/interview", lambda route: self._on(route, day))

    @staticmethod
    def _on(route, day):
        told = json.loads(route.request.post_data)
        route.continue_(post_data=json.dumps(told | {"as_of": day} if "item" in told else told))

    def begin(self, item):
        self.page.goto(f"/#/{self.language}/item/{item}")
        self.page.locator(".begin .primary").click()

    def change(self, label):
        """Go back from the result to one answer; what was asked after it may be asked again."""
        self.page.locator(".answers summary").click()
        self.page.get_by_role("button", name=f"修改“{label}”").click()
        self.page.locator("h1.question").wait_for()
        self.asked.clear()

    def answer_all(self, told, picture=None):
        """Answer every question: as told, or that it is not known."""
        while True:
            self.page.locator("h1.question, .verdict").first.wait_for()
            if self.page.locator(".verdict").count():
                return
            question = self.page.locator("h1.question").inner_text()
            fact = fact_of(question)
            assert fact not in self.asked
            self.asked.append(fact)
            if fact in told:
                self.give(self.page.locator(".one-question"), told[fact])
                if picture is not None:
                    picture(self.page, f"asked-{len(self.asked)}", full_page=True)
                self.page.locator("button[type=submit]").click()
            else:
                self.page.locator(".actions button").nth(1).click()
            self.page.wait_for_function(
                "before => document.querySelector('.verdict') || document.querySelector('.error:not(:empty)')"
                " || document.querySelector('h1.question')?.textContent !== before",
                arg=question,
            )
            assert not self.page.locator(".error:not(:empty)").count(), self.page.locator(
                ".error"
            ).inner_text()

    def give(self, within, told):
        """Give one answer: a label to choose, a day or a month, a place as a path of codes, a list of entries."""
        if isinstance(told, list):
            self.entries(within, told)
        elif isinstance(told, tuple):
            for n, code in enumerate(told):
                within.locator(".level select").nth(n).select_option(code)
        elif isinstance(told, dt.date):
            for name, value in zip(("year", "month", "day"), str(told).split("-"), strict=True):
                within.locator(f"input.{name}").fill(value)
        elif within.locator("select").count():
            within.locator("select").select_option(label=told)
        elif within.locator(".choice").count() and not within.locator(".typed, .boxes").count():
            within.get_by_label(told, exact=True).check()
        elif told == "none":
            within.locator(".choice input").check()
        elif within.locator("input.month").count():
            for name, value in zip(("year", "month"), told.split("-"), strict=True):
                within.locator(f"input.{name}").fill(value)
        else:
            within.locator("input").fill(told)

    def entries(self, within, told):
        for n, entry in enumerate(told):
            within.locator("button.add").last.click()
            form = within.locator(".entry-form").nth(n)
            for label, value in entry.items():
                named = self.page.locator("legend, label").filter(has_text=re.compile(f"^{re.escape(label)}"))
                field = form.locator(".field").filter(has=named).first
                self.give(field, value)
        within.locator(".complete .choice label").first.click()

    def violations(self):
        """What a checker of accessibility finds wrong with the view."""
        # A view that is still fading in has colours that no reader sees for long.
        self.page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")
        found = axe.run(self.page).response["violations"]
        return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]

    def step(self, name):
        """The words of a step of the result."""
        return self.page.locator(".stop").filter(has_text=name).first.inner_text()
