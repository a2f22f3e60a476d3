//! How long functions are.

/// A function and its length.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// From `fn` to the closing brace.
    pub(crate) lines: usize,
}

/// The functions with a body in a Rust file.
pub(crate) fn functions(text: &str) -> Vec<Function> {
    let code = code(text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let begins = code[..at].chars().next_back();
        if begins.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + 3..];
        let name: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if let Some(end) = body_end(rest).filter(|_| !name.is_empty()) {
            let lines = rest[..end].matches('\n').count() + 1;
            found.push(Function { name, lines });
        }
    }
    found
}

/// Where the body ends that the signature at the start of `rest` is followed by.
fn body_end(rest: &str) -> Option<usize> {
    let mut parentheses = 0;
    let mut braces = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '(' | '[' if braces == 0 => parentheses += 1,
            ')' | ']' if braces == 0 => parentheses -= 1,
            ';' if braces == 0 && parentheses == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces -= 1;
                if braces == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// `text` with its comments, strings and characters blanked, its lines kept.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = literal(rest, code.chars().next_back()).unwrap_or(0);
        if length == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.push(' ');
            code.extend(rest[..length].chars().filter(|c| *c == '\n'));
            rest = &rest[length..];
        }
    }
    code
}

/// The length of the comment, string or character at the start of `rest`.
fn literal(rest: &str, before: Option<char>) -> Option<usize> {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    if rest.starts_with('"') {
        return Some(escaped_end(rest, '"'));
    }
    if rest.starts_with('r') && !in_word {
        let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
        if rest[1 + hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let body = 2 + hashes;
            let end = rest[body..].find(&close)?;
            return Some(body + end + close.len());
        }
    }
    if let Some(after) = rest.strip_prefix('\'') {
        // A lifetime has no second quote right after its first character.
        let quoted = after.starts_with('\\') || after.chars().nth(1) == Some('\'');
        return quoted.then(|| escaped_end(rest, '\''));
    }
    None
}

/// The length of what stands between `quote`s at the start of `rest`, with both.
fn escaped_end(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn braces_in_text_do_not_count() {
    let text = "fn one<'a>(c: [u8; 2]) {\n    let s = \"}\\\"}\"; // }\n    let c = '}';\n    r#\"\"}\"#;\n}\n\
                trait T { fn none(); fn two() {} }\n";
    let lengths: Vec<_> = functions(text)
        .into_iter()
        .map(|function| (function.name, function.lines))
        .collect();
    assert_eq!(lengths, [("one".to_owned(), 5), ("two".to_owned(), 1)]);
}
