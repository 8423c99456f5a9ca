// What GitHub's own parser reads in workflows: one JSON [name, text] a line on stdin, one JSON answer a line on stdout.
//
//     node oracle_workflows.mjs FOLDER     (FOLDER: where `npm install @actions/workflow-parser` was run)
//
// The package imports JSON files without saying so, which node refuses: the hook reads them as modules.

import { register } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";
import readline from "node:readline";

const hook = `
import { readFile } from "node:fs/promises";
export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  return { format: "module", shortCircuit: true, source: "export default " + (await readFile(new URL(url), "utf8")) };
}`;
register("data:text/javascript," + encodeURIComponent(hook));

const folder = path.join(path.resolve(process.argv[2]), "node_modules", "@actions", "workflow-parser", "dist", "index.js");
const parser = await import(pathToFileURL(folder).href);

function text(token) {
  return token === undefined || token === null ? "" : String(token.value ?? token.toDisplayString?.() ?? token);
}

function uses(steps) {
  return (steps ?? []).flatMap((step) => [...("uses" in step ? [text(step.uses)] : []), ...uses(step.parallel)]);
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [name, content] = JSON.parse(line);
  const read = parser.parseWorkflow({ name, content }, new parser.NoOperationTraceWriter());
  const errors = read.context.errors.getErrors().map((error) => error.message);
  let jobs = null;
  if (read.value) {
    const template = await parser.convertWorkflowTemplate(read.context, read.value);
    errors.push(...(template.errors ?? []).map((error) => error.Message));
    jobs = (template.jobs ?? []).map((job) => ({
      id: text(job.id),
      needs: (job.needs ?? []).map(text),
      calls: job.type === "reusableWorkflowJob" ? text(job.ref) : "",
      uses: job.type === "job" ? uses(job.steps) : [],
    }));
  }
  console.log(JSON.stringify({ jobs, errors: [...new Set(errors)] }));
}
