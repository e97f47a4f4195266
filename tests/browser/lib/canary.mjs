// Canaries: unique strings that stand for secrets, in whatever disguise they may come out again.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Percent-encodes every byte, once or several times. */
export function percent(text, times = 1) {
  const once = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("");
  return times > 1 ? percent(once, times - 1) : once;
}

export const base64 = (text) => Buffer.from(text).toString("base64");
export const base64url = (text) => Buffer.from(text).toString("base64url");

/** Every character as an escape of JSON. */
export const escaped = (text) => [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

/** The secrets that are planted, by where. */
export class Canaries {
  #planted = new Map();

  /** A new secret; its core is made of letters and digits, so that few encodings change it. */
  plant(where) {
    const number = this.#planted.size;
    const core = `cAnArY${String(number).padStart(2, "0")}x7Qf3Zk9Wm2`;
    this.#planted.set(where, core);
    return `${core}-${"Vb5Nd8Hs".repeat(2)}`;
  }

  /** A signed token with a canary where its signature is. */
  jwt(where, claims) {
    const part = (value) => base64url(JSON.stringify(value));
    return `${part({ alg: "RS256", typ: "JWT", kid: "k" })}.${part(claims)}.${this.plant(where).replaceAll("-", "_")}`;
  }

  get count() {
    return this.#planted.size;
  }

  /** What of the secrets is in a text: where each was planted and in which form it came out. */
  found(text) {
    const found = [];
    const low = text.toLowerCase();
    for (const [where, core] of this.#planted) {
      for (const [form, needle, folded] of forms(core)) {
        const at = (folded ? low : text).indexOf(needle);
        if (at >= 0) found.push(`${where} (${form}): …${text.slice(Math.max(0, at - 120), at + needle.length + 40)}…`);
      }
    }
    return found;
  }

  /** What of the secrets is in the files of a folder. */
  async foundIn(folder) {
    const found = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      for (const what of this.found((await readFile(path)).toString("latin1"))) found.push(`${entry.name}: ${what}`);
    }
    return found;
  }
}

/** The forms in which a core is looked for: as it is, and as encodings show it wherever it stands in a text. */
function forms(core) {
  const shifted = [0, 1, 2].map((by) => {
    // The characters at the edges depend on what stands beside the core.
    const encoded = base64("\0".repeat(by) + core).replace(/=+$/, "");
    return ["base64", encoded.slice(by === 0 ? 0 : by + 1, -2), false];
  });
  return [
    ["plain", core.toLowerCase(), true],
    ["reversed", [...core].reverse().join("").toLowerCase(), true],
    ["percent", percent(core).toLowerCase(), true],
    ["percent twice", percent(core, 2).toLowerCase(), true],
    ["json escapes", escaped(core).toLowerCase(), true],
    ["hex", Buffer.from(core).toString("hex"), true],
    ...shifted,
  ];
}
