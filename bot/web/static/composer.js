// Writing: text, photos, location. What was typed is kept until it is on its way.

import { notice, recall, remember, say } from "./memory.js";
import { onOutgoing, send } from "./outgoing.js";
import { seenUnconfirmed, sentNow } from "./lines.js";

const MAX_FILES = 10;
const SHRINK_FROM = 1500000; // bytes
const LONGEST_SIDE = 2048; // pixels
const form = document.getElementById("composer");
const text = document.getElementById("text");
const strip = document.getElementById("chosen");
let files = [];

export function startComposer() {
  text.value = recall("draft", "") || text.value;
  grow();
  text.addEventListener("input", () => {
    remember("draft", text.value);
    grow();
  });
  text.addEventListener("keydown", (key) => {
    const enter = key.key === "Enter" && !key.shiftKey && !key.isComposing;
    if (!enter || !matchMedia("(pointer: fine)").matches) return;
    key.preventDefault();
    submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  form.querySelectorAll('input[type="file"]').forEach((input) => {
    input.addEventListener("change", () => {
      choose(Array.from(input.files));
      input.value = "";
    });
  });
  text.addEventListener("paste", (paste) => {
    if (paste.clipboardData && paste.clipboardData.files.length) choose(Array.from(paste.clipboardData.files));
  });
  document.getElementById("place").addEventListener("click", sendPlace);
  onOutgoing({ shown: sentNow, refused: giveBack, seen: seenUnconfirmed });
}

async function submit() {
  const words = text.value;
  const photos = files;
  if (!words.trim() && !photos.length) {
    text.focus();
    return;
  }
  notice("");
  setText("");
  setFiles([]);
  if (!photos.length) send("tin", { text: words });
  else send("anh", { text: words }, await Promise.all(photos.map(shrink)));
}

function giveBack(item) {
  if (item.fields.text) setText([item.fields.text, text.value].filter(Boolean).join("\n"));
  if (item.files.length) setFiles(item.files.concat(files));
}

function setText(words) {
  text.value = words;
  remember("draft", words);
  grow();
}

function grow() {
  text.style.height = "auto";
  text.style.height = text.scrollHeight + 2 + "px";
}

function choose(more) {
  notice(files.length + more.length > MAX_FILES ? "too-many" : "");
  setFiles(files.concat(more).slice(0, MAX_FILES));
  text.focus({ preventScroll: true });
}

function setFiles(chosen) {
  files = chosen;
  strip.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
  strip.textContent = "";
  strip.hidden = !files.length;
  files.forEach((file) => strip.append(thumbnail(file)));
}

function thumbnail(file) {
  const item = document.createElement("li");
  const isImage = file.type.startsWith("image/");
  const picture = document.createElement(isImage ? "img" : "span");
  if (isImage) {
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
  } else {
    picture.className = "file";
    picture.textContent = file.name;
  }
  const remove = document.createElement("button");
  remove.type = "button";
  remove.innerHTML = '<span aria-hidden="true">×</span>';
  remove.setAttribute("aria-label", say("remove"));
  remove.addEventListener("click", () => setFiles(files.filter((other) => other !== file)));
  item.append(picture, remove);
  return item;
}

// A phone's photo is several megabytes; the office needs to see a screen or a cable, on a slow line.
async function shrink(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < SHRINK_FROM) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file; // the service will say what is wrong with it
  }
}

function sendPlace() {
  if (!navigator.geolocation || !window.isSecureContext) return notice("no-place");
  notice("finding");
  navigator.geolocation.getCurrentPosition(
    (found) => {
      notice("");
      send("vi-tri", { latitude: found.coords.latitude, longitude: found.coords.longitude });
    },
    () => notice("no-place"),
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
  );
}
