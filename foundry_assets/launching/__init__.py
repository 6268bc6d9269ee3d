"""How releases are started: by hand, by a program, by the calendar, by a version that moved.

Add here a way of starting a release.
Not here: what a release does (assets, checks), and drawing its progress (cli).
"""
