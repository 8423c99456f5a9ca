"""The check as a step of GitHub Actions: verdict in the log, summary, comment and a patch that mends what is stale.

The verdict is that of `archdoc check`: nothing here can change it. What only reports (base, comment) degrades to a notice.
"""
