//! What a worker does for one request, in slices, and the ODE as such a job.

use crate::model::Scenario;
use crate::sim::{OdeRecord, OdeRun, Status, Summary};

/// Steps between two looks at the clock.
const SLICE_STEPS: usize = 16;

/// Work that is done in slices and finds records `X`.
pub trait Job<X = OdeRecord>: Send {
    /// Does a slice of a few milliseconds; `cancelled` is to be asked at least as often.
    fn advance(&mut self, cancelled: &(dyn Fn() -> bool + Sync)) -> Status;
    /// What has been found since last asked.
    fn record(&mut self) -> Option<X>;
    /// Why it cannot run, once it has stopped.
    fn failure(&self) -> Option<String> {
        None
    }
    /// What is done and what there is to do: of an ODE, α reached and the α of the end at the latest.
    fn progress(&self) -> (f64, f64);
    /// What is known of it.
    fn summary(&self) -> Summary;
}

/// The ODE as a job.
#[derive(Debug)]
pub struct OdeJob {
    run: OdeRun,
    found: Option<OdeRecord>,
}

impl OdeJob {
    /// A run of the scenario at α = 0.
    pub fn new(scenario: &Scenario) -> Self {
        let run = OdeRun::new(scenario);
        let predictions = Some(Box::new(run.observer().predictions().clone()));
        Self { run, found: Some(OdeRecord { predictions, ..OdeRecord::default() }) }
    }
}

impl Job for OdeJob {
    fn advance(&mut self, cancelled: &(dyn Fn() -> bool + Sync)) -> Status {
        let found = self.found.get_or_insert_default();
        self.run.advance(SLICE_STEPS, &|| cancelled(), &mut |snapshot| {
            found.trajectory.push(snapshot);
        })
    }

    fn record(&mut self) -> Option<OdeRecord> {
        self.found.take()
    }

    fn progress(&self) -> (f64, f64) {
        (self.run.alpha(), self.run.expected_end())
    }

    fn summary(&self) -> Summary {
        self.run.summary()
    }
}
