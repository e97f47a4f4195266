// Sharing: what is said before, who sees what live, what they may do, and the four ways in which it ends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { THEMES, overhang, violations } from "./lib/look.mjs";
import { Home } from "./lib/session.mjs";
import { Guest, ShareDialog, took } from "./lib/share.mjs";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp({ owned: true }), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** A session of the lab that waits before each step, and its owner. */
async function owner(options = {}) {
  const opened = await openPage(browser, options);
  const home = new Home(opened.page, app);
  await home.open();
  const session = await home.debug(await home.target("healthy"), { stepwise: true });
  await session.says("Paused");
  return { ...opened, session, share: new ShareDialog(opened.page) };
}

/** One exchange more. */
async function step({ page, session }) {
  const count = await session.steps();
  await page.getByTestId("step").click();
  await session.moreThan(count);
  await session.verdict.getByText(/Paused|Your turn/).first().waitFor();
  return count;
}

test("a link is watched live, counted, and taken back", async () => {
  const me = await owner({ permissions: ["clipboard-read", "clipboard-write"] });
  await step(me);
  await me.share.open();
  assert.match(await me.share.sentence.innerText(), /Whoever has the link, until tomorrow \d\d:\d\d, sees every step as it happens, and cannot act\. Tokens and secrets are masked/);
  await me.page.getByTestId("share-reach").getByText("only on this machine").waitFor();
  await shot(me.page, "share-dialog");
  const url = await me.share.create("watch", { name: "for Ana" });
  assert.equal(await me.page.evaluate(() => navigator.clipboard.readText()), url, "what is said to be copied is");
  assert.match(await me.share.links.first().innerText(), /^Watch · for Ana · ends tomorrow \d\d:\d\d · 0 watching/);
  const ana = await Guest.come(browser, url);
  await ana.live();
  assert.doesNotMatch(ana.page.url(), /\/s\//, "the token is not in the address");
  assert.match(await ana.banner.innerText(), /You are watching · tokens masked · until tomorrow/);
  await me.share.links.first().getByText("1 watching").waitFor();
  assert.equal(await me.share.scan(), url, "a camera reads the same link");
  await shot(me.page, "share-dialog-made");
  await me.share.close();
  assert.match(await me.page.getByTestId("watching").innerText(), /1/);
  const seen = await ana.session.steps();
  const press = step(me);
  const late = await took(ana.session.moreThan(seen));
  await press;
  assert.ok(late < 1_000, `a step was seen after ${late} ms`);
  assert.equal(await ana.page.getByTestId("watching").count(), 1);
  for (const control of ["run", "step", "stop", "retry", "share", "rename"]) {
    assert.equal(await ana.page.getByTestId(control).count(), 0, `a viewer has no ${control}`);
  }
  await shot(ana.page, "share-viewer");
  await me.share.open();
  const revoked = await me.share.revoke("for Ana");
  await ana.session.bar.getByText("This link was revoked").waitFor();
  const cut = Date.now() - revoked;
  assert.ok(cut < 1_000, `the stream ended after ${cut} ms`);
  await shot(ana.page, "share-revoked");
  const rows = await ana.session.steps();
  await me.share.close();
  await step(me);
  assert.equal(await ana.session.steps(), rows, "nothing comes any more, what was there stays");
  await ana.page.reload();
  await ana.page.getByRole("heading", { name: "This link was revoked" }).waitFor();
  assert.deepEqual(me.complaints, []);
  await Promise.all([ana.leave(), me.context.close()]);
});

test("whoever may drive drives, and cannot share", async () => {
  const me = await owner();
  const url = await me.share.link("drive", { name: "for Ben" });
  const ben = await Guest.come(browser, url);
  await ben.live();
  assert.match(await ben.banner.innerText(), /You may drive/);
  await shot(ben.page, "share-controller");
  assert.equal(await ben.page.getByTestId("share").count(), 0);
  await ben.page.keyboard.press("Shift+S");
  assert.equal(await ben.page.getByTestId("panel-share").count(), 0);
  const count = await me.session.steps();
  await ben.page.getByTestId("step").click();
  await me.session.moreThan(count);
  await Promise.all([ben.leave(), me.context.close()]);
});

test("a snapshot stays what it was", async () => {
  const me = await owner();
  await step(me);
  const url = await me.share.link("snapshot");
  await step(me);
  const guest = await Guest.come(browser, url);
  await guest.live();
  await guest.banner.getByText(/You see a snapshot/).waitFor();
  assert.equal(await guest.session.steps(), (await me.session.steps()) - 1);
  await step(me);
  await guest.page.reload();
  await guest.live();
  assert.equal(await guest.session.steps(), (await me.session.steps()) - 2);
  await Promise.all([guest.leave(), me.context.close()]);
});

test("the preview is what a viewer sees", async () => {
  const me = await owner();
  await step(me);
  await step(me);
  const url = await me.share.link("watch");
  const guest = await Guest.come(browser, url);
  await guest.live();
  await me.share.open();
  await Promise.all([me.page.waitForEvent("load"), me.page.getByTestId("share-preview").click()]);
  await me.page.getByTestId("guest-banner").getByText(/Preview/).waitFor();
  await me.session.verdict.waitFor();
  await me.page.locator("a.step").nth(1).waitFor();
  await shot(me.page, "share-preview");
  const main = (page) => page.locator("main").innerText();
  assert.equal(await main(me.page), await main(guest.page));
  assert.equal(await me.page.getByTestId("step").count(), 0);
  await Promise.all([me.page.waitForEvent("load"), me.page.getByTestId("preview").click()]);
  await me.page.getByTestId("step").waitFor();
  await Promise.all([guest.leave(), me.context.close()]);
});

test("sharing needs no pointer, and the focus stays in the dialog and comes back", async () => {
  const me = await owner({ permissions: ["clipboard-read", "clipboard-write"] });
  await step(me);
  await me.page.locator("a.step").first().focus();
  await me.page.keyboard.press("Shift+S");
  await me.share.opened();
  const focus = () => me.page.evaluate(() => [!!document.activeElement.closest("dialog"), document.activeElement.value ?? ""]);
  assert.deepEqual(await focus(), [true, "watch"]);
  await me.page.keyboard.press("ArrowDown");
  assert.deepEqual(await focus(), [true, "drive"]);
  assert.match(await me.share.sentence.innerText(), /can run, step, retry and sign in/);
  for (let stop = 0; stop < 24; stop += 1) {
    await me.page.keyboard.press("Tab");
    assert.equal((await focus())[0], true, "the focus goes round in the dialog");
  }
  await me.page.getByTestId("share-create").focus();
  await me.page.keyboard.press("Enter");
  await me.page.getByTestId("share-made").getByText("Copied").waitFor();
  await me.page.keyboard.press("s");
  await me.share.close();
  assert.equal(await me.page.evaluate(() => document.activeElement.matches("a.step")), true, "the focus is back");
  await me.context.close();
});

test("where copying is refused, the link is selected instead", async () => {
  const me = await owner();
  await me.page.evaluate(() => {
    navigator.clipboard.write = () => Promise.reject(new Error("refused"));
    navigator.clipboard.writeText = navigator.clipboard.write;
    document.execCommand = () => false;
  });
  await me.share.open();
  const url = await me.share.create("watch");
  await me.page.getByText(/did not let authscope copy/).waitFor();
  const selected = await me.page.evaluate(() => document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd));
  assert.equal(selected, url);
  await me.context.close();
});

