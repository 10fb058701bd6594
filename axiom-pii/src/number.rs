//! Numbers that states, banks and makers give: one rule a function.
//!
//! The functions are pure and take ASCII without separators, letters in upper case where they say so. Any other byte
//! makes a value invalid, never a panic. A value that passes is well-formed, not assigned: how many random ones pass
//! stands beside each.
//!
//! # Beside python-stdnum
//!
//! The rules are those of the standards that the functions name. On random, valid and near-miss values they agree with
//! python-stdnum 2.2 but for these, which `bindings-python/tests/test_oracles.py` holds against it one by one:
//!
//! - dates are not compared with the clock ([`no_fodselsnummer`], [`dk_cpr`], [`sg_uen`]), and nobody was born before the
//!   year 100 ([`se_personnummer`]);
//! - [`us_itin`] knows the groups 50 to 65, which the IRS opened later;
//! - [`nl_bsn`] has nine digits: eight are not filled with a zero;
//! - [`iban`] refuses letters for check digits, and 00, 01 and 99, which ISO 7064 never yields; it does not look at the
//!   check digits that Belgium, Spain, Montenegro and Norway have inside their numbers;
//! - [`btc_address`] refuses mixed case, as BIP 173 does, and knows the later programs of BIP 350;
//! - [`mod11_2`](crate::checksum::mod11_2) refuses an `X` before the end;
//! - [`imei`] wants the check digit; [`it_codice_fiscale`] is the code of persons only;
//! - [`cn_ric`] looks at the province, not at the district; [`mx_curp`] does not look for improper words;
//! - all but [`iban`] and [`btc_address`] want upper case, because the caller knows how a value was written.
//!
//! [`au_medicare`], [`sg_nric`], [`uk_nino`], [`us_mbi`], [`us_npi`] and [`vin`] have no counterpart there.

mod au_abn;
mod au_acn;
mod au_medicare;
mod au_tfn;
mod br_cnpj;
mod br_cpf;
mod btc_address;
mod ca_sin;
mod ch_ahv;
mod cl_rut;
mod cn_ric;
mod date;
mod de_steuer_id;
mod digits;
mod dk_cpr;
mod es_nie;
mod es_nif;
mod fi_hetu;
mod fr_nir;
mod hr_oib;
pub(crate) mod iban;
mod iban_registry;
mod imei;
mod in_aadhaar;
mod in_gstin;
mod in_pan;
mod it_codice_fiscale;
mod jp_my_number;
mod kr_rrn;
mod mx_curp;
mod nl_bsn;
mod no_fodselsnummer;
mod pl_pesel;
mod pt_nif;
mod ro_cnp;
mod se_personnummer;
mod sg_nric;
mod sg_uen;
mod th_id;
mod tr_tckn;
mod uk_nhs;
mod uk_nino;
mod us_aba_routing;
mod us_itin;
mod us_mbi;
mod us_npi;
mod us_ssn;
mod vin;
mod za_id;

pub use au_abn::au_abn;
pub use au_acn::au_acn;
pub use au_medicare::au_medicare;
pub use au_tfn::au_tfn;
pub use br_cnpj::br_cnpj;
pub use br_cpf::br_cpf;
pub use btc_address::btc_address;
pub use ca_sin::ca_sin;
pub use ch_ahv::ch_ahv;
pub use cl_rut::cl_rut;
pub use cn_ric::cn_ric;
pub use de_steuer_id::de_steuer_id;
pub use dk_cpr::dk_cpr;
pub use es_nie::es_nie;
pub use es_nif::es_nif;
pub use fi_hetu::fi_hetu;
pub use fr_nir::fr_nir;
pub use hr_oib::hr_oib;
pub use iban::iban;
pub use imei::imei;
pub use in_aadhaar::in_aadhaar;
pub use in_gstin::in_gstin;
pub use in_pan::in_pan;
pub use it_codice_fiscale::it_codice_fiscale;
pub use jp_my_number::jp_my_number;
pub use kr_rrn::kr_rrn;
pub use mx_curp::mx_curp;
pub use nl_bsn::nl_bsn;
pub use no_fodselsnummer::no_fodselsnummer;
pub use pl_pesel::pl_pesel;
pub use pt_nif::pt_nif;
pub use ro_cnp::ro_cnp;
pub use se_personnummer::se_personnummer;
pub use sg_nric::sg_nric;
pub use sg_uen::sg_uen;
pub use th_id::th_id;
pub use tr_tckn::tr_tckn;
pub use uk_nhs::uk_nhs;
pub use uk_nino::uk_nino;
pub use us_aba_routing::us_aba_routing;
pub use us_itin::us_itin;
pub use us_mbi::us_mbi;
pub use us_npi::us_npi;
pub use us_ssn::us_ssn;
pub use vin::vin;
pub use za_id::za_id;

/// Whether a value, in ASCII without separators, is well-formed.
pub type Rule = fn(&[u8]) -> bool;

/// Every rule of this module by its name.
///
/// ```
/// let (_, rule) = axiom_pii::number::rules().find(|(name, _)| *name == "us_ssn").unwrap();
/// assert!(rule(b"536904399"));
/// ```
pub fn rules() -> impl Iterator<Item = (&'static str, Rule)> {
    RULES.into_iter()
}

const RULES: [(&str, Rule); 46] = [
    ("au_abn", au_abn),
    ("au_acn", au_acn),
    ("au_medicare", au_medicare),
    ("au_tfn", au_tfn),
    ("br_cnpj", br_cnpj),
    ("br_cpf", br_cpf),
    ("btc_address", btc_address),
    ("ca_sin", ca_sin),
    ("ch_ahv", ch_ahv),
    ("cl_rut", cl_rut),
    ("cn_ric", cn_ric),
    ("de_steuer_id", de_steuer_id),
    ("dk_cpr", dk_cpr),
    ("es_nie", es_nie),
    ("es_nif", es_nif),
    ("fi_hetu", fi_hetu),
    ("fr_nir", fr_nir),
    ("hr_oib", hr_oib),
    ("iban", iban),
    ("imei", imei),
    ("in_aadhaar", in_aadhaar),
    ("in_gstin", in_gstin),
    ("in_pan", in_pan),
    ("it_codice_fiscale", it_codice_fiscale),
    ("jp_my_number", jp_my_number),
    ("kr_rrn", kr_rrn),
    ("mx_curp", mx_curp),
    ("nl_bsn", nl_bsn),
    ("no_fodselsnummer", no_fodselsnummer),
    ("pl_pesel", pl_pesel),
    ("pt_nif", pt_nif),
    ("ro_cnp", ro_cnp),
    ("se_personnummer", se_personnummer),
    ("sg_nric", sg_nric),
    ("sg_uen", sg_uen),
    ("th_id", th_id),
    ("tr_tckn", tr_tckn),
    ("uk_nhs", uk_nhs),
    ("uk_nino", uk_nino),
    ("us_aba_routing", us_aba_routing),
    ("us_itin", us_itin),
    ("us_mbi", us_mbi),
    ("us_npi", us_npi),
    ("us_ssn", us_ssn),
    ("vin", vin),
    ("za_id", za_id),
];
