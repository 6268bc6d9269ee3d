"""Stubs with proof: made from the syntax tree, filled by what checkers infer, kept where no consumer loses.

Add here nothing: `making` is the way in, `drafting` the order of the work.
Not here: markers, include settings and the choice of modules (typing_signal).
"""
