//! How much a data key is used.

/// A number of messages and of bytes of plaintext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) messages: u64,
    pub(super) bytes: u64,
}

impl Amount {
    pub(super) const NONE: Self = Self { messages: 0, bytes: 0 };

    pub(super) const fn message(len: usize) -> Self {
        Self { messages: 1, bytes: len as u64 }
    }

    /// The limits of a key are far from the end of the numbers.
    pub(super) const fn and(self, other: Self) -> Self {
        Self { messages: self.messages + other.messages, bytes: self.bytes + other.bytes }
    }

    /// What is left of it, or `None` where `other` is more.
    pub(super) fn without(self, other: Self) -> Option<Self> {
        let messages = self.messages.checked_sub(other.messages)?;
        Some(Self { messages, bytes: self.bytes.checked_sub(other.bytes)? })
    }

    pub(super) fn at_most(self, other: Self) -> Self {
        Self { messages: self.messages.min(other.messages), bytes: self.bytes.min(other.bytes) }
    }
}
