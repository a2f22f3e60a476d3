//! Many seeds, some side by side.

use std::{env, fs, path::PathBuf, process, sync::Arc};

use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    database,
    plan::Plan,
    run::{self, Report},
};

/// Seeds that run side by side unless somebody says otherwise: they wait more
/// than they work.
pub(crate) const AT_ONCE: usize = 4;

/// A folder for the databases of many seeds, with the one that all begin as.
#[derive(Debug, Clone)]
pub(crate) struct Workshop {
    folder: PathBuf,
}

impl Workshop {
    /// Makes it; `name` tells it from others of this process.
    pub(crate) async fn new(name: &str) -> Self {
        let name = format!("slotkeeper-faults-{name}-{}", process::id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(folder.join("template")).unwrap();
        database::make_template(&folder.join("template")).await;
        Self { folder }
    }

    /// Runs these plans, `at_once` of them side by side, and tells each report
    /// to `told` as it comes.
    pub(crate) async fn run(
        &self,
        plans: Vec<Plan>,
        at_once: usize,
        defect: Option<&'static str>,
        mut told: impl FnMut(&Report),
    ) -> Vec<Report> {
        let turns = Arc::new(Semaphore::new(at_once));
        let mut runs = JoinSet::new();
        for plan in plans {
            let (turns, folder) = (Arc::clone(&turns), self.folder.clone());
            runs.spawn(async move {
                let _turn = turns.acquire().await.unwrap();
                let own = folder.join(format!("seed-{}", plan.seed));
                fs::create_dir_all(&own).unwrap();
                let again = plan.clone();
                let run =
                    async move { run::run(plan, &folder.join("template"), own, defect).await };
                let ended = tokio::spawn(run).await;
                ended.unwrap_or_else(|error| Report::broken_off(again, &error))
            });
        }
        let mut reports = Vec::new();
        while let Some(report) = runs.join_next().await {
            let report = report.unwrap();
            told(&report);
            reports.push(report);
        }
        reports.sort_by_key(|report| report.plan.seed);
        reports
    }

    /// Removes it, unless what went wrong is still to be looked at.
    pub(crate) fn close(self, keep: bool) -> Option<PathBuf> {
        if keep {
            return Some(self.folder);
        }
        fs::remove_dir_all(&self.folder).unwrap();
        None
    }
}
