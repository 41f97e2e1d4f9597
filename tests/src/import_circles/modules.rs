//! A crate's module tree, from its tokens: what each module defines, imports and names in its code.
//!
//! Tokens are enough, and a full parser would be another big dependency to build: items of a module are keywords
//! at its own level, and what tokens can't tell (types, macros' output) isn't needed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A module: a file, or a `mod name { … }` in one.
#[derive(Debug, Default)]
pub struct Module {
    /// Its file, from the folder of the crate's root.
    pub file: PathBuf,
    /// The module around it; none for the root.
    pub parent: Option<usize>,
    /// The modules that it declares, by name.
    pub children: BTreeMap<String, usize>,
    /// The names that it defines.
    pub items: BTreeSet<String>,
    /// Its `use`s, one a name.
    pub imports: Vec<Import>,
    /// Paths of two or more names in its code.
    pub paths: Vec<Vec<String>>,
    /// Names that stand alone in its code.
    pub words: BTreeSet<String>,
}

/// One name of a `use`.
#[derive(Debug)]
pub struct Import {
    /// What it is called here; `*` for all.
    pub name: String,
    /// The path, as it is written.
    pub path: Vec<String>,
    /// Whether it is passed on: `pub use`.
    pub public: bool,
}

/// All modules of a crate but those of its tests.
#[derive(Debug, Default)]
pub struct Tree {
    /// The root is the first.
    pub modules: Vec<Module>,
    base: PathBuf,
}

/// Keywords in front of the name of what they define.
const DEFINE: [&str; 9] =
    ["fn", "struct", "enum", "union", "trait", "type", "const", "static", "macro_rules"];
/// Items that end with a semicolon, whatever braces are in them.
const END_WITH_SEMICOLON: [&str; 5] = ["use", "const", "static", "type", "let"];

impl Tree {
    /// Reads a crate from its root file.
    pub fn read(root: &Path) -> Self {
        let base = root.parent().unwrap().to_owned();
        let mut tree = Self { modules: vec![Module::default()], base: base.clone() };
        tree.file(0, root, &base);
        tree
    }

    /// Reads the file of a module, whose modules lie in `folder`.
    fn file(&mut self, module: usize, file: &Path, folder: &Path) {
        let text = std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let tokens: TokenStream = text.parse().unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        file.strip_prefix(&self.base).unwrap().clone_into(&mut self.modules[module].file);
        self.scan(module, tokens, Some(folder));
    }

    /// Reads tokens: those of a module, whose modules lie in `folder`, or of some code in it.
    fn scan(&mut self, module: usize, tokens: TokenStream, folder: Option<&Path>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = match &tokens[at] {
                TokenTree::Punct(hash) if hash.as_char() == '#' => match tokens.get(at + 1) {
                    Some(TokenTree::Group(attribute)) if is_test(attribute.stream()) => {
                        item_end(&tokens, at + 2)
                    }
                    _ => at + 1,
                },
                TokenTree::Group(group) => {
                    self.scan(module, group.stream(), None);
                    at + 1
                }
                TokenTree::Ident(name) => match name.to_string().as_str() {
                    "use" if !is_punct(tokens.get(at + 1), '<') => self.import(module, &tokens, at),
                    "mod" => self.child(module, &tokens, at, folder),
                    keyword => {
                        if folder.is_some() && DEFINE.contains(&keyword) {
                            self.modules[module].items.extend(defined(&tokens, at));
                        }
                        self.path(module, &tokens, at)
                    }
                },
                _ => at + 1,
            };
        }
    }

    /// Reads a `use`; says where it ends.
    fn import(&mut self, module: usize, tokens: &[TokenTree], at: usize) -> usize {
        let end = item_end(tokens, at);
        let public = at.checked_sub(1).is_some_and(|before| match &tokens[before] {
            TokenTree::Ident(word) => word == "pub",
            TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
            _ => false,
        });
        for (name, path) in use_tree(&tokens[at + 1..end], &[]) {
            self.modules[module].imports.push(Import { name, path, public });
        }
        end
    }

    /// Reads a `mod`, and its file; says where it ends.
    fn child(&mut self, module: usize, tokens: &[TokenTree], at: usize, folder: Option<&Path>) -> usize {
        let (Some(TokenTree::Ident(name)), Some(folder)) = (tokens.get(at + 1), folder) else {
            return at + 1;
        };
        let name = plain(&name.to_string());
        let child = self.modules.len();
        let file = self.modules[module].file.clone();
        self.modules.push(Module { file, parent: Some(module), ..Module::default() });
        self.modules[module].children.insert(name.clone(), child);
        let inner = folder.join(&name);
        match tokens.get(at + 2) {
            Some(TokenTree::Group(body)) => self.scan(child, body.stream(), Some(&inner)),
            _ => {
                let flat = folder.join(format!("{name}.rs"));
                let file = if flat.is_file() { flat } else { inner.join("mod.rs") };
                self.file(child, &file, &inner);
            }
        }
        at + 3
    }

    /// Reads a path or a name that stands alone; says where it ends.
    fn path(&mut self, module: usize, tokens: &[TokenTree], at: usize) -> usize {
        let (path, end) = path_at(tokens, at);
        // `<T as Trait>::name`, `::std::name`, `value.name`: nothing of this crate's modules.
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        if !is_punct(before, ':') || !is_punct(at.checked_sub(2).and_then(|b| tokens.get(b)), ':') {
            match path.as_slice() {
                [word] => drop(self.modules[module].words.insert(word.clone())),
                _ => self.modules[module].paths.push(path),
            }
        }
        end
    }
}

