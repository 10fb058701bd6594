//! The rows of the catalogue, in order of priority.

catalogue! {
    Iban "iban" Financial 0.95,
        "MOD 97-10 check digits; length and shape of the country's BBAN",
        "ISO 13616-1; SWIFT IBAN registry, release 101",
        [
            "en": "iban", "bank", "account", "bic";
            "de": "konto", "kontonummer", "bankverbindung";
            "fr": "compte";
            "es": "cuenta";
            "it": "conto";
            "nl": "rekening", "rekeningnummer";
        ],
        &[];
    CreditCard "credit_card" Financial 0.9,
        "Luhn check digit; prefix and length of a card brand",
        "ISO/IEC 7812-1; the brands' published prefixes",
        [
            "en": "card", "cards", "cc", "ccn", "pan", "creditcard", "cardnumber", "debitcard", "cardno", "visa",
                "mastercard", "maestro", "amex", "american express", "diners", "jcb", "unionpay";
            "de": "karte", "kreditkarte", "kartennummer";
            "fr": "carte";
            "es": "tarjeta";
            "it": "carta";
            "pt": "cartão";
            "nl": "kaart", "kaartnummer", "betaalkaart";
            "sv": "kort", "kortnummer", "kreditkort", "betalkort";
            "da": "kort", "kortnummer", "kreditkort", "betalingskort";
            "no": "kort", "kortnummer", "kredittkort", "betalingskort";
            "fi": "kortti", "luottokortti", "maksukortti", "korttinumero";
            "pl": "karta", "karty", "kartą";
            "cs": "karta", "karty", "kartou";
            "hu": "kártya", "kártyaszám", "bankkártya";
            "tr": "kart", "kartı", "kredi kartı";
            "ru": "карта", "карты", "карту", "картой";
            "zh": "信用卡", "信用卡号", "卡号", "银行卡", "银行卡号";
            "ja": "カード", "カード番号", "クレジットカード", "クレジットカード番号";
            "ko": "카드", "카드번호", "신용카드";
        ],
        IDENTIFIERS;
    UsSsn "us_ssn" Identity 0.85,
        "area, group and serial that the Social Security Administration can assign",
        "20 CFR 422.103; SSA POMS RM 10201.035",
        [
            "en": "ssn", "ssns", "my social", "social number", "social security", "socialsecurity", "soc sec";
        ],
        REFERENCES;
    Email "email" Contact 0.95,
        "mailbox of RFC 5322 and RFC 6531 at a domain of two labels or more",
        "RFC 5321; RFC 5322; RFC 6531",
        [
            "en": "email", "emails", "mail", "mailto", "e mail";
        ],
        &["message id", "in reply to", "references"];
    PrivateKey "private_key" Secret 1.0,
        "PEM block whose label ends with PRIVATE KEY, and the beginning of a key behind it",
        "RFC 7468; OpenSSH PROTOCOL.key",
        [],
        &[];
    Jwt "jwt" Secret 0.95,
        "three Base64url parts, of which the first two are JSON objects",
        "RFC 7519; RFC 7515",
        [
            "en": "jwt", "bearer", "token", "authorization";
        ],
        &[];
    AwsAccessKey "aws_access_key" Secret 0.95,
        "AKIA or ASIA and sixteen Base32 characters",
        "AWS IAM User Guide, IAM identifiers",
        [
            "en": "aws", "access key", "accesskey";
        ],
        &[];
    GithubToken "github_token" Secret 0.95,
        "prefix of a kind of token, length and alphabet",
        "GitHub Docs, About authentication: token formats",
        [
            "en": "github", "token";
        ],
        &[];
    SlackToken "slack_token" Secret 0.95,
        "prefix of a kind of token and groups of digits and letters",
        "Slack API documentation, Token types",
        [
            "en": "slack", "token";
        ],
        &[];
    StripeKey "stripe_key" Secret 0.95,
        "prefix of a kind of key, length and alphabet",
        "Stripe documentation, API keys",
        [
            "en": "stripe", "key";
        ],
        &[];
    GoogleApiKey "google_api_key" Secret 0.95,
        "AIza and thirty-five characters of Base64url",
        "Google Cloud documentation, API keys",
        [
            "en": "google", "api key", "apikey", "key";
        ],
        &[];
    ApiToken "api_token" Secret 0.95,
        "prefix of a provider, length and alphabet: Anthropic, DigitalOcean, GitLab, HashiCorp Vault, Hugging Face, \
         Linear, npm, OpenAI, OpenRouter, PyPI, SendGrid, Shopify, Stripe webhooks",
        "the providers' documentation of their tokens",
        [
            "en": "token", "api key", "apikey", "key", "secret";
        ],
        &[];
    UrlCredentials "url_credentials" Secret 0.9,
        "user and password before the at sign of a URL",
        "RFC 3986, section 3.2.1",
        [],
        &[];
    BtcAddress "btc_address" Financial 0.95,
        "Base58Check of a hash, or a Segwit program with Bech32",
        "BIP 13; BIP 173; BIP 350",
        [
            "en": "bitcoin", "btc", "wallet";
        ],
        &[];
    EthAddress "eth_address" Financial 0.9,
        "0x and forty hexadecimal digits; capitals by EIP-55 where there are any",
        "EIP-55",
        [
            "en": "ethereum", "eth", "wallet", "address";
        ],
        &[];
    Mrz "mrz" Identity 0.95,
        "check digits of a line of a machine-readable zone",
        "ICAO Doc 9303, parts 4 to 6",
        [
            "en": "passport", "mrz";
        ],
        &[];
    ItCodiceFiscale "it_codice_fiscale" Identity 0.95,
        "letters, date of birth and check letter",
        "Decreto Ministeriale 23 dicembre 1976",
        [
            "it": "codice fiscale", "cf";
            "en": "fiscal code", "tax code";
        ],
        REFERENCES;
    MxCurp "mx_curp" Identity 0.95,
        "date of birth, sex, state and check digit",
        "RENAPO, Instructivo normativo para la asignación de la CURP",
        [
            "es": "curp";
        ],
        REFERENCES;
    FrNir "fr_nir" Identity 0.9,
        "key modulo 97",
        "INSEE, Numéro d’inscription au répertoire",
        [
            "fr": "nir", "insee", "sécurité sociale", "sécu";
            "en": "french social security";
        ],
        REFERENCES;
    CnRic "cn_ric" Identity 0.85,
        "province, date of birth and MOD 11-2 check character",
        "GB 11643-1999",
        [
            "zh": "身份证", "身份证号", "身份证号码", "公民身份号码", "居民身份证";
            "en": "chinese id", "resident id", "resident identity";
        ],
        REFERENCES;
    BrCnpj "br_cnpj" Financial 0.9,
        "two check digits modulo eleven",
        "Instrução Normativa RFB 2.229/2024",
        [
            "pt": "cnpj";
        ],
        REFERENCES;
    BrCpf "br_cpf" Identity 0.9,
        "two check digits modulo eleven",
        "Receita Federal do Brasil",
        [
            "pt": "cpf", "cadastro de pessoas";
        ],
        REFERENCES;
    KrRrn "kr_rrn" Identity 0.75,
        "date of birth, place and check digit",
        "Enforcement rules of the Resident Registration Act",
        [
            "ko": "주민등록번호", "주민번호";
            "en": "rrn", "resident registration";
        ],
        REFERENCES;
    FiHetu "fi_hetu" Identity 0.85,
        "date of birth, sign of the century and check character",
        "Digital and Population Data Services Agency",
        [
            "fi": "hetu", "henkilötunnus", "sotu";
            "sv": "personbeteckning";
            "en": "finnish personal identity";
        ],
        REFERENCES;
    NoFodselsnummer "no_fodselsnummer" Identity 0.7,
        "date of birth and two check digits modulo eleven",
        "Folkeregisterforskriften § 2-2-3",
        [
            "no": "fødselsnummer", "fodselsnummer", "fnr", "personnummer", "fødselsnr";
            "en": "norwegian id", "national identity";
        ],
        REFERENCES;
    DeSteuerId "de_steuer_id" Identity 0.6,
        "one repeated digit and a MOD 11,10 check digit",
        "§ 139b AO; Bundeszentralamt für Steuern",
        [
            "de": "steuer id", "steueridentifikationsnummer", "steuer identifikationsnummer", "idnr", "steuernummer",
                "tin";
            "en": "german tax", "tax id", "tax identification";
        ],
        REFERENCES;
    AuAbn "au_abn" Financial 0.65,
        "two check digits modulo 89",
        "Australian Business Register, Format of the ABN",
        [
            "en": "abn", "australian business number";
        ],
        REFERENCES;
    AuMedicare "au_medicare" Identity 0.6,
        "check digit by the weights 1, 3, 7, 9",
        "Services Australia",
        [
            "en": "medicare";
        ],
        REFERENCES;
    AuTfn "au_tfn" Identity 0.3,
        "weights modulo eleven",
        "Australian Taxation Office",
        [
            "en": "tfn", "tax file";
        ],
        REFERENCES;
    AuAcn "au_acn" Financial 0.3,
        "check digit modulo ten",
        "Australian Securities and Investments Commission",
        [
            "en": "acn", "australian company number";
        ],
        REFERENCES;
    CaSin "ca_sin" Identity 0.4,
        "Luhn check digit; first digit neither 0 nor 8",
        "Employment and Social Development Canada, SIN Code of Practice",
        [
            "en": "sin", "social insurance";
            "fr": "nas", "assurance sociale";
        ],
        REFERENCES;
    UsItin "us_itin" Identity 0.8,
        "area 9 and a group that the Internal Revenue Service assigns",
        "IRS Internal Revenue Manual 3.21.263",
        [
            "en": "itin", "individual taxpayer", "taxpayer identification", "tax id", "tin";
        ],
        REFERENCES;
    UsMbi "us_mbi" Identity 0.85,
        "eleven characters of the published format",
        "CMS, Understanding the New MBI Format",
        [
            "en": "mbi", "medicare", "beneficiary";
        ],
        REFERENCES;
    UsNpi "us_npi" Identity 0.3,
        "Luhn check digit behind 80840",
        "45 CFR 162.406",
        [
            "en": "npi", "national provider", "provider identifier";
        ],
        REFERENCES;
    UkNino "uk_nino" Identity 0.85,
        "prefix and suffix that HMRC assigns",
        "HMRC manual NIM39110",
        [
            "en": "nino", "national insurance", "ni number", "ni no", "nin";
        ],
        REFERENCES;
    UkNhs "uk_nhs" Identity 0.4,
        "check digit modulo eleven",
        "NHS Data Dictionary, NHS NUMBER",
        [
            "en": "nhs", "national health service", "patient";
        ],
        REFERENCES;
    EsNie "es_nie" Identity 0.65,
        "check letter modulo 23",
        "Orden INT/2058/2008",
        [
            "es": "nie", "extranjero", "identificación de extranjeros";
            "en": "foreigner identity";
        ],
        REFERENCES;
    EsNif "es_nif" Identity 0.45,
        "check character of DNI, NIE or CIF",
        "Real Decreto 1065/2007, articles 18 to 24",
        [
            "es": "nif", "dni", "cif", "identidad", "documento";
        ],
        REFERENCES;
    SgNric "sg_nric" Identity 0.6,
        "check letter by the weights 2, 7, 6, 5, 4, 3, 2; S and T",
        "Immigration and Checkpoints Authority of Singapore",
        [
            "en": "nric", "identity card", "ic", "fin";
        ],
        REFERENCES;
    SgFin "sg_fin" Identity 0.6,
        "check letter by the weights 2, 7, 6, 5, 4, 3, 2; F, G and M",
        "Immigration and Checkpoints Authority of Singapore",
        [
            "en": "fin", "work permit", "nric", "employment pass";
        ],
        REFERENCES;
    SgUen "sg_uen" Financial 0.6,
        "check letter of one of the three forms",
        "Accounting and Corporate Regulatory Authority of Singapore",
        [
            "en": "uen", "unique entity", "acra", "business registration", "company registration";
        ],
        REFERENCES;
    InAadhaar "in_aadhaar" Identity 0.6,
        "Verhoeff check digit; first digit 2 to 9",
        "UIDAI, Aadhaar number format",
        [
            "en": "aadhaar", "aadhar", "adhaar", "adhar", "uidai", "uid";
            "hi": "आधार";
        ],
        REFERENCES;
    InPan "in_pan" Identity 0.6,
        "letter of the kind of holder at the fourth place",
        "Income Tax Department of India, structure of PAN",
        [
            "en": "pan", "permanent account";
        ],
        REFERENCES;
    ChAhv "ch_ahv" Identity 0.9,
        "country 756 and EAN-13 check digit",
        "AHVV, article 133",
        [
            "de": "ahv", "ahv nummer", "ahv nr", "sozialversicherungsnummer";
            "fr": "avs", "numéro avs";
            "it": "avs";
            "en": "swiss social security";
        ],
        REFERENCES;
    ClRut "cl_rut" Identity 0.7,
        "check character modulo eleven",
        "Servicio de Impuestos Internos, Rol Único Tributario",
        [
            "es": "rut", "run", "rol único tributario";
        ],
        REFERENCES;
    HrOib "hr_oib" Identity 0.3,
        "MOD 11,10 check digit",
        "Zakon o osobnom identifikacijskom broju",
        [
            "hr": "oib";
            "en": "croatian id";
        ],
        REFERENCES;
    InGstin "in_gstin" Financial 0.95,
        "state, PAN and check character",
        "Goods and Services Tax Network of India",
        [
            "en": "gstin", "gst";
        ],
        REFERENCES;
    PtNif "pt_nif" Identity 0.3,
        "check digit modulo eleven",
        "Decreto-Lei 14/2013",
        [
            "pt": "nif", "contribuinte", "número de contribuinte";
        ],
        REFERENCES;
    RoCnp "ro_cnp" Identity 0.4,
        "date of birth, county and check digit",
        "Hotărârea 1375/2006",
        [
            "ro": "cnp", "cod numeric personal";
        ],
        REFERENCES;
    PlPesel "pl_pesel" Identity 0.3,
        "date of birth and check digit",
        "Ustawa o ewidencji ludności, article 15",
        [
            "pl": "pesel";
        ],
        REFERENCES;
    NlBsn "nl_bsn" Identity 0.4,
        "weights modulo eleven",
        "Besluit burgerservicenummer",
        [
            "nl": "bsn", "burgerservicenummer", "sofinummer";
            "en": "citizen service";
        ],
        REFERENCES;
    SePersonnummer "se_personnummer" Identity 0.4,
        "date of birth and Luhn check digit",
        "Folkbokföringslagen (1991:481), § 18",
        [
            "sv": "personnummer", "personnr", "pnr";
            "en": "swedish personal";
        ],
        REFERENCES;
    DkCpr "dk_cpr" Identity 0.4,
        "date of birth",
        "CPR-kontoret, Personnummeret i CPR",
        [
            "da": "cpr", "cpr nr", "personnummer";
            "en": "danish personal";
        ],
        REFERENCES;
    ZaId "za_id" Identity 0.3,
        "date of birth, citizenship and Luhn check digit",
        "Identification Act 68 of 1997",
        [
            "en": "id number", "identity number", "south african", "rsa id", "sa id", "identity";
        ],
        REFERENCES;
    TrTckn "tr_tckn" Identity 0.4,
        "two check digits",
        "Nüfus ve Vatandaşlık İşleri",
        [
            "tr": "tckn", "kimlik", "tc kimlik", "kimlik no";
            "en": "turkish id";
        ],
        REFERENCES;
    ThId "th_id" Identity 0.9,
        "check digit modulo eleven",
        "Department of Provincial Administration of Thailand",
        [
            "th": "เลขประจำตัวประชาชน", "บัตรประชาชน";
            "en": "thai id", "citizen id";
        ],
        REFERENCES;
    JpMyNumber "jp_my_number" Identity 0.3,
        "check digit modulo eleven",
        "Ministry of Internal Affairs and Communications, ordinance 85 of 2014",
        [
            "ja": "マイナンバー", "個人番号";
            "en": "my number", "mynumber", "individual number";
        ],
        REFERENCES;
    Vin "vin" Device 0.4,
        "check digit at the ninth place",
        "ISO 3779; 49 CFR 565.15",
        [
            "en": "vin", "vehicle", "chassis";
            "de": "fahrgestellnummer", "fin";
        ],
        &[];
    Imei "imei" Device 0.3,
        "Luhn check digit",
        "3GPP TS 23.003, annex B",
        [
            "en": "imei", "device", "handset";
        ],
        &[];
    MacAddress "mac_address" Device 0.8,
        "six bytes in hexadecimal, none of the reserved addresses",
        "IEEE 802, EUI-48",
        [
            "en": "mac", "ethernet", "hwaddr", "bssid", "ether";
        ],
        &[];
    IpAddress "ip_address" Device 0.8,
        "IPv4 in dotted decimal, or IPv6, with zone and length of the prefix",
        "RFC 791; RFC 4007; RFC 4291; RFC 4632; RFC 5952",
        [
            "en": "ip", "ipv", "address", "host", "client", "server", "remote addr", "ping", "from";
        ],
        &["version", "versions", "v", "ver", "release", "build", "firmware", "section", "oid", "chapter"];
    UsAbaRouting "us_aba_routing" Financial 0.3,
        "weights 3, 7, 1; prefix of a Federal Reserve district",
        "ABA, Key to Routing Numbers",
        [
            "en": "aba", "routing", "rtn", "transit";
        ],
        &[];
    UsBankAccount "us_bank_account" Financial 0.3,
        "six to seventeen digits beside a label",
        "NACHA Operating Rules: DFI account number",
        [
            "en": "bank account", "account number", "acct", "account no", "account nr", "account num", "a c no",
                "a c number", "checking account", "savings account", "deposit account", "beneficiary account",
                "bankaccount", "accountnumber";
        ],
        &["order", "invoice", "tracking", "routing", "phone"];
    Passport "passport" Identity 0.3,
        "form of a country, beside a label",
        "ICAO Doc 9303-3: document numbers of up to nine characters",
        [
            "en": "passport", "passports", "passport no", "passportnumber", "travel document";
            "fr": "passeport";
            "de": "reisepass", "pass nr", "passnummer";
            "es": "pasaporte";
            "it": "passaporto";
            "nl": "paspoort";
            "pt": "passaporte";
            "sv": "passnummer", "pass nr";
            "da": "pasnummer", "pas nr";
            "no": "passnummer", "pass nr";
            "fi": "passi", "passin numero";
            "pl": "paszport", "paszportu";
            "ru": "паспорт", "паспорта";
            "zh": "护照", "护照号", "护照号码";
            "ja": "パスポート", "旅券番号";
            "ko": "여권", "여권번호";
        ],
        &[];
    DriverLicence "driver_licence" Identity 0.3,
        "form of a state or country, beside a label",
        "AAMVA DL/ID Card Design Standard; DVLA INF45",
        [
            "en": "driver license", "drivers license", "driver licence", "driving licence", "driving license",
                "driver s license", "driverslicense", "driverlicense", "license number", "licence number",
                "drivers licence", "dl";
            "de": "führerschein", "führerscheinnummer";
            "fr": "permis de conduire";
            "es": "permiso de conducir", "licencia de conducir";
        ],
        &[];
    Phone "phone" Contact 0.8,
        "assigned country code and its length, or plan of a region, or national form",
        "ITU-T E.164, E.129, E.123; RFC 3966; North American Numbering Plan",
        [
            "en": "phone", "phones", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "call", "calls",
                "callback", "dial", "dialed", "ring me", "my number", "her number", "his number", "our number", "sms",
                "text me", "text us", "text at", "text to", "call or text", "text or call", "whatsapp", "hotline",
                "phonenumber", "reach", "contact", "landline", "voicemail", "desk", "office", "mob", "ph";
            "de": "telefon", "handy", "mobil", "rufnummer", "telefonnummer", "durchwahl";
            "fr": "téléphone", "portable", "tél";
            "es": "teléfono", "móvil", "celular";
            "it": "telefono", "cellulare";
            "pt": "telefone", "telemóvel";
            "nl": "telefoon", "mobiel";
            "sv": "telefon", "mobil", "tfn";
            "da": "telefon", "mobil", "tlf";
            "no": "telefon", "mobil", "tlf";
            "fi": "puhelin", "puh", "matkapuhelin", "puhelinnumero";
            "pl": "telefon", "telefonu", "komórka";
            "cs": "telefon", "mobil";
            "hu": "telefon", "telefonszám", "mobil";
            "tr": "telefon", "gsm", "cep";
            "ru": "телефон", "тел", "моб";
            "el": "τηλέφωνο", "τηλ", "κινητό";
            "zh": "电话", "手机", "手机号", "電話", "手機";
            "ja": "電話", "電話番号", "携帯";
            "ko": "전화", "전화번호", "휴대폰", "연락처";
        ],
        &["order", "invoice", "ticket", "tracking", "isbn", "issn", "serial", "version", "sku", "port", "pid",
          "timestamp", "offset", "page", "pages", "bug", "bytes", "commit", "count", "doi", "hash", "id", "iso", "issue",
          "length", "rfc", "seq", "size", "ref", "reference", "receipt", "transaction", "txn", "trx", "batch", "case",
          "cheque", "account", "acct", "part", "model", "item", "barcode", "booking", "policy", "claim", "contract"];
    DateOfBirth "date_of_birth" Identity 0.3,
        "date of the calendar beside a label",
        "ISO 8601; Gregorian calendar",
        [
            "en": "born", "dob", "birth", "birthdate", "birthday", "birthdays", "dateofbirth", "birth date",
                "date of birth", "bday", "b day", "bdate";
            "de": "geboren", "geburtsdatum", "geburtstag", "geb";
            "fr": "né le", "née le", "né e le", "né en", "née en", "naissance";
            "es": "nacido", "nacida", "nacimiento";
            "it": "nato", "nata", "nascita";
            "pt": "nascido", "nascida", "nascimento";
            "nl": "geboren", "geboortedatum";
            "sv": "född", "födelsedatum";
            "da": "født", "fødselsdato", "fødselsdag";
            "no": "født", "fødselsdato", "fødselsdag";
            "fi": "syntymäaika", "syntynyt";
            "pl": "urodzony", "urodzona", "urodzenia";
            "cs": "narozen", "narozena", "narození";
            "hu": "született", "születési";
            "tr": "doğum";
            "ru": "рождения", "родился", "родилась";
            "el": "γέννησης";
            "hi": "जन्म", "जन्मतिथि";
            "zh": "出生", "出生日期", "生日";
            "ja": "生年月日", "誕生日";
            "ko": "생년월일", "생일";
        ],
        &[];
    BookingReference "booking_reference" Travel 0.3,
        "six capital letters and digits beside a label",
        "IATA Resolution 830a: record locators",
        [
            "en": "pnr", "booking reference", "booking ref", "booking code", "record locator", "confirmation code",
                "confirmation number", "confirmation no", "airline confirmation", "flight confirmation",
                "reservation code", "reservation number", "trip locator", "airline reference", "booking";
            "de": "buchungscode", "buchungsnummer", "reservierungscode", "reservierungsnummer";
            "fr": "dossier", "réservation";
            "es": "localizador";
        ],
        &[];
    Secret "secret" Secret 0.3,
        "twelve characters or more of several kinds beside a label",
        "NIST SP 800-63B, appendix A: length and variety",
        [
            "en": "password", "passwd", "pwd", "passphrase", "secret", "secrets", "token", "api key", "apikey",
                "access key", "client secret", "auth token", "secret key", "private key", "credential",
                "credentials";
            "de": "passwort", "kennwort";
            "fr": "mot de passe";
            "es": "contraseña";
        ],
        &[];
}

/// Labels of numbers that identify no person, account or card.
const REFERENCES: &[&str] = IDENTIFIERS.split_at(IDENTIFIERS.len() - KEYS).0;

/// The same, and labels of keys that machines give: identity numbers have those, too, but no card has.
const IDENTIFIERS: &[&str] = &[
    "bytes",
    "commit",
    "count",
    "ean",
    "epoch",
    "fax",
    "gtin",
    "guid",
    "hash",
    "imei",
    "inode",
    "invoice",
    "isbn",
    "length",
    "mobile",
    "nanos",
    "offset",
    "order",
    "phone",
    "routing",
    "seq",
    "sequence",
    "serial",
    "shipment",
    "size",
    "sku",
    "snowflake",
    "span",
    "tel",
    "telephone",
    "ticket",
    "timestamp",
    "trace",
    "tracking",
    "upc",
    "uuid",
    "id",
    "ids",
    "oid",
];

/// How many of them, the last ones, are labels of keys.
const KEYS: usize = 3;
