// The page of results: says everything of the result under the pointer or the focus, draws one moment through all
// trends, and copies the table. Without it the same stands in titles and behind links.

const SVG = "http://www.w3.org/2000/svg";

/** Shows in a line below the table what the title of a result says. */
function tell(line: HTMLElement): void {
  const show = (event: Event): void => {
    const result = event.target instanceof Element ? event.target.closest<HTMLElement>("a.v") : null;
    if (!result) return;
    line.textContent = result.title;
    line.hidden = false;
  };
  document.addEventListener("focusin", show);
  document.addEventListener("pointerover", show);
}

/** One moment through all pictures of a stack: under the pointer, or by the arrow keys. */
class Crosshair {
  /** Bring a stack of pictures to life. */
  static mount(stack: HTMLElement): Crosshair {
    return new Crosshair(stack);
  }

  private readonly at: readonly number[];
  private place = -1;

  private constructor(private readonly stack: HTMLElement) {
    const moments = [...stack.querySelectorAll<SVGGElement>("g.pt")].map((point) => Number(point.dataset["at"]));
    this.at = [...new Set(moments)].toSorted((one, other) => one - other);
    stack.addEventListener("pointermove", (event) => this.follow(event));
    stack.addEventListener("pointerleave", () => this.clear());
    stack.addEventListener("keydown", (event) => this.step(event));
    stack.addEventListener("focusout", () => this.clear());
  }

  private follow(event: PointerEvent): void {
    const picture = event.target instanceof Element ? event.target.closest<SVGSVGElement>("svg.curve") : null;
    if (!picture) return;
    const box = picture.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * picture.viewBox.baseVal.width;
    const points = this.visible().flatMap((one) => Array.from(one.querySelectorAll<SVGGElement>("g.pt")));
    let nearest: SVGGElement | null = null;
    for (const point of points)
      if (!nearest || Math.abs(across(point) - x) < Math.abs(across(nearest) - x)) nearest = point;
    if (nearest) this.show(this.at.indexOf(Number(nearest.dataset["at"])));
  }

  private step(event: KeyboardEvent): void {
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (!by || event.target !== this.stack) return;
    event.preventDefault();
    const from = this.place < 0 ? (by < 0 ? this.at.length : -1) : this.place;
    this.show(Math.min(this.at.length - 1, Math.max(0, from + by)));
  }

  private visible(): SVGSVGElement[] {
    return [...this.stack.querySelectorAll<SVGSVGElement>("svg.curve")].filter(
      (picture) => picture.getBoundingClientRect().width > 0,
    );
  }

  /** Draw the line where some picture has a point of this moment, and say each item's result of it. */
  private show(place: number): void {
    this.place = place;
    const at = this.at[place];
    const found = this.visible().map((picture) => ({
      picture,
      point: [...picture.querySelectorAll<SVGGElement>("g.pt")].find((one) => Number(one.dataset["at"]) === at),
    }));
    const some = found.find((one) => one.point)?.point;
    if (!some) return;
    for (const { picture, point } of found) {
      const line = picture.querySelector("line.cross") ?? picture.appendChild(document.createElementNS(SVG, "line"));
      line.setAttribute("class", "cross");
      for (const end of ["x1", "x2"]) line.setAttribute(end, String(across(some)));
      line.setAttribute("y1", "0");
      line.setAttribute("y2", String(picture.viewBox.baseVal.height));
      const said = picture.closest("figure")?.querySelector("output");
      if (said) said.textContent = point ? brief(point.querySelector("title")?.textContent ?? "") : "";
    }
  }

  private clear(): void {
    this.place = -1;
    for (const line of this.stack.querySelectorAll("line.cross")) line.remove();
    for (const said of this.stack.querySelectorAll("output")) said.textContent = "";
  }
}

/** The value, what is said of it, and where and when: the rest stands in the title and in the table. */
function brief(told: string): string {
  return told.split(" | ").slice(0, 3).join("　");
}

/** Where a point's shape stands: a circle says it, a path begins there. */
function across(point: SVGGElement): number {
  const shape = point.querySelector("circle, path");
  return Number(shape?.getAttribute("cx") ?? /^M(-?[\d.]+)/.exec(shape?.getAttribute("d") ?? "")?.[1] ?? 0);
}

/** Fetches the table as text, which is written down as any copy is, and puts it on the clipboard. */
function copy(button: HTMLButtonElement): void {
  const say = button.parentElement?.querySelector("output");
  button.hidden = false;
  const plain = button.parentElement?.querySelector<HTMLElement>("[data-plain]");
  if (plain) plain.hidden = true;
  button.addEventListener("click", async () => {
    let done = false;
    try {
      const answer = await fetch(button.dataset["copy"] ?? "", { cache: "no-store" });
      if (answer.ok) {
        await navigator.clipboard.writeText(await answer.text());
        done = true;
      }
    } catch {
      done = false;
    }
    if (plain) plain.hidden = done;
    if (say) say.textContent = (done ? button.dataset["done"] : button.dataset["failed"]) ?? "";
  });
}

const line = document.querySelector<HTMLElement>("[data-told]");
if (line) tell(line);
const stack = document.querySelector<HTMLElement>("[data-trends]");
if (stack) Crosshair.mount(stack);
const button = document.querySelector<HTMLButtonElement>("[data-copy]");
if (button) copy(button);
