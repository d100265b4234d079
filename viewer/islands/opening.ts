// What every island does that opens something inside a page: asks for a fragment, says that it waits or failed, and
// leaves the page empty where nobody is signed in any more.
import { fragments } from "./fragments";

const SIGNED_OUT = 401;
/** From here on a server, or a gateway before it, is in trouble: its page is none of our fragments. */
const TROUBLE = 500;

/** The fragment at an address: the record, or why it is closed. None where the session has ended: the page is left. */
export async function fragment(url: string, signal: AbortSignal | null = null): Promise<DocumentFragment | null> {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal, cache: "no-store" });
  if (answer.status >= TROUBLE) throw new TypeError("no fragment");
  const piece = document.createElement("template");
  piece.innerHTML = fragments.createHTML(await answer.text());
  if (answer.status !== SIGNED_OUT) return piece.content;
  leave(piece.content);
  return null;
}

/** Take everything out of the page that says anything of the patient, and say something else. */
export function empty(...told: Node[]): void {
  for (const left of document.querySelectorAll("dialog, template")) left.remove();
  document.querySelector("main")?.replaceChildren(...told);
  for (const skip of document.querySelectorAll<HTMLAnchorElement>("a.skip"))
    if (skip.hash && !document.querySelector(skip.hash)) skip.remove();
  document.title = document.querySelector(".brand")?.textContent ?? "";
}

/** Nobody is signed in any more: nothing clinical stays on the screen, and the way back is offered. */
export function leave(told: Node): void {
  empty(told);
  const again = document.querySelector<HTMLAnchorElement>('main a[href^="/sign-in"]');
  if (!again) return;
  again.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  again.focus();
}

/** Let the other language come back to where one is. */
export function comeBack(): void {
  const back = document.querySelector<HTMLInputElement>('form[action="/language"] input[name="next"]');
  if (back) back.value = location.pathname + location.search;
}

export function paragraph(text: string, className: string): HTMLElement {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  return made;
}

/** Whether a key is meant for what stands in a field; a box to tick takes none but the space. */
export function isField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}
