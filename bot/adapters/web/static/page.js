// What the server said of this page, and small means of everything else here.
// Baseline: Safari 15.4 and WebView 90, plain http on the company's network (no crypto.subtle, no randomUUID).

export const facts = document.body.dataset;
export const phrases = JSON.parse(document.getElementById("phrases").textContent);
export const byId = (id) => document.getElementById(id);

let token = facts.token;

export function say(key, values) {
  return (phrases[key] || "").replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));
}

// 22 characters of [A-Za-z0-9_-]: what makes an update unique, so that a repeat of it counts once.
export function newId() {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const random = new Uint8Array(22);
  crypto.getRandomValues(random);
  return Array.from(random, (number) => letters[number % 64]).join("");
}

// A store of this person in this browser: a shared phone never mixes two people's drafts.
export const kept = {
  name(what) { return `tocsin/${facts.person}/${what}`; },
  get(what, otherwise) {
    try {
      const written = localStorage.getItem(kept.name(what));
      return written === null ? otherwise : JSON.parse(written);
    } catch (error) { return otherwise; }
  },
  put(what, value) {
    try { localStorage.setItem(kept.name(what), JSON.stringify(value)); return true; } catch (error) { return false; }
  },
  drop(what) {
    try { localStorage.removeItem(kept.name(what)); } catch (error) { /* a browser that keeps nothing */ }
  },
};

export class Offline extends Error {}
export class Later extends Error {}

// One POST. Offline: nobody answered, try again. Later: the house kept nothing, say so and try again.
export async function post(path, body, again) {
  const files = body instanceof FormData;
  const headers = { "X-Token": token, Accept: "application/json" };
  if (!files) headers["Content-Type"] = "application/json";
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), files ? 120000 : 20000);
  let answer;
  try {
    answer = await fetch(facts.base + path, {
      method: "POST", headers, body: files ? body : JSON.stringify(body), credentials: "same-origin", signal: limit.signal,
    });
  } catch (error) {
    throw new Offline(path);
  } finally {
    clearTimeout(timer);
  }
  if (answer.status === 403 && !again && (await freshToken())) return post(path, body, true);
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 502 || answer.status === 503 || answer.status === 504) throw new Offline(path);
  if (answer.status === 401 || answer.status >= 500) {
    const later = new Later(path);
    later.text = told.text || say("web.reply.lost");
    later.signedOut = answer.status === 401;
    throw later;
  }
  told.status = answer.status;
  return told;
}

async function freshToken() {
  try {
    const answer = await fetch(`${facts.base}/token`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    const told = await answer.json();
    if (!told.token || told.person !== facts.person) return false;
    token = told.token;
    return true;
  } catch (error) { return false; }
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export const touches = matchMedia("(hover: none)").matches;
