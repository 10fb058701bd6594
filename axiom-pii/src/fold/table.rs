//! What each character beyond ASCII reads like, in one table.

/// What `character` reads like: a character of ASCII, [`ITSELF`], [`NOTHING`] or [`MARK`].
#[inline]
pub(super) const fn reading(character: char) -> u8 {
    let code = character as u32;
    if code < 0x80 {
        return ITSELF;
    }
    if code >= END {
        return if code.wrapping_sub(IGNORABLE_PLANE) < 0x1000 { NOTHING } else { ITSELF };
    }
    READINGS[PAGES[(code >> 8) as usize] as usize][(code & 0xff) as usize]
}

/// It reads like no other character.
pub(super) const ITSELF: u8 = 0;
/// It is not shown: soft hyphens, joiners, marks of direction, selectors (`Default_Ignorable_Code_Point`).
pub(super) const NOTHING: u8 = 0x80;
/// It is drawn over the character before it (`Mn` and `Me`).
pub(super) const MARK: u8 = 0x81;

/// Behind the last character that stands in the table; the tags and selectors of plane 14 follow.
const END: u32 = 0x2_0000;
const IGNORABLE_PLANE: u32 = 0xe_0000;

/// The readings of 256 characters.
type Page = [u8; 256];

/// Which of the [`READINGS`] is that of each page; most have the first one, where nothing is.
static PAGES: [u8; (END >> 8) as usize] = TABLE.0;
static READINGS: [Page; COUNT] = TABLE.1;

const TABLE: ([u8; (END >> 8) as usize], [Page; COUNT]) = table();
const COUNT: usize = 115;

const fn table() -> ([u8; (END >> 8) as usize], [Page; COUNT]) {
    let mut table = Table { pages: [0; (END >> 8) as usize], readings: [[ITSELF; 256]; COUNT], count: 1 };
    let mut row = 0;
    while row < MARKS.len() {
        table.fill(MARKS[row].0, MARKS[row].1 as u32, MARK, 0);
        row += 1;
    }
    row = 0;
    while row < IGNORABLE.len() {
        table.fill(IGNORABLE[row].0, IGNORABLE[row].1 as u32, NOTHING, 0);
        row += 1;
    }
    row = 0;
    while row < BLOCKS.len() {
        table.fill(BLOCKS[row].0, BLOCKS[row].1 as u32, BLOCKS[row].2, 1);
        row += 1;
    }
    row = 0;
    while row < ALIKE.len() {
        table.fill_each(ALIKE[row].1.as_bytes(), ALIKE[row].0);
        row += 1;
    }
    row = 0;
    while row < ZEROS.len() {
        table.fill(ZEROS[row], 10, b'0', 1);
        row += 1;
    }
    assert!(table.count == COUNT);
    (table.pages, table.readings)
}

/// The table while it is made, by the compiler.
struct Table {
    pages: [u8; (END >> 8) as usize],
    readings: [Page; COUNT],
    count: usize,
}

impl Table {
    /// Gives `count` characters from `first` on the reading `read`, and each next one that is higher by `step`.
    const fn fill(&mut self, first: u32, count: u32, read: u8, step: u8) {
        let mut place = 0;
        while place < count {
            self.set(first + place, read + step * place as u8);
            place += 1;
        }
    }

    /// Gives every character of `text` the reading `read`.
    const fn fill_each(&mut self, text: &[u8], read: u8) {
        let mut at = 0;
        while at < text.len() {
            let length = text[at].leading_ones();
            let mut code = text[at] as u32 & (0x7f >> length);
            let mut place = 1;
            while place < length as usize {
                code = code << 6 | text[at + place] as u32 & 0x3f;
                place += 1;
            }
            self.set(code, read);
            at += length as usize;
        }
    }

    const fn set(&mut self, code: u32, read: u8) {
        let page = &mut self.pages[(code >> 8) as usize];
        if *page == 0 {
            *page = self.count as u8;
            self.count += 1;
        }
        self.readings[*page as usize][(code & 0xff) as usize] = read;
    }
}

