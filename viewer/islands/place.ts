// Draws a page again and comes back to where it was being read: how far everything was scrolled, and what had the
// focus. It is kept in the browser's own note of this page, which names nothing but places in it.

interface Kept {
  scrolled: [string, number, number][];
  focus: string;
}

const LONGEST = 3_000;
const TOUCHED = ["wheel", "pointerdown", "keydown", "touchstart"];

export class Place {
  /** Draw the page again, at this place; `read` is what had the focus before one asked for it. */
  static reload(read: Element | null): void {
    const scrolled: Kept["scrolled"] = [];
    for (const one of document.querySelectorAll("main, main *"))
      if (one.scrollTop || one.scrollLeft) scrolled.push([pathOf(one), one.scrollLeft, one.scrollTop]);
    scrolled.push(["", scrollX, scrollY]);
    const kept: Kept = { scrolled, focus: read?.getAttribute("href") ?? "" };
    history.replaceState({ place: kept }, "");
    location.reload();
  }

  /** Go back to where the page was when it was drawn again, if it was. */
  static restore(): Place | null {
    const kept = (history.state as { place?: Kept } | null)?.place;
    if (!kept) return null;
    history.replaceState(null, "");
    return new Place(kept);
  }

  private readonly until = Date.now() + LONGEST;
  private stopped = false;

  private constructor(private readonly kept: Kept) {
    for (const kind of TOUCHED) addEventListener(kind, () => (this.stopped = true), { once: true, passive: true });
    this.focus();
    this.scroll();
  }

  private focus(): void {
    for (const link of document.querySelectorAll<HTMLElement>("main a"))
      if (this.kept.focus && link.getAttribute("href") === this.kept.focus) return link.focus({ preventScroll: true });
  }

  /** Scroll again with every picture until the person does: what is read beside the page comes late. */
  private scroll(): void {
    if (this.stopped) return;
    let missing = false;
    for (const [path, left, top] of this.kept.scrolled) {
      const one = path ? document.querySelector(path) : document.scrollingElement;
      one?.scrollTo({ left, top, behavior: "instant" });
      missing ||= !one || Math.abs(one.scrollTop - top) > 1 || Math.abs(one.scrollLeft - left) > 1;
    }
    const goesOn = missing ? Date.now() < this.until : Date.now() < this.until - LONGEST / 2;
    if (goesOn) requestAnimationFrame(() => this.scroll());
  }
}

/** Name an element by its place among its own. */
function pathOf(one: Element): string {
  const steps: string[] = [];
  for (let at: Element | null = one; at && at !== document.body; at = at.parentElement) {
    const before = [...(at.parentElement?.children ?? [])].indexOf(at) + 1;
    steps.unshift(`${at.localName}:nth-child(${before})`);
  }
  return ["body", ...steps].join(" > ");
}
