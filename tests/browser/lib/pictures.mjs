// Reference pictures: kept in tests/browser/pictures and compared. Text is drawn in a font of boxes, so a picture shows
// the structure of a page, and is the same wherever Chromium runs. `AUTHSCOPE_BLESS=1` writes them anew.

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setting } from "./app.mjs";
import { blockFont } from "./block-font.mjs";

const FOLDER = fileURLToPath(new URL("../pictures/", import.meta.url));
/** The part of the pixels that may differ. */
const MOST = 0.01;
/** By how much the pictures are made smaller first: edges are smoothed a little differently from machine to machine. */
const SMALLER = 4;
/** How far a channel (0 to 255) may be off before a pixel counts as different. */
const OFF = 40;

const STYLE = `
@font-face { font-family: Block; src: url(data:font/ttf;base64,${blockFont().toString("base64")}); }
*, *::before, *::after { font-family: Block !important; animation: none !important; transition: none !important; caret-color: transparent !important; }
`;

/** What a page needs to be opened with, so that its picture can be compared. */
export const COMPARABLE = { bypassCSP: true, timezoneId: "UTC", locale: "en-GB", reducedMotion: "reduce", deviceScaleFactor: 1 };

/** Draws the page's text in boxes. */
export async function inBoxes(page) {
  await page.addStyleTag({ content: STYLE });
  await page.evaluate(() => document.fonts.load("16px Block"));
  assert.ok(await page.evaluate(() => document.fonts.check("16px Block")), "the font of boxes is used");
}

/**
 * Compares the page with the picture of a name; a missing one is written only when asked for.
 *
 * @returns the name, when there is no picture to compare with
 */
export async function likePicture(page, name) {
  const seen = await page.screenshot({ animations: "disabled" });
  const path = join(FOLDER, `${name}.png`);
  if (process.env.AUTHSCOPE_BLESS) {
    await mkdir(FOLDER, { recursive: true });
    return writeFile(path, seen);
  }
  const kept = await readFile(path).catch(() => null);
  if (!kept) return name;
  const { part, size } = await difference(page, kept, seen);
  if (part <= MOST) return;
  const saved = join(setting("AUTHSCOPE_SCREENSHOTS"), `${name}-seen.png`);
  await writeFile(saved, seen);
  assert.fail(`${name}: ${(part * 100).toFixed(2)} % of the pixels differ (${size}); see ${saved}, kept is ${path}`);
}

/** The part of the pixels in which two PNG pictures differ; the browser decodes them. */
async function difference(page, a, b) {
  const blank = await page.context().newPage();
  try {
    return await blank.evaluate(
      async ([a, b, off, smaller]) => {
        const decode = async (text) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
          const [width, height] = [Math.ceil(bitmap.width / smaller), Math.ceil(bitmap.height / smaller)];
          const context = new OffscreenCanvas(width, height).getContext("2d");
          context.imageSmoothingQuality = "high";
          context.drawImage(bitmap, 0, 0, width, height);
          return { bitmap, data: context.getImageData(0, 0, width, height).data };
        };
        const [one, two] = [await decode(a), await decode(b)];
        const size = `${one.bitmap.width}×${one.bitmap.height} and ${two.bitmap.width}×${two.bitmap.height}`;
        if (one.bitmap.width !== two.bitmap.width || one.bitmap.height !== two.bitmap.height) return { part: 1, size };
        let different = 0;
        for (let at = 0; at < one.data.length; at += 4) {
          const far = [0, 1, 2].some((channel) => Math.abs(one.data[at + channel] - two.data[at + channel]) > off);
          if (far) different += 1;
        }
        return { part: different / (one.data.length / 4), size };
      },
      [a.toString("base64"), b.toString("base64"), OFF, SMALLER],
    );
  } finally {
    await blank.close();
  }
}
