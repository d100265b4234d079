// A page that shows a patient asks every few seconds whether it may still stand there. Where the answer is no, or
// none comes for a minute, its content is taken out of the page: what is closed is not to be read on a screen left on.
// Where more has come, the page offers to show it, and is drawn again at the place where it is being read.
import { empty } from "./opening";
import { Place } from "./place";

const LONGEST_SILENCE = 60_000;
const PATIENCE = 10_000;
const STAYS = 204;
const MORE = 205;
/** Answers that say no; any other (a server that is starting, a gateway) counts as silence. */
const NO = new Map([
  [401, "left"],
  [403, "left"],
  [404, "changed"],
  [409, "changed"],
]);

class Pulse {
  /** Watch over a page whose head says where to ask. */
  static mount(head: HTMLElement): Pulse {
    return new Pulse(head);
  }

  private heard = Date.now();
  private readonly every: number;
  private readonly silence: number;
  private readonly timer: number;
  private asking = false;

  private constructor(private readonly head: HTMLElement) {
    this.every = Number(head.dataset["every"]) || LONGEST_SILENCE;
    this.silence = Math.min(LONGEST_SILENCE, 3 * this.every);
    this.timer = setInterval(() => void this.ask(), this.every);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.ask();
    });
    addEventListener("online", () => void this.ask());
    // A page taken out of the browser's own store was never asked about again.
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.blank("changed");
      location.reload();
    });
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const status = await this.answer();
    this.asking = false;
    if (status === STAYS || status === MORE) this.heard = Date.now();
    if (status === MORE) this.offer();
    else if (NO.has(status)) this.blank(NO.get(status) ?? "changed");
    else if (Date.now() - this.heard >= this.silence) this.blank("away");
  }

  /** The status of the answer, 0 where there is none. */
  private async answer(): Promise<number> {
    try {
      const answer = await fetch(this.head.dataset["pulse"] ?? "", {
        headers: { accept: "application/json", "hie-unattended": "1" },
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      return answer.status;
    } catch {
      return 0;
    }
  }

  /** Say that records have come, once, and offer to draw the page again. */
  private offer(): void {
    const where = document.querySelector<HTMLElement>("#arrived");
    if (!where || where.hasChildNodes()) return;
    const show = document.createElement("button");
    show.textContent = this.head.dataset["show"] ?? "";
    let read = document.activeElement;
    show.addEventListener("focus", (event) => {
      if (event.relatedTarget instanceof Element) read = event.relatedTarget;
    });
    show.addEventListener("click", () => Place.reload(read));
    where.append(this.head.dataset["arrived"] ?? "", " ", show);
  }

  /** Take everything out of the page that says anything of the patient, and say what to do. */
  private blank(why: string): void {
    clearInterval(this.timer);
    const say = this.head.dataset;
    const note = document.createElement("p");
    note.className = "note attention blanked";
    note.setAttribute("role", "alert");
    note.textContent = say[why] ?? "";
    const way = document.createElement("p");
    const link = document.createElement("a");
    link.className = "button";
    link.href = why === "changed" ? "/patients" : location.pathname + location.search;
    link.textContent = (why === "changed" ? say["list"] : why === "left" ? say["signIn"] : say["again"]) ?? "";
    way.append(link);
    empty(note, way);
    document.querySelector<HTMLElement>("main")?.focus();
  }
}

const head = document.querySelector<HTMLElement>("[data-pulse]");
if (head) Pulse.mount(head);
if (document.readyState === "complete") Place.restore();
else addEventListener("load", () => Place.restore());
