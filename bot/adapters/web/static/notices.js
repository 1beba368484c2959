// The moment's notice at the bottom, and what only this person sees in the room.

import { byId, fragment, say } from "./page.js";

const toast = byId("toast");
let timer = 0;

export function notice(text, options = {}) {
  clearTimeout(timer);
  toast.querySelector("span").textContent = text;
  const place = toast.querySelector(".press");
  place.replaceChildren();
  if (options.undo) place.append(fragment(options.undo));
  toast.classList.toggle("refused", Boolean(options.refused));
  toast.classList.toggle("drill", Boolean(options.drill));
  toast.hidden = false;
  const seconds = options.undo ? 120 : options.refused ? 30 : 6;
  timer = setTimeout(() => { toast.hidden = true; }, seconds * 1000);
}

export function putAway() { toast.hidden = true; }

// What was refused before says nothing about what has been answered since.
export function putAwayRefusal() { if (toast.classList.contains("refused")) putAway(); }

export function showPrivately(html) {
  const place = byId("private");
  place.append(fragment(html));
  const last = place.lastElementChild;
  last.scrollIntoView({ block: "nearest" });
  last.tabIndex = -1;
  last.focus({ preventScroll: true });
}

// What this page says by itself of a drill's card or form carries its mark first and last, as everything the house says.
export function marked(words, drill) { return drill ? say("mark.whole.drill", { words }) : words; }

export function recorded() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return say("web.recorded", { at: `${two(now.getHours())}:${two(now.getMinutes())}` });
}

toast.querySelector(".drop").addEventListener("click", putAway);
toast.addEventListener("submit", putAway);
