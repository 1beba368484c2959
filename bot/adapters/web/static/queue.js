// What is on its way out. It is written down before it is sent, survives a reload, and is sent until somebody answers;
// each item has an id of its own, so that the house counts it once however often it arrives.

import { Later, Offline, kept, post } from "./page.js";
import { dataUrlToBlob } from "./photo.js";

const SLOWEST = 30000;
const listeners = [];
// A report that was only begun is no report: its questions must not pop up an hour later.
let items = kept.get("queue", []).filter((item) => !begins(item));
let wait = 1000;
let timer = 0;
let busy = false;
const waiters = new Map();

export function onAnswer(listener) { listeners.push(listener); }
export function waiting() { return items.length; }
export function waitingItems() { return items.slice(); }

function begins(item) { return (item.fields.press || "").startsWith('["report.start"'); }

// Nobody answered and nobody needs the answer any more.
export function withdraw(id) {
  items = items.filter((item) => item.id !== id);
  save();
  changed();
}

// `item`: {id, path, fields, room, photo?: a data URL that leaves after everything else}
export function enqueue(item) {
  items.push(item);
  const written = save();
  changed();
  const answered = new Promise((resolve) => waiters.set(item.id, resolve));
  flush();
  return { id: item.id, answered, written };
}

function save() {
  if (kept.put("queue", items)) return true;
  // No room for the photos: the words are what must survive.
  return kept.put("queue", items.map((item) => ({ ...item, photo: undefined, follows: undefined })));
}

export async function flush() {
  clearTimeout(timer);
  if (busy) return;
  busy = true;
  try {
    while (items.length) {
      const item = items[0];
      const told = await send(item);
      items = items.filter((other) => other.id !== item.id);
      save();
      wait = 1000;
      listeners.forEach((listener) => listener(item, told));
      const waiter = waiters.get(item.id);
      waiters.delete(item.id);
      if (waiter) waiter(told);
      changed();
    }
    state("sent");
  } catch (error) {
    if (!(error instanceof Offline) && !(error instanceof Later)) throw error;
    state(error instanceof Later ? "later" : "offline", error);
    timer = setTimeout(flush, wait);
    wait = Math.min(wait * 2, SLOWEST);
  } finally {
    busy = false;
    changed();
  }
}

async function send(item) {
  if (item.photo) {
    const form = new FormData();
    if (!item.plain) form.append("photo", "1");
    form.append("file", dataUrlToBlob(item.photo), item.photoName || "photo.jpg");
    const told = await post("/upload", form);
    if (!told.tickets) return told;
    item.fields.tickets = JSON.stringify({ [item.photoField || "photo"]: told.tickets[0] });
    delete item.photo;
    save();
  }
  return post(item.path, { ...item.fields, room: item.room, update: item.id });
}

let told = () => {};
export function onState(listener) { told = listener; }
function state(name, error) { told(name, error); }
function changed() { document.dispatchEvent(new CustomEvent("queue")); }

addEventListener("online", () => { wait = 1000; flush(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
addEventListener("storage", (event) => { if (event.key === kept.name("queue") && !busy) items = kept.get("queue", []); });
