"""Any input is read, or refused with its place: hundreds of inputs by chance; `make benchmark-fuzz` tries thousands."""

import pytest

from benchmarks.fuzz import search
from benchmarks.fuzzing.cases import PROPERTIES

INPUTS = 60


@pytest.mark.parametrize("name", PROPERTIES)
def test_any_input_is_read_or_refused_with_its_place(name: str) -> None:
    tried = search(name, seconds=60, first_seed=0, most=INPUTS)
    assert not tried.failed, tried.failed
    assert tried.inputs >= INPUTS and tried.read, "some are read, too"
