"""The terminal, with its colours and its width: one console for what is asked for, and one for what goes wrong."""

from rich.console import Console

from finetune.errors import printable


class Screen(Console):
    """A console that leaves it to `run` when nobody reads on."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


console = Screen(highlight=False, soft_wrap=True, emoji=False)
errors = Screen(highlight=False, soft_wrap=True, stderr=True, emoji=False)


def ring(title: str) -> None:
    """The bell, and the window's title: who waits for hours looks elsewhere. Nothing where no terminal is."""
    if errors.is_terminal:
        errors.bell()
        errors.set_window_title(printable(title))