/// Blocks where one character after the other reads like one of ASCII after the other (Unicode Normalization Form KC
/// and enclosed alphanumerics): the first, how many, what it reads like.
#[rustfmt::skip]
const BLOCKS: [(u32, u8, u8); 47] = [
    (0x1d33, 8, b'G'), (0x2080, 10, b'0'), (0x2460, 9, b'1'), (0x2474, 9, b'1'), (0x2488, 9, b'1'),
    (0x249c, 26, b'a'), (0x24b6, 26, b'A'), (0x24d0, 26, b'a'), (0x24f5, 9, b'1'), (0x2776, 9, b'1'),
    (0x2780, 9, b'1'), (0x278a, 9, b'1'), (0xff01, 94, b'!'), (0x1ccd6, 26, b'A'), (0x1d400, 26, b'A'),
    (0x1d41a, 26, b'a'), (0x1d434, 26, b'A'), (0x1d44e, 7, b'a'), (0x1d456, 18, b'i'), (0x1d468, 26, b'A'),
    (0x1d482, 26, b'a'), (0x1d4ae, 8, b'S'), (0x1d4bd, 7, b'h'), (0x1d4c5, 11, b'p'), (0x1d4d0, 26, b'A'),
    (0x1d4ea, 26, b'a'), (0x1d50d, 8, b'J'), (0x1d516, 7, b'S'), (0x1d51e, 26, b'a'), (0x1d54a, 7, b'S'),
    (0x1d552, 26, b'a'), (0x1d56c, 26, b'A'), (0x1d586, 26, b'a'), (0x1d5a0, 26, b'A'), (0x1d5ba, 26, b'a'),
    (0x1d5d4, 26, b'A'), (0x1d5ee, 26, b'a'), (0x1d608, 26, b'A'), (0x1d622, 26, b'a'), (0x1d63c, 26, b'A'),
    (0x1d656, 26, b'a'), (0x1d670, 26, b'A'), (0x1d68a, 26, b'a'), (0x1f110, 26, b'A'), (0x1f130, 26, b'A'),
    (0x1f150, 26, b'A'), (0x1f170, 26, b'A'),
];

