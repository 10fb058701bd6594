//! Nonces from the operating system's randomness, a block at a time.

use core::cell::RefCell;

use zeroize::Zeroize;

use crate::error::Error;
use crate::fork;

/// Fills `output`, of at most 24 bytes, with bytes that no thread and no process has been given before.
///
/// A call to the operating system costs more than encrypting a short message, so each thread fetches a block and hands
/// it out from front to back, wiping what it has handed out. A process that was forked has its parent's block and must
/// not use it: [`fork::generation`] tells. Keys do not come from here.
///
/// # Errors
/// [`Error::Random`] where the operating system has none.
pub(crate) fn fill(output: &mut [u8]) -> Result<(), Error> {
    BLOCK.with_borrow_mut(|block| block.take(output))
}

/// What a thread has in stock.
struct Block {
    bytes: [u8; LEN],
    used: usize,
    generation: u64,
}

impl Block {
    fn take(&mut self, output: &mut [u8]) -> Result<(), Error> {
        let generation = fork::generation();
        if self.used + output.len() > LEN || self.generation != generation {
            getrandom::fill(&mut self.bytes).map_err(|_| Error::Random)?;
            (self.used, self.generation) = (0, generation);
        }
        let taken = &mut self.bytes[self.used..self.used + output.len()];
        output.copy_from_slice(taken);
        taken.zeroize();
        self.used += output.len();
        Ok(())
    }
}

/// A multiple of both lengths of a nonce.
const LEN: usize = 1536;

thread_local! {
    static BLOCK: RefCell<Block> = const { RefCell::new(Block { bytes: [0; LEN], used: LEN, generation: 0 }) };
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_thread_gets_bytes_twice_and_none_gets_anothers() {
        let draw = || {
            let mut drawn = Vec::new();
            for _ in 0..1000 {
                let mut bytes = [0; 12];
                fill(&mut bytes).unwrap();
                drawn.push(bytes);
            }
            drawn
        };
        let drawn: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(draw)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), drawn.len());
    }

    #[test]
    fn what_was_handed_out_is_wiped() {
        let mut block = Block { bytes: [0; LEN], used: LEN, generation: fork::generation() };
        let mut bytes = [0; 24];
        block.take(&mut bytes).unwrap();
        assert_eq!(block.bytes[..24], [0; 24]);
        assert_ne!(block.bytes[24..48], [0; 24]);
        assert_ne!(bytes, [0; 24]);
    }

    #[test]
    fn after_a_fork_the_block_is_fetched_anew() {
        let mut block = Block { bytes: [7; LEN], used: 0, generation: fork::generation().wrapping_add(1) };
        let mut bytes = [0; 24];
        block.take(&mut bytes).unwrap();
        assert_ne!(bytes, [7; 24]);
    }
}
