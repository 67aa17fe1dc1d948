//! Layers, leniency, secrets from files, and errors that name the key.

#![expect(
    clippy::result_large_err,
    reason = "figment's jail wants its own error"
)]

use figment::Jail;

use super::{Config, ConfigError, Sources};
use crate::kinds::Quality;

fn load(file: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let mut loaded = None;
    Jail::expect_with(|jail| {
        jail.create_file("a.toml", file)?;
        for (name, value) in env {
            jail.set_env(name, value);
        }
        let sources = Sources {
            file: Some("a.toml".into()),
            data_dir: None,
        };
        loaded = Some(Config::load(&sources));
        Ok(())
    });
    loaded.expect("the jail ran")
}

fn refused(file: &str, env: &[(&str, &str)]) -> String {
    load(file, env).expect_err("bad settings").to_string()
}

#[test]
fn the_manual_is_a_whole_configuration() {
    let config = load("", &[]).unwrap();
    assert_eq!(config.server.bind, "127.0.0.1:8080");
    assert_eq!(config.prices.fashion_photo, 8);
    assert_eq!(config.outputs.0[0].id, "original");
    config.show().expect("it can be written as TOML");
}

#[test]
fn the_environment_goes_over_the_file() {
    let file = "[server]\nbind = \"0.0.0.0:1\"\n[prices]\nfashion_photo = 9";
    let config = load(
        file,
        &[
            ("ATELIER_SERVER__BIND", "127.0.0.1:2"),
            ("ATELIER_DATA_DIR", "/elsewhere"),
            ("ATELIER_SERVER__CORS_ORIGINS", "[\"https://shop.example\"]"),
            ("ATELIER_STRANGER", "x"),
        ],
    );
    let config = config.unwrap();
    assert_eq!(config.server.bind, "127.0.0.1:2");
    assert_eq!(config.prices.fashion_photo, 9);
    assert_eq!(config.server.cors_origins, ["https://shop.example"]);
    assert_eq!(config.data_dir.to_str(), Some("/elsewhere"));
}

#[test]
fn numbers_are_text_where_text_is_wanted() {
    let config = load("", &[("ATELIER_METRICS__TOKEN", "12345")]).unwrap();
    assert_eq!(config.metrics.token.expose(), "12345");
    assert!(!config.show().unwrap().contains("12345"));
}

#[test]
fn a_secret_can_stand_in_its_own_file() {
    Jail::expect_with(|jail| {
        jail.create_file("token", "s3cret\n")?;
        jail.set_env("ATELIER_METRICS__TOKEN_FILE", "token");
        let config = Config::load(&Sources::default()).unwrap();
        assert_eq!(config.metrics.token.expose(), "s3cret");
        Ok(())
    });
}

#[test]
fn errors_name_the_key_and_the_place() {
    let text = refused("[server]\nbindd = \"x\"", &[]);
    assert!(
        text.contains("server.bindd") && text.contains("a.toml"),
        "{text}"
    );
    let text = refused("", &[("ATELIER_PRICES__FASHION_PHOTO", "cheap")]);
    assert!(
        text.contains("prices.fashion_photo") && text.contains("ATELIER_"),
        "{text}"
    );
    let text = refused("[server]\ntime_zone = \"Mars/Base\"", &[]);
    assert!(text.contains("server.time_zone"), "{text}");
    let text = refused("[metrics]\ntoken_file = \"nowhere\"", &[]);
    assert!(text.contains("metrics.token_file"), "{text}");
    let text = refused("[server\n", &[]);
    assert!(text.contains("a.toml"), "{text}");
}

#[test]
fn one_key_is_enough_to_use_a_provider() {
    let models = |name: &str| -> Vec<String> {
        let key = format!("ATELIER_PROVIDERS__{}__API_KEY", name.to_uppercase());
        let config = load("", &[(&key, "k-123")]).unwrap();
        assert!(!config.show().unwrap().contains("k-123"));
        let settings = config.model_settings();
        let rows = settings.configured().into_iter();
        rows.map(|row| row.name.to_owned()).collect()
    };
    let none = load("", &[]).unwrap().model_settings();
    assert!(
        none.configured().is_empty(),
        "nothing is configured without a key"
    );
    assert_eq!(models("gemini"), ["gemini-2.0"]);
    assert_eq!(models("ark"), ["seedream-4.0", "seedream-lite"]);
    assert_eq!(models("openai"), ["gpt-3.5-turbo-vision", "gpt-4-vision"]);
    assert_eq!(models("dashscope"), ["deepseek-vision"]);
    assert_eq!(models("fashn"), ["fashn-tryon"]);
    for (provider, served) in [("byteplus", "seedream-4.0"), ("openrouter", "gemini-2.0")] {
        let names = models(provider);
        assert!(
            names.iter().any(|name| name == served),
            "{provider}: {names:?}"
        );
    }
}

#[test]
fn a_model_described_anew_keeps_nothing_of_the_default() {
    let file = "[models.\"gemini-2.0\"]\nprovider = \"gemini\"\nmodel = \"gemini-9\"\n\
        [models.seedream-lite]\nconcurrency = 3\n[providers.gemini]\nproxy = \"socks5://u:pw@h:1\"";
    let config = load(file, &[]).unwrap();
    let anew = &config.models["gemini-2.0"];
    assert_eq!(anew.price(Quality::Standard), None, "the old model's price");
    assert!(anew.sizes.at(Quality::High).is_none());
    let changed = &config.models["seedream-lite"];
    assert_eq!(
        (changed.concurrency, changed.price(Quality::High)),
        (3, Some(17_000))
    );
    assert!(
        !config.show().unwrap().contains("pw@h"),
        "a proxy's password is a secret"
    );
    let text = refused("[models.x]\nprovider = \"nobody\"", &[]);
    assert!(text.contains("models.\"x\".provider"), "{text}");
}
