// The calendar's keyboard and reading pane. Without this script every chip is an ordinary link.
import { comeBack, fragment, isField, paragraph } from "./opening";

const CHIP = "a:is(.c, .stay)";
/** What opens in the pane: chips that name records, stays, and a link above the grid. */
const OPENS = "a:is(.c:not(.q), .stay, .opens)";
/** What an address ends with that names a day to begin at. */
const ONE_DAY = /^#d(\d{8})$/u;
/** Keys of the widths, by what the buttons above the calendar are called. */
const WIDTHS: Readonly<Record<string, string>> = { d: "day", w: "week", m: "month", h: "half", y: "year", l: "life" };
const NARROW = "(max-width: 700px)";
const GRID = "#sheet";
/** The band of the last stay in hospital. */
const STAY = "#stay";
const NEAR = 4;

class Calendar {
  /** Bring a drawn calendar to life: the table, or the list of days. */
  static mount(grid: HTMLElement, pane: HTMLElement): Calendar {
    return new Calendar(grid, pane);
  }

  private readonly rows: HTMLTableRowElement[];
  private readonly sheet: HTMLElement;
  private opened: HTMLAnchorElement | null = null;
  /** Whether the grid alone is one step back in the browser's history. */
  private pushed = false;
  private running: AbortController | null = null;

