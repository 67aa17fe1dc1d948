//! What models are told: the texts of `assets/prompts`, filled in for one ask.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::settings::shape_distance;
use crate::i18n::Lang;
use crate::kinds::{Ask, Backdrop, Choice};

/// Part of the key of every result, so that a change of the prompts makes new pictures.
pub(super) const VERSION: u32 = 1;

/// Shapes that every model knows by name.
pub(super) const SHAPES: [(u32, u32); 10] = [
    (1, 1),
    (2, 3),
    (3, 2),
    (3, 4),
    (4, 3),
    (4, 5),
    (5, 4),
    (9, 16),
    (16, 9),
    (21, 9),
];

/// The named shape that is nearest to a size, such as `3:4`.
pub(super) fn shape_of(size: (u32, u32)) -> String {
    let nearest = SHAPES
        .into_iter()
        .min_by_key(|shape| shape_distance(*shape, size));
    let (width, height) = nearest.unwrap_or((1, 1));
    format!("{width}:{height}")
}

/// The prompts of both languages.
pub(super) struct Prompts {
    zh: Texts,
    en: Texts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    sentences: Sentences,
    kinds: BTreeMap<String, KindTexts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentences {
    shape: String,
    white: String,
    transparent: String,
    last: String,
}

#[derive(Deserialize)]
struct KindTexts {
    images: String,
    images_many: Option<String>,
    task: String,
    #[serde(flatten)]
    settings: BTreeMap<String, BTreeMap<String, String>>,
}

impl Prompts {
    /// The texts that are compiled in.
    pub(super) fn new() -> Self {
        let read = |text| toml::from_str(text).expect("the prompts are compiled in");
        Self {
            zh: read(include_str!("../../assets/prompts/zh.toml")),
            en: read(include_str!("../../assets/prompts/en.toml")),
        }
    }

    /// What to tell a model that is sent the first `count` inputs of this ask.
    pub(super) fn write(&self, ask: &Ask, lang: Lang, count: usize) -> String {
        let texts = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        let kind = texts
            .kinds
            .get(ask.kind.id())
            .expect("every kind has its texts");
        let mut sentences = vec![kind.fill(ask, count)];
        match ask.backdrop {
            Some(Backdrop::White) => sentences.push(texts.sentences.white.clone()),
            Some(Backdrop::Transparent) => sentences.push(texts.sentences.transparent.clone()),
            None => {}
        }
        let shape = &texts.sentences.shape;
        sentences.push(shape.replace("{ratio}", &shape_of(ask.size)));
        sentences.push(texts.sentences.last.clone());
        sentences.join(match lang {
            Lang::Zh => "",
            Lang::En => " ",
        })
    }
}

impl KindTexts {
    fn fill(&self, ask: &Ask, count: usize) -> String {
        let many = self.images_many.as_ref().filter(|_| count > 1);
        let images = many.unwrap_or(&self.images);
        let images = images.replace("{count}", &count.to_string());
        let mut text = self.task.replace("{images}", &images);
        let chosen = serde_json::to_value(ask.settings).unwrap_or_default();
        for (setting, texts) in &self.settings {
            let id = chosen[setting].as_str().unwrap_or_default();
            let words = texts.get(id).map_or("", String::as_str);
            text = text.replace(&format!("{{{setting}}}"), words);
        }
        text.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::JobId;
    use crate::kinds::{Kind, Quality, Settings, catalog_kind};

    fn ask(kind: Kind, setting: &str, id: &str) -> Ask {
        let mut fields = serde_json::Map::new();
        if setting != "quality" {
            fields.insert(setting.into(), id.into());
        }
        Ask {
            job: JobId::new(),
            kind,
            settings: Settings::parse(kind, &fields).expect("a choice of the catalog"),
            quality: Quality::Standard,
            size: (768, 1024),
            backdrop: None,
            seed: 0,
            inputs: Vec::new(),
        }
    }

    #[test]
    fn every_choice_has_words_of_its_own_in_both_languages() {
        let prompts = Prompts::new();
        for kind in Kind::ALL {
            for setting in catalog_kind(*kind).settings {
                for lang in [Lang::Zh, Lang::En] {
                    let write = |id| prompts.write(&ask(*kind, setting.id, id), lang, 1);
                    let mut all: Vec<String> = setting
                        .options
                        .iter()
                        .map(|option| write(option.id))
                        .collect();
                    for text in &all {
                        let left = text.contains(['{', '}', '\n']) || text.contains("  ");
                        assert!(!left, "{text}");
                        assert!(text.contains("3:4"), "{text}");
                    }
                    all.sort();
                    all.dedup();
                    let distinct = if setting.id == "quality" {
                        1
                    } else {
                        setting.options.len()
                    };
                    assert_eq!(all.len(), distinct, "{kind:?} {} {lang:?}", setting.id);
                }
            }
        }
    }

    #[test]
    fn chinese_prompts_are_short_enough_to_be_followed() {
        let prompts = Prompts::new();
        for kind in Kind::ALL {
            let mut ask = ask(*kind, "quality", "");
            ask.backdrop = Some(Backdrop::White);
            let length = prompts.write(&ask, Lang::Zh, 8).chars().count();
            assert!(length <= 300, "{kind:?}: {length}");
        }
    }

    #[test]
    fn images_are_named_in_the_order_they_are_sent() {
        let prompts = Prompts::new();
        let tryon = ask(Kind::VirtualTryon, "quality", "");
        let (zh, en) = (
            prompts.write(&tryon, Lang::Zh, 2),
            prompts.write(&tryon, Lang::En, 2),
        );
        assert!(zh.starts_with("图1是人物，图2是服装。"), "{zh}");
        assert!(
            en.starts_with("Image 1 is the person, image 2 is the garment."),
            "{en}"
        );
        let avatar = ask(Kind::DigitalAvatar, "quality", "");
        assert!(
            prompts
                .write(&avatar, Lang::En, 1)
                .starts_with("Image 1 shows")
        );
        assert!(
            prompts
                .write(&avatar, Lang::En, 5)
                .starts_with("Images 1 to 5 show")
        );
        assert!(prompts.write(&avatar, Lang::Zh, 5).starts_with("图1到图5"));
    }

    #[test]
    fn shapes_are_the_nearest_that_have_a_name() {
        for (size, shape) in [
            ((768, 1024), "3:4"),
            ((1080, 1920), "9:16"),
            ((800, 800), "1:1"),
            ((3000, 1000), "21:9"),
        ] {
            assert_eq!(shape_of(size), shape);
        }
    }
}
