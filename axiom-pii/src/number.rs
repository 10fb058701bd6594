//! Numbers that states, banks and makers give: one rule a function.
//!
//! The functions are pure and take ASCII without separators, letters in upper case where they say so. Any other byte
//! makes a value invalid, never a panic. A value that passes is well-formed, not assigned: how many random ones pass
//! stands beside each.
//!
//! # Beside python-stdnum
//!
//! The rules are those of the standards that the functions name. On random and near-miss values they agree with
//! python-stdnum 2.2 but for these:
//!
//! - dates of birth are not compared with the clock ([`no_fodselsnummer`], [`dk_cpr`], [`sg_uen`]), and where the century is
//!   not written, either one does ([`za_id`], [`se_personnummer`]); there was none before the year 100;
//! - [`us_itin`] knows the groups 50 to 65, which the IRS opened later, and not the numbers of advertisements;
//! - [`nl_bsn`] has nine digits: eight are not filled with a zero;
//! - [`btc_address`] refuses mixed case, as BIP 173 does, and [`mod11_2`](crate::checksum::mod11_2) an `X` before the end;
//! - [`imei`] wants the check digit; [`it_codice_fiscale`] is the code of persons only;
//! - [`cn_ric`] looks at the province, not at the district; [`mx_curp`] does not look for improper words;
//! - [`sg_uen`] and the others with letters want upper case, because the caller knows how a value was written.

mod au_abn;
mod au_acn;
mod au_medicare;
mod au_tfn;
mod br_cnpj;
mod br_cpf;
mod btc_address;
mod ca_sin;
mod cn_ric;
mod date;
mod de_steuer_id;
mod digits;
mod dk_cpr;
mod es_nie;
mod es_nif;
mod fi_hetu;
mod fr_nir;
pub(crate) mod iban;
mod iban_registry;
mod imei;
mod in_aadhaar;
mod in_pan;
mod it_codice_fiscale;
mod jp_my_number;
mod kr_rrn;
mod mx_curp;
mod nl_bsn;
mod no_fodselsnummer;
mod pl_pesel;
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
pub use cn_ric::cn_ric;
pub use de_steuer_id::de_steuer_id;
pub use dk_cpr::dk_cpr;
pub use es_nie::es_nie;
pub use es_nif::es_nif;
pub use fi_hetu::fi_hetu;
pub use fr_nir::fr_nir;
pub use iban::iban;
pub use imei::imei;
pub use in_aadhaar::in_aadhaar;
pub use in_pan::in_pan;
pub use it_codice_fiscale::it_codice_fiscale;
pub use jp_my_number::jp_my_number;
pub use kr_rrn::kr_rrn;
pub use mx_curp::mx_curp;
pub use nl_bsn::nl_bsn;
pub use no_fodselsnummer::no_fodselsnummer;
pub use pl_pesel::pl_pesel;
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
