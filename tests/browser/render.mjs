// Parses and renders Mermaid blocks with the real library in Chromium: one JSON line per block and version.
//
//   node render.mjs OUTDIR [--png] [--version 11|12|both] FILE...
//   node render.mjs --facts [--version 11|12|both] FILE...
//
// FILE is Markdown (its ```mermaid blocks) or .mmd / .mermaid (one block).
// Exit code: 0 every block passed, 1 a block failed, 2 wrong usage or a missing tool.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { findChromium } from "./chromium.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const HOME = "http://page.invalid/"; // an address of its own, so that relative addresses count as requests too
const PAGE_WIDTH = 850;
const BLOCK_SECONDS = 60;
const CHROMIUM_FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND", // second lock behind the request handler below
];

function usage(message) {
  process.stderr.write(
    `${message}\nusage: node render.mjs OUTDIR [--png] [--version 11|12|both] FILE...\n` +
      "       node render.mjs --facts [--version 11|12|both] FILE...\n",
  );
  process.exit(2);
}

/** The Mermaid blocks of a file; `line` is the first line of the block's text. */
function blocksOf(file, content) {
  const body = content.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  if (/\.(mmd|mermaid)$/i.test(file)) return [{ file, line: 1, text: body }];
  const blocks = [];
  let fence = null;
  body.split("\n").forEach((row, index) => {
    if (fence === null) {
      const open = /^([\s>]*(?:(?:[-*+]|\d+[.)])\s+)*)(`{3,}|~{3,})\s*(.*)$/.exec(row);
      if (!open || (open[2][0] === "`" && open[3].includes("`"))) return;
      fence = { indent: open[1].length, mark: open[2], language: open[3].split(/[\s{,]/)[0].toLowerCase(), line: index + 2, rows: [] };
      return;
    }
    const close = row.replace(/^[\s>]*/, "").trimEnd();
    if (close.length >= fence.mark.length && close === fence.mark[0].repeat(close.length)) {
      if (fence.language === "mermaid") blocks.push(fence);
      fence = null;
      return;
    }
    const lead = /^[\s>]*/.exec(row)[0].length;
    fence.rows.push(row.slice(Math.min(lead, fence.indent)));
  });
  if (fence?.language === "mermaid") blocks.push(fence); // a fence left open runs to the end of the file
  return blocks.map(({ line, rows }) => ({ file, line, text: `${rows.join("\n")}\n` }));
}

/** Runs inside the page: everything that needs Mermaid or the drawn picture. */
async function inPage({ text, id, facts }) {
  const mermaid = window.mermaid;
  const limit = mermaid.mermaidAPI.getSiteConfig().maxTextSize;
  if (text.length > limit) return { rejected: `Maximum text size: ${text.length} characters, the limit is ${limit}` };
  let diagramType;
  try {
    ({ diagramType } = await mermaid.parse(text));
  } catch (error) {
    return { rejected: error?.message ?? String(error) }; // nothing was drawn, so the page is still good
  }
  const result = { type: diagramType };

  const isFlowchart = diagramType.startsWith("flowchart") || diagramType === "graph";
  let edges = [];
  if (isFlowchart) {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const restore = (value) => (value ?? "").replaceAll("ﬂ°°", "&#").replaceAll("ﬂ°", "&").replaceAll("¶ß", ";");
    const visible = (html) => {
      const page = new DOMParser().parseFromString(html.replace(/<br\s*\/?>/gi, "\n"), "text/html");
      return page.body.textContent;
    };
    const label = (value) => ({ label: restore(value), text: visible(restore(value)) });
    const groups = db.getSubGraphs();
    const groupIds = new Set(groups.map((group) => group.id));
    // Mermaid also keeps a vertex for a subgraph that an edge names; it is never drawn.
    const vertices = [...db.getVertices().values()].filter((vertex) => !groupIds.has(vertex.id));
    edges = db.getEdges();
    if (facts) {
      const { text: title } = label(db.getAccTitle?.());
      return {
        ...result,
        direction: db.getDirection() ?? null,
        accTitle: title,
        vertices: vertices.map((v) => ({
          id: v.id, ...label(v.text), labelType: v.labelType, shape: v.type ?? null, classes: v.classes, link: v.link ?? null,
        })),
        edges: edges.map((e) => ({
          start: e.start, end: e.end, ...label(e.text), stroke: e.stroke, arrow: e.type, length: e.length,
        })),
        subgraphs: groups.map((g) => {
          const { label: title_, text: text_ } = label(g.title);
          return { id: g.id, title: title_, text: text_, nodes: g.nodes, classes: g.classes, direction: g.dir ?? null };
        }),
      };
    }
    Object.assign(result, { nodes: vertices.length, edges: edges.length, subgraphs: groups.length });
  }
  if (facts) return result;

  const { svg } = await mermaid.render(id, text);
  const holder = document.getElementById("picture");
  holder.innerHTML = svg;
  const picture = holder.querySelector("svg");
  if (!picture) throw new Error("render gave no svg");
  for (const phrase of ["Maximum text size in diagram exceeded", "Syntax error in text"]) {
    if (picture.textContent.includes(phrase) && !text.includes(phrase)) throw new Error(`silent error picture: ${phrase}`);
  }
  if (picture.getAttribute("aria-roledescription") === "error") throw new Error("silent error picture: Syntax error");

  const box = picture.viewBox.baseVal;
  const [width, height] = box && box.width ? [box.width, box.height] : [picture.clientWidth, picture.clientHeight];
  if (!(width > 0 && height > 0 && Number.isFinite(width + height))) throw new Error(`picture of size ${width} x ${height}`);
  const shown = picture.querySelector(".nodeLabel, .label, text");
  Object.assign(result, {
    width: Math.round(width),
    height: Math.round(height),
    labelPx: Math.round(160 * Math.min(1, 688 / width)) / 10,
    fontPx: shown ? parseFloat(getComputedStyle(shown).fontSize) : null,
    svgTitles: [...picture.querySelectorAll("title")].map((title) => title.textContent),
  });
  if (isFlowchart && edges.length <= 150) result.crossings = crossings();
  // Two frames, so that whatever the picture asks for is asked for before this block is judged.
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20))));
  return result;

  /** Pairs of drawn edges which cross, without the pairs that share an end. */
  function crossings() {
    const byId = new Map(edges.map((edge) => [edge.id, edge]));
    const lines = [...picture.querySelectorAll("path.flowchart-link")].flatMap((path) => {
      const edge = byId.get(path.dataset.id);
      const total = path.getTotalLength();
      const points = Array.from({ length: 33 }, (_, step) => path.getPointAtLength((total * step) / 32));
      return edge ? [{ ends: [edge.start, edge.end], points }] : [];
    });
    const side = (a, b, c) => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
    const meet = (a, b, c, d) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
    const cross = (one, two) =>
      one.slice(1).some((b, i) => two.slice(1).some((d, j) => meet(one[i], b, two[j], d)));
    let count = 0;
    lines.forEach((one, index) => {
      for (const two of lines.slice(index + 1)) {
        if (!one.ends.some((end) => two.ends.includes(end)) && cross(one.points, two.points)) count += 1;
      }
    });
    return count;
  }
}

/** One page with Mermaid loaded; `events` collects what no picture may do. */
async function openPage(browser, version) {
  const page = await browser.newPage({ viewport: { width: PAGE_WIDTH, height: 800 }, serviceWorkers: "block" });
  const events = [];
  await page.route("**/*", async (route) => {
    const request = route.request();
    if (request.url() === HOME && request.isNavigationRequest() && page.url() === "about:blank") {
      const body = `<!doctype html><meta charset="utf-8"><style>body{margin:0;background:#fff}</style><div id="picture"></div>`;
      await route.fulfill({ contentType: "text/html", body });
      return;
    }
    events.push(`outside request: ${request.url().slice(0, 200)}`);
    await route.abort();
  });
  await page.routeWebSocket(/.*/, (socket) => {
    events.push(`outside request: ${socket.url().slice(0, 200)}`);
  });
  page.on("dialog", async (dialog) => {
    events.push(`script ran: ${dialog.type()} dialog`);
    await dialog.dismiss();
  });
  page.on("popup", () => events.push("script ran: popup"));
  page.on("pageerror", (error) => events.push(`page error: ${String(error).slice(0, 200)}`));
  await page.goto(HOME);
  await page.addScriptTag({ path: join(HERE, "node_modules", `mermaid${version}`, "dist", "mermaid.min.js") });
  await page.evaluate(() => {
    window.mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
    window.cleanPrototype = Object.getOwnPropertyNames(Object.prototype).length;
  });
  return { page, events };
}

/** The block's result; `spoiled` says that the next block needs a new page. */
async function judge(open, block, id, facts) {
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${BLOCK_SECONDS} s`)), BLOCK_SECONDS * 1000);
  });
  const work = open.page.evaluate(inPage, { text: block.text, id, facts });
  work.catch(() => undefined); // the race below may have been lost already
  try {
    const { rejected, ...result } = await Promise.race([work, tooLong]);
    const polluted = await open.page.evaluate(
      () => Object.getOwnPropertyNames(Object.prototype).slice(window.cleanPrototype).join(", "),
    );
    if (polluted) open.events.push(`Object.prototype changed, later pictures break: ${polluted.slice(0, 200)}`);
    const error = [rejected ?? [], ...open.events].flat().join("; ") || null;
    return { ...result, error, spoiled: open.events.length > 0 };
  } catch (error) {
    const message = String(error.message ?? error).replace(/^page\.evaluate: /, "").replace(/\n\s+at [^]*$/, "");
    return { error: [message, ...open.events].join("; "), spoiled: true };
  } finally {
    clearTimeout(timer);
  }
}

async function main() {
  let args;
  try {
    args = parseArgs({
      allowPositionals: true,
      options: { png: { type: "boolean" }, facts: { type: "boolean" }, version: { type: "string", default: "both" } },
    });
  } catch (error) {
    usage(error.message);
  }
  const { png = false, facts = false, version } = args.values;
  if (!["11", "12", "both"].includes(version)) usage(`unknown version ${version}`);
  const files = [...args.positionals];
  const outdir = facts ? null : files.shift();
  if (files.length === 0) usage("no FILE given");
  if (outdir && /\.(md|mmd|mermaid)$/i.test(outdir)) usage(`OUTDIR comes first, got ${outdir}`);
  const blocks = files.flatMap((file) => {
    try {
      return blocksOf(file, readFileSync(file, "utf8")).map((block, index) => ({ ...block, number: index + 1 }));
    } catch (error) {
      return usage(`cannot read ${file}: ${error.code}`);
    }
  });
  if (png) mkdirSync(outdir, { recursive: true });

  const executablePath = findChromium() ?? usage("no chromium found: run tests/browser/prepare.sh or set CHROMIUM");
  const { chromium } = await import("playwright-core").catch(() => usage("node_modules is missing: run prepare.sh"));
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  let failed = false;
  try {
    for (const wanted of version === "both" ? ["11", "12"] : [version]) {
      let open = null;
      for (const [index, block] of blocks.entries()) {
        open ??= await openPage(browser, wanted);
        open.events.length = 0;
        const { error, spoiled, ...result } = await judge(open, block, `v${wanted}-${index + 1}`, facts);
        const ok = error === null;
        failed ||= !ok;
        const flowchart = result.vertices !== undefined;
        if (!facts || flowchart || !ok) {
          const { file, line, text } = block;
          const head = { file, line, version: wanted, ok, error, chars: text.length };
          process.stdout.write(`${JSON.stringify({ ...head, ...result })}\n`);
        }
        if (png && ok) {
          const flat = block.file.replace(/^[./\\]+/, "").replace(/[^\w.-]+/g, "_");
          const path = join(outdir, `${flat}-${block.number}-v${wanted}.png`);
          await open.page.locator("#picture > svg").screenshot({ path });
        }
        if (spoiled) {
          await open.page.close();
          open = null;
        } else {
          await open.page.evaluate(() => document.getElementById("picture").replaceChildren());
        }
      }
      await open?.page.close();
    }
  } finally {
    await browser.close();
  }
  process.exitCode = failed ? 1 : 0;
}

await main();
