// What the person sends: kept until the service has it, in order, and sent again under the same id.

import { newEventId, notice, recall, remember, say } from "./memory.js";

const TIMEOUT = 30000;
const TIMEOUT_WITH_FILES = 180000;
const list = document.getElementById("unsent");
const log = document.getElementById("log");
const handlers = { refused: () => {}, shown: () => {}, seen: () => [] };
let queue = [];
let busy = false;
let wait = 0;
let timer = 0;

// `refused(item)` gets back what the service will not take; `shown()` is called when a bubble appears;
// `seen()` tells which messages have been on the screen without the service knowing it yet.
export function onOutgoing(given) {
  Object.assign(handlers, given);
}

export function send(path, fields, files) {
  const item = { id: newEventId(), path, fields, files: files || [], at: Date.now(), seen: handlers.seen() };
  queue.push(item);
  keep();
  showBubble(item, "sending");
  wait = 0;
  pump();
}

// The stream has shown a line: its bubble here has done its duty.
export function arrived(eventId) {
  const bubble = eventId && list.querySelector('[data-event="' + eventId + '"]');
  if (bubble) bubble.remove();
}

export function restart() {
  recall("unsent", []).forEach((item) => {
    if (isInLog(item.id)) return;
    queue.push(Object.assign({ files: [] }, item));
    showBubble(item, "kept");
  });
  keep();
  pump();
}

export async function pump() {
  clearTimeout(timer);
  if (busy) return;
  busy = true;
  while (queue.length && (await deliver(queue[0]))) {
    queue.shift();
    keep();
    wait = 0;
  }
  busy = false;
  if (queue.length) {
    wait = Math.min(30000, wait * 2 || 2000);
    timer = setTimeout(pump, wait);
  }
}

// True when the item is off our hands: taken, or refused for good.
async function deliver(item) {
  const status = await post(item);
  if (status === 401) location.reload(); // the page then says that this phone is signed out
  if (status === 0 || status === 401 || status === 408 || status === 429 || status >= 500) {
    setState(item, "kept");
    if (item.path === "chon") notice("press-kept");
    return false;
  }
  if (status >= 400) {
    arrived(item.id);
    notice(status === 413 ? "too-long" : "not-taken");
    handlers.refused(item);
  } else {
    if (item.path === "chon") notice("");
    if (isInLog(item.id)) arrived(item.id);
  }
  return true;
}

async function post(item) {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), item.files.length ? TIMEOUT_WITH_FILES : TIMEOUT);
  try {
    const answer = await fetch(item.path, { method: "POST", body: bodyOf(item), signal: stop.signal });
    return answer.status;
  } catch {
    return 0;
  } finally {
    clearTimeout(limit);
  }
}

function bodyOf(item) {
  const body = item.path === "anh" ? new FormData() : new URLSearchParams();
  body.append("event_id", item.id);
  Object.keys(item.fields).forEach((name) => body.append(name, item.fields[name]));
  // A digit answers what was on the screen when it was typed, not what came while it could not be sent.
  body.append("shown", (item.seen || []).join(" "));
  body.append("waited", Math.max(0, Date.now() - (item.at || Date.now())));
  item.files.forEach((file) => {
    if (file.size > Number(document.body.dataset.maxBytes)) body.append("too_big", file.name);
    else body.append("photo", file, file.name);
  });
  return body;
}

function isInLog(eventId) {
  return Boolean(log.querySelector('[data-event="' + eventId + '"]'));
}

// Files cannot be kept over a reload; leaving the page with one unsent asks first.
function keep() {
  remember("unsent", queue.filter((item) => !item.files.length));
}

addEventListener("beforeunload", (leaving) => {
  if (queue.some((item) => item.files.length)) leaving.preventDefault();
});
addEventListener("online", pump);

function showBubble(item, state) {
  if (item.path === "chon") return;
  const line = document.createElement("li");
  line.className = "line mine";
  line.dataset.event = item.id;
  line.innerHTML = '<div class="bubble"><p class="text"></p></div><p class="state"></p>';
  const words = item.path === "vi-tri" ? say("location") : item.fields.text;
  const photos = (item.files || []).map(() => say("photo")).join(" ");
  line.querySelector(".text").textContent = [words, photos].filter(Boolean).join("\n");
  list.append(line);
  setState(item, state);
  handlers.shown();
}

function setState(item, state) {
  const line = list.querySelector('[data-event="' + item.id + '"]');
  if (!line) return;
  line.classList.toggle("waiting", state === "kept");
  line.querySelector(".state").textContent = say(state);
}
