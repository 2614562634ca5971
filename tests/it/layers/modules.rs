//! The module tree of a crate, from its `mod` declarations, and what a path means in it.
//!
//! `#[cfg(test)]` parts are left out; of what differs by operating system, every variant counts.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, Item, ItemUse, Lit, Meta, UseTree, Visibility};

/// A module of the tree, by its number.
pub(super) type Number = usize;

/// The modules of a crate.
pub(super) struct Modules {
    all: Vec<Module>,
}

pub(super) struct Module {
    /// `store::lock`, or `main` for the root.
    pub(super) name: String,
    /// The module whose file this one is in: itself, unless it is written inside another.
    pub(super) file: Number,
    pub(super) items: Vec<Item>,
    parent: Option<Number>,
    names: HashMap<String, Vec<Meaning>>,
    globs: Vec<Vec<String>>,
}

/// What a name stands for in a module.
#[derive(Clone)]
enum Meaning {
    Module(Number),
    /// Something that this module defines.
    Item,
    /// Something that it imports, by the path as it is written.
    Import(Vec<String>),
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Module(Number),
    /// Something that this module defines.
    ItemOf(Number),
}

/// A name that a `use` declaration brings in.
pub(super) struct Imported {
    /// The path as it is written.
    pub(super) path: Vec<String>,
    /// The name in the importing module; none of a glob import.
    pub(super) name: Option<String>,
}

impl Modules {
    /// Reads a crate that begins with `main.rs`. `read` returns the text of a file, by its path beside that one.
    ///
    /// # Panics
    ///
    /// When a file is missing or is no Rust.
    pub(super) fn read(read: &dyn Fn(&Path) -> Option<String>) -> Self {
        let mut modules = Self { all: Vec::new() };
        let root = modules.add("main".to_owned(), None, None);
        let items = parse(read, Path::new("main.rs"));
        modules.fill(root, items, Path::new(""), read);
        modules
    }

    pub(super) fn get(&self, number: Number) -> &Module {
        &self.all[number]
    }

    pub(super) fn numbers(&self) -> std::ops::Range<Number> {
        0..self.all.len()
    }

    fn add(&mut self, name: String, parent: Option<Number>, file: Option<Number>) -> Number {
        let number = self.all.len();
        self.all.push(Module {
            name,
            file: file.unwrap_or(number),
            items: Vec::new(),
            parent,
            names: HashMap::new(),
            globs: Vec::new(),
        });
        number
    }

    /// Fills a module with its items, and adds its child modules, whose files are in `directory`.
    fn fill(
        &mut self,
        number: Number,
        items: Vec<Item>,
        directory: &Path,
        read: &dyn Fn(&Path) -> Option<String>,
    ) {
        let mut kept = Vec::new();
        for item in items {
            if is_for_tests(attributes_of(&item)) {
                continue;
            }
            match item {
                Item::Mod(module) => {
                    let ident = module.ident.unraw().to_string();
                    let name = match self.all[number].parent {
                        None => ident.clone(),
                        Some(_) => format!("{}::{ident}", self.all[number].name),
                    };
                    let file = module.content.as_ref().map(|_| self.all[number].file);
                    let child = self.add(name, Some(number), file);
                    let inside = directory.join(&ident);
                    let items = match module.content {
                        Some((_, items)) => items,
                        None => parse(read, &file_of(&module.attrs, directory, &ident, read)),
                    };
                    self.define(number, ident, Meaning::Module(child));
                    self.fill(child, items, &inside, read);
                }
                Item::Use(import) => {
                    for Imported { path, name } in imports(&import) {
                        match name {
                            Some(name) => self.define(number, name, Meaning::Import(path)),
                            None => self.all[number].globs.push(path),
                        }
                    }
                    kept.push(Item::Use(import));
                }
                other => {
                    if let Some(name) = name_of(&other) {
                        self.define(number, name, Meaning::Item);
                    }
                    kept.push(other);
                }
            }
        }
        self.all[number].items = kept;
    }

    fn define(&mut self, number: Number, name: String, meaning: Meaning) {
        self.all[number]
            .names
            .entry(name)
            .or_default()
            .push(meaning);
    }

    /// Returns what a path in this module leads to, re-exports followed: nothing where that is outside of the crate,
    /// and more than one thing where a name stands for several.
    pub(super) fn resolve(&self, from: Number, path: &[String]) -> HashSet<Target> {
        self.follow(from, path, &mut Vec::new())
    }

    /// `busy`: the imports that are being followed. None of them is a part of its own path: `use peek::peek` begins at
    /// a module.
    fn follow<'a>(
        &'a self,
        from: Number,
        path: &[String],
        busy: &mut Vec<(Number, &'a [String])>,
    ) -> HashSet<Target> {
        let mut at = from;
        let mut rest = path;
        let mut is_anchored = false;
        while let Some((first, others)) = rest.split_first() {
            at = match first.as_str() {
                "crate" => 0,
                "self" => at,
                "super" => self.all[at].parent.unwrap_or(at),
                _ => break,
            };
            is_anchored = true;
            rest = others;
        }
        let Some((first, others)) = rest.split_first() else {
            return HashSet::from([Target::Module(at)]);
        };
        let found = self.named(at, first, others, busy);
        if found.is_empty() && is_anchored {
            // What a macro has made there.
            return HashSet::from([Target::ItemOf(at)]);
        }
        found
    }

