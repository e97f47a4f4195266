// How a page looks and whether everybody can use it: every width and theme, nothing that sticks out, axe-core.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { shot } from "./browser.mjs";

export const WIDTHS = [320, 768, 1280, 1920];
export const THEMES = ["light", "dark"];

const AXE = readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** What axe-core finds on the page, or in the part of a selector, as "rule: element". */
export async function violations(page, within) {
  // Through the debugger: the page's policy allows no script that is not its own.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(await AXE);
  const run = async (part) => (await window.axe.run(part ?? document, { resultTypes: ["violations"] })).violations;
  const found = await page.evaluate(run, within);
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} (${node.any[0]?.message ?? node.failureSummary})`));
}

/** How far the content is wider than the window, in pixels. */
export function overhang(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/**
 * Looks at the page in every width, in one theme, and saves a picture of each.
 *
 * @param {string} [within] selector of the part that axe-core looks at; the whole page without it
 * @returns what is wrong: overhang per width, violations per theme
 */
export async function looks(page, name, theme, within) {
  const wrong = [];
  await page.emulateMedia({ colorScheme: theme });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 600 ? 700 : 900 });
    const over = await overhang(page);
    if (over > 0) wrong.push(`${name} ${theme} ${width}: ${over} px too wide`);
    for (const found of await violations(page, within)) wrong.push(`${name} ${theme} ${width}: ${found}`);
    await shot(page, `${name}-${theme}-${width}`);
  }
  return wrong;
}

/** The page is as it should be in every width and theme. */
export async function inOrder(page, name) {
  const wrong = [];
  for (const theme of THEMES) wrong.push(...(await looks(page, name, theme)));
  assert.deepEqual(wrong, []);
}