  private constructor(
    private readonly grid: HTMLElement,
    private readonly pane: HTMLElement,
  ) {
    this.rows = grid instanceof HTMLTableElement ? [...grid.rows].filter((row) => row.querySelector(CHIP)) : [];
    this.sheet = grid.parentElement ?? grid;
    if (grid instanceof HTMLTableElement) this.takeTabStops(grid);
    else this.takeDay();
    this.sheet.addEventListener("scroll", () => this.tellMore(), { passive: true });
    addEventListener("resize", () => this.tellMore());
    document.addEventListener("click", (event) => this.clicked(event));
    grid.addEventListener("focusin", (event) => this.focused(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
    addEventListener("popstate", () => this.went());
  }

  /** One tab stop for the whole grid: the arrows do the rest. Begin where something is. */
  private takeTabStops(grid: HTMLTableElement): void {
    const chips = grid.querySelectorAll<HTMLAnchorElement>(CHIP);
    for (const chip of chips) chip.tabIndex = -1;
    // The heads are reached by `+` from any chip below them.
    for (const head of grid.querySelectorAll<HTMLAnchorElement>("thead a")) head.tabIndex = -1;
    const first = this.grid.querySelector<HTMLAnchorElement>("a.c") ?? chips[0];
    if (first) {
      first.tabIndex = 0;
      const start = startOf(chips, askedColumn(grid), grid.classList.contains("oldest"));
      const stay = location.hash === STAY ? grid.querySelector<HTMLAnchorElement>(STAY) : null;
      this.bring(stay && grid.classList.contains("half") ? stay : start);
      if (stay ?? ONE_DAY.test(location.hash)) this.takeFocus(stay ?? start);
    }
    this.tellMore();
    if (location.hash === GRID) this.takeFocus(first);
    this.reopen();
  }

  /** In the list of days, begin at the day that the address asks for. */
  private takeDay(): void {
    const at = ONE_DAY.exec(location.hash)?.[1] ?? asked("at");
    if (/^\d{8}$/u.test(at)) document.querySelector(`#d${at}`)?.scrollIntoView({ block: "start" });
    this.reopen();
  }

  /** After a step to another period the focus stays in the grid. */
  private takeFocus(first: HTMLAnchorElement | undefined): void {
    (first ?? this.sheet).focus({ preventScroll: true });
    history.replaceState(null, "", location.pathname + location.search);
  }

  /** Scroll so that a chip stands beside the heads of the rows, unless all of it is seen already. */
  private bring(chip: HTMLAnchorElement): void {
    const cell = chip.closest("td") ?? chip;
    const edge = this.grid.querySelector("thead th")?.getBoundingClientRect().right ?? 0;
    const seen = this.sheet.getBoundingClientRect();
    const place = cell.getBoundingClientRect();
    if (place.left >= edge && place.right <= seen.right) return;
    this.sheet.scrollLeft += place.left - edge;
  }

  /** Say at which sides more can be scrolled to. */
  private tellMore(): void {
    const field = this.sheet.parentElement;
    if (!field) return;
    const left = this.sheet.scrollLeft > NEAR;
    const right = this.sheet.scrollLeft + this.sheet.clientWidth < this.sheet.scrollWidth - NEAR;
    field.dataset["more"] = `${left ? "left" : ""} ${right ? "right" : ""}`;
  }

  /** Open again what the address names: after a reload, on the way back, in the other language. */
  private reopen(): void {
    const open = asked("open");
    if (!/^[0-9-]+$/u.test(open)) return;
    const link = document.querySelector<HTMLAnchorElement>(`${OPENS}[href$="/entries/${open}"]`);
    if (link) void this.open(link);
  }

  /** Back from what was opened leads to the grid, and forth to it again. */
  private went(): void {
    const shown = numbersOf(this.opened);
    if (asked("open") === shown) return;
    this.pushed = !this.opened;
    comeBack();
    if (asked("open")) this.reopen();
    else this.shut();
    carryFilter();
  }

  private focused(event: FocusEvent): void {
    const chip = chipOf(event.target);
    if (!chip || this.rows.length === 0) return;
    for (const other of this.grid.querySelectorAll<HTMLAnchorElement>(`${CHIP}[tabindex="0"]`)) other.tabIndex = -1;
    chip.tabIndex = 0;
  }

  private clicked(event: MouseEvent): void {
    const chip = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(OPENS) : null;
    if (!chip || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    chip.focus({ preventScroll: true });
    void this.open(chip);
  }

  private pressed(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || isField(event.target)) return;
    if (event.key === "Escape" && this.pane.hasChildNodes()) this.close();
    else if (event.key === "[") follow("#newer");
    else if (event.key === "]") follow("#older");
    else if (event.key === "n") this.goToNews(event.target);
    else if (event.key === "+") this.closer(event.target);
    else if (WIDTHS[event.key]) follow(`[data-zoom="${WIDTHS[event.key]}"]`);
    else if (!this.moved(event)) return;
    event.preventDefault();
  }

  /** To the next chip with something new in it; from the last to the first again. */
  private goToNews(from: EventTarget | null): void {
    const news = visible(this.grid.querySelectorAll<HTMLAnchorElement>("a.c.n"));
    if (news.length === 0) this.say(this.sheet.dataset["nothingNew"] ?? "");
    const next = news[(chipOf(from) ? news.indexOf(chipOf(from) as HTMLAnchorElement) : -1) + 1] ?? news[0];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Say something below the grid, and to whoever listens. */
  private say(text: string): void {
    const told = document.querySelector("#told");
    if (told) told.textContent = text;
  }

  /** Go to the day, week, month or year in whose column the focus stands. */
  private closer(from: EventTarget | null): void {
    const chip = chipOf(from);
    if (!chip || !(this.grid instanceof HTMLTableElement)) return;
    const head = this.grid.tHead?.rows[1]?.cells[columnOf(chip)]?.querySelector("a");
    if (head) location.assign(head.href + GRID);
  }

  /** Move the focus by an arrow key; says whether it was one. */
  private moved(event: KeyboardEvent): boolean {
    const chip = chipOf(event.target);
    if (!chip || !this.grid.contains(chip)) return false;
    const next = this.neighbour(chip, event.key);
    if (next === undefined) return false;
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    return true;
  }

  /** The chip an arrow leads to, null at an edge, undefined for any other key. */
  private neighbour(chip: HTMLAnchorElement, key: string): HTMLAnchorElement | null | undefined {
    const cell = chip.closest("td");
    const row = chip.closest("tr");
    if (!cell || !row) return null;
    switch (key) {
      case "ArrowLeft":
        return nearestCell(row, cell.cellIndex, -1);
      case "ArrowRight":
        return nearestCell(row, cell.cellIndex, 1);
      case "ArrowUp":
        return previousIn(chip) ?? this.otherRow(row, columnOf(cell), -1);
      case "ArrowDown":
        return nextIn(chip) ?? this.otherRow(row, columnOf(cell), 1);
      case "Home":
        return visible(row.querySelectorAll<HTMLAnchorElement>(CHIP))[0] ?? null;
      case "End":
        return visible(row.querySelectorAll<HTMLAnchorElement>(CHIP)).at(-1) ?? null;
      default:
        return undefined;
    }
  }

  private otherRow(row: HTMLTableRowElement, column: number, step: number): HTMLAnchorElement | null {
    for (let place = this.rows.indexOf(row) + step; ; place += step) {
      const other = this.rows[place];
      if (!other) return null;
      const found = closestChip(other, column, step);
      if (found) return found;
    }
  }

  private async open(chip: HTMLAnchorElement): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.note(chip);
    this.mark(chip);
    this.show(paragraph(this.pane.dataset["loading"] ?? "", "waiting"));
    try {
      const content = await fragment(chip.href, running.signal);
      if (!content) return;
      this.show(content);
    } catch {
      if (running.signal.aborted) return;
      this.show(paragraph(this.pane.dataset["failed"] ?? "", "note attention"));
    }
    this.pane.querySelector<HTMLElement>(".opened")?.focus({ preventScroll: true });
  }

  /** Fill the pane: whose record it is and how to close it, and below that the record. */
  private show(content: Node): void {
    // The grid keeps its width, so that no row moves when the pane takes its place.
    if (!this.pane.hasChildNodes()) this.grid.style.minWidth = `${this.grid.offsetWidth}px`;
    const whose = document.querySelector<HTMLTemplateElement>("#whose")?.content.cloneNode(true);
    const opened = document.createElement("div");
    opened.className = "opened";
    opened.tabIndex = 0;
    opened.append(content);
    this.pane.replaceChildren(...(whose ? [whose] : []), opened);
    this.pane.querySelector(".several")?.addEventListener("click", (event) => this.goDown(event));
    this.pane.querySelector(".close")?.addEventListener("click", () => this.close());
    this.opened?.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.tellMore();
  }

  /** To one of several records in the pane; the way back still leads to the grid. */
  private goDown(event: Event): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a") : null;
    const article = link ? this.pane.querySelector<HTMLElement>(link.hash) : null;
    if (!article) return;
    event.preventDefault();
    article.focus({ preventScroll: true });
    article.scrollIntoView({ block: "start" });
  }

  private close(): void {
    if (this.pushed) history.back();
    else {
      this.shut();
      remember("open", "");
    }
  }

  private shut(): void {
    this.running?.abort();
    this.pushed = false;
    this.pane.replaceChildren();
    this.grid.style.minWidth = "";
    this.tellMore();
    const chip = this.opened;
    this.mark(null);
    chip?.focus({ preventScroll: true });
  }

  /** The address names what is opened; the first of all makes a step that leads back to the grid. */
  private note(chip: HTMLAnchorElement): void {
    const numbers = numbersOf(chip);
    if (asked("open") === numbers) return;
    if (!this.opened) {
      history.pushState(null, "", location.href);
      this.pushed = true;
    }
    remember("open", numbers);
  }

  private mark(chip: HTMLAnchorElement | null): void {
    this.opened?.removeAttribute("aria-current");
    chip?.setAttribute("aria-current", "true");
    this.opened = chip;
  }
}

function chipOf(target: EventTarget | null): HTMLAnchorElement | null {
  return target instanceof Element ? target.closest<HTMLAnchorElement>(CHIP) : null;
}

/** Where to begin: at the newest chip that is not newer than the day asked for, else at the newest. */
function startOf(chips: Iterable<HTMLAnchorElement>, wanted: number, oldestFirst: boolean): HTMLAnchorElement {
  const side = oldestFirst ? -1 : 1;
  const all = [...chips].toSorted((one, other) => side * (columnOf(one) - columnOf(other)));
  const found = all.find((chip) => side * columnOf(chip) >= side * wanted) ?? all[0];
  if (!found) throw new TypeError("no chip to begin at");
  return found;
}

/** The column of the day that the address names, or asks for; elsewhere than in a month that is the newest. */
function askedColumn(grid: HTMLTableElement): number {
  const named = ONE_DAY.exec(location.hash)?.[1];
  if (named) return namedColumn(grid, named);
  const at = new URLSearchParams(location.search).get("at") ?? "";
  const days = grid.tHead?.rows[1]?.cells.length ?? 0;
  const oldestFirst = grid.classList.contains("oldest");
  if (!grid.classList.contains("month") || !/^\d{8}$/u.test(at)) return oldestFirst ? days - 1 : 0;
  return oldestFirst ? Number(at.slice(6)) - 1 : days - Number(at.slice(6));
}

/** The column that a day lies in: each head says the last day of its own. */
function namedColumn(grid: HTMLTableElement, day: string): number {
  const heads = [...(grid.tHead?.rows[1]?.querySelectorAll("a") ?? [])];
  const lasts = heads.map((head) => new URL(head.href).searchParams.get("at") ?? "");
  const held = lasts.filter((last) => last >= day).toSorted()[0];
  return Math.max(0, lasts.indexOf(held ?? ""));
}

/** In which column of days a cell, or the cell of a chip, begins; stays span several. */
function columnOf(inside: Element): number {
  let column = 0;
  for (let before = inside.closest("td")?.previousElementSibling; before; before = before.previousElementSibling) {
    if (before instanceof HTMLTableCellElement && before.tagName === "TD") column += before.colSpan;
  }
  return column;
}

/** What the address asks for under a name. */
function asked(name: string): string {
  return new URLSearchParams(location.search).get(name) ?? "";
}

/** The records that a chip opens, as an address names them. */
function numbersOf(chip: HTMLAnchorElement | null): string {
  return chip?.pathname.split("/").at(-1) ?? "";
}

/** Keep something in the page's address, and in the places that lead back to this page. */
function remember(name: string, value: string): void {
  const here = new URL(location.href);
  if (value) here.searchParams.set(name, value);
  else here.searchParams.delete(name);
  history.replaceState(null, "", here);
  comeBack();
}

/** Links to other periods. */
const CARRYING = ".travel a, .life a, .grid thead a, .grid a.q, #layout";

/** Facilities left out stay left out in other periods: the links around the grid carry them. */
function carryFilter(): void {
  const boxes = [...document.querySelectorAll<HTMLInputElement>(".legend input")];
  const hidden = [...new Set(boxes.filter((box) => !box.checked).map((box) => box.className.slice(1)))].join("");
  remember("hide", hidden);
  for (const link of document.querySelectorAll<HTMLAnchorElement>(CARRYING)) {
    const there = new URL(link.href);
    if (!there.searchParams.has("view")) continue;
    if (hidden) there.searchParams.set("hide", hidden);
    else there.searchParams.delete("hide");
    link.href = there.href;
  }
}

function follow(selector: string): void {
  const link = document.querySelector<HTMLAnchorElement>(selector);
  if (link) location.assign(link.href + GRID);
}

/** Chips that the facility filter has not hidden. */
function visible(chips: Iterable<HTMLAnchorElement>): HTMLAnchorElement[] {
  return [...chips].filter((chip) => chip.offsetParent !== null);
}

function chipsIn(cell: Element | undefined): HTMLAnchorElement[] {
  return cell ? visible(cell.querySelectorAll<HTMLAnchorElement>(CHIP)) : [];
}

function nearestCell(row: HTMLTableRowElement, column: number, step: number): HTMLAnchorElement | null {
  for (let place = column + step; place >= 0 && place < row.cells.length; place += step) {
    const chip = chipsIn(row.cells[place])[0];
    if (chip) return chip;
  }
  return null;
}

/** The chip of another row whose column is nearest; entering from below starts at the cell's last. */
function closestChip(row: HTMLTableRowElement, column: number, step: number): HTMLAnchorElement | null {
  let found: HTMLAnchorElement | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const cell of row.querySelectorAll("td")) {
    const chips = chipsIn(cell);
    const chip = step > 0 ? chips[0] : chips.at(-1);
    const first = columnOf(cell);
    const distance = Math.max(first - column, column - (first + cell.colSpan - 1), 0);
    if (chip && distance < least) [found, least] = [chip, distance];
  }
  return found;
}

function previousIn(chip: HTMLAnchorElement): HTMLAnchorElement | null {
  const chips = chipsIn(chip.parentElement ?? undefined);
  return chips[chips.indexOf(chip) - 1] ?? null;
}

function nextIn(chip: HTMLAnchorElement): HTMLAnchorElement | null {
  const chips = chipsIn(chip.parentElement ?? undefined);
  return chips[chips.indexOf(chip) + 1] ?? null;
}

/** A narrow window is given the list of days, unless a layout was asked for; a telephone has it already. */
function tooNarrow(): boolean {
  const link = document.querySelector<HTMLAnchorElement>('#layout[data-layout="days"]');
  if (!link || !matchMedia(NARROW).matches || new URLSearchParams(location.search).has("layout")) return false;
  location.replace(link.href + (ONE_DAY.exec(location.hash)?.[0] ?? ""));
  return true;
}

const grid = document.querySelector<HTMLElement>("table.grid, .agenda");
const pane = document.querySelector<HTMLElement>("#pane");
if (grid && pane && !tooNarrow()) Calendar.mount(grid, pane);
document.querySelector(".legend")?.addEventListener("change", carryFilter);