/// Single characters, by what they read like: compatibility decompositions without their marks (Unicode Normalization
/// Form KD), letters and digits that look alike (Unicode Technical Standard 39, confusables), small capitals, and the
/// spaces, dashes (`Zs`, `Pd`) and dots that stand in for those of ASCII.
///
/// `l` and `O` are told apart from `I`, `1` and `0` by what the character is, a capital or a number.
#[rustfmt::skip]
const ALIKE: [(u8, &str); 75] = [
    (b'\n', "\u{85}\u{2028}\u{2029}"),
    (b' ', "\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\
        \u{200a}\u{202f}\u{205f}⠀\u{3000}"),
    (b'(', "⁽₍﹙"),
    (b')', "⁾₎﹚"),
    (b'+', "⁺₊➕﬩﹢"),
    (b'-', "˗֊\u{5be}᐀᠆‐‑‒–—―⁃⁻₋−➖⸗⸚⸺⸻⹀⹝〜〰゠︱︲﹘﹣\u{10d6e}\u{10ead}"),
    (b'.', "·•․‧∙⋅。﹒｡"),
    (b'/', "⁄∕⟋⧸"),
    (b'0', "⁰⓪⓿〇🄀🄋🄌"),
    (b'1', "¹꠰𐌠\u{10cfa}𝍷\u{1e8c7}\u{1ed01}"),
    (b'2', "²ƧϨჇᒿᘖᲷꙄꛯꝚ"),
    (b'3', "³ƷȜЗӠՅᜂᲕⲜⳄⳌꝪꞫ𑣊𖼻"),
    (b'4', "Ꮞ⁴ꮞ𑢯𖺂"),
    (b'5', "Ƽ⁵𑢻"),
    (b'6', "ϬбᏮ⁶ⳒⳓⳜꕃꮾ𑣕"),
    (b'7', "ᜪᲄ⁷𐓒𑣆𖺊"),
    (b'8', "Ȣȣ⁸ꖉ𐌚𖧾\u{1e8cb}"),
    (b'9', "⁹ⳊⳋꝮꝯ𑢬𑣌𑣖𖧁"),
    (b':', "ː˸։\u{5c3}∶꞉︓︰﹕"),
    (b'<', "﹤"),
    (b'=', "⁼₌﹦"),
    (b'@', "﹫"),
    (b'A', "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦΑАᎪᗅᴬḀẠẢẤẦẨẪẬẮẰẲẴẶÅꓮ𐊠𖽀𝒜𝔄𝔸𝚨𝛢𝜜𝝖𝞐"),
    (b'B', "ΒВᏴᗷᴮḂḄḆℬⲂꓐꕗꞴ𐊂𐊡𐌁𝔅𝔹𝚩𝛣𝜝𝝗𝞑"),
    (b'C', "ÇĆĈĊČϹСᏟḈℂℭⅭⲤꓚꟲ𐊢𐌂𐐕𐔛𑣲𝒞🄫"),
    (b'D', "ĎᎠᗞᗪᴰḊḌḎḐḒⅅⅮꓓ𝒟𝔇𝔻"),
    (b'E', "ÈÉÊËĒĔĖĘĚȄȆȨΕЕᎬᴱḔḖḘḚḜẸẺẼẾỀỂỄỆℰⴹꓰꗋ𐊆𑢦𑢮𝔈𝔼𝚬𝛦𝜠𝝚𝞔"),
    (b'F', "Ϝ\u{7d3}ᖴḞℱꓝꞘꟳ𐊇𐊥𐔥𑢢𑣂𝔉𝔽𝟊"),
    (b'G', "ĜĞĠĢǦǴԌᏀᏳḠꓖ𝒢𝔊𝔾"),
    (b'H', "ĤȞΗНᎻᕼḢḤḦḨḪℋℌℍⲎꓧ𐋏𝚮𝛨𝜢𝝜𝞖"),
    (b'I', "ÌÍÎÏĨĪĬĮİƖǏȈȊΙІӀḬḮỈỊℐℑⅠⲒꞮ\u{10ca5}\u{16eaa}𝕀𝚰𝛪𝜤𝝞𝞘"),
    (b'J', "ĴͿЈᎫᒍꓙꞲ𝒥𝕁"),
    (b'K', "ĶǨΚКᏦᛕḰḲḴKⲔꓗ𐔘𝒦𝕂𝚱𝛫𝜥𝝟𝞙"),
    (b'L', "ĹĻĽᏞᒪḶḸḺḼℒⅬⳐꓡ𐐛𐔦𑢣𑢲𖼖𝕃"),
    (b'M', "ΜϺМᎷᗰᛖḾṀṂℳⅯⲘꓟ𐊰𐌑\u{10c21}𝕄𝚳𝛭𝜧𝝡𝞛"),
    (b'N', "ÑŃŅŇǸΝṄṆṈṊℕⲚꓠ𐔓𑪾𝒩𝚴𝛮𝜨𝝢𝞜"),
    (b'O', "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰΟОՕଠዐᲿᴼṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢⲞⵔꓳ𐊒𐊫𐌏𐐄𐓂𐔖\u{10c17}𑢵𖫩𝒪𝕆𝚶𝛰𝜪𝝤𝞞"),
    (b'P', "ΡРᏢᑭᴾṔṖℙⲢⳎꓑ𐊕𝒫𝚸𝛲𝜬𝝦𝞠"),
    (b'Q', "Ԛℚⵕꟴ𝒬"),
    (b'R', "ŔŖŘƦȐȒɌᎡᏒᖇᴿṘṚṜṞℛℜℝꓣ𐒴𖼵🄬"),
    (b'S', "ŚŜŞŠȘЅՏႽჽᏕᏚᲽṠṢṤṦṨꓢꕶ\u{a7f1}𐊖𐐠𖫖𖼺"),
    (b'T', "ŢŤȚΤТ\u{7e0}ᎢᵀṪṬṮṰⲦㄒ丅ꓔꔋ𐊗𐊱𐌕𑢼𖼊𝍳𝚻𝛵𝜯𝝩𝞣"),
    (b'U', "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖՍሀᑌᵁṲṴṶṸṺỤỦỨỪỬỮỰꓴ𐓎𑢸𖽂"),
    (b'V', "ѴᏙᐯṼṾⅤⱽⴸꓦꛟ𐔝\u{10c1f}𑢠𖼈"),
    (b'W', "ŴԜᎳᏔᵂẀẂẄẆẈꓪ𑣯"),
    (b'X', "ΧХᚷᳵẊẌⅩⲬⵝꓫꞳ𐊐𐊴𐌗𐌢𐔧\u{10c13}\u{10c82}\u{10cfc}𑣬𝚾𝛸𝜲𝝬𝞦"),
    (b'Y', "ÝŶŸȲΥϒУҮ\u{7cc}ᎩᎽẎỲỴỶỸⲨㄚ丫ꓬ𐊲\u{10c20}𑢤𖽃𝚼𝛶𝜰𝝪𝞤"),
    (b'Z', "ŹŻŽΖჍᏃẐẒẔℤℨⱫⲌꓜꛉ𐋵𐔇𑢩𑪼𝚭𝛧𝜡𝝛𝞕"),
    (b'_', "︳︴﹍﹎﹏"),
    (b'a', "ªàáâãäåāăąǎǟǡǻȁȃȧɑαаᴀᵃḁạảấầẩẫậắằẳẵặₐꭤ𝒶𝛂𝛼𝜶𝝰𝞪"),
    (b'b', "ƄʙЬ\u{7d5}Ꮟᑲᖯᵇḃḅḇ𐌜\u{16eb6}𝒷"),
    (b'c', "çćĉċčϲсငၚᲃᴄᶜḉⅽⲥꮯ𐐽𝒸"),
    (b'd', "ďԁᏧᑯᴅᵈḋḍḏḑḓⅆⅾꓒ𐆋𝒹"),
    (b'e', "èéêëēĕėęěȅȇȩеҽᴇᵉḕḗḙḛḝẹẻẽếềểễệₑℯⅇꬲ"),
    (b'f', "ƒʄքᶠḟẝꜰꞙꬵ𝒻"),
    (b'g', "ĝğġģƍǧǵɡɢցᵍᶃḡℊ"),
    (b'h', "ĥȟʜʰҺһհႹᏂḣḥḧḩḫẖₕℎ"),
    (b'i', "ìíîïĩīĭįıǐȉȋɩɪιіւᎥᵢḭḯỉịⁱℹⅈⅰⲓꙇꭵ𑣃𝚤𝛊𝜄𝜾𝝸𝞲"),
    (b'j', "ĵǰȷʲϳјյᴊⅉⱼ𝚥"),
    (b'k', "ķǩᴋᵏḱḳḵₖ"),
    (b'l', "ĺļľǀʟˡӏ\u{5d5}\u{5df}\u{627}\u{7ca}ᛁᛐḷḹḻḽₗℓⅼⵊⵏꓲꕯꞁꟾ\u{fe8d}\u{fe8e}𐊊𐌉𐔎\u{10926}\u{10c3e}\u{11dda}\
        \u{16d63}𖼨\u{1ee00}\u{1ee80}"),
    (b'm', "ᴍᵐḿṁṃₘⅿ"),
    (b'n', "ñńņňǹɴոռṅṇṉṋⁿₙ"),
    (b'o', "ºòóôõöōŏőơǒǫǭȍȏȫȭȯȱοσϭоօ\u{5e1}\u{647}\u{6be}\u{6c1}\u{6d5}\u{7cb}\u{840}ഠဝჿᄋᆼᩅᲂᴏᴑᵒṍṏṑṓọỏốồổỗộớờở\
        ỡợₒℴⲟㅇꬽ\u{fba6}\u{fba7}\u{fba8}\u{fba9}\u{fbaa}\u{fbab}\u{fbac}\u{fbad}\u{fee9}\u{feea}\u{feeb}\
        \u{feec}ﾷ𐐬𐓪\u{1092c}\u{10d07}𑄤𑣈𑣗𝛐𝛔𝜊𝜎𝝄𝝈𝝾𝞂𝞸𝞼\u{1ee24}\u{1ee84}"),
    (b'p', "þƿρϱϸрᴘᵖṕṗₚⲣⳏ𝛒𝛠𝜌𝜚𝝆𝝔𝞀𝞎𝞺𝟈"),
    (b'q', "ԛգզꞯ𐞥"),
    (b'r', "ŕŗřȑȓʀʳгᴦᵣṙṛṝṟⲅꭇꭈꮁ𖨙"),
    (b's', "śŝşšſƽșˢѕടṡṣṥṧṩẛₛꜱꮪ𐑈𑣁"),
    (b't', "ţťțᴛᵗṫṭṯṱẗₜ"),
    (b'u', "ùúûüũūŭůűųưǔǖǘǚǜȕȗʋυսᴜᵘᵤṳṵṷṹṻụủứừửữựꞟꭎꭒ𐓶𑣘𝛖𝜐𝝊𝞄𝞾"),
    (b'v', "νѵ\u{5d8}ᴠᵛᵥṽṿⅴꮩ𑜆𑣀𝛎𝜈𝝂𝝼𝞶"),
    (b'w', "\u{209d}ŵɯʷшѡԝաᴡẁẃẅẇẉẘⲽꟺꮃꮤ𑜊𑜎𑜏"),
    (b'x', "ˣхᕁᕽᝣẋẍₓⅹ\u{10cc2}"),
    (b'y', "\u{209e}ýÿŷȳɣʏʸγуүყᶌẏẙỳỵỷỹỿℽⲩꭚ𑣄𑣜𝛄𝛾𝜸𝝲𝞬"),
    (b'z', "\u{209f}źżžᴢᶻẑẓẕⱬⲍⴭꮓ"),
];

