#include <algorithm>
#include <cmath>
#include <numeric>

#include "chain/chain.hpp"
#include "chain/ridge.hpp"

namespace foretell::chain {

namespace {

// A column whose deviation is below this share of its magnitude is constant.
constexpr double constant = 1e-12;

double difference(std::span<const double> scores, std::size_t point, std::size_t back) {
  return point >= back + 1 ? scores[point - back] - scores[point - back - 1] : 0.0;
}

// Columns of one row for the step that leaves `point`: what the curve shows there, then the configuration where it takes part.
void fill(double* out, const Runs& runs, std::size_t run, std::size_t point, std::size_t columns) {
  const auto scores = runs.scores.subspan(run * runs.points, runs.points);
  out[0] = scores[point];
  for (std::size_t back = 0; back + 1 < curve_columns; ++back) out[back + 1] = difference(scores, point, back);
  for (std::size_t k = curve_columns; k < columns; ++k) out[k] = runs.columns[run * runs.column_count + k - curve_columns];
}

void standardise(std::vector<double>& z, std::size_t rows, Step& step) {
  const std::size_t d = z.size() / rows;
  step.center.assign(d, 0.0);
  step.inverse_scale.assign(d, 0.0);
  for (std::size_t k = 0; k < d; ++k) {
    double mean = 0.0, square = 0.0;
    for (std::size_t i = 0; i < rows; ++i) mean += z[i * d + k];
    mean /= static_cast<double>(rows);
    for (std::size_t i = 0; i < rows; ++i) square += (z[i * d + k] - mean) * (z[i * d + k] - mean);
    const double deviation = std::sqrt(square / static_cast<double>(rows));
    step.center[k] = mean;
    if (deviation > constant * std::max(1.0, std::abs(mean))) step.inverse_scale[k] = 1.0 / deviation;
    for (std::size_t i = 0; i < rows; ++i) {
      z[i * d + k] = std::clamp((z[i * d + k] - mean) * step.inverse_scale[k], -cut_deviations, cut_deviations);
    }
  }
}

// Cutting moved the means: they go into the bias through centred columns.
std::vector<double> recentre(std::vector<double>& z, std::size_t rows) {
  const std::size_t d = z.size() / rows;
  std::vector<double> means(d, 0.0);
  for (std::size_t k = 0; k < d; ++k) {
    for (std::size_t i = 0; i < rows; ++i) means[k] += z[i * d + k] / static_cast<double>(rows);
    for (std::size_t i = 0; i < rows; ++i) z[i * d + k] -= means[k];
  }
  return means;
}

// The level first, which errs by sigma / sqrt(n); then the weights, on columns that were centred.
std::vector<double> spread_of(const Ridge& ridge, std::span<const double> means, std::size_t rows) {
  const std::size_t d = means.size();
  std::vector<double> out(1 + d, 0.0);
  out[0] = ridge.sigma / std::sqrt(static_cast<double>(rows));
  for (std::size_t k = 0; k < ridge.directions.size(); k += d) {
    const auto direction = std::span(ridge.directions).subspan(k, d);
    out.push_back(-ridge.sigma * std::inner_product(means.begin(), means.end(), direction.begin(), 0.0));
    for (const double w : direction) out.push_back(ridge.sigma * w);
  }
  return out;
}

Step fit_step(const Runs& runs, std::size_t point) {
  std::vector<std::size_t> taken;
  for (std::size_t i = 0; i < runs.count(); ++i) {
    if (!std::isnan(runs.scores[i * runs.points + point + 1])) taken.push_back(i);
  }
  Step step;
  const std::size_t n = taken.size();
  if (n < 2) return step;
  const std::size_t d = curve_columns + (n >= rows_a_column * runs.column_count ? runs.column_count : 0);
  std::vector<double> z(n * d), increments(n);
  for (std::size_t r = 0; r < n; ++r) {
    fill(z.data() + r * d, runs, taken[r], point, d);
    increments[r] = runs.scores[taken[r] * runs.points + point + 1] - runs.scores[taken[r] * runs.points + point];
  }
  standardise(z, n, step);
  const std::vector<double> means = recentre(z, n);
  Ridge ridge = fit_ridge(z, d, increments);
  step.bias = ridge.bias;
  for (std::size_t k = 0; k < d; ++k) step.bias -= ridge.weights[k] * means[k];
  step.spread = spread_of(ridge, means, n);
  step.weights = std::move(ridge.weights);
  step.penalty = ridge.penalty;
  step.residuals = std::move(ridge.loo_residuals);
  return step;
}

}  // namespace

std::vector<Step> fit(const Runs& runs) {
  std::vector<Step> steps;
  for (std::size_t point = 0; point + 1 < runs.points; ++point) steps.push_back(fit_step(runs, point));
  return steps;
}

}  // namespace foretell::chain
