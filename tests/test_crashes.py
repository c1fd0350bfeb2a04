"""The crash matrix: however a submitting process is stopped and repeated, one job is made, and its id is recorded.

`make crash-matrix` tries every case; of those that are alike, one in so many is tried here.
"""

import pytest

from tests.crashes.__main__ import GROUPS, Row, rows, table
from tests.crashes.rig import MOST_RUNS

EVERY = 48


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    return list(rows(tmp_path_factory.mktemp("crashes"), EVERY))


@pytest.mark.parametrize("group", GROUPS)
def test_one_job_is_made_and_recorded_and_nobody_has_to_help(matrix: list[Row], group: str) -> None:
    of = [row for row in matrix if row.group == group]
    assert of
    for row in of:
        outcome = row.outcome
        assert outcome.right, f"{row.case}: {outcome.jobs} jobs for {outcome.keys}, {outcome.lost} lost: {outcome.said}"
        assert outcome.runs < MOST_RUNS


def test_the_matrix_is_printed_with_its_sums(matrix: list[Row]) -> None:
    shown = table(matrix)
    cells = [list(column.cells) for column in shown.columns]
    assert cells[0] == [*GROUPS, "in all"]
    assert cells[1][-1] == str(len(matrix))
    wanted, made, cancelled = (int(str(cells[column][-1])) for column in (3, 4, 5))
    assert made - cancelled == wanted == sum(row.outcome.keys for row in matrix)
    assert set(cells[6]) == set(cells[7]) == {"0"}
