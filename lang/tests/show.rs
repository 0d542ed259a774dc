#[test]
fn show() {
    let Ok(file) = std::env::var("SHOW") else { return };
    for source in std::fs::read_to_string(file).unwrap().split("\n====\n") {
        let parsed = rlm_lang_syntax::parse(source);
        println!("--- {source}");
        println!("{}", rlm_lang_syntax::render::plain_all(source, &parsed.errors));
        println!("{}", rlm_lang_syntax::render::plain_all(source, &parsed.notes));
    }
}
