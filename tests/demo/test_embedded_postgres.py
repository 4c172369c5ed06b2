"""The database that comes with pip: what survives, and what it refuses."""

from __future__ import annotations

import os
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from examops.demo.servers import AlreadyRunning, EmbeddedPostgres, identity, postgres

pytestmark = pytest.mark.postgres


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    server = EmbeddedPostgres(private / "pg")
    yield server
    server.stop()


def write_row(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('here')")


def rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        counted = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert counted is not None
    return int(counted[0])


def test_rows_and_address_are_kept_over_a_restart(server: EmbeddedPostgres) -> None:
    first = server.start()
    write_row(first)
    server.stop()

    second = server.start()

    assert (second, rows(second)) == (first, 1)


def test_rows_are_kept_after_kill_9(server: EmbeddedPostgres) -> None:
    write_row(server.start())
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.stop()

    assert rows(server.start()) == 1


def test_it_runs_in_a_private_folder_and_leaves_its_rights_alone(server: EmbeddedPostgres) -> None:
    server.start()

    assert stat.S_IMODE(server.folder.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "pass").stat().st_mode) == 0o600
    assert server.data.is_relative_to(server.folder)
    assert server.data.stat().st_uid == os.geteuid()


def test_it_asks_for_a_password_and_opens_no_socket_file(server: EmbeddedPostgres) -> None:
    url = server.start()

    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(url.replace(server.url().split(":")[2].split("@")[0], "guess"))
    with psycopg.connect(url) as connection:
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


def test_a_pid_file_that_names_an_unrelated_process_does_not_block_it(server: EmbeddedPostgres) -> None:
    write_row(server.start())
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n1\n\n127.0.0.1\n0 0\n")

    assert rows(server.start()) == 1


def test_a_server_that_outlived_its_supervisor_is_replaced(server: EmbeddedPostgres) -> None:
    write_row(server.start())
    orphan, server.process = server.process, None
    server.stop()

    assert rows(server.start()) == 1
    assert orphan is not None
    assert orphan.wait() == 0


def test_one_folder_is_served_once(server: EmbeddedPostgres) -> None:
    server.start()

    with pytest.raises(AlreadyRunning, match=str(server.folder)):
        EmbeddedPostgres(server.folder).start()


def test_a_port_that_somebody_takes_between_look_and_start_is_changed_for_another(
    server: EmbeddedPostgres, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another PostgreSQL answers there, and knows neither our user nor our password."""
    taken = psycopg.conninfo.conninfo_to_dict(postgres_url)["port"]
    looks = iter([{"postgres": int(str(taken))}])
    real = postgres.stored_ports
    monkeypatch.setattr(postgres, "stored_ports", lambda *what: next(looks, None) or real(*what))

    write_row(server.start())

    assert rows(server.url()) == 1
    assert server.port != int(str(taken))


def test_a_first_start_that_was_cut_short_is_begun_again(server: EmbeddedPostgres) -> None:
    (server.folder / "data.part").mkdir(parents=True)
    (server.folder / "data.part" / "PG_VERSION").write_text("18\n")

    write_row(server.start())

    assert rows(server.url()) == 1


def test_another_password_is_named_instead_of_waited_for(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.folder / "pass").write_text("something-else")

    with pytest.raises(RuntimeError, match="pass does not open"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_without_user_namespaces_root_serves_a_copy_as_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "namespaces_work", lambda: False)
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        server = EmbeddedPostgres(tmp_path / "pg", system_home=Path(home))
        write_row(server.start())
        assert server.process is not None
        owner = Path(f"/proc/{server.process.pid}").stat().st_uid
        server.process.send_signal(signal.SIGKILL)
        server.stop()

        assert rows(server.start()) == 1
        assert owner == 65534
        assert stat.S_IMODE(server.data.parent.stat().st_mode) == 0o700
        server.stop()
