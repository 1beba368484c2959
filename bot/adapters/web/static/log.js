// The conversation on the page: messages come in, change in place, and find their place under what they answer.

import { byId, facts, fragment } from "./page.js";

const log = byId("log");
const newest = byId("newest");
const main = byId("main");

function scroller() { return matchMedia("(min-width: 900px)").matches ? main : document.scrollingElement; }

export function nearEnd() {
  const where = scroller();
  return where.scrollHeight - where.scrollTop - where.clientHeight < 160;
}

export function toEnd() {
  const where = scroller();
  where.scrollTop = where.scrollHeight;
  if (newest) newest.hidden = true;
}

// A card that fills the screen is read from its first line; anything shorter from the end of the conversation.
export function toNewest() {
  toEnd();
  const last = log && Array.from(log.querySelectorAll(":scope > .carded")).pop();
  if (last && !last.nextElementSibling && !byId("private").children.length) {
    const top = last.getBoundingClientRect().top;
    if (top < 110) last.scrollIntoView();
  }
}

// A photo has no height before it is there: whoever was at the end sees it, and what can be pressed below, afterwards.
if (log) {
  log.addEventListener("load", (event) => {
    const where = scroller();
    if (where.scrollHeight - where.scrollTop - where.clientHeight - event.target.offsetHeight < 160) toNewest();
  }, true);
}

export function claim(element) {
  if (element.dataset.author && element.dataset.author === facts.person) element.classList.add("mine");
}

export function place(html, fresh) {
  const incoming = fragment(html).querySelector(".message");
  claim(incoming);
  const standing = log && document.querySelector(`#log [id="${incoming.id}"]`);
  if (standing) { replace(standing, incoming); return; }
  if (!log) return;
  const follow = nearEnd();
  const parent = incoming.dataset.thread && named(incoming.dataset.thread);
  const empty = log.querySelector(".empty");
  if (empty) empty.remove();
  if (parent) {
    parent.querySelector(".thread").append(incoming);
  } else {
    if (incoming.dataset.thread) incoming.classList.add("to-nobody");
    newDay(incoming);
    log.append(incoming);
  }
  if (fresh) incoming.classList.add("fresh");
  if (follow || incoming.classList.contains("mine")) toEnd();
  else if (newest) newest.hidden = false;
  // What only this person sees stands below the conversation: it must not hide the words they have just sent.
  if (incoming.classList.contains("mine") && byId("private").children.length) incoming.scrollIntoView();
}

function named(name) {
  return Array.from(log.querySelectorAll(".message")).find((message) => message.dataset.name === name);
}

// Whoever is reading, typing or has opened a question keeps their place.
export function replace(standing, incoming) {
  const thread = standing.querySelector(":scope > .thread");
  const place = incoming.querySelector(":scope > .thread");
  if (thread && place) place.replaceWith(thread);
  const focused = standing.contains(document.activeElement) ? document.activeElement.value || document.activeElement.tagName : "";
  const open = Array.from(standing.querySelectorAll("details.rest"), (details) => details.open);
  standing.replaceWith(incoming);
  incoming.querySelectorAll("details.rest").forEach((details, number) => { details.open = Boolean(open[number]); });
  if (focused) {
    const again = Array.from(incoming.querySelectorAll("button")).find((button) => button.value === focused)
      || incoming.querySelector("button");
    if (again) again.focus({ preventScroll: true });
  }
  incoming.classList.add("fresh");
}

export function header(html) {
  const panel = byId("panel-cards");
  const incoming = fragment(html).querySelector(".message");
  const standing = panel.querySelector(`[id="${incoming.id}"]`);
  if (standing) replace(standing, incoming);
}

function newDay(incoming) {
  const last = Array.from(log.querySelectorAll(":scope > .message")).pop();
  if (last && last.dataset.day === incoming.dataset.day) return;
  const day = document.createElement("p");
  day.className = "day";
  const label = document.createElement("span");
  label.textContent = incoming.dataset.dayLabel;
  day.append(label);
  log.append(day);
}

if (newest) newest.addEventListener("click", (event) => { event.preventDefault(); toEnd(); });
if (log) {
  log.addEventListener("click", (event) => {
    const said = event.target.closest(".said");
    if (!said || event.target.closest("a, button")) return;
    const before = log.querySelector(".touched");
    if (before && before !== said) before.classList.remove("touched");
    said.classList.toggle("touched");
  });
}
