#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "chain/chain.hpp"

namespace foretell::chain {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

class Walker {
 public:
  Walker(std::span<const DrawnView> steps, const Runs& runs, std::size_t particles)
      : steps_(steps), runs_(runs), particles_(particles), next_(simd::padded(particles)) {
    for (auto& row : scores_) row.resize(next_.size());
    for (const DrawnView& step : steps) weights_.push_back(curve_weights(step));
  }

  // y(T) of every particle, in no order; empty where a step was taken by fewer than two runs.
  std::span<const double> walk(std::size_t run) {
    const auto scores = runs_.scores.subspan(run * runs_.points, runs_.points);
    std::size_t last = 0;
    while (last + 1 < runs_.points && !std::isnan(scores[last + 1])) ++last;
    const auto never = [](const DrawnView& s) { return s.noise.empty(); };
    if (std::isnan(scores[0]) || std::any_of(steps_.begin() + static_cast<std::ptrdiff_t>(last), steps_.end(), never)) return {};
    for (std::size_t back = 0; back < curve_columns; ++back) std::fill(scores_[back].begin(), scores_[back].end(), scores[last >= back ? last - back : 0]);
    for (std::size_t point = last; point + 1 < runs_.points; ++point) advance(point, runs_.columns.data() + run * runs_.column_count);
    return {scores_[0].data(), particles_};
  }

 private:
  // A row a column of the curve, a number a particle.
  simd::Doubles curve_weights(const DrawnView& step) const {
    simd::Doubles out;
    const std::size_t each = step.bias.size();
    for (std::size_t k = 0; k < std::min(curve_columns * each, step.weights.size()); ++k) out.insert(out.end(), each == 1 ? next_.size() : 1, step.weights[k]);
    return out;
  }

  // From `point` to the next. Differences that reach behind the first point are 0, as in training.
  void advance(std::size_t point, const double* columns) {
    const DrawnView& step = steps_[point];
    const auto& loops = simd::loops();
    const std::size_t size = next_.size();
    add_configuration(step, columns);
    for (std::size_t p = 0; p < size; ++p) next_[p] = scores_[0][p] + next_[p] + step.noise[p];
    for (std::size_t k = 0; k < curve_columns; ++k) {
      // The score itself, then differences.
      const double* newer = scores_[k == 0 ? 0 : k - 1].data();
      const double* older = k == 0 ? nullptr : k - 1 < point ? scores_[k].data() : newer;
      loops.add_clamped(next_.data(), newer, older, step.center[k], step.inverse_scale[k], cut_deviations, weights_[point].data() + k * size, size);
    }
    for (std::size_t back = curve_columns - 1; back > 0; --back) std::swap(scores_[back], scores_[back - 1]);
    std::swap(scores_[0], next_);
  }

  // next_ = the bias and the configuration's part.
  void add_configuration(const DrawnView& step, const double* columns) {
    const auto z = [&](std::size_t k) { return std::clamp((columns[k - curve_columns] - step.center[k]) * step.inverse_scale[k], -cut_deviations, cut_deviations); };
    if (step.bias.size() == 1) {
      double sum = step.bias[0];
      for (std::size_t k = curve_columns; k < step.center.size(); ++k) sum += step.weights[k] * z(k);
      std::fill(next_.begin(), next_.end(), sum);
      return;
    }
    std::copy(step.bias.begin(), step.bias.end(), next_.begin());
    for (std::size_t k = curve_columns; k < step.center.size(); ++k) simd::loops().axpy(next_.data(), step.weights.data() + k * next_.size(), z(k), next_.size());
  }

  std::span<const DrawnView> steps_;
  const Runs& runs_;
  std::size_t particles_;
  std::vector<simd::Doubles> weights_;  // a step
  std::array<simd::Doubles, curve_columns> scores_;  // of every particle, newest first
  simd::Doubles next_;
};

}  // namespace

void predict(std::span<const DrawnView> steps, const Runs& runs, std::size_t particles, std::span<double> out) {
  Walker walker(steps, runs, particles);
  for (std::size_t run = 0; run < runs.count(); ++run) {
    const auto ends = walker.walk(run);
    const auto mine = out.subspan(run * particles, particles);
    if (ends.empty()) std::fill(mine.begin(), mine.end(), unknown);
    else std::copy(ends.begin(), ends.end(), mine.begin());
    if (!ends.empty()) std::sort(mine.begin(), mine.end());
  }
}

void below(std::span<const DrawnView> steps, const Runs& runs, std::size_t particles, std::span<const double> bars, std::span<double> out) {
  Walker walker(steps, runs, particles);
  for (std::size_t run = 0; run < runs.count(); ++run) {
    const auto ends = walker.walk(run);
    const double bar = bars[run];
    const auto under = std::count_if(ends.begin(), ends.end(), [bar](double y) { return y <= bar; });
    out[run] = ends.empty() ? unknown : static_cast<double>(under) / static_cast<double>(particles);
  }
}

}  // namespace foretell::chain
