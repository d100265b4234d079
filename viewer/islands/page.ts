// The one script of every page: htmx, which exchanges fragments with the server and finds its attributes by itself.
import htmx from "htmx.org";
import { fragments } from "./fragments";

/** What htmx lets an extension set; it runs no script of a fragment. */
interface Inside {
  initSecurity(policy: { createHTML(text: string): string; createScript(text: string): string }): void;
}

htmx.registerExtension("fragments", {
  init: (inside: Inside) =>
    inside.initSecurity({ createHTML: (text) => fragments.createHTML(text), createScript: () => "" }),
});
