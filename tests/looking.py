"""A page in a browser, looked at closely: whatever it asks of a network and whatever goes wrong is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
NOT_MEANT = r"\b(None|nan|NaN|undefined|null|inf)\b"
"""What would be a value that nobody put into words."""

CONTRASTS = """() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const back = channels(getComputedStyle(at).backgroundColor);
      if (back.length === 3 || back[3] === 1) return back;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll("body *")) {
    const written = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!written || !element.checkVisibility() || element.closest("script, style")) continue;
    const style = getComputedStyle(element);
    const colour = element.closest("svg") ? style.fill : style.color;
    const [a, b] = [luminance(channels(colour)), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push([element.tagName, element.className, element.textContent.slice(0, 30), ratio]);
  }
  return low;
}"""
"""Every text that has less contrast with what is behind it than WCAG AA asks for (4.5 to 1)."""


@contextmanager
def looking(browser: Browser, path: Path, **context: Any) -> Iterator[Page]:
    """The page at a path, loaded from disk. No request but for itself, no error and no dialog may come of it."""
    opened = browser.new_context(**{"viewport": DESK, **context})
    page, wrong = opened.new_page(), list[str]()
    address = path.resolve().as_uri()

    def asked(request: Request) -> None:
        if request.url.split("#")[0] != address:
            wrong.append(f"asks for {request.url}")

    def told(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    def interrupted(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("request", asked)
    page.on("console", told)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", interrupted)
    page.goto(address)
    yield page
    opened.close()
    assert not wrong, wrong


def text(page: Page) -> str:
    """All that the page has to read, also where it is folded or far down."""
    return " ".join(page.locator("header, .layout").all_text_contents())


def wider_than_the_screen(page: Page, size: ViewportSize | None = None) -> bool:
    """Whether it has to be scrolled sideways, on a screen of that size."""
    if size:
        page.set_viewport_size(size)
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