/// The zeros of the scripts that have decimal digits (`Nd`).
#[rustfmt::skip]
const ZEROS: [u32; 76] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50,
    0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8,
    0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// `Default_Ignorable_Code_Point`, as first and count; plane 14 has the rest.
#[rustfmt::skip]
const IGNORABLE: [(u32, u8); 16] = [
    (0xad, 1), (0x34f, 1), (0x61c, 1), (0x115f, 2), (0x17b4, 2), (0x180b, 5), (0x200b, 5), (0x202a, 5), (0x2060, 16),
    (0x3164, 1), (0xfe00, 16), (0xfeff, 1), (0xffa0, 1), (0xfff0, 9), (0x1bca0, 4), (0x1d173, 8),
];

/// Marks that take no room of their own (`Mn`, `Me`), as first and count.
#[rustfmt::skip]
const MARKS: [(u32, u8); 358] = [
    (0x300, 79), (0x350, 32), (0x483, 7), (0x591, 45), (0x5bf, 1), (0x5c1, 2), (0x5c4, 2), (0x5c7, 1), (0x610, 11),
    (0x64b, 21), (0x670, 1), (0x6d6, 7), (0x6df, 6), (0x6e7, 2), (0x6ea, 4), (0x711, 1), (0x730, 27), (0x7a6, 11),
    (0x7eb, 9), (0x7fd, 1), (0x816, 4), (0x81b, 9), (0x825, 3), (0x829, 5), (0x859, 3), (0x897, 9), (0x8ca, 24),
    (0x8e3, 32), (0x93a, 1), (0x93c, 1), (0x941, 8), (0x94d, 1), (0x951, 7), (0x962, 2), (0x981, 1), (0x9bc, 1),
    (0x9c1, 4), (0x9cd, 1), (0x9e2, 2), (0x9fe, 1), (0xa01, 2), (0xa3c, 1), (0xa41, 2), (0xa47, 2), (0xa4b, 3),
    (0xa51, 1), (0xa70, 2), (0xa75, 1), (0xa81, 2), (0xabc, 1), (0xac1, 5), (0xac7, 2), (0xacd, 1), (0xae2, 2),
    (0xafa, 6), (0xb01, 1), (0xb3c, 1), (0xb3f, 1), (0xb41, 4), (0xb4d, 1), (0xb55, 2), (0xb62, 2), (0xb82, 1),
    (0xbc0, 1), (0xbcd, 1), (0xc00, 1), (0xc04, 1), (0xc3c, 1), (0xc3e, 3), (0xc46, 3), (0xc4a, 4), (0xc55, 2),
    (0xc62, 2), (0xc81, 1), (0xcbc, 1), (0xcbf, 1), (0xcc6, 1), (0xccc, 2), (0xce2, 2), (0xd00, 2), (0xd3b, 2),
    (0xd41, 4), (0xd4d, 1), (0xd62, 2), (0xd81, 1), (0xdca, 1), (0xdd2, 3), (0xdd6, 1), (0xe31, 1), (0xe34, 7),
    (0xe47, 8), (0xeb1, 1), (0xeb4, 9), (0xec8, 7), (0xf18, 2), (0xf35, 1), (0xf37, 1), (0xf39, 1), (0xf71, 14),
    (0xf80, 5), (0xf86, 2), (0xf8d, 11), (0xf99, 36), (0xfc6, 1), (0x102d, 4), (0x1032, 6), (0x1039, 2),
    (0x103d, 2), (0x1058, 2), (0x105e, 3), (0x1071, 4), (0x1082, 1), (0x1085, 2), (0x108d, 1), (0x109d, 1),
    (0x135d, 3), (0x1712, 3), (0x1732, 2), (0x1752, 2), (0x1772, 2), (0x17b7, 7), (0x17c6, 1), (0x17c9, 11),
    (0x17dd, 1), (0x1885, 2), (0x18a9, 1), (0x1920, 3), (0x1927, 2), (0x1932, 1), (0x1939, 3), (0x1a17, 2),
    (0x1a1b, 1), (0x1a56, 1), (0x1a58, 7), (0x1a60, 1), (0x1a62, 1), (0x1a65, 8), (0x1a73, 10), (0x1a7f, 1),
    (0x1ab0, 46), (0x1ae0, 12), (0x1b00, 4), (0x1b34, 1), (0x1b36, 5), (0x1b3c, 1), (0x1b42, 1), (0x1b6b, 9),
    (0x1b80, 2), (0x1ba2, 4), (0x1ba8, 2), (0x1bab, 3), (0x1be6, 1), (0x1be8, 2), (0x1bed, 1), (0x1bef, 3),
    (0x1c2c, 8), (0x1c36, 2), (0x1cd0, 3), (0x1cd4, 13), (0x1ce2, 7), (0x1ced, 1), (0x1cf4, 1), (0x1cf8, 2),
    (0x1dc0, 64), (0x20d0, 33), (0x2cef, 3), (0x2d7f, 1), (0x2de0, 32), (0x302a, 4), (0x3099, 2), (0xa66f, 4),
    (0xa674, 10), (0xa69e, 2), (0xa6f0, 2), (0xa802, 1), (0xa806, 1), (0xa80b, 1), (0xa825, 2), (0xa82c, 1),
    (0xa8c4, 2), (0xa8e0, 18), (0xa8ff, 1), (0xa926, 8), (0xa947, 11), (0xa980, 3), (0xa9b3, 1), (0xa9b6, 4),
    (0xa9bc, 2), (0xa9e5, 1), (0xaa29, 6), (0xaa31, 2), (0xaa35, 2), (0xaa43, 1), (0xaa4c, 1), (0xaa7c, 1),
    (0xaab0, 1), (0xaab2, 3), (0xaab7, 2), (0xaabe, 2), (0xaac1, 1), (0xaaec, 2), (0xaaf6, 1), (0xabe5, 1),
    (0xabe8, 1), (0xabed, 1), (0xfb1e, 1), (0xfe20, 16), (0x101fd, 1), (0x102e0, 1), (0x10376, 5), (0x10a01, 3),
    (0x10a05, 2), (0x10a0c, 4), (0x10a38, 3), (0x10a3f, 1), (0x10ae5, 2), (0x10d24, 4), (0x10d69, 5), (0x10eab, 2),
    (0x10efa, 6), (0x10f46, 11), (0x10f82, 4), (0x11001, 1), (0x11038, 15), (0x11070, 1), (0x11073, 2),
    (0x1107f, 3), (0x110b3, 4), (0x110b9, 2), (0x110c2, 1), (0x11100, 3), (0x11127, 5), (0x1112d, 8), (0x11173, 1),
    (0x11180, 2), (0x111b6, 9), (0x111c9, 4), (0x111cf, 1), (0x1122f, 3), (0x11234, 1), (0x11236, 2), (0x1123e, 1),
    (0x11241, 1), (0x112df, 1), (0x112e3, 8), (0x11300, 2), (0x1133b, 2), (0x11340, 1), (0x11366, 7), (0x11370, 5),
    (0x113bb, 6), (0x113ce, 1), (0x113d0, 1), (0x113d2, 1), (0x113e1, 2), (0x11438, 8), (0x11442, 3), (0x11446, 1),
    (0x1145e, 1), (0x114b3, 6), (0x114ba, 1), (0x114bf, 2), (0x114c2, 2), (0x115b2, 4), (0x115bc, 2), (0x115bf, 2),
    (0x115dc, 2), (0x11633, 8), (0x1163d, 1), (0x1163f, 2), (0x116ab, 1), (0x116ad, 1), (0x116b0, 6), (0x116b7, 1),
    (0x1171d, 1), (0x1171f, 1), (0x11722, 4), (0x11727, 5), (0x1182f, 9), (0x11839, 2), (0x1193b, 2), (0x1193e, 1),
    (0x11943, 1), (0x119d4, 4), (0x119da, 2), (0x119e0, 1), (0x11a01, 10), (0x11a33, 6), (0x11a3b, 4),
    (0x11a47, 1), (0x11a51, 6), (0x11a59, 3), (0x11a8a, 13), (0x11a98, 2), (0x11b60, 1), (0x11b62, 3),
    (0x11b66, 1), (0x11c30, 7), (0x11c38, 6), (0x11c3f, 1), (0x11c92, 22), (0x11caa, 7), (0x11cb2, 2),
    (0x11cb5, 2), (0x11d31, 6), (0x11d3a, 1), (0x11d3c, 2), (0x11d3f, 7), (0x11d47, 1), (0x11d90, 2), (0x11d95, 1),
    (0x11d97, 1), (0x11ef3, 2), (0x11f00, 2), (0x11f36, 5), (0x11f40, 1), (0x11f42, 1), (0x11f5a, 1), (0x13440, 1),
    (0x13447, 15), (0x1611e, 12), (0x1612d, 3), (0x16af0, 5), (0x16b30, 7), (0x16f4f, 1), (0x16f8f, 4),
    (0x16fe4, 1), (0x1bc9d, 2), (0x1cf00, 46), (0x1cf30, 23), (0x1d167, 3), (0x1d17b, 8), (0x1d185, 7),
    (0x1d1aa, 4), (0x1d242, 3), (0x1da00, 55), (0x1da3b, 50), (0x1da75, 1), (0x1da84, 1), (0x1da9b, 5),
    (0x1daa1, 15), (0x1e000, 7), (0x1e008, 17), (0x1e01b, 7), (0x1e023, 2), (0x1e026, 5), (0x1e08f, 1),
    (0x1e130, 7), (0x1e2ae, 1), (0x1e2ec, 4), (0x1e4ec, 4), (0x1e5ee, 2), (0x1e6e3, 1), (0x1e6e6, 1), (0x1e6ee, 2),
    (0x1e6f5, 1), (0x1e8d0, 7), (0x1e944, 7),
];

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;

    use super::*;

    /// What the compatibility decomposition of `character` is, where that is one letter or digit of ASCII and marks.
    fn decomposed(character: char) -> Option<u8> {
        let mut rest = character.nfkd().filter(|&character| !is_combining_mark(character));
        let first = rest.next().filter(char::is_ascii_alphanumeric)?;
        rest.next().is_none().then_some(first as u8)
    }

    #[test]
    fn whatever_decomposes_to_a_letter_or_digit_reads_like_it() {
        for character in '\u{80}'..=char::MAX {
            if let Some(expected) = decomposed(character) {
                assert_eq!(char::from(reading(character)), char::from(expected), "{character}");
            }
        }
    }

    #[test]
    fn digits_of_every_script_read_by_their_value() {
        for zero in ZEROS {
            let digits: Vec<u8> = (zero..zero + 10).filter_map(char::from_u32).map(reading).collect();
            assert_eq!(digits, b"0123456789", "{zero:x}");
        }
        assert_eq!(reading('\u{66a}'), ITSELF);
    }

    #[test]
    fn what_is_not_shown_reads_like_nothing() {
        for character in ['\u{ad}', '\u{200b}', '\u{2060}', '\u{fe0f}', '\u{feff}', '\u{e0020}', '\u{e0fff}'] {
            assert_eq!(reading(character), NOTHING);
        }
        assert_eq!([reading('\u{301}'), reading('\u{20e3}'), reading('\u{489}')], [MARK; 3]);
        assert_eq!([reading('x'), reading('Ж'), reading('号'), reading('\u{20000}'), reading(char::MAX)], [ITSELF; 5]);
    }

    #[test]
    fn letters_that_look_alike_read_alike() {
        for (text, expected) in [
            ("АВСЕНІЈКМОРЅТХУ", "ABCEHIJKMOPSTXY"),
            ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
            ("ᎪᏟᎬᎻᎫᏦᏞᎷᏢᏚᎢᏙ", "ACEHJKLMPSTV"),
            ("աօսհոց", "wouhng"),
            ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),
            ("①②③❹➄⓪Ⓐⓑ🄲🅳", "123450AbCD"),
            ("–—‑−‐·。／＠", "-----../@"),
        ] {
            let read: String = text.chars().map(|character| char::from(reading(character))).collect();
            assert_eq!(read, expected);
        }
    }
}
