// What this browser remembers for one phone, and the words that scripts may show (they stand in the page).

const slot = document.body.dataset.slot;

export function recall(name, otherwise) {
  try {
    const kept = localStorage.getItem(name + ":" + slot);
    return kept === null ? otherwise : JSON.parse(kept);
  } catch {
    return otherwise; // no storage, or somebody else's value
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(name + ":" + slot, JSON.stringify(value));
  } catch {
    // Full or forbidden: the page works without a memory.
  }
}

// A phone that signs out leaves nothing behind in this browser.
export function forget() {
  try {
    ["phone", "draft", "unsent", "seen", "large"].forEach((name) => localStorage.removeItem(name + ":" + slot));
  } catch {
    // No storage: nothing to forget.
  }
}

export function say(key, count) {
  const term = Array.from(document.querySelectorAll("#words dt")).find((dt) => dt.textContent === key);
  return term.nextElementSibling.textContent.replace("{}", count);
}

export function notice(key) {
  const place = document.getElementById("notice");
  place.hidden = !key;
  place.textContent = key ? say(key) : "";
}

export function newEventId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID exists on https only
  return slot + "-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
