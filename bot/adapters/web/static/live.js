// One stream for the page while it is looked at: closed when hidden, taken up again from the place it had seen.

import { byId, facts, fragment, post, say } from "./page.js";
import { flush, onState, waiting } from "./queue.js";
import { header, nearEnd, place, toNewest } from "./log.js";
import { notice } from "./notices.js";

const SILENT_FOR = 40000;
let source = null;
let feed = Number(facts.feed);
let heard = Date.now();
let broken = false;
let signedOut = false;
let sawFeed = 0;
let reading = 0;
let unseen = 0;
const title = document.title;
const gone = byId("gone");

function open() {
  if (source || document.hidden) return;
  source = new EventSource(`${facts.base}/stream?room=${encodeURIComponent(facts.room)}&after=${feed}`);
  source.addEventListener("beat", () => alive());
  source.addEventListener("message", (event) => { alive(); message(JSON.parse(event.data)); });
  source.addEventListener("shell", (event) => { alive(); shell(JSON.parse(event.data)); });
  source.onerror = () => { if (!document.hidden) lost(); };
}

function close() {
  if (source) source.close();
  source = null;
}

function alive() {
  heard = Date.now();
  if (broken) {
    broken = false;
    flush();
  }
  banner();
}

function lost() {
  broken = true;
  banner();
  close();
  setTimeout(open, 2000);
}

function message(told) {
  feed = Math.max(feed, told.feed);
  if (told.html && told.header) header(told.html);
  if (told.html && told.room === facts.room && !(told.header && !byId("log"))) {
    if (!told.header) place(told.html, told.new);
    const pending = byId(`w-${told.id}`);
    if (pending) pending.remove();
  }
  if (told.new && (told.room !== facts.room || document.hidden || !byId("log"))) count(told.room);
  if (told.alarm && told.new) alarm();
  if (told.room === facts.room) seen();
}

function count(room) {
  const link = document.querySelector(`#rooms a[data-room="${CSS.escape(room)}"]`);
  unseen += 1;
  document.title = `(${unseen}) ${title}`;
  if (!link) return;
  link.classList.add("unread");
  const badge = link.querySelector(".count");
  const number = badge.querySelector(".number");
  number.textContent = badge.hidden ? "1" : String(Math.min(Number.parseInt(number.textContent, 10) + 1, 99));
  badge.hidden = false;
}

function alarm() {
  if (navigator.vibrate) navigator.vibrate([300, 120, 300, 120, 300]);
}

function shell(told) {
  redraw(byId("rooms"), told.rooms);
  const panel = byId("panel");
  const cards = byId("panel-cards");
  const standing = new Set(Array.from(cards.children, (card) => card.id));
  const incoming = told.panel.map((html) => fragment(html).firstElementChild);
  if (incoming.length !== standing.size || incoming.some((card) => !standing.has(card.id))) cards.replaceChildren(...incoming);
  panel.hidden = !incoming.length;
  document.body.classList.toggle("has-panel", incoming.length > 0);
  const first = byId("rooms").querySelector(".banner:not(.over) .first");
  const label = panel.querySelector(".panel-switch span");
  const last = first && first.parentElement.querySelector(".last");
  if (first && label) { label.replaceChildren(...first.cloneNode(true).childNodes, ...(last ? [" ", last.cloneNode(true)] : [])); label.className = first.parentElement.classList.contains("drill") ? "drill" : "live"; }
}

// The list is drawn anew only where it differs, and whoever stands in it with the keyboard stays there.
function redraw(place, html) {
  const incoming = document.createElement("nav");
  incoming.append(fragment(html));
  if (incoming.innerHTML.trim() === place.innerHTML.trim()) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  place.replaceChildren(...incoming.childNodes);
  const again = focused && Array.from(place.querySelectorAll("a")).find((link) => link.getAttribute("href") === focused);
  if (again) again.focus({ preventScroll: true });
}

// What the person has in front of them counts as read, a moment later.
function seen() {
  if (document.hidden || !byId("log") || !nearEnd() || sawFeed >= feed) return;
  clearTimeout(reading);
  reading = setTimeout(() => {
    sawFeed = feed;
    post("/seen", { room: facts.room, feed: String(feed) }).catch(() => { sawFeed = 0; });
  }, 700);
}

export function banner() {
  const n = waiting();
  if (signedOut) gone.textContent = say("web.signed_out");
  else if (broken || stuck) gone.textContent = n ? say("web.connection_gone.waiting", { n }) : say("web.connection_gone");
  gone.hidden = !(signedOut || broken || stuck);
}

let stuck = false;
let complained = "";
onState((name, error) => {
  stuck = name === "offline" && waiting() > 0;
  signedOut = Boolean(error && error.signedOut);
  if (name === "later" && !signedOut && complained !== error.text) {
    complained = error.text;
    notice(error.text, { refused: true });
  }
  if (name === "sent") complained = "";
  banner();
});

document.addEventListener("queue", banner);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { close(); return; }
  unseen = 0;
  document.title = title;
  open();
  seen();
});
byId("panel-open").addEventListener("change", () => { if (byId("panel-open").checked) scrollTo(0, 0); });
addEventListener("pageshow", () => { open(); });
addEventListener("pagehide", close);
addEventListener("offline", () => { broken = true; banner(); });
addEventListener("online", () => { close(); open(); });
addEventListener("scroll", seen, { passive: true, capture: true });
setInterval(() => { if (!document.hidden && source && Date.now() - heard > SILENT_FOR) lost(); }, 5000);

export function start() {
  open();
  if (byId("log")) {
    const wanted = location.hash.startsWith("#m-") && byId(decodeURIComponent(location.hash.slice(1)));
    if (wanted) wanted.scrollIntoView();
    else if (location.hash === "#private" && byId("private").lastElementChild) byId("private").lastElementChild.scrollIntoView();
    else if (byId("panel-open").checked && matchMedia("(max-width: 899px)").matches) scrollTo(0, 0);
    else if (!new URLSearchParams(location.search).has("before")) toNewest();
    seen();
  }
}
