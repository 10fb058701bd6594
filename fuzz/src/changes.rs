//! Changes of seeds, always the same ones.

/// Makes changed copies of some seeds; a generator of 64 bits (xorshift64*) decides, so that every run is the same.
#[derive(Debug)]
pub struct Changes<'a> {
    seeds: &'a [Vec<u8>],
    state: u64,
}

impl<'a> Changes<'a> {
    /// Changes of `seeds`, of which there is at least one.
    pub fn of(seeds: &'a [Vec<u8>]) -> Self {
        Self { seeds, state: 0x9e37_79b9_7f4a_7c15 }
    }

    /// One more changed copy: of one seed, in one to four places.
    pub fn draw(&mut self) -> Vec<u8> {
        let mut bytes = self.seed().to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len() + 1);
        let end = at + self.below(bytes.len() - at + 1).min(64);
        match self.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            1 if at < bytes.len() => bytes[at] = self.below(256) as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..end)),
            4 => bytes.extend_from_within(at..end),
            5 => drop(bytes.splice(at..at, TELLING[self.below(TELLING.len())].iter().copied())),
            6 => {
                let other = self.seed();
                let from = self.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            _ => {
                let copy = bytes[at..end].to_vec();
                let to = self.below(bytes.len() + 1);
                bytes.splice(to..to, copy);
            }
        }
    }

    fn seed(&mut self) -> &'a [u8] {
        &self.seeds[self.below(self.seeds.len())]
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }
}

/// What often makes a parser stumble.
const TELLING: [&[u8]; 16] = [
    b"\0",
    b"\n",
    b"\n\n",
    b"\r\n",
    b" ",
    b"\"",
    b"\\u0000",
    b"{}",
    b"[[[[[[[[",
    b"-1",
    b"00",
    b"18446744073709551616",
    b"1e999",
    b"\xff\xff",
    b"\xe2\x80\x94 ",
    b"/../",
];
