//! Which file uses what of which other file.
//!
//! A re-export is followed to the file that defines the thing, and is no use by itself; nor is the import of a module,
//! but every path through it. Inside macros, paths are told by their `::` and by capital letters.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use syn::buffer::{Cursor, TokenBuffer};
use syn::ext::IdentExt as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Meta};

use super::modules::{self, Imported, Modules, Number, Target};

/// For each file, the files that it uses, and the names by which.
pub(super) type Arrows = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Returns the uses of files by files.
pub(super) fn uses(modules: &Modules) -> Arrows {
    gather(modules, false)
}

/// Returns the re-exports of what other files define.
pub(super) fn re_exports(modules: &Modules) -> Arrows {
    gather(modules, true)
}

fn gather(modules: &Modules, re_exports: bool) -> Arrows {
    let mut arrows = Arrows::new();
    for number in modules.numbers() {
        let mut reader = Reader {
            modules,
            number,
            re_exports,
            scopes: Vec::new(),
            arrows: &mut arrows,
        };
        for item in &modules.get(number).items {
            reader.visit_item(item);
        }
    }
    arrows
}

/// Reads one module.
struct Reader<'a> {
    modules: &'a Modules,
    number: Number,
    /// Whether re-exports are looked for, and not uses.
    re_exports: bool,
    scopes: Vec<Scope>,
    arrows: &'a mut Arrows,
}

/// What a function or a block names for itself.
#[derive(Default)]
struct Scope {
    imports: HashMap<String, Vec<String>>,
    items: HashSet<String>,
    variables: HashSet<String>,
}

impl Reader<'_> {
    /// Draws the arrows of a path as it is written here.
    fn path(&mut self, path: &[String]) {
        if self.re_exports {
            return;
        }
        let mut whole = path.to_owned();
        let first = path.first().map_or("", String::as_str);
        for scope in self.scopes.iter().rev() {
            let is_variable = path.len() == 1 && scope.variables.contains(first);
            if is_variable || scope.items.contains(first) {
                return;
            }
            if let Some(import) = scope.imports.get(first) {
                whole = [import, &path[1..]].concat();
                break;
            }
        }
        self.arrows_to(&whole);
    }

    fn arrows_to(&mut self, path: &[String]) {
        for target in self.modules.resolve(self.number, path) {
            if let Target::ItemOf(module) = target {
                self.arrow(module, path);
            }
        }
    }

    fn arrow(&mut self, to: Number, path: &[String]) {
        let from = self.modules.get(self.number).file;
        let to = self.modules.get(to).file;
        if from != to {
            let name = |number| self.modules.get(number).name.clone();
            let arrows = self.arrows.entry(name(from)).or_default();
            let names = arrows.entry(name(to)).or_default();
            names.extend(telling(path).cloned());
        }
    }

    /// Reads tokens that only a macro understands.
    fn tokens(&mut self, mut at: Cursor<'_>) {
        let mut path = Vec::new();
        // Behind a dot is a field or a method.
        let mut is_member = false;
        while !at.eof() {
            if let Some((ident, next)) = at.ident() {
                if !is_member {
                    path.push(ident.unraw().to_string());
                }
                at = next;
                let colons = at.punct().filter(|(punct, _)| punct.as_char() == ':');
                let second = colons.and_then(|(_, next)| next.punct());
                match second.filter(|(punct, _)| punct.as_char() == ':') {
                    Some((_, next)) if next.ident().is_some() && !is_member => {
                        at = next;
                        continue;
                    }
                    _ => {}
                }
                self.told_by_tokens(&path);
                path.clear();
                is_member = false;
            } else if let Some((inside, _, _, next)) = at.any_group() {
                self.tokens(inside);
                is_member = false;
                at = next;
            } else {
                is_member = at.punct().is_some_and(|(punct, _)| punct.as_char() == '.');
                match at.token_tree() {
                    Some((_, next)) => at = next,
                    None => break,
                }
            }
        }
    }

    fn told_by_tokens(&mut self, path: &[String]) {
        let is_capital = |name: &String| name.starts_with(char::is_uppercase);
        if path.len() > 1 || path.first().is_some_and(is_capital) {
            self.path(path);
        }
    }

    /// Reads a piece of syntax with the names of its own.
    fn within(&mut self, scope: Scope, read: impl FnOnce(&mut Self)) {
        self.scopes.push(scope);
        read(self);
        self.scopes.pop();
    }
}

/// Collects the variables of a function.
#[derive(Default)]
struct Variables(HashSet<String>);

impl<'ast> Visit<'ast> for Variables {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        let name = pattern.ident.unraw().to_string();
        // A capital letter is a constant's or a variant's.
        if !name.starts_with(char::is_uppercase) {
            self.0.insert(name);
        }
        visit::visit_pat_ident(self, pattern);
    }
}

