// Arrow keys turn to the picture before and after, as the two links do.

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const way = event.key === "ArrowLeft" ? "prev" : event.key === "ArrowRight" ? "next" : "";
  if (way) document.querySelector<HTMLAnchorElement>(`.steps a[rel="${way}"]`)?.click();
});
