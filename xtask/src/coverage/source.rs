//! The tests of a Rust source file, found without compiling it.

/// The text of each test function: its doc comments and attributes, signature and body. Tests that
/// are switched off are none.
pub(super) fn tests(source: &str) -> Vec<&str> {
    let code = code(source);
    let mut tests = Vec::new();
    for start in ["#[test]", "#[tokio::test]", "#[tokio::test("] {
        tests.extend(code.match_indices(start).filter_map(|(at, _)| {
            let (from, to) = (head(source, at), end(&code, at)?);
            let function = code.get(from..to)?;
            (!function.contains("#[ignore")).then(|| source.get(from..to)).flatten()
        }));
    }
    tests
}

/// What stands in code, and not in a comment or a text, between a beginning that ends with a quote
/// and the next quote.
pub(super) fn named<'a>(source: &'a str, beginning: &str) -> Vec<&'a str> {
    let code = code(source);
    // The beginning itself is code up to the quote, with which a literal starts.
    let start = beginning.trim_end_matches('"');
    let places = code.match_indices(start).filter_map(|(at, _)| {
        let literal = source.get(at..)?.strip_prefix(beginning)?;
        literal.split('"').next()
    });
    places.collect()
}

/// Where the doc comments and attributes above a test attribute begin.
fn head(source: &str, attribute: usize) -> usize {
    let mut from = source[..attribute].rfind('\n').map_or(0, |newline| newline + 1);
    while let Some(above) = source[..from].strip_suffix('\n') {
        let line = above.rfind('\n').map_or(0, |newline| newline + 1);
        let text = above[line..].trim_start();
        if !(text.starts_with("///") || text.starts_with("#[")) {
            break;
        }
        from = line;
    }
    from
}

/// Where the function behind a test attribute ends: behind the brace that closes its body.
fn end(code: &str, attribute: usize) -> Option<usize> {
    let function = attribute + code[attribute..].find("fn ")?;
    let (mut round, mut curly) = (0_i32, 0_i32);
    for (at, sign) in code[function..].char_indices() {
        match sign {
            '(' | '[' => round += 1,
            ')' | ']' => round -= 1,
            // Braces between the parentheses belong to a parameter of a property.
            '{' if round == 0 || curly > 0 => curly += 1,
            '}' if curly > 0 => {
                curly -= 1;
                if curly == 0 {
                    return Some(function + at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The source with blanks in place of comments and of the insides of literals, byte for byte.
fn code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    let mut before = ' ';
    while let Some(sign) = rest.chars().next() {
        let skipped = match sign {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => comment(rest),
            '"' => 1 + text(&rest[1..]),
            'r' if !(before.is_alphanumeric() || before == '_') || before == 'b' => raw(rest),
            '\'' => character(rest),
            _ => 0,
        };
        let taken = if skipped == 0 { sign.len_utf8() } else { skipped };
        let (part, behind) = rest.split_at(taken);
        if skipped == 0 {
            code.push_str(part);
        } else {
            code.extend(part.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
        before = if skipped == 0 { sign } else { ' ' };
        rest = behind;
    }
    code
}

/// Length of a block comment, which may hold others.
fn comment(source: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    source.len()
}

/// Length of the inside of a text literal, its closing quote included.
fn text(inside: &str) -> usize {
    let mut escaped = false;
    for (at, sign) in inside.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    inside.len()
}

/// Length of a raw text literal; 0 if it is none.
fn raw(source: &str) -> usize {
    let signs = source[1..].bytes().take_while(|byte| *byte == b'#').count();
    let Some(inside) = source[1 + signs..].strip_prefix('"') else { return 0 };
    let close = format!("\"{}", "#".repeat(signs));
    let length = inside.find(&close).map_or(inside.len(), |at| at + close.len());
    2 + signs + length
}

/// Length of a character literal; 0 if it is a lifetime.
fn character(source: &str) -> usize {
    let inside = &source[1..];
    if let Some(escape) = inside.strip_prefix('\\') {
        let first = escape.chars().next().map_or(0, char::len_utf8);
        return escape[first..].find('\'').map_or(0, |at| 2 + first + at + 1);
    }
    let first = inside.chars().next().map_or(0, char::len_utf8);
    if inside[first..].starts_with('\'') { 2 + first } else { 0 }
}
