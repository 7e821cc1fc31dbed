// The phone page: holds the stream open, and ties lines, composer and menu together.

import { startComposer } from "./composer.js";
import { putLine, sentNow, startLines } from "./lines.js";
import { forget, recall, remember, say } from "./memory.js";
import { pump, restart, send } from "./outgoing.js";

const SILENT = 40000; // the service says something every 15 s
const body = document.body;
const link = document.getElementById("link");
const inFrame = window !== window.top;
let source = null;
let lastSeq = body.dataset.seq;
let lastHeard = 0;
let wait = 1000;
let retry = 0;
let leaving = false;

function setLink(state) {
  link.dataset.state = state;
  link.querySelector(".word").textContent = say(state);
}

function heard() {
  lastHeard = Date.now();
  wait = 1000;
  if (link.dataset.state !== "joined") setLink("joined");
}

function join() {
  clearTimeout(retry);
  if (source) source.close();
  source = new EventSource("luong?after=" + lastSeq);
  lastHeard = Date.now();
  source.addEventListener("open", () => {
    heard();
    pump();
  });
  source.addEventListener("here", heard);
  source.addEventListener("line", (event) => {
    heard();
    lastSeq = event.lastEventId;
    putLine(event.data);
  });
  source.addEventListener("duty", (event) => {
    heard();
    document.getElementById("duty").innerHTML = event.data;
  });
  source.addEventListener("signed-out", () => location.reload());
  source.addEventListener("error", away);
}

// The browser connects again by itself unless it was refused; then we ask why, and go on trying.
async function away() {
  setLink("away");
  if (!source || source.readyState !== EventSource.CLOSED) return;
  retry = setTimeout(join, wait);
  wait = Math.min(30000, wait * 2);
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
  if (answer && answer.status === 401) location.reload();
}

function watch() {
  if (leaving) return;
  if (document.hidden && inFrame) {
    // A browser allows six connections to one host: phones that nobody looks at must not hold them.
    if (source) source.close();
    source = null;
  } else if (!source || Date.now() - lastHeard > SILENT) {
    setLink("joining");
    join();
  }
}

document.addEventListener("visibilitychange", watch);
addEventListener("online", join);
addEventListener("offline", () => setLink("away"));
setInterval(watch, 5000);

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
  leaving = true;
  if (source) source.close();
  forget();
});

remember("phone", { person: body.dataset.person, commune: body.dataset.commune, at: Date.now() });
showSize();
startComposer();
startLines();
restart();
watch();
