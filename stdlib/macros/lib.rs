//! `#[builtin]`: turns a documented function into a builtin of the language.
//!
//! ```ignore
//! /// The lines that match a regex.
//! #[builtin(group = "search", receiver = "t", aliases("rgrep"))]
//! pub fn grep(
//!     host: &mut dyn Host,
//!     /// The regex.
//!     regex: Text,
//!     /// Where to look.
//!     #[default(context)]
//!     t: Text,
//!     /// The most lines to return.
//!     #[aliases("n", "k")]
//!     limit: Option<i64>,
//! ) -> Result<List, Fault> { .. }
//! ```
//!
//! The function stays as it is; beside it stands a static `GREP: Builtin` with the name, docs,
//! parameters and a `call` that converts arguments by `FromValue` and the result by `IntoResult`.
//!
//! Options of the attribute: `group = "…"` (needed), `name = "…"` (else the function's name, a
//! trailing `_` removed), `owners(Text, List)` for a method (the first parameter is the receiver),
//! `receiver = "param"` for a function that also works as `x.f(y)`, `aliases("…")`,
//! `effect = Pure|Reads|Mutates|Prints|Calls|Answers` (else `Pure`), `property`,
//! `returns = Type` (else from the Rust type), `one_by_one` for a list that `next` takes items from,
//! `prompt = "…"` for the line in the system prompt.
//! On a parameter: `#[default(expr)]` (`context` means the run's context, `unset` that a `Value` may
//! be left out and `None` is something else), `#[aliases("…")]`, `#[rest]` (a `Vec<Value>` of all
//! further arguments), `#[keyword]` (by name only), `#[keywords]` (a `Vec<(String, Value)>` of all
//! arguments by other names). An `Option` needs no default. A parameter of type `&mut dyn Host` is
//! the runner, not an argument.
//!
//! The same declaration makes a function of a program that embeds the engine into a builtin: there it is
//! `rlm_lang::extend::builtin`, and its first parameters and results are of the types of that module.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, FnArg, Ident, ItemFn, LitStr, Pat, Token, Type, parse_macro_input};

/// Declares a builtin; see the crate's documentation.
#[proc_macro_attribute]
pub fn builtin(options: TokenStream, item: TokenStream) -> TokenStream {
    let paths = Paths { std: quote!(crate), syntax: quote!(::rlm_lang_syntax) };
    expanded(&paths, options, item)
}

/// As [`macro@builtin`], for crates that know the engine's types by `rlm_lang::extend` only.
#[proc_macro_attribute]
pub fn host_builtin(options: TokenStream, item: TokenStream) -> TokenStream {
    let paths = Paths { std: quote!(::rlm_lang::extend), syntax: quote!(::rlm_lang::extend) };
    expanded(&paths, options, item)
}

fn expanded(paths: &Paths, options: TokenStream, item: TokenStream) -> TokenStream {
    let options = parse_macro_input!(options as Options);
    let function = parse_macro_input!(item as ItemFn);
    expand(paths, &options, function).unwrap_or_else(|e| e.to_compile_error()).into()
}

/// Where the expansion finds the types that it names.
struct Paths {
    /// `builtin`, `convert`, `fault`, `host` and `value`.
    std: Tokens,
    /// `signature`.
    syntax: Tokens,
}

/// The attribute's options.
#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    group: Option<LitStr>,
    prompt: Option<LitStr>,
    receiver: Option<LitStr>,
    returns: Option<Ident>,
    effect: Option<Ident>,
    owners: Vec<Ident>,
    aliases: Vec<LitStr>,
    property: bool,
    one_by_one: bool,
}

impl Parse for Options {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut options = Options::default();
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "property" => options.property = true,
                "one_by_one" => options.one_by_one = true,
                "owners" => options.owners = list(input)?,
                "aliases" => options.aliases = list(input)?,
                other => {
                    input.parse::<Token![=]>()?;
                    match other {
                        "name" => options.name = Some(input.parse()?),
                        "group" => options.group = Some(input.parse()?),
                        "prompt" => options.prompt = Some(input.parse()?),
                        "receiver" => options.receiver = Some(input.parse()?),
                        "effect" => options.effect = Some(input.parse()?),
                        "returns" => options.returns = Some(input.parse()?),
                        _ => return Err(syn::Error::new(key.span(), "unknown option")),
                    }
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(options)
    }
}

/// `(a, b, c)`
fn list<T: Parse>(input: ParseStream) -> syn::Result<Vec<T>> {
    let inner;
    syn::parenthesized!(inner in input);
    Ok(Punctuated::<T, Token![,]>::parse_terminated(&inner)?.into_iter().collect())
}

/// One parameter of the Rust function.
enum Param {
    Host,
    Value(Box<ValueParam>),
}

