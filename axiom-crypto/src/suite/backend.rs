//! Whose code computes a suite.

/// The library that computes AES.
///
/// Backends give the same bytes: what one has sealed, the other opens. Which one is used is said in code and never by
/// features alone: the feature `fast` adds AWS-LC and changes nothing that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Backend {
    /// AWS-LC, in C and assembler; building it takes a C compiler.
    #[cfg(feature = "fast")]
    AwsLc,
    /// The `RustCrypto` crates, in Rust.
    #[default]
    RustCrypto,
}

impl Backend {
    /// Every backend of this build.
    pub const ALL: &[Self] = &[
        Self::RustCrypto,
        #[cfg(feature = "fast")]
        Self::AwsLc,
    ];
}
