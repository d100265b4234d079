"""How the screen looks, in English."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "menu.display": "Display",
    "display.title": "Display",
    "display.done": "Saved. You will see it so on every device where you sign in.",
    "display.theme": "Brightness",
    "display.theme.device": "As this device is set",
    "display.theme.light": "Light",
    "display.theme.dark": "Dark",
    "display.contrast": "Contrast",
    "display.contrast.device": "As this device is set",
    "display.contrast.usual": "Usual",
    "display.contrast.more": "Higher (darker lines and letters)",
    "display.letters": "Size of letters",
    "display.letters.usual": "Usual",
    "display.letters.small": "Small",
    "display.letters.large": "Large",
    "display.letters.largest": "Largest",
    "display.order": "Order of the calendar",
    "display.order.newest": "Newest day first",
    "display.order.oldest": "Oldest day first",
    "display.whose": "Only your own screen changes. Print is always on white.",
    "display.save": "Save",
    "display.undo": "Everything back to usual",
}