test("bots that look ahead use nothing up", async () => {
  const me = await owner();
  const url = await me.share.link("watch");
  for (let bot = 0; bot < 10; bot += 1) {
    const answer = await fetch(url, { redirect: "manual", headers: { "user-agent": "Slackbot-LinkExpanding 1.0" } });
    assert.equal(answer.status, 303);
    assert.doesNotMatch(await answer.text(), /127\.0\.0\.1/);
  }
  assert.equal(await me.page.getByTestId("watching").count(), 0);
  const human = await Guest.come(browser, url);
  await human.live();
  await me.page.getByTestId("watching").waitFor();
  await Promise.all([human.leave(), me.context.close()]);
});

test("a guest follows the owner until they move, and again when they ask", async () => {
  const me = await owner();
  for (let count = 0; count < 3; count += 1) await step(me);
  const guest = await Guest.come(browser, await me.share.link("watch"));
  await guest.live();
  await me.page.locator("#step-2 a.step").click();
  await guest.selects(2);
  await guest.page.locator("#step-1 a.step").click();
  await guest.follow.getByText("Follow", { exact: true }).waitFor();
  await me.page.locator("#step-3 a.step").click();
  await me.page.waitForTimeout(600);
  assert.equal(await guest.selected(), 1, "whoever moves is left where they are");
  await guest.follow.click();
  await guest.selects(3);
  await Promise.all([guest.leave(), me.context.close()]);
});

