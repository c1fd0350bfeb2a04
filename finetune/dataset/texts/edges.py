"""What stands at the edges of a text and says nothing: blank space, and characters that nobody sees."""

SPACE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""All that `str.isspace` says is some: to look for it takes a millisecond at each start."""
BLANK = f"{SPACE}\u200b\u2060\ufeff"


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
