"""``python -m examops setup FILE``: bodies, sites, rooms, cameras, staff and accounts of an installation, from one
file.

:mod:`~examops.ops.setup.content` reads YAML, :mod:`~examops.ops.setup.block` reads its blocks and keeps every
fault with its path, :mod:`~examops.ops.setup.checks` looks at the whole, :mod:`~examops.ops.setup.saving` brings
the database there.
"""
