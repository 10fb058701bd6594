//! What holds for the rules of all numbers.

use axiom_pii::{checksum, number};
use proptest::prelude::*;

/// A rule.
type Rule = fn(&[u8]) -> bool;

/// The rules whose check digits notice every changed digit, with a number that passes.
const CHECKED: [(Rule, &str); 18] = [
    (number::au_abn, "83914571673"),
    (number::ca_sin, "123456782"),
    (number::cn_ric, "360426199101010071"),
    (number::de_steuer_id, "36574261809"),
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

/// The other rules, whose check digits miss some changes or which have none.
const OTHERS: [Rule; 33] = [
    checksum::base58check,
    checksum::bech32,
    checksum::eip55,
    checksum::icao9303,
    checksum::luhn,
    checksum::mod11_10,
    checksum::mod11_2,
    checksum::mod37_2,
    checksum::mod37_36,
    checksum::mod97,
    checksum::verhoeff,
    number::au_acn,
    number::au_medicare,
    number::au_tfn,
    number::br_cnpj,
    number::br_cpf,
    number::dk_cpr,
    number::es_nie,
    number::es_nif,
    number::fi_hetu,
    number::fr_nir,
    number::in_pan,
    number::it_codice_fiscale,
    number::jp_my_number,
    number::kr_rrn,
    number::mx_curp,
    number::sg_uen,
    number::th_id,
    number::uk_nino,
    number::us_itin,
    number::us_mbi,
    number::us_ssn,
    number::vin,
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
        for rule in CHECKED.iter().map(|(rule, _)| rule).chain(&OTHERS) {
            rule(&bytes);
            prop_assert!(!rule(&separated));
        }
    }

    #[test]
    fn no_characters_of_numbers_make_a_rule_panic(text in "[0-9A-Z+-]{0,40}") {
        for rule in CHECKED.iter().map(|(rule, _)| rule).chain(&OTHERS) {
            rule(text.as_bytes());
        }
    }
}
