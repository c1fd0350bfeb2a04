"""The one exception of the library: where it went wrong, what is wrong, and what would be right."""

import copyreg
from collections.abc import Sequence


class FinetuneError(Exception):
    """An error a person can act on; it is shown as ``where: what; fix`` and never as a traceback.

    ``where`` is ``file:line`` or the name of a parameter or a command, ``what`` says what is wrong there,
    ``fix`` what would be right. ``exit_code`` is 1 for work that failed and 2 for input that cannot be used.
    """

    def __init__(self, where: str, what: str, fix: str = "", exit_code: int = 1) -> None:
        self.where, self.what, self.fix, self.exit_code = where, what, fix, exit_code
        super().__init__(f"{where}: {what}" + (f"; {fix}" if fix else ""))

    def __reduce__(self) -> tuple[object, ...]:
        """As another process passes it on: an error that cannot be, is never heard of, and is waited for for ever."""
        return copyreg.__newobj__, (type(self), *self.args), vars(self)  # type: ignore[attr-defined]

    def at(self, folder: str, name: str) -> "FinetuneError":
        """The same error, with the name of what a folder is a copy of in the place of the folder."""
        where, what, fix = (text.replace(f"{folder}/", f"{name}:") for text in (self.where, self.what, self.fix))
        return FinetuneError(where, what, fix, self.exit_code)


class RequestError(FinetuneError):
    """A request without its answer. `status` is that of HTTP, None where there was none. `passes`: the same may be
    answered later; `retry_after`: the seconds until then, where the provider says."""

    def __init__(
        self,
        where: str,
        what: str,
        fix: str = "",
        *,
        status: int | None = None,
        passes: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(where, what, fix)
        self.status, self.passes, self.retry_after = status, passes, retry_after


class RefusedError(RequestError):
    """The provider said no, or was never reached: nothing was started there."""


class UnsureError(RequestError):
    """The request may have been carried out or not: its answer was lost, or made no sense."""


class NoLookUpError(FinetuneError):
    """A provider cannot tell which jobs it has: what became of a request is for a person to find out."""


class PersonNeededError(FinetuneError):
    """A person has to do something first. Nothing has failed: the same command goes on once it is done."""


class OrphanedError(FinetuneError):
    """What started this program is gone: another run may have taken over, so this one writes nothing more."""


class NoAnswerError(FinetuneError):
    """A provider gave no answer to one question; the next may be answered. Such an answer is missing, not wrong."""


def printable(text: str) -> str:
    """The text with what is no visible character as an escape: it can be written, and moves no cursor."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def listed(names: Sequence[str], most: int = 12) -> str:
    """The first names, and how many more there are: an error is read at once."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def unusable(where: str, what: str, fix: str = "") -> FinetuneError:
    """An error in what a person gave: exit code 2."""
    return FinetuneError(where, what, fix, exit_code=2)
