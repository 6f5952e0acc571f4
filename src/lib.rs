//! Watch one-pass SGD leave a plateau: exact overlap dynamics of quadratic teacher–student networks.
//!
//! # The physics in ten lines
//!
//! Inputs x ~ N(0, I_N) are labelled by a teacher y = (1/p*) Σ_r (w*_r·x)²/N + √Δ ζ. A student of the same form with
//! p neurons, f = (1/p) Σ_i (w_i·x)²/N, learns by one-pass SGD on ½ (f − y)², a fresh sample each step. As N → ∞ at
//! fixed α = steps/N the overlaps M = W W*ᵀ/N and Q = W Wᵀ/N obey closed ODEs ([`model::drift`]). From a random start
//! of overlap ε they show four phases: the norms relax to q ([`model::plateau`]); the loss sits at 1/p* + 1/(p+2)
//! while M grows as e^(gα) out of sight; it escapes at α ≈ ln(c/ε)/g ([`model::escape_law`]); and it converges,
//! exponentially for p = p*, as 1/α² for p > p*, to a floor for p < p* ([`model::convergence_law`]). For p ≥ p* the
//! zero-loss solutions form a manifold; the run ends at the point ρ̄ of it that is closest to its start
//! ([`model::rho_bar`]), because S = polar(M) is conserved ([`model::polar`]).
//! The model follows arXiv:2604.03068 (Bocchi, Regimbeau, Lucibello, Saglietti, Cammarota).
//!
//! # Notation
//!
//! | symbol | here | meaning | elsewhere |
//! |---|---|---|---|
//! | p, p* | `p`, `p_star` | student and teacher width | K and M or k |
//! | N | `n` | input dimension | d |
//! | α | `alpha` | steps/N, the time of a state | t |
//! | η | `eta` | learning rate; η/p is γ/p elsewhere | γ |
//! | ε | `epsilon` | scale of M₀ | |
//! | Δ | `label_noise` | variance of the label noise | |
//! | M | `m` | teacher–student overlaps W W*ᵀ/N, p × p* | R |
//! | Q | `q` | student–student overlaps W Wᵀ/N, p × p | Q |
//! | T | `teacher.gram()` | teacher–teacher overlaps, p* × p* | T, P |
//! | ρ = (M, Q) | [`model::Overlaps`] | the order parameters | |
//! | ε_g | `risk` | generalisation error, label noise excluded | |
//! | ρ̄ = (M̄, Q̄) | `rho_bar` | the predicted solution | |
//! | S | `s` | polar factor of M | |
//! | g | `rate` | growth rate of M on the plateau | |
//! | α½ | `alpha_half` | half-time: first α at which the loss is half its initial value | α_c (the paper) |
//! | α_esc | `alpha_escape` | escape time: first α half-way from the plateau to the final loss | |
//! | η_max | `eta_max_plateau` | limit of the plateau: above it norms blow up | |
//! | η₀ | `eta_max_escape` | limit of escape: above it M shrinks on the plateau | |
//! | η_c | `eta_max_solution` | limit of the solutions: above it they are unstable | |
//! | η_g | `eta_best` | η of fastest growth: maximises g | |
//! | η½ | `best_rate` | η of least half-time: minimises the mean α½ over starts | |
//!
//! # Map
//!
//! Data flow one way: scenario → worker → trajectory → figure → screen or file. A folder imports only those above it.
//!
//! | folder | what it owns |
//! |---|---|
//! | `linalg` | dense symmetric eigenproblems |
//! | [`model`] | the physics: pure functions, every formula once |
//! | [`sim`] | the engine: adaptive integration, events, trajectories, ensembles, sweeps |
//! | [`worker`] | the corridor: runs the newest scenario and streams it, with a thread or without |
//! | [`figure`] | pictures as data: axes, curves, guides, words |
//! | [`export`] | the door: everything that is read from or written to files |
//! | `ui` | the window (feature `gui`) |
//! | [`cli`] | the command line |
//!
//! # How a frame comes to be
//!
//! A slider edits a copy of the [`model::ScenarioSpec`] and returns an action; the application applies it, and what is
//! now a [`model::Scenario`] goes to the [`worker::Worker`]. There an [`sim::OdeRun`] takes adaptive steps in slices
//! and its states come back as records, thirty times a second, until an event ends it. The window appends them to what
//! it has, and when that has changed makes the pictures of the panels that are seen: a [`figure::Figure`] each, plain
//! data with axes, curves, guides and words. Only then is anything drawn: curves become triangles once and are kept
//! until they change, so that a frame in which the cursor moves costs little. A file takes the same figure to
//! [`export`]. Finite-N SGD, spectra, other starts and sweeps go the same way, each with a worker of its own and tied
//! to the run it belongs to.
//!
//! # What it does not do
//!
//! One quadratic layer, one-pass SGD, Gaussian inputs, one learning rate; no momentum, no batches, no finite data.
//! Widths up to 64. The laws in closed form are for T = I where they say so, and for ε → 0; the Hessian is that of the
//! population loss. An explicit integrator pays for long tails in proportion to α, and a finite-N run takes αN steps,
//! whatever N is. Ensembles are exact in law, not in the sense of a given stream of samples: the reduced engine draws
//! overlaps, not inputs.
//!
//! # A run in five lines
//!
//! ```
//! use saddlescope::model::{Scenario, ScenarioSpec};
//!
//! let spec = ScenarioSpec::from_toml("[model]\np = 6\np_star = 3\neta = 0.1")?;
//! let (trajectory, summary) = saddlescope::sim::run(&Scenario::new(spec)?);
//! let last = trajectory.snapshots().last().expect("a run has an end");
//! assert!(last.observables.risk < 1e-3 && summary.events.alpha_half.is_some());
//! # Ok::<(), saddlescope::model::ScenarioError>(())
//! ```

#[macro_use]
mod enumerated;

pub mod cli;
pub mod export;
pub mod figure;
mod linalg;
pub mod model;
pub mod sim;
#[cfg(feature = "gui")]
pub mod ui;
pub mod worker;
