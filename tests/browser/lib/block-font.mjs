// A font in which every character is a box half as wide as it is high. With it a page has the same lines, the same
// wrapping and the same picture on every machine, whatever fonts are installed; so pictures can be compared.

const UNITS = 1000;
const ADVANCE = 550;
const [ASCENT, DESCENT] = [800, 200];

/** The font as a TrueType file. */
export function blockFont() {
  const box = glyph(50, 0, 500, 560);
  const tables = {
    "OS/2": os2(),
    cmap: cmap(),
    glyf: Buffer.concat([box, box]),
    head: head(),
    hhea: hhea(),
    hmtx: words(ADVANCE, 50, ADVANCE, 50, ADVANCE, 0),
    loca: longs(0, box.length, box.length * 2, box.length * 2),
    maxp: Buffer.concat([longs(0x00010000), words(3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)]),
    name: name(),
    post: Buffer.concat([longs(0x00030000, 0), words(-100, 50), longs(1, 0, 0, 0, 0)]),
  };
  return file(tables);
}

const words = (...values) => Buffer.concat(values.map((value) => (value < 0 ? i16(value) : u16(value))));
const longs = (...values) => Buffer.concat(values.map((value) => u32(value)));

function u16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function i16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** One contour: a rectangle. */
function glyph(left, bottom, right, top) {
  const flags = Buffer.from([1, 1, 1, 1]);
  const x = words(left, right - left, 0, left - right);
  const y = words(bottom, 0, top - bottom, 0);
  const bytes = Buffer.concat([words(1, left, bottom, right, top, 3, 0), flags, x, y]);
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** Spaces are empty, everything else is the box (format 13: many characters, one glyph). */
function cmap() {
  const groups = [
    [0x20, 0x20, 2],
    [0x21, 0x9f, 1],
    [0xa0, 0xa0, 2],
    [0xa1, 0x10ffff, 1],
  ];
  const body = longs(...groups.flat());
  const table = Buffer.concat([words(13, 0), longs(16 + body.length, 0, groups.length), body]);
  return Buffer.concat([words(0, 1, 3, 10), longs(12), table]);
}

function head() {
  const dates = Buffer.alloc(16);
  return Buffer.concat([longs(0x00010000, 0x00010000, 0, 0x5f0f3cf5), words(0x0003, UNITS), dates, words(50, 0, 500, 560, 0, 8, 2, 1, 0)]);
}

function hhea() {
  return Buffer.concat([longs(0x00010000), words(ASCENT, -DESCENT, 0, ADVANCE, 50, 50, 500, 1, 0, 0, 0, 0, 0, 0, 0, 3)]);
}

function os2() {
  return Buffer.concat([
    words(4, ADVANCE, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 250, 0),
    Buffer.alloc(10),
    longs(1, 0, 0, 0),
    Buffer.from("NONE"),
    words(0x0040, 0x0020, 0xffff, ASCENT, -DESCENT, 0, ASCENT, DESCENT),
    longs(1, 0),
    words(500, 700, 0, 0x20, 1),
  ]);
}

function name() {
  const text = Buffer.from("Block", "utf16le").swap16();
  const records = [1, 2, 4, 6].map((id) => words(3, 1, 0x409, id, text.length, 0));
  return Buffer.concat([words(0, records.length, 6 + 12 * records.length), ...records, text]);
}

function file(tables) {
  const names = Object.keys(tables).sort();
  const power = Math.floor(Math.log2(names.length));
  const header = Buffer.concat([longs(0x00010000), words(names.length, 16 << power, power, names.length * 16 - (16 << power))]);
  let offset = header.length + names.length * 16;
  const records = [];
  const bodies = [];
  for (const name of names) {
    const table = tables[name];
    const padded = Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)]);
    records.push(Buffer.from(name), longs(checksum(padded), offset, table.length));
    bodies.push(padded);
    offset += padded.length;
  }
  const bytes = Buffer.concat([header, ...records, ...bodies]);
  // The whole file's checksum is kept in `head`, 8 bytes after its start.
  const at = header.length + names.indexOf("head") * 16 + 8;
  bytes.writeUInt32BE((0xb1b0afba - checksum(bytes)) >>> 0, bytes.readUInt32BE(at) + 8);
  return bytes;
}

function checksum(bytes) {
  let sum = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}
