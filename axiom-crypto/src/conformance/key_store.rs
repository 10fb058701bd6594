//! The suite of key stores.

use axiom_core::{OrganizationId, Timestamp};

use super::joined::joined;
use crate::envelope::{KeyReference, Recipient};
use crate::error::Error;
use crate::keystore::{KeyRecord, KeyRole, KeyStore, WrappedKey};
use crate::provider::{KeyId, KeyState};

/// Runs the whole suite against an empty key store.
///
/// # Panics
/// Where the store does not do what a [`KeyStore`] must.
pub async fn key_store(store: &dyn KeyStore) {
    what_is_not_there_is_nothing(store).await;
    what_is_saved_is_read_back(store).await;
    only_the_next_revision_is_saved(store).await;
    one_of_many_succeeds(store).await;
    both_ways_agree(store).await;
    a_destroyed_key_leaves_its_name(store).await;
    all_are_listed_once_and_in_order(store).await;
    an_organization_has_the_names_of_its_own(store).await;
}

async fn what_is_not_there_is_nothing(store: &dyn KeyStore) {
    assert!(store.load(name(0)).await.expect("the store answers").is_none());
    assert!(store.list(None, 10).await.expect("the store answers").is_empty(), "the suite needs an empty store");
    let second = record(0).revoked(Timestamp::UNIX_EPOCH);
    assert_conflict(&store.save(&second).await);
}

async fn what_is_saved_is_read_back(store: &dyn KeyStore) {
    let record = record(1);
    store.save(&record).await.expect("the store answers");
    assert_eq!(store.load(name(1)).await.expect("the store answers").as_ref(), Some(&record));
    let held = record.held("case-7").expect("it is a name");
    store.save(&held).await.expect("the store answers");
    assert_eq!(store.load(name(1)).await.expect("the store answers"), Some(held));
}

async fn only_the_next_revision_is_saved(store: &dyn KeyStore) {
    let first = record(2);
    store.save(&first).await.expect("the store answers");
    assert_conflict(&store.save(&first).await);
    let second = first.clone().revoked(Timestamp::UNIX_EPOCH);
    let third = second.clone().restored();
    assert_conflict(&store.save(&third).await);
    store.save(&second).await.expect("the store answers");
    assert_conflict(&store.save(&second).await);
    store.save(&third).await.expect("the store answers");
    assert_eq!(store.load(name(2)).await.expect("the store answers"), Some(third));
}

async fn one_of_many_succeeds(store: &dyn KeyStore) {
    let candidates: Vec<KeyRecord> =
        (0..8).map(|second| record_of(3, Timestamp::from_unix_micros(second).expect("it is in 1970"))).collect();
    let outcomes = joined(candidates.iter().map(|candidate| store.save(candidate))).await;
    let winners: Vec<_> = candidates.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_ok()).collect();
    assert_eq!(winners.len(), 1, "of eight who save the same revision, one succeeds");
    outcomes.iter().filter(|outcome| outcome.is_err()).for_each(assert_conflict);
    assert_eq!(store.load(name(3)).await.expect("the store answers").as_ref(), Some(winners[0].0));
}

async fn both_ways_agree(store: &dyn KeyStore) {
    if let Some(loaded) = store.try_load(name(1)) {
        assert_eq!(loaded.expect("the store answers"), store.load(name(1)).await.expect("the store answers"));
    }
    let record = record(4);
    match store.try_save(&record) {
        Some(outcome) => outcome.expect("the store answers"),
        None => assert!(
            store.load(name(4)).await.expect("the store answers").is_none(),
            "what cannot be done at once is not done"
        ),
    }
}

async fn a_destroyed_key_leaves_its_name(store: &dyn KeyStore) {
    let record = record(5);
    store.save(&record).await.expect("the store answers");
    store.save(&record.destroyed(Timestamp::UNIX_EPOCH)).await.expect("the store answers");
    let stored = store.load(name(5)).await.expect("the store answers").expect("it is there");
    assert_eq!((stored.state(), stored.keys().len()), (KeyState::Destroyed, 0));
}

async fn all_are_listed_once_and_in_order(store: &dyn KeyStore) {
    for number in 10..30 {
        store.save(&record(number)).await.expect("the store answers");
    }
    let all = store.list(None, 1000).await.expect("the store answers");
    assert!(all.is_sorted_by_key(KeyRecord::reference) && all.len() >= 23);
    let (mut paged, mut after) = (Vec::new(), None);
    while let Some(last) = {
        let page = store.list(after, 7).await.expect("the store answers");
        assert!(page.len() <= 7);
        paged.extend_from_slice(&page);
        page.last().map(KeyRecord::reference)
    } {
        after = Some(last);
    }
    assert_eq!(paged, all);
}

async fn an_organization_has_the_names_of_its_own(store: &dyn KeyStore) {
    let own: OrganizationId = "org_0000".parse().expect("it is an identifier");
    store.save(&record_in(own.clone(), 40, Timestamp::UNIX_EPOCH)).await.expect("the store answers");
    assert_eq!(store.names(&own).await.expect("the store answers"), [name(40)]);
    let all = store.list(None, 1000).await.expect("the store answers");
    let others: Vec<_> = all.iter().filter(|record| *record.organization() != own).map(KeyRecord::reference).collect();
    assert_eq!(store.names(record(0).organization()).await.expect("the store answers"), others);
    let organizations = store.organizations().await.expect("the store answers");
    assert_eq!(organizations, [own, record(0).organization().clone()]);
    let nobody: OrganizationId = "nobody".parse().expect("it is an identifier");
    assert!(store.names(&nobody).await.expect("the store answers").is_empty());
}

fn assert_conflict(outcome: &Result<(), Error>) {
    assert!(matches!(outcome, Err(Error::Conflict)), "{outcome:?} and no conflict");
}

fn name(number: u8) -> KeyReference {
    // Far apart, so that their order is not that of their numbers.
    KeyReference::from_bytes([number.reverse_bits(); 16])
}

fn record(number: u8) -> KeyRecord {
    record_of(number, Timestamp::UNIX_EPOCH)
}

fn record_of(number: u8, made: Timestamp) -> KeyRecord {
    record_in("org_7f3c".parse().expect("it is an identifier"), number, made)
}

fn record_in(organization: OrganizationId, number: u8, made: Timestamp) -> KeyRecord {
    let key = KeyId::new("conformance", "key", 1).expect("it is a name");
    let recipient = Recipient::new(key, &[number; 40]).expect("40 bytes are a wrapped key");
    let wrapped = WrappedKey { version: 1, made, commitment: [number; 32], recipients: vec![recipient] };
    KeyRecord::new(KeyRole::Data, name(number), organization, made, wrapped)
}
