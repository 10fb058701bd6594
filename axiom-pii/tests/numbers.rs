//! What holds for the rules of all numbers.

use axiom_pii::number::Rule;
use axiom_pii::{checksum, number};
use proptest::prelude::*;

/// The rules whose check digits notice every changed digit, with a number that passes.
const CHECKED: [(Rule, &str); 21] = [
    (number::au_abn, "83914571673"),
    (number::ca_sin, "123456782"),
    (number::ch_ahv, "7569217076985"),
    (number::cl_rut, "760864285"),
    (number::cn_ric, "360426199101010071"),
    (number::de_steuer_id, "36574261809"),
    (number::hr_oib, "33392005961"),
    (number::iban, "GB82WEST12345698765432"),
    (number::imei, "353879234252633"),
    (number::in_aadhaar, "234123412346"),
    (number::nl_bsn, "111222333"),
    (number::no_fodselsnummer, "15108695088"),
    (number::pl_pesel, "44051401359"),
    (number::se_personnummer, "8803200016"),
    (number::sg_nric, "S1234567D"),
    (number::tr_tckn, "17291716060"),
    (number::uk_nhs, "9434765870"),
    (number::us_aba_routing, "111000025"),
    (number::us_npi, "1234567893"),
    (number::za_id, "7503305044089"),
    (number::btc_address, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
];

#[test]
fn every_changed_digit_is_noticed() {
    for (rule, value) in CHECKED {
        assert!(rule(value.as_bytes()), "{value}");
        for place in (0..value.len()).filter(|&place| value.as_bytes()[place].is_ascii_digit()) {
            for digit in (b'0'..=b'9').filter(|&digit| digit != value.as_bytes()[place]) {
                let mut changed = value.as_bytes().to_vec();
                changed[place] = digit;
                assert!(!rule(&changed), "{value} at {place}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_rule_panic_or_accept_separators(bytes in prop::collection::vec(any::<u8>(), 0..40), place in 0usize..40) {
        let mut separated = bytes.clone();
        separated.insert(place.min(bytes.len()), b' ');
        for (name, rule) in number::rules().chain(checksum::rules()) {
            rule(&bytes);
            prop_assert!(!rule(&separated), "{}", name);
        }
    }

    #[test]
    fn no_characters_of_numbers_make_a_rule_panic(text in "[0-9A-Z+-]{0,40}") {
        for (_, rule) in number::rules().chain(checksum::rules()) {
            rule(text.as_bytes());
        }
    }
}