struct ValueParam {
    name: String,
    ty: Type,
    docs: String,
    aliases: Vec<LitStr>,
    default: Option<Expr>,
    rest: bool,
    keyword: bool,
    keywords: bool,
}

fn expand(paths: &Paths, options: &Options, mut function: ItemFn) -> syn::Result<Tokens> {
    let Paths { std, syntax } = paths;
    let span = function.sig.ident.span();
    let group = options
        .group
        .as_ref()
        .ok_or_else(|| syn::Error::new(span, "`group = \"…\"` is missing"))?;
    let params = function.sig.inputs.iter_mut().map(param).collect::<syn::Result<Vec<_>>>()?;
    let docs = docs_of(&function.attrs);
    if docs.is_empty() {
        return Err(syn::Error::new(span, "a builtin needs a doc comment"));
    }
    let ident = &function.sig.ident;
    let plain = ident.to_string();
    let name = options
        .name
        .as_ref()
        .map_or_else(|| plain.trim_end_matches('_').to_string(), LitStr::value);
    let record = format_ident!("{}", plain.trim_end_matches('_').to_uppercase());
    let values: Vec<&ValueParam> = params
        .iter()
        .filter_map(|p| if let Param::Value(v) = p { Some(&**v) } else { None })
        .collect();
    let receiver = receiver(options, &values, span)?;
    let specs = values.iter().map(|p| spec(paths, p));
    let conversions = conversions(std, &values, &name);
    let arguments = arguments(&params);
    let (owners, aliases, property) = (&options.owners, &options.aliases, options.property);
    let effect = options.effect.clone().unwrap_or_else(|| format_ident!("Pure"));
    let returns = match (&options.returns, &function.sig.output) {
        (Some(ty), _) => quote!(#syntax::signature::Type::#ty),
        (None, syn::ReturnType::Type(_, ty)) => quote!(<#ty as #std::convert::IntoResult>::TYPE),
        (None, syn::ReturnType::Default) => quote!(#syntax::signature::Type::None),
    };
    let prompt = match &options.prompt {
        Some(line) => quote!(Some(#line)),
        None => quote!(None),
    };
    let one_by_one = options.one_by_one.then(|| quote!(.map(#std::value::Value::one_by_one)));
    let about = format!("The builtin `{name}`.");
    Ok(quote! {
        // Parameters are the language's, not a matter of the function's design.
        #[allow(clippy::too_many_arguments)]
        #function

        #[doc = #about]
        pub static #record: #std::builtin::Builtin = #std::builtin::Builtin {
            signature: #syntax::signature::Signature {
                name: #name,
                owners: &[#(#syntax::signature::Type::#owners),*],
                aliases: &[#(#aliases),*],
                group: #group,
                docs: #docs,
                params: &[#(#specs),*],
                receiver: #receiver,
                returns: #returns,
                effect: #syntax::signature::Effect::#effect,
                property: #property,
                prompt: #prompt,
            },
            call: {
                #[allow(unused_variables, unused_mut, clippy::indexing_slicing)]
                fn call(
                    host: &mut dyn #std::host::Host,
                    args: &mut [#std::value::Value],
                ) -> ::std::result::Result<#std::value::Value, #std::fault::Fault> {
                    #conversions
                    #std::convert::IntoResult::into_result(#ident(#(#arguments),*))#one_by_one
                }
                call
            },
            file: file!(),
            line: line!(),
        };
    })
}

/// Reads a parameter and strips the attributes that only the macro understands.
fn param(input: &mut FnArg) -> syn::Result<Param> {
    let FnArg::Typed(input) = input else {
        return Err(syn::Error::new_spanned(input, "a builtin has no self"));
    };
    if matches!(&*input.ty, Type::Reference(_)) {
        return Ok(Param::Host);
    }
    let Pat::Ident(name) = &mut *input.pat else {
        return Err(syn::Error::new_spanned(&input.pat, "expected a name"));
    };
    let mut param = ValueParam {
        name: name.ident.to_string().trim_end_matches('_').to_string(),
        ty: (*input.ty).clone(),
        docs: docs_of(&input.attrs),
        aliases: Vec::new(),
        default: None,
        rest: false,
        keyword: false,
        keywords: false,
    };
    for attribute in &input.attrs {
        let path = attribute.path();
        if path.is_ident("default") {
            param.default = Some(attribute.parse_args()?);
        } else if path.is_ident("aliases") {
            let parser = Punctuated::<LitStr, Token![,]>::parse_terminated;
            param.aliases = attribute.parse_args_with(parser)?.into_iter().collect();
        } else if path.is_ident("rest") {
            param.rest = true;
        } else if path.is_ident("keyword") {
            param.keyword = true;
        } else if path.is_ident("keywords") {
            param.keywords = true;
        }
    }
    if param.docs.is_empty() {
        return Err(syn::Error::new_spanned(&input.pat, "a parameter needs a doc comment"));
    }
    input.attrs.clear();
    Ok(Param::Value(Box::new(param)))
}

/// The doc comment, lines joined.
fn docs_of(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("doc")) {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(text) = &literal.lit
        {
            let text = text.value();
            lines.push(text.strip_prefix(' ').unwrap_or(&text).trim_end().to_string());
        }
    }
    lines.join("\n").trim().to_string()
}

fn receiver(
    options: &Options,
    values: &[&ValueParam],
    span: proc_macro2::Span,
) -> syn::Result<Tokens> {
    let index = match &options.receiver {
        Some(wanted) => Some(
            values
                .iter()
                .position(|p| p.name == wanted.value())
                .ok_or_else(|| syn::Error::new(wanted.span(), "no such parameter"))?,
        ),
        None if options.owners.is_empty() => None,
        None if values.is_empty() => {
            return Err(syn::Error::new(span, "a method needs its receiver as first parameter"));
        }
        None => Some(0),
    };
    Ok(match index {
        Some(index) => quote!(Some(#index)),
        None => quote!(None),
    })
}

/// The `ParamSpec` of a parameter.
fn spec(paths: &Paths, param: &ValueParam) -> Tokens {
    let Paths { std, syntax } = paths;
    let ValueParam { name, ty, docs, aliases, .. } = param;
    let default = match &param.default {
        Some(Expr::Path(path)) if path.path.is_ident("context") => quote!(Some("context")),
        Some(Expr::Path(path)) if path.path.is_ident("unset") => quote!(Some("")),
        Some(expr) => {
            let written = written(expr);
            quote!(Some(#written))
        }
        None if is_option(ty) => quote!(Some("None")),
        None if param.rest || param.keywords => quote!(Some("")),
        None => quote!(None),
    };
    let arity = match param {
        ValueParam { rest: true, .. } => quote!(Rest),
        ValueParam { keywords: true, .. } => quote!(Keywords),
        ValueParam { keyword: true, .. } => quote!(KeywordOnly),
        _ => quote!(One),
    };
    let ty = if param.rest || param.keywords {
        quote!(#syntax::signature::Type::Any)
    } else {
        quote!(<#ty as #std::convert::FromValue>::TYPE)
    };
    quote! {
        #syntax::signature::ParamSpec {
            name: #name,
            aliases: &[#(#aliases),*],
            docs: #docs,
            ty: #ty,
            default: #default,
            arity: #syntax::signature::Arity::#arity,
        }
    }
}

/// A Rust literal as the language writes it.
fn written(expr: &Expr) -> String {
    match quote!(#expr).to_string().as_str() {
        "true" => "True".to_string(),
        "false" => "False".to_string(),
        other => other.replace(' ', ""),
    }
}

fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path)
        if path.path.segments.last().is_some_and(|s| s.ident == "Option"))
}

/// `let a0 = …;` for each value parameter.
fn conversions(std: &Tokens, values: &[&ValueParam], function: &str) -> Tokens {
    let lets = values.iter().enumerate().map(|(index, param)| {
        let variable = format_ident!("a{index}");
        let ValueParam { name, ty, .. } = param;
        if param.rest {
            return quote!(let #variable: #ty = #std::convert::rest(&mut args[#index]););
        }
        if param.keywords {
            return quote!(let #variable: #ty = #std::convert::keywords(&mut args[#index]););
        }
        let default = match &param.default {
            Some(Expr::Path(path)) if path.path.is_ident("context") => {
                quote!(|host: &mut dyn #std::host::Host| {
                    #std::convert::FromValue::from_value(#std::value::Value::Text(host.context()))
                })
            }
            Some(Expr::Path(path)) if path.path.is_ident("unset") => {
                quote!(|_: &mut dyn #std::host::Host| Ok(#std::value::Value::Unset))
            }
            Some(expr) => quote!(|_: &mut dyn #std::host::Host| Ok((#expr).into())),
            None if is_option(ty) => quote!(|_: &mut dyn #std::host::Host| Ok(None)),
            None => quote!(|_: &mut dyn #std::host::Host| {
                Err(#std::convert::missing(#function, #name))
            }),
        };
        quote! {
            let #variable: #ty =
                #std::convert::arg(host, &mut args[#index], #function, #name, #default)?;
        }
    });
    quote!(#(#lets)*)
}

/// What the Rust function is called with.
fn arguments(params: &[Param]) -> Vec<Tokens> {
    let mut index = 0usize;
    params
        .iter()
        .map(|param| match param {
            Param::Host => quote!(host),
            Param::Value(_) => {
                let variable = format_ident!("a{index}");
                index += 1;
                quote!(#variable)
            }
        })
        .collect()
}
