//! All expressions at once, without a scanner: neither validated nor weighed.

use axiom_benches::Error;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;

use crate::expressions::EXPRESSIONS;

/// The expressions in one engine with a cache so large that it never has to start again.
pub(crate) fn new() -> Result<Regex, Error> {
    let mut builder = Regex::builder();
    builder.configure(Config::new().hybrid_cache_capacity(64 << 20).nfa_size_limit(None));
    // Bytes are matched faster than characters, and nothing here is beyond ASCII.
    builder.syntax(syntax::Config::new().unicode(false).utf8(false));
    builder.build_many(&EXPRESSIONS).map_err(|error| Error::Io(std::io::Error::other(error)))
}
