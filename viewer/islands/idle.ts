// Takes a page's contents away when nobody has been there for the session's idle time, and when the browser
// wants to bring back a page that was left. While somebody reads, it tells the server now and then.

const TELL_EVERY = 60_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "scroll", "touchstart", "wheel"];

const limit = Number(document.body.dataset["idle"] ?? "0");
const others = "BroadcastChannel" in window ? new BroadcastChannel("hie-here") : null;
let last = Date.now();
let told = Date.now();
let locked = false;

/** Leave nothing of the page but where to sign in again. */
function lock(): void {
  if (locked) return;
  locked = true;
  const template = document.querySelector<HTMLTemplateElement>("template#locked");
  const card = template?.content.cloneNode(true);
  const again = card instanceof DocumentFragment ? card.querySelector("a") : null;
  if (again) again.href = `${again.getAttribute("href") ?? ""}?next=${encodeURIComponent(location.pathname + location.search)}`;
  document.title = document.title.split(" – ").pop() ?? "";
  document.body.className = "door";
  document.body.replaceChildren(...(card ? [card] : []));
  again?.focus();
}

function check(): void {
  if (Date.now() - last >= limit) lock();
}

async function tell(): Promise<void> {
  const answer = await fetch("/here", { cache: "no-store", redirect: "manual" }).catch(() => null);
  // Signed out elsewhere, or stopped: this page is over as well. Without a network nothing is known.
  if (answer && answer.status !== 204) lock();
}

/** A person is there, at this page or at another of the same browser. */
function present(here: boolean): void {
  check();
  if (locked) return;
  last = Date.now();
  if (!here || last - told < TELL_EVERY) return;
  told = last;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin by itself
  others?.postMessage("here");
  void tell();
}

if (limit > 0) {
  for (const sign of SIGNS) addEventListener(sign, () => present(true), { passive: true, capture: true });
  others?.addEventListener("message", () => present(false));
  document.addEventListener("visibilitychange", check);
  setInterval(check, 1000);
  // A page that the browser keeps to bring back shows nothing: it is asked for anew.
  addEventListener("pagehide", (event) => {
    if (event.persisted) document.body.replaceChildren();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
