"""Regularised optimisation over named features: the vocabulary, the design matrix and L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from finetune.extractor.features import Features

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
else:
    Floats = Any

Objective = Callable[[Floats], tuple[float, Floats]]
"""Weights -> (loss to minimise, its gradient)."""


def vocabulary(rows: Sequence[Features]) -> list[str]:
    """All feature names, sorted."""
    return sorted({name for row in rows for name, _ in row})


def design(rows: Sequence[Features], names: Sequence[str]) -> Any:
    """Rows x names as a sparse matrix; features without a name are passed over, repeated ones are summed."""
    import numpy as np
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    index = {name: at for at, name in enumerate(names)}
    known = [[(index[name], value) for name, value in row if name in index] for row in rows]
    row = np.repeat(np.arange(len(rows)), [len(entries) for entries in known])
    column = np.array([at for entries in known for at, _ in entries], dtype=int)
    value = np.array([value for entries in known for _, value in entries], dtype=float)
    return csr_array((value, (row, column)), shape=(len(rows), len(names)))


def minimise(objective: Objective, start: Floats, iterations: int) -> Floats:
    """The weights after up to `iterations` of L-BFGS (Liu and Nocedal 1989)."""
    import numpy as np
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    found = minimize(
        objective, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations, "ftol": 1e-10, "gtol": 1e-6}
    )
    return np.asarray(found.x)


def fit_logistic(
    rows: Sequence[Features], right: Sequence[bool], regularisation: float, iterations: int
) -> dict[str, float]:
    """Weights by name of a logistic regression with an L2 penalty of `regularisation`/2 x the squared weights."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    if not any(right) or all(right):
        return {"bias": 8.0 if any(right) else -8.0}
    names = vocabulary(rows)
    # The bias is one of the features.
    model = LogisticRegression(C=1 / regularisation, fit_intercept=False, max_iter=iterations, tol=1e-6)
    return named(names, model.fit(design(rows, names), right).coef_[0])


def named(names: Sequence[str], weights: Floats) -> dict[str, float]:
    """Weights by name, to 4 decimals: beyond them lies what depends on the machine. Zeros are left out."""
    return {name: value for name, weight in zip(names, weights.tolist(), strict=True) if (value := round(weight, 4))}
