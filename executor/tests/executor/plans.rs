//! How PostgreSQL went about the statements of a node.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::layer::{Context, Layer};

/// What makes PostgreSQL tell whoever asks how it went about it.
pub(crate) const EXPLAINED: [(&str, &str); 7] = [
    ("session_preload_libraries", "auto_explain"),
    ("auto_explain.log_min_duration", "0"),
    ("auto_explain.log_analyze", "on"),
    ("auto_explain.log_buffers", "on"),
    ("auto_explain.log_timing", "off"),
    ("auto_explain.log_format", "json"),
    ("client_min_messages", "log"),
];

/// Tables of what there is now. They are read as their statistics have it, which
/// autovacuum brings up to date at its own times.
const SMALL: [&str; 2] = ["checkpoints", "presence"];

/// The plans that PostgreSQL has told, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plans(Arc<Mutex<Vec<Value>>>);

impl<S: Subscriber> Layer<S> for Plans {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::postgres::notice" {
            event.record(&mut self.clone());
        }
    }
}

impl Visit for Plans {
    fn record_str(&mut self, _: &Field, message: &str) {
        if let Some(plan) = message.find('{') {
            let plan = serde_json::from_str(&message[plan..]).unwrap();
            self.0.lock().unwrap().push(plan);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Plans {
    /// That of the only time that a statement was executed since the last call.
    pub(crate) fn take(&self, statement: &str) -> Plan {
        let plans = std::mem::take(&mut *self.0.lock().unwrap());
        let of =
            |plan: &&Value| plan["Query Text"].as_str().map(str::trim) == Some(statement.trim());
        let mut found = plans.iter().filter(of);
        let plan = found
            .next()
            .unwrap_or_else(|| panic!("no plan of {statement}"));
        assert_eq!(found.next(), None, "executed twice: {statement}");
        Plan::of(&plan["Plan"])
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap().clear();
    }

    /// The statements that were executed since the last call, each with its plan.
    pub(crate) fn all(&self) -> Vec<(String, Plan)> {
        let plans = std::mem::take(&mut *self.0.lock().unwrap());
        let statement = |plan: &Value| plan["Query Text"].as_str().unwrap_or_default().to_owned();
        plans
            .iter()
            .map(|plan| (statement(plan), Plan::of(&plan["Plan"])))
            .collect()
    }
}

/// What a plan came to.
#[derive(Debug)]
pub(crate) struct Plan {
    /// How each node goes about it, from the top; without those of [`SMALL`] tables.
    pub(crate) shape: Vec<String>,
    /// Pages looked at, in memory or not.
    pub(crate) pages: i64,
    /// Ways down an index.
    pub(crate) descents: i64,
    /// By table: how many rows were found in it.
    pub(crate) rows: Vec<(String, i64)>,
}

impl Plan {
    fn of(top: &Value) -> Self {
        let number = |node: &Value, name: &str| node[name].as_i64().unwrap_or(0);
        let pages = ["Shared Hit Blocks", "Shared Read Blocks"].map(|name| number(top, name));
        let mut plan = Self {
            shape: Vec::new(),
            pages: pages.iter().sum(),
            descents: 0,
            rows: Vec::new(),
        };
        let mut nodes = vec![top];
        while let Some(node) = nodes.pop() {
            let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
            let (table, loops) = (text("Relation Name"), number(node, "Actual Loops"));
            if node["Index Name"].is_string() {
                plan.descents += loops;
            }
            if !SMALL.contains(&table.as_str()) {
                let (kind, index) = (text("Node Type"), text("Index Name"));
                plan.shape.push(format!("{kind} {index}"));
            }
            if !table.is_empty() {
                plan.rows.push((table, number(node, "Actual Rows") * loops));
            }
            nodes.extend(node["Plans"].as_array().into_iter().flatten());
        }
        plan
    }

    /// How many rows were found in a table.
    pub(crate) fn rows_of(&self, table: &str) -> i64 {
        let of = self.rows.iter().filter(|(of, _)| of == table);
        of.map(|(_, rows)| rows).sum()
    }
}
