// The pages look as they did: reference pictures in four widths and both themes, with text drawn in boxes.

import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage } from "./lib/browser.mjs";
import { Files } from "./lib/files.mjs";
import { THEMES, WIDTHS } from "./lib/look.mjs";
import { COMPARABLE, inBoxes, likePicture } from "./lib/pictures.mjs";
import { Home } from "./lib/session.mjs";
import { recording } from "./lib/synthetic.mjs";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Opens a kept recording, whose texts and times never change. */
async function opened(page, name) {
  await new Home(page, app).open();
  const files = new Files(page);
  await files.warm();
  await files.pick(`${name}.json`, JSON.stringify(await recording(name)));
  await page.waitForURL(/\/sessions\/imported/);
  await page.getByTestId("verdict").getByText(/Passed|Failed/).first().waitFor();
}

const SCREENS = {
  home: async (page) => {
    await new Home(page, app).open();
    await page.getByTestId("lab-target-healthy").waitFor();
  },
  passed: (page) => opened(page, "dcr"),
  failed: async (page) => {
    await opened(page, "token-audience-mismatch");
    await page.getByTestId("row-2").click();
    await page.getByTestId("tab-response").click();
  },
  design: (page) => page.goto(`${app.url}/design`),
};

for (const colorScheme of THEMES) {
  for (const width of WIDTHS) {
    test(`as before: ${Object.keys(SCREENS).join(", ")} (${colorScheme}, ${width} px)`, async (t) => {
      const missing = [];
      for (const [name, prepare] of Object.entries(SCREENS)) {
        const { page, context } = await openPage(browser, { ...COMPARABLE, colorScheme, viewport: { width, height: width < 600 ? 700 : 900 } });
        await prepare(page);
        await inBoxes(page);
        await page.mouse.move(0, 0);
        await page.evaluate(() => document.activeElement?.blur());
        missing.push((await likePicture(page, `${name}-${colorScheme}-${width}`)) ?? []);
        await context.close();
      }
      if (missing.flat().length > 0) t.skip(`no picture is kept of ${missing.flat().join(", ")}; AUTHSCOPE_BLESS=1 writes it`);
    });
  }
}
