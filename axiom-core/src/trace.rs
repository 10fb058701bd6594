//! W3C Trace Context: which distributed trace an event belongs to.

use core::fmt;
use core::str::FromStr;

use crate::error::Error;

/// The trace and span of an event, and the `traceparent` header they travel in.
///
/// Form and rules: W3C Trace Context (Recommendation, 23 November 2021), section 3.2.
///
/// ```
/// use axiom_core::TraceContext;
///
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let trace: TraceContext = header.parse()?;
/// assert_eq!(trace.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert!(trace.is_sampled());
/// assert_eq!(trace.to_string(), header);
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace_id: TraceId,
    span_id: SpanId,
    flags: u8,
}

impl TraceContext {
    /// The context of a span in a trace; `sampled` says that the caller may have recorded it.
    #[must_use]
    pub const fn new(trace_id: TraceId, span_id: SpanId, sampled: bool) -> Self {
        Self { trace_id, span_id, flags: sampled as u8 }
    }

    /// The trace.
    #[must_use]
    pub const fn trace_id(&self) -> TraceId {
        self.trace_id
    }

    /// The span, called parent id in the header.
    #[must_use]
    pub const fn span_id(&self) -> SpanId {
        self.span_id
    }

    /// Whether the caller may have recorded trace data.
    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }
}

impl FromStr for TraceContext {
    type Err = Error;

    /// Parses a `traceparent` header. A version above 00 may carry more parts, which are dropped; version ff is
    /// invalid.
    fn from_str(header: &str) -> Result<Self, Error> {
        parse_traceparent(header)
            .ok_or_else(|| Error::invalid("", "must be a W3C traceparent like 00-<32 hex>-<16 hex>-01"))
    }
}

fn parse_traceparent(header: &str) -> Option<TraceContext> {
    let mut parts = header.split('-');
    let version = u8::try_from(hex(parts.next()?, 2)?).ok()?;
    let trace_id = parts.next()?.parse().ok()?;
    let span_id = parts.next()?.parse().ok()?;
    let flags = u8::try_from(hex(parts.next()?, 2)?).ok()?;
    let ends_well = version > 0 || parts.next().is_none();
    (version != 0xff && ends_well).then_some(TraceContext { trace_id, span_id, flags })
}

impl fmt::Display for TraceContext {
    /// Writes a `traceparent` header of version 00 with the flags that version knows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace_id, self.span_id, self.flags & 1)
    }
}

/// The id of a trace: 16 bytes, not all zero, written as 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(u128);

impl FromStr for TraceId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match hex(text, 32) {
            Some(id) if id != 0 => Ok(Self(id)),
            _ => Err(Error::invalid("/traceId", "must be 32 lower-case hexadecimal digits, not all zero")),
        }
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// The id of a span: 8 bytes, not all zero, written as 16 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId(u64);

impl FromStr for SpanId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match hex(text, 16).and_then(|id| u64::try_from(id).ok()) {
            Some(id) if id != 0 => Ok(Self(id)),
            _ => Err(Error::invalid("/spanId", "must be 16 lower-case hexadecimal digits, not all zero")),
        }
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Exactly `digits` lower-case hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let well_formed = text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if well_formed { u128::from_str_radix(text, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_later_version_may_carry_more_parts() {
        let header = format!("cc-{TRACE}-00f067aa0ba902b7-01-what-comes-next");
        assert!(header.parse::<TraceContext>().is_ok());
        assert!(format!("00-{TRACE}-00f067aa0ba902b7-01-more").parse::<TraceContext>().is_err());
    }

    #[test]
    fn flags_that_version_00_does_not_know_are_not_passed_on() {
        let trace: TraceContext = format!("00-{TRACE}-00f067aa0ba902b7-ff").parse().unwrap();
        assert!(trace.to_string().ends_with("-01"));
    }

    #[test]
    fn invalid_headers_are_refused() {
        for header in [
            String::new(),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-00f067aa0ba902b7"),
            format!("00-{TRACE}-00f067aa0ba902b7-1"),
            format!("00-+{}-00f067aa0ba902b7-01", &TRACE[1..]),
        ] {
            assert!(header.parse::<TraceContext>().is_err(), "{header}");
        }
    }
}
