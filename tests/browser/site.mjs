// Opens a page of the built site and prints, as JSON, what a reader gets there: node site.mjs ORIGIN PAGE OTHER_PAGE
import { chromium } from "playwright-core";

import { findChromium } from "./chromium.mjs";

const [origin, page, other] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
try {
  const context = await browser.newContext({ colorScheme: "light", viewport: { width: 1300, height: 900 } });
  const tab = await context.newPage();
  const outside = [];
  const errors = [];
  await context.route("**", (route) => {
    const { href, protocol } = new URL(route.request().url());
    if (href.startsWith(`${origin}/`) || protocol === "data:" || protocol === "blob:") return route.continue();
    outside.push(href);
    return route.abort();
  });
  tab.on("pageerror", (error) => errors.push(error.message));
  tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));

  const pictures = () =>
    tab.evaluate(() => ({
      scheme: document.body.dataset.mdColorScheme,
      drawn: [...document.querySelectorAll("figure.archdoc svg")].map((svg) => svg.id),
      texts: [...document.querySelectorAll("figure.archdoc > pre")].filter((pre) => pre.checkVisibility()).length,
      found: window.find("what each file says"), // in the page itself, so the browser's own search sees it
    }));
  const settle = (before) =>
    tab.waitForFunction((id) => ![id, undefined].includes(document.querySelector("figure.archdoc svg")?.id), before);

  await tab.goto(`${origin}/${page}/`);
  await settle();
  const light = await pictures();
  await tab.click("label[title='Dark']");
  await settle(light.drawn[0]);
  const dark = await pictures();
  await tab.evaluate(() => (window.stayed = true));
  await tab.click(`nav a[href$='${other}/']`);
  await tab.waitForURL(`${origin}/${other}/`);
  await tab.goBack();
  await tab.waitForURL(`${origin}/${page}/`);
  await settle(dark.drawn[0]);
  const back = { ...(await pictures()), stayed: await tab.evaluate(() => window.stayed === true) };
  console.log(JSON.stringify({ light, dark, back, outside, errors }));
} finally {
  await browser.close();
}
