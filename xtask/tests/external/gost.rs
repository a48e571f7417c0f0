//! OpenSSL's GOST engine and `payments-sign` read each other's keys, certificates and signatures.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use payments_core::Secret;
use payments_core::canonical::{A2cText, Scalars};
use payments_sign::gost::{self, ParameterSet};
use payments_sign::{
    CertificateDetails, GostCertificate, GostPrivateKey, GostPublicKey, GostSigner, GostVerifier,
    SignatureByteOrder, Signer as _, Verifier as _,
};

/// Makes OpenSSL load the engine, by the name of its shared library.
const CONFIGURATION: &str = "openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\n\
                             engine_id=gost\ndefault_algorithms=ALL\n";

/// Each parameter set by our name, and by the engine's algorithm and name.
const SETS: [(ParameterSet, &str, &str); 12] = [
    (ParameterSet::CryptoProA, "gost2012_256", "A"),
    (ParameterSet::CryptoProB, "gost2012_256", "B"),
    (ParameterSet::CryptoProC, "gost2012_256", "C"),
    (ParameterSet::CryptoProXchA, "gost2012_256", "XA"),
    (ParameterSet::CryptoProXchB, "gost2012_256", "XB"),
    (ParameterSet::Tc26A256, "gost2012_256", "TCA"),
    (ParameterSet::Tc26B256, "gost2012_256", "TCB"),
    (ParameterSet::Tc26C256, "gost2012_256", "TCC"),
    (ParameterSet::Tc26D256, "gost2012_256", "TCD"),
    (ParameterSet::Tc26A512, "gost2012_512", "A"),
    (ParameterSet::Tc26B512, "gost2012_512", "B"),
    (ParameterSet::Tc26C512, "gost2012_512", "C"),
];

/// How many signatures each side makes with each parameter set.
const SIGNATURES: usize = 25;

/// OpenSSL with the engine, in one folder.
struct Engine(PathBuf);

impl Engine {
    /// Fails where the engine is not installed.
    fn new(test: &str) -> Self {
        let engine = Self(crate::folder(test));
        engine.write("gost.cnf", CONFIGURATION);
        engine.must("engine gost -t");
        engine
    }

    /// With a new key pair of a parameter set in `key.pem` and `public.pem`.
    fn with_key(test: &str, algorithm: &str, name: &str) -> Self {
        let engine = Self::new(test);
        engine
            .must(&format!("genpkey -algorithm {algorithm} -pkeyopt paramset:{name} -out key.pem"));
        engine.must("pkey -in key.pem -pubout -out public.pem");
        engine
    }

    fn succeeds(&self, line: &str) -> (bool, String) {
        let mut command = Command::new("openssl");
        command.args(line.split(' ')).current_dir(&self.0);
        let output = crate::run(command.env("OPENSSL_CONF", self.0.join("gost.cnf")));
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    fn must(&self, line: &str) {
        let (done, said) = self.succeeds(line);
        assert!(done, "openssl {line}: is libengine-gost-openssl installed?\n{said}");
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).expect("a file of this test");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).expect("a file that openssl wrote")
    }
}

fn hash(set: ParameterSet) -> &'static str {
    if set.bits() == 256 { "md_gost12_256" } else { "md_gost12_512" }
}

/// The digest of a request, made here and by the engine.
fn digest(engine: &Engine, number: usize) -> Vec<u8> {
    let number = format!("{}", 20_150 + number);
    let request = [("TerminalKey", "TinkoffBankTest"), ("PaymentId", &number)];
    let request = Scalars::of(request).expect("once each");
    let text = A2cText::of(&request);
    engine.write("text", text.expose());
    engine.must("dgst -md_gost12_256 -binary -out digest text");
    let digest = gost::a2c_digest(&text).message().to_vec();
    assert_eq!(engine.read("digest"), digest);
    digest
}

/// Both ways, 25 signatures each, of digests as the bank of the mass payouts wants them signed.
fn both_ways(set: ParameterSet, algorithm: &str, name: &str) {
    let engine = Engine::with_key(&format!("gost-{algorithm}-{name}"), algorithm, name);
    let key = GostPrivateKey::from_pem(&engine.read("key.pem")).expect("the engine's key");
    let public = GostPublicKey::from_pem(&engine.read("public.pem")).expect("the engine's key");
    assert_eq!((key.parameter_set(), key.public_key()), (set, &public), "{set:?}");
    let (signer, verifier) = (GostSigner::new(key), GostVerifier::new(public));
    let verify = format!("dgst -{} -verify public.pem -signature", hash(set));
    let sign = format!("dgst -{} -sign key.pem -out theirs digest", hash(set));
    for number in 0..SIGNATURES {
        let digest = digest(&engine, number);
        let ours = signer.sign(&digest).expect("signs");
        engine.write("ours", &ours);
        engine.must(&format!("{verify} ours digest"));
        let mut damaged = ours.clone();
        let bit = 37 * number % (8 * ours.len());
        damaged[bit / 8] ^= 1 << (bit % 8);
        engine.write("damaged", &damaged);
        assert!(!engine.succeeds(&format!("{verify} damaged digest")).0, "{set:?} bit {bit}");
        assert!(!engine.succeeds(&format!("{verify} ours text")).0, "{set:?}: a single hash");

        engine.must(&sign);
        let mut theirs = engine.read("theirs");
        assert_eq!(verifier.verify(&digest, &theirs), Ok(()), "{set:?}");
        assert!(verifier.verify(&engine.read("text"), &theirs).is_err(), "{set:?}");
        for bit in 0..8 * theirs.len() {
            // Each bit once over the 25 signatures, since checking takes its time.
            if bit % SIGNATURES == number {
                theirs[bit / 8] ^= 1 << (bit % 8);
                assert!(verifier.verify(&digest, &theirs).is_err(), "{set:?} bit {bit}");
                theirs[bit / 8] ^= 1 << (bit % 8);
            }
        }
        theirs.reverse();
        let reversed = verifier.clone().byte_order(SignatureByteOrder::CspReversed);
        assert_eq!(reversed.verify(&digest, &theirs), Ok(()), "{set:?}");
    }
}

