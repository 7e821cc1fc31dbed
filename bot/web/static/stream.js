// News from the service. A browser allows six connections to one host, so one page of a phone holds the
// stream and passes on what it hears to the phone's other pages in this browser.

import { say } from "./memory.js";

const SILENT = 40000; // the service says something every 15 s
const GONE = 12000; // the page that holds the stream says so every 5 s
const YIELD_AGAIN = 1000;
const body = document.body;
const link = document.getElementById("link");
const inFrame = window !== window.top;
const me = crypto.getRandomValues(new Uint32Array(1))[0];
const others = "BroadcastChannel" in window ? new BroadcastChannel("news:" + body.dataset.slot) : null;
const handlers = { line: () => {}, duty: () => {}, open: () => {} };
let source = null; // ours, while this page holds the stream
let missed = null; // a short one, for what the page that holds the stream had before us
let lastSeq = Number(body.dataset.seq);
let lastHeard = 0;
let lastTold = 0;
let heldSince = 0;
let wait = 1000;
let retry = 0;
let resting = ""; // why the service has closed our stream: newer ones of this phone, or too many of all
let ended = false;

export function startStream(given) {
  Object.assign(handlers, given);
  if (others) others.addEventListener("message", (told) => hearOther(told.data));
  document.addEventListener("visibilitychange", shownOrHidden);
  addEventListener("pagehide", letGo);
  addEventListener("pageshow", (shown) => shown.persisted && shownOrHidden());
  addEventListener("online", () => source && join());
  addEventListener("offline", () => setLink("away"));
  setInterval(watch, 5000);
  if (!document.hidden || !inFrame) hold();
}

export function endStream() {
  ended = true;
  letGo();
}

function setLink(state) {
  if (link.dataset.state === state) return;
  link.dataset.state = state;
  link.querySelector(".word").textContent = say(state);
}

function heard() {
  lastHeard = Date.now();
  wait = 1000;
  setLink("joined");
}

// The page that was shown last holds the stream: others may be asleep.
function shownOrHidden() {
  if (ended) return;
  if (!document.hidden) hold();
  else if (inFrame) letGo();
}

function hold() {
  resting = "";
  heldSince = Date.now();
  tell("hold");
  if (!source || Date.now() - lastHeard > SILENT) join();
}

function letGo() {
  if (closeSource()) tell("free");
}

// Close the stream, if this page holds it, and try for no other; tells whether it did.
function closeSource() {
  clearTimeout(retry);
  if (!source) return false;
  source.close();
  source = null;
  return true;
}

// There are too many streams: look every few seconds, and open one again in a while. The other pages of this
// phone take part in that, instead of opening one at once.
function rest(pause) {
  closeSource();
  resting = "later";
  retry = setTimeout(hold, pause * (0.5 + Math.random()));
}

function join() {
  closeSource();
  setLink("joining");
  source = new EventSource("luong?after=" + lastSeq);
  lastHeard = Date.now();
  source.addEventListener("open", () => hear("open"));
  ["here", "line", "duty", "signed-out"].forEach((what) => {
    source.addEventListener(what, (event) => hear(what, event.data, Number(event.lastEventId)));
  });
  source.addEventListener("elsewhere", () => {
    letGo();
    resting = "elsewhere";
  });
  source.addEventListener("later", (event) => rest(Number(event.data) * 1000));
  source.addEventListener("error", away);
}

// The browser connects again by itself unless it was refused; then we ask why, and go on trying.
async function away() {
  setLink("away");
  tell("held");
  if (!source || source.readyState !== EventSource.CLOSED) return;
  retry = setTimeout(join, wait);
  wait = Math.min(30000, wait * 2);
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
  if (answer && answer.status === 401) location.reload();
}

function hear(what, data, seq) {
  const after = lastSeq;
  take(what, data, seq);
  tell("news", { what, data, seq, after });
}

function take(what, data, seq) {
  heard();
  if (what === "signed-out") location.reload();
  else if (what === "open") handlers.open();
  else if (what === "duty") handlers.duty(data);
  else if (what === "line" && seq > lastSeq) {
    lastSeq = seq;
    handlers.line(data);
  }
}

function tell(kind, more) {
  if (others) others.postMessage(Object.assign({ kind, who: me, after: lastSeq, link: link.dataset.state }, more));
}

function hearOther(told) {
  if (ended) return;
  lastTold = told.kind === "free" ? 0 : Date.now();
  if (told.kind === "hold") yieldTo(told.who);
  else if (told.kind === "free") takeOver();
  else if (told.kind === "news" && !source && told.after <= lastSeq) take(told.what, told.data, told.seq);
  if (source) return;
  if (told.link === "joined") heard();
  else if (told.link === "away") setLink("away");
  if (told.after > lastSeq) catchUp();
}

// Of two pages that want the stream at the same moment one goes on wanting it.
function yieldTo(who) {
  lastHeard = Date.now();
  resting = "";
  if (source && Date.now() - heldSince < YIELD_AGAIN && me > who) {
    tell("hold");
    return;
  }
  closeSource();
}

function takeOver() {
  if (document.hidden && inFrame) return;
  const turn = (document.hidden ? 1000 : 50) + Math.random() * 200;
  setTimeout(() => !ended && !source && !lastTold && hold(), turn);
}

// Fetch what came before this page listened, and end.
function catchUp() {
  if (missed || source) return;
  missed = new EventSource("luong?once=1&after=" + lastSeq);
  const end = () => {
    missed.close();
    missed = null;
  };
  missed.addEventListener("line", (event) => take("line", event.data, Number(event.lastEventId)));
  missed.addEventListener("duty", (event) => take("duty", event.data));
  missed.addEventListener("signed-out", () => location.reload());
  missed.addEventListener("enough", end);
  missed.addEventListener("error", end);
}

function watch() {
  if (ended || (document.hidden && inFrame)) return;
  if (resting === "later") tell("held");
  if (resting) catchUp();
  else if (Date.now() - lastHeard > SILENT) hold();
  else if (source) tell("held");
  else if (!document.hidden && Date.now() - lastTold > GONE) hold();
}
