//! Means with their standard errors.

/// A mean over replicas or starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Its standard error; `None` for one value.
    pub sem: Option<f64>,
}

impl Mean {
    /// Over values in their order; `None` for no values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let spread: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let sem = (values.len() > 1).then(|| (spread / (count * (count - 1.0))).sqrt());
        (!values.is_empty()).then_some(Self { mean, sem })
    }
}
