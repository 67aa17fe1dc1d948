//! What a mock plays: one answer with a name, and what Atelier makes of it.

use crate::providers::Class;

/// One answer that can be asked for by its name.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Its name, in model ids (`model@name`), paths (`/scene/name/…`), the header `X-Mock-Scene` and scripts.
    pub name: &'static str,
    /// What is answered.
    pub play: Play,
    /// The class of the error that Atelier sees; `None` if it sees a picture.
    pub class: Option<Class>,
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Play {
    /// A picture, in some disguise.
    Picture(Disguise),
    /// A status and a body of the vendor.
    Body {
        /// The status.
        status: u16,
        /// A header.
        header: Option<(&'static str, &'static str)>,
        /// The body.
        body: String,
    },
    /// A page of some proxy in between.
    Html,
    /// The beginning of a picture's answer; then the connection ends.
    Cut,
    /// More than anybody should read.
    Huge,
}

/// How a picture is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disguise {
    /// As the vendor does.
    Plain,
    /// After a while.
    Slow,
    /// With a media type that is not the picture's.
    WrongType,
    /// In base64 with line breaks.
    Lines,
    /// Bytes that are no picture.
    NoPicture,
    /// As an address to fetch it from.
    Link,
    /// As an address that has expired.
    Expired,
    /// As an address that leads into a private network.
    Private,
    /// As an address that leads from one to another without end.
    Loop,
    /// Behind an interim picture that does not count.
    Thought,
}

impl Scene {
    /// A body of the vendor that makes Atelier see an error.
    pub(super) fn body(
        name: &'static str,
        status: u16,
        body: impl Into<String>,
        class: Class,
    ) -> Self {
        let body = body.into();
        Self {
            name,
            play: Play::Body {
                status,
                header: None,
                body,
            },
            class: Some(class),
        }
    }

    /// The same with a header.
    pub(super) fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        if let Play::Body { header, .. } = &mut self.play {
            *header = Some((name, value));
        }
        self
    }

    const fn picture(name: &'static str, how: Disguise, class: Option<Class>) -> Self {
        Self {
            name,
            play: Play::Picture(how),
            class,
        }
    }

    /// What every vendor's server can do, or what stands in front of it.
    pub(super) fn of_every_vendor() -> Vec<Self> {
        vec![
            Self::picture("image", Disguise::Plain, None),
            Self::picture("slow", Disguise::Slow, None),
            Self::picture("wrong-mime", Disguise::WrongType, None),
            Self::picture("not-a-picture", Disguise::NoPicture, Some(Class::NoImage)),
            Self::body("empty-200", 200, "", Class::NoImage),
            Self {
                name: "html-502",
                play: Play::Html,
                class: Some(Class::Overloaded),
            },
            Self {
                name: "cut",
                play: Play::Cut,
                class: Some(Class::Timeout),
            },
            Self {
                name: "huge",
                play: Play::Huge,
                class: Some(Class::NoImage),
            },
        ]
    }

    /// Base64 with line breaks, for vendors that answer base64.
    pub(super) fn of_base64() -> Self {
        Self::picture("lines", Disguise::Lines, None)
    }

    /// An interim picture before the real one.
    pub(super) fn of_thoughts() -> Self {
        Self::picture("thought", Disguise::Thought, None)
    }

    /// Answers that name an address, for vendors that may.
    pub(super) fn of_links() -> Vec<Self> {
        vec![
            Self::picture("link", Disguise::Link, None),
            Self::picture("expired-link", Disguise::Expired, Some(Class::NoImage)),
            Self::picture("private-link", Disguise::Private, Some(Class::NoImage)),
            Self::picture("endless-link", Disguise::Loop, Some(Class::NoImage)),
        ]
    }
}

/// A scene from a body that stands in `tests/fixtures`, named like its file.
macro_rules! fixture {
    ($vendor:literal, $name:literal, $status:literal, $class:ident) => {
        $crate::mock::scene::Scene::body(
            $name,
            $status,
            include_str!(concat!(
                "../../tests/fixtures/",
                $vendor,
                "/",
                $name,
                ".json"
            )),
            $crate::providers::Class::$class,
        )
    };
}
pub(super) use fixture;
