// Draws every figure.archdoc with the Mermaid beside this file: into the page itself, so that its text can be found,
// selected and read aloud, in the colours of the palette, and again when the palette or the page changes.
(() => {
  "use strict";
  const library = new URL("mermaid/mermaid.min.js", document.currentScript.src).href;
  let loaded;
  let drawn = 0;
  let queue = Promise.resolve();

  const load = () =>
    (loaded ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${library} is missing`));
      document.head.append(script);
    }));

  const drawAll = async () => {
    const figures = [...document.querySelectorAll("figure.archdoc")];
    if (figures.length === 0) return;
    await load();
    const dark = document.body.dataset.mdColorScheme === "slate";
    window.mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: dark ? "dark" : "default" });
    for (const figure of figures) {
      const source = figure.querySelector("pre");
      try {
        const { svg } = await window.mermaid.render(`archdoc-${++drawn}`, source.textContent);
        const picture = figure.querySelector("div") ?? figure.appendChild(document.createElement("div"));
        picture.innerHTML = svg;
        source.hidden = true;
      } catch (error) {
        console.error("archdoc: a picture could not be drawn", error); // its text stays in sight
      }
    }
  };

  const draw = () => (queue = queue.then(drawAll).catch(console.error)); // one at a time: two renders would mix
  if (window.document$) window.document$.subscribe(draw);
  else document.addEventListener("DOMContentLoaded", draw);
  new MutationObserver(draw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
})();
