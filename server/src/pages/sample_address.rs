//! The address of a sample: the list that it was opened from, the run that is shown, and the review queue that it is of.

use super::list_state::ListState;
use super::show;
use crate::views::review::queue::QueueKind;

/// What the query of a sample's address says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampleAddress {
    pub list: ListState,
    /// The id of the run whose prediction is shown.
    pub run: Option<String>,
    /// The review queue that the sample was opened from, with what chooses its rows: `disagrees`, `class?class=dog`.
    pub queue: Option<String>,
}

impl SampleAddress {
    /// The address of a query; what it doesn't know is ignored.
    pub fn parse(query: &str) -> Self {
        let mut found = Self { list: ListState::parse(query).from(0), ..Self::default() };
        for (key, value) in
            url::form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty())
        {
            match key.as_ref() {
                "run" => found.run = Some(value.into_owned()),
                "queue" if kind_of(&value).is_some() => found.queue = Some(value.into_owned()),
                _ => {}
            }
        }
        found
    }

    /// The query, with `?`; empty for a sample of the whole list.
    pub fn query(&self) -> String {
        let mut query = self.list.query();
        for (key, value) in [("run", &self.run), ("queue", &self.queue)] {
            if let Some(value) = value {
                let sign = if query.is_empty() { '?' } else { '&' };
                query.push_str(&format!("{sign}{key}={}", show::encoded(value)));
            }
        }
        query
    }

    /// The same sample with the prediction of another run.
    pub fn with_run(&self, run: &str) -> Self {
        Self { run: Some(run.to_owned()), ..self.clone() }
    }

    /// The name of the queue.
    pub fn queue_name(&self) -> Option<&'static str> {
        kind_of(self.queue.as_ref()?).map(QueueKind::name)
    }

    /// Where the queue is, below the data set's address.
    pub fn queue_path(&self) -> Option<String> {
        let (name, queue) = (self.queue_name()?, self.queue.as_ref()?);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some((_, chosen)) = queue.split_once('?') {
            query.extend_pairs(url::form_urlencoded::parse(chosen.as_bytes()));
        }
        if let Some(rev) = &self.list.rev {
            query.append_pair("rev", rev);
        }
        let query = query.finish();
        Some(format!("/review/{name}{}{query}", if query.is_empty() { "" } else { "?" }))
    }
}

fn kind_of(queue: &str) -> Option<QueueKind> {
    QueueKind::of_name(queue.split('?').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_list_run_and_queue() {
        let query = "?where=n%20%3E%202&run=20260412-093015-1f0c22ab&queue=class%3Fclass%3Da%26b";
        let address = SampleAddress::parse(&query[1..]);
        assert_eq!((address.query().as_str(), address.queue_name()), (query, Some("class")));
        assert_eq!(address.with_run("x").query(), "?where=n%20%3E%202&run=x&queue=class%3Fclass%3Da%26b");
        assert_eq!(address.queue_path().as_deref(), Some("/review/class?class=a&b="));
        let pinned = SampleAddress::parse("queue=disagrees%3Frun%3Dlast&rev=main:4");
        assert_eq!(pinned.queue_path().as_deref(), Some("/review/disagrees?run=last&rev=main%3A4"));
        // What is no queue leads nowhere.
        for other in ["queue=//example.org", "queue=..%2Fx", "queue=", "run=", "x=1"] {
            assert_eq!(
                (SampleAddress::parse(other).query(), SampleAddress::parse(other).queue_path()),
                (String::new(), None)
            );
        }
    }
}
