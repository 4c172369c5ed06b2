"""How the application connects."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from examops.core.database import db


def test_an_error_of_the_database_does_not_repeat_the_values_of_its_statement(app) -> None:
    with app.app_context(), pytest.raises(DBAPIError) as refused:
        db.session.execute(text("SELECT * FROM nowhere WHERE id_number = :number"), {"number": "440604199001010001"})
    assert "440604" not in str(refused.value)
    assert "nowhere" in str(refused.value)
