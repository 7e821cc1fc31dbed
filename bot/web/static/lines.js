// The lines of the chat: put in order, followed, marked as unread, and reported as shown.

import { recall, remember, say } from "./memory.js";
import { arrived } from "./outgoing.js";

const room = document.getElementById("room");
const log = document.getElementById("log");
const jump = document.getElementById("jump");
const older = document.getElementById("older");
const title = document.title;
const MOST_REPORTED = 200; // in one post
const unread = new Set();
const onScreen = new Set();
const noted = new Set();
const unconfirmed = new Set();
let reporting = 0;
let following = true;
let lastTop = 0;
let mark = null;
let lastSeen = recall("seen", 0);

const numberOf = (line) => Number(line.dataset.id);
const linesOf = () => Array.from(log.querySelectorAll(".line"));
const isTheirs = (line) => line.classList.contains("theirs");

const watcher = new IntersectionObserver(
  (entries) => {
    entries.forEach((entry) => {
      const enough = entry.intersectionRatio >= 0.5 || entry.intersectionRect.height > 160;
      if (entry.isIntersecting && enough) onScreen.add(entry.target);
      else onScreen.delete(entry.target);
    });
    noteSeen();
  },
  { threshold: [0, 0.25, 0.5, 0.75, 1] },
);

export function startLines() {
  const lines = linesOf();
  lines.filter(isTheirs).forEach((line) => {
    watcher.observe(line);
    if (lastSeen && numberOf(line) > lastSeen) unread.add(line);
  });
  if (unread.size) putMark(unread.values().next().value);
  tidy();
  followEnd();
  room.addEventListener("scroll", noteScroll);
  jump.addEventListener("click", () => {
    following = true;
    room.scrollTop = room.scrollHeight;
  });
  if (older) older.addEventListener("click", loadOlder);
  if (window.ResizeObserver) {
    const sizes = new ResizeObserver(followEnd);
    [room, log, document.getElementById("unsent")].forEach((part) => sizes.observe(part));
  }
  document.addEventListener("visibilitychange", noteSeen);
}

// A line from the stream: new, or a shown one that has changed.
export function putLine(markup) {
  const line = parse(markup)[0];
  const shown = document.getElementById(line.id);
  const lines = linesOf();
  if (!shown && older && !older.hidden && lines.length && numberOf(line) < numberOf(lines[0])) return;
  if (shown) replace(shown, line);
  else insert(line, lines);
  arrived(line.dataset.event);
  if (isTheirs(line)) watcher.observe(line);
  tidy();
  if (following) followEnd();
}

// The person has sent something: what stands above it has been read.
export function sentNow() {
  if (mark) mark.remove();
  mark = null;
  following = true;
  document.getElementById("empty").hidden = true;
  followEnd();
}

function parse(markup) {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  return Array.from(holder.content.children);
}

function replace(shown, line) {
  const focused = shown.contains(document.activeElement);
  watcher.unobserve(shown);
  onScreen.delete(shown);
  if (unread.delete(shown)) unread.add(line);
  shown.replaceWith(line);
  if (focused) (line.querySelector("button:not(:disabled)") || room).focus({ preventScroll: true });
}

function insert(line, lines) {
  const next = lines.find((other) => numberOf(other) > numberOf(line)) || null;
  line.classList.add("arrived");
  log.insertBefore(line, next);
  if (!isTheirs(line)) return;
  unread.add(line);
  if (document.hidden && !mark) putMark(line);
}

function putMark(line) {
  mark = document.createElement("li");
  mark.className = "new-from-here";
  mark.textContent = say("new-here");
  log.insertBefore(mark, line);
}

// Which line begins a day, and whose choices are the newest open ones.
function tidy() {
  const lines = linesOf();
  lines.forEach((line, i) => {
    line.classList.toggle("first-of-day", !i || lines[i - 1].dataset.day !== line.dataset.day);
    line.classList.remove("newest");
  });
  const open = lines.filter((line) => line.querySelector(".choices") && !line.classList.contains("answered"));
  if (open.length) open[open.length - 1].classList.add("newest");
  document.getElementById("empty").hidden = Boolean(lines.length);
  showJump();
}

// Only the person's own scrolling up ends the following: lines that arrive and screens that turn scroll too.
function noteScroll() {
  if (!room.clientHeight) return; // not on show
  if (isAtEnd()) following = true;
  else if (room.scrollTop < lastTop - 2) following = false;
  lastTop = room.scrollTop;
  showJump();
}

function isAtEnd() {
  return room.scrollHeight - room.scrollTop - room.clientHeight < 60;
}

function followEnd() {
  if (!following) return;
  const end = room.scrollHeight - room.clientHeight;
  room.scrollTop = mark && unread.size ? Math.min(end, mark.offsetTop - room.offsetTop - 12) : end;
}

function showJump() {
  const count = unread.size;
  jump.hidden = (following && !count) || isAtEnd();
  const word = count === 1 ? say("one-new") : count ? say("many-new", count) : say("to-end");
  jump.querySelector(".word").textContent = word;
  document.title = count ? "(" + count + ") " + title : title;
}

function noteSeen() {
  if (document.hidden) return;
  onScreen.forEach((line) => {
    unread.delete(line);
    lastSeen = Math.max(lastSeen, numberOf(line));
    line.dataset.outbox.split(" ").forEach((id) => {
      if (id && !noted.has(id)) unconfirmed.add(id);
      noted.add(id);
    });
  });
  remember("seen", lastSeen);
  showJump();
  if (unconfirmed.size && !reporting) reporting = setTimeout(report, 250);
}

// What has been on the screen, as long as the service may not know it.
export function seenUnconfirmed() {
  return Array.from(unconfirmed).slice(0, MOST_REPORTED);
}

async function report() {
  const ids = seenUnconfirmed();
  let wait = 250;
  try {
    const answer = await fetch("da-xem", { method: "POST", body: new URLSearchParams({ shown: ids.join(" ") }) });
    if (answer.status >= 500) throw new Error("not noted");
    ids.forEach((id) => unconfirmed.delete(id));
  } catch {
    wait = 5000;
  }
  reporting = unconfirmed.size ? setTimeout(report, wait) : 0;
}

async function loadOlder() {
  const first = linesOf()[0];
  older.disabled = true;
  try {
    const answer = await fetch("cu?before=" + first.dataset.id);
    if (!answer.ok) return;
    const height = room.scrollHeight;
    parse(await answer.text()).forEach((line) => {
      log.insertBefore(line, first);
      if (isTheirs(line)) watcher.observe(line);
    });
    older.hidden = !answer.headers.get("X-More");
    tidy();
    room.scrollTop += room.scrollHeight - height;
  } catch {
    // No connection: the header says so, and the button may be pressed again.
  } finally {
    older.disabled = false;
  }
}
