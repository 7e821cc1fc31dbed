// The drill's bar: the time at the clock's own speed, what to try next, and tabs on small screens.

const body = document.body;
let start = new Date(body.dataset.now).getTime();
let started = performance.now();
const factor = Number(body.dataset.factor);
const days = body.dataset.days.split("|");
const clock = document.getElementById("now");
const hints = Array.from(document.querySelectorAll("#hint [data-when]"));
const handsets = Array.from(document.querySelectorAll(".handset"));
const frames = handsets.map((handset) => handset.querySelector("iframe"));
const tabs = Array.from(document.querySelectorAll("[data-tab]"));
const MOST_SHOWN = 99;
const VIETNAM = 7 * 3600 * 1000;
const two = (number) => String(number).padStart(2, "0");

function tick() {
  const now = new Date(start + (performance.now() - started) * factor + VIETNAM);
  const time = two(now.getUTCHours()) + ":" + two(now.getUTCMinutes()) + (factor > 1 ? "" : ":" + two(now.getUTCSeconds()));
  const day = days[(now.getUTCDay() + 6) % 7];
  const date = two(now.getUTCDate()) + "/" + two(now.getUTCMonth() + 1) + "/" + now.getUTCFullYear();
  clock.textContent = [time, day, date].join(" ");
}

// A restart of the service sets a fast clock back to where it stopped.
async function setClock() {
  try {
    const answer = await fetch("/dien-tap/gio");
    start = new Date((await answer.json()).now).getTime();
    started = performance.now();
  } catch {
    // The service is away; the time goes on meanwhile.
  }
}

// What there is to try follows from what the phones show.
function next() {
  const pages = frames.map((frame) => frame.contentDocument);
  const has = (page, selector) => Boolean(page && page.querySelector(selector));
  const [member, officer] = pages;
  if (has(officer, ".card button:not(:disabled)")) return "alert";
  if (has(officer, ".card")) return pages.some((page) => has(page, ".newest")) ? "taken" : "done";
  if (has(member, ".newest")) return "draft";
  return "start";
}

function look() {
  const when = next();
  hints.forEach((hint) => {
    hint.hidden = hint.dataset.when !== when;
  });
  frames.forEach((frame, i) => {
    const count = frame.contentDocument && /^\((\d+)\)/.exec(frame.contentDocument.title);
    const badge = tabs[i].querySelector(".new");
    badge.hidden = !count;
    badge.querySelector(".count").textContent = count ? (count[1] > MOST_SHOWN ? MOST_SHOWN + "+" : count[1]) : "";
  });
}

tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => {
    tabs.forEach((other, j) => other.setAttribute("aria-pressed", String(i === j)));
    handsets.forEach((handset, j) => handset.classList.toggle("shown", i === j));
    look();
  });
});
tick();
setInterval(setClock, 10000);
setInterval(tick, factor > 1 ? 250 : 1000);
setInterval(look, 1000);
