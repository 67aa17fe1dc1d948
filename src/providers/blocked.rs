//! Refusals of content: which ones end the job. Pictures that were refused as sexual with minors or as severe violence
//! are not shown to a laxer vendor.

use super::Class;

/// Words of vendors for what is never shopped around, in lower case.
const SEVERE: [&str; 9] = [
    "sexual/minors",
    "sexual_minors",
    "minors",
    "underage",
    "csam",
    "child sexual",
    "child abuse",
    "severeviolation",
    "violence/graphic",
];

/// The class of a refused input, by everything that the vendor said of it.
pub(super) fn input(said: &str) -> Class {
    let said = said.to_lowercase();
    if SEVERE.iter().any(|word| said.contains(word)) {
        Class::BlockedSevere
    } else {
        Class::BlockedInput
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severe_categories_are_told_from_others() {
        for said in [
            "safety_violations=[sexual/minors]",
            "SensitiveContentDetected.SevereViolation",
            "blocked: CSAM",
        ] {
            assert_eq!(input(said), Class::BlockedSevere, "{said}");
        }
        for said in ["safety_violations=[sexual]", "a minor issue", ""] {
            assert_eq!(input(said), Class::BlockedInput, "{said}");
        }
    }
}
