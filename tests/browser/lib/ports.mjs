// Ports for programs that take theirs as an argument.

import { createServer } from "node:net";

// Below the range that the system takes from for connections that go out (32768 and up on Linux): a port from there
// may be given away between asking for it and listening on it.
const FIRST = 20_000;
const COUNT = 12_000;
let next = Math.floor(Math.random() * COUNT);

/** The first of `count` ports in a row that nothing listens on; none is given twice. */
export async function freePort(count = 1) {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + next;
    next = (next + count) % (COUNT - count);
    const row = Array.from({ length: count }, (_, offset) => port + offset);
    const free = await Promise.all(row.map(isFree));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`there are no ${count} free ports in a row from ${FIRST} on`);
}

/** Nothing listens on it, on any address of this machine. */
function isFree(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false)).listen(port, () => server.close(() => done(true)));
  });
}
