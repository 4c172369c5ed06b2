"""开户申请: a body asks by itself to be registered, on a page without signing in; the office of its district decides.

What an office registers out of it goes through ``examops.organisations.opening``: the same rules, refusals and
invitation. Nothing that the public reads depends on whom the register knows already.
"""
