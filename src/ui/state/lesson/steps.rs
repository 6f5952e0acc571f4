//! The steps of the lesson, in order: words, equations, scenarios and panels; data only.
//!
//! Every answer is held to a number by `tests/ui_lesson_answers.rs`.

use super::StepFrame;
use crate::model::{Horizon, ScenarioSpec, StartKind};
use crate::ui::state::{PanelId, Step};

fn widths(spec: &mut ScenarioSpec, p: usize, p_star: usize, eta: f64) {
    (spec.model.p, spec.model.p_star, spec.model.eta) = (p, p_star, eta);
}

/// All steps.
pub const STEPS: [Step; 8] = [
    Step {
        title: "Student and teacher",
        text: "A student of p neurons learns from the answers of a teacher of p* neurons; both square what they see. \
               Every example is used once. In high dimension only overlaps matter: M between student and teacher, Q \
               among the student's own neurons.",
        equation: &["f = (1/p) Σᵢ λᵢ²,   y = (1/p*) Σᵣ λ*ᵣ²", "M = W W*ᵀ/N,   Q = W Wᵀ/N"],
        question: "Move the time at the top from start to end. What do M and Q turn into?",
        answer: "M grows from almost nothing to M̄, and Q goes from the identity to Q̄ = M̄ M̄ᵀ: the student ends in \
            the span of the teacher, and what is left of it elsewhere fades.",
        panels: &[PanelId::MatrixM, PanelId::MatrixQ, PanelId::Loss],
        sliders: &[],
        frame: None,
        place: 0.0,
        change: |spec| widths(spec, 6, 3, 0.01),
    },
    Step {
        title: "First the norms",
        text: "Before it learns anything about the teacher, the student learns how large its answers should be. The \
               norms Qᵢᵢ relax to a value q below 1, while the overlaps with the teacher are too small to be seen.",
        equation: &["dq/dα = −(4η/p) q [(1 + 2/p) q − 1]", "q → p/(p + 2)"],
        question: "Narrow the student: p = 2, then p = 1. Where do the norms settle?",
        answer: "At q = p/(p + 2): 3/4 for six neurons, 1/2 for two, 1/3 for one. The fewer neurons, the more each \
                 one's fluctuations cost, and the smaller it is kept. SGD's own noise lifts q a little.",
        panels: &[PanelId::Norms, PanelId::Loss],
        sliders: &["model.p"],
        frame: Some(StepFrame { alphas: [0.0, 600.0], heights: [0.25, 1.05] }),
        place: 1.0,
        // One teacher: for p = 1 there are solutions as well, and the loss halves at the escape, not before the
        // plateau. With one the norms relax no faster than M grows: only a tiny ε keeps it out of sight for every p.
        change: |spec| {
            widths(spec, 6, 1, 0.01);
            spec.start.epsilon = 1e-12;
            spec.time.alpha_max = Horizon::Until(600.0);
        },
    },
    Step {
        title: "The plateau",
        text: "Now nothing seems to happen: the loss rests, although the student is pulled towards the teacher all the \
               time. It pays 1/p* for what it does not know of the teacher, and 1/(p + 2) for its own fluctuations.",
        equation: &["ε_pl = 1/p* + 1/(p + 2)"],
        question: "Widen the student: p = 24. How far does the plateau sink?",
        answer: "From 0.458 to 0.372, and never below 1/p* = 1/3: width removes the student's own fluctuations, but it \
                 cannot buy knowledge of the teacher. A wider teacher (p*) lowers the plateau.",
        panels: &[PanelId::Loss, PanelId::Overlaps],
        sliders: &["model.p", "model.p_star"],
        frame: Some(StepFrame { alphas: [0.0, 16_000.0], heights: [0.3, 0.55] }),
        place: 0.12,
        change: |spec| {
            widths(spec, 6, 3, 0.01);
            spec.start.epsilon = 1e-4;
        },
    },
    Step {
        title: "Escape, and what width changes",
        text: "M grows exponentially out of sight, and the gap below the plateau twice as fast: a straight line on the \
               logarithmic axis. Its slope knows the learning rate per neuron, η/p, and p*. The width p is left to the \
               prefactor.",
        equation: &["gap ≈ 2q ε² exp(2gα),   q = p/(p + 2)", "g ≈ 4 (η/p)/p*,   α_esc ≈ ln(c/ε)/g"],
        question: "Make the student four times as wide at the same η/p: p = 12, η = 0.04. What of the escape changes?",
        answer: "Not the slope: g is 0.0044 before and after. Only the prefactor is larger, and the escape comes a \
            tenth sooner, near α = 860 instead of 970 (read-outs at the left). Now change p*: that changes g.",
        panels: &[PanelId::Gap, PanelId::Growth],
        sliders: &["model.p", "model.p_star", "model.eta"],
        frame: Some(StepFrame { alphas: [0.0, 1500.0], heights: [1e-4, 1.0] }),
        place: 0.08,
        change: |spec| {
            widths(spec, 3, 3, 0.01);
            spec.start.seed = 7;
        },
    },
    Step {
        title: "The best learning rate",
        text: "A small η wastes time: the half-time α½, where the loss has halved, goes as 1/η. A large one makes \
            SGD's noise, of order η², lift the norms and slow the growth of M, until it no longer grows, and then \
            there is no plateau at all. The best η in between, η½, is close to linear in p.",
        equation: &["g = 2h (2/p* − h s(q)),   h = η/p", "η₀:  g = 0,   for p = p* at η₀ = p²/(2 (p + 2))"],
        question: "Raise η from 0.1. Where is the escape fastest, and what happens at 0.91 and above 0.925?",
        answer: "Near η½ = 0.55, at α ≈ 31; g itself is largest at η_g = 0.589. Above η₀ = 0.9, the limit of escape, M \
            shrinks on the plateau and the run never leaves it; above η_max = 0.925 there is no plateau and the norms \
                 blow up.",
        panels: &[PanelId::HalfTimes, PanelId::Loss],
        sliders: &["model.eta"],
        frame: None,
        place: 1.0,
        change: |spec| widths(spec, 3, 3, 0.1),
    },
    Step {
        title: "A circle of solutions",
        text: "Zero loss asks only for the right product WᵀW. Rotate the student's neurons into each other and nothing \
               is lost, so solutions are not points but a manifold: for two neurons and one to be learned, a circle. \
               Click on it to start a run in that direction.",
        equation: &["WᵀW/p = W*ᵀW*/p*", "M̄ = √(p/p*) R,   RᵀR = I", "dimension  p p* − p* (p* + 1)/2"],
        question: "Add a neuron: p = 3. And one to the teacher: p* = 2. What becomes of the circle?",
        answer: "A sphere, which the mouse can turn; then a manifold of 3 dimensions, seen in a plane through M̄. The \
                 read-out \"solutions\" counts them.",
        panels: &[PanelId::Manifold, PanelId::Overlaps],
        sliders: &["model.p", "model.p_star"],
        frame: None,
        place: 1.0,
        change: |spec| widths(spec, 2, 1, 0.01),
    },
    Step {
        title: "The closest solution, and why",
        text: "Of all solutions the run finds the one closest to its start: its distance (the strong line) keeps \
            falling, that of other starts (grey) does not. The reason is conserved: S, the polar factor of M, never \
            moves, while M only grows along it.",
        equation: &["M = S √(MᵀM),   S(α) = S(0)", "M̄ = √(p/p*) S(0)"],
        question: "Choose the gaussian start, then lower ε from 0.01 to 0.001. Does S still hold?",
        answer: "Only nearly: it drifts by 0.02, then by 0.002, in proportion to ε. S is conserved exactly where Q₀ is \
            a multiple of the identity, and for random weights ever better as N = 1/ε² grows.",
        panels: &[PanelId::PolarFactor, PanelId::Closest],
        sliders: &["start.epsilon"],
        frame: None,
        place: 1.0,
        change: |spec| {
            widths(spec, 6, 3, 0.01);
            (spec.start.kind, spec.start.seed) = (StartKind::Orthogonal, 4);
        },
    },
    Step {
        title: "Saddle, then marginal minimum",
        text: "The curvature tells the same story. On the plateau the Hessian has p p* directions down: a saddle, left \
               along all of them at the same rate. At the solutions none leads down, and flat are those along the \
               manifold, and those in which the excess neurons fade: marginal minima.",
        equation: &[
            "plateau:  −4/(p p*)  × p p*",
            "solutions:  0  × (dim + p (p − p*)),   dim = p p* − p* (p* + 1)/2",
        ],
        question: "Move the time from the plateau to the end. How many directions lead down, and how many are flat?",
        answer: "Down: p p* = 18 on the plateau, none at the end. Flat: 15 on the plateau; at the end 30, first the 12 \
            along the manifold (its dimension for p = 6, p* = 3), then the 18 in which three excess neurons fade.",
        panels: &[PanelId::Eigenvalues, PanelId::Counts, PanelId::Levels],
        sliders: &[],
        frame: None,
        place: 0.12,
        change: |spec| {
            widths(spec, 6, 3, 0.01);
            spec.start.epsilon = 1e-4;
            // Until the excess neurons' directions are flat as well.
            spec.time.alpha_max = Horizon::Until(20_000.0);
        },
    },
];
