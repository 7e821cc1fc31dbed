// The phones that were used last in this browser. Only names are kept here; each phone's cookie opens it.

(function () {
  const found = [];
  try {
    for (let i = 0; i < localStorage.length; i += 1) {
      const key = localStorage.key(i);
      if (!key.startsWith("phone:")) continue;
      found.push(Object.assign({ slot: key.slice(6) }, JSON.parse(localStorage.getItem(key))));
    }
  } catch (error) {
    return;
  }
  const place = document.getElementById("known");
  found
    .sort((one, other) => other.at - one.at)
    .slice(0, 5)
    .forEach((phone) => {
      const link = document.createElement("a");
      const commune = document.createElement("span");
      link.href = "/m/" + encodeURIComponent(phone.slot) + "/";
      link.textContent = phone.person;
      commune.textContent = phone.commune;
      link.append(commune);
      const item = document.createElement("li");
      item.append(link);
      place.querySelector("ul").append(item);
    });
  place.hidden = !found.length;
})();
