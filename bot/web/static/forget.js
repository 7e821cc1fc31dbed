// A phone that was signed out leaves nothing behind in this browser.

(function () {
  const here = document.currentScript.dataset;
  if (!here.forget) return;
  try {
    ["phone", "draft", "unsent", "seen", "large"].forEach((name) => localStorage.removeItem(name + ":" + here.slot));
  } catch (error) {
    // No storage: nothing to forget.
  }
})();
