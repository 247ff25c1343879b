"""From records to facts, where a loop is needed: pure functions, one module per domain.

The vocabulary names them (``function: pension:last_general_province``) and lists what they read. A
function gets what it reads in that order and answers with a value, ``NONE`` or an ``Unknown`` that
keeps whatever bounds are certain. What a list of records does not cover is unknown, never none.
"""