test("a link to a step waits for it, and leaves the receiver's layout alone", async () => {
  const me = await owner();
  await step(me);
  const url = await me.share.link("watch");
  const guest = await Guest.come(browser, `${app.url}/`);
  await guest.page.evaluate(() => localStorage.setItem("authscope.inspector", "555"));
  await guest.page.goto(`${url}/step/3`);
  await guest.live();
  await guest.page.getByText("Step 3 is not there yet").waitFor();
  await step(me);
  await step(me);
  await guest.page.locator("#step-3.selected").waitFor();
  assert.equal(await guest.page.evaluate(() => localStorage.getItem("authscope.inspector")), "555");
  const snapshot = await me.share.link("snapshot");
  await guest.page.goto(`${snapshot}/step/99`);
  await guest.page.getByText("Step 99 is not in this session").waitFor();
  await guest.page.getByRole("button", { name: "Dismiss" }).click();
  assert.equal(await guest.page.getByText("Step 99 is not in this session").count(), 0);
  await Promise.all([guest.leave(), me.context.close()]);
});

test("the end of a session is told to whoever is there", async () => {
  const me = await owner();
  await step(me);
  const guest = await Guest.come(browser, await me.share.link("watch"));
  await guest.live();
  await me.share.open();
  await me.page.getByTestId("share-delete").click();
  await me.page.getByText("Delete now").waitFor();
  await me.page.getByTestId("share-delete").click();
  await guest.session.bar.getByText("This session was deleted").waitFor();
  await me.page.getByTestId("url-field").waitFor();
  await guest.page.reload();
  await guest.page.getByRole("heading", { name: "This session was deleted" }).waitFor();
  await Promise.all([guest.leave(), me.context.close()]);
});

test("a recovery link makes another browser the owner", async () => {
  const me = await owner();
  await me.share.open();
  await me.page.getByTestId("share-recovery").click();
  await me.share.address.waitFor();
  const url = await me.share.address.inputValue();
  const other = await Guest.come(browser, url);
  await other.banner.getByText(/recovery link/).waitFor();
  await Promise.all([other.page.waitForEvent("load"), other.page.getByTestId("claim").click()]);
  await other.page.getByTestId("share").waitFor();
  await other.page.goto(app.url);
  await other.page.locator(".recent a").first().waitFor();
  await Promise.all([other.leave(), me.context.close()]);
});

test("the dialog can be used by everybody, in every width and theme", async () => {
  const me = await owner();
  for (let count = 0; count < 4; count += 1) await step(me);
  await me.share.open();
  await me.share.create("watch", { name: "for a colleague with rather a long name in another department" });
  await me.page.getByTestId("share-hidden").locator("summary").click();
  await me.page.getByTestId("audit").locator("summary").click();
  await me.page.getByTestId("audit").getByText(/made a link/).waitFor();
  const wrong = [];
  for (const theme of THEMES) {
    await me.page.emulateMedia({ colorScheme: theme });
    for (const width of [320, 1280]) {
      await me.page.setViewportSize({ width, height: 860 });
      const sticks = await me.share.dialog.evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
      if (sticks > 0 || (await overhang(me.page)) > 0) wrong.push(`${theme} ${width}: ${sticks} px too wide`);
      for (const found of await violations(me.page, "dialog")) wrong.push(`${theme} ${width}: ${found}`);
      await shot(me.page, `share-${theme}-${width}`);
    }
  }
  assert.deepEqual(wrong, []);
  await me.context.close();
});