/// The names of a path that begins at a token, and where it ends.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        path.push(plain(&name.to_string()));
        let joined = |t: &TokenTree| matches!(t, TokenTree::Punct(p) if p.spacing() == Spacing::Joint);
        let first = tokens.get(at + 1);
        if !first.is_some_and(joined) || !is_punct(first, ':') || !is_punct(tokens.get(at + 2), ':') {
            return (path, at + 1);
        }
        at += 3;
    }
    (path, at)
}

/// The names and paths of a `use`, without its keyword.
fn use_tree(tokens: &[TokenTree], front: &[String]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for branch in tokens.split(|t| matches!(t, TokenTree::Punct(p) if matches!(p.as_char(), ',' | ';'))) {
        // `use ::name`: another crate.
        if branch.is_empty() || is_punct(branch.first(), ':') {
            continue;
        }
        let (names, end) = path_at(branch, 0);
        let mut path: Vec<String> = front.iter().cloned().chain(names).collect();
        match branch.get(end) {
            Some(TokenTree::Group(inner)) => {
                let inner: Vec<TokenTree> = inner.stream().into_iter().collect();
                found.extend(use_tree(&inner, &path));
                continue;
            }
            Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
                found.push(("*".to_owned(), path));
                continue;
            }
            _ => {}
        }
        if path.len() > 1 && path.last().is_some_and(|p| p == "self") {
            path.pop();
        }
        let name = match (branch.get(end), branch.get(end + 1)) {
            (Some(TokenTree::Ident(word)), Some(TokenTree::Ident(name))) if word == "as" => {
                plain(&name.to_string())
            }
            _ => path.last().cloned().unwrap_or_default(),
        };
        found.push((name, path));
    }
    found
}

/// The name that a keyword defines.
fn defined(tokens: &[TokenTree], at: usize) -> Option<String> {
    let mut next = at + 1;
    while is_punct(tokens.get(next), '!')
        || matches!(tokens.get(next), Some(TokenTree::Ident(i)) if i == "mut")
    {
        next += 1;
    }
    match tokens.get(next) {
        Some(TokenTree::Ident(name))
            if !matches!(name.to_string().as_str(), "fn" | "unsafe" | "extern" | "async") =>
        {
            Some(plain(&name.to_string()))
        }
        _ => None,
    }
}

/// The end of the item that begins at a token.
fn item_end(tokens: &[TokenTree], mut at: usize) -> usize {
    while matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == '#') {
        at += 2;
    }
    let (mut is_item, mut only_semicolon) = (false, false);
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Ident(word) => {
                let word = word.to_string();
                if END_WITH_SEMICOLON.contains(&word.as_str()) {
                    only_semicolon = !matches!(tokens.get(at), Some(TokenTree::Ident(i)) if i == "fn");
                }
                is_item |=
                    only_semicolon || DEFINE.contains(&word.as_str()) || ["impl", "mod"].contains(&&*word);
            }
            TokenTree::Punct(p) if p.as_char() == ';' => break,
            // A field, a variant or an arm ends with its comma; generics have commas too.
            TokenTree::Punct(p) if p.as_char() == ',' && !is_item => break,
            TokenTree::Group(g) if g.delimiter() == Delimiter::Brace && !only_semicolon => break,
            _ => {}
        }
    }
    at
}

/// Is it `cfg(test)`, alone or among others?
fn is_test(attribute: TokenStream) -> bool {
    let mut tokens = attribute.into_iter();
    matches!(tokens.next(), Some(TokenTree::Ident(name)) if name == "cfg")
        && matches!(tokens.next(), Some(TokenTree::Group(of)) if {
            let of = of.stream().to_string();
            of == "test" || of.starts_with("all") && of.contains("test")
        })
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == character)
}

/// A name without `r#`.
fn plain(name: &str) -> String {
    name.trim_start_matches("r#").to_owned()
}
