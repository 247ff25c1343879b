"""A person who knows what a whole case says, and answers from it: the oracle of the tests of the interview."""

from pathlib import Path

from crossprov import read_case
from crossprov.decide import decider
from crossprov.facts.book import FactBook, walk
from crossprov.interview import Interview
from crossprov.testing.cases import told_value
from crossprov.values import Unknown

FICTIONAL = Path(__file__).parents[1] / "fictional"


class Oracle:
    """Answers questions from a whole case, as JSON would have the answers; None where the case does not say."""

    def __init__(self, law, case):
        self.law, self.case = law, read_case(case)
        day = self.case.as_of
        self.book = FactBook(decider(law).sources, law.item(self.case.item), self.case, day, day)

    def __call__(self, fact):
        if fact in self.law.vocabulary.records:
            path = self.law.vocabulary.records[fact].shape.given.split(".")
            found = walk(self.case, path)
            return None if found is None else found.model_dump(mode="json", exclude_none=True)
        value = self.book.get(fact)
        return None if isinstance(value, Unknown) else told_value(value, self.law.vocabulary.facts[fact])

    def begin(self):
        """What cannot be asked for stands in the case from the beginning: who applies, the day, what happened."""
        whole = self.case.model_dump(mode="json", exclude_none=True)
        told = {key: whole[key] for key in ("events",) if key in whole}
        applicant = {"kind": self.case.applicant.kind}
        return Interview.start(
            self.case.item, self.law, as_of=self.case.as_of, case={"applicant": applicant, **told}
        )

    def interviewed(self):
        """The interview when all was answered, and what was asked in order."""
        talk, asked = self.begin(), []
        while (question := talk.question) is not None:
            asked.append(question)
            talk = talk.answer(self(question.fact))
        return talk, asked


def worked(law, items=None):
    """Every worked example that tells a case, by item and id."""
    for item in law.items():
        for one in law.examples(item.id) if items is None or item.id in items else ():
            if one.example.case is not None:
                yield (
                    item.id,
                    one.example.id,
                    {**one.example.case, "item": item.id, "as_of": str(one.example.as_of)},
                )
