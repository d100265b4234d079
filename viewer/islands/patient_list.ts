// The list follows what is typed; arrow keys go between the box and the patients found. A list that does not
// belong to what stands in the box cannot be walked through or opened.

const PAUSE = 350;

let waiting = 0;
let intoList = false;
let opens = false;

function box(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>("#words");
}

function found(): HTMLElement | null {
  return document.querySelector<HTMLElement>("#found");
}

function links(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("#found tbody a")];
}

/** Whether the list belongs to other words than those in the box; blanks say nothing. */
function isOld(): boolean {
  const asked = found()?.dataset["asked"];
  const typed = (box()?.value ?? "").trim().split(/\s+/u).join(" ").slice(0, 100);
  return asked !== undefined && asked !== typed;
}

/** Ask for the list of the words in the box; the form's own request does it, the one before is given up. */
function search(): void {
  clearTimeout(waiting);
  box()?.form?.requestSubmit();
}

function keepUp(event: Event): void {
  if (event.target !== box() || (event instanceof InputEvent && event.isComposing)) return;
  intoList = opens = false;
  const list = found();
  if (list) list.inert = isOld();
  clearTimeout(waiting);
  if (isOld()) waiting = setTimeout(search, PAUSE);
}

/** Another list has come: it may be an old one still, and somebody may be waiting to go into it. */
function arrived(): void {
  const list = found();
  if (list) list.inert = isOld();
  if (isOld() || !(intoList || opens)) return;
  go();
}

/** Into the list: to its first line, or where somebody pressed Enter and there is but one, into that. */
function go(): void {
  const all = links();
  if (opens && all.length === 1) all[0]?.click();
  else all[0]?.focus();
  intoList = opens = false;
}

/** Enter in the box: open the only patient found; of several none is guessed, the first is offered. */
function entered(event: KeyboardEvent): void {
  if (event.isComposing || event.target !== box() || !found() || !box()?.value.trim()) return;
  event.preventDefault();
  opens = true;
  if (isOld()) search();
  else go();
}

function step(key: string): number {
  return key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
}

document.addEventListener("input", keepUp);
document.addEventListener("compositionend", keepUp);
document.addEventListener("submit", () => clearTimeout(waiting));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter") entered(event);
  const way = step(event.key);
  if (way === 0 || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = links();
  const at = all.findIndex((link) => link === document.activeElement);
  if (at < 0 && document.activeElement !== box()) return;
  event.preventDefault();
  if (isOld()) {
    intoList = way > 0;
    search();
    return;
  }
  const next = all[at + way];
  if (next) next.focus();
  else if (way < 0) box()?.focus();
});
const place = document.querySelector("main");
if (place) new MutationObserver(arrived).observe(place, { childList: true, subtree: true });
