//! Compressed bombs, packed by hand: a few kilobytes that unpack to many megabytes.

/// What each bomb unpacks to, in bytes: about 50 MB.
const UNPACKED: usize = 50_000_000;

/// A deflate stream (RFC 1951): one literal, then "the last byte 258 times" over and over, with the fixed codes.
pub(crate) fn deflate() -> Vec<u8> {
    let mut bits = Bits::default();
    // Last block, fixed codes.
    bits.put(0b1, 1);
    bits.put(0b01, 2);
    // The literal `0` (byte 48) has the code 0110000 + 48.
    bits.put_code(0b0011_0000 + 48, 8);
    for _ in 0..UNPACKED / 258 {
        // Length 258 is symbol 285 (11000101), distance 1 is code 0.
        bits.put_code(0b1100_0101, 8);
        bits.put_code(0, 5);
    }
    // End of block.
    bits.put_code(0, 7);
    bits.done()
}

/// The same with the head of a gzip file. The checksum is wrong, which is found out at the end only.
pub(crate) fn gzip() -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    bytes.extend(deflate());
    bytes.extend([0; 8]);
    bytes
}

/// A zstd frame (RFC 8878) of blocks that say "this byte 128 Ki times".
pub(crate) fn zstd() -> Vec<u8> {
    const BLOCK: usize = 128 * 1024;
    let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x58];
    let count = UNPACKED / BLOCK;
    for number in 1..=count {
        let last = u32::from(number == count);
        let head = last | 1 << 1 | u32::try_from(BLOCK).unwrap() << 3;
        bytes.extend(&head.to_le_bytes()[..3]);
        bytes.push(b'0');
    }
    bytes
}

/// A brotli stream (RFC 7932), made by its library.
pub(crate) fn brotli() -> Vec<u8> {
    let mut bytes = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 1,
        ..Default::default()
    };
    let zeros = vec![b'0'; UNPACKED];
    brotli::BrotliCompress(&mut zeros.as_slice(), &mut bytes, &params).unwrap();
    bytes
}

/// Bits as deflate packs them: the lowest of a byte first, Huffman codes from their highest bit.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.last_mut().unwrap();
            *last |= u8::from(value >> bit & 1 == 1) << (self.used % 8);
            self.used += 1;
        }
    }

    fn put_code(&mut self, code: u32, length: u32) {
        for bit in (0..length).rev() {
            self.put(code >> bit & 1, 1);
        }
    }

    fn done(self) -> Vec<u8> {
        self.bytes
    }
}

#[test]
fn bombs_are_small_and_are_what_they_say() {
    for (name, bytes) in [
        ("gzip", gzip()),
        ("deflate", deflate()),
        ("zstd", zstd()),
        ("br", brotli()),
    ] {
        assert!(bytes.len() < 400_000, "{name}: {}", bytes.len());
    }
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut brotli().as_slice(), &mut unpacked).unwrap();
    assert_eq!(unpacked.len(), UNPACKED);
}
