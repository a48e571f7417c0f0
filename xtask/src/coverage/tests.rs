use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use table::{Field, Method};

/// A small table: a form with an object, a list and pairs; an answer with a list and a spelling.
const TABLE: &str = r#"[{"path": "rest/a",
    "request": {
        "(root)": [{"name": "user", "type": "String"}, {"name": "cart", "type": "Object"}],
        "cart": [{"name": "items", "type": "Array of objects"}],
        "items": [{"name": "name", "type": "String"}, {"name": "itemAttributes", "type": "Object"}],
        "itemAttributes": [{"name": "attributes", "type": "Array of objects"}],
        "itemAttributes.attributes": [{"name": "kind", "type": "Integer"}, {"name": "agent", "type": "Object"}],
        "agent": [{"name": "phone", "type": "String"}]
    },
    "response": {
        "(root)": [{"name": "code", "type": "Integer"}, {"name": "cards", "type": "Object"}],
        "(root 3DS2)": [{"name": "flag", "type": "Boolean"}],
        "cards": [{"name": "pan", "type": "String"}]
    }
}]"#;

fn method() -> Method {
    let mut methods = table::read(TABLE).expect("a table");
    assert_eq!(methods.len(), 1);
    methods.remove(0)
}

fn names(method: &Method, seen: &[usize]) -> Vec<String> {
    seen.iter().map(|at| method.fields[*at].to_string()).collect()
}

fn form(pairs: &[(&str, &str)]) -> Sent {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    http::Request::post("https://bank.example/rest/a").body(body.into()).expect("valid")
}

#[test]
fn every_field_has_its_place() {
    let method = method();
    let all: Vec<usize> = (0..method.fields.len()).collect();
    assert_eq!(
        names(&method, &all),
        [
            "request user",
            "request cart",
            "request cart.items.itemAttributes.attributes.agent.phone",
            "request cart.items",
            "request cart.items.itemAttributes.attributes",
            "request cart.items.itemAttributes.attributes.kind",
            "request cart.items.itemAttributes.attributes.agent",
            "request cart.items.name",
            "request cart.items.itemAttributes",
            "response flag",
            "response code",
            "response cards",
            "response cards.pan",
        ]
    );
    let lost = TABLE.replace("\"cart\", \"type\": \"Object\"", "\"cart\", \"type\": \"String\"");
    let error = table::read(&lost).expect_err("the cart hangs nowhere").to_string();
    assert!(error.starts_with("rest/a: block ") && error.ends_with(" hangs nowhere"), "{error}");
}

#[test]
fn a_field_counts_where_it_stands_on_the_wire() {
    let method = method();
    let cart = r#"{"items":[{"name":"x"},{"itemAttributes":{"attributes":[{"name":"kind","value":"1"},{"name":"agent","value":{"phone":"+7"}}]}}]}"#;
    let whole = form(&[("user", "u"), ("cart", cart)]);
    assert_eq!(request::seen(&method, &[whole]).expect("reads").len(), 9);
    // A name at another place, an empty value, another pair: none of them counts.
    let cart = r#"{"name":"x","items":[{"name":"","itemAttributes":{"attributes":[{"name":"other","value":{"phone":"+7"}}]}}]}"#;
    let other = form(&[("user", ""), ("cart", cart), ("phone", "+7")]);
    assert_eq!(
        names(&method, &request::seen(&method, &[other]).expect("reads")),
        [
            "request cart",
            "request cart.items",
            "request cart.items.itemAttributes.attributes",
            "request cart.items.itemAttributes",
        ]
    );
    // Alternatives count together.
    let apart = [form(&[("user", "u")]), form(&[("cart", "{\"items\":[{\"name\":\"x\"}]}")])];
    assert_eq!(request::seen(&method, &apart).expect("reads").len(), 4);
}

#[test]
fn a_request_to_another_path_is_found() {
    let method = method();
    assert_eq!(request::stray(&method, &form(&[])), None);
    for address in ["https://bank.example/rest/b", "https://bank.example/rest/aa"] {
        let sent = http::Request::post(address).body(Bytes::new()).expect("valid");
        assert!(request::stray(&method, &sent).is_some(), "{address}");
    }
}

