//! Events from elsewhere: records that another system wrote, as events to be recorded.
//!
//! An importer is a pure function from one foreign record to one [`Event`](axiom_core::Event). It reads no clock and
//! makes no ids, so that the same record always gives the same event, and a log that is idempotent by event id takes it
//! once. What it returns enters at the top of the pipeline: it is scrubbed, sealed and appended like any other event.

pub mod cloudtrail;
