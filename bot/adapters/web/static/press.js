// Presses and forms: caught before the browser would leave the page, and sent through the queue.

import { byId, facts, newId, say } from "./page.js";
import { enqueue, onAnswer, withdraw } from "./queue.js";
import { marked, notice, putAwayRefusal, recorded, showPrivately } from "./notices.js";
import { smaller, whole } from "./photo.js";

const sheet = byId("sheet");
const sure = byId("sure");
const offline = byId("offline-report");
let asked = null;
const TWICE = 500;
const pressedAt = new Map();

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (button && button.name === "press" && (form.id === "press" || form.classList.contains("report"))) {
    event.preventDefault();
    press(button);
  } else if (form.classList.contains("ask")) {
    event.preventDefault();
    answer(form, button);
  } else if (form.id === "own" && button) {
    event.preventDefault();
    own(button);
  }
});

// A dangerous press is asked about first; without this script the question unfolds in place.
document.addEventListener("click", (event) => {
  const summary = event.target.closest("details.sure > summary");
  if (!summary) return;
  event.preventDefault();
  asked = { summary, button: summary.parentElement.querySelector("button") };
  sure.querySelector("p").textContent = summary.parentElement.querySelector("p").textContent;
  sure.showModal();
});
sure.querySelector(".yes").addEventListener("click", () => { sure.close(); if (asked) press(asked.button, asked.summary); });
sure.querySelector(".no").addEventListener("click", () => sure.close());
sure.addEventListener("close", () => { asked = null; });

function roomOf(element) {
  const message = element.closest("[data-room]");
  return (message && message.dataset.room) || facts.room;
}

// A second tap of the same finger lands on whatever stands there by then: on one message it counts once.
function twice(button) {
  const message = button.closest(".message, .only-you");
  const where = message ? message.id || button.value : button.value;
  const again = Date.now() - (pressedAt.get(where) || 0) < TWICE;
  pressedAt.set(where, Date.now());
  return again;
}

async function press(button, busy = button) {
  const value = button.value;
  if (busy.getAttribute("aria-busy") || twice(button)) return;
  busy.setAttribute("aria-busy", "true");
  const report = value.startsWith('["report.start"');
  const drill = Boolean(button.closest(".drill")) && !value.startsWith('["drill.real"');
  const sent = enqueue({ id: newId(), path: "/press", fields: { press: value }, room: roomOf(button) });
  const late = setTimeout(() => {
    if (report) {
      withdraw(sent.id);
      busy.removeAttribute("aria-busy");
      if (!sheet.open) offline.showModal();
    } else notice(marked(say("web.will_be_sent"), drill), { drill });
  }, report ? 2500 : 4000);
  await sent.answered;
  clearTimeout(late);
  busy.removeAttribute("aria-busy");
}

async function answer(form, button) {
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  await sendAnswer(form, button);
  form.removeAttribute("aria-busy");
}

async function sendAnswer(form, button) {
  const fields = {};
  const photos = [];
  const drill = form.classList.contains("drill");
  for (const [name, value] of new FormData(form)) {
    if (value instanceof File) { if (value.size) photos.push([name, value, form.elements[name].required]); }
    else if (name !== "token" && name !== "update" && name !== "room") fields[name] = value;
  }
  if (button && button.name) fields[button.name] = button.value;
  const item = { id: newId(), path: "/form", fields, room: form.elements.room.value };
  let follows = null;
  if (photos.length) {
    const [name, file, needed] = photos[0];
    const picture = await smaller(file);
    // Minutes and reports are files, not photos; where a photo is asked for, or a picture cannot be opened, it is said.
    const asked = form.elements[name].accept === "image/*";
    if (!picture && (asked || file.type.startsWith("image/"))) { notice(marked(say("web.no_photo"), drill), { refused: true, drill }); return; }
    const content = picture || await whole(file);
    if (needed) Object.assign(item, { photo: content, photoField: name, photoName: file.name, plain: !picture });
    else follows = { picture: content, name: file.name, plain: !picture };
  }
  if (button) button.setAttribute("aria-busy", "true");
  if (follows) item.follows = follows;
  const sent = enqueue(item);
  const late = setTimeout(() => { notice(marked(say("web.will_be_sent"), drill), { drill }); sheet.close(); }, 4000);
  await sent.answered;
  clearTimeout(late);
  if (button) button.removeAttribute("aria-busy");
}

