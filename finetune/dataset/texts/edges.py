"""What stands at the edges of a text and says nothing: blank space, and characters that nobody sees."""

BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + "\u200b\u2060\ufeff"


def bare(text: str) -> str:
    return text.strip(BLANK)


def stripped(text: str) -> str:
    """The text without what is blank at its edges, but for the space that its first line is indented by."""
    ends = text.rstrip(BLANK)
    begins = len(ends) - len(ends.lstrip(BLANK))
    line = ends.rfind("\n", 0, begins) + 1
    return ends[line:] if is_indented(ends[line:]) else ends[begins:]


def is_indented(text: str) -> bool:
    """Whether the space that it begins with may be a code's indentation, or is a Chinese paragraph's."""
    space = lead(text)
    if space.strip(" \t"):
        return is_paragraph(space)
    return space not in ("", " ") or (space == " " and "\n" in text.strip())


def is_paragraph(space: str) -> bool:
    return space != "" and not space.strip("\u3000")


def lead(text: str) -> str:
    return text[: len(text) - len(text.lstrip(BLANK))]
