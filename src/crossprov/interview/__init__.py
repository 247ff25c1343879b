"""Asking only what matters: an interview about a case that is told in part, or not at all.

>>> from crossprov.interview import Interview
>>> talk = Interview.start("card-loss-report")
>>> while talk.question is not None:
...     talk = talk.answer(ask(talk.question))      # or talk.dont_know(), talk.back()
>>> talk.decision.outcome
"""

from crossprov.interview.question import Choice, Constant, Field, Kind, Question, Why, WhyNow
from crossprov.interview.talk import Answered, Interview

__all__ = ["Answered", "Choice", "Constant", "Field", "Interview", "Kind", "Question", "Why", "WhyNow"]