    /// Returns what `name`, and `rest` in it, stand for in a module.
    fn named<'a>(
        &'a self,
        module: Number,
        name: &str,
        rest: &[String],
        busy: &mut Vec<(Number, &'a [String])>,
    ) -> HashSet<Target> {
        let mut found = HashSet::new();
        for meaning in self.all[module].names.get(name).into_iter().flatten() {
            match meaning {
                Meaning::Item => {
                    found.insert(Target::ItemOf(module));
                }
                Meaning::Module(child) => found.extend(self.inside(*child, rest, busy)),
                Meaning::Import(path) if busy.contains(&(module, path)) => {}
                Meaning::Import(path) => {
                    busy.push((module, path));
                    found.extend(self.follow(module, &[path, rest].concat(), busy));
                    busy.pop();
                }
            }
        }
        // A module does not hide a function of its name that a glob import brings.
        if found
            .iter()
            .any(|target| matches!(target, Target::ItemOf(_)))
        {
            return found;
        }
        for glob in &self.all[module].globs {
            if busy.contains(&(module, glob)) {
                continue;
            }
            busy.push((module, glob));
            for target in self.follow(module, glob, busy) {
                if let Target::Module(other) = target {
                    found.extend(self.named(other, name, rest, busy));
                }
            }
            busy.pop();
        }
        found
    }

    /// Returns what a path leads to that goes on inside a module.
    fn inside<'a>(
        &'a self,
        module: Number,
        path: &[String],
        busy: &mut Vec<(Number, &'a [String])>,
    ) -> HashSet<Target> {
        let Some((first, rest)) = path.split_first() else {
            return HashSet::from([Target::Module(module)]);
        };
        let found = self.named(module, first, rest, busy);
        if found.is_empty() {
            return HashSet::from([Target::ItemOf(module)]);
        }
        found
    }

    /// Returns the module that defines a macro which is used by its bare name: this one, or one around it.
    pub(super) fn defining_macro(&self, from: Number, name: &str) -> Option<Number> {
        let is_it = |item: &Item| match item {
            Item::Macro(item) => item.ident.as_ref().is_some_and(|ident| ident == name),
            _ => false,
        };
        let mut at = Some(from);
        while let Some(number) = at {
            if self.all[number].items.iter().any(is_it) {
                return at;
            }
            at = self.all[number].parent;
        }
        None
    }
}

fn parse(read: &dyn Fn(&Path) -> Option<String>, path: &Path) -> Vec<Item> {
    let text = read(path).unwrap_or_else(|| panic!("{} is not there", path.display()));
    let file = syn::parse_file(&text);
    let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    file.items
}

fn file_of(
    attributes: &[Attribute],
    directory: &Path,
    name: &str,
    read: &dyn Fn(&Path) -> Option<String>,
) -> PathBuf {
    let is_path = |attribute: &&Attribute| attribute.path().is_ident("path");
    assert!(
        attributes.iter().find(is_path).is_none(),
        "`#[path]` is not understood here: {name}"
    );
    let file = directory.join(name).with_extension("rs");
    match read(&file) {
        Some(_) => file,
        None => directory.join(name).join("mod.rs"),
    }
}

/// Returns the names that a declaration brings in.
pub(super) fn imports(import: &ItemUse) -> Vec<Imported> {
    let mut found = Vec::new();
    if import.leading_colon.is_none() {
        spread(&import.tree, &[], &mut found);
    }
    found
}

fn spread(tree: &UseTree, before: &[String], found: &mut Vec<Imported>) {
    let with = |ident: &syn::Ident| [before, &[ident.unraw().to_string()]].concat();
    let named = |ident: &syn::Ident| {
        if ident == "self" {
            before.to_owned()
        } else {
            with(ident)
        }
    };
    match tree {
        UseTree::Path(path) => spread(&path.tree, &with(&path.ident), found),
        UseTree::Group(group) => {
            for tree in &group.items {
                spread(tree, before, found);
            }
        }
        UseTree::Glob(_) => found.push(Imported {
            path: before.to_owned(),
            name: None,
        }),
        UseTree::Name(name) => {
            let path = named(&name.ident);
            found.push(Imported {
                name: path.last().cloned(),
                path,
            });
        }
        UseTree::Rename(name) => found.push(Imported {
            path: named(&name.ident),
            name: Some(name.rename.unraw().to_string()),
        }),
    }
}

/// Says whether a declaration hands on what it brings in.
pub(super) fn is_re_export(import: &ItemUse) -> bool {
    !matches!(import.vis, Visibility::Inherited)
}

/// Says whether only tests have this: `#[cfg(test)]`, or `test` among what `all` demands.
pub(super) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<Meta>()
                .is_ok_and(|condition| demands_test(&condition))
    })
}

fn demands_test(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => {
            let separated = syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated;
            list.parse_args_with(separated)
                .is_ok_and(|parts| parts.iter().any(demands_test))
        }
        _ => false,
    }
}

/// Returns the text of a literal.
pub(super) fn text_of(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns what stands before an item.
pub(super) fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Returns the name that an item defines.
pub(super) fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.unraw().to_string())
}
