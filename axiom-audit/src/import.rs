//! Events from elsewhere.