fn variables(find: impl FnOnce(&mut Variables)) -> Scope {
    let mut found = Variables::default();
    find(&mut found);
    Scope {
        variables: found.0,
        ..Scope::default()
    }
}

/// Returns the part of a path that says most: its type, or else its end.
fn telling(path: &[String]) -> Option<&String> {
    let is_type = |part: &&String| part.starts_with(char::is_uppercase);
    path.iter().find(is_type).or(path.last())
}

/// Returns the path without what stands between its angle brackets.
fn plain(path: &syn::Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments
        .map(|part| part.ident.unraw().to_string())
        .collect()
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !modules::is_for_tests(modules::attributes_of(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes: &[Attribute] = match item {
            syn::ImplItem::Const(item) => &item.attrs,
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            syn::ImplItem::Macro(item) => &item.attrs,
            _ => &[],
        };
        if !modules::is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !modules::is_for_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        if !modules::is_for_tests(&variant.attrs) {
            visit::visit_variant(self, variant);
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !modules::is_for_tests(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if !modules::is_for_tests(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_item_use(&mut self, import: &'ast syn::ItemUse) {
        if modules::is_re_export(import) != self.re_exports {
            return;
        }
        for Imported { path, name } in modules::imports(import) {
            self.arrows_to(&path);
            // Whose methods come with a glob import is not to be seen.
            for target in self.modules.resolve(self.number, &path) {
                if let (Target::Module(module), None) = (target, &name) {
                    self.arrow(module, &[&*path, &["*".to_owned()]].concat());
                }
            }
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let mut scope = Scope::default();
        for statement in &block.stmts {
            match statement {
                syn::Stmt::Item(syn::Item::Use(import)) => {
                    for Imported { path, name } in modules::imports(import) {
                        scope.imports.extend(name.map(|name| (name, path)));
                    }
                }
                syn::Stmt::Item(item) => scope.items.extend(modules::name_of(item)),
                _ => {}
            }
        }
        self.within(scope, |reader| visit::visit_block(reader, block));
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let scope = variables(|found| found.visit_item_fn(function));
        self.within(scope, |reader| visit::visit_item_fn(reader, function));
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        let scope = variables(|found| found.visit_impl_item_fn(function));
        self.within(scope, |reader| visit::visit_impl_item_fn(reader, function));
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        let scope = variables(|found| found.visit_trait_item_fn(function));
        self.within(scope, |reader| visit::visit_trait_item_fn(reader, function));
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        let scope = variables(|found| found.visit_expr_closure(closure));
        self.within(scope, |reader| visit::visit_expr_closure(reader, closure));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.path(&plain(path));
        }
        visit::visit_path(self, path);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        let name = pattern.ident.unraw().to_string();
        if name.starts_with(char::is_uppercase) {
            self.path(&[name]);
        }
        visit::visit_pat_ident(self, pattern);
    }

    /// Who may see a thing does not use it.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        let path = plain(&invocation.path);
        let defining = match &*path {
            [name] => self.modules.defining_macro(self.number, name),
            _ => None,
        };
        match defining {
            Some(module) if !self.re_exports => self.arrow(module, &path),
            _ => self.visit_path(&invocation.path),
        }
        let tokens = TokenBuffer::new2(invocation.tokens.clone());
        self.tokens(tokens.begin());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            Meta::List(list) if !list.path.is_ident("cfg") => {
                let tokens = TokenBuffer::new2(list.tokens.clone());
                self.tokens(tokens.begin());
                self.functions_of_serde(list);
            }
            _ => {}
        }
    }
}

impl Reader<'_> {
    /// Serde takes the names of functions and modules as texts.
    fn functions_of_serde(&mut self, list: &syn::MetaList) {
        const KEYS: [&str; 5] = [
            "with",
            "serialize_with",
            "deserialize_with",
            "default",
            "skip_serializing_if",
        ];
        if !list.path.is_ident("serde") {
            return;
        }
        let separated = syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated;
        for meta in list.parse_args_with(separated).into_iter().flatten() {
            let Meta::NameValue(pair) = meta else {
                continue;
            };
            let is_name = KEYS.iter().any(|key| pair.path.is_ident(key));
            let text = modules::text_of(&pair.value).filter(|_| is_name);
            let path = text.and_then(|text| syn::parse_str::<syn::Path>(&text).ok());
            let Some(path) = path.map(|path| plain(&path)) else {
                continue;
            };
            self.path(&path);
            // A module stands for the functions in it.
            for target in self.modules.resolve(self.number, &path) {
                if let (Target::Module(module), false) = (target, self.re_exports) {
                    self.arrow(module, &path);
                }
            }
        }
    }
}
