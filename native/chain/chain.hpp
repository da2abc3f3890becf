// The chain model of learning curves: one regression a step of a grid of epochs, each fitted on every run that got that far.
//
// Problem: predict y(T) of a run that was observed up to some grid point, from runs of which many were stopped. Whether a run went on depended on what was observed
// of it alone, and what is missing is missing from the right: the missing ends are ignorable, and the likelihood factors into one regression a
// step, each fitted on all runs that reached its end (Anderson 1957, JASA 52; Rubin 1976, Biometrika 63).
// Step j: the increment y_j - y_{j-1} on [y_{j-1}, its last three differences on the grid, configuration columns], standardised, cut at 8 deviations, by
// ridge (chain/ridge.hpp). Configuration columns join a step that has three rows a column.
// y_j is what was read there (src/predict/chain/model.ts): before T a mean over the last epochs, for single scores are noisy.
// Prediction: particles walk from the last observed point to T; each step adds a left-out residual of that step drawn at random. What the regressions themselves do not
// know is told in one of two ways. Without a posterior residuals are taken times sqrt((n + 3) / (n - 1)), what a new observation errs by beside them on the average.
// With one every particle walks by a regression of its own, drawn from the ridge's posterior as many times wider: a run unlike those that took the step, say one that
// looked bad where only good ones went on, is predicted more widely than the others, and a weight that fifteen rows say is not taken at its word. Draws depend on
// the seed, the fit and the number of particles alone, the same for every run, so that runs are compared on the same luck; at a step every residual is drawn about equally often.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "simd/aligned.hpp"

namespace foretell::chain {

inline constexpr std::size_t curve_columns = 4;  // the last score and three differences
inline constexpr double cut_deviations = 8.0;
inline constexpr std::size_t rows_a_column = 3;

// Runs on a grid. scores: row-major, runs x points, NaN from the first point not reached. columns: row-major, runs x column_count.
struct Runs {
  std::span<const double> scores;
  std::size_t points = 0;
  std::span<const double> columns;
  std::size_t column_count = 0;

  std::size_t count() const { return points == 0 ? 0 : scores.size() / points; }
};

// One step's regression. `center`, `inverse_scale` and `weights` have curve_columns entries, or curve_columns + column_count where the configuration takes part.
struct Step {
  std::vector<double> center, inverse_scale, weights;
  double bias = 0.0;
  double penalty = 0.0;
  std::vector<double> residuals;  // left out; empty = nobody took this step twice
  std::vector<double> spread;     // row-major, directions x (1 + weights): what one posterior deviation each way adds to the bias and the weights
};

struct Particles {
  std::uint64_t seed = 0;
  std::size_t count = 0;
  double posterior = 0.0;  // its deviations in multiples; 0 = all particles take the same weights
};

// One step as the particles take it. Of `bias`, and of `weights` a column, there is one number for all of them or one each, padded to whole vectors as `noise` is.
struct DrawnStep {
  std::vector<double> center, inverse_scale;
  simd::Doubles bias, weights;
  simd::Doubles noise;  // empty = nobody took this step twice
};

struct DrawnView {
  std::span<const double> center, inverse_scale, bias, weights, noise;
};

// points - 1 steps.
std::vector<Step> fit(const Runs&);

std::vector<DrawnStep> draw(std::span<const Step>, const Particles&);

// out: row-major, runs x particles: y(T), ascending; NaN where a step was never taken by two runs, or the run has no first point.
// A run that was observed to the last point ends where it ended.
void predict(std::span<const DrawnView> steps, const Runs&, std::size_t particles, std::span<double> out);

// out: a run: the share of those y(T) that are at most its bar; NaN as above.
void below(std::span<const DrawnView> steps, const Runs&, std::size_t particles, std::span<const double> bars, std::span<double> out);

}  // namespace foretell::chain
