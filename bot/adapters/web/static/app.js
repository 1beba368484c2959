// The chat's page. Without this script every form and link on it still works.

import { byId, facts } from "./page.js";
import { claim } from "./log.js";
import { flush } from "./queue.js";
import "./notices.js";
import "./press.js";
import * as compose from "./compose.js";
import * as live from "./live.js";

document.body.classList.add("scripted");
document.querySelectorAll(".message").forEach(claim);
compose.start();
live.start();
flush();

// Back from another page of the phone's memory: what it shows may be old.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
if (byId("panel") && !facts.room) byId("panel").hidden = true;