/// What knows all fields of the answer, and what lost two of them.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read by Debug alone")]
struct Whole {
    code: u32,
    cards: Option<Vec<Card>>,
    flag: bool,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read by Debug alone")]
struct Card {
    pan: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Less {
    code: u32,
    cards: Option<Vec<Value>>,
}

fn whole(answer: &http::Response<Bytes>) -> Option<String> {
    serde_json::from_slice::<Whole>(answer.body()).ok().map(|value| format!("{value:?}"))
}

fn less(answer: &http::Response<Bytes>) -> Option<String> {
    let value = serde_json::from_slice::<Less>(answer.body()).ok()?;
    Some(format!("{} {}", value.code, value.cards.map_or(0, |cards| cards.len())))
}

#[test]
fn a_field_that_the_type_does_not_know_does_not_count() {
    let method = method();
    let answer = json!({"code": 0, "cards": [{"pan": "411111**1111"}], "flag": true});
    let seen = |shown: Shown| -> Vec<String> {
        let answered = method.fields.iter().filter(|field| field.side == Side::Answer);
        answered
            .filter(|field| answer::is_seen(&answer, field, shown))
            .map(Field::to_string)
            .collect()
    };
    assert_eq!(
        seen(whole),
        ["response flag", "response code", "response cards", "response cards.pan"]
    );
    assert_eq!(seen(less), ["response code", "response cards"]);
}

/// A report of nothing.
pub(super) fn empty() -> Report {
    let none = Counts { methods: 0, fields: 0, rules: 0 };
    Report {
        name: "family",
        totals: none,
        covered: none,
        tested: 0,
        proven: 0,
        missing: Vec::new(),
        wrong: Vec::new(),
    }
}

/// Rules of an invented family: those of a real one would count as named here.
const RULES: &str = "# Rules\n\n- Z-001 One.\n- Z-002 Two, see Z-009.\n- Z-003 Three.\n- Z-004 Four.\nZ-005 no rule\n";

fn counted(source: &str, page: &str) -> Report {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let files = [file("crates/a/src/a.rs", source), file("docs/out-of-reach.md", page)];
    let rules = Rules::read('Z', RULES);
    assert_eq!(rules.numbers.len(), 4);
    let mut report = empty();
    rules.count(&mut report, &files);
    report
}

#[test]
fn a_rule_counts_where_a_test_names_it() {
    let source = r##"
        //! Z-001
        /// Z-001: a function that is no test.
        fn helper() { let _ = "Z-001"; }
        const TEXT: &str = "#[test] fn fake() { Z-001 }";
        /// Z-002: above the attribute.
        #[test]
        fn second() { let brace = '{'; let text = r#"}"#; helper(); }
        // Z-004 behind a test
        #[tokio::test(flavor = "multi_thread")]
        #[cfg(unix)]
        async fn third() { /* } */ if true { assert!(true, "Z-003"); } }
        /// Z-004
        #[test]
        #[SWITCHED_OFF = "slow"]
        fn fourth() {}
    "##;
    let report = counted(&source.replace("SWITCHED_OFF", "ignore"), "");
    assert_eq!((report.covered.rules, report.tested), (2, 2));
    assert_eq!(report.missing, ["rule Z-001", "rule Z-004"]);
    assert_eq!(report.wrong, [] as [String; 0]);
}

#[test]
fn tests_of_checks_prove_no_rule() {
    let source = "#[test]\nfn a() { /* Z-001 */ }\n".to_owned();
    let paths =
        ["xtask/src/ci/docs.rs", "xtask/src/coverage/tests.rs", "a.md", "xtask/src/demo.rs"];
    let rules = Rules::read('Z', RULES);
    let counts = paths.map(|path| {
        let mut report = empty();
        rules.count(&mut report, &[(path.to_owned(), source.clone())]);
        report.tested
    });
    assert_eq!(counts, [0, 0, 0, 1]);
}

#[test]
fn properties_are_tests_too() {
    let source = "proptest! {\n  /// Z-001\n  #[test]\n  fn p(x in any::<u8>().prop_map(|x| { x })) {\n    // Z-002\n  }\n  // Z-003\n}\n";
    assert_eq!(counted(source, "").missing, ["rule Z-003", "rule Z-004"]);
}

#[test]
fn a_reason_counts_apart_from_a_test() {
    let test = "#[test]\nfn a() { /* Z-001 */ }\n";
    let page = "# Out of reach\n\n- Z-002: the bank alone sees it\n";
    let report = counted(test, page);
    assert_eq!((report.covered.rules, report.tested), (2, 1));
    assert_eq!(report.missing, ["rule Z-003", "rule Z-004"]);
    assert_eq!(report.wrong, [] as [String; 0]);
    let both = counted(test, "- Z-001: tested all the same\n");
    assert_eq!(both.wrong, ["docs/out-of-reach.md: Z-001 is tested in crates/a/src/a.rs"]);
}

#[test]
fn rules_that_do_not_exist_are_wrong() {
    let test = "#[test]\nfn a() { /* Z-007, Z-0011, AZ-001 */ }\n";
    let report = counted(test, "- Z-002:\n- Z-008: no such rule\n- Z-003: once\n- Z-003: twice\n");
    assert_eq!((report.covered.rules, report.tested), (1, 0));
    assert_eq!(
        report.wrong,
        [
            "docs/out-of-reach.md: `- Z-002:` is not a rule with a reason",
            "docs/out-of-reach.md: `- Z-008: no such rule` is not a rule with a reason",
            "docs/out-of-reach.md: Z-003 stands there twice",
            "crates/a/src/a.rs: a test names Z-007, which is no rule",
        ]
    );
}

#[test]
fn other_totals_than_those_handed_over_fail() {
    let family = Family {
        totals: Counts { fields: 1713, ..gateway::FAMILY.totals },
        endpoints: &[],
        ..gateway::FAMILY
    };
    let report = report(&family, &project::root(), &[]).expect("counts");
    assert_eq!(report.totals, gateway::FAMILY.totals);
    assert_eq!(report.covered, Counts { methods: 0, fields: 0, rules: 0 });
    let [wrong] = &report.wrong[..] else { panic!("{:?}", report.wrong) };
    assert!(wrong.contains("fields: 1714") && wrong.contains("fields: 1713"), "{wrong}");
}

#[test]
fn nothing_falls_below_the_floor() {
    let mut report = empty();
    report.covered = Counts { methods: 2, fields: 30, rules: 7 };
    report.tested = 5;
    report.proven = 2;
    let at =
        floor::parse("family methods 2 fields 30 rules 7 tested 5 evidence 2\n").expect("a floor");
    assert_eq!(at, [Floor::of(&report)]);
    assert_eq!(wrong(&[report], &at), [] as [String; 0]);
    let mut less = empty();
    less.covered = Counts { methods: 2, fields: 29, rules: 7 };
    less.tested = 4;
    less.proven = 1;
    assert_eq!(
        wrong(&[less], &at),
        [
            "family: 29 fields are covered, 30 were before",
            "family: 4 rules with a test are covered, 5 were before",
            "family: 1 methods with evidence are covered, 2 were before",
        ]
    );
    assert_eq!(wrong(&[empty()], &[]).len(), 1);
    assert!(floor::parse("family methods 2 fields many rules 7 tested 5 evidence 2").is_err());
}

/// The tracked files of two rows of a family with one method that is proven.
fn rows() -> Vec<(String, String)> {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let source = r#"const ROWS: &[Row] = &[
        Row { path: "rest/a", requests: &[] },
        // Row { path: "rest/b", requests: &[] },
    ]; const TEXT: &str = "Row { path: 1 }";"#;
    let snapshot = |text: &str| format!("---\nsource: x\n---\n{text}");
    let mut files = vec![file("t/rows.rs", "fn run() {}"), file("t/rows/area.rs", source)];
    for kind in ["request", "answer", "refused", "run"] {
        let text = if kind == "run" { "POST /payment/rest/a" } else { "POST https://b/rest/a" };
        files.push(file(&format!("t/rows/snapshots/a.{kind}.snap"), &snapshot(text)));
    }
    files
}

fn proven(files: &[(String, String)]) -> Report {
    let mut report = empty();
    evidence::count(&mut report, "t/rows.rs", &[method()], files);
    report
}

#[test]
fn a_method_is_proven_by_its_row_and_all_its_snapshots() {
    let whole = proven(&rows());
    assert_eq!((whole.proven, whole.missing.len(), whole.wrong.len()), (1, 0, 0));
    for left_out in 2..6 {
        let mut files = rows();
        let (path, _) = files.remove(left_out);
        let less = proven(&files);
        assert_eq!((less.proven, less.missing.len()), (0, 1), "{path}");
        // There, but it shows nothing.
        let mut files = rows();
        files[left_out].1 = "---\nsource: x\n---\n \n".into();
        assert_eq!(proven(&files).proven, 0, "{path}");
    }
    // A run or a request of another method.
    for other in [2, 5] {
        let mut files = rows();
        files[other].1 = files[other].1.replace("rest/a", "rest/b");
        assert_eq!(proven(&files).proven, 0);
    }
}

#[test]
fn snapshots_without_a_row_prove_nothing() {
    let mut files = rows();
    files[1].1 = files[1].1.replacen("Row {", "// Row {", 1);
    let less = proven(&files);
    assert_eq!((less.proven, &less.missing[..]), (0, &["evidence rest/a: no row".to_owned()][..]));
    files = rows();
    files[1].1 = files[1].1.replace("// Row", "Row");
    assert_eq!(proven(&files).wrong, ["t/rows.rs: a row for rest/b, which is in no table"]);
    files[1].1 = files[1].1.replace("rest/b", "rest/a");
    assert_eq!(proven(&files).wrong, ["t/rows.rs: two rows for rest/a"]);
}
