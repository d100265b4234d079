// A file of several pages is drawn under its name once it comes into sight, wherever a document is opened.
import { fragment } from "./opening";

const FILE = "figure.pages[data-pages]:not([data-begun])";

/** What is in sight is loaded, once. */
const sight = new IntersectionObserver((seen) => {
  for (const one of seen) {
    if (!one.isIntersecting || !(one.target instanceof HTMLElement)) continue;
    sight.unobserve(one.target);
    if (one.target.dataset["begun"]) continue;
    one.target.dataset["begun"] = "1";
    void load(one.target);
  }
});

async function load(figure: HTMLElement): Promise<void> {
  const place = document.createElement("div");
  place.textContent = figure.dataset["loading"] ?? "";
  figure.append(place);
  try {
    const content = await fragment(figure.dataset["pages"] ?? "");
    if (!content) return;
    place.replaceChildren(content);
    if (!place.querySelector('[role="alert"]')) figure.classList.add("shown");
  } catch {
    place.textContent = figure.dataset["failed"] ?? "";
  }
}

/** Watch over every such file below an element. */
function watch(root: ParentNode): void {
  for (const figure of root.querySelectorAll<HTMLElement>(FILE)) sight.observe(figure);
}

watch(document);
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const added of change.addedNodes) if (added instanceof Element && added.closest("main")) watch(added.parentElement ?? added);
  }
}).observe(document.body, { childList: true, subtree: true });
