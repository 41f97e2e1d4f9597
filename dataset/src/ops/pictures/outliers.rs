//! Pictures that stand out: blank, grey among colour, tiny, very long, or not to be decoded.

use super::fingerprint::{Fingerprint, Look};

/// Grey pictures are odd where at most one in so many is grey.
const GREY_IN: usize = 20;
/// A picture is tiny whose shorter side is less than the median's by this factor.
const TINY: u32 = 8;
/// A picture is extreme whose sides differ by this factor.
const EXTREME: u32 = 4;

/// Why a picture stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutlierKind {
    /// It can't be decoded.
    Damaged,
    /// It has one colour.
    Blank,
    /// It is grey, and almost all others have colours.
    Grey,
    /// It is far smaller than the others.
    Tiny,
    /// It is far wider than high, or the other way round, and the others are not.
    Extreme,
}

/// A picture that stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outlier {
    /// The row's position.
    pub row: u32,
    /// What is odd about the picture.
    pub kind: OutlierKind,
}

/// The pictures that stand out, each once for each reason, in the order of the rows.
pub fn outliers(fingerprints: &[Fingerprint]) -> Vec<Outlier> {
    let looks: Vec<&Look> = fingerprints.iter().filter_map(|print| print.look.as_ref()).collect();
    let grey = looks.iter().filter(|look| look.is_grey).count();
    let is_grey_odd = grey * GREY_IN <= looks.len();
    let mut sides: Vec<u32> = looks.iter().map(|look| shorter(look)).collect();
    let median = match sides.len() {
        0 => 0,
        count => *sides.select_nth_unstable(count / 2).1,
    };
    let long = looks.iter().filter(|look| is_extreme(look)).count();
    let is_extreme_odd = long * GREY_IN <= looks.len();
    let mut found = Vec::new();
    for (row, print) in fingerprints.iter().enumerate().filter(|(_, print)| print.content.is_some()) {
        let mut add = |is: bool, kind| {
            if is {
                found.push(Outlier { row: row as u32, kind });
            }
        };
        let Some(look) = &print.look else {
            add(true, OutlierKind::Damaged);
            continue;
        };
        add(look.hash.is_none(), OutlierKind::Blank);
        add(look.hash.is_some() && look.is_grey && is_grey_odd, OutlierKind::Grey);
        add(shorter(look).saturating_mul(TINY) <= median, OutlierKind::Tiny);
        add(is_extreme(look) && is_extreme_odd, OutlierKind::Extreme);
    }
    found
}

fn shorter(look: &Look) -> u32 {
    look.size.0.min(look.size.1)
}

fn is_extreme(look: &Look) -> bool {
    shorter(look).saturating_mul(EXTREME) <= look.size.0.max(look.size.1)
}

#[cfg(test)]
mod tests {
    use hub_media::TINY_NUMBERS;

    use super::*;

    fn print(hash: Option<u64>, is_grey: bool, size: (u32, u32)) -> Fingerprint {
        Fingerprint {
            content: Some([1; 16]),
            look: Some(Look { hash, mean: [0; 3], is_grey, size, tiny: [0; TINY_NUMBERS] }),
        }
    }

    #[test]
    fn what_stands_out_is_named() {
        let mut prints = vec![print(Some(1), false, (400, 300)); 60];
        prints[3] = print(None, false, (400, 300));
        prints[7] = print(Some(1), true, (400, 300));
        prints[9] = print(Some(1), false, (30, 37));
        prints[11] = print(Some(1), false, (1300, 300));
        prints[13].look = None;
        prints[15] = Fingerprint::default();
        let found: Vec<(u32, OutlierKind)> = outliers(&prints).iter().map(|o| (o.row, o.kind)).collect();
        use OutlierKind::{Blank, Damaged, Extreme, Grey, Tiny};
        assert_eq!(found, [(3, Blank), (7, Grey), (9, Tiny), (11, Extreme), (13, Damaged)]);
        // Grey pictures among grey ones are no outliers.
        assert!(outliers(&vec![print(Some(1), true, (28, 28)); 50]).is_empty());
        assert!(outliers(&[]).is_empty());
    }
}