test("a note is seen by everybody as it is written, and is nothing but text", async () => {
  const me = await owner();
  await step(me);
  const guest = await Guest.come(browser, await me.share.link("watch"));
  await guest.live();
  await me.page.locator("#step-1 a.step").click();
  await guest.selects(1);
  assert.equal(await guest.page.getByTestId("note-add").count(), 0, "a viewer writes no notes");
  await me.page.getByTestId("note-add").click();
  await me.page.getByTestId("note-text").fill("see <b>this</b> https://evil.example\nand Authorization: Bearer abcdefghijklmnopqrstuvwxyz123456");
  await me.page.getByTestId("note-pin").click();
  const note = guest.page.getByTestId("note");
  await note.waitFor();
  assert.match(await note.innerText(), /owner[\s\S]*see <b>this<\/b> https:\/\/evil\.example\nand Authorization: Bearer ⟨/);
  assert.equal(await note.locator("a, b.text b, button").count(), 0);
  assert.match(await guest.page.locator("#step-1").getByTestId("noted").innerText(), /1/);
  await shot(guest.page, "share-note");
  // Another step has none; back again it is there.
  await guest.page.locator("#step-2 a.step").click();
  await note.waitFor({ state: "detached" });
  await guest.page.locator("#step-1 a.step").click();
  await note.waitFor();
  await me.page.getByRole("button", { name: "Remove the note" }).click();
  await note.waitFor({ state: "detached" });
  assert.equal(await guest.page.getByTestId("noted").count(), 0);
  assert.deepEqual([...me.complaints, ...guest.complaints], []);
  await Promise.all([guest.leave(), me.context.close()]);
});

test("a raw value is shown to its owner alone, in the dialog alone, and written down", async () => {
  const opened = await openPage(browser);
  const home = new Home(opened.page, app);
  await home.open();
  const session = await home.debug(await home.target("healthy"));
  await session.turn.waitFor();
  await session.consent();
  await session.says("Passed");
  const { page } = opened;
  const share = new ShareDialog(page);
  const guest = await Guest.come(browser, await share.link("drive"));
  await guest.live();
  for (const who of [page, guest.page]) await who.locator("a.step").filter({ hasText: "/token" }).first().click();
  assert.equal(await guest.page.getByTestId("reveal").count(), 0);
  await page.getByTestId("reveal").click();
  const dialog = page.getByTestId("panel-reveal");
  await dialog.getByRole("button", { name: /^Reveal refresh_token/ }).click();
  const value = await page.getByTestId("revealed").innerText();
  assert.ok(value.length > 20 && !value.includes("⟨"), value);
  await page.getByTestId("audit").locator("summary").click();
  await page.getByTestId("audit").getByText(/owner revealed refresh_token #/).waitFor();
  const wrong = [];
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    wrong.push(...(await violations(page, "dialog")));
    await shot(page, `share-reveal-${theme}`);
  }
  assert.deepEqual(wrong, []);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.ok(!(await page.content()).includes(value), "it is gone with the dialog");
  assert.ok(!(await guest.page.content()).includes(value));
  await Promise.all([guest.leave(), opened.context.close()]);
});

test("what a guest is told fits and can be read in every width and theme", async () => {
  const me = await owner();
  await step(me);
  const guest = await Guest.come(browser, await me.share.link("drive", { name: "Ben" }));
  await guest.live();
  const wrong = [];
  for (const theme of THEMES) {
    await guest.page.emulateMedia({ colorScheme: theme });
    for (const width of [320, 1280]) {
      await guest.page.setViewportSize({ width, height: 700 });
      const over = await overhang(guest.page);
      if (over > 0) wrong.push(`${theme} ${width}: ${over} px too wide`);
      for (const part of [".guest", ".top"]) for (const found of await violations(guest.page, part)) wrong.push(`${theme} ${width}: ${found}`);
      await shot(guest.page, `share-guest-${theme}-${width}`);
    }
  }
  assert.deepEqual(wrong, []);
  await Promise.all([guest.leave(), me.context.close()]);
});
