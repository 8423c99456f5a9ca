// What npm mermaid's own parser says of each diagram: one JSON object {"text"} a line in, one JSON object a line out.
// Run in a folder whose node_modules hold mermaid, jsdom and marked (marked comes with mermaid).
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const here = createRequire(process.cwd() + "/");
const load = (name, path = name) => import(pathToFileURL(here.resolve(path)).href);
const { JSDOM } = await load("jsdom");
const { window } = new JSDOM("<!doctype html><body></body>");
Object.assign(globalThis, { window, document: window.document, Element: window.Element });
const { marked } = await load("marked");
const mermaid = (await import(pathToFileURL(here.resolve("mermaid")).href)).default;
mermaid.initialize({ startOnLoad: false, securityLevel: "strict", maxEdges: 100000, maxTextSize: 10000000, logLevel: 5 });
for (const level of ["log", "info", "warn", "error", "debug"]) console[level] = () => {};

// The label as a reader sees it: rendered the way mermaid renders it, then read back from the page.
const ENTITIES = [[/ﬂ°°/g, "&#"], [/ﬂ°/g, "&"], [/¶ß/g, ";"]];
const ICON = /(fa[bklrs]?):fa-([\w-]+)/g;
function seen(label, type) {
  let html = ENTITIES.reduce((text, [from, to]) => text.replace(from, to), String(label ?? ""));
  html = type === "markdown" ? marked.parseInline(html.replace(/\n */g, "<br>")) : html.replace(/\\n|\n/g, "<br>");
  const place = window.document.createElement("div");
  place.innerHTML = html.replace(ICON, "");
  for (const cut of place.querySelectorAll("br")) cut.replaceWith("\n");
  return place.textContent;
}

async function judge(text) {
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(text.trim());
  if (!/^flowchart/.test(diagram.type)) return { kind: diagram.type };
  const { db } = diagram;
  const groups = db.getSubGraphs();
  const isGroup = new Set(groups.map((group) => group.id));
  const parent = new Map(groups.flatMap((group) => group.nodes.map((node) => [node, group.id])));
  return {
    kind: "flowchart",
    direction: db.getDirection(),
    nodes: [...db.getVertices().values()].filter((node) => !isGroup.has(node.id)).map((node) => ({
      id: node.id, label: seen(node.text, node.labelType), shape: node.type ?? "square", group: parent.get(node.id) ?? null, classes: node.classes,
    })),
    edges: db.getEdges().map((edge) => ({
      source: edge.start, target: edge.end, label: seen(edge.text, edge.labelType === "markdown" ? "markdown" : "text"), style: edge.stroke, arrow: edge.type,
    })),
    groups: groups.map((group) => ({ id: group.id, title: seen(group.title, group.labelType), parent: parent.get(group.id) ?? null })),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await judge(JSON.parse(line).text);
  } catch (error) {
    answer = { error: String(error?.message ?? error).slice(0, 400) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
