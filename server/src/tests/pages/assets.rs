//! The files of the pages, and what they may weigh and look like.

use std::collections::HashMap;
use std::io::Write as _;

use super::super::{Hub, Who};
use crate::pages::assets::{self, SCRIPTS, STYLE};

fn gzipped(bytes: &[u8]) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

#[tokio::test]
async fn files_are_kept_for_good_and_found_by_their_hash() {
    let hub = Hub::new().await;
    for name in
        ["style.css", "icons.svg", "mark.svg", "inter.woff2", "jetbrains-mono.woff2", "page.js", "kit.js"]
    {
        let answer = hub.get(Who::Stranger, assets::url(name)).await;
        assert_eq!(answer.status(), 200, "{name}");
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let other = format!("/assets/{}/{name}", "0".repeat(32));
        assert_eq!(hub.get(Who::Stranger, &other).await.status(), 404);
    }
    let style = hub.get(Who::Stranger, assets::url("style.css")).await.text().await.unwrap();
    assert!(
        style.contains(assets::url("inter.woff2")) && !style.contains("{inter"),
        "the fonts' addresses are filled in"
    );
    assert!(!style.contains("/*") && !style.contains("\n "), "comments are left out");
    let rules = |style: &str| style.matches('{').count();
    let written: usize = STYLE.iter().map(|part| rules(part)).sum();
    assert_eq!(
        rules(&style),
        written - 2,
        "all rules are there; only the two names of fonts had braces of their own"
    );
}

#[test]
fn pages_are_light() {
    let size = |name: &str| assets::find(name).unwrap().bytes.len();
    let packed = |name: &str| gzipped(&assets::find(name).unwrap().bytes);
    assert!(packed("style.css") <= 14_000, "style: {}", packed("style.css"));
    assert!(packed("icons.svg") <= 8_000, "icons: {}", packed("icons.svg"));
    assert!(packed("page.js") <= 5_000, "script: {}", packed("page.js"));
    // An island and what it imports; a sample may be a recording or a video.
    for (islands, limit) in [
        (&["grid.js"][..], 45_000),
        (&["sample.js", "audio.js"][..], 55_000),
        (&["sample.js", "video.js"][..], 55_000),
    ] {
        let all = ["page.js", "kit.js", "changes.js"].iter().chain(islands);
        let sum: usize = all.map(|name| packed(name)).sum();
        assert!(sum <= limit, "{islands:?}: {sum}");
    }
    let scripts: usize = SCRIPTS.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(scripts <= 250_000, "all scripts: {scripts}");
    let fonts = size("inter.woff2") + size("jetbrains-mono.woff2");
    assert!(fonts <= 89_000, "fonts: {fonts}");
}

/// Every icon that a template or a page names is in the sprite.
#[test]
fn every_icon_is_in_the_sprite() {
    let sprite = String::from_utf8_lossy(&assets::find("icons.svg").unwrap().bytes).into_owned();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    for entry in std::fs::read_dir(root.join("templates")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for call in text.split("crate::icon(\"").skip(1) {
            let name = call.split('"').next().unwrap();
            assert!(sprite.contains(&format!("<symbol id=\"{name}\"")), "{name}");
            named += 1;
        }
    }
    assert!(named > 20);
}

type Rgb = (f64, f64, f64);

/// The colours of both themes by token: light, dark.
fn tokens() -> HashMap<String, (Rgb, Rgb)> {
    let mut found = HashMap::new();
    for line in STYLE[0].lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": "))
        else {
            continue;
        };
        let value = value.trim_end_matches(';');
        let both = match value.strip_prefix("light-dark(").and_then(|pair| pair.strip_suffix(')')) {
            Some(pair) => pair.split_once(", "),
            None => Some((value, value)),
        };
        if let Some((light, dark)) = both
            && let (Some(light), Some(dark)) = (rgb(light), rgb(dark))
        {
            found.insert(name.to_owned(), (light, dark));
        }
    }
    found
}

fn rgb(text: &str) -> Option<Rgb> {
    let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok().map(|byte| f64::from(byte) / 255.0);
    Some((part(0)?, part(2)?, part(4)?))
}

fn linear(channel: f64) -> f64 {
    if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
}

fn luminance((r, g, b): Rgb) -> f64 {
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_can_be_read_on_every_background() {
    let tokens = tokens();
    let mut low = Vec::new();
    let mut need = |text: &str, on: &str, light: f64, dark: f64| {
        let (text_colour, background) = (tokens[text], tokens[on]);
        for (theme, a, b, least) in
            [("light", text_colour.0, background.0, light), ("dark", text_colour.1, background.1, dark)]
        {
            let found = contrast(a, b);
            if found < least {
                low.push(format!("{text} on {on} in {theme}: {found:.2}, expected {least}"));
            }
        }
    };
    for text in ["ink", "ink-2", "ink-3", "accent", "warn", "bad", "good"] {
        for on in ["bg", "canvas", "raised", "subtle", "hover"] {
            need(text, on, 4.7, 5.2);
        }
    }
    for (text, on) in [
        ("accent", "accent-soft"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("good", "good-soft"),
        ("on-accent", "accent-fill"),
        ("stage-ink", "stage"),
        ("stage-ink-2", "stage"),
    ] {
        need(text, on, 4.5, 4.5);
    }
    for on in ["bg", "canvas"] {
        need("control", on, 3.0, 3.0);
    }
    for class in 1..=8 {
        need("on-class", &format!("c{class}"), 4.7, 4.7);
    }
    assert!(low.is_empty(), "{}", low.join("\n"));
}

/// CIE L*a*b* of a colour as somebody with this kind of sight sees it.
fn seen(colour: Rgb, sight: &[[f64; 3]; 3]) -> [f64; 3] {
    let c = [linear(colour.0), linear(colour.1), linear(colour.2)];
    let see = |row: &[f64; 3]| (row[0] * c[0] + row[1] * c[1] + row[2] * c[2]).clamp(0.0, 1.0);
    let [r, g, b] = [see(&sight[0]), see(&sight[1]), see(&sight[2])];
    let x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047;
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883;
    let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    [116.0 * f(y) - 16.0, 500.0 * (f(x) - f(y)), 200.0 * (f(y) - f(z))]
}

#[test]
fn classes_are_told_apart_by_every_sight() {
    let tokens = tokens();
    // Machado, Oliveira and Fernandes (2009), severity 1.
    let sights = [
        ("usual", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protan",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deutan",
            [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
        ),
        (
            "tritan",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];
    let mut close = Vec::new();
    for (name, sight) in sights {
        for a in 1..=8 {
            for b in a + 1..=8 {
                let (p, q) =
                    (seen(tokens[&format!("c{a}")].0, &sight), seen(tokens[&format!("c{b}")].0, &sight));
                let distance = p.iter().zip(q).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt();
                if distance < 17.0 {
                    close.push(format!("c{a} and c{b} for {name} sight: {distance:.1}"));
                }
            }
        }
    }
    assert!(close.is_empty(), "{}", close.join("\n"));
}
