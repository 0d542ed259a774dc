use super::*;

type Vars<'v> = &'v [(&'v str, &'v str)];

fn look(vars: Vars<'_>) -> impl Fn(&str) -> Option<String> {
    move |name| vars.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
}

fn wanted(model: &str, base: &str) -> Wanted {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Wanted { model: some(model), base_url: some(base), ..Wanted::default() }
}

fn root(model: &str, base: &str, vars: Vars<'_>) -> Result<ModelConfig, ModelError> {
    ModelConfig::root(&wanted(model, base), &look(vars))
}

const OPENAI: (&str, &str) = ("OPENAI_API_KEY", "sk-o");
const ANTHROPIC: (&str, &str) = ("ANTHROPIC_API_KEY", "sk-a");
const GEMINI: (&str, &str) = ("GEMINI_API_KEY", "sk-g");
const LOCAL: &str = "http://localhost:8080";

#[test]
fn the_format_follows_host_name_and_keys() {
    let proxy = ("OPENAI_BASE_URL", LOCAL);
    for (model, base, vars, api, at) in [
        ("gpt-5", "", &[OPENAI][..], Api::OpenAi, openai::HOME),
        ("claude-x", "", &[OPENAI, ANTHROPIC], Api::Anthropic, anthropic::HOME),
        ("claude-x", "", &[OPENAI], Api::OpenAi, openai::HOME),
        ("claude-x", "", &[proxy], Api::OpenAi, "http://localhost:8080/"),
        ("gemini-x", "", &[GEMINI, OPENAI], Api::Gemini, gemini::HOME),
        ("other", "", &[ANTHROPIC], Api::Anthropic, anthropic::HOME),
        ("claude-x", LOCAL, &[ANTHROPIC], Api::OpenAi, "http://localhost:8080/"),
        (
            "x",
            "https://api.anthropic.com/",
            &[ANTHROPIC],
            Api::Anthropic,
            "https://api.anthropic.com/",
        ),
        ("m", "", &[proxy, OPENAI], Api::OpenAi, "http://localhost:8080/"),
        ("script:a.txt", LOCAL, &[], Api::Script, ""),
    ] {
        let config = root(model, base, vars).unwrap();
        assert_eq!((config.api, config.base_url.as_str()), (api, at), "{model} {base} {vars:?}");
        assert_eq!(config.model, model);
    }
    let hidden = root("m", "http://me:pw@localhost:8080/v1?key=k", &[]).unwrap();
    assert_eq!(hidden.shown_url(), "http://localhost:8080/v1");
    let named = Wanted { api: Some(Api::Anthropic), ..wanted("m", LOCAL) };
    assert_eq!(ModelConfig::root(&named, &look(&[])).unwrap().api, Api::Anthropic);
}

#[test]
fn names_and_keys_come_from_the_environment() {
    let config = root("", "", &[("RLM_MODEL", "gpt-5"), OPENAI]).unwrap();
    assert_eq!((config.model.as_str(), config.key), ("gpt-5", Secret::new("sk-o")));
    let explicit = Wanted { key: Secret::new("mine"), ..wanted("gpt-5", "") };
    let config = ModelConfig::root(&explicit, &look(&[OPENAI])).unwrap();
    assert_eq!(config.key, Secret::new("mine"));
    assert_eq!(root("", LOCAL, &[]).unwrap().model, UNNAMED);
    assert_eq!(root("m", LOCAL, &[]).unwrap().key, None);
}

#[test]
fn what_is_missing_is_said() {
    let error = |model, base, vars| root(model, base, vars).unwrap_err().message;
    let ways = error("", "", &[]);
    for way in ["--model NAME", "OPENAI_API_KEY", "--base-url http://localhost:8080", "script:FILE"]
    {
        assert!(ways.contains(way), "{ways}");
    }
    assert!(error("", "", &[("OPENAI_API_KEY", " ")]).starts_with("no model is configured"));
    assert!(
        error("", "", &[GEMINI]).contains("--model NAME or set RLM_MODEL (GEMINI_API_KEY is set)")
    );
    assert!(error("gpt-5", "", &[]).contains("set OPENAI_API_KEY"));
    assert!(error("claude-x", "", &[]).contains("set ANTHROPIC_API_KEY"));
    assert!(error("m", "https://api.openai.com/v1", &[]).contains("set OPENAI_API_KEY"));
    assert!(error("m", "ftp://x", &[]).contains("neither http nor https"));
    assert!(error("m", "", &[("OPENAI_BASE_URL", "::")]).contains("is no URL"));
}

#[test]
fn the_sub_model_takes_from_the_root_what_fits() {
    let vars: Vars<'_> = &[OPENAI, ANTHROPIC];
    let sub =
        |of: &ModelConfig, model, base| ModelConfig::sub(&wanted(model, base), of, &look(vars));
    let home = root("gpt-5", "", vars).unwrap();
    assert_eq!(sub(&home, "", "").unwrap(), home);
    let small = sub(&home, "gpt-5-mini", "").unwrap();
    assert_eq!((small.model.as_str(), &small.base_url), ("gpt-5-mini", &home.base_url));
    assert_eq!(sub(&home, "claude-x", "").unwrap().api, Api::Anthropic);
    assert_eq!(sub(&home, "script:s", "").unwrap().api, Api::Script);
    let gateway = root("gpt-5", LOCAL, vars).unwrap();
    let through = sub(&gateway, "claude-x", "").unwrap();
    assert_eq!((through.api, &through.base_url), (Api::OpenAi, &gateway.base_url));
    let local = sub(&home, "", LOCAL).unwrap();
    assert_eq!(
        (local.model.as_str(), local.base_url.as_str()),
        ("gpt-5", "http://localhost:8080/")
    );
    let script = root("script:s", "", vars).unwrap();
    assert_eq!(sub(&script, "", "").unwrap(), script);
    assert_eq!(sub(&script, "gpt-5", "").unwrap(), home);
    let named = ModelConfig::sub(&wanted("", ""), &home, &look(&[("RLM_SUB_MODEL", "mini")]));
    assert_eq!(named.unwrap().model, "mini");
}

#[test]
fn clients_are_made_without_a_network() {
    for config in [
        root("gpt-5", "", &[OPENAI]).unwrap(),
        root("claude-x", "", &[ANTHROPIC]).unwrap(),
        root("gemini-x", "", &[GEMINI]).unwrap(),
    ] {
        let model = connect(&config, HttpOptions::default()).unwrap();
        assert_eq!((model.name(), model.window()), (config.model.as_str(), None));
    }
    let missing = root("script:no/such", "", &[]).unwrap();
    assert!(connect(&missing, HttpOptions::default()).is_err());
}

#[test]
fn keys_go_into_the_header_of_their_format() {
    let header = |model, vars| {
        let all = headers(&root(model, "", vars).unwrap()).unwrap();
        let pairs = all.iter().map(|(k, v)| format!("{k}={}", v.to_str().unwrap()));
        pairs.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(header("gpt-5", &[OPENAI]), "authorization=Bearer sk-o");
    assert_eq!(header("claude-x", &[ANTHROPIC]), "x-api-key=sk-a anthropic-version=2023-06-01");
    assert_eq!(header("gemini-x", &[GEMINI]), "x-goog-api-key=sk-g");
}
