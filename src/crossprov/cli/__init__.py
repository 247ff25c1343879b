"""The command line: ``crossprov decide CASE.json`` and its like.

Exit codes: 0 done, and a decision of any outcome is done; 1 problems, a difference or refused rows were found;
2 the call or the case is wrong, or the answer cannot be written; 3 the rules cannot be used; 4 internal fault;
5 ``prove`` or ``diff`` left something unsettled; 130 interrupted.

What was typed, and what stands in a case, is never repeated in an error: it may be an identity number.
"""

from crossprov.cli.entry import main

__all__ = ["main"]
