// A list and what is read beside it. Without this script every line is an ordinary link to the same page.
import { markWords } from "./marking";
import { comeBack, fragment, isField, paragraph } from "./opening";

const PAPER = "a.paper";
const NEXT = new Set(["j", "ArrowDown"]);
const BEFORE = new Set(["k", "ArrowUp"]);

class Shelf {
  /** Bring a drawn list to life. */
  static mount(reading: HTMLElement): Shelf | null {
    const leaf = reading.querySelector<HTMLElement>("#leaf");
    const opened = leaf?.querySelector<HTMLElement>(".opened");
    return leaf && opened ? new Shelf(reading, leaf, opened) : null;
  }

  private readonly papers: HTMLAnchorElement[];
  /** How far down each document was read, and the list. */
  private readonly places = new Map<string, number>();
  private listPlace = 0;
  /** Whether the list is one step back in the browser's history. */
  private pushed = false;
  private current: HTMLAnchorElement | null;
  private running: AbortController | null = null;

  private constructor(
    private readonly reading: HTMLElement,
    private readonly leaf: HTMLElement,
    private readonly opened: HTMLElement,
  ) {
    this.papers = [...reading.querySelectorAll<HTMLAnchorElement>(PAPER)];
    this.current = this.papers.find((paper) => paper.hasAttribute("aria-current")) ?? null;
    for (const paper of this.papers) paper.tabIndex = -1;
    const first = this.current ?? this.papers[0];
    if (first) first.tabIndex = 0;
    this.current?.scrollIntoView({ block: "nearest" });
    if (this.current) this.mark();
    history.scrollRestoration = "manual";
    reading.addEventListener("click", (event) => this.clicked(event));
    reading.addEventListener("focusin", (event) => this.focused(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
    addEventListener("popstate", () => this.went());
  }

  private clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element) || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const paper = event.target.closest<HTMLAnchorElement>(PAPER);
    const step = event.target.closest<HTMLAnchorElement>(".steps a");
    if (!paper && !step) return;
    event.preventDefault();
    if (paper) void this.open(paper);
    else if (step?.classList.contains("back")) this.close();
    else this.step(step?.rel === "next" ? 1 : -1);
  }

  private focused(event: FocusEvent): void {
    const paper = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(PAPER) : null;
    if (!paper) return;
    for (const other of this.papers) other.tabIndex = other === paper ? 0 : -1;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || isField(event.target)) return;
    const paper = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(PAPER) : null;
    const arrow = event.key.startsWith("Arrow");
    if (event.key === "Escape" && this.current) this.close();
    else if (arrow && !paper) return;
    else if (arrow && paper && !this.current) this.focusBeside(paper, event.key);
    else if (NEXT.has(event.key)) this.step(1);
    else if (BEFORE.has(event.key)) this.step(-1);
    else return;
    event.preventDefault();
  }

  /** Nothing is opened yet: the arrows only choose. */
  private focusBeside(paper: HTMLAnchorElement, key: string): void {
    const way = NEXT.has(key) ? 1 : BEFORE.has(key) ? -1 : 0;
    this.papers[this.papers.indexOf(paper) + way]?.focus();
  }

  private step(way: number): void {
    const at = this.current ? this.papers.indexOf(this.current) + way : 0;
    const paper = this.papers[at];
    if (paper) void this.open(paper);
  }

  /** Back and forward of the browser: to another document, or to the list. */
  private went(): void {
    const asked = new URLSearchParams(location.search).get("open") ?? "";
    const paper = this.papers.find((one) => one.id === `e${asked}`);
    this.running?.abort();
    if (paper) {
      void this.open(paper, false);
      return;
    }
    this.keep();
    this.pushed = false;
    this.show(null);
  }

  private async open(paper: HTMLAnchorElement, tell = true): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.keep();
    if (tell) {
      // One step back leads to the list, however many were read.
      if (this.current) history.replaceState(null, "", paper.href);
      else {
        history.pushState(null, "", paper.href);
        this.pushed = true;
      }
    }
    this.show(paper);
    this.fill(paragraph(this.reading.dataset["loading"] ?? "", "waiting"));
    try {
      const content = await fragment(paper.dataset["entry"] ?? paper.href, running.signal);
      if (!content) return;
      this.fill(content);
    } catch {
      if (running.signal.aborted) return;
      this.fill(paragraph(this.reading.dataset["failed"] ?? "", "note attention"));
    }
    this.scroller.scrollTop = this.places.get(paper.id) ?? 0;
    if (document.activeElement !== paper) this.opened.focus({ preventScroll: true });
  }

  /** On a phone the page itself scrolls. */
  private get scroller(): Element {
    return getComputedStyle(this.opened).overflowY === "auto" ? this.opened : document.documentElement;
  }

  /** Remember how far the list, or what is opened, was scrolled. */
  private keep(): void {
    if (this.current) this.places.set(this.current.id, this.scroller.scrollTop);
    else this.listPlace = document.documentElement.scrollTop;
  }

  private close(): void {
    this.running?.abort();
    this.keep();
    if (this.pushed) {
      history.back();
      return;
    }
    const closed = this.leaf.querySelector<HTMLAnchorElement>(".steps .back");
    const list = new URL(closed?.href ?? location.href);
    list.hash = "";
    list.searchParams.delete("open");
    history.replaceState(null, "", list);
    this.show(null);
  }

  private show(paper: HTMLAnchorElement | null): void {
    const was = this.current;
    was?.removeAttribute("aria-current");
    this.current = paper;
    this.reading.classList.toggle("reads", paper !== null);
    if (paper) {
      paper.setAttribute("aria-current", "true");
      paper.scrollIntoView({ block: "nearest" });
      for (const other of this.papers) other.tabIndex = other === paper ? 0 : -1;
    } else {
      this.opened.replaceChildren();
      document.documentElement.scrollTop = this.listPlace;
      was?.focus({ preventScroll: true });
    }
    this.point("prev", -1);
    this.point("next", 1);
    comeBack();
  }

  /** Let a button lead to the neighbour, or nowhere at an end. */
  private point(rel: string, way: number): void {
    const link = this.leaf.querySelector<HTMLAnchorElement>(`.steps a[rel="${rel}"]`);
    const there = this.current ? this.papers[this.papers.indexOf(this.current) + way] : undefined;
    if (!link) return;
    link.toggleAttribute("aria-disabled", !there);
    if (there) link.href = there.href;
    else link.removeAttribute("href");
  }

  /** On a page of a search: what was looked for stands out in what is opened, too. */
  private mark(): void {
    const box = this.reading.dataset["marks"];
    if (box) markWords(this.opened, typed(box));
  }

  private fill(content: Node): void {
    this.opened.replaceChildren(content);
    this.mark();
  }
}

/** The words of a search box, as they stand in a text. */
function typed(id: string): string[] {
  const box = document.getElementById(id);
  return box instanceof HTMLInputElement ? box.value.split(/\s+/u).filter(Boolean) : [];
}

const reading = document.querySelector<HTMLElement>(".reading");
if (reading) Shelf.mount(reading);
