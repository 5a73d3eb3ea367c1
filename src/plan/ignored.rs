//! Checks `ignore_files`: names of files beside the extracts that no source reads on purpose.

use glob::Pattern;

use crate::config::{PipelineFile, Texts};
use crate::diagnostics::Problem;

/// The patterns of `ignore_files`, and what is wrong with the others.
pub(super) fn patterns(file: &PipelineFile, texts: &Texts) -> (Vec<Pattern>, Vec<Problem>) {
    let (mut patterns, mut problems) = (Vec::new(), Vec::new());
    for typed in &file.ignore_files {
        match Pattern::new(&typed.value) {
            Ok(_) if typed.value.contains('/') => {
                let problem = texts.at(typed, format!("ignore_files: `{}` names a folder", typed.value));
                problems.push(problem.hint("a pattern is compared with the name of a file alone, such as `*.py`"));
            }
            Ok(pattern) => patterns.push(pattern),
            Err(error) => {
                let problem =
                    texts.at(typed, format!("ignore_files: `{}` is not a pattern: {}", typed.value, error.msg));
                problems.push(problem.hint("use `*` for any text, `?` for a letter and `[abc]` for one of several"));
            }
        }
    }
    (patterns, problems)
}
