//! Validators: the rules of this crate by their names.

use crate::error::Error;
use crate::{checksum, number};

/// A rule that values of a pattern must satisfy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Validator(Rule);

impl Validator {
    /// The rule with this name.
    pub(crate) fn named(name: &str) -> Result<Self, Error> {
        let rule = RULES.iter().find(|(known, _)| *known == name);
        rule.map(|(_, rule)| Self(*rule)).ok_or_else(|| Error::UnknownValidator { name: name.to_owned() })
    }

    /// Whether it holds for the value without separators, as it is written or in upper case.
    pub(crate) fn holds(self, value: &str) -> bool {
        let mut bare: Vec<u8> = value.bytes().filter(|byte| !b" -./".contains(byte)).collect();
        self.0(&bare) || {
            bare.make_ascii_uppercase();
            self.0(&bare)
        }
    }
}

/// The names of the rules.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|(name, _)| *name)
}

/// What a value must satisfy.
type Rule = fn(&[u8]) -> bool;

macro_rules! rules {
    ($($module:ident: $($name:ident)+;)+) => {
        &[$($((stringify!($name), $module::$name)),+),+]
    };
}

const RULES: &[(&str, Rule)] = rules! {
    checksum: base58check bech32 eip55 icao9303 luhn mod11_10 mod11_2 mod37_2 mod37_36 mod97 verhoeff;
    number: au_abn au_acn au_medicare au_tfn br_cnpj br_cpf btc_address ca_sin ch_ahv cl_rut cn_ric de_steuer_id
        dk_cpr es_nie es_nif fi_hetu fr_nir hr_oib iban imei in_aadhaar in_gstin in_pan it_codice_fiscale
        jp_my_number kr_rrn mx_curp nl_bsn no_fodselsnummer pl_pesel pt_nif ro_cnp se_personnummer sg_nric sg_uen
        th_id tr_tckn uk_nhs uk_nino us_aba_routing us_itin us_mbi us_npi us_ssn vin za_id;
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_case_do_not_count() {
        let holds = |name, value| Validator::named(name).unwrap().holds(value);
        assert!(holds("iban", "gb82 west 1234 5698 7654 32"));
        assert!(holds("br_cpf", "390.533.447-05"));
        assert!(!holds("luhn", "4111_1111_1111_1111"));
        assert!(holds("icao9303", "l898902c36"));
    }

    #[test]
    fn names_are_unique() {
        let mut all: Vec<_> = names().collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(Validator::named("lunh").is_err());
    }
}
