// The chain model of learning curves: one regression a step of a grid of epochs, each fitted on every run that got that far.
//
// Problem: predict y(T) of a run that was observed up to some grid point, from runs of which many were stopped. Whether a run went on depended on what was observed
// of it alone, and what is missing is missing from the right: the missing ends are ignorable, and the likelihood factors into one regression a
// step, each fitted on all runs that reached its end (Anderson 1957, JASA 52; Rubin 1976, Biometrika 63).
// Step j: the increment y_j - y_{j-1} on [y_{j-1}, its last three differences on the grid, configuration columns], standardised, cut at 8 deviations, by
// ridge (chain/ridge.hpp). Configuration columns join a step that has three rows a column.
// y_j is what was read there (src/predict/chain/model.ts): before T a mean over the last epochs, for single scores are noisy.
// Prediction: particles walk from the last observed point to T; each step adds a left-out residual of that step drawn at random, times sqrt((n + 3) / (n - 1)),
// what a new observation errs by beside the residuals. Draws are a hash of (seed, step, particle), the same for every run, so that runs are compared on the same luck;
// at a step every residual is drawn about equally often.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

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

// One step. `center` and `inverse_scale` have curve_columns entries, or curve_columns + column_count where the configuration takes part.
struct Step {
  std::vector<double> center, inverse_scale, weights;
  double bias = 0.0;
  double penalty = 0.0;
  std::vector<double> residuals;  // left out, already times sqrt((n + 3) / (n - 1)); empty = nobody took this step twice
};

struct StepView {
  std::span<const double> center, inverse_scale, weights;
  double bias;
  std::span<const double> residuals;
};

// points - 1 steps.
std::vector<Step> fit(const Runs&);

// out: row-major, runs x particles: y(T), ascending; NaN where a step was never taken by two runs, or the run has no first point.
// A run that was observed to the last point ends where it ended.
void predict(std::span<const StepView> steps, const Runs&, std::uint64_t seed, std::size_t particles, std::span<double> out);

// out: a run: the share of those y(T) that are at most its bar; NaN as above.
void below(std::span<const StepView> steps, const Runs&, std::uint64_t seed, std::size_t particles, std::span<const double> bars, std::span<double> out);

}  // namespace foretell::chain
