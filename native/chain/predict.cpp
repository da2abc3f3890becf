#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "chain/chain.hpp"
#include "simd/aligned.hpp"

namespace foretell::chain {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Finaliser of splitmix64 (Steele, Lea and Flood 2014): every bit of the counter reaches every bit of the answer.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// The residual that each particle adds at one step: all residuals about equally often, in an order that is a hash of (seed, step).
simd::Doubles draws_of(std::span<const double> residuals, std::size_t particles, std::uint64_t key) {
  std::vector<std::size_t> order(particles);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = particles; i > 1; --i) std::swap(order[i - 1], order[(mixed(key + i) >> 32) * i >> 32]);
  simd::Doubles out(simd::padded(particles), 0.0);
  const std::size_t n = residuals.size(), start = n == 0 ? 0 : (mixed(key) >> 32) * n >> 32;
  for (std::size_t p = 0; p < particles && n > 0; ++p) out[p] = residuals[(order[p] * n / particles + start) % n];
  return out;
}

double configuration_part(const StepView& step, const double* columns) {
  double sum = step.bias;
  for (std::size_t k = curve_columns; k < step.weights.size(); ++k) {
    const double z = (columns[k - curve_columns] - step.center[k]) * step.inverse_scale[k];
    sum += step.weights[k] * std::clamp(z, -cut_deviations, cut_deviations);
  }
  return sum;
}

class Walker {
 public:
  Walker(std::span<const StepView> steps, const Runs& runs, std::uint64_t seed, std::size_t particles)
      : steps_(steps), runs_(runs), particles_(particles), next_(simd::padded(particles)) {
    for (std::size_t k = 0; k < steps.size(); ++k) draws_.push_back(draws_of(steps[k].residuals, particles, mixed(seed) ^ mixed(k + 1)));
    for (auto& row : scores_) row.resize(simd::padded(particles));
  }

  // y(T) of every particle, in no order; empty where a step was taken by fewer than two runs.
  std::span<const double> walk(std::size_t run) {
    const auto scores = runs_.scores.subspan(run * runs_.points, runs_.points);
    std::size_t last = 0;
    while (last + 1 < runs_.points && !std::isnan(scores[last + 1])) ++last;
    const auto never = [](const StepView& s) { return s.residuals.empty(); };
    if (std::isnan(scores[0]) || std::any_of(steps_.begin() + static_cast<std::ptrdiff_t>(last), steps_.end(), never)) return {};
    for (std::size_t back = 0; back < curve_columns; ++back) std::fill(scores_[back].begin(), scores_[back].end(), scores[last >= back ? last - back : 0]);
    for (std::size_t point = last; point + 1 < runs_.points; ++point) {
      advance(point, configuration_part(steps_[point], runs_.columns.data() + run * runs_.column_count));
    }
    return {scores_[0].data(), particles_};
  }

 private:
  // From `point` to the next. Differences that reach behind the first point are 0, as in training.
  void advance(std::size_t point, double fixed) {
    const StepView& step = steps_[point];
    const simd::Doubles& draws = draws_[point];
    const auto& loops = simd::loops();
    for (std::size_t p = 0; p < next_.size(); ++p) next_[p] = scores_[0][p] + fixed + draws[p];
    loops.add_clamped(next_.data(), scores_[0].data(), nullptr, step.center[0], step.inverse_scale[0], cut_deviations, step.weights[0], next_.size());
    for (std::size_t back = 0; back + 1 < curve_columns; ++back) {
      const double* newer = scores_[back].data();
      const double* older = back < point ? scores_[back + 1].data() : newer;
      loops.add_clamped(next_.data(), newer, older, step.center[back + 1], step.inverse_scale[back + 1], cut_deviations, step.weights[back + 1], next_.size());
    }
    for (std::size_t back = curve_columns - 1; back > 0; --back) std::swap(scores_[back], scores_[back - 1]);
    std::swap(scores_[0], next_);
  }

  std::span<const StepView> steps_;
  const Runs& runs_;
  std::size_t particles_;
  std::vector<simd::Doubles> draws_;
  std::array<simd::Doubles, curve_columns> scores_;  // of every particle, newest first
  simd::Doubles next_;
};

}  // namespace

void predict(std::span<const StepView> steps, const Runs& runs, std::uint64_t seed, std::size_t particles, std::span<double> out) {
  Walker walker(steps, runs, seed, particles);
  for (std::size_t run = 0; run < runs.count(); ++run) {
    const auto ends = walker.walk(run);
    const auto mine = out.subspan(run * particles, particles);
    if (ends.empty()) std::fill(mine.begin(), mine.end(), unknown);
    else std::copy(ends.begin(), ends.end(), mine.begin());
    if (!ends.empty()) std::sort(mine.begin(), mine.end());
  }
}

void below(std::span<const StepView> steps, const Runs& runs, std::uint64_t seed, std::size_t particles, std::span<const double> bars, std::span<double> out) {
  Walker walker(steps, runs, seed, particles);
  for (std::size_t run = 0; run < runs.count(); ++run) {
    const auto ends = walker.walk(run);
    const double bar = bars[run];
    const auto under = std::count_if(ends.begin(), ends.end(), [bar](double y) { return y <= bar; });
    out[run] = ends.empty() ? unknown : static_cast<double>(under) / static_cast<double>(particles);
  }
}

}  // namespace foretell::chain
