"use strict";
// Filters of the seeds that differ. Without this script all of them are shown, and the filters are not.
(() => {
  const form = document.getElementById("filters");
  const opened = [];
  addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((one) => { opened.push(one); one.open = true; }));
  addEventListener("afterprint", () => opened.splice(0).forEach((one) => { one.open = false; }));
  if (!form) return;

  const names = ["course", "group", "outcome"];
  const seeds = [...document.querySelectorAll(".seed")].map((element) => ({ element, text: element.textContent.toLowerCase() }));
  const prefix = "#differences?";

  const show = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const text = wanted.text.trim().toLowerCase();
    let shown = 0;
    for (const seed of seeds) {
      const fits = names.every((name) => !wanted[name] || seed.element.dataset[name] === wanted[name]) && seed.text.includes(text);
      seed.element.hidden = !fits;
      shown += fits;
    }
    form.querySelector("output").value = `${shown} of ${seeds.length} seeds`;
  };
  const remember = () => {
    const set = [...new FormData(form)].filter(([, value]) => value);
    history.replaceState(null, "", set.length ? prefix + new URLSearchParams(set) : "#differences");
  };
  const follow = () => {
    const hash = location.hash;
    if (hash.startsWith(prefix)) {
      for (const [name, value] of new URLSearchParams(hash.slice(prefix.length))) {
        const control = form.elements.namedItem(name);
        if (control) control.value = value;
        if (control && control.value !== value) control.value = "";
      }
      show();
      document.getElementById("differences").scrollIntoView();
    } else if (hash.startsWith("#seed-")) {
      const seed = document.getElementById(decodeURIComponent(hash.slice(1)));
      if (seed && seed.hidden) { form.reset(); show(); seed.scrollIntoView(); }
    }
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { show(); remember(); });
  form.addEventListener("reset", () => setTimeout(() => { show(); remember(); }));
  addEventListener("hashchange", follow);
  show();
  follow();
})();
