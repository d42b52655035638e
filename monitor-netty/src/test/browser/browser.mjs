// Drives a headless Chromium for a test in Java: a command in JSON a line on standard input, its
// result in JSON a line on standard output.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
let page;
let errors = [];

const commands = {
  async open({ url, width, dark, script }) {
    await page?.context().close();
    errors = [];
    const context = await browser.newContext({
      viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light", javaScriptEnabled: script,
      timezoneId: "UTC", locale: "en-GB", bypassCSP: false,
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
