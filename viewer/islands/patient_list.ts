// Arrow keys between the search box and the patients found. Enter opens, as with any link.

function links(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("#found tbody a")];
}

function step(key: string): number {
  return key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
}

document.addEventListener("keydown", (event) => {
  const box = document.querySelector<HTMLInputElement>("#words");
  const way = step(event.key);
  if (way === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = links();
  const at = all.findIndex((link) => link === document.activeElement);
  if (at < 0 && document.activeElement !== box) return;
  event.preventDefault();
  const next = all[at + way];
  if (next) next.focus();
  else if (way < 0) box?.focus();
});