#[test]
fn the_engine_and_we_agree_on_every_set_of_256_bits() {
    let narrow = SETS.into_iter().filter(|(set, ..)| set.bits() == 256);
    assert_eq!(narrow.clone().count(), 9);
    narrow.for_each(|(set, algorithm, name)| both_ways(set, algorithm, name));
}

#[test]
fn the_engine_and_we_agree_on_every_set_of_512_bits() {
    let wide = SETS.into_iter().filter(|(set, ..)| set.bits() == 512);
    assert_eq!(wide.clone().count(), 3);
    wide.for_each(|(set, algorithm, name)| both_ways(set, algorithm, name));
}

/// certificates of both sizes; the serial number comes out as it was given, in decimal
/// digits. The number is one of a bank's examples.
#[test]
fn certificates_of_the_engine_are_read() {
    const SERIAL: &str = "401437532001722600264206825014014998552699056";
    for (set, algorithm, name) in SETS {
        let engine = Engine::with_key(&format!("gost-cert-{algorithm}-{name}"), algorithm, name);
        let hash = hash(set);
        engine.must(&format!(
            "req -new -x509 -{hash} -key key.pem -days 3 -set_serial {SERIAL} -subj /CN=t -out c.pem"
        ));
        let pem = engine.read("c.pem");
        let certificate = GostCertificate::from_pem(&pem).expect("the engine's certificate");
        let public = GostPublicKey::from_pem(&engine.read("public.pem")).expect("reads");
        assert_eq!(*certificate.public_key(), public, "{set:?}");
        let details = certificate.details();
        assert_eq!(details.serial_number(), SERIAL, "{set:?}");
        assert_eq!(details.not_after().get() - details.not_before().get(), 3 * 86_400_000);
        assert_eq!(CertificateDetails::from_pem(&pem).as_ref(), Ok(details));
    }
}

/// An RSA certificate has the same details, read by the same words.
#[test]
fn details_of_an_rsa_certificate_are_read() {
    let engine = Engine::new("gost-rsa");
    engine.must("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem");
    for serial in ["1", "255", "65536", "1512489541082"] {
        engine.must(&format!(
            "req -new -x509 -sha256 -key key.pem -days 1 -set_serial {serial} -subj /CN=t -out c.pem"
        ));
        let details = CertificateDetails::from_pem(&engine.read("c.pem")).expect("reads");
        assert_eq!(details.serial_number(), serial);
    }
}

#[test]
fn encrypted_keys_of_the_engine_are_read() {
    let engine = Engine::with_key("gost-encrypted", "gost2012_256", "TCA");
    let plain = GostPrivateKey::from_pem(&engine.read("key.pem")).expect("reads");
    engine.must("pkcs8 -topk8 -v2 aes256 -in key.pem -passout pass:123456 -out k");
    let pem = engine.read("k");
    let right = Secret::<String>::new("123456");
    let read = GostPrivateKey::from_encrypted_pem(&pem, &right).expect("reads");
    assert_eq!(read.public_key(), plain.public_key());
    let wrong = Secret::<String>::new("12345");
    let error = GostPrivateKey::from_encrypted_pem(&pem, &wrong).expect_err("wrong");
    assert!(error.is_wrong_passphrase(), "{error}");
    assert!(GostPrivateKey::from_pem(&pem).expect_err("encrypted").is_encrypted());
}

/// The engine's own public keys with another point in them: on the curve, outside the subgroup.
#[test]
fn keys_of_the_wrong_subgroup_are_refused() {
    let json = include_str!("../../../testdata/gost/outside-the-subgroup.json");
    let points: Vec<serde_json::Value> = serde_json::from_str(json).expect("a list");
    let mut refused = 0;
    for (set, algorithm, name) in SETS {
        let engine = Engine::with_key(&format!("gost-wrong-{algorithm}-{name}"), algorithm, name);
        engine.must("pkey -pubin -in public.pem -outform DER -out public.der");
        let der = engine.read("public.der");
        assert!(GostPublicKey::from_der(&der).is_ok(), "{set:?}");
        let start = der.len() - set.bits() / 4;
        for point in points.iter().filter(|point| point["set"] == set.identifier()) {
            let mut wrong = der[..start].to_vec();
            for field in ["x", "y"] {
                let hex = point[field].as_str().expect("hexadecimal");
                let bytes = (0..hex.len() / 2).rev();
                wrong.extend(
                    bytes.map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex")),
                );
            }
            assert_eq!(wrong.len(), der.len());
            let error = GostPublicKey::from_der(&wrong).expect_err("outside the subgroup");
            assert!(error.is_rejected(), "{set:?}, of {}: {error}", point["of"]);
            refused += 1;
        }
        // Next to the right point there is none.
        let mut moved = der.clone();
        moved[start] ^= 1;
        assert!(GostPublicKey::from_der(&moved).expect_err("off the curve").is_rejected());
    }
    assert_eq!(refused, points.len());
}
