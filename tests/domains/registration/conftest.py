"""What every test of a roster begins with."""

import pytest

from tests.factories import Factory


@pytest.fixture
def desk(make: Factory, sign_in):
    """A coordinator of an enterprise with one batch of electricians, level 4."""
    body = make.body(name="佛山市顺德区华岭电器有限公司")
    batch = make.batch(body)
    return body, batch, sign_in(make.user("coordinator", body))
