// The calendar's keyboard and reading pane. Without this script every chip is an ordinary link.

const CHIP = "a.c";

class Calendar {
  /** Bring a drawn calendar to life. */
  static mount(grid: HTMLTableElement, pane: HTMLElement): Calendar {
    return new Calendar(grid, pane);
  }

  private readonly rows: HTMLTableRowElement[];
  private opened: HTMLAnchorElement | null = null;
  private running: AbortController | null = null;

  private constructor(
    private readonly grid: HTMLTableElement,
    private readonly pane: HTMLElement,
  ) {
    this.rows = [...grid.rows].filter((row) => row.querySelector(CHIP));
    this.takeTabStops();
    grid.addEventListener("click", (event) => this.clicked(event));
    grid.addEventListener("focusin", (event) => this.focused(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** One tab stop for the whole grid: the arrows do the rest. */
  private takeTabStops(): void {
    const chips = this.grid.querySelectorAll<HTMLAnchorElement>(CHIP);
    for (const chip of chips) chip.tabIndex = -1;
    const first = chips[0];
    if (!first) return;
    first.tabIndex = 0;
    // On a narrow screen the newest days may be empty: begin where something is.
    newest(chips).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private focused(event: FocusEvent): void {
    const chip = chipOf(event.target);
    if (!chip) return;
    for (const other of this.grid.querySelectorAll<HTMLAnchorElement>(`${CHIP}[tabindex="0"]`)) other.tabIndex = -1;
    chip.tabIndex = 0;
  }

  private clicked(event: MouseEvent): void {
    const chip = chipOf(event.target);
    if (!chip || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    chip.focus({ preventScroll: true });
    void this.open(chip);
  }

  private pressed(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || isField(event.target)) return;
    if (event.key === "Escape" && this.pane.hasChildNodes()) this.close();
    else if (event.key === "[") follow("newer");
    else if (event.key === "]") follow("older");
    else if (!this.moved(event)) return;
    event.preventDefault();
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
        return previousIn(chip) ?? this.otherRow(row, cell.cellIndex, -1);
      case "ArrowDown":
        return nextIn(chip) ?? this.otherRow(row, cell.cellIndex, 1);
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
    this.mark(chip);
    this.show(paragraph(this.pane.dataset["loading"] ?? "", "waiting"));
    try {
      const answer = await fetch(chip.href, {
        headers: { "HX-Request": "true" },
        signal: running.signal,
        cache: "no-store",
      });
      const piece = document.createElement("template");
      piece.innerHTML = await answer.text();
      this.show(piece.content);
    } catch {
      if (running.signal.aborted) return;
      this.show(paragraph(this.pane.dataset["failed"] ?? "", "note attention"));
    }
    this.pane.scrollTop = 0;
    this.pane.focus({ preventScroll: true });
  }

  private show(content: Node): void {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.textContent = `${this.pane.dataset["close"] ?? ""} (Esc)`;
    close.addEventListener("click", () => this.close());
    this.pane.replaceChildren(close, content);
    this.opened?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  private close(): void {
    this.running?.abort();
    this.pane.replaceChildren();
    const chip = this.opened;
    this.mark(null);
    chip?.focus({ preventScroll: true });
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

/** The chip of the newest day: the one in the leftmost column. */
function newest(chips: Iterable<HTMLAnchorElement>): HTMLAnchorElement {
  return [...chips].reduce((one, other) => (columnOf(other) < columnOf(one) ? other : one));
}

function columnOf(chip: HTMLAnchorElement): number {
  return chip.closest("td")?.cellIndex ?? 0;
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type !== "checkbox";
}

function follow(id: string): void {
  document.querySelector<HTMLAnchorElement>(`#${id}`)?.click();
}

function paragraph(text: string, className: string): HTMLElement {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  return made;
}

/** Chips that the facility filter has not hidden. */
function visible(chips: Iterable<HTMLAnchorElement>): HTMLAnchorElement[] {
  return [...chips].filter((chip) => chip.offsetParent !== null);
}

function chipsIn(cell: Element | undefined): HTMLAnchorElement[] {
  return cell ? visible(cell.querySelectorAll<HTMLAnchorElement>(CHIP)) : [];
}

function nearestCell(row: HTMLTableRowElement, column: number, step: number): HTMLAnchorElement | null {
  for (let place = column + step; place > 0 && place < row.cells.length; place += step) {
    const chip = chipsIn(row.cells[place])[0];
    if (chip) return chip;
  }
  return null;
}

/** The chip of another row whose column is nearest; entering from below starts at the cell's last. */
function closestChip(row: HTMLTableRowElement, column: number, step: number): HTMLAnchorElement | null {
  for (let distance = 0; distance < row.cells.length; distance += 1) {
    for (const place of [column - distance, column + distance]) {
      const chips = place > 0 ? chipsIn(row.cells[place]) : [];
      const chip = step > 0 ? chips[0] : chips.at(-1);
      if (chip) return chip;
    }
  }
  return null;
}

function previousIn(chip: HTMLAnchorElement): HTMLAnchorElement | null {
  const chips = chipsIn(chip.parentElement ?? undefined);
  return chips[chips.indexOf(chip) - 1] ?? null;
}

function nextIn(chip: HTMLAnchorElement): HTMLAnchorElement | null {
  const chips = chipsIn(chip.parentElement ?? undefined);
  return chips[chips.indexOf(chip) + 1] ?? null;
}

const grid = document.querySelector<HTMLTableElement>("table.grid");
const pane = document.querySelector<HTMLElement>("#pane");
if (grid && pane) Calendar.mount(grid, pane);
