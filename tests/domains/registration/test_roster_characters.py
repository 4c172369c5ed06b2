"""A control character or half a surrogate pair is told with its cell, in every format; everybody else goes on."""

import io
import uuid
import zipfile

import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.examining import examine_roster
from tests.domains.eligibility.biff import xls
from tests.domains.registration.roster_files import ACTOR, GOOD, HEAD, examined, person, upload, workbook

HEADS = [*HEAD, "备注", "没人认得的列"]
OTHER = "440604199001010034"
LONG = 8192  # more than the first characters that tell a binary file


def sheet(spoiled: str = "", column: int = 0) -> list[list[str]]:
    """Two people who may apply, the second with something spoiled in one cell, then filler and a third."""
    rows = [[*person(name, number), "", ""] for name, number in (("陈小明", GOOD), ("何志兰", OTHER))]
    if spoiled:
        rows[1][column] = spoiled
    return [HEADS, *rows]


def as_xlsx(rows: list[list[str]]) -> bytes:
    """A workbook whose shared strings hold the characters as they are: no writer of ours would."""
    plain = zipfile.ZipFile(
        io.BytesIO(workbook([[cell.replace("\0", "@NUL@").replace("_x", "@X@") for cell in row] for row in rows]))
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in plain.namelist():
            archive.writestr(name, plain.read(name).replace(b"@NUL@", b"\0").replace(b"@X@", b"_x"))
    return out.getvalue()


def as_csv(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")


def as_utf16(rows: list[list[str]]) -> bytes:
    return b"\xff\xfe" + "\n".join("\t".join(row) for row in rows).encode("utf-16-le", "surrogatepass")


def by_number(roster: Roster) -> dict[int, RosterRow]:
    return {
        row.row_number: row
        for row in db.session.execute(select(RosterRow).where(RosterRow.roster_id == roster.id)).scalars()
    }


def pasted(desk, job_app, clock, text: str) -> Roster:
    _, batch, client = desk
    form = {"batch": str(batch.uid), "pasted": text, "vouched": ["employment", "certificates"]}
    answer = client.post("/rosters/", data=form)
    assert answer.status_code == 302, answer.text
    assert client.post(answer.location).status_code == 302
    uid = uuid.UUID(answer.location.split("/")[2])
    with job_app.app_context():
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    db.session.rollback()
    return db.session.execute(select(Roster).where(Roster.uid == uid)).scalar_one()


@pytest.mark.parametrize(
    ("write", "name", "spoiled", "mark"),
    [
        (as_xlsx, "名单.xlsx", "何\0志兰", "␀"),
        (as_xlsx, "名单.xlsx", "何_x0000_志兰", "␀"),
        (as_xlsx, "名单.xlsx", "何_xD800_志兰", "␦"),
        (lambda rows: xls({"名单": rows}), "名单.xls", "何\0志兰", "␀"),
        (as_csv, "名单.csv", "何\0志兰", "␀"),
        (as_csv, "名单.csv", "何\x07志兰", "␇"),
        (as_csv, "名单.csv", "何\x7f志兰", "␡"),
        (as_csv, "名单.csv", "何\ud800志兰", "␦"),
        (as_csv, "名单.csv", "何" * LONG + "\0", "␀"),
        (as_utf16, "名单.txt", "何\udfff志兰", "␦"),
    ],
)
def test_the_cell_is_told_and_the_others_go_on(desk, job_app, clock, write, name, spoiled, mark) -> None:
    roster = examined(desk, job_app, clock, write(sheet(spoiled)), name=name)
    assert (roster.state, roster.counts) == ("examined", {"ok": 1, "no": 1, "unclear": 0})
    page = desk[2].get(f"/rosters/{roster.uid}?tab=no&open=3").text
    assert "第 3 行 A 列 姓名" in page
    assert f"显示为 {mark}" in page


def test_a_paste_with_one_beyond_the_first_characters(desk, job_app, clock) -> None:
    rows = sheet()
    rows += [[*person("何志兰", OTHER), "好" * LONG, ""], [*person("黎\0豪", "440605199001010022"), "", ""]]
    del rows[2]
    roster = pasted(desk, job_app, clock, "\n".join("\t".join(row) for row in rows))
    assert {number: row.outcome for number, row in by_number(roster).items()} == {2: "ok", 3: "ok", 4: "no"}
    assert by_number(roster)[4].reasons[0] == "cell:name.control"


def test_the_cell_is_corrected_in_place(desk, job_app, clock) -> None:
    roster = examined(desk, job_app, clock, as_xlsx(sheet("何\0志兰")))
    address = f"/rosters/{roster.uid}/rows/3/name"
    assert address in desk[2].get(f"/rosters/{roster.uid}?tab=no&open=3").text
    for typed, counts in (("何␀志兰", (1, 1)), ("何\x01志兰", (1, 1)), ("何志兰", (2, 0))):
        assert desk[2].post(address, data={"value": typed}).status_code == 302
        db.session.refresh(roster)
        assert (roster.counts["ok"], roster.counts["no"]) == counts


@pytest.mark.parametrize("column", [HEADS.index("备注"), HEADS.index("没人认得的列"), len(HEADS) + 3])
def test_a_column_that_nobody_reads_is_told_but_decides_nothing_else(desk, job_app, clock, column) -> None:
    rows = sheet()
    rows[2] += [""] * (column + 1 - len(rows[2]))
    rows[2][column] = "x\0y"
    roster = examined(desk, job_app, clock, as_xlsx(rows))
    assert roster.counts == {"ok": 1, "no": 0, "unclear": 1}
    assert "显示为 ␀" in desk[2].get(f"/rosters/{roster.uid}?tab=unclear&open=3").text


def test_an_id_number_with_one_inside_stands_nowhere_in_the_clear(desk, job_app, clock) -> None:
    spoiled = f"{OTHER[:9]}\0{OTHER[9:]}"
    roster = examined(desk, job_app, clock, as_xlsx(sheet(spoiled, HEADS.index("身份证号"))))
    row = by_number(roster)[3]
    kept = str([row.cells, row.problems, row.lines, row.facts]).replace("␀", "")
    assert OTHER[4:14] not in kept
    desk[2].post(f"/rosters/{roster.uid}/rows/3/id_number", data={"value": ""})
    db.session.refresh(row)
    assert "cell:id_number.control" in row.reasons


def test_headers_and_the_files_name_are_kept_readable(desk, job_app, clock) -> None:
    rows = sheet()
    rows[0] = [*HEADS[:-1], "没人\0认得"]
    answer = upload(desk, as_xlsx(rows), name="名\x01单.xlsx")
    assert answer.status_code == 302
    page = desk[2].get(answer.location).text
    assert "没人␀认得" in page


def test_a_file_of_many_nuls_is_no_table(desk) -> None:
    answer = upload(desk, b"".join(bytes((65, 0)) for _ in range(4000)), name="名单.csv")
    assert answer.status_code == 422
    assert "不是表格" in answer.text
