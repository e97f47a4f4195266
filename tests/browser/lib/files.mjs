// Page object for files: opening them on the start page, saving and copying from a session page.

import { readFile } from "node:fs/promises";

/** The place for files on the start page. */
export class Files {
  constructor(page) {
    this.page = page;
    this.place = page.getByTestId("import");
    this.problem = page.getByTestId("import-problem");
    this.said = page.getByTestId("import-said");
  }

  /** Moves the pointer there and waits until the analysis module is loaded. */
  async warm() {
    await this.place.hover();
    await this.page.waitForFunction(() => document.documentElement.dataset.analysis === "ready");
  }

  /** Picks a file with the file picker. */
  pick(name, text) {
    return this.page.getByTestId("import-file").setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  }

  /** Drops a file on the page. */
  async drop(name, text) {
    const data = await this.page.evaluateHandle(
      ([name, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([text], name, { type: "application/json" }));
        return data;
      },
      [name, text],
    );
    await this.page.dispatchEvent("main", "drop", { dataTransfer: data });
  }

  /** Pastes a text into what has the focus, as the keyboard would. */
  paste(text) {
    return this.page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      const target = document.activeElement ?? document.body;
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  }
}

/** Chooses an entry of the export menu and gives name and content of the file. */
export async function exported(page, entry) {
  await page.getByTestId("export-menu").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: entry, exact: true }).click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** Chooses an entry of the step's copy menu and gives what is in the clipboard. */
export async function copied(page, entry) {
  await page.getByTestId("copy-menu").click();
  await page.locator("#copy-menu").getByRole("button", { name: entry, exact: true }).click();
  await page.waitForFunction(() => !document.querySelector("#copy-menu:popover-open"));
  return page.evaluate(() => navigator.clipboard.readText());
}
