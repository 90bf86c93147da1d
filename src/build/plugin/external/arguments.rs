//! `argsOneLiner` and `argsFromFile`: the arguments of an exec plugin (spec 15 R71).

use anyhow::{Result, bail};

/// Splits a line as a shell does that knows quotes, backslashes and comments, and nothing else. Empty arguments are left out,
/// and a comment ends with the text, as in kustomize.
pub(super) fn split(line: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '#' => break,
            ' ' | '\t' | '\r' | '\n' => words.push(std::mem::take(&mut word)),
            '\\' => word.extend(letters.next()),
            quote @ ('\'' | '"') => loop {
                match letters.next() {
                    None => bail!("unclosed quote in string"),
                    Some(letter) if letter == quote => break,
                    Some('\\') if quote == '"' => word.extend(letters.next()),
                    Some(letter) => word.push(letter),
                }
            },
            letter => word.push(letter),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    Ok(words)
}

/// The arguments in a file: one a line, without the spaces before it.
pub(super) fn lines(text: &str) -> impl Iterator<Item = String> {
    let lines = text.split('\n').map(|line| line.trim_start_matches(' '));
    lines.filter(|line| !line.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_kustomize_splits_them() {
        for (line, words) in [
            (
                r#"a 'b c' "d e" f\\ g"#,
                &["a", "b c", "d e", "f\\", "g"][..],
            ),
            (
                r#"a'b c'd "e f"g '' "" h\ i j\\k # l"#,
                &["ab cd", "e fg", "h i", "j\\k"],
            ),
            (r#"'a\b' "a\b" "a\"b""#, &["a\\b", "ab", "a\"b"]),
            ("a#b c", &["a"]),
            ("a # b\nc", &["a"]),
            (r##""#a" a"#"b \#c"##, &["#a", "a#b", "#c"]),
            ("a\\\nb", &["a\nb"]),
            ("a\tb\nc", &["a", "b", "c"]),
            ("a\\", &["a"]),
            (" é $X * ", &["é", "$X", "*"]),
            ("", &[]),
        ] {
            assert_eq!(split(line).unwrap(), words, "{line}");
        }
        assert!(split("'a").is_err());
    }

    #[test]
    fn a_file_holds_one_argument_a_line() {
        let found: Vec<_> = lines("one two\n   three\n\n four  \n\tx\r\n").collect();
        assert_eq!(found, ["one two", "three", "four  ", "\tx\r"]);
    }
}
