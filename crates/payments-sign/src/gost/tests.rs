//! The published examples, and properties of the arithmetic.

use std::collections::BTreeMap;

use crypto_bigint::{U256, U512};
use proptest::prelude::*;
use streebog::{Digest as _, Streebog256, Streebog512};
use zeroize::Zeroizing;

use super::{
    GostPrivateKey, GostSigner, GostVerifier, ParameterSet, SignatureByteOrder,
    curves::{Example, WideExample},
    group::{Group, Of},
};
use crate::{Mismatch, Signer as _, Verifier as _};

fn bytes(hex: &str) -> Vec<u8> {
    crate::hex::decode(hex, <[u8]>::to_vec).expect("hexadecimal")
}

/// One example of RFC 7091: key, digest as a number, nonce, public point, both halves of the
/// signature.
struct Published {
    group: &'static dyn Group,
    d: &'static str,
    e: &'static str,
    k: &'static str,
    point: [&'static str; 2],
    r: &'static str,
    s: &'static str,
}

const EXAMPLES: [Published; 2] = [
    Published {
        group: Of::<Example, { U256::LIMBS }>::GROUP,
        d: "7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28",
        e: "2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5",
        k: "77105C9B20BCD3122823C8CF6FCC7B956DE33814E95B7FE64FED924594DCEAB3",
        point: [
            "7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B",
            "26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA",
        ],
        r: "41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493",
        s: "01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40",
    },
    Published {
        group: Of::<WideExample, { U512::LIMBS }>::GROUP,
        d: "0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B1020\
            72E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4",
        e: "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C591\
            7184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C",
        k: "0359E7F4B1410FEACC570456C6801496946312120B39D019D455986E364F3658\
            86748ED7A44B3E794434006011842286212273A6D14CF70EA3AF71BB1AE679F1",
        point: [
            "115DC5BC96760C7B48598D8AB9E740D4C4A85A65BE33C1815B5C320C854621DD\
             5A515856D13314AF69BC5B924C8B4DDFF75C45415C1D9DD9DD33612CD530EFE1",
            "37C7C90CD40B0F5621DC3AC1B751CFA0E2634FA0503B3D52639F5D7FB72AFD61\
             EA199441D943FFE7F0C70A2759A3CDB84C114E1F9339FDF27F35ECA93677BEEC",
        ],
        r: "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD3\
            5492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36",
        s: "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5\
            823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A",
    },
];

/// RFC 7091, section 7: both examples, number by number.
#[test]
fn the_examples_of_the_standard() {
    for example in EXAMPLES {
        let group = example.group;
        let point = [bytes(example.point[0]), bytes(example.point[1])].concat();
        assert_eq!(group.public(&bytes(example.d)), Some(point.clone()));
        assert!(group.contains(&point));
        // The standard prints the digest as a number; a hash comes the other way round.
        let mut digest = bytes(example.e);
        digest.reverse();
        let made = group.sign(&bytes(example.d), &digest, &bytes(example.k));
        let signature = [bytes(example.s), bytes(example.r)].concat();
        assert_eq!(made.as_ref(), Some(&signature));
        assert!(group.verify(&point, &digest, &signature));
        for at in 0..signature.len() {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert!(!group.verify(&point, &digest, &changed), "{at}");
        }
    }
}

/// RFC 6986, section 10: both messages in both lengths.
#[test]
fn the_examples_of_the_hash() {
    let first = b"012345678901234567890123456789012345678901234567890123456789012".to_vec();
    let second = bytes(
        "d1e520e2e5f2f0e82c20d1f2f0e8e1eee6e820e2edf3f6e82c20e2e5fef2fa20f120eceef0ff20f1f2f0e5\
         ebe0ece820ede020f5f0e0e1f0fbff20efebfaeafb20c8e3eef0e5e2fb",
    );
    let table = [
        (
            &first,
            "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa\
             00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
            "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
        ),
        (
            &second,
            "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376\
             035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
            "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50",
        ),
    ];
    for (message, long, short) in table {
        assert_eq!(Streebog512::digest(message).to_vec(), bytes(long));
        assert_eq!(Streebog256::digest(message).to_vec(), bytes(short));
    }
}

/// Keys and nonces are from one to the order less one, and as long as the curve's numbers.
#[test]
fn numbers_out_of_range_are_refused() {
    for set in ParameterSet::ALL {
        let group = set.group();
        let len = group.len();
        let (zero, top) = (vec![0; len], vec![0xFF; len]);
        let (mut one, mut two) = (zero.clone(), zero.clone());
        one[len - 1] = 1;
        two[len - 1] = 2;
        for wrong in [&zero, &top, &one[1..].to_vec(), &[&[0], one.as_slice()].concat()] {
            assert_eq!(group.public(wrong), None, "{set:?}");
            assert_eq!(group.sign(wrong, &zero, &two), None, "{set:?}");
            assert_eq!(group.sign(&one, &zero, wrong), None, "{set:?}");
        }
        assert!(group.public(&one).is_some_and(|point| group.contains(&point)), "{set:?}");
        assert!(group.sign(&one, &zero, &two).is_some(), "{set:?}");
        assert_eq!(group.sign(&one, &zero[1..], &two), None, "{set:?}");
        // Half of what has as many bits as the order is below it, so that a draw soon fits.
        let mut half = top;
        half[0] = group.first_byte() >> 1;
        assert!(group.public(&half).is_some(), "{set:?}");
    }
}

#[test]
fn the_order_itself_is_out_of_range() {
    let group = ParameterSet::CryptoProA.group();
    let mut order = bytes("ffffffffffffffffffffffffffffffff6c611070995ad10045841b09b761b893");
    assert_eq!(group.public(&order), None);
    order[31] -= 1;
    let last = group.public(&order).expect("the last number");
    // It is the generator's opposite: the same x, the other y.
    let mut one = vec![0; 32];
    one[31] = 1;
    let first = group.public(&one).expect("the first number");
    assert_eq!(last[..32], first[..32]);
    assert_ne!(last[32..], first[32..]);
}

/// The generator of CryptoPro-C has x zero, so that a nonce of one gives no signature.
#[test]
fn a_nonce_whose_point_has_no_use_is_drawn_anew() {
    let group = ParameterSet::CryptoProC.group();
    let (mut one, mut two) = ([0; 32], [0; 32]);
    one[31] = 1;
    two[31] = 2;
    assert_eq!(group.sign(&two, &[7; 32], &one), None);
    assert!(group.sign(&two, &[7; 32], &two).is_some());
}

/// A digest of zero stands for one, as the standard has it.
#[test]
fn a_digest_of_zero_is_one() {
    for set in ParameterSet::ALL {
        let group = set.group();
        let (zero, mut one) = (vec![0; group.len()], vec![0; group.len()]);
        one[0] = 1;
        let mut number = zero.clone();
        *number.last_mut().expect("not empty") = 7;
        assert_eq!(group.sign(&number, &zero, &number), group.sign(&number, &one, &number));
    }
}

/// Points off the curve, coordinates past the prime and other lengths are refused everywhere.
#[test]
fn points_off_the_curve_are_refused() {
    for set in ParameterSet::ALL {
        let group = set.group();
        let len = group.len();
        for wrong in [vec![0; 2 * len], vec![0xFF; 2 * len], Vec::new()] {
            assert!(!group.contains(&wrong), "{set:?}");
        }
        let mut number = vec![0; len];
        number[len - 1] = 9;
        let point = group.public(&number).expect("in range");
        for at in [0, len - 1, len, 2 * len - 1] {
            let mut moved = point.clone();
            moved[at] ^= 1;
            assert!(!group.contains(&moved), "{set:?} {at}");
        }
        assert!(!group.contains(&point[1..]), "{set:?}");
    }
}

/// The two curves with a cofactor have points that no key may be, of order two and four among them.
/// They were found with another program.
#[test]
fn points_outside_the_subgroup_are_refused() {
    let json = include_str!("../../../../testdata/gost/outside-the-subgroup.json");
    let points: Vec<BTreeMap<String, String>> = serde_json::from_str(json).expect("a list");
    assert_eq!(points.len(), 8);
    for point in points {
        let set = ParameterSet::ALL.into_iter().find(|set| set.identifier() == point["set"]);
        let group = set.expect("a known set").group();
        let xy = [bytes(&point["x"]), bytes(&point["y"])].concat();
        assert!(!group.contains(&xy), "{} of {}", point["of"], point["set"]);
    }
}

fn number(set: ParameterSet, seed: &[u8]) -> Vec<u8> {
    let mut number = Streebog512::digest(seed)[..set.group().len()].to_vec();
    number[0] &= set.group().first_byte() >> 1;
    number
}

fn key(set: ParameterSet, seed: &[u8]) -> GostPrivateKey {
    GostPrivateKey::new(set, Zeroizing::new(number(set, seed))).expect("in range")
}

fn any_set() -> impl Strategy<Value = ParameterSet> {
    proptest::sample::select(ParameterSet::ALL.to_vec())
}

#[test]
fn nothing_of_a_key_shows() {
    for set in ParameterSet::ALL {
        let key = GostPrivateKey::new(set, Zeroizing::new(number(set, b"MARKER"))).expect("a key");
        let signer = GostSigner::new(key.clone());
        let shown = format!("{key:?} {signer:?} {signer:#?}");
        let digits = crate::hex::lower(key.number());
        let decimal: Vec<String> = key.number().iter().map(u8::to_string).collect();
        assert!(!shown.contains(&digits[..8]), "{shown}");
        assert!(!shown.contains(&decimal[..3].join(", ")), "{shown}");
        assert_eq!(format!("{key:?}"), format!("GostPrivateKey({} bits)", set.bits()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// What is signed fits, and nothing else does; two signatures of one message differ.
    #[test]
    fn only_what_was_signed_fits(
        set in any_set(), seed: [u8; 8], message: Vec<u8>, other: Vec<u8>, bit: usize
    ) {
        let key = key(set, &seed);
        let (signer, verifier) = (GostSigner::new(key.clone()), GostVerifier::new(key.public_key().clone()));
        let made = signer.sign(&message).expect("signs");
        prop_assert_eq!(made.len() * 4, set.bits());
        prop_assert_ne!(&made, &signer.sign(&message).expect("signs"));
        prop_assert_eq!(verifier.verify(&message, &made), Ok(()));
        prop_assert_eq!(verifier.verify(&other, &made).is_ok(), other == message);
        let mut damaged = made.clone();
        damaged[bit / 8 % made.len()] ^= 1 << (bit % 8);
        prop_assert_eq!(verifier.verify(&message, &damaged), Err(Mismatch));
        for wrong in [&made[1..], &[], &[made.as_slice(), &[0]].concat()] {
            prop_assert_eq!(verifier.verify(&message, wrong), Err(Mismatch));
        }
        let reversed = signer.byte_order(SignatureByteOrder::CspReversed);
        let mut turned = reversed.sign(&message).expect("signs");
        prop_assert_eq!(verifier.verify(&message, &turned), Err(Mismatch));
        let theirs = verifier.clone().byte_order(SignatureByteOrder::CspReversed);
        prop_assert_eq!(theirs.verify(&message, &turned), Ok(()));
        turned.reverse();
        prop_assert_eq!(verifier.verify(&message, &turned), Ok(()));
    }

    #[test]
    fn checking_is_total(set in any_set(), seed: [u8; 8], message: Vec<u8>, signature: Vec<u8>) {
        let verifier = GostVerifier::new(key(set, &seed).public_key().clone());
        let _ = verifier.verify(&message, &signature);
        let mut whole = signature;
        whole.resize(set.bits() / 4, 0);
        prop_assert_eq!(verifier.verify(&message, &whole), Err(Mismatch));
    }
}
