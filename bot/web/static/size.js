// Before the first paint: the type size that was chosen on this phone.

try {
  const slot = document.currentScript.dataset.slot;
  if (localStorage.getItem("large:" + slot) === "true") document.documentElement.classList.add("large");
} catch (error) {
  // No storage: the usual size.
}
