// The phone page: ties lines, stream, composer and menu together.

import { startComposer } from "./composer.js";
import { putLine, sentNow, startLines } from "./lines.js";
import { forget, recall, remember } from "./memory.js";
import { pump, restart, send } from "./outgoing.js";
import { endStream, startStream } from "./stream.js";

const body = document.body;

document.getElementById("log").addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  event.preventDefault();
  if (button.matches(":focus-visible")) document.getElementById("text").focus(); // came by keyboard
  event.target.querySelectorAll("button").forEach((other) => {
    other.disabled = true;
  });
  button.classList.add("chosen");
  send("chon", { press: button.value });
  sentNow();
});

const size = document.getElementById("size");
function showSize() {
  const large = recall("large", false);
  document.documentElement.classList.toggle("large", large);
  size.setAttribute("aria-pressed", String(large));
  size.textContent = large ? size.dataset.on : size.dataset.off;
}
size.addEventListener("click", () => {
  remember("large", !recall("large", false));
  showSize();
});

const menu = document.querySelector(".menu");
document.addEventListener("click", (event) => {
  if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
menu.querySelector("form").addEventListener("submit", (event) => {
  if (!confirm(event.target.dataset.sure)) {
    event.preventDefault();
    return;
  }
  endStream();
  forget();
});

remember("phone", { person: body.dataset.person, commune: body.dataset.commune, at: Date.now() });
showSize();
startComposer();
startLines();
restart();
startStream({
  line: putLine,
  duty: (markup) => {
    document.getElementById("duty").innerHTML = markup;
  },
  open: pump,
});
