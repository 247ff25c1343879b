"""Knowing less, for the tests of the law; ``crossprov.testing`` has the whole of it."""

from crossprov import testing
from crossprov.testing import provinces_in


def without(case, province, lists):
    """The case without the records of a province in lists named by their path: ``(("hukou",), …)``."""
    return testing.without_province(case, province, lists=[".".join(path) for path in lists])


def concerned(case, _lists):
    """The provinces that some record names, and one that none does."""
    return provinces_in(case)


def assert_no_other_answer(found, truth, _about):
    """A question may open; an outcome, a conclusion or an office may not become another."""
    testing.assert_no_other_answer(found, truth)
