// Saying something: a draft that survives, one thing at a time to answer or to mend, a photo that follows the words.

import { byId, facts, fragment, kept, newId, say, touches } from "./page.js";
import { enqueue, onAnswer, waitingItems } from "./queue.js";
import { notice } from "./notices.js";
import { smaller } from "./photo.js";
import { toEnd } from "./log.js";

const form = byId("say");
const draftName = `draft/${facts.room}`;
let photo = null;

export function start() {
  if (!form) return;
  const words = form.elements.words;
  const draft = kept.get(draftName, null);
  if (draft && !words.value) { words.value = draft.words || ""; if (draft.photo) showPhoto(draft.photo); }
  grow();
  words.addEventListener("input", () => { grow(); keep(); });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || touches) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  form.elements.photo.addEventListener("click", keep);
  form.elements.photo.addEventListener("change", chosen);
  byId("photo-ready").querySelector(".drop").addEventListener("click", () => showPhoto(null));
  byId("about").querySelector(".drop").addEventListener("click", (event) => { event.preventDefault(); about("", ""); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-reply], a[data-edit]");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.edit) edit(link); else reply(link);
  });
  waitingItems().forEach(showWaiting);
}

function keep() { kept.put(draftName, { words: form.elements.words.value, photo: photo && photo.picture ? photo : null }); }

function grow() {
  const words = form.elements.words;
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight + 2, innerHeight * 0.4)}px`;
}

async function chosen() {
  const file = form.elements.photo.files[0];
  if (!file) return;
  const picture = await smaller(file);
  if (picture) showPhoto({ picture, name: file.name });
  else if (file.type.startsWith("image/")) { notice(say("web.no_photo"), { refused: true }); form.elements.photo.value = ""; }
  else showPhoto({ file, name: file.name });
  keep();
}

function showPhoto(what) {
  photo = what;
  const place = byId("photo-ready");
  place.hidden = !what;
  const image = place.querySelector("img");
  if (what && what.picture) {
    const bytes = atob(what.picture.split(",")[1]);
    image.src = URL.createObjectURL(new Blob([Uint8Array.from(bytes, (character) => character.charCodeAt(0))], { type: "image/jpeg" }));
  } else image.removeAttribute("src");
  image.alt = what ? what.name : "";
  if (!what) { form.elements.photo.value = ""; keep(); }
}

function about(name, excerpt, editing) {
  const place = byId("about");
  form.elements.reply_to.value = editing ? "" : name;
  form.elements.message.value = editing ? name : "";
  form.action = `${facts.base}/${editing ? "edit" : "say"}`;
  place.hidden = !name;
  place.querySelector("span").textContent = editing ? say("web.editing") : say("web.replying");
  place.querySelector("q").textContent = excerpt;
  if (name) form.elements.words.focus();
}

function reply(link) {
  const message = link.closest(".message");
  const first = message.querySelector(".head, .words");
  about(link.dataset.reply, first ? first.textContent.trim().slice(0, 60) : "");
}

function edit(link) {
  const words = link.closest(".message").querySelector(".words");
  about(link.dataset.edit, "", true);
  form.elements.words.value = words ? words.textContent : "";
  grow();
}

// The words leave first, the photo follows: an alarm never waits for a picture.
function send() {
  const fields = { words: form.elements.words.value, reply_to: form.elements.reply_to.value };
  const editing = form.elements.message.value;
  if (editing) {
    enqueue({ id: newId(), path: "/edit", fields: { words: fields.words, message: editing }, room: facts.room });
  } else {
    if (fields.words.trim()) out({ id: newId(), path: "/say", fields, room: facts.room });
    if (photo && photo.picture) out({ id: newId(), path: "/say", fields: { words: "", reply_to: fields.reply_to }, room: facts.room, photo: photo.picture, photoName: photo.name });
    else if (photo && photo.file) { sendFile(photo.file, fields.reply_to); }
  }
  form.elements.words.value = "";
  showPhoto(null);
  about("", "");
  grow();
  kept.drop(draftName);
  form.elements.words.focus();
}

function out(item) {
  showWaiting(item);
  toEnd();
  enqueue(item);
}

function sendFile(file, replyTo) {
  const reader = new FileReader();
  reader.onload = () => out({ id: newId(), path: "/say", fields: { words: "", reply_to: replyTo }, room: facts.room, photo: reader.result, photoName: file.name, plain: true });
  reader.readAsDataURL(file);
}

function showWaiting(item) {
  if (item.path !== "/say" || item.room !== facts.room || /^\s*[/／]/.test(item.fields.words)) return;
  const place = fragment('<article class="message said mine"><p class="by"></p><div class="words" dir="auto"></div></article>').firstElementChild;
  place.id = `w-${facts.person}~${item.id}`;
  place.querySelector(".by").textContent = say("web.sending");
  place.querySelector(".words").textContent = item.fields.words || item.photoName || say("web.photo");
  byId("waiting").append(place);
}

// Refused: the words go back to where they were written.
onAnswer((item, told) => {
  const place = byId(`w-${facts.person}~${item.id}`);
  if (told.stored === false && item.path === "/say" && form) {
    if (place) place.remove();
    if (!form.elements.words.value && item.room === facts.room) { form.elements.words.value = item.fields.words; grow(); keep(); }
  } else if (place) setTimeout(() => place.remove(), 5000);
});
