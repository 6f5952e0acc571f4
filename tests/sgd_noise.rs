//! The noise of finite-N SGD on the plateau, against the law of what it is worth as a start.

use saddlescope::model::{Scenario, ScenarioSpec, noise_scale};
use saddlescope::sim::ensemble::EnsembleRun;

/// E‖M‖² over an ensemble on the plateau grows as from a start of squared scale ε² + noise².
#[test]
fn m_grows_on_the_plateau_as_from_a_start_larger_by_the_noise() {
    for (p, p_star, eta, n, noise) in [(3, 3, 0.3, 1000, 0.0), (6, 3, 0.5, 1000, 0.2), (2, 1, 0.1, 2000, 0.0)]
    {
        let text = format!(
            "[model]\np = {p}\np_star = {p_star}\neta = {eta}\nlabel_noise = {noise}\n[start]\nepsilon = 1e-5\n\
             [sgd]\nn = {n}\nreplicas = 256"
        );
        let scenario = Scenario::new(ScenarioSpec::from_toml(&text).unwrap()).unwrap();
        let level = scenario.plateau().unwrap();
        // Past the norms' relaxation, before the loss leaves: M still far below 1.
        let times = [3.0 / level.rate / 2.0, 4.0 / level.rate / 2.0];
        let mut run = EnsembleRun::new(&scenario, &times).unwrap();
        run.advance(u64::MAX, &|| false);
        let law = noise_scale(p, p_star, scenario.learning().constant().unwrap(), n).unwrap();
        for (point, alpha) in run.points().iter().zip(times) {
            let entries = (0..p).flat_map(|i| (0..p_star).map(move |r| (i, r)));
            let square: f64 = entries
                .map(|(i, r)| {
                    let at = point.m(i, r).unwrap();
                    at.mean * at.mean + 255.0 * at.sem * at.sem
                })
                .sum();
            // From zero to α, not to infinity.
            let grown = (2.0 * level.rate * alpha).exp() - 1.0;
            let expected = (p * p_star) as f64 * law * law * grown;
            let ratio = square / expected;
            assert!((0.8..1.25).contains(&ratio), "({p}, {p_star}) at {alpha}: {ratio}");
        }
    }
}
