//! Which panel is meant: the key of a row of the catalogue.

enumerated! {
    /// The panels.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
    pub enum PanelId {
        /// Generalisation error.
        Loss,
        /// Teacher–student overlaps.
        Overlaps,
        /// Student–student overlaps.
        Norms,
        /// Distance to the prediction.
        Distance,
        /// S and its drift.
        PolarFactor,
        /// M beside its prediction.
        MatrixM,
        /// Q beside its prediction.
        MatrixQ,
        /// Place on the manifold of solutions.
        Manifold,
        /// Gap between loss and plateau.
        Gap,
        /// Growth rate of M.
        Growth,
        /// Histogram of half-times.
        EscapeTimes,
        /// Distances of several starts to one prediction.
        Closest,
        /// Their losses.
        ClosestLoss,
        /// M, its prediction and the difference.
        Difference,
        /// The Hessian's spectrum along the run.
        Eigenvalues,
        /// The spectrum at the cursor.
        Levels,
        /// Directions down, flat, up.
        Counts,
        /// The learning rate against its limit.
        Stability,
        /// α½ against η.
        HalfTimes,
        /// η½, of least half-time, against p.
        BestRates,
        /// α½ over η and p.
        Map,
    }
}