function own(button) {
  if (button.name === "put_away") {
    const card = button.closest(".only-you");
    if (card) card.remove();
  }
  enqueue({ id: newId(), path: "/own", fields: { [button.name]: button.value }, room: facts.room });
}

// Whatever the house answers, to whatever was sent, also after a reload.
onAnswer((item, told) => {
  if (told.language && told.language !== facts.language) { location.reload(); return; }
  // The alarm has left; now the photo follows it into the event's record.
  if (item.follows && told.stored !== false) {
    const to = told.event ? `${told.event}/command` : "";
    enqueue({ id: newId(), path: "/say", fields: { words: "", reply_to: to }, room: item.room, photo: item.follows.picture, photoName: item.follows.name, plain: item.follows.plain });
  }
  const questions = item.path === "/form" || item.path === "/press";
  if (told.form || told.html) putAwayRefusal();
  if (told.form) { ask(told.form); return; }
  // A refusal must not stand behind the question it answers.
  if (questions && sheet.open && told.stored === false && told.text) { refuse(told.text); return; }
  if (questions && sheet.open) sheet.close();
  if (told.html) showPrivately(told.html);
  const drill = told.kind === "drill";
  if (told.text) notice(told.text, { undo: told.undo, refused: told.stored === false, drill });
  else if (!told.html && !told.link && questions && told.stored !== false) notice(marked(recorded(), drill), { drill });
  if (told.link && !told.html) location.assign(told.link.href);
});

function ask(html) {
  if (offline.open) offline.close("");
  sheet.querySelector(".inside").innerHTML = html;
  if (!sheet.open) sheet.showModal();
  sheet.scrollTop = 0;
  const title = sheet.querySelector("h2");
  title.id = "sheet-title";
  title.tabIndex = -1;
  title.focus();
  sheet.querySelectorAll("input[type=radio]").forEach((radio) => {
    radio.addEventListener("change", () => pick(radio));
    radio.addEventListener("click", () => unpick(radio));
  });
  sheet.querySelectorAll(".upload input").forEach((input) => input.addEventListener("change", () => {
    const label = input.closest(".upload");
    label.classList.toggle("ready", input.files.length > 0);
    if (input.files.length) label.querySelector("span").textContent = input.files[0].name;
  }));
}

function refuse(words) {
  const place = sheet.querySelector(".said-no") || document.createElement("p");
  place.className = "said-no";
  place.setAttribute("role", "alert");
  place.textContent = words;
  sheet.querySelector("h2").after(place);
  sheet.scrollTop = 0;
}

function pick(radio) {
  sheet.querySelectorAll(`input[name="${CSS.escape(radio.name)}"]`).forEach((other) => {
    other.closest("label").classList.toggle("picked", other.checked);
  });
}

// A tile that was tapped by mistake is let go by tapping it again.
function unpick(radio) {
  if (radio.required || radio.dataset.was !== "1") { radio.dataset.was = "1"; return; }
  radio.dataset.was = "";
  radio.checked = false;
  radio.closest("label").classList.remove("picked");
}

sheet.querySelector(".close").addEventListener("click", () => sheet.close());
sheet.addEventListener("close", () => sheet.querySelector(".inside").replaceChildren());
sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });

// No connection and an emergency: the telephone first, and the words leave by themselves later.
offline.addEventListener("close", () => {
  const words = offline.querySelector("input").value.trim();
  if (offline.returnValue === "send" && words) {
    enqueue({ id: newId(), path: "/say", fields: { words: `/report ${words}` }, room: `@${facts.person}` });
    offline.querySelector("input").value = "";
    notice(say("web.will_be_sent"));
  }
});
