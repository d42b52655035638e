// Drives a headless Chromium for a test in Java: a command in JSON a line on standard input, its
// result in JSON a line on standard output.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [
  "--no-sandbox",
  "--host-resolver-rules=MAP insecure.test 127.0.0.1", // Unlike 127.0.0.1, not a secure context.
] });
let page;
let errors = [];

const commands = {
  async open({ url, width, dark, script }) {
    await page?.context().close();
    errors = [];
    const context = await browser.newContext({
      viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", javaScriptEnabled: script,
      timezoneId: "UTC", locale: "en-GB", bypassCSP: false, permissions: ["clipboard-read", "clipboard-write"],
    });
    page = await context.newPage();
    page.on("console", message => { if (message.type() === "error") errors.push(message.text()); });
    page.on("pageerror", error => errors.push(String(error)));
    await page.goto(url, { waitUntil: "load", timeout: 60_000 });
  },
  evaluate: ({ expression }) => page.evaluate(expression),
  /** Until the expression is true; playwright's own way needs an eval that the page forbids. */
  async wait({ expression }) {
    for (const end = Date.now() + 60_000; !await page.evaluate(expression);) {
      if (Date.now() > end) throw new Error("not true within 60 s");
      await page.waitForTimeout(100);
    }
  },
  press: ({ key }) => page.keyboard.press(key),
  type: ({ text }) => page.keyboard.type(text),
  click: ({ selector }) => page.click(selector),
  screenshot: async ({ path, height }) => {
    await page.setViewportSize({ width: page.viewportSize().width, height });
    await page.screenshot({ path });
  },
  /** What axe-core finds, a line each. It is evaluated by the debugger, which no policy stops. */
  async axe() {
    await page.evaluate(axe);
    const { violations } = await page.evaluate("axe.run()");
    return violations.flatMap(found => found.nodes.map(node => `${found.id}: ${node.target} ${node.failureSummary}`));
  },
  errors: () => errors,
  /** How many elements of a role screen readers are told of. */
  async role({ role }) {
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    return nodes.filter(node => !node.ignored && node.role.value === role).length;
  },
  /** Medians of several loads, each in a window of its own, in ms: what a reader waits for, and what it costs. */
  async cost({ url, width, loads }) {
    const all = [];
    for (let i = 0; i < loads; i++) {
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      const tab = await context.newPage();
      const session = await context.newCDPSession(tab);
      await session.send("Performance.enable");
      await tab.goto(url, { waitUntil: "load", timeout: 60_000 });
      const times = await tab.evaluate(async () => {
        const first = name => performance.getEntriesByName(name)[0]?.startTime;
        while (!first("first-contentful-paint")) await new Promise(requestAnimationFrame);
        const { responseStart, responseEnd } = performance.getEntriesByType("navigation")[0];
        return { firstByte: responseStart, lastByte: responseEnd, firstPaint: first("first-contentful-paint") };
      });
      const { metrics } = await session.send("Performance.getMetrics");
      times.rendererCpu = metrics.find(({ name }) => name === "TaskDuration").value * 1000;
      all.push(times);
      await context.close(); // A second later the server makes a new document.
      await new Promise(done => setTimeout(done, 1100));
    }
    const median = name => Math.round(all.map(times => times[name]).sort((a, b) => a - b)[loads >> 1]);
    return Object.fromEntries(Object.keys(all[0]).map(name => [name, median(name)]));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { name, ...rest } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ result: await commands[name](rest) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
await browser.close();
